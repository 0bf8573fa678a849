//! [`Coming`]: the call that a load's fn is about to be called for. It is made only if something
//! asks for it: an empty call is a tenth dearer with one that nobody needs.

use std::cell::{Cell, OnceCell};
use std::future::Future;

use crate::plan::outcome::Outcome;
use crate::plan::target::{Call, Target};

/// A call that is made when it is asked for.
pub struct Coming<'a>(&'a dyn Fn() -> Call);

impl Coming<'_> {
    pub(super) fn call(&self) -> Call {
        (self.0)()
    }
}

/// Expanded code as a target.
pub(super) struct Expanded<F>(pub(super) F);

/// Tells this kind of target apart.
pub(super) struct ByComing;

impl<F, R> Target<ByComing> for Expanded<F>
where
    F: Fn(Coming<'_>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    type Outcome = R::Output;
    type Future = R;

    #[inline]
    fn call(&self, call: impl FnOnce() -> Call) -> R {
        let (call, made) = (Cell::new(Some(call)), OnceCell::<Call>::new());
        let make = || call.take().expect("it is made once")();
        (self.0)(Coming(&|| made.get_or_init(make).clone()))
    }
}

impl<F> Expanded<F> {
    /// As a fn whose calls stay on their lane.
    pub(super) fn here<R>(self) -> impl Fn(Call) -> R + Send + Sync + 'static
    where
        F: Fn(Coming<'_>) -> R + Send + Sync + 'static,
    {
        move |call| (self.0)(Coming(&|| call.clone()))
    }
}
