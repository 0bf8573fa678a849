//! All that expanded code may name. Nothing here is public API.

use std::sync::Arc;

pub use std::boxed::Box;
pub use std::process::ExitCode;
pub use std::string::String;

pub use inventory::submit;

use crate::engine::worker::Worker;
use crate::plan::target::Target;

pub use crate::harness::main::{Binary, main};
pub use crate::harness::registry::{Boxed, Load, Prepared};
pub use crate::plan::asked::Asked;
pub use crate::plan::offer::Terms;
pub use crate::plan::target::{Call, Outcome};

/// What there is to hand to a load's fn: expanded code writes one `given.pick()` a parameter, and the types decide.
pub struct Given<S> {
    call: Call,
    state: Arc<S>,
}

impl<S> Given<S> {
    pub fn new(call: Call, state: &Arc<S>) -> Given<S> {
        Given { call, state: state.clone() }
    }
}

/// The state of a load without a setup.
pub struct NoSetup;

/// Gives the parameter of type `T`; `Source` is a marker that keeps the impls apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "a load has no `{T}` to give to its fn",
    label = "nothing gives a `{T}`",
    note = "a parameter is a `pusher::Call`, or `Arc<S>` with `S` what the fn named in `setup = ..` returns (the `S` of a `Result<S, E>`)"
)]
pub trait Pick<T, Source> {
    fn pick(&self) -> T;
}

pub struct TheCall;
pub struct TheState;

impl<S> Pick<Call, TheCall> for Given<S> {
    fn pick(&self) -> Call {
        self.call.clone()
    }
}

impl<S> Pick<Arc<S>, TheState> for Given<S> {
    fn pick(&self) -> Arc<S> {
        self.state.clone()
    }
}

/// A fn named in `setup`. Called as `(&Setup(path)).start()`: the async impl is found first, the plain one by one more
/// reference, which is how a macro that sees no types tells the two apart.
pub struct Setup<F>(pub F);

pub trait StartAsync {
    type Output;
    fn start(&self) -> Boxed<Self::Output>;
}

impl<F, R> StartAsync for Setup<F>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Future<Output: Send> + Send + 'static,
{
    type Output = R::Output;

    fn start(&self) -> Boxed<R::Output> {
        let setup = self.0;
        Box::pin(async move { setup().await })
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

/// What a setup returned: `S`, or `Result<S, E>` whose error can be shown. Called as `(&mut Made::new(value)).state()`.
pub struct Made<T>(Option<T>);

impl<T> Made<T> {
    pub fn new(value: T) -> Made<T> {
        Made(Some(value))
    }
}

pub trait StateOrError {
    type State;
    fn state(self) -> Result<Arc<Self::State>, String>;
}

impl<S, E: std::fmt::Display> StateOrError for Made<Result<S, E>> {
    type State = S;

    fn state(self) -> Result<Arc<S>, String> {
        match self.0 {
            Some(Ok(state)) => Ok(Arc::new(state)),
            Some(Err(error)) => Err(error.to_string()),
            None => unreachable!("made with a value, and taken once"),
        }
    }
}

pub trait StateAlone {
    type State;
    fn state(self) -> Result<Arc<Self::State>, String>;
}

impl<S> StateAlone for &mut Made<S> {
    type State = S;

    fn state(self) -> Result<Arc<S>, String> {
        Ok(Arc::new(self.0.take().expect("made with a value, and taken once")))
    }
}

/// A fn named in `teardown`, with the state it may take. Called as `(&&&&Teardown(path, state)).run()`.
pub struct Teardown<F, S>(pub F, pub Arc<S>);

pub trait RunAsyncWithState {
    fn run(&self) -> Boxed<Result<(), String>>;
}

impl<F, S, R> RunAsyncWithState for &&&Teardown<F, S>
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

impl<F, S, R> RunAsyncAlone for &&Teardown<F, S>
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

impl<F, S, R> RunPlainWithState for &Teardown<F, S>
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

impl<F, S, R> RunPlainAlone for Teardown<F, S>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Outcome,
{
    fn run(&self) -> Boxed<Result<(), String>> {
        let teardown = self.0;
        Box::pin(blocking(move || torn_down(teardown())))
    }
}

fn torn_down(outcome: impl Outcome) -> Result<(), String> {
    outcome.into_result().map(drop).map_err(|error| error.to_string())
}

/// Runs a plain fn where it may block. Its panic goes on in the caller.
async fn blocking<R: Send + 'static>(plain: impl FnOnce() -> R + Send + 'static) -> R {
    match tokio::task::spawn_blocking(plain).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The load that is ready: its target, and the teardown that is owed.
///
/// The worker's ident is the test's name, which the harness knows.
pub fn prepared<A, T: Target<A>>(
    target: T,
    teardown: impl FnOnce() -> Boxed<Result<(), String>> + Send + 'static,
) -> Result<Prepared, String> {
    Ok(Prepared { worker: Worker::hire("", target), teardown: Box::new(teardown) })
}

/// The teardown of a load that names none.
pub fn no_teardown() -> Boxed<Result<(), String>> {
    Box::pin(std::future::ready(Ok(())))
}
