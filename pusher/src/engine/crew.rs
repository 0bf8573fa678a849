//! [`Crew`]: those who make a Worker's calls, drivers or the callers of a closed loop.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::coop::unconstrained;

use super::call::{Aimed, Maker, Post};
use super::caller::Caller;
use super::callers::Callers;
use super::driver::Driver;
use super::run::Run;
use crate::plan::target::Target;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A target whose type is forgotten once for each driver or caller, and not once for each call.
pub(crate) trait Crew: Send + Sync {
    /// The work of a driver: calls, until the run is over.
    fn driver(self: Arc<Self>, run: Arc<Run>, lane: usize) -> Work;

    /// The work of the caller with that number: one call after the other.
    fn caller(self: Arc<Self>, run: Arc<Run>, callers: Arc<Callers>, number: usize) -> Work;
}

/// Puts those to work who make the calls of a run.
pub(super) fn man(crew: &Arc<dyn Crew>, run: &Arc<Run>, runtime: &Handle) {
    match &run.callers {
        None => (0..run.seats.len()).for_each(|lane| {
            runtime.spawn(crew.clone().driver(run.clone(), lane));
        }),
        Some(callers) => (0..callers.concurrency()).for_each(|number| {
            let caller = crew.clone().caller(run.clone(), callers.clone(), number);
            callers.keep(runtime.spawn(caller));
        }),
    }
}

impl<A: 'static, T: Target<A>> Crew for Aimed<A, T> {
    fn driver(self: Arc<Self>, run: Arc<Run>, lane: usize) -> Work {
        let station = run.badge.station;
        let driver = Driver::new(Maker::new(Post { run, lane }, station, self));
        // Calls are polled in place on the budget of one task, of which tokio's resources would let
        // it do too little.
        Box::pin(unconstrained(driver.drive()))
    }

    fn caller(self: Arc<Self>, run: Arc<Run>, callers: Arc<Callers>, number: usize) -> Work {
        let lane = number % run.lanes();
        let station = run.badge.station * callers.concurrency() + number;
        let caller = Caller { maker: Maker::new(Post { run, lane }, station, self), callers };
        Box::pin(caller.call_on())
    }
}
