//! All that expanded code may name, such as [`prepared`]. Nothing here is public API.
//!
//! A macro sees no types, so decisions that depend on them are left to rustc. A trait with an
//! inferred marker tells parameters apart ([`Pick`]). Async fns and plain ones, values and
//! `Result`s are told apart by the method that rustc finds first ([`Start`](routine::Start),
//! [`Returned`], [`Source`]).
//!
//! | file | for |
//! |---|---|
//! | `routine` | a fn that a key names: async or plain, with a parameter or without |
//! | `setup`, `teardown` | the fns of `setup`, `setup_worker`, `teardown_worker` and `teardown` |
//! | `stations` | the values of `setup_worker` |
//! | `data`, `cases` | the items of `data`, the values of `args` |
//! | `given` | the parameters of the load's fn |
//! | `refused` | fns of a wrong type, each of which is to be one error |

mod cases;
mod teardown;
mod setup;
mod given;
mod data;
mod routine;
mod blocking;
mod refused;
mod stations;

pub use std::boxed::Box;
pub use std::process::ExitCode;
pub use std::string::String;
pub use std::vec::Vec;

pub use inventory::submit;

use std::sync::Arc;

use crate::engine::worker::Worker;
use crate::harness::registry::Teardown;

pub use crate::harness::binary::Binary;
pub use crate::harness::entrance::main;
pub use crate::harness::registry::{Boxed, Load, Phases, Prepared};
pub use crate::plan::attribute::Attribute;
pub use crate::plan::outcome::Outcome;
pub use crate::plan::target::Call;
pub use crate::plan::terms::Terms;
pub use cases::{NoCase, case, texts, values};
pub use data::{DealtItems, Source, no_data};
pub use given::{Given, Pick, Supply, no_setup, pick};
pub use setup::{Returned, setup, setup_worker};
pub use stations::{Stations, equipped, no_setup_worker};
pub use teardown::{no_teardown, owed, teardown, teardown_worker};

/// The traits whose methods expanded code calls, nameless so that they hide no name of the user's.
pub mod methods {
    pub use super::data::{
        Items as _, Open as _, RefuseItems as _, RefuseOpen as _, RefuseResults as _,
        RefuseSource as _,
    };
    pub use super::given::{Calling as _, RefuseCalling as _};
    pub use super::routine::{RefuseStart as _, Start as _};
    pub use super::setup::{
        RefuseError as _, RefuseState as _, StateAlone as _, StateOrError as _,
    };
    pub use super::setup::{RefuseSetup as _, RefuseSetupWorker as _};
    pub use super::teardown::{OutcomeOfTeardown as _, RefuseFailure as _, RefuseOutcome as _};
    pub use super::teardown::{RefuseTeardown as _, RefuseTeardownWorker as _};
}

/// The phases of a load beside its setup.
pub fn phases<W, T>(
    items: &Arc<DealtItems<T>>,
    stations: &Arc<Stations<W>>,
    teardown: Option<Teardown>,
) -> Phases
where
    W: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    Phases { gather: items.gather(), equip: stations.equip(), teardown }
}

/// The load after its setup: its target, and the phases that are left.
///
/// The worker's ident is the test's name, which the harness knows. The bounds are a `Target`'s,
/// spelled out so that rustc names the one that a load's fn does not meet.
pub fn prepared<F, R>(target: F, phases: Phases) -> Result<Prepared, String>
where
    F: Fn(Call) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    Ok(Prepared { worker: Worker::hire("", target), phases })
}
