//! [`man`]: puts the crew of a run to work, drivers or the callers of a closed loop.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::coop::unconstrained;

use super::call::{Aim, Post};
use super::caller::Caller;
use super::callers::Callers;
use super::driver::Driver;
use super::run::Run;

/// Puts those to work who make the calls of a run.
pub(super) fn man(aim: &Arc<dyn Aim>, run: &Arc<Run>, runtime: &Handle) {
    match &run.callers {
        None => (0..run.seats.len()).for_each(|lane| drop(runtime.spawn(drive(aim, run, lane)))),
        Some(callers) => (0..callers.concurrency()).for_each(|number| {
            callers.keep(runtime.spawn(call_on(aim, run, callers, number)));
        }),
    }
}

/// The work of a driver: calls, until the run is over.
fn drive(aim: &Arc<dyn Aim>, run: &Arc<Run>, lane: usize) -> impl Future<Output = ()> + use<> {
    let post = Post { run: run.clone(), lane };
    let driver = Driver::new(aim.maker(post, run.badge.station));
    // Calls are polled in place on the budget of one task, of which tokio's resources would let it
    // do too little.
    unconstrained(driver.drive())
}

/// The work of the caller with that number: one call after the other.
fn call_on(
    aim: &Arc<dyn Aim>,
    run: &Arc<Run>,
    callers: &Arc<Callers>,
    number: usize,
) -> impl Future<Output = ()> + use<> {
    let post = Post { run: run.clone(), lane: number % run.lanes() };
    let station = run.badge.station * callers.concurrency() + number;
    let (maker, callers) = (aim.maker(post, station), callers.clone());
    Caller { maker, callers, number, station }.call_on()
}
