//! [`man`]: puts the crew of a run to work, drivers or the callers of a closed loop.

use std::future::Future;
use std::sync::Arc;

use tokio::task::coop::unconstrained;

use super::call::{Aim, Post};
use super::caller::Caller;
use super::callers::Callers;
use super::driver::Driver;
use super::ground::Ground;
use super::run::Run;

/// Puts those to work who make the calls of a run.
pub(super) fn man(aim: &Arc<dyn Aim>, run: &Arc<Run>, ground: &Ground) {
    match &run.callers {
        None => (0..run.seats.len()).for_each(|lane| {
            ground.handle(lane).spawn(drive(aim, run, lane));
        }),
        Some(callers) => (0..callers.concurrency()).for_each(|number| {
            let caller = caller(aim, run, callers, number);
            let runtime = ground.handle(caller.lane);
            callers.keep(number, runtime.spawn(caller.call_on()));
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

/// The caller with that number, before its first call.
fn caller(aim: &Arc<dyn Aim>, run: &Arc<Run>, callers: &Arc<Callers>, number: usize) -> Caller {
    let post = Post { run: run.clone(), lane: number % run.lanes() };
    let station = run.badge.station * callers.concurrency() + number;
    let (maker, callers) = (aim.maker(post, station), callers.clone());
    Caller { maker, callers, number, station, lane: number % run.lanes_on_duty() }
}
