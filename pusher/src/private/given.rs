//! What a load's fn is given.

use std::future::Ready;
use std::sync::Arc;

use super::never;
use crate::plan::target::Call;

/// What there is to hand to a load's fn: expanded code writes one `Pick::pick(&given)` a parameter, and the types decide.
pub struct Given<'a, S> {
    call: Call,
    state: &'a Arc<S>,
}

impl<'a, S> Given<'a, S> {
    pub fn new(call: Call, state: &'a Arc<S>) -> Given<'a, S> {
        Given { call, state }
    }
}

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

#[diagnostic::do_not_recommend]
impl<S> Pick<Call, TheCall> for Given<'_, S> {
    fn pick(&self) -> Call {
        self.call.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<S> Pick<Arc<S>, TheState> for Given<'_, S> {
    fn pick(&self) -> Arc<S> {
        self.state.clone()
    }
}

/// The state of a load without a setup.
pub struct NoSetup;

pub fn no_setup() -> Arc<NoSetup> {
    Arc::new(NoSetup)
}

/// The state of a load whose setup is wrong. rustc has said so then; since this goes wherever the right state would, it
/// says nothing else.
pub struct Refused;

#[diagnostic::do_not_recommend]
impl<T> Pick<T, Refused> for Given<'_, Refused> {
    fn pick(&self) -> T {
        never()
    }
}

/// Hands on the future that a load's fn returned.
pub trait Calling {
    fn calling<R>(&self, future: R) -> R {
        future
    }
}

impl<S> Calling for Given<'_, S> {}

impl Given<'_, Refused> {
    /// Found before the trait's: a future that holds a state which calls cannot share is no second mistake.
    pub fn calling<R>(&self, _future: R) -> Ready<()> {
        never()
    }
}
