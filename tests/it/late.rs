//! A generator that is late. Each time line has the ticks, and the freeze between `[` and `]`.

use std::time::Duration;

use pusher::{Call, Report, Worker};
use tokio::time::{advance, sleep};

const MILLISECOND: Duration = Duration::from_millis(1);

/// Ten ticks a second for five seconds, five slots; so many milliseconds take the calls. Two
/// seconds and 95 ms after the start the clock jumps on by two seconds, as for a process that was
/// stopped: pacer, drivers and calls see nothing of the time between.
async fn frozen(millis: fn(u64) -> u64) -> Report {
    tokio::spawn(async {
        sleep(2_095 * MILLISECOND).await;
        advance(2_000 * MILLISECOND).await;
    });
    let target = move |call: Call| sleep(Duration::from_millis(millis(call.seq())));
    Worker::hire("frozen", target).overtime(5).work(10, 5_000 * MILLISECOND).await.unwrap()
}

/// ```text
/// second     0         2 [         4 ]       5
/// ticks      0 … 20      21 … 25 … 40  41 …
///            made        5 made, 15 refused 95 ms late and more
/// ```
#[tokio::test(start_paused = true)]
async fn ticks_that_are_refused_late_are_canceled_late() {
    let ledger = frozen(|_| 1).await.ledger;
    assert_eq!(ledger.scheduled, 50);
    assert_eq!(ledger.started, 35);
    assert_eq!(ledger.ok, 35);
    assert_eq!(ledger.canceled, 15);
    assert_eq!(ledger.canceled_late, 15);
}

/// The five calls that begin late hold all slots until second 4.395: ticks 41, 42 and 43 are
/// refused on time, and yet for lateness.
#[tokio::test(start_paused = true)]
async fn ticks_without_a_slot_for_late_calls_are_canceled_late() {
    let ledger = frozen(|seq| if (21..=25).contains(&seq) { 300 } else { 1 }).await.ledger;
    assert_eq!(ledger.scheduled, 50);
    assert_eq!(ledger.started, 32);
    assert_eq!(ledger.ok, 32);
    assert_eq!(ledger.canceled, 18);
    assert_eq!(ledger.canceled_late, 18);
}

/// Calls 0 to 4 began on time and hold all slots until second 1: five ticks are the service's. As
/// many as in the first test are the generator's.
#[tokio::test(start_paused = true)]
async fn ticks_without_a_slot_for_slow_calls_are_canceled_and_not_late() {
    let ledger = frozen(|seq| if seq < 5 { 995 - 100 * seq } else { 1 }).await.ledger;
    assert_eq!(ledger.scheduled, 50);
    assert_eq!(ledger.started, 30);
    assert_eq!(ledger.ok, 30);
    assert_eq!(ledger.canceled, 20);
    assert_eq!(ledger.canceled_late, 15);
}

/// What the warm-up lost is in its own ledger: it is frozen whole, and no measured tick is.
#[tokio::test(start_paused = true)]
async fn the_warm_up_has_its_own_late_ticks() {
    tokio::spawn(async {
        sleep(5 * MILLISECOND).await;
        advance(992 * MILLISECOND).await;
    });
    let worker = Worker::hire("frozen", async || ()).overtime(1).warmup(1_000 * MILLISECOND);
    let report = worker.work(10, 1_000 * MILLISECOND).await.unwrap();
    let warmup = report.warmup_ledger;
    assert_eq!(warmup.scheduled, 10);
    assert_eq!(warmup.canceled, 8);
    assert_eq!(warmup.canceled_late, 8);
    assert_eq!(report.ledger.canceled, 0);
    assert_eq!(report.ledger.canceled_late, 0);
}

/// The clock jumps over the end of the schedule: calls 8 and 9 begin and end after it. Call 3 is
/// slow and ends after it too, which is the service's.
#[tokio::test(start_paused = true)]
async fn calls_that_end_after_the_schedule_for_lateness_are_told_apart() {
    tokio::spawn(async {
        sleep(795 * MILLISECOND).await;
        advance(1_000 * MILLISECOND).await;
    });
    let target = async |call: Call| {
        sleep(Duration::from_millis(if call.seq() == 3 { 2_000 } else { 1 })).await
    };
    let report = Worker::hire("frozen", target).work(10, 1_000 * MILLISECOND).await.unwrap();
    let after = report.after_schedule;
    assert_eq!(report.ledger.ok, 10);
    assert_eq!(after.ok, 3);
    assert_eq!(after.delayed, 2);
    assert_eq!(report.throughput, 7.0);
}

#[cfg(unix)]
mod stopped {
    use std::time::Duration;

    use crate::harness::signals::{ended, kill, started};

    /// The process is stopped for a second, and continued: that is nobody's service.
    #[test]
    fn a_process_that_was_stopped_makes_its_load_inconclusive_and_says_why() {
        let (child, err, target) = started(&["late::frozen", "--ignored", "--exact"]);
        std::thread::sleep(Duration::from_millis(300));
        kill(&child, "-STOP");
        std::thread::sleep(Duration::from_secs(1));
        kill(&child, "-CONT");
        let ran = ended(child, err, target).check(
            101,
            &[
                "late::frozen: inconclusive (tests/it/fixture/late.rs:",
                "pusher was too late to make the load that was promised: 1% of the calls began at",
                "`canceled == 0` is broken by pusher, not by the service: it would hold if pusher \
                 had not",
                "pusher is late for one of two reasons: the load's threads were blocked: by the \
                 target, or by",
                " of them late)",
                "met        p50 < 50ms",
            ],
            &[],
        );
        let report = ran.report("late::frozen");
        let ledger = &report["ledger"];
        assert_eq!(report["verdict"], "inconclusive");
        assert!(ledger["canceled_late"].as_u64().unwrap() > 0, "{ledger}");
        assert_eq!(ledger["canceled_late"], ledger["canceled"]);
    }
}
