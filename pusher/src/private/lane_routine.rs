//! [`LaneRoutine`]: a fn named in `setup_worker` or `teardown_worker` of a load with
//! `local = true`, and how it is started on its lane. Its future need not be `Send`.

use std::fmt::Display;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::missing::{Gift, missing};
use super::refused::{Refused, never};
use super::setup::Returned;
use crate::harness::registry::{Here, SharedState};
use crate::plan::error_text::ErrorText;

/// Such a fn, with the value that it may take: the `Arc<S>` of `setup`, or the `Rc<W>` of its lane.
/// `Kind` is the key. Expanded code calls `(&&&&&&&lane_setup(path, ..)).start()`: rustc finds the
/// impl on the most references first.
pub struct LaneRoutine<Kind, F, P> {
    function: F,
    given: P,
    shared: SharedState,
    kind: PhantomData<Kind>,
}

/// A fn that has begun, or why it cannot.
pub(super) type StartedHere<R> = Result<Here<R>, String>;

pub struct OfLaneSetup;
pub struct OfLaneTeardown;

/// A fn named in `setup_worker`, with the state that it may take, or else what all loads share.
pub fn lane_setup<F, S>(
    function: F,
    state: Arc<S>,
    shared: SharedState,
) -> LaneRoutine<OfLaneSetup, F, Arc<S>> {
    LaneRoutine { function, given: state, shared, kind: PhantomData }
}

/// A fn named in `teardown_worker`, with the value of its lane.
pub fn lane_teardown<F, W>(function: F, made: Rc<W>) -> LaneRoutine<OfLaneTeardown, F, Rc<W>> {
    LaneRoutine { function, given: made, shared: SharedState::default(), kind: PhantomData }
}

pub trait StartHere {
    type Output;
    fn start(&self) -> StartedHere<Self::Output>;
}

/// A fn that takes the value of the setup of `main!`.
pub trait StartHereShared<X> {
    type Output;
    fn start(&self) -> StartedHere<Self::Output>;
}

impl<Kind, F, P, R> StartHere for &&&&&&LaneRoutine<Kind, F, P>
where
    F: Fn(P) -> R + Copy + 'static,
    P: Clone + 'static,
    R: Future + 'static,
{
    type Output = R::Output;

    fn start(&self) -> StartedHere<R::Output> {
        let (function, given) = (self.function, self.given.clone());
        Ok(Box::pin(async move { function(given).await }))
    }
}

impl<Kind, F, P, R> StartHere for &&&&&LaneRoutine<Kind, F, P>
where
    F: Fn() -> R + Copy + 'static,
    R: Future + 'static,
{
    type Output = R::Output;

    fn start(&self) -> StartedHere<R::Output> {
        let function = self.function;
        Ok(Box::pin(async move { function().await }))
    }
}

impl<F, S, X, R> StartHereShared<X> for &&&&&LaneRoutine<OfLaneSetup, F, Arc<S>>
where
    F: Fn(Arc<X>) -> R + Copy + 'static,
    S: 'static,
    X: Send + Sync + 'static,
    R: Future + 'static,
{
    type Output = R::Output;

    fn start(&self) -> StartedHere<R::Output> {
        let (function, state) = (self.function, self.find()?);
        Ok(Box::pin(async move { function(state).await }))
    }
}

impl<Kind, F, P, R> StartHere for &&&LaneRoutine<Kind, F, P>
where
    F: Fn(P) -> R + Copy + 'static,
    P: Clone + 'static,
    R: 'static,
{
    type Output = R;

    fn start(&self) -> StartedHere<R> {
        let (function, given) = (self.function, self.given.clone());
        Ok(Box::pin(async move { function(given) }))
    }
}

impl<Kind, F, P, R> StartHere for &&LaneRoutine<Kind, F, P>
where
    F: Fn() -> R + Copy + 'static,
    R: 'static,
{
    type Output = R;

    fn start(&self) -> StartedHere<R> {
        let function = self.function;
        Ok(Box::pin(async move { function() }))
    }
}

impl<F, S, X, R> StartHereShared<X> for &&LaneRoutine<OfLaneSetup, F, Arc<S>>
where
    F: Fn(Arc<X>) -> R + Copy + 'static,
    S: 'static,
    X: Send + Sync + 'static,
    R: 'static,
{
    type Output = R;

    fn start(&self) -> StartedHere<R> {
        let (function, state) = (self.function, self.find()?);
        Ok(Box::pin(async move { function(state) }))
    }
}

impl<F, S: 'static> LaneRoutine<OfLaneSetup, F, Arc<S>> {
    /// # Errors
    ///
    /// Nothing gives a value of this type.
    fn find<X: Send + Sync + 'static>(&self) -> Result<Arc<X>, String> {
        let gifts = || Gift::of::<S>("`setup`").into_iter().collect();
        let missing = || format!("it {}", missing::<X>(gifts(), &self.shared));
        self.shared.find().ok_or_else(missing)
    }
}

/// A fn that is no setup of a lane.
pub trait RefuseLaneSetup {
    type Function;
    type State;
    fn start(&self) -> StartedHere<Refused>
    where
        Self::Function: IsLaneSetup<Self::State>;
}

impl<F, S> RefuseLaneSetup for LaneRoutine<OfLaneSetup, F, Arc<S>> {
    type Function = F;
    type State = S;

    fn start(&self) -> StartedHere<Refused>
    where
        F: IsLaneSetup<S>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setup of this load's lanes",
    label = "not a setup of a lane",
    note = "a setup_worker is a fn or an async fn whose only parameter, if any, is the `Arc<S>` \
            of the load's setup or of that in `pusher::main!(setup = ..)`; with `local = true` it \
            returns any `W`, or a `Result<W, E>` with an `E` that implements `Display`"
)]
pub trait IsLaneSetup<S> {}

/// The mistake is in the load's setup, and rustc has reported it.
impl<F> IsLaneSetup<Refused> for F {}

/// A fn that is no teardown of a lane.
pub trait RefuseLaneTeardown {
    type Function;
    type Made;
    fn start(&self) -> StartedHere<Refused>
    where
        Self::Function: IsLaneTeardown<Self::Made>;
}

impl<F, W> RefuseLaneTeardown for LaneRoutine<OfLaneTeardown, F, Rc<W>> {
    type Function = F;
    type Made = W;

    fn start(&self) -> StartedHere<Refused>
    where
        F: IsLaneTeardown<W>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no teardown of this load's lanes",
    label = "not a teardown of a lane",
    note = "with `local = true` a teardown_worker is a fn or an async fn whose only parameter, if \
            any, is the `Rc<W>` of the load's setup_worker; it returns `()` or a `Result<T, E>` \
            with an `E` that implements `Display`"
)]
pub trait IsLaneTeardown<W> {}

/// The mistake is in the setup of the lane, and rustc has reported it.
impl<F> IsLaneTeardown<Refused> for F {}

/// The value that a `setup_worker` returned: `W` or `Result<W, E>`. Expanded code calls
/// `(&&&&&Returned::new(value)).kept()`, as with a `LaneRoutine`.
pub trait KeepOnLane {
    type Made;
    fn kept(&self) -> Result<Rc<Self::Made>, String>;
}

/// A value that is in an `Rc` or an `Arc` already.
pub trait RefusePointer {
    type Made;
    fn kept(&self) -> Result<Rc<Self::Made>, String>
    where
        Self::Made: IsInNoPointer;
}

macro_rules! refuse_pointers {
    ($($returned:ty),+) => {$(
        impl<W, E> RefusePointer for &&&Returned<Result<$returned, E>> {
            type Made = W;

            fn kept(&self) -> Result<Rc<W>, String>
            where
                W: IsInNoPointer,
            {
                never()
            }
        }

        impl<W> RefusePointer for &&&Returned<$returned> {
            type Made = W;

            fn kept(&self) -> Result<Rc<W>, String>
            where
                W: IsInNoPointer,
            {
                never()
            }
        }
    )+};
}

refuse_pointers!(Rc<W>, Arc<W>);

#[diagnostic::on_unimplemented(
    message = "a setup_worker returns a `{Self}` that is in an `Rc` or an `Arc`",
    label = "return `{Self}`: it is put into an Rc for you",
    note = "what a `setup_worker` with `local = true` returns is put into an `Rc`: write \
            `-> {Self}`, or the same in a `Result`, and take an `Rc<{Self}>`"
)]
pub trait IsInNoPointer {}

impl<W: 'static, E: Display> KeepOnLane for &&Returned<Result<W, E>> {
    type Made = W;

    fn kept(&self) -> Result<Rc<W>, String> {
        self.take().map(Rc::new).map_err(|error| ErrorText::displayed(&error).into_string())
    }
}

/// A `Result` whose error cannot be shown.
pub trait RefuseLaneError {
    type Error;
    fn kept(&self) -> Result<Rc<Refused>, String>
    where
        Self::Error: Display;
}

impl<W, E> RefuseLaneError for &Returned<Result<W, E>> {
    type Error = E;

    fn kept(&self) -> Result<Rc<Refused>, String>
    where
        E: Display,
    {
        never()
    }
}

impl<W: 'static> KeepOnLane for Returned<W> {
    type Made = W;

    fn kept(&self) -> Result<Rc<W>, String> {
        Ok(Rc::new(self.take()))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::causes::{FromPhase, WithCauses as _};
    use super::super::teardown::OutcomeOfTeardown as _;
    use super::*;

    fn plain() -> Cell<u8> {
        Cell::new(1)
    }
    fn plain_with_state(state: Arc<u8>) -> Result<Cell<u8>, String> {
        Err(format!("state {state}"))
    }
    async fn later() -> Cell<u8> {
        let value = Rc::new(Cell::new(4));
        std::future::ready(()).await;
        Cell::new(value.get())
    }
    async fn later_with_state(state: Arc<u8>) -> Result<Cell<u8>, String> {
        Ok(Cell::new(*state + 1))
    }
    async fn later_error() -> Result<Cell<u8>, std::num::ParseIntError> {
        "x".parse().map(Cell::new)
    }

    /// What expanded code does with a `setup_worker`.
    macro_rules! made {
        ($setup:path, $state:expr, $shared:expr) => {
            match (&&&&&&&lane_setup($setup, Arc::new($state), $shared)).start() {
                Ok(started) => {
                    (&&&&&Returned::new((&&&FromPhase::of(started.await)).with_causes()))
                        .kept()
                        .map(|made| made.get())
                }
                Err(why) => Err(why),
            }
        };
    }

    #[tokio::test]
    async fn the_types_decide_how_a_setup_is_run_and_what_it_made() {
        let none = SharedState::default;
        assert_eq!(made!(plain, 5u8, none()), Ok(1));
        assert_eq!(made!(plain_with_state, 5u8, none()), Err("state 5".to_string()));
        assert_eq!(made!(later, 5u8, none()), Ok(4));
        assert_eq!(made!(later_with_state, 5u8, none()), Ok(6));
        let error = "invalid digit found in string".to_string();
        assert_eq!(made!(later_error, 5u8, none()), Err(error));
    }

    #[tokio::test]
    async fn a_setup_may_take_what_all_loads_share() {
        let shared = || SharedState::new(Arc::new(7u8));
        assert_eq!(made!(later_with_state, "own", shared()), Ok(8));
        assert_eq!(made!(plain_with_state, "own", shared()), Err("state 7".to_string()));
        // What the load itself gives comes first.
        assert_eq!(made!(later_with_state, 5u8, shared()), Ok(6));
    }

    #[tokio::test]
    async fn a_setup_that_takes_what_nothing_gives_does_not_start() {
        let why = "it takes an `Arc<u8>`, which nothing gives: there is an `Arc<&str>` from \
                   `setup`; return a `u8` from a setup of the load, or from that of all loads, \
                   `pusher::main!(setup = ..)`";
        assert_eq!(made!(later_with_state, "own", SharedState::default()), Err(why.to_string()));
        assert_eq!(made!(plain_with_state, "own", SharedState::default()), Err(why.to_string()));
    }

    fn close() {}
    fn close_it(made: Rc<Cell<u8>>) -> Result<(), String> {
        Err(format!("{} is in use", made.get()))
    }
    async fn close_later(made: Rc<Cell<u8>>) -> Result<(), String> {
        std::future::ready(()).await;
        Err(format!("{} is in use", made.get()))
    }

    #[tokio::test]
    async fn the_types_decide_how_a_teardown_is_run() {
        macro_rules! check {
            ($teardown:path, $outcome:expr) => {
                let made = Rc::new(Cell::new(5u8));
                let started = (&&&&&&&lane_teardown($teardown, made)).start().unwrap();
                let ended = (&&&FromPhase::of(started.await)).with_causes();
                assert_eq!((&&&Returned::new(ended)).outcome(), $outcome);
            };
        }
        check!(close, Ok(()));
        check!(close_it, Err("5 is in use".to_string()));
        check!(close_later, Err("5 is in use".to_string()));
    }
}
