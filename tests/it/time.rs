//! Warm-up, grace, `stopped` and the measured time, on tokio's paused clock.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use pusher::{Call, Worker};
use tokio::time::{Instant, sleep};

use crate::recorder::Recorder;

const MILLISECOND: Duration = Duration::from_millis(1);

/// ```text
/// ms      0    100   200   300   400   500   600
/// warm-up 0     1     2  │
/// ticks                 250    350    450    │ 550
/// ```
#[tokio::test(start_paused = true)]
async fn warm_up_comes_first_and_is_not_measured() {
    let began = Instant::now();
    let calls: Arc<Mutex<Vec<(u64, bool, u128)>>> = Arc::default();
    let seen = calls.clone();
    let target = move |call: Call| {
        seen.lock().unwrap().push((call.seq(), call.is_warmup(), (call.due() - began).as_millis()));
        async move { if call.is_warmup() { Err("cold") } else { Ok(()) } }
    };
    let recorder = Recorder::new();
    let worker = Worker::hire("warm", target).warmup(250 * MILLISECOND).gossiper(recorder.clone());
    let report = worker.work(10, 300 * MILLISECOND).await.unwrap();
    recorder.check(&report, "warm-up");
    let due = [
        (0, true, 0),
        (1, true, 100),
        (2, true, 200),
        (0, false, 250),
        (1, false, 350),
        (2, false, 450),
    ];
    assert_eq!(*calls.lock().unwrap(), due);
    assert_eq!(report.ledger.ok, 3);
    assert_eq!(report.ledger.failed, 0);
    assert_eq!(report.warmup_ledger.failed, 3);
    assert_eq!(report.response.count(), 3);
    assert_eq!(report.lag.count(), 3);
    assert_eq!(report.failed_response.count(), 0);
    assert_eq!(report.errors.len(), 0);
    assert_eq!(report.elapsed, 300 * MILLISECOND);
    assert_eq!(report.throughput, 10.0);
    assert_eq!(began.elapsed(), 550 * MILLISECOND);
}

/// A warm-up call that still runs at the start keeps its slot.
#[tokio::test(start_paused = true)]
async fn warm_up_calls_use_the_same_slots() {
    let slow = |call: Call| async move {
        sleep(if call.is_warmup() { 150 * MILLISECOND } else { Duration::ZERO }).await
    };
    let report = Worker::hire("slots", slow)
        .warmup(100 * MILLISECOND)
        .overtime(1)
        .work(10, 200 * MILLISECOND)
        .await
        .unwrap();
    assert_eq!(report.warmup_ledger.ok, 1);
    assert_eq!(report.ledger.canceled, 1);
    assert_eq!(report.ledger.ok, 1);
}

#[tokio::test(start_paused = true)]
async fn the_measured_time_runs_to_the_end_of_the_schedule() {
    let report = pusher::work(0.2, 8_000 * MILLISECOND, async || ()).await.unwrap();
    assert_eq!(report.ledger.ok, 2);
    assert_eq!(report.elapsed, 8_000 * MILLISECOND);
    assert_eq!(report.throughput, 0.25);
}

#[tokio::test(start_paused = true)]
async fn the_measured_time_runs_to_the_end_of_the_last_call() {
    let report = pusher::work(10, 1_000 * MILLISECOND, async || sleep(600 * MILLISECOND).await)
        .await
        .unwrap();
    assert_eq!(report.ledger.ok, 10);
    assert_eq!(report.elapsed, 1_500 * MILLISECOND);
}

/// Half of the calls take 100 ms more than the schedule, half of them for ever.
#[tokio::test(start_paused = true)]
async fn grace_lets_calls_end_and_cuts_the_rest() {
    let target = |call: Call| async move {
        call.stopped().await;
        sleep(100 * MILLISECOND).await;
        if call.seq() % 2 == 1 {
            std::future::pending().await
        }
    };
    let began = Instant::now();
    let report = Worker::hire("grace", target)
        .grace(250 * MILLISECOND)
        .work(10, 1_000 * MILLISECOND)
        .await
        .unwrap();
    assert_eq!(report.ledger.ok, 5);
    assert_eq!(report.ledger.interrupted, 5);
    assert_eq!(report.elapsed, 1_250 * MILLISECOND);
    assert_eq!(began.elapsed(), 1_250 * MILLISECOND);
    assert_eq!(report.response.percentile(50.0), 1_100 * MILLISECOND);
    assert_eq!(report.failed_response.count(), 0);
    assert_eq!(report.lag.count(), 10);
    // The first of those that did not end was due at 100 ms.
    assert_eq!(report.response.cut_off(), 5);
    assert_eq!(report.response.max(), 1_150 * MILLISECOND);
    assert_eq!(report.errors[0].kind, "interrupted");
    assert_eq!(report.errors[0].count, 5);
    assert_eq!(report.errors[0].text, "still in flight when the grace was over");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_counts_from_the_start_and_ends_the_call() {
    let report = Worker::hire("timeout", async || sleep(Duration::MAX).await)
        .timeout(30 * MILLISECOND)
        .overtime(2)
        .work(100, 100 * MILLISECOND)
        .await
        .unwrap();
    // Two slots of 30 ms each: ticks at 0 and 10 fill them, 20 is canceled, 30 and 40 find them
    // free again.
    assert_eq!(report.ledger.scheduled, 10);
    assert_eq!(report.ledger.timed_out, 7);
    assert_eq!(report.ledger.canceled, 3);
    assert_eq!(report.response.percentile(1.0), 30 * MILLISECOND);
    assert_eq!(report.response.max(), 30 * MILLISECOND);
    assert_eq!(report.elapsed, 120 * MILLISECOND);
    assert_eq!(report.response.cut_off(), 7);
    assert_eq!(report.failed_response.count(), 0);
    assert_eq!(report.errors[0].kind, "timed_out");
    assert_eq!(report.errors[0].example.as_str(), "no answer within 30ms");
}

#[tokio::test(start_paused = true)]
async fn rates_from_a_tick_in_five_seconds_to_a_million_a_second() {
    for (rps, seconds, ticks) in [
        (0.2, 11, 3),
        (1.5, 2, 3),
        (7.7, 10, 77),
        (1e3, 3, 3_000),
        (99_999.0, 2, 199_998),
        (1e6, 1, 1_000_000),
    ] {
        let report = pusher::work(rps, Duration::from_secs(seconds), async || ()).await.unwrap();
        assert_eq!(report.ledger.scheduled, ticks, "{rps}/s");
        assert_eq!(report.ledger.ok, ticks, "{rps}/s");
        assert!(
            report.lag.max() <= MILLISECOND,
            "tokio's paused clock moves in milliseconds: {:?} at {rps}/s",
            report.lag
        );
    }
}
