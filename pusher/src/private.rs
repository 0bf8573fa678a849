//! All that expanded code may name. Nothing here is public API.
//!
//! A macro sees no types, so what depends on them is left to rustc: parameters are told apart by a
//! trait with an inferred marker ([`Pick`]), async fns from plain ones by which method is found
//! first ([`Start`](routine::Start), [`Made`], [`Source`]).

mod cases;
mod data;
mod given;
mod places;
mod routine;
mod setup;
mod teardown;

pub use std::boxed::Box;
pub use std::process::ExitCode;
pub use std::string::String;
pub use std::vec::Vec;

pub use inventory::submit;

use std::sync::Arc;

use crate::engine::worker::Worker;
use crate::harness::registry::Teardown;

pub use crate::harness::main::{Binary, main};
pub use crate::harness::registry::{Boxed, Load, Prepared, Stages};
pub use crate::plan::attribute::Attribute;
pub use crate::plan::outcome::Outcome;
pub use crate::plan::target::Call;
pub use crate::plan::terms::Terms;
pub use cases::{NoCase, case, texts, values};
pub use data::{Data, Source, no_data};
pub use given::{Given, Pick, no_setup, pick};
pub use places::{Places, equipped, no_setup_worker};
pub use setup::{Made, setup, setup_worker};
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
    pub use super::teardown::{EndOrError as _, RefuseEnd as _, RefuseFailure as _};
    pub use super::teardown::{RefuseTeardown as _, RefuseTeardownWorker as _};
}

/// What is to be run before the calls, and after them.
pub fn stages<W, T>(
    data: &Arc<Data<T>>,
    places: &Arc<Places<W>>,
    teardown: Option<Teardown>,
) -> Stages
where
    W: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    Stages { gather: data.gather(), equip: places.equip(), teardown }
}

/// The load after its setup: its target, and what else is to be run before the calls and after
/// them.
///
/// The worker's ident is the test's name, which the harness knows. The bounds are a `Target`'s,
/// spelled out so that rustc says which one a load's fn does not meet.
pub fn prepared<F, R>(target: F, stages: Stages) -> Result<Prepared, String>
where
    F: Fn(Call) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    Ok(Prepared { worker: Worker::hire("", target), stages })
}

/// Runs a plain fn where it may block. Its panic goes on in the caller.
async fn blocking<R: Send + 'static>(plain: impl FnOnce() -> R + Send + 'static) -> R {
    match tokio::task::spawn_blocking(plain).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The body of a method that stands in for one that cannot be: its bounds are never met, so nothing
/// compiles that calls it.
fn never() -> ! {
    unreachable!("refused by the compiler")
}
