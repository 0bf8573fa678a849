//! The fn named in `setup`, and what it made.

use std::cell::Cell;
use std::fmt::Display;
use std::sync::Arc;

use super::given::Refused;
use super::{Boxed, blocking, never};

/// A fn named in `setup`. Called as `(&&&&Setup(path)).start()`: the impl on the most references is found first.
pub struct Setup<F>(pub F);

pub trait StartAsync {
    type Output;
    fn start(&self) -> Boxed<Self::Output>;
}

impl<F, R> StartAsync for &&&Setup<F>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Future + Send + 'static,
{
    type Output = R::Output;

    fn start(&self) -> Boxed<R::Output> {
        let setup = self.0;
        Box::pin(async move { setup().await })
    }
}

/// An async fn whose future cannot change threads. The bound is on the method, where rustc says what holds it back.
pub trait RefuseStart {
    type Future;
    fn start(&self) -> Boxed<Refused>
    where
        Self::Future: Send;
}

impl<F: Fn() -> R, R: Future> RefuseStart for &&Setup<F> {
    type Future = R;

    fn start(&self) -> Boxed<Refused>
    where
        R: Send,
    {
        never()
    }
}

pub trait StartPlain {
    type Output;
    fn start(&self) -> Boxed<Self::Output>;
}

impl<F, R> StartPlain for &Setup<F>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Send + 'static,
{
    type Output = R;

    fn start(&self) -> Boxed<R> {
        Box::pin(blocking(self.0))
    }
}

/// What is no setup at all.
pub trait RefuseSetup {
    type Setup;
    fn start(&self) -> Boxed<Refused>
    where
        Self::Setup: IsSetup;
}

impl<F> RefuseSetup for Setup<F> {
    type Setup = F;

    fn start(&self) -> Boxed<Refused>
    where
        F: IsSetup,
    {
        never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setup",
    label = "not a setup",
    note = "a setup is a fn or an async fn without parameters that returns `S` or a `Result<S, E>`, with an `S` that is `Send + Sync + 'static` and an `E` that implements `Display`"
)]
pub trait IsSetup {}

/// What a setup returned: `S`, or `Result<S, E>`. Called as `(&&&Made::new(value)).state()`, like [`Setup`].
pub struct Made<T>(Cell<Option<T>>);

impl<T> Made<T> {
    pub fn new(value: T) -> Made<T> {
        Made(Cell::new(Some(value)))
    }

    fn take(&self) -> T {
        self.0.take().expect("made with a value, and taken once")
    }
}

/// What calls on several threads can share.
#[diagnostic::on_unimplemented(
    message = "calls cannot share a `{Self}`",
    label = "returns a `{Self}`",
    note = "calls run on several threads, so what a setup returns has to be `Send + Sync + 'static`"
)]
pub trait IsState {}

#[diagnostic::do_not_recommend]
impl<S: Send + Sync + 'static> IsState for S {}

pub trait StateOrError {
    type State;
    fn state(&self) -> Result<Arc<Self::State>, String>;
}

impl<S: Send + Sync + 'static, E: Display> StateOrError for &&&Made<Result<S, E>> {
    type State = S;

    fn state(&self) -> Result<Arc<S>, String> {
        self.take().map(Arc::new).map_err(|error| error.to_string())
    }
}

/// A `Result` that is of no use.
pub trait RefuseError {
    type State;
    type Error;
    fn state(&self) -> Result<Arc<Refused>, String>
    where
        Self::State: IsState,
        Self::Error: Display;
}

impl<S, E> RefuseError for &&Made<Result<S, E>> {
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

impl<S: Send + Sync + 'static> StateAlone for &Made<S> {
    type State = S;

    fn state(&self) -> Result<Arc<S>, String> {
        Ok(Arc::new(self.take()))
    }
}

/// A value that is of no use.
pub trait RefuseState {
    type State;
    fn state(&self) -> Result<Arc<Refused>, String>
    where
        Self::State: IsState;
}

impl<S> RefuseState for Made<S> {
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

    /// What expanded code does with a path.
    macro_rules! state {
        ($setup:path) => {
            (&&&&Made::new((&&&&Setup($setup)).start().await)).state()
        };
    }

    #[tokio::test]
    async fn the_types_decide_how_a_setup_is_run_and_what_it_made() {
        assert_eq!(state!(plain), Ok(Arc::new(1)));
        assert_eq!(state!(plain_result), Ok(Arc::new(2)));
        assert_eq!(state!(plain_error), Err("no shop".to_string()));
        assert_eq!(state!(later), Ok(Arc::new(4)));
        assert_eq!(state!(later_result), Ok(Arc::new(5)));
        assert_eq!(state!(later_error), Err("invalid digit found in string".to_string()));
        assert_eq!(state!(future), Ok(Arc::new(4)));
        assert_eq!(state!(Vec::<u8>::new), Ok(Arc::new(vec![])));
    }
}
