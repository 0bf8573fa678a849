//! All that expanded code may name. Nothing here is public API.
//!
//! A macro sees no types, so what depends on them is left to rustc: parameters are told apart by a trait with an inferred
//! marker ([`Pick`]), async fns from plain ones by which method is found first ([`Setup`], [`Made`], [`Teardown`]).

mod given;
mod setup;
mod teardown;

pub use std::boxed::Box;
pub use std::process::ExitCode;
pub use std::string::String;

pub use inventory::submit;

use crate::engine::worker::Worker;

pub use crate::harness::main::{Binary, main};
pub use crate::harness::registry::{Boxed, Load, Prepared};
pub use crate::plan::asked::Asked;
pub use crate::plan::offer::Terms;
pub use crate::plan::target::{Call, Outcome};
pub use given::{Given, Pick, no_setup};
pub use setup::{Made, Setup};
pub use teardown::{Teardown, no_teardown};

/// The traits whose methods expanded code calls, nameless so that they hide no name of the user's.
pub mod methods {
    pub use super::given::Calling as _;
    pub use super::setup::{RefuseError as _, RefuseState as _, StateAlone as _, StateOrError as _};
    pub use super::setup::{RefuseSetup as _, RefuseStart as _, StartAsync as _, StartPlain as _};
    pub use super::teardown::{
        RefuseTeardown as _, RunAsyncAlone as _, RunAsyncWithState as _, RunPlainAlone as _, RunPlainWithState as _,
    };
}

/// The load that is ready: its target, and the teardown that is owed.
///
/// The worker's ident is the test's name, which the harness knows. The bounds are a `Target`'s, spelled out so that rustc
/// says which one a load's fn does not meet.
pub fn prepared<F, R>(target: F, teardown: impl FnOnce() -> Boxed<Result<(), String>> + Send + 'static) -> Result<Prepared, String>
where
    F: Fn(Call) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    Ok(Prepared { worker: Worker::hire("", target), teardown: Box::new(teardown) })
}

/// Runs a plain fn where it may block. Its panic goes on in the caller.
async fn blocking<R: Send + 'static>(plain: impl FnOnce() -> R + Send + 'static) -> R {
    match tokio::task::spawn_blocking(plain).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The body of a method that stands in for one that cannot be: its bounds are never met, so nothing compiles that calls it.
fn never() -> ! {
    unreachable!("refused by the compiler")
}
