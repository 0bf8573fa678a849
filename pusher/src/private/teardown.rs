//! The fn named in `teardown`.

use std::sync::Arc;

use super::given::Refused;
use super::{Boxed, Outcome, blocking, never};

/// A fn named in `teardown`, with the state that it may take. Called as `(&&&&&Teardown(path, state)).run()`: the impl on
/// the most references is found first.
pub struct Teardown<F, S>(pub F, pub Arc<S>);

pub trait RunAsyncWithState {
    fn run(&self) -> Boxed<Result<(), String>>;
}

impl<F, S, R> RunAsyncWithState for &&&&Teardown<F, S>
where
    F: Fn(Arc<S>) -> R + Copy + Send + 'static,
    S: Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    fn run(&self) -> Boxed<Result<(), String>> {
        let (teardown, state) = (self.0, self.1.clone());
        Box::pin(async move { torn_down(teardown(state).await) })
    }
}

pub trait RunAsyncAlone {
    fn run(&self) -> Boxed<Result<(), String>>;
}

impl<F, S, R> RunAsyncAlone for &&&Teardown<F, S>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    fn run(&self) -> Boxed<Result<(), String>> {
        let teardown = self.0;
        Box::pin(async move { torn_down(teardown().await) })
    }
}

pub trait RunPlainWithState {
    fn run(&self) -> Boxed<Result<(), String>>;
}

impl<F, S, R> RunPlainWithState for &&Teardown<F, S>
where
    F: Fn(Arc<S>) -> R + Copy + Send + 'static,
    S: Send + Sync + 'static,
    R: Outcome,
{
    fn run(&self) -> Boxed<Result<(), String>> {
        let (teardown, state) = (self.0, self.1.clone());
        Box::pin(blocking(move || torn_down(teardown(state))))
    }
}

pub trait RunPlainAlone {
    fn run(&self) -> Boxed<Result<(), String>>;
}

impl<F, S, R> RunPlainAlone for &Teardown<F, S>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Outcome,
{
    fn run(&self) -> Boxed<Result<(), String>> {
        let teardown = self.0;
        Box::pin(blocking(move || torn_down(teardown())))
    }
}

/// What is no teardown at all.
pub trait RefuseTeardown {
    type Teardown;
    type State;
    fn run(&self) -> Boxed<Result<(), String>>
    where
        Self::Teardown: IsTeardown<Self::State>;
}

impl<F, S> RefuseTeardown for Teardown<F, S> {
    type Teardown = F;
    type State = S;

    fn run(&self) -> Boxed<Result<(), String>>
    where
        F: IsTeardown<S>,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no teardown of this load",
    label = "not a teardown",
    note = "a teardown is a fn or an async fn whose only parameter, if any, is the `Arc<S>` of the load's setup; it returns `()` or a `Result<T, E>` with an `E` that implements `Display`, and the future of an async one is `Send`"
)]
pub trait IsTeardown<S> {}

/// What is wrong is the setup then, and rustc has said so.
impl<F> IsTeardown<Refused> for F {}

fn torn_down(outcome: impl Outcome) -> Result<(), String> {
    outcome.into_result().map(drop).map_err(|error| error.to_string())
}

/// The teardown of a load that names none.
pub fn no_teardown() -> Boxed<Result<(), String>> {
    Box::pin(std::future::ready(Ok(())))
}

#[cfg(test)]
mod tests {
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
        ($teardown:path) => {
            (&&&&&Teardown($teardown, Arc::new(5u8))).run().await
        };
    }

    #[tokio::test]
    async fn the_types_decide_how_a_teardown_is_run() {
        assert_eq!(run!(plain), Ok(()));
        assert_eq!(run!(plain_error), Err("locked".to_string()));
        assert_eq!(run!(plain_with_state), Err("state 5".to_string()));
        assert_eq!(run!(later), Err("locked later".to_string()));
        assert_eq!(run!(later_with_state), Err("state 5 later".to_string()));
        assert_eq!(no_teardown().await, Ok(()));
    }
}
