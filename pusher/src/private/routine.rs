//! [`Routine`]: a fn that a key names, such as `setup`, and how it is started.

use std::marker::PhantomData;
use std::sync::Arc;

use super::blocking::blocking;
use super::refused::{Refused, never};
use crate::harness::registry::Boxed;

/// A fn named in `setup`, `setup_worker`, `teardown_worker` or `teardown`, with the value that it
/// may take. `Kind` is the key, for the error if the fn does not fit. Expanded code calls
/// `(&&&&&&&setup(path)).start()`: rustc finds the impl on the most references first.
pub struct Routine<Kind, F, S> {
    function: F,
    state: Arc<S>,
    kind: PhantomData<Kind>,
}

impl<Kind, F, S> Routine<Kind, F, S> {
    pub(super) fn new(function: F, state: Arc<S>) -> Routine<Kind, F, S> {
        Routine { function, state, kind: PhantomData }
    }
}

pub trait Start {
    type Output;
    fn start(&self) -> Boxed<Self::Output>;
}

impl<Kind, F, S, R> Start for &&&&&&Routine<Kind, F, S>
where
    F: Fn(Arc<S>) -> R + Copy + Send + 'static,
    S: Send + Sync + 'static,
    R: Future + Send + 'static,
{
    type Output = R::Output;

    fn start(&self) -> Boxed<R::Output> {
        let (function, state) = (self.function, self.state.clone());
        Box::pin(async move { function(state).await })
    }
}

impl<Kind, F, S, R> Start for &&&&&Routine<Kind, F, S>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Future + Send + 'static,
{
    type Output = R::Output;

    fn start(&self) -> Boxed<R::Output> {
        let function = self.function;
        Box::pin(async move { function().await })
    }
}

/// An async fn whose future cannot change threads. The bound is on the method, so that rustc names
/// the value that holds the future back.
pub trait RefuseStart {
    type Future;
    fn start(&self) -> Boxed<Refused>
    where
        Self::Future: Send;
}

impl<Kind, F: Fn(Arc<S>) -> R, S, R: Future> RefuseStart for &&&&Routine<Kind, F, S> {
    type Future = R;

    fn start(&self) -> Boxed<Refused>
    where
        R: Send,
    {
        never()
    }
}

impl<Kind, F: Fn() -> R, S, R: Future> RefuseStart for &&&Routine<Kind, F, S> {
    type Future = R;

    fn start(&self) -> Boxed<Refused>
    where
        R: Send,
    {
        never()
    }
}

impl<Kind, F, S, R> Start for &&Routine<Kind, F, S>
where
    F: Fn(Arc<S>) -> R + Copy + Send + 'static,
    S: Send + Sync + 'static,
    R: Send + 'static,
{
    type Output = R;

    fn start(&self) -> Boxed<R> {
        let (function, state) = (self.function, self.state.clone());
        Box::pin(blocking(move || function(state)))
    }
}

impl<Kind, F, S, R> Start for &Routine<Kind, F, S>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Send + 'static,
{
    type Output = R;

    fn start(&self) -> Boxed<R> {
        Box::pin(blocking(self.function))
    }
}
