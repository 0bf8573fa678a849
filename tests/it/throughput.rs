//! Throughput and counts per second on tokio's paused clock: what ended while the schedule ran, per
//! second of it, whatever ends the schedule.

use std::time::Duration;

use pusher::{Call, ClosedLoop, Report, Worker};
use tokio::time::sleep;

const MILLISECOND: Duration = Duration::from_millis(1);

/// The throughput, and the calls after the schedule: `ok`, and all others.
fn found(report: &Report) -> (f64, u64, u64) {
    (report.throughput, report.after_schedule.ok, report.after_schedule.errors)
}

/// Every call counts a row when it ends.
async fn row(call: &Call, time: Duration) {
    sleep(time).await;
    call.count("rows", 1);
}

#[tokio::test(start_paused = true)]
async fn one_straggler_costs_one_call() {
    let target = async |call: Call| {
        row(&call, if call.seq() == 7 { 5_000 * MILLISECOND } else { MILLISECOND }).await
    };
    let report = pusher::work(200, 3_000 * MILLISECOND, target).await.unwrap();
    assert_eq!(found(&report), (599.0 / 3.0, 1, 0));
    assert_eq!(report.schedule, 3_000 * MILLISECOND);
    assert_eq!(report.elapsed, 5_035 * MILLISECOND);
    assert_eq!(report.counts[0].total, 600);
    assert_eq!(report.counts[0].per_second, 599.0 / 3.0);
    assert_eq!(report.counts[0].per_call, 1.0);
    let lines = "\n  throughput  199.7/s over 3.00s\n  afterwards  1 ok, 0 errors, up to 2.04s \
                 after the schedule\n";
    assert!(report.to_string().contains(lines), "{report}");
}

/// ```text
/// ms    0    100  ..  900  1000
/// tick  0────1────..──9────┤
/// ```
#[tokio::test(start_paused = true)]
async fn the_end_of_the_schedule_is_a_part_of_it() {
    let target = async |call: Call| row(&call, 100 * MILLISECOND).await;
    let report = pusher::work(10, 1_000 * MILLISECOND, target).await.unwrap();
    assert_eq!(found(&report), (10.0, 0, 0));
    assert_eq!(report.counts[0].per_second, 10.0);
    assert!(!report.to_string().contains("afterwards"), "{report}");
    let later = pusher::work(10, 1_000 * MILLISECOND, async || sleep(101 * MILLISECOND).await);
    assert_eq!(found(&later.await.unwrap()), (9.0, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn errors_after_the_schedule_are_counted_beside() {
    let target = async |call: Call| {
        sleep(200 * MILLISECOND).await;
        if call.seq().is_multiple_of(2) { Ok(()) } else { Err("odd") }
    };
    let report = pusher::work(10, 1_000 * MILLISECOND, target).await.unwrap();
    // Ticks 0 to 8 end by 1,000 ms: five of them `ok`. Tick 9 fails after it.
    assert_eq!(found(&report), (5.0, 0, 1));
    let line = "\n  afterwards  0 ok, 1 errors, up to 100ms after the schedule\n";
    assert!(report.to_string().contains(line), "{report}");
}

#[tokio::test(start_paused = true)]
async fn the_warm_up_is_in_no_throughput() {
    let worker = Worker::hire("warm", async || sleep(50 * MILLISECOND).await);
    let report = worker.warmup(300 * MILLISECOND).work(10, 500 * MILLISECOND).await.unwrap();
    assert_eq!(found(&report), (10.0, 0, 0));
    assert_eq!(report.schedule, 500 * MILLISECOND);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_stopped_is_measured_until_then() {
    let worker = Worker::hire("until", async || sleep(60 * MILLISECOND).await);
    let report = worker.work_until(10, sleep(1_050 * MILLISECOND)).await.unwrap();
    // Eleven ticks; the last, of 1,000 ms, ends ten milliseconds too late.
    assert_eq!(found(&report), (10.0 / 1.05, 1, 0));
    assert_eq!(report.schedule, 1_050 * MILLISECOND);
}

#[tokio::test(start_paused = true)]
async fn a_closed_loop_that_makes_all_its_calls_is_measured_until_the_last_answer() {
    let closed = async |closed: ClosedLoop| {
        let target = async |call: Call| row(&call, 100 * MILLISECOND).await;
        Worker::hire("closed", target).work_closed(closed).await.unwrap()
    };
    for calls in [
        ClosedLoop::new(2).calls(10),
        ClosedLoop::new(2).calls(10).duration(450 * MILLISECOND),
        ClosedLoop::new(2).calls(10).duration(9_000 * MILLISECOND),
    ] {
        let report = closed(calls).await;
        assert_eq!(found(&report), (20.0, 0, 0));
        assert_eq!(report.schedule, 500 * MILLISECOND);
        assert_eq!(report.counts[0].per_second, 20.0);
    }
    let by_time = closed(ClosedLoop::new(2).calls(11).duration(450 * MILLISECOND)).await;
    assert_eq!(found(&by_time), (8.0 / 0.45, 2, 0));
    assert_eq!(by_time.schedule, 450 * MILLISECOND);
    assert_eq!(by_time.counts[0].total, 10);
    assert_eq!(by_time.counts[0].per_second, 8.0 / 0.45);
}

/// The call that hangs is no answer.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_cut_off_does_not_stretch_a_closed_loop() {
    let target = async |call: Call| {
        sleep(if call.seq() == 3 { Duration::MAX } else { 100 * MILLISECOND }).await
    };
    let worker = Worker::hire("hangs", target).grace(7_000 * MILLISECOND);
    let report = worker.work_closed(ClosedLoop::new(2).calls(10)).await.unwrap();
    assert_eq!(report.ledger.ok, 9);
    assert_eq!(report.ledger.interrupted, 1);
    assert_eq!(report.schedule, 800 * MILLISECOND);
    assert_eq!(report.throughput, 9.0 / 0.8);
}
