//! [`every_fault_under_every_limit`]: the ledger balances on lanes too, whatever calls do.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};

use super::tests::check_slices;
use super::*;
use crate::engine::gossip::Gossip;
use crate::engine::lanes::Lanes;
use crate::engine::sync::lock;
use crate::engine::thread_hooks::ThreadHooks;
use crate::engine::worker::Gossiper;
use crate::plan::closed::ClosedLoop;
use crate::plan::offer::Offer;
use crate::plan::target::Call;

const MILLIS: fn(u64) -> Duration = Duration::from_millis;

fn lanes(number: usize) -> Lanes {
    Lanes::start(number, ThreadHooks { begins: || {}, ends: || {} }).unwrap()
}

/// Makes all on the lanes, side by side.
fn make(lanes: &Lanes, assignments: Vec<Assignment>) -> Vec<Report> {
    let all = begin(assignments, &Ground::on(lanes)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    all.into_iter()
        .map(|measured| {
            runtime.block_on(measured.over());
            let report = measured.report();
            check_slices(&report);
            report
        })
        .collect()
}

fn at(rps: u64, duration: Duration, worker: Worker) -> Assignment {
    Assignment::constant(worker, Rps::new(rps).unwrap(), Some(duration))
}

/// What each tick came to.
#[derive(Default)]
struct Ticked {
    ticks: Mutex<BTreeMap<(bool, u64), String>>,
    in_flight: AtomicU64,
    most_in_flight: AtomicU64,
    stops: AtomicU64,
}

impl Gossiper for Ticked {
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        assert_eq!(self.stops.load(Ordering::SeqCst), 0, "gossip after the stop");
        if gossip.is_before_target() {
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        } else if gossip.is_after_target() {
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
        }
        let tick = (gossip.is_warmup(), gossip.seq());
        *lock(&self.ticks).entry(tick).or_default() += &format!("{gossip} ");
    }

    fn stop(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
    }
}

impl Ticked {
    /// Each tick was made or canceled once, and the report says so too.
    fn check(&self, report: &Report, overtime: u64) {
        assert_eq!(self.stops.load(Ordering::SeqCst), 1, "{}", report.name);
        assert!(self.most_in_flight.load(Ordering::SeqCst) <= overtime, "{}", report.name);
        let ticks = lock(&self.ticks);
        for (warmup, ledger) in [(false, report.ledger), (true, report.warmup_ledger)] {
            assert!(ledger.balances(), "{}: {ledger:?}", report.name);
            let count = |what: &str| {
                let of =
                    |(tick, heard): &(&(bool, u64), &String)| tick.0 == warmup && *heard == what;
                ticks.iter().filter(of).count() as u64
            };
            assert_eq!(count("before-target after-target "), ledger.started, "{}", report.name);
            assert_eq!(count("canceled "), ledger.canceled, "{}", report.name);
            let numbers = ticks.keys().filter(|tick| tick.0 == warmup).map(|tick| tick.1);
            assert!(numbers.eq(0..ledger.scheduled), "{}", report.name);
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Does {
    Nothing,
    Yields,
    Sleeps,
    BlocksNowAndThen,
    SpawnsBlocking,
    Fails,
    Panics,
    Hangs,
    WaitsForTheEnd,
}

use Does::*;

async fn call(does: Does, call: Call) -> Result<(), String> {
    match does {
        Nothing => {}
        Yields => tokio::task::yield_now().await,
        Sleeps => tokio::time::sleep(MILLIS(3)).await,
        BlocksNowAndThen if call.seq().is_multiple_of(10) => std::thread::sleep(MILLIS(4)),
        BlocksNowAndThen => {}
        SpawnsBlocking => tokio::task::spawn_blocking(|| {}).await.unwrap(),
        Fails => return Err("no".to_string()),
        Panics => std::panic::resume_unwind(Box::new("no message of the panic hook")),
        Hangs => pending().await,
        WaitsForTheEnd => call.stopped().await,
    }
    Ok(())
}

/// All limits of a target go side by side, as the loads of a farm do.
#[test]
fn every_fault_under_every_limit() {
    for does in [
        Nothing,
        Yields,
        Sleeps,
        BlocksNowAndThen,
        SpawnsBlocking,
        Fails,
        Panics,
        Hangs,
        WaitsForTheEnd,
    ] {
        let (mut assignments, mut expected) = (Vec::new(), Vec::new());
        for overtime in [0, 1, 10, u64::MAX] {
            for timeout in [None, Some(MILLIS(10))] {
                let heard = Arc::new(Ticked::default());
                let name = format!("{does:?}, overtime {overtime}, timeout {timeout:?}");
                let offer = Offer { overtime, timeout, grace: MILLIS(20), warmup: MILLIS(15) };
                let worker = Worker::hire("", move |its: Call| call(does, its))
                    .with_offer(&name, offer)
                    .gossiper(heard.clone());
                assignments.push(at(1_000, MILLIS(60), worker));
                expected.push((heard, overtime));
            }
        }
        let lanes = lanes(2);
        for (report, (heard, overtime)) in make(&lanes, assignments).iter().zip(&expected) {
            heard.check(report, *overtime);
            assert_eq!(report.ledger.scheduled, 60, "{}", report.name);
            assert_eq!(report.warmup_ledger.scheduled, 15, "{}", report.name);
        }
    }
}

/// A call that blocks its thread until it is let go.
fn blocks(until: Receiver<()>) -> impl Fn() + Send + Sync {
    let until = Mutex::new(until);
    move || {
        // An error means that it is let go.
        let _ = lock(&until).recv();
    }
}

/// One lane is blocked for good: the other makes all that comes, and is there at once.
#[test]
fn ticks_of_a_blocked_lane_are_taken_by_another() {
    let (release, until) = channel();
    let block = Arc::new(blocks(until));
    let worker = Worker::hire("blocks", move |call: Call| {
        let block = block.clone();
        async move {
            if call.seq() == 20 {
                block();
            }
        }
    });
    let worker = worker.overtime(100).grace(MILLIS(50));
    let lanes = lanes(2);
    let report = make(&lanes, vec![at(1_000, MILLIS(200), worker)]).remove(0);
    assert_eq!(report.ledger.scheduled, 200);
    assert_eq!(report.ledger.ok, 199);
    assert_eq!(report.ledger.interrupted, 1);
    drop(release);
}

/// All lanes are blocked for good: the pacer's thread admits and cancels what they do not reach.
#[test]
fn with_all_lanes_blocked_ticks_are_admitted_and_canceled_all_the_same() {
    for number in [1, 2, 3] {
        let (release, until) = channel();
        let block = Arc::new(blocks(until));
        let worker = Worker::hire("blocks", move || {
            let block = block.clone();
            async move { block() }
        });
        let worker = worker.overtime(10).grace(MILLIS(30));
        let lanes = lanes(number);
        let report = make(&lanes, vec![at(1_000, MILLIS(100), worker)]).remove(0);
        assert_eq!(report.ledger.scheduled, 100);
        assert_eq!(report.ledger.started, 10);
        assert_eq!(report.ledger.canceled, 90);
        assert_eq!(report.ledger.canceled_late, 90, "calls that had not begun held the slots");
        assert_eq!(report.ledger.interrupted, 10);
        assert_eq!(report.lag.count(), number as u64, "each lane began one call");
        drop(release);
    }
}

/// Its calls block their thread, and so the second lane is called, to which callers move.
#[test]
fn a_closed_loop_goes_on_to_a_lane_that_is_free() {
    let threads = Arc::new(Mutex::new(BTreeMap::new()));
    let target = {
        let threads = threads.clone();
        move || {
            let threads = threads.clone();
            async move {
                let thread = format!("{:?}", std::thread::current().id());
                *lock(&*threads).entry(thread).or_insert(0) += 1;
                std::thread::sleep(MILLIS(10));
            }
        }
    };
    let worker = Worker::hire("blocks", target);
    let terms = ClosedLoop::new(8).duration(MILLIS(400)).terms(*worker.offer());
    let report = make(&lanes(2), vec![Assignment::new(worker, &terms, 0)]).remove(0);
    assert!(report.ledger.balances(), "{:?}", report.ledger);
    assert_eq!(report.ledger.ok, lock(&*threads).values().sum::<u64>());
    assert_eq!(lock(&*threads).len(), 2);
    assert_eq!(report.lanes.map(|lanes| (lanes.on_duty, lanes.of)), Some((2, 2)));
    assert_eq!(report.missing_callers, 0);
}

/// A machine that keeps the lane from its core makes pusher call another one, but not each time.
#[test]
fn one_lane_makes_what_one_lane_can_make() {
    let lanes_used = || {
        let worker = Worker::hire("quick", async || ());
        let report = make(&lanes(3), vec![at(100, MILLIS(100), worker)]).remove(0);
        assert_eq!(report.ledger.ok, 10);
        let lanes = report.lanes.unwrap();
        assert_eq!(lanes.of, 3);
        lanes.on_duty
    };
    assert!((0..10).any(|_| lanes_used() == 1));
}

/// And so does what they spawn.
#[test]
fn calls_in_flight_stay_on_their_lane() {
    let strangers = Arc::new(AtomicU64::new(0));
    let target = {
        let strangers = strangers.clone();
        move || {
            let strangers = strangers.clone();
            async move {
                let lane = std::thread::current().id();
                tokio::time::sleep(MILLIS(2)).await;
                let spawned = tokio::spawn(async { std::thread::current().id() }).await.unwrap();
                if std::thread::current().id() != lane || spawned != lane {
                    strangers.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    };
    for number in [1, 2, 3] {
        let worker = Worker::hire("stays", target.clone());
        let report = make(&lanes(number), vec![at(5_000, MILLIS(100), worker)]).remove(0);
        assert_eq!(report.ledger.ok, 500);
    }
    assert_eq!(strangers.load(Ordering::SeqCst), 0);
}

/// A tick that is due while all slots are taken is canceled, also if nobody can look at it before
/// the slot is free: the call that holds it has the only lane.
#[test]
fn a_slot_that_was_taken_when_a_tick_was_due_is_not_given_to_it_afterwards() {
    let worker = Worker::hire("spins", async || {
        let until = std::time::Instant::now() + Duration::from_micros(600);
        while std::time::Instant::now() < until {
            std::hint::spin_loop();
        }
    });
    let worker = worker.overtime(1);
    let report = make(&lanes(1), vec![at(2_000, MILLIS(200), worker)]).remove(0);
    assert_eq!(report.ledger.scheduled, 400);
    // Each call holds the slot when the next tick is due, 500 µs after its own.
    assert!(report.ledger.started <= 200, "{:?}", report.ledger);
}

/// All begin before the first of them can begin again.
#[test]
fn each_of_many_callers_gets_to_a_call() {
    let worker = Worker::hire("quick", async || ());
    let terms = ClosedLoop::new(3_000).duration(MILLIS(300)).terms(*worker.offer());
    let report = make(&lanes(2), vec![Assignment::new(worker, &terms, 0)]).remove(0);
    assert_eq!(report.missing_callers, 0);
    assert!(report.ledger.ok >= 3_000, "{:?}", report.ledger);
}

#[test]
fn a_call_that_pauses_the_clock_of_its_lane_does_not_stop_the_load() {
    let worker = Worker::hire("pauses", async || {
        if std::panic::catch_unwind(tokio::time::pause).is_ok() {
            tokio::time::advance(Duration::from_secs(3_600)).await;
        }
    });
    let report = make(&lanes(1), vec![at(100, MILLIS(100), worker.grace(MILLIS(50)))]).remove(0);
    assert_eq!(report.ledger.started, 10);
    assert!(report.ledger.balances(), "{:?}", report.ledger);
}
