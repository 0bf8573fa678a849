//! [`ComparedFn`]: the fn that a load's fn is compared with.
//!
//! The macro sees its path alone. What its parameters are, and how many, rustc finds: the trait
//! [`Comparable`] is there for fns of up to eight, and the markers of those that a fn lacks are
//! [`Absent`].

use std::marker::PhantomData;
use std::sync::Arc;

use super::coming::{Coming, Expanded};
use super::given::{AsItIs, Given, Pick};
use super::missing::Gift;
use super::refused::{Refused, never};
use super::routine::{MayShare, Routine, Started};
use crate::engine::worker::Worker;
use crate::harness::registry::{Boxed, OtherTarget, Phases, SharedState};
use crate::plan::outcome::Outcome;

/// A fn that is compared; `A` are the types of its parameters.
pub struct ComparedFn<F, A> {
    function: F,
    parameters: PhantomData<fn() -> A>,
}

/// The type of a parameter, without a value.
pub struct Kind<P>(PhantomData<fn() -> P>);

/// A parameter that the fn does not have.
pub struct Absent;

pub struct NothingToGive;

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Absent, NothingToGive> for Given<'_, S, W, T, C> {
    type Picked = AsItIs<Absent>;

    fn pick(&self) -> AsItIs<Absent> {
        AsItIs(Absent)
    }
}

// The bound is on each method, so that rustc names the fn that does not meet it.
impl<F, A> ComparedFn<F, A> {
    pub fn new(function: F) -> ComparedFn<F, A>
    where
        F: Comparable<A>,
    {
        ComparedFn { function, parameters: PhantomData }
    }

    /// The types of eight parameters.
    pub fn kinds(&self) -> F::Kinds
    where
        F: Comparable<A>,
    {
        F::kinds()
    }

    /// Calls it with eight parameters, of which it takes those that it has.
    pub fn call(&self, parameters: F::Parameters) -> F::Called
    where
        F: Comparable<A>,
    {
        self.function.call_with(parameters)
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a load's fn",
    label = "not the path of an async fn that a load can call",
    note = "`compare` names an async fn of at most eight parameters, none of them a reference: \
            what calls can be given, each found by its type"
)]
pub trait Comparable<A> {
    type Parameters;
    type Kinds;
    type Called;
    fn kinds() -> Self::Kinds;
    fn call_with(&self, parameters: Self::Parameters) -> Self::Called;
}

/// The impl for fns with these parameters; those behind the bar take the places of the others.
macro_rules! comparable {
    ($($parameter:ident)* | $($absent:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<F, R, $($parameter),*> Comparable<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> R,
        {
            type Parameters = ($($parameter,)* $($absent,)*);
            type Kinds = ($(Kind<$parameter>,)* $(Kind<$absent>,)*);
            type Called = R;

            fn kinds() -> Self::Kinds {
                ($(Kind::<$parameter>(PhantomData),)* $(Kind::<$absent>(PhantomData),)*)
            }

            #[allow(non_snake_case)]
            #[inline]
            fn call_with(&self, parameters: Self::Parameters) -> R {
                let ($($parameter,)* ..) = parameters;
                self($($parameter),*)
            }
        }
    };
}

comparable!(| Absent Absent Absent Absent Absent Absent Absent Absent);
comparable!(A | Absent Absent Absent Absent Absent Absent Absent);
comparable!(A B | Absent Absent Absent Absent Absent Absent);
comparable!(A B C | Absent Absent Absent Absent Absent);
comparable!(A B C D | Absent Absent Absent Absent);
comparable!(A B C D E | Absent Absent Absent);
comparable!(A B C D E G | Absent Absent);
comparable!(A B C D E G H | Absent);
comparable!(A B C D E G H I |);

impl Phases {
    /// With one more, which makes ready the fn that the load's is compared with.
    pub fn compared_with(
        self,
        get_ready: impl FnOnce() -> Boxed<Result<OtherTarget, String>> + Send + 'static,
    ) -> Phases {
        Phases { compare: Some(Box::new(get_ready)), ..self }
    }
}

/// The other fn as a target. The bounds are those of `prepared`.
pub fn other<F, R>(target: F, missing: Option<String>) -> Result<OtherTarget, String>
where
    F: Fn(Coming<'_>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + 'static,
    R: Send, // `local = true` in the attribute allows a future that is not `Send`
{
    Ok(OtherTarget { worker: Worker::hire("", Expanded(target)), missing })
}

/// The same in a load with `local = true`.
pub fn other_local<F, R>(target: F, missing: Option<String>) -> Result<OtherTarget, String>
where
    F: Fn(Coming<'_>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + 'static,
{
    Ok(OtherTarget { worker: Worker::hire_local(Expanded(target).here()), missing })
}

pub struct OfCompareSetup;

/// A fn named in `compare_setup`, with the state that it may take, or else what all loads share.
pub fn compare_setup<F, S>(
    function: F,
    state: Arc<S>,
    shared: SharedState,
) -> Routine<OfCompareSetup, F, S> {
    Routine::with(function, state, shared)
}

impl MayShare for OfCompareSetup {
    fn gifts<S: 'static>() -> Vec<Gift> {
        Gift::of::<S>("`setup`").into_iter().collect()
    }
}

/// A fn that is no setup of the other fn.
pub trait RefuseCompareSetup {
    type Function;
    type State;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsCompareSetup<Self::State>;
}

impl<F, S> RefuseCompareSetup for Routine<OfCompareSetup, F, S> {
    type Function = F;
    type State = S;

    fn start(&self) -> Started<Refused>
    where
        F: IsCompareSetup<S>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setup of the fn that this load's is compared with",
    label = "not a setup",
    note = "a compare_setup is a fn or an async fn whose only parameter, if any, is the `Arc<S>` \
            of the load's setup or of that in `pusher::main!(setup = ..)`; it returns `S` or a \
            `Result<S, E>`, with an `S` that is `Send + Sync + 'static` and an `E` that implements \
            `Display`"
)]
pub trait IsCompareSetup<S> {}

/// The mistake is in the load's setup, and rustc has reported it.
impl<F> IsCompareSetup<Refused> for F {}
