//! What a load's fn is given.

use std::cell::Cell;
use std::future::Ready;
use std::sync::Arc;

use super::data::Data;
use super::never;
use super::places::Places;
use crate::plan::target::Call;

/// What there is to hand to a load's fn: expanded code writes one `pick(&given)` a parameter, and
/// the types decide.
pub struct Given<'a, S, W, T, C> {
    call: Call,
    state: &'a Arc<S>,
    places: &'a Places<W>,
    data: &'a Data<T>,
    case: &'a C,
    /// Whether a parameter has yet to take an item, where there is data, and a value, where there
    /// are args.
    item_is_left: Cell<bool>,
    case_is_left: Cell<bool>,
}

impl<'a, S, W, T, C> Given<'a, S, W, T, C> {
    pub fn new(
        call: Call,
        state: &'a Arc<S>,
        places: &'a Places<W>,
        data: &'a Data<T>,
        case: &'a C,
    ) -> Given<'a, S, W, T, C> {
        Given {
            call,
            state,
            places,
            data,
            case,
            item_is_left: Cell::new(false),
            case_is_left: Cell::new(false),
        }
    }

    /// Some parameter is to take an item.
    pub fn with_data(self) -> Given<'a, S, W, T, C> {
        self.item_is_left.set(true);
        self
    }

    /// Some parameter is to take a value of `args`.
    pub fn with_args(self) -> Given<'a, S, W, T, C> {
        self.case_is_left.set(true);
        self
    }

    /// What nothing takes was in vain, and most likely another parameter of the same type got
    /// something else. The macro sees no types, so this comes out when a call is made.
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

/// The parameter of type `P`. `From` says in words of rustc's where it is from, in case there are
/// several.
pub fn pick<P, From, G: Pick<P, From, Picked: Hand<P>>>(given: &G) -> P {
    given.pick().hand()
}

/// Gives the parameter of type `P`; `From` is a marker that keeps the impls apart and is always
/// inferred.
#[diagnostic::on_unimplemented(
    message = "a load has no `{P}` to give to its fn",
    label = "nothing gives a `{P}`",
    note = "a parameter is a `pusher::Call`; `Arc<S>` with `S` what the fn named in `setup = ..` returns (the `S` of a `Result<S, E>`), `Arc<W>` likewise with `setup_worker = ..`; `T` or `Arc<T>` with `T` an item of `data = ..`; or of the type of the values in `args = ..`"
)]
pub trait Pick<P, From> {
    type Picked;
    fn pick(&self) -> Self::Picked;
}

/// What can be handed to the fn. This is a bound of its own, lest an item that cannot be cloned
/// looks like one that is not there.
pub trait Hand<P> {
    fn hand(self) -> P;
}

/// As it is.
pub struct Whole<P>(P);

impl<P> Hand<P> for Whole<P> {
    fn hand(self) -> P {
        self.0
    }
}

/// A clone of it.
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
    type Picked = Whole<Call>;

    fn pick(&self) -> Whole<Call> {
        Whole(self.call.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Arc<S>, WhatSetupMade> for Given<'_, S, W, T, C> {
    type Picked = Whole<Arc<S>>;

    fn pick(&self) -> Whole<Arc<S>> {
        Whole(self.state.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Arc<W>, WhatSetupWorkerMade> for Given<'_, S, W, T, C> {
    type Picked = Whole<Arc<W>>;

    fn pick(&self) -> Whole<Arc<W>> {
        Whole(self.places.of(self.call.shift.station))
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C> Pick<Arc<T>, AnItemOfData> for Given<'_, S, W, T, C> {
    type Picked = Whole<Arc<T>>;

    fn pick(&self) -> Whole<Arc<T>> {
        self.item_is_left.set(false);
        Whole(self.data.of(&self.call).clone())
    }
}

#[diagnostic::do_not_recommend]
impl<'a, S, W, T, C> Pick<T, ACloneOfAnItemOfData> for Given<'a, S, W, T, C> {
    type Picked = Cloned<'a, T>;

    fn pick(&self) -> Cloned<'a, T> {
        self.item_is_left.set(false);
        Cloned(self.data.of(&self.call))
    }
}

#[diagnostic::do_not_recommend]
impl<S, W, T, C: Clone> Pick<C, AValueOfArgs> for Given<'_, S, W, T, C> {
    type Picked = Whole<C>;

    fn pick(&self) -> Whole<C> {
        self.case_is_left.set(false);
        Whole(self.case.clone())
    }
}

/// The values of a `&'static [C]` are references.
#[diagnostic::do_not_recommend]
impl<S, W, T, C: Clone> Pick<C, WhatAValueOfArgsRefersTo> for Given<'_, S, W, T, &'static C> {
    type Picked = Whole<C>;

    fn pick(&self) -> Whole<C> {
        self.case_is_left.set(false);
        Whole(C::clone(self.case))
    }
}

/// What an item has to be that is not taken as an `Arc`.
#[diagnostic::on_unimplemented(
    message = "an item is cloned for each call, and a `{Self}` cannot be",
    label = "`{Self}` does not implement `Clone`",
    note = "take an `Arc<{Self}>`, which calls share, or write `#[derive(Clone)]` where `{Self}` stands"
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

/// The state of a load without a setup.
pub struct NoSetup;

pub fn no_setup() -> Arc<NoSetup> {
    Arc::new(NoSetup)
}

/// What a load has in the place of what a wrong fn would make. rustc has said so then; since this
/// goes wherever the right value would, it says nothing else.
pub struct Refused;

pub struct RefusedState;
pub struct RefusedPlace;
pub struct RefusedItem;

#[diagnostic::do_not_recommend]
impl<P, W, T, C> Pick<P, RefusedState> for Given<'_, Refused, W, T, C> {
    type Picked = Whole<P>;

    fn pick(&self) -> Whole<P> {
        never()
    }
}

#[diagnostic::do_not_recommend]
impl<P, S, T, C> Pick<P, RefusedPlace> for Given<'_, S, Refused, T, C> {
    type Picked = Whole<P>;

    fn pick(&self) -> Whole<P> {
        never()
    }
}

#[diagnostic::do_not_recommend]
impl<P, S, W, C> Pick<P, RefusedItem> for Given<'_, S, W, Refused, C> {
    type Picked = Whole<P>;

    fn pick(&self) -> Whole<P> {
        never()
    }
}

/// Hands on the future that a load's fn returned. Called as `(&&&&given).calling(future)`: the impl
/// on the most references is found first.
pub trait Calling {
    fn calling<R>(&self, future: R) -> R;
}

impl<S, W, T, C> Calling for Given<'_, S, W, T, C> {
    fn calling<R>(&self, future: R) -> R {
        self.check_nothing_is_left();
        future
    }
}

/// A future that holds a value which calls cannot share is no second mistake.
pub trait RefuseCalling {
    fn calling<R>(&self, _future: R) -> Ready<()> {
        never()
    }
}

impl<W, T, C> RefuseCalling for &&&Given<'_, Refused, W, T, C> {}
impl<S, T, C> RefuseCalling for &&Given<'_, S, Refused, T, C> {}
impl<S, W, C> RefuseCalling for &Given<'_, S, W, Refused, C> {}
