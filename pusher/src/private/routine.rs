//! [`Routine`]: a fn that a key names, such as `setup`, and how it is started.

use std::marker::PhantomData;
use std::sync::Arc;

use super::blocking::blocking;
use super::missing::{Gift, missing};
use super::refused::{Refused, never};
use crate::harness::registry::{Boxed, SharedState};

/// A fn named in `setup`, `setup_worker`, `teardown_worker` or `teardown`, with the value that it
/// may take. `Kind` is the key, for the error if the fn does not fit. Expanded code calls
/// `(&&&&&&&setup(path, shared)).start()`: rustc finds the impl on the most references first.
pub struct Routine<Kind, F, S> {
    function: F,
    state: Arc<S>,
    shared: SharedState,
    kind: PhantomData<Kind>,
}

/// A fn that has begun, or why it cannot.
pub(super) type Started<R> = Result<Boxed<R>, String>;

impl<Kind, F, S> Routine<Kind, F, S> {
    pub(super) fn new(function: F, state: Arc<S>) -> Routine<Kind, F, S> {
        Routine::with(function, state, SharedState::default())
    }

    /// One that may also take what the setup of `main!` made.
    pub(super) fn with(function: F, state: Arc<S>, shared: SharedState) -> Routine<Kind, F, S> {
        Routine { function, state, shared, kind: PhantomData }
    }
}

/// A key whose fn may take what the setup of `main!` made.
pub trait MayShare {
    /// What there is beside that.
    fn gifts<S: 'static>() -> Vec<Gift>;
}

pub trait Start {
    type Output;
    fn start(&self) -> Started<Self::Output>;
}

/// A fn that takes the value of another setup, of a type that is looked for when it is started.
pub trait StartShared<X> {
    type Output;
    fn start(&self) -> Started<Self::Output>;
}

impl<Kind, F, S, R> Start for &&&&&&Routine<Kind, F, S>
where
    F: Fn(Arc<S>) -> R + Copy + Send + 'static,
    S: Send + Sync + 'static,
    R: Future + Send + 'static,
{
    type Output = R::Output;

    fn start(&self) -> Started<R::Output> {
        let (function, state) = (self.function, self.state.clone());
        Ok(Box::pin(async move { function(state).await }))
    }
}

impl<Kind, F, S, R> Start for &&&&&Routine<Kind, F, S>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Future + Send + 'static,
{
    type Output = R::Output;

    fn start(&self) -> Started<R::Output> {
        let function = self.function;
        Ok(Box::pin(async move { function().await }))
    }
}

impl<Kind, F, S, X, R> StartShared<X> for &&&&&Routine<Kind, F, S>
where
    Kind: MayShare,
    F: Fn(Arc<X>) -> R + Copy + Send + 'static,
    S: 'static,
    X: Send + Sync + 'static,
    R: Future + Send + 'static,
{
    type Output = R::Output;

    fn start(&self) -> Started<R::Output> {
        let (function, state) = (self.function, self.find()?);
        Ok(Box::pin(async move { function(state).await }))
    }
}

impl<Kind: MayShare, F, S: 'static> Routine<Kind, F, S> {
    /// # Errors
    ///
    /// Nothing gives a value of this type.
    fn find<X: Send + Sync + 'static>(&self) -> Result<Arc<X>, String> {
        let missing = || format!("it {}", missing::<X>(Kind::gifts::<S>(), &self.shared));
        self.shared.find().ok_or_else(missing)
    }
}

/// An async fn whose future cannot change threads. The bound is on the method, so that rustc names
/// the value that holds the future back. It shows the line of the bound too.
pub trait RefuseStart {
    type Future;
    fn start(&self) -> Started<Refused>
    where
        Self::Future: Send; // that of a `setup_worker` need not be, with `local = true`
}

/// The same with a type that is looked for.
pub trait RefuseStartShared<X> {
    type Future;
    fn start(&self) -> Started<Refused>
    where
        Self::Future: Send; // that of a `setup_worker` need not be, with `local = true`
}

impl<Kind, F: Fn(Arc<S>) -> R, S, R: Future> RefuseStart for &&&&Routine<Kind, F, S> {
    type Future = R;

    fn start(&self) -> Started<Refused>
    where
        R: Send,
    {
        never()
    }
}

impl<Kind, F: Fn() -> R, S, R: Future> RefuseStart for &&&Routine<Kind, F, S> {
    type Future = R;

    fn start(&self) -> Started<Refused>
    where
        R: Send,
    {
        never()
    }
}

impl<Kind, F, S, X, R> RefuseStartShared<X> for &&&Routine<Kind, F, S>
where
    Kind: MayShare,
    F: Fn(Arc<X>) -> R,
    X: Send + Sync + 'static,
    R: Future,
{
    type Future = R;

    fn start(&self) -> Started<Refused>
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

    fn start(&self) -> Started<R> {
        let (function, state) = (self.function, self.state.clone());
        Ok(Box::pin(blocking(move || function(state))))
    }
}

impl<Kind, F, S, R> Start for &Routine<Kind, F, S>
where
    F: Fn() -> R + Copy + Send + 'static,
    R: Send + 'static,
{
    type Output = R;

    fn start(&self) -> Started<R> {
        Ok(Box::pin(blocking(self.function)))
    }
}

impl<Kind, F, S, X, R> StartShared<X> for &Routine<Kind, F, S>
where
    Kind: MayShare,
    F: Fn(Arc<X>) -> R + Copy + Send + 'static,
    S: 'static,
    X: Send + Sync + 'static,
    R: Send + 'static,
{
    type Output = R;

    fn start(&self) -> Started<R> {
        let (function, state) = (self.function, self.find()?);
        Ok(Box::pin(blocking(move || function(state))))
    }
}
