//! [`OutcomeOfTeardown`]: how the fns named in `teardown` and `teardown_worker` ended.

use std::any::Any;
use std::fmt::Display;
use std::sync::Arc;

use super::refused::{Refused, never};
use super::routine::{Routine, Started};
use super::setup::Returned;
use crate::harness::registry::{Boxed, Teardown};
use crate::plan::outcome::Outcome;

pub struct OfTeardown;
pub struct OfTeardownWorker;

/// A fn named in `teardown`, with the state that it may take.
pub fn teardown<F, S>(function: F, state: Arc<S>) -> Routine<OfTeardown, F, S> {
    Routine::new(function, state)
}

/// A fn named in `teardown_worker`, with the value of its station.
pub fn teardown_worker<F, W>(function: F, made: Arc<W>) -> Routine<OfTeardownWorker, F, W> {
    Routine::new(function, made)
}

/// A teardown that has to run.
pub fn owed(
    teardown: impl FnOnce() -> Boxed<Result<(), String>> + Send + 'static,
) -> Option<Teardown> {
    Some(Box::new(teardown))
}

/// The teardown of a load or a station without one.
pub fn no_teardown() -> Option<Teardown> {
    None
}

/// A fn that is no teardown.
pub trait RefuseTeardown {
    type Function;
    type State;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsTeardown<Self::State>;
}

impl<F, S> RefuseTeardown for Routine<OfTeardown, F, S> {
    type Function = F;
    type State = S;

    fn start(&self) -> Started<Refused>
    where
        F: IsTeardown<S>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no teardown of this load",
    label = "not a teardown",
    note = "a teardown is a fn or an async fn whose only parameter, if any, is the `Arc<S>` of \
            the load's setup; it returns `()` or a `Result<T, E>` with an `E` that implements \
            `Display`; what `pusher::main!(setup = ..)` gives is for calls and setups, so let the \
            load's setup take it and keep it"
)]
pub trait IsTeardown<S> {}

/// The mistake is in the load's setup, and rustc has reported it.
impl<F> IsTeardown<Refused> for F {}

/// A fn that is no teardown of a Worker.
pub trait RefuseTeardownWorker {
    type Function;
    type Made;
    fn start(&self) -> Started<Refused>
    where
        Self::Function: IsTeardownWorker<Self::Made>;
}

impl<F, W> RefuseTeardownWorker for Routine<OfTeardownWorker, F, W> {
    type Function = F;
    type Made = W;

    fn start(&self) -> Started<Refused>
    where
        F: IsTeardownWorker<W>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no teardown of this load's Workers",
    label = "not a teardown of a Worker",
    note = "a teardown_worker is a fn or an async fn whose only parameter, if any, is the \
            `Arc<W>` of the load's setup_worker; it returns `()` or a `Result<T, E>` with an `E` \
            that implements `Display`"
)]
pub trait IsTeardownWorker<W> {}

/// The mistake is in the setup of the Worker, and rustc has reported it.
impl<F> IsTeardownWorker<Refused> for F {}

/// How a teardown ended. Expanded code calls `(&&&Returned::new(value)).outcome()`, as with a
/// `Routine`.
pub trait OutcomeOfTeardown {
    fn outcome(&self) -> Result<(), String>;
}

impl<O: Outcome> OutcomeOfTeardown for &&Returned<O> {
    fn outcome(&self) -> Result<(), String> {
        self.take().into_result().map(drop).map_err(|error| O::text(&error).into_string())
    }
}

/// The mistake is in the fn, and rustc has reported it.
impl OutcomeOfTeardown for &&Returned<Refused> {
    fn outcome(&self) -> Result<(), String> {
        never()
    }
}

/// A `Result` whose parts do not fit.
pub trait RefuseFailure {
    type Value;
    type Error;
    fn outcome(&self) -> Result<(), String>
    where
        Self::Value: Any + Send,
        Self::Error: Display;
}

impl<T, E> RefuseFailure for &Returned<Result<T, E>> {
    type Value = T;
    type Error = E;

    fn outcome(&self) -> Result<(), String>
    where
        T: Any + Send,
        E: Display,
    {
        never()
    }
}

/// A value that does not say whether the teardown succeeded.
pub trait RefuseOutcome {
    type Value;
    fn outcome(&self) -> Result<(), String>
    where
        Self::Value: IsOutcome;
}

impl<T> RefuseOutcome for Returned<T> {
    type Value = T;

    fn outcome(&self) -> Result<(), String>
    where
        T: IsOutcome,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "a teardown cannot return `{Self}`",
    label = "`{Self}` does not say whether it succeeded",
    note = "return `()`, or a `Result<T, E>` with `T: Send + 'static` and an `E` that implements \
            `Display`"
)]
pub trait IsOutcome {}

#[cfg(test)]
mod tests {
    use super::super::routine::Start as _;
    use super::*;

    fn plain() {}
    fn plain_error() -> Result<(), String> {
        Err("locked".into())
    }
    fn plain_with_state(state: Arc<u8>) -> Result<u8, String> {
        Err(format!("state {state}"))
    }
    async fn later() -> Result<(), String> {
        Err("locked later".into())
    }
    async fn later_with_state(state: Arc<u8>) -> Result<u8, String> {
        Err(format!("state {state} later"))
    }

    /// What expanded code does with a path.
    macro_rules! run {
        ($teardown:path) => {{
            let once = (&&&Returned::new(
                (&&&&&&&teardown($teardown, Arc::new(5u8))).start().unwrap().await,
            ))
                .outcome();
            let worker = (&&&Returned::new(
                (&&&&&&&teardown_worker($teardown, Arc::new(5u8))).start().unwrap().await,
            ))
                .outcome();
            assert_eq!(once, worker);
            once
        }};
    }

    #[tokio::test]
    async fn the_types_decide_how_a_teardown_is_run() {
        assert_eq!(run!(plain), Ok(()));
        assert_eq!(run!(plain_error), Err("locked".to_string()));
        assert_eq!(run!(plain_with_state), Err("state 5".to_string()));
        assert_eq!(run!(later), Err("locked later".to_string()));
        assert_eq!(run!(later_with_state), Err("state 5 later".to_string()));
    }
}
