//! [`Parameter`]: a parameter of a load's fn, and the [`Way`] on which each call gets its value.
//!
//! The types decide at compile time whether the load itself gives the value. If not, an `Arc` is
//! looked for, once and before the first call, in what the setup of `main!` made.

use std::cell::RefCell;
use std::future::Ready;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::compare::Kind;
use super::given::{Given, Hand, Pick, Supply};
use super::lane_stations::LaneStations;
use super::missing::{Gift, missing};
use super::refused::never;
use super::stations::{SetUp, Stations};
use crate::harness::registry::SharedState;

/// All that can be given to the calls of a load: the types of its own values, and what all loads
/// share.
pub struct Gifts<S, W, T, C> {
    own: PhantomData<fn(S, W, T, C)>,
    shared: SharedState,
    /// The first parameter that nothing gives.
    missing: RefCell<Option<String>>,
}

impl<S, W, T, C> Gifts<S, W, T, C> {
    /// Of the load that has this supply.
    pub fn of(_: &Supply<'_, S, W, T, C>, shared: SharedState) -> Gifts<S, W, T, C> {
        Gifts { own: PhantomData, shared, missing: RefCell::default() }
    }

    /// The parameter that nothing gives, if there is one, as a verb and what follows it.
    pub fn missing(self) -> Option<String> {
        self.missing.into_inner()
    }
}

/// A parameter of type `P`. Expanded code calls `(&&&&Parameter::<P, ..>::of(&gifts)).way()`: rustc
/// finds the impl on the most references first.
pub struct Parameter<'a, P, S, W, T, C> {
    gifts: &'a Gifts<S, W, T, C>,
    parameter: PhantomData<fn() -> P>,
}

impl<'a, P, S, W, T, C> Parameter<'a, P, S, W, T, C> {
    pub fn of(gifts: &'a Gifts<S, W, T, C>) -> Parameter<'a, P, S, W, T, C> {
        Parameter { gifts, parameter: PhantomData }
    }

    /// Of a type that only rustc knows.
    pub fn of_kind(gifts: &'a Gifts<S, W, T, C>, _: Kind<P>) -> Parameter<'a, P, S, W, T, C> {
        Parameter::of(gifts)
    }
}

/// A way on which calls get the value of a parameter of type `P`.
pub trait Way<P, G> {
    fn value(&self, given: &G) -> P;
}

/// The parameter of type `P`.
pub fn pick<P, G, V: Way<P, G>>(given: &G, way: &V) -> P {
    way.value(given)
}

/// The load itself gives the value.
pub struct OwnWay<From>(PhantomData<fn() -> From>);

impl<P, From, G: Pick<P, From, Picked: Hand<P>>> Way<P, G> for OwnWay<From> {
    fn value(&self, given: &G) -> P {
        given.pick().hand()
    }
}

pub trait FromOwn<From> {
    fn way(&self) -> OwnWay<From>;
}

impl<P, From, S, W, T, C> FromOwn<From> for &&&Parameter<'_, P, S, W, T, C>
where
    S: 'static,
    W: 'static,
    T: 'static,
    C: 'static,
    Given<'static, S, W, T, C>: Pick<P, From>,
{
    fn way(&self) -> OwnWay<From> {
        OwnWay(PhantomData)
    }
}

/// The value of `setup_worker` is in the other of the two, `Arc` and `Rc`, which rustc reports.
pub struct WrongWay<P, W>(PhantomData<fn() -> (P, W)>);

impl<W: IsGivenInAnRc, G> Way<Arc<W>, G> for WrongWay<Arc<W>, W> {
    fn value(&self, _: &G) -> Arc<W> {
        never()
    }
}

impl<W: IsGivenInAnArc, G> Way<Rc<W>, G> for WrongWay<Rc<W>, W> {
    fn value(&self, _: &G) -> Rc<W> {
        never()
    }
}

pub trait RefuseWay {
    type Parameter;
    type Made;
    fn way(&self) -> WrongWay<Self::Parameter, Self::Made>;
}

impl<S, W, T, C> RefuseWay for &&Parameter<'_, Arc<W>, S, LaneStations<W>, T, C> {
    type Parameter = Arc<W>;
    type Made = W;

    fn way(&self) -> WrongWay<Arc<W>, W> {
        WrongWay(PhantomData)
    }
}

impl<S, W, T, C> RefuseWay for &&Parameter<'_, Rc<W>, S, Stations<W>, T, C> {
    type Parameter = Rc<W>;
    type Made = W;

    fn way(&self) -> WrongWay<Rc<W>, W> {
        WrongWay(PhantomData)
    }
}

/// Hands on the future of a fn that was given this parameter. Expanded code calls
/// `(&&By(&way)).calling(future)`: rustc finds the impl on the most references first.
pub struct By<'a, V>(pub &'a V);

pub trait CallingBy {
    fn calling<R>(&self, future: R) -> R;
}

impl<V> CallingBy for By<'_, V> {
    fn calling<R>(&self, future: R) -> R {
        future
    }
}

/// A future that is not `Send` because of an `Rc` that nothing gives is no second mistake.
pub trait RefuseCallingBy {
    fn calling<R>(&self, _future: R) -> Ready<()> {
        never()
    }
}

impl<W> RefuseCallingBy for &By<'_, WrongWay<Rc<W>, W>> {}

#[diagnostic::on_unimplemented(
    message = "a load with `local = true` has no `Arc<{Self}>` to give to its fn",
    label = "take an `Rc<{Self}>`",
    note = "each lane has its own value of `setup_worker`, and no other thread may use it"
)]
pub trait IsGivenInAnRc {}

#[diagnostic::on_unimplemented(
    message = "a load without `local = true` has no `Rc<{Self}>` to give to its fn",
    label = "take an `Arc<{Self}>`, or write `local = true` in the attribute",
    note = "calls go from thread to thread, and an `Rc` cannot"
)]
pub trait IsGivenInAnArc {}

/// All loads share the value. If there is none, the load fails before a call could ask for it.
pub struct SharedWay<X>(Option<Arc<X>>);

impl<X, G> Way<Arc<X>, G> for SharedWay<X> {
    fn value(&self, _: &G) -> Arc<X> {
        self.0.clone().expect("a load without a parameter makes no calls")
    }
}

pub trait FromShared {
    type Value;
    fn way(&self) -> SharedWay<Self::Value>;
}

impl<X, S, W, T, C> FromShared for &Parameter<'_, Arc<X>, S, W, T, C>
where
    X: Send + Sync + 'static,
    S: 'static,
    W: SetUp,
    T: 'static,
{
    type Value = X;

    fn way(&self) -> SharedWay<X> {
        let Gifts { shared, missing: first, .. } = self.gifts;
        let found = shared.find();
        if found.is_none() {
            let gifts = [Gift::of::<S>("`setup`"), W::gift(), Gift::of::<T>("`data`")];
            let what = || missing::<X>(gifts.into_iter().flatten().collect(), shared);
            first.borrow_mut().get_or_insert_with(what);
        }
        SharedWay(found)
    }
}

/// Nothing gives the value, which rustc reports.
pub struct NoWay<P>(PhantomData<fn() -> P>);

impl<P: IsGiven, G> Way<P, G> for NoWay<P> {
    fn value(&self, _: &G) -> P {
        never()
    }
}

pub trait RefuseParameter {
    type Parameter;
    fn way(&self) -> NoWay<Self::Parameter>;
}

impl<P, S, W, T, C> RefuseParameter for Parameter<'_, P, S, W, T, C> {
    type Parameter = P;

    fn way(&self) -> NoWay<P> {
        NoWay(PhantomData)
    }
}

#[diagnostic::on_unimplemented(
    message = "a load has no `{Self}` to give to its fn",
    label = "nothing gives a `{Self}`",
    note = "a parameter is a `pusher::Call`; `Arc<S>` with `S` what the fn named in `setup = ..` \
            returns (the `S` of a `Result<S, E>`), `Arc<W>` likewise with `setup_worker = ..` \
            (with `local = true` an `Rc<W>`), or with `pusher::main!(setup = ..)`; `T` or `Arc<T>` with `T` an item of `data = ..`; or \
            of the type of the values in `args = ..`"
)]
pub trait IsGiven {}
