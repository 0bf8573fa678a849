//! [`man`]: puts the crew of a run to work, drivers or the callers of a closed loop.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::coop::unconstrained;

use super::call::{Aim, BoundBerth, MakersOf, MovableBerth, Post};
use super::caller::{Caller, StartCaller};
use super::callers::Callers;
use super::driver::Driver;
use super::ground::Ground;
use super::lanes::Lane;
use super::run::Run;

/// Puts those to work who make the calls of a run.
pub(super) fn man(aim: &Aim, run: &Arc<Run>, ground: &Ground) {
    match aim {
        Aim::Movable(makers) => man_with(&**makers, run, ground),
        Aim::Bound(makers) => man_with(&**makers, run, ground),
    }
}

fn man_with<B: StartDriver + ?Sized + 'static>(
    makers: &dyn MakersOf<B>,
    run: &Arc<Run>,
    ground: &Ground,
) {
    match &run.callers {
        None => (0..run.seats.len()).for_each(|lane| {
            let post = Post { run: run.clone(), lane };
            let driver = Driver::new(makers.maker(post, run.badge.station));
            B::start_driver(driver, ground.handle(lane));
        }),
        Some(callers) => {
            let all = (0..callers.concurrency()).map(|number| caller(makers, run, callers, number));
            match ground {
                Ground::Runtime(runtime) => all.for_each(|caller| B::start(caller, runtime)),
                Ground::Lanes(lanes) => start_on(lanes, all),
            }
        }
    }
}

/// Puts all callers of a lane to work by one task of that lane: they would wait behind those of
/// them that make calls already, if each came from outside.
fn start_on<B: StartCaller + ?Sized + 'static>(
    lanes: &[Lane],
    callers: impl Iterator<Item = Caller<B>>,
) {
    let mut of_lanes: Vec<Vec<Caller<B>>> = lanes.iter().map(|_| Vec::new()).collect();
    callers.for_each(|caller| of_lanes[caller.lane].push(caller));
    for (lane, callers) in lanes.iter().zip(of_lanes) {
        lane.handle.spawn(async { callers.into_iter().for_each(B::start_here) });
    }
}

/// A berth whose drivers can begin on another thread than this, as its callers can.
trait StartDriver: StartCaller {
    /// Puts a driver to work. Its calls are polled in place on the budget of one task, of which
    /// tokio's resources would let it do too little.
    fn start_driver(driver: Driver<Self>, runtime: &Handle);
}

impl StartDriver for MovableBerth {
    fn start_driver(driver: Driver<MovableBerth>, runtime: &Handle) {
        runtime.spawn(unconstrained(driver.drive()));
    }
}

impl StartDriver for BoundBerth {
    fn start_driver(driver: Driver<BoundBerth>, runtime: &Handle) {
        runtime.spawn(async {
            tokio::task::spawn_local(unconstrained(driver.drive()));
        });
    }
}

/// The caller with that number, before its first call.
fn caller<B: ?Sized>(
    makers: &dyn MakersOf<B>,
    run: &Arc<Run>,
    callers: &Arc<Callers>,
    number: usize,
) -> Caller<B> {
    let post = Post { run: run.clone(), lane: number % run.lanes() };
    let station = run.badge.station * callers.concurrency() + number;
    let (maker, callers) = (makers.maker(post, station), callers.clone());
    Caller { maker, callers, number, station, lane: run.lane_of_caller(number), moved: None }
}
