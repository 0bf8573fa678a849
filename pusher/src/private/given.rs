//! [`Given`]: the parameters of a load's fn.

use std::cell::Cell;
use std::future::Ready;
use std::rc::Rc;
use std::sync::Arc;

use super::coming::Coming;
use super::data::DealtItems;
use super::lane_stations::LaneStations;
use super::refused::{Refused, never};
use super::stations::Stations;
use crate::plan::target::Call;

/// All that calls of a load can be given, beside the call itself. `W` is where the values of
/// `setup_worker` are.
pub struct Supply<'a, S, W, T, C> {
    pub state: &'a Arc<S>,
    pub stations: &'a W,
    pub items: &'a DealtItems<T>,
    pub case: &'a C,
}

/// All that one call can be given: expanded code writes one `pick(&given)` a parameter, and the
/// types decide.
pub struct Given<'a, S, W, T, C> {
    call: Coming<'a>,
    supply: Supply<'a, S, W, T, C>,
    /// Whether there is data, and no parameter has taken an item yet.
    item_is_left: Cell<bool>,
    /// Whether there are args, and no parameter has taken a value yet.
    case_is_left: Cell<bool>,
}

impl<'a, S, W, T, C> Given<'a, S, W, T, C> {
    pub fn new(call: Coming<'a>, supply: Supply<'a, S, W, T, C>) -> Given<'a, S, W, T, C> {
        Given { call, supply, item_is_left: Cell::new(false), case_is_left: Cell::new(false) }
    }

    /// There is data: some parameter has to take an item.
    pub fn with_data(self) -> Given<'a, S, W, T, C> {
        self.item_is_left.set(true);
        self
    }

    /// There are args: some parameter has to take a value.
    pub fn with_args(self) -> Given<'a, S, W, T, C> {
        self.case_is_left.set(true);
        self
    }

    /// An item that no parameter takes is a mistake: most likely a parameter of the same type got
    /// another value. The macro sees no types, so only a call can find this out.
    fn check_nothing_is_left(&self) {
        let way_out =
            "give it a parameter of a type that nothing else has, such as a struct of your own";
        assert!(
            !self.item_is_left.get(),
            "no parameter of the load takes an item of `data`: {way_out}"
        );
        assert!(
            !self.case_is_left.get(),
            "no parameter of the load takes the value of `args`: {way_out}"
        );
    }
}

/// Gives the parameter of type `P`. `From` is a marker that tells the impls apart; it is always
/// inferred. If two values have this type, rustc names both by `From`.
pub trait Pick<P, From> {
    type Picked;
    fn pick(&self) -> Self::Picked;
}

/// A value that can be handed to the fn. It is a trait of its own, so that an item that cannot be
/// cloned is not reported as one that is missing.
pub trait Hand<P> {
    fn hand(self) -> P;
}

/// The value itself.
pub struct AsItIs<P>(pub(super) P);

impl<P> Hand<P> for AsItIs<P> {
    fn hand(self) -> P {
        self.0
    }
}

/// A value of which the fn gets a clone.
pub struct Cloned<'a, P>(&'a P);

impl<P: CloneForEachCall> Hand<P> for Cloned<'_, P> {
    fn hand(self) -> P {
        self.0.clone_for_this_call()
    }
}

pub struct TheCall;
pub struct WhatSetupMade;
pub struct WhatSetupWorkerMade;
pub struct AnItemOfData;
pub struct ACloneOfAnItemOfData;
pub struct AValueOfArgs;
pub struct WhatAValueOfArgsRefersTo;

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Call, TheCall> for Given<'_, S, W, T, C> {
    type Picked = AsItIs<Call>;

    fn pick(&self) -> AsItIs<Call> {
        AsItIs(self.call.call())
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Arc<S>, WhatSetupMade> for Given<'_, S, W, T, C> {
    type Picked = AsItIs<Arc<S>>;

    fn pick(&self) -> AsItIs<Arc<S>> {
        AsItIs(self.supply.state.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Arc<W>, WhatSetupWorkerMade> for Given<'_, S, Stations<W>, T, C> {
    type Picked = AsItIs<Arc<W>>;

    fn pick(&self) -> AsItIs<Arc<W>> {
        AsItIs(self.supply.stations.of(self.call.call().shift.station))
    }
}

#[diagnostic::do_not_recommend]
impl<S, W: 'static, T, C> Pick<Rc<W>, WhatSetupWorkerMade> for Given<'_, S, LaneStations<W>, T, C> {
    type Picked = AsItIs<Rc<W>>;

    fn pick(&self) -> AsItIs<Rc<W>> {
        AsItIs(self.supply.stations.of_this_lane())
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Arc<T>, AnItemOfData> for Given<'_, S, W, T, C> {
    type Picked = AsItIs<Arc<T>>;

    fn pick(&self) -> AsItIs<Arc<T>> {
        self.item_is_left.set(false);
        AsItIs(self.supply.items.of(&self.call.call()).clone())
    }
}

#[diagnostic::do_not_recommend]
impl<'a, S, W, T, C> Pick<T, ACloneOfAnItemOfData> for Given<'a, S, W, T, C> {
    type Picked = Cloned<'a, T>;

    fn pick(&self) -> Cloned<'a, T> {
        self.item_is_left.set(false);
        Cloned(self.supply.items.of(&self.call.call()))
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C: Clone> Pick<C, AValueOfArgs> for Given<'_, S, W, T, C> {
    type Picked = AsItIs<C>;

    fn pick(&self) -> AsItIs<C> {
        self.case_is_left.set(false);
        AsItIs(self.supply.case.clone())
    }
}

/// The values of a `&'static [C]` are references.
#[diagnostic::do_not_recommend]
impl<S, W, T, C: Clone> Pick<C, WhatAValueOfArgsRefersTo> for Given<'_, S, W, T, &'static C> {
    type Picked = AsItIs<C>;

    fn pick(&self) -> AsItIs<C> {
        self.case_is_left.set(false);
        AsItIs(C::clone(self.supply.case))
    }
}

/// An item of which each call gets a clone.
#[diagnostic::on_unimplemented(
    message = "an item is cloned for each call, and a `{Self}` cannot be",
    label = "`{Self}` does not implement `Clone`",
    note = "take an `Arc<{Self}>`, which calls share, or write `#[derive(Clone)]` where `{Self}` \
            stands"
)]
pub trait CloneForEachCall {
    fn clone_for_this_call(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> CloneForEachCall for T {
    fn clone_for_this_call(&self) -> T {
        self.clone()
    }
}

pub struct RefusedState;
pub struct RefusedStation;
pub struct RefusedItem;

#[diagnostic::do_not_recommend]
impl<P, W, T, C> Pick<P, RefusedState> for Given<'_, Refused, W, T, C> {
    type Picked = AsItIs<P>;

    fn pick(&self) -> AsItIs<P> {
        never()
    }
}

#[diagnostic::do_not_recommend]
impl<P, S, T, C> Pick<P, RefusedStation> for Given<'_, S, Stations<Refused>, T, C> {
    type Picked = AsItIs<P>;

    fn pick(&self) -> AsItIs<P> {
        never()
    }
}

#[diagnostic::do_not_recommend]
impl<P, S, T, C> Pick<P, RefusedStation> for Given<'_, S, LaneStations<Refused>, T, C> {
    type Picked = AsItIs<P>;

    fn pick(&self) -> AsItIs<P> {
        never()
    }
}

#[diagnostic::do_not_recommend]
impl<P, S, W, C> Pick<P, RefusedItem> for Given<'_, S, W, Refused, C> {
    type Picked = AsItIs<P>;

    fn pick(&self) -> AsItIs<P> {
        never()
    }
}

/// Hands on the future that a load's fn returned. Expanded code calls
/// `(&&&&given).calling(future)`: rustc finds the impl on the most references first.
pub trait Calling {
    fn calling<R>(&self, future: R) -> R;
}

impl<S, W, T, C> Calling for Given<'_, S, W, T, C> {
    fn calling<R>(&self, future: R) -> R {
        self.check_nothing_is_left();
        future
    }
}

/// The future of a fn that was given a `Refused` value is no second mistake.
pub trait RefuseCalling {
    fn calling<R>(&self, _future: R) -> Ready<()> {
        never()
    }
}

impl<W, T, C> RefuseCalling for &&&Given<'_, Refused, W, T, C> {}
impl<S, T, C> RefuseCalling for &&Given<'_, S, Stations<Refused>, T, C> {}
impl<S, T, C> RefuseCalling for &&Given<'_, S, LaneStations<Refused>, T, C> {}
impl<S, W, C> RefuseCalling for &Given<'_, S, W, Refused, C> {}
