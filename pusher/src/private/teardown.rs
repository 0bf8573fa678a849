//! The fns named in `teardown` and `teardown_worker`, and how they ended.

use std::any::Any;
use std::fmt::Display;
use std::sync::Arc;

use super::given::Refused;
use super::routine::Routine;
use super::setup::Made;
use super::{Boxed, Outcome, never};
use crate::harness::registry::Teardown;

pub struct OfTeardown;
pub struct OfTeardownWorker;

/// A fn named in `teardown`, with the state that it may take.
pub fn teardown<F, S>(function: F, state: Arc<S>) -> Routine<OfTeardown, F, S> {
    Routine::new(function, state)
}

/// A fn named in `teardown_worker`, with what the setup of the Worker made.
pub fn teardown_worker<F, W>(function: F, made: Arc<W>) -> Routine<OfTeardownWorker, F, W> {
    Routine::new(function, made)
}

/// A teardown that is owed.
pub fn owed(
    teardown: impl FnOnce() -> Boxed<Result<(), String>> + Send + 'static,
) -> Option<Teardown> {
    Some(Box::new(teardown))
}

/// The teardown of what has none.
pub fn no_teardown() -> Option<Teardown> {
    None
}

/// What is no teardown at all.
pub trait RefuseTeardown {
    type Teardown;
    type State;
    fn start(&self) -> Boxed<Refused>
    where
        Self::Teardown: IsTeardown<Self::State>;
}

impl<F, S> RefuseTeardown for Routine<OfTeardown, F, S> {
    type Teardown = F;
    type State = S;

    fn start(&self) -> Boxed<Refused>
    where
        F: IsTeardown<S>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no teardown of this load",
    label = "not a teardown",
    note = "a teardown is a fn or an async fn whose only parameter, if any, is the `Arc<S>` of the load's setup; it returns `()` or a `Result<T, E>` with an `E` that implements `Display`"
)]
pub trait IsTeardown<S> {}

/// What is wrong is the setup then, and rustc has said so.
impl<F> IsTeardown<Refused> for F {}

/// What is no teardown of a Worker at all.
pub trait RefuseTeardownWorker {
    type Teardown;
    type Made;
    fn start(&self) -> Boxed<Refused>
    where
        Self::Teardown: IsTeardownWorker<Self::Made>;
}

impl<F, W> RefuseTeardownWorker for Routine<OfTeardownWorker, F, W> {
    type Teardown = F;
    type Made = W;

    fn start(&self) -> Boxed<Refused>
    where
        F: IsTeardownWorker<W>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no teardown of this load's Workers",
    label = "not a teardown of a Worker",
    note = "a teardown_worker is a fn or an async fn whose only parameter, if any, is the `Arc<W>` of the load's setup_worker; it returns `()` or a `Result<T, E>` with an `E` that implements `Display`"
)]
pub trait IsTeardownWorker<W> {}

/// What is wrong is the setup of the Worker then, and rustc has said so.
impl<F> IsTeardownWorker<Refused> for F {}

/// How a teardown ended. Called as `(&&&Made::new(value)).outcome()`, like a `Routine`.
pub trait EndOrError {
    fn outcome(&self) -> Result<(), String>;
}

impl<O: Outcome> EndOrError for &&Made<O> {
    fn outcome(&self) -> Result<(), String> {
        self.take().into_result().map(drop).map_err(|error| error.to_string())
    }
}

/// What is wrong has been said.
impl EndOrError for &&Made<Refused> {
    fn outcome(&self) -> Result<(), String> {
        never()
    }
}

/// A `Result` that is of no use.
pub trait RefuseFailure {
    type Value;
    type Error;
    fn outcome(&self) -> Result<(), String>
    where
        Self::Value: Any + Send,
        Self::Error: Display;
}

impl<T, E> RefuseFailure for &Made<Result<T, E>> {
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

/// A value that does not say whether it went well.
pub trait RefuseEnd {
    type End;
    fn outcome(&self) -> Result<(), String>
    where
        Self::End: IsEnd;
}

impl<T> RefuseEnd for Made<T> {
    type End = T;

    fn outcome(&self) -> Result<(), String>
    where
        T: IsEnd,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "a teardown cannot return `{Self}`",
    label = "`{Self}` does not say whether it succeeded",
    note = "return `()`, or a `Result<T, E>` with `T: Send + 'static` and an `E` that implements `Display`"
)]
pub trait IsEnd {}

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
            let once =
                (&&&Made::new((&&&&&&&teardown($teardown, Arc::new(5u8))).start().await)).outcome();
            let worker =
                (&&&Made::new((&&&&&&&teardown_worker($teardown, Arc::new(5u8))).start().await))
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
