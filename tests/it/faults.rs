//! The ledger balances to the tick and the gossip is well formed, whatever the target does.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pusher::{Call, Worker};
use tokio::time::{sleep, timeout};

use crate::recorder::Recorder;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Quick,
    Yields,
    Slow,
    Blocks,
    Fails,
    PanicsAtOnce,
    PanicsLater,
    PanicsInDrop,
    Hangs,
    WaitsForTheEnd,
    Anything,
}

use Fault::{
    Anything, Blocks, Fails, Hangs, PanicsAtOnce, PanicsInDrop, PanicsLater, Quick, Slow,
    WaitsForTheEnd, Yields,
};

const FAULTS: [Fault; 11] = [
    Quick,
    Yields,
    Slow,
    Blocks,
    Fails,
    PanicsAtOnce,
    PanicsLater,
    PanicsInDrop,
    Hangs,
    WaitsForTheEnd,
    Anything,
];

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("in drop");
        }
    }
}

async fn target(fault: Fault, call: Call) -> Result<u64, String> {
    match fault {
        Quick => {}
        Yields => tokio::task::yield_now().await,
        Slow => sleep(Duration::from_millis(25)).await,
        // The paused clock does not see it: what blocking does to the real one is tested below.
        Blocks => std::thread::sleep(Duration::from_micros(1)),
        Fails => return Err(format!("no {}", call.seq())),
        PanicsAtOnce => panic!("at once"),
        PanicsLater => {
            sleep(Duration::from_millis(3)).await;
            panic!("later");
        }
        PanicsInDrop => {
            let _bomb = Bomb;
            sleep(Duration::from_millis(3)).await;
        }
        Hangs => std::future::pending().await,
        WaitsForTheEnd => call.stopped().await,
        Anything => {
            let fault = FAULTS[(call.seq() * 7 % 10) as usize];
            return Box::pin(target(fault, call)).await;
        }
    }
    Ok(call.seq())
}

#[tokio::test(start_paused = true)]
async fn every_fault_under_every_limit() {
    quiet_panics();
    for fault in FAULTS {
        for overtime in [0, 1, 10, u64::MAX] {
            for limit in [None, Some(Duration::from_millis(10))] {
                for warmup in [Duration::ZERO, Duration::from_millis(55)] {
                    for stop_early in [false, true] {
                        run(fault, overtime, limit, warmup, stop_early).await;
                    }
                }
            }
        }
    }
}

async fn run(
    fault: Fault,
    overtime: u64,
    limit: Option<Duration>,
    warmup: Duration,
    stop_early: bool,
) {
    let context = format!(
        "{fault:?}, overtime {overtime}, timeout {limit:?}, warm-up {warmup:?}, stopped early {stop_early}"
    );
    let recorder = Recorder::new();
    let worker = Worker::hire("faulty", move |call| target(fault, call))
        .overtime(overtime)
        .warmup(warmup)
        .grace(Duration::from_millis(40));
    let worker = limit.into_iter().fold(worker, Worker::timeout).gossiper(recorder.clone());
    let report = if stop_early {
        worker.work_until(1_000, sleep(Duration::from_millis(130))).await.unwrap()
    } else {
        worker.work(1_000, Duration::from_millis(200)).await.unwrap()
    };
    recorder.check(&report, &context);
    let ledger = report.ledger;
    if !stop_early {
        assert_eq!(ledger.scheduled, 200, "{context}");
        assert_eq!(report.warmup_ledger.scheduled, warmup.as_millis() as u64, "{context}");
    }
    // A warm-up call that does not end keeps its slot, so that few slots may be none.
    assert!(ledger.started > 0 || overtime == 0 || !warmup.is_zero(), "{context}");
    assert!(ledger.started == 0 || overtime > 0, "{context}");
    let started = ledger.started;
    match (fault, limit) {
        (Quick | Yields | Blocks, _) | (Slow, None) | (WaitsForTheEnd, None) => {
            assert_eq!(ledger.ok, started, "{context}")
        }
        (Fails, _) => assert_eq!(ledger.failed, started, "{context}"),
        (PanicsAtOnce | PanicsLater | PanicsInDrop, _) => {
            assert_eq!(ledger.panicked, started, "{context}")
        }
        (Slow | Hangs, Some(_)) => assert_eq!(ledger.timed_out, started, "{context}"),
        (Hangs, None) => assert_eq!(ledger.interrupted, started, "{context}"),
        (WaitsForTheEnd, Some(_)) => assert_eq!(ledger.timed_out + ledger.ok, started, "{context}"),
        (Anything, _) => {}
    }
    assert!(!worker.config().busy, "{context}");
}

/// Ticks 10 ms apart, calls of 5, 15, .. ms, so that no call ends in the instant of a tick: who is
/// admitted is the same as in a simulation that knows nothing of pacers and drivers.
#[tokio::test(start_paused = true)]
async fn admission_is_that_of_a_simulation() {
    const TICKS: u64 = 300;
    for overtime in 1..=7 {
        for tens in [0, 1, 2, 4, 9] {
            let service = move |seq: u64| 10 * (seq * seq % (tens + 1)) + 5;
            let mut ends: Vec<u64> = Vec::new();
            let mut admitted = Vec::new();
            for seq in 0..TICKS {
                ends.retain(|end| *end > 10 * seq);
                if (ends.len() as u64) < overtime {
                    ends.push(10 * seq + service(seq));
                    admitted.push(seq);
                }
            }
            let recorder = Recorder::new();
            let target = move |call: Call| async move {
                sleep(Duration::from_millis(service(call.seq()))).await
            };
            let worker =
                Worker::hire("simulated", target).overtime(overtime).gossiper(recorder.clone());
            let report = worker.work(100, Duration::from_millis(10 * TICKS)).await.unwrap();
            recorder.check(&report, "simulated");
            let before: Vec<u64> = recorder
                .heard()
                .iter()
                .filter(|gossip| gossip.is_before_target())
                .map(pusher::Gossip::seq)
                .collect();
            assert_eq!(before, admitted, "overtime {overtime}, calls of up to {tens}5 ms");
        }
    }
}

/// Dropping the future of `work` ends the run there and then.
#[tokio::test(start_paused = true)]
async fn dropped_half_way() {
    for fault in [Quick, Slow, Hangs] {
        let recorder = Recorder::new();
        let worker =
            Worker::hire("dropped", move |call| target(fault, call)).gossiper(recorder.clone());
        let cut =
            timeout(Duration::from_millis(50), worker.work(1_000, Duration::from_secs(1))).await;
        assert!(cut.is_err() && !worker.config().busy && recorder.stops() == 1, "{fault:?}");
        let heard = recorder.heard().len();
        sleep(Duration::from_secs(2)).await;
        assert_eq!(recorder.heard().len(), heard, "{fault:?}: gossip after the stop");
        let (before, after) = (
            recorder.count(pusher::Gossip::is_before_target),
            recorder.count(pusher::Gossip::is_after_target),
        );
        assert!(before == after && (50..=51).contains(&before), "{fault:?}: {before} and {after}");
    }
}

/// A thousand calls a second that block their thread for 20 ms each, on two threads, and some that
/// never return.
#[test]
fn threads_that_block() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let recorder = Recorder::new();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let begun = std::sync::Arc::new(AtomicU64::new(0));
    let blocks = move |_: Call| {
        let (held, begun) = (held.clone(), begun.clone());
        async move {
            // The first call of each thread: if the pacer is late, one claims two ticks at once.
            if begun.fetch_add(1, Ordering::SeqCst) < 2 {
                // Both threads are in here, one at the channel and one at the lock, until the test
                // is over.
                let _ = held.lock().map(|held| held.recv());
            }
        }
    };
    let worker = Worker::hire("blocks", blocks)
        .overtime(10)
        .grace(Duration::from_millis(50))
        .gossiper(recorder.clone());
    let report = runtime.block_on(worker.work(1_000, Duration::from_millis(200))).unwrap();
    recorder.check(&report, "both threads blocked");
    let ledger = report.ledger;
    assert_eq!(ledger.scheduled, 200);
    assert_eq!(ledger.started, 10);
    assert_eq!(ledger.canceled, 190);
    assert_eq!(ledger.interrupted, 10);
    assert_eq!(ledger.canceled_late, 190, "eight calls that had not begun held their slots");
    assert_eq!(report.lag.count(), 2, "only two calls began");
    assert_eq!(report.response.count(), 0, "only two calls began");
    let groups: Vec<_> = report
        .errors
        .iter()
        .map(|group| (group.count, group.text.split(':').next().unwrap()))
        .collect();
    assert_eq!(
        groups,
        [
            (8, "never begun before the grace was over"),
            (2, "still in flight when the grace was over")
        ]
    );
    drop(release);
}

/// One of two threads is blocked for good: the other makes all that comes, also what the blocked
/// one had claimed.
#[test]
fn one_thread_that_blocks() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let blocks = move |call: Call| {
        let held = held.clone();
        async move {
            if call.seq() == 5_000 {
                let _ = held.lock().map(|held| held.recv());
            }
        }
    };
    let worker = Worker::hire("blocks", blocks).grace(Duration::from_secs(1));
    let report = runtime.block_on(worker.work(100_000, Duration::from_millis(200))).unwrap();
    assert_eq!(report.ledger.scheduled, 20_000);
    assert_eq!(report.ledger.ok, 19_999);
    assert_eq!(report.ledger.interrupted, 1);
    drop(release);
}

/// The first call blocks until the tenth has been made, and all slots are taken meanwhile: no tick
/// that comes later wakes the driver that is free.
#[test]
fn a_free_driver_makes_what_a_blocked_one_has_claimed() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (made, tenth) = std::sync::mpsc::channel::<()>();
    let tenth = std::sync::Arc::new(std::sync::Mutex::new(tenth));
    let blocks = move |call: Call| {
        let (made, tenth) = (made.clone(), tenth.clone());
        async move {
            match call.seq() {
                0 => tenth
                    .lock()
                    .unwrap()
                    .recv_timeout(Duration::from_secs(20))
                    .map_err(|_| "nobody made the tenth"),
                9 => made.send(()).map_err(|_| "nobody waits for it"),
                _ => Ok(()),
            }
        }
    };
    let worker = Worker::hire("blocks", blocks).overtime(10);
    let report = runtime.block_on(worker.work(1_000_000, Duration::from_millis(300))).unwrap();
    assert!(
        report.ledger.balances() && report.ledger.started > 10 && report.ledger.failed == 0,
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_blocks_past_its_timeout_has_timed_out() {
    for ends in ["well", "with an error", "in a panic"] {
        quiet_panics();
        let blocks = move || async move {
            std::thread::sleep(Duration::from_millis(20));
            match ends {
                "well" => Ok(()),
                "with an error" => Err("late"),
                _ => panic!("late"),
            }
        };
        let worker = Worker::hire("late", blocks).timeout(Duration::from_millis(5));
        let report = worker.work(100, Duration::from_millis(50)).await.unwrap();
        assert_eq!(report.ledger.scheduled, 5, "ends {ends}");
        assert_eq!(report.ledger.timed_out, 5, "ends {ends}");
        assert_eq!(report.response.cut_off(), 5, "ends {ends}");
        assert_eq!(report.errors[0].text.as_str(), "no answer within 5ms", "ends {ends}");
    }
}

/// Distinct texts without end must not grow memory: at most a hundred groups, and one for the rest.
#[tokio::test(start_paused = true)]
async fn a_million_distinct_errors() {
    const LETTERS: &[u8] = b"ghijklmnopqrstuvwxyz";
    let fails = |call: Call| async move {
        let word: String = (0..5)
            .map(|place| LETTERS[(call.seq() / 20u64.pow(place) % 20) as usize] as char)
            .collect();
        Err::<(), _>(format!("{word} {}", call.seq()))
    };
    let report =
        Worker::hire("fails", fails).work(1_000_000, Duration::from_secs(1)).await.unwrap();
    assert_eq!(report.ledger.scheduled, 1_000_000);
    assert_eq!(report.ledger.failed, 1_000_000);
    assert_eq!(report.errors.len(), 101);
    assert_eq!(report.errors.iter().map(|group| group.count).sum::<u64>(), 1_000_000);
}

/// Half-way through, the server is gone.
#[tokio::test(start_paused = true)]
async fn a_server_that_dies_half_way() {
    let dies = |call: Call| async move {
        if call.seq() < 500 { Ok(()) } else { Err("connection refused (os error 111)") }
    };
    let report = Worker::hire("dies", dies).work(1_000, Duration::from_secs(1)).await.unwrap();
    assert_eq!(report.ledger.ok, 500);
    assert_eq!(report.ledger.failed, 500);
    let group = &report.errors[0];
    assert_eq!(group.kind, "failed");
    assert_eq!(group.text.as_str(), "connection refused (os error 111)");
    assert_eq!(group.count, 500);
    assert_eq!(group.example, "connection refused (os error 111)");
}

/// The panics of these tests are meant: they need not fill the screen.
fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let meant = ["at once", "later", "in drop", "late"];
            if !info.payload().downcast_ref::<&str>().is_some_and(|text| meant.contains(text)) {
                others(info);
            }
        }));
    });
}
