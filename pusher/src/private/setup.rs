//! [`Returned`]: the values that the fns named in `setup` and `setup_worker` return.

use std::cell::Cell;
use std::fmt::Display;
use std::sync::Arc;

use super::missing::Gift;
use super::no_setup::NoSetup;
use super::refused::{Refused, never};
use super::routine::{MayShare, Routine, Started};
use crate::harness::registry::SharedState;
use crate::plan::error_text::ErrorText;

pub struct OfSetup;
pub struct OfSetupWorker;

/// A fn named in `setup`, with what it may take.
pub fn setup<F>(function: F, shared: SharedState) -> Routine<OfSetup, F, NoSetup> {
    Routine::with(function, Arc::new(NoSetup), shared)
}

/// A fn named in `setup_worker`, with the state that it may take, or else what all loads share.
pub fn setup_worker<F, S>(
    function: F,
    state: Arc<S>,
    shared: SharedState,
) -> Routine<OfSetupWorker, F, S> {
    Routine::with(function, state, shared)
}

impl MayShare for OfSetup {
    fn gifts<S: 'static>() -> Vec<Gift> {
        Vec::new()
    }
}

impl MayShare for OfSetupWorker {
    fn gifts<S: 'static>() -> Vec<Gift> {
        Gift::of::<S>("`setup`").into_iter().collect()
    }
}

/// A fn that is no setup.
pub trait RefuseSetup {
    type Function;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsSetup;
}

impl<F, S> RefuseSetup for Routine<OfSetup, F, S> {
    type Function = F;

    fn start(&self) -> Started<Refused>
    where
        F: IsSetup,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setup",
    label = "not a setup",
    note = "a setup is a fn or an async fn whose only parameter, if any, is the `Arc` of what the \
            setup in `pusher::main!(setup = ..)` returns; it returns `S` or a `Result<S, E>`, with \
            an `S` that is `Send + Sync + 'static` and an `E` that implements `Display`"
)]
pub trait IsSetup {}

/// A fn that is no setup of a Worker.
pub trait RefuseSetupWorker {
    type Function;
    type State;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsSetupWorker<Self::State>;
}

impl<F, S> RefuseSetupWorker for Routine<OfSetupWorker, F, S> {
    type Function = F;
    type State = S;

    fn start(&self) -> Started<Refused>
    where
        F: IsSetupWorker<S>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setup of this load's Workers",
    label = "not a setup of a Worker",
    note = "a setup_worker is a fn or an async fn whose only parameter, if any, is the `Arc<S>` \
            of the load's setup or of that in `pusher::main!(setup = ..)`; it returns `W` or a \
            `Result<W, E>`, with a `W` that is `Send + Sync + 'static` and an `E` that implements \
            `Display`"
)]
pub trait IsSetupWorker<S> {}

/// The mistake is in the load's setup, and rustc has reported it.
impl<F> IsSetupWorker<Refused> for F {}

/// The value that a fn returned: for a setup, `S` or `Result<S, E>`. Expanded code calls
/// `(&&&&&Returned::new(value)).state()`, as with a `Routine`.
pub struct Returned<T>(Cell<Option<T>>);

impl<T> Returned<T> {
    pub fn new(value: T) -> Returned<T> {
        Returned(Cell::new(Some(value)))
    }

    pub(super) fn take(&self) -> T {
        self.0.take().expect("made with a value, and taken once")
    }
}

/// A value that calls on several threads can share.
#[diagnostic::on_unimplemented(
    message = "calls cannot share a `{Self}`",
    label = "returns a `{Self}`",
    note = "calls run on several threads, so what a setup returns has to be `Send + Sync + \
            'static`; a `setup_worker` returns any value in a load with `local = true`"
)]
pub trait IsState {}

#[diagnostic::do_not_recommend]
impl<S: Send + Sync + 'static> IsState for S {}

/// A value that is in an `Arc` already. What calls share is the `Arc<S>` of an `S`, so this would
/// be an `Arc<Arc<S>>`, which nobody means.
pub trait RefuseArc {
    type State;
    fn state(&self) -> Result<Arc<Self::State>, String>
    where
        Self::State: IsInNoArc;
}

impl<S, E> RefuseArc for &&&&Returned<Result<Arc<S>, E>> {
    type State = S;

    fn state(&self) -> Result<Arc<S>, String>
    where
        S: IsInNoArc,
    {
        never()
    }
}

impl<S> RefuseArc for &&&&Returned<Arc<S>> {
    type State = S;

    fn state(&self) -> Result<Arc<S>, String>
    where
        S: IsInNoArc,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "a setup returns an `Arc<{Self}>`",
    label = "return `{Self}`: it is put into an Arc for you",
    note = "what a setup returns is put into an `Arc`, which calls share: write `-> {Self}`, or \
            the same in a `Result`, and take an `Arc<{Self}>`"
)]
pub trait IsInNoArc {}

/// What is wrong has been said, and nothing else is to be.
impl IsInNoArc for Refused {}

pub trait StateOrError {
    type State;
    fn state(&self) -> Result<Arc<Self::State>, String>;
}

impl<S: Send + Sync + 'static, E: Display> StateOrError for &&&Returned<Result<S, E>> {
    type State = S;

    fn state(&self) -> Result<Arc<S>, String> {
        self.take().map(Arc::new).map_err(|error| ErrorText::displayed(&error).into_string())
    }
}

/// A `Result` whose parts do not fit.
pub trait RefuseError {
    type State;
    type Error;
    fn state(&self) -> Result<Arc<Refused>, String>
    where
        Self::State: IsState,
        Self::Error: Display;
}

impl<S, E> RefuseError for &&Returned<Result<S, E>> {
    type State = S;
    type Error = E;

    fn state(&self) -> Result<Arc<Refused>, String>
    where
        S: IsState,
        E: Display,
    {
        never()
    }
}

pub trait StateAlone {
    type State;
    fn state(&self) -> Result<Arc<Self::State>, String>;
}

impl<S: Send + Sync + 'static> StateAlone for &Returned<S> {
    type State = S;

    fn state(&self) -> Result<Arc<S>, String> {
        Ok(Arc::new(self.take()))
    }
}

/// A value that does not fit.
pub trait RefuseState {
    type State;
    fn state(&self) -> Result<Arc<Refused>, String>
    where
        Self::State: IsState;
}

impl<S> RefuseState for Returned<S> {
    type State = S;

    fn state(&self) -> Result<Arc<Refused>, String>
    where
        S: IsState,
    {
        never()
    }
}

#[cfg(test)]
mod tests {
    use super::super::routine::{Start as _, StartShared as _};
    use super::*;

    fn plain() -> u8 {
        1
    }
    fn plain_result() -> Result<u8, String> {
        Ok(2)
    }
    fn plain_error() -> Result<u8, String> {
        Err("no shop".into())
    }
    async fn later() -> u8 {
        4
    }
    async fn later_result() -> Result<u8, String> {
        Ok(5)
    }
    async fn later_error() -> Result<u8, std::num::ParseIntError> {
        "x".parse()
    }
    fn future() -> impl Future<Output = u8> {
        later()
    }

    async fn later_with_state(state: Arc<u8>) -> u8 {
        *state + 1
    }
    fn plain_with_state(state: Arc<u8>) -> Result<u8, String> {
        Err(format!("state {state}"))
    }

    /// What expanded code does with a path.
    macro_rules! state {
        ($routine:expr) => {
            (&&&&&Returned::new((&&&&&&&$routine).start().unwrap().await)).state()
        };
    }

    /// Why it cannot start.
    macro_rules! refused {
        ($routine:expr) => {
            (&&&&&&&$routine).start().err().unwrap()
        };
    }

    #[tokio::test]
    async fn the_types_decide_how_a_setup_is_run_and_what_it_made() {
        let none = SharedState::default;
        assert_eq!(state!(setup(plain, none())), Ok(Arc::new(1)));
        assert_eq!(state!(setup(plain_result, none())), Ok(Arc::new(2)));
        assert_eq!(state!(setup(plain_error, none())), Err("no shop".to_string()));
        assert_eq!(state!(setup(later, none())), Ok(Arc::new(4)));
        assert_eq!(state!(setup(later_result, none())), Ok(Arc::new(5)));
        assert_eq!(
            state!(setup(later_error, none())),
            Err("invalid digit found in string".to_string())
        );
        assert_eq!(state!(setup(future, none())), Ok(Arc::new(4)));
        assert_eq!(state!(setup(Vec::<u8>::new, none())), Ok(Arc::new(vec![])));
    }

    #[tokio::test]
    async fn a_setup_may_take_what_all_loads_share() {
        let shared = || SharedState::new(Arc::new(5u8));
        assert_eq!(state!(setup(later_with_state, shared())), Ok(Arc::new(6)));
        assert_eq!(state!(setup(plain_with_state, shared())), Err("state 5".to_string()));
        let own = Arc::new("own");
        assert_eq!(state!(setup_worker(later_with_state, own.clone(), shared())), Ok(Arc::new(6)));
        assert_eq!(
            state!(setup_worker(plain_with_state, own, shared())),
            Err("state 5".to_string())
        );
        // What the load itself gives comes first.
        assert_eq!(state!(setup_worker(later_with_state, Arc::new(7), shared())), Ok(Arc::new(8)));
    }

    #[test]
    fn a_setup_that_takes_what_nothing_gives_does_not_start() {
        let none = SharedState::default();
        let own = Arc::new("own");
        let wrong = [
            refused!(setup(later_with_state, none.clone())),
            refused!(setup_worker(later_with_state, own.clone(), none.clone())),
            refused!(setup_worker(plain_with_state, own, none)),
        ];
        let rest = "; return a `u8` from a setup of the load, or from that of all loads, \
                    `pusher::main!(setup = ..)`";
        let beside = format!(
            "it takes an `Arc<u8>`, which nothing gives: there is an `Arc<&str>` from `setup`{rest}"
        );
        assert_eq!(
            wrong,
            [
                format!("it takes an `Arc<u8>`, which nothing gives: there is no setup{rest}"),
                beside.clone(),
                beside,
            ]
        );
    }

    #[tokio::test]
    async fn the_setup_of_a_worker_may_take_the_state() {
        let (state, none) = (Arc::new(5), SharedState::default);
        assert_eq!(state!(setup_worker(plain, state.clone(), none())), Ok(Arc::new(1)));
        assert_eq!(
            state!(setup_worker(plain_with_state, state.clone(), none())),
            Err("state 5".to_string())
        );
        assert_eq!(
            state!(setup_worker(later_error, state.clone(), none())),
            Err("invalid digit found in string".to_string())
        );
        assert_eq!(state!(setup_worker(later_with_state, state, none())), Ok(Arc::new(6)));
    }
}
