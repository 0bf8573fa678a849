//! All that expanded code may name, such as [`prepared`]. Nothing here is public API.
//!
//! A macro sees no types, so decisions that depend on them are left to rustc. A trait with an
//! inferred marker tells parameters apart ([`Pick`](given::Pick)). What else there is to tell apart
//! is told by the method that rustc finds first: async fns and plain ones
//! ([`Start`](routine::Start)), values and `Result`s ([`Returned`], [`Source`]), what the load
//! gives and what all loads share ([`Parameter`]).
//!
//! | file | for |
//! |---|---|
//! | `routine` | a fn that a key names: async or plain, with a parameter or without |
//! | `setup`, `teardown` | the fns of `setup`, `setup_worker`, `teardown_worker` and `teardown` |
//! | `stations` | the values of `setup_worker` |
//! | `lane_stations`, `lane_routine` | the same with `local = true` |
//! | `data`, `cases` | the items of `data`, the values of `args` |
//! | `causes` | the errors of all these, and of the calls, with their causes |
//! | `given`, `parameter` | the parameters of the load's fn |
//! | `compare` | the fn that a load's is compared with, and its setup |
//! | `coming` | the call itself, which few fns take |
//! | `no_setup` | the state of a load without a setup |
//! | `shared`, `missing` | the setup of `main!`, and what to say of a value that no setup gives |
//! | `refused` | fns of a wrong type, each of which is to be one error |

mod cases;
mod parameter;
mod compare;
mod shared;
mod lane_routine;
mod causes;
mod teardown;
mod setup;
mod routine;
mod given;
mod coming;
mod lane_stations;
mod stations;
mod missing;
mod no_setup;
mod data;
mod refused;
mod blocking;

pub use std::boxed::Box;
pub use std::process::ExitCode;
pub use std::string::String;
pub use std::vec::Vec;

pub use inventory::submit;

use std::sync::Arc;

use coming::Expanded;

use crate::engine::worker::Worker;
use crate::harness::registry::Teardown;

pub use crate::harness::binary::Binary;
pub use crate::harness::entrance::main;
pub use crate::harness::registry::{
    Boxed, Functions, Here, Load, Mark, OtherTarget, Phases, Prepared, SharedState,
};
pub use crate::harness::shared::SharedSetup;
pub use crate::harness::unrun::{IsSuite, NoSuite, Site, Suite, demand_suite, must_run};
pub use crate::main;
pub use crate::plan::against::Against;
pub use crate::plan::attribute::Attribute;
pub use crate::plan::built::Built;
pub use crate::plan::outcome::Outcome;
pub use crate::plan::target::Call;
pub use crate::plan::terms::Terms;
pub use cases::{NoCase, case, texts, values};
pub use causes::{FromCall, FromPhase};
pub use coming::Coming;
pub use compare::{ComparedFn, compare_setup, other, other_local};
pub use data::{DealtItems, Source, no_data};
pub use given::{Given, Supply};
pub use lane_routine::{lane_setup, lane_teardown};
pub use lane_stations::{LaneStations, made_on_lane};
pub use no_setup::no_setup;
pub use parameter::{By, Gifts, Parameter, pick};
pub use setup::{Returned, setup, setup_worker};
pub use shared::{read_main, setup_of_main, shared, shared_setup, teardown_of_main};
pub use stations::{SetUp, Stations, equipped, no_setup_worker};
pub use teardown::{no_teardown, owed, teardown, teardown_worker};

/// The traits whose methods expanded code calls, nameless so that they hide no name of the user's.
pub mod methods {
    pub use super::causes::WithCauses as _;
    pub use super::compare::RefuseCompareSetup as _;
    pub use super::data::{
        Items as _, Open as _, RefuseItems as _, RefuseOpen as _, RefuseResults as _,
        RefuseSource as _,
    };
    pub use super::given::{Calling as _, RefuseCalling as _};
    pub use super::lane_routine::{
        KeepOnLane as _, RefuseLaneError as _, RefuseLaneSetup as _, RefuseLaneTeardown as _,
        RefusePointer as _, StartHere as _, StartHereShared as _,
    };
    pub use super::parameter::{
        CallingBy as _, FromOwn as _, FromShared as _, RefuseCallingBy as _, RefuseParameter as _,
        RefuseWay as _,
    };
    pub use super::routine::{
        RefuseStart as _, RefuseStartShared as _, Start as _, StartShared as _,
    };
    pub use super::setup::{
        RefuseArc as _, RefuseError as _, RefuseState as _, StateAlone as _, StateOrError as _,
    };
    pub use super::setup::{RefuseSetup as _, RefuseSetupWorker as _};
    pub use super::shared::{RefuseSetupOfMain as _, RefuseTeardownOfMain as _};
    pub use super::teardown::{OutcomeOfTeardown as _, RefuseFailure as _, RefuseOutcome as _};
    pub use super::teardown::{RefuseTeardown as _, RefuseTeardownWorker as _};
}

/// The phases of a load beside its setup.
pub fn phases<K: SetUp, T: Send + Sync + 'static>(
    items: &Arc<DealtItems<T>>,
    stations: &Arc<K>,
    teardown: Option<Teardown>,
) -> Phases {
    K::add_to(Phases { compare: None, gather: items.gather(), equip: None, teardown }, stations)
}

/// The load after its setup: its target, the phases that are left, and the parameter that is
/// missing, if one is.
///
/// The worker's ident is the test's name, which the harness knows. The bounds are a `Target`'s,
/// spelled out so that rustc names the one that a load's fn does not meet. It shows the line of
/// that bound, with the comment behind it.
pub fn prepared<F, R>(
    target: F,
    phases: Phases,
    missing: Option<String>,
) -> Result<Prepared, String>
where
    F: Fn(Coming<'_>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + 'static,
    R: Send, // `local = true` in the attribute allows a future that is not `Send`
{
    Ok(Prepared { worker: Worker::hire("", Expanded(target)), phases, missing })
}

/// The same of a load with `local = true`, whose calls stay on their lanes.
pub fn prepared_local<F, R>(
    target: F,
    phases: Phases,
    missing: Option<String>,
) -> Result<Prepared, String>
where
    F: Fn(Coming<'_>) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + 'static,
{
    Ok(Prepared { worker: Worker::hire_local(Expanded(target).here()), phases, missing })
}
