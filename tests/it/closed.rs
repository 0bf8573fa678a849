//! Closed loops on tokio's paused clock: how they begin, end and are cut short, and what is told of
//! it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{Call, ClosedLoop, Error, Worker};
use tokio::time::{Instant, sleep};

use crate::gate::Gate;
use crate::recorder::Recorder;

const MILLISECOND: Duration = Duration::from_millis(1);

/// ```text
/// ms        0    10   20   30   40   50
/// caller 1  0────    2────    4────
/// caller 2  1────    3────
/// ```
#[tokio::test(start_paused = true)]
async fn callers_make_one_call_after_the_other_until_all_are_made() {
    let (calls, begun) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let seen = calls.clone();
    let target = move |call: Call| {
        seen.lock().unwrap().push((
            call.seq(),
            begun.elapsed().as_millis(),
            (call.due() - begun).as_millis(),
        ));
        sleep(10 * MILLISECOND)
    };
    let recorder = Recorder::new();
    let worker = Worker::hire("two", target).gossiper(recorder.clone());
    let report =
        worker.work_closed(ClosedLoop::new(2).calls(5).pause(10 * MILLISECOND)).await.unwrap();
    recorder.check(&report, "two callers");
    assert_eq!(
        *calls.lock().unwrap(),
        [(0, 0, 0), (1, 0, 0), (2, 20, 20), (3, 20, 20), (4, 40, 40)]
    );
    assert_eq!(report.ledger.scheduled, 5);
    assert_eq!(report.ledger.ok, 5);
    assert_eq!(report.elapsed, 50 * MILLISECOND);
    assert_eq!(report.load.concurrency, Some(2));
    assert_eq!(report.load.calls, Some(5));
    assert_eq!(report.load.ticks, Some(5));
}

/// When each call is due, in microseconds, and when it begins, in milliseconds.
async fn begins(closed: ClosedLoop) -> Vec<(u128, u128)> {
    let (calls, begun) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let seen = calls.clone();
    let target = move |call: Call| {
        let due = (call.due() - begun).as_micros();
        seen.lock().unwrap().push((due, begun.elapsed().as_millis()));
        sleep(10 * MILLISECOND)
    };
    let recorder = Recorder::new();
    let worker = Worker::hire("at random", target).gossiper(recorder.clone());
    recorder.check(&worker.work_closed(closed).await.unwrap(), "at random");
    std::mem::take(&mut *calls.lock().unwrap())
}

/// A pause is between a call's end and the next one's due time; the timer adds up to a millisecond.
#[tokio::test(start_paused = true)]
async fn random_pauses_are_drawn_by_the_seed() {
    let pauses = 20 * MILLISECOND..50 * MILLISECOND;
    let closed = ClosedLoop::new(1).calls(200).pause(pauses);
    let calls = begins(closed.clone().seed(7)).await;
    assert_eq!(calls, begins(closed.clone().seed(7)).await);
    assert_ne!(calls, begins(closed.seed(8)).await);
    let mut between = Vec::new();
    for two in calls.windows(2) {
        let ((_, before), (due, begun)) = (two[0], two[1]);
        let pause = due - (before + 10) * 1_000;
        assert!((20_000..=50_000).contains(&pause), "{pause} µs");
        assert!((due..due + 1_000).contains(&(begun * 1_000)), "{due} µs and {begun} ms");
        between.push(pause);
    }
    let mean = between.iter().sum::<u128>() / between.len() as u128;
    assert!((33_000..37_000).contains(&mean), "{mean} µs");
    let each = between.iter().collect::<std::collections::BTreeSet<_>>();
    assert!(each.len() > 190, "{each:?}");
}

#[tokio::test(start_paused = true)]
async fn each_caller_draws_pauses_of_its_own() {
    let closed = ClosedLoop::new(2).calls(4).pause(20 * MILLISECOND..=50 * MILLISECOND);
    let calls = begins(closed.clone()).await;
    // The first two calls begin together, and end together.
    assert_eq!(calls[..2], [(0, 0), (0, 0)]);
    assert_ne!(calls[2].0, calls[3].0);
    let worker = Worker::hire("reported", async || ());
    let report = worker.work_closed(closed).await.unwrap();
    assert_eq!(report.load.seed, Some(0));
    assert_eq!(report.load.pause, 20 * MILLISECOND);
    assert_eq!(report.load.longest_pause, Some(50 * MILLISECOND));
    let text = "2 callers for 4 calls with seed 0,\n              pausing 20ms..50ms between calls";
    assert!(report.to_string().contains(text), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_closed_loop_ends_with_its_time_or_its_calls() {
    let calls_of = async |closed: ClosedLoop| {
        let worker = Worker::hire("ends", || sleep(10 * MILLISECOND));
        let report = worker.work_closed(closed).await.unwrap();
        (report.ledger.ok, report.elapsed)
    };
    // Three callers at 0, 10, 20, 30 and 40 ms; none begins at 50 ms.
    assert_eq!(
        calls_of(ClosedLoop::new(3).duration(50 * MILLISECOND)).await,
        (15, 50 * MILLISECOND)
    );
    assert_eq!(
        calls_of(ClosedLoop::new(3).duration(45 * MILLISECOND)).await,
        (15, 50 * MILLISECOND)
    );
    assert_eq!(
        calls_of(ClosedLoop::new(3).duration(50 * MILLISECOND).calls(7)).await,
        (7, 30 * MILLISECOND)
    );
    assert_eq!(
        calls_of(ClosedLoop::new(3).duration(50 * MILLISECOND).calls(1_000)).await,
        (15, 50 * MILLISECOND)
    );
}

#[tokio::test(start_paused = true)]
async fn the_warm_up_of_a_closed_loop_is_not_measured() {
    let recorder = Recorder::new();
    let target = |call: Call| async move {
        sleep(10 * MILLISECOND).await;
        if call.is_warmup() { Err("cold") } else { Ok(()) }
    };
    let worker = Worker::hire("warm", target).warmup(35 * MILLISECOND).gossiper(recorder.clone());
    let report = worker.work_closed(ClosedLoop::new(2).calls(6)).await.unwrap();
    recorder.check(&report, "warm-up");
    // Begun at 0, 10, 20 and 30 ms, by each of the two.
    assert_eq!(report.warmup_ledger.failed, 8);
    assert_eq!(report.ledger.ok, 6);
    assert_eq!(report.response.count(), 6);
    assert_eq!(report.elapsed, 35 * MILLISECOND, "from 35 ms to 70 ms");
}

/// Each way in which a call can end, twenty of each.
#[tokio::test(start_paused = true)]
async fn every_call_of_a_closed_loop_is_accounted_for() {
    let target = |call: Call| async move {
        match call.seq() % 5 {
            0 => Ok(()),
            1 => Err("no".to_string()),
            2 => panic!("burnt"),
            3 => {
                sleep(MILLISECOND).await;
                panic!("burnt later")
            }
            _ => std::future::pending().await,
        }
    };
    let recorder = Recorder::new();
    let worker = Worker::hire("faults", target).timeout(5 * MILLISECOND).gossiper(recorder.clone());
    let report = worker.work_closed(ClosedLoop::new(4).calls(100)).await.unwrap();
    recorder.check(&report, "faults");
    let ledger = report.ledger;
    assert_eq!(ledger.ok, 20);
    assert_eq!(ledger.failed, 20);
    assert_eq!(ledger.panicked, 40);
    assert_eq!(ledger.timed_out, 20);
    assert_eq!(ledger.interrupted, 0);
}

#[tokio::test(start_paused = true)]
async fn calls_that_hang_are_interrupted_after_the_grace() {
    let recorder = Recorder::new();
    let worker = Worker::hire("hangs", std::future::pending::<()>)
        .grace(20 * MILLISECOND)
        .gossiper(recorder.clone());
    let began = Instant::now();
    let report = worker.work_closed(ClosedLoop::new(3).duration(100 * MILLISECOND)).await.unwrap();
    recorder.check(&report, "hangs");
    assert_eq!(report.ledger.scheduled, 3);
    assert_eq!(report.ledger.interrupted, 3);
    assert_eq!(began.elapsed(), 120 * MILLISECOND);
}

/// On the real clock: a call that blocks its thread for good is not waited for, and takes no other
/// with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_whose_call_blocks_is_left_behind() {
    let recorder = Recorder::new();
    let (held, gate) = Gate::shut();
    let target = move |call: Call| {
        if call.seq() == 0 {
            gate.pass();
        }
        std::future::ready(())
    };
    let worker = Worker::hire("blocks", target).grace(20 * MILLISECOND).gossiper(recorder.clone());
    let report = worker.work_closed(ClosedLoop::new(2).calls(1_000)).await.unwrap();
    recorder.check(&report, "blocks");
    assert_eq!(report.ledger.ok, 999);
    assert_eq!(report.ledger.interrupted, 1);
    drop(held);
}

/// Two threads for three callers, each of whose calls blocks one for good.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_never_get_a_thread_are_told() {
    let (held, gate) = Gate::shut();
    let target = move || {
        gate.pass();
        std::future::ready(())
    };
    let worker = Worker::hire("crowded", target).grace(20 * MILLISECOND);
    let report = worker.work_closed(ClosedLoop::new(3).duration(20 * MILLISECOND)).await.unwrap();
    assert_eq!(report.ledger.interrupted, report.ledger.started);
    assert_eq!(report.missing_callers, 3 - report.ledger.started);
    assert!(report.missing_callers > 0, "{report}");
    assert!(
        report
            .to_string()
            .contains(&format!("  callers     {} never made a call\n", report.missing_callers)),
        "{report}"
    );
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_future_ends_the_callers() {
    let drops = Arc::new(AtomicU64::new(0));
    struct Counted(Arc<AtomicU64>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let counted = drops.clone();
    let target = move || {
        let guard = Counted(counted.clone());
        async move {
            let _guard = guard;
            std::future::pending::<()>().await
        }
    };
    let worker = Worker::hire("dropped", target);
    {
        let work = worker.work_closed(ClosedLoop::new(5).calls(10));
        tokio::select! { _ = work => unreachable!(), () = sleep(50 * MILLISECOND) => {} }
    }
    sleep(MILLISECOND).await;
    assert_eq!(drops.load(Ordering::SeqCst), 5);
    assert!(!worker.config().busy);
}

/// The clock moves when nothing else is to be done, and these callers always have something to do.
#[tokio::test(start_paused = true)]
async fn a_closed_loop_without_time_says_so_instead_of_never_ending() {
    let worker = Worker::hire("stuck", async || ());
    let error = worker.work_closed(ClosedLoop::new(2).duration(MILLISECOND)).await.unwrap_err();
    let text = "the calls take no time, and the clock is one that stands still meanwhile: give the closed loop a `pause`, or `calls` instead of `duration`";
    assert_eq!(error, Error::InvalidLoad(text.to_string()));
    assert_eq!(error.to_string(), text);
    let report = worker.work_closed(ClosedLoop::new(2).calls(10)).await.unwrap();
    assert_eq!(report.ledger.ok, 10);
    let worker = Worker::hire("stuck in the warm-up", async || ()).warmup(MILLISECOND);
    assert_eq!(worker.work_closed(ClosedLoop::new(2).calls(10)).await.unwrap_err(), error);
}

#[test]
fn a_closed_loop_needs_a_timer() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let worker = Worker::hire("timeless", async || ());
    assert_eq!(
        runtime.block_on(worker.work_closed(ClosedLoop::new(1).calls(1))).unwrap_err(),
        Error::NoTimer
    );
}
