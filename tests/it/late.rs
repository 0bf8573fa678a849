//! A generator that is late. Each time line has the ticks, and the freeze between `[` and `]`.

use std::time::Duration;

use pusher::{Call, ClosedLoop, Ledger, Report, Worker};
use tokio::time::{advance, pause, resume, sleep};

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

/// Of 50 ticks: those that were made, all of which ended well, the canceled ones, and the part of
/// these that was late.
#[track_caller]
fn check(ledger: &Ledger, [started, canceled, canceled_late]: [u64; 3]) {
    assert_eq!(ledger.scheduled, 50);
    assert_eq!(ledger.started, started);
    assert_eq!(ledger.ok, started);
    assert_eq!(ledger.canceled, canceled);
    assert_eq!(ledger.canceled_late, canceled_late);
}

/// ```text
/// second     0         2 [         4 ]       5
/// ticks      0 … 20      21 … 25 … 40  41 …
///            made        5 made, 15 refused 95 ms late and more
/// ```
#[tokio::test(start_paused = true)]
async fn ticks_that_are_refused_late_are_canceled_late() {
    let ledger = frozen(|_| 1).await.ledger;
    check(&ledger, [35, 15, 15]);
}

/// The five calls that begin late hold all slots until second 4.395: ticks 41, 42 and 43 are
/// refused on time, and yet for lateness.
#[tokio::test(start_paused = true)]
async fn ticks_without_a_slot_for_late_calls_are_canceled_late() {
    let ledger = frozen(|seq| if (21..=25).contains(&seq) { 300 } else { 1 }).await.ledger;
    check(&ledger, [32, 18, 18]);
}

/// Calls 0 to 4 began on time and hold all slots until second 1: five ticks are the service's. As
/// many as in the first test are the generator's.
#[tokio::test(start_paused = true)]
async fn ticks_without_a_slot_for_slow_calls_are_canceled_and_not_late() {
    let ledger = frozen(|seq| if seq < 5 { 995 - 100 * seq } else { 1 }).await.ledger;
    check(&ledger, [30, 20, 15]);
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

/// The real clock jumps on by a second and a half, and a tenth, for it stands still before it does:
/// for longer the slower the machine is. The pacer has slept for longer than it wanted; and it does
/// sleep in one of three jumps, if not in each.
/// The five calls of a closed loop that were in flight have it in their service time, and no call
/// was late.
#[tokio::test]
async fn a_pacer_notices_that_the_process_stood_still() {
    tokio::spawn(async {
        for _ in 0..3 {
            sleep(100 * MILLISECOND).await;
            pause();
            advance(1_600 * MILLISECOND).await;
            resume();
        }
    });
    let worker = Worker::hire("frozen", async || sleep(5 * MILLISECOND).await);
    let report =
        worker.work_closed(ClosedLoop::new(5).duration(6_000 * MILLISECOND)).await.unwrap();
    let stood_still = &report.stood_still;
    assert!(stood_still.times >= 1, "{report}");
    assert!(stood_still.longest >= 1_500 * MILLISECOND, "{report}");
    assert!(report.service.max() >= 1_500 * MILLISECOND, "{report}");
    assert!(report.to_string().contains("\n  stood still "), "{report}");
}

/// What came before the measured time is in none of its figures.
#[tokio::test]
async fn a_warm_up_that_stood_still_is_not_told() {
    tokio::spawn(async {
        sleep(100 * MILLISECOND).await;
        pause();
        advance(1_500 * MILLISECOND).await;
        resume();
    });
    let worker = Worker::hire("frozen", async || sleep(5 * MILLISECOND).await);
    let worker = worker.warmup(3_000 * MILLISECOND);
    let report = worker.work_closed(ClosedLoop::new(5).duration(10 * MILLISECOND)).await.unwrap();
    assert!(report.stood_still.longest < 1_500 * MILLISECOND, "{report}");
}

#[cfg(unix)]
mod stopped {
    use std::time::Duration;

    use crate::harness::Ran;
    use crate::harness::signals::{ended, kill, started};

    /// The load, whose process is stopped a while after its begin, and continued.
    fn stopped(load: &str, time: Duration) -> Ran {
        let (child, err, target) = started(&[load, "--ignored", "--exact"]);
        std::thread::sleep(Duration::from_millis(300));
        kill(&child, "-STOP");
        std::thread::sleep(time);
        kill(&child, "-CONT");
        ended(child, err, target)
    }

    /// That is nobody's service.
    #[test]
    fn a_process_that_was_stopped_makes_its_load_inconclusive_and_says_why() {
        let ran = stopped("late::frozen", Duration::from_secs(1)).check(
            101,
            &[
                "late::frozen: inconclusive (tests/it/fixture/late.rs:",
                "pusher was too late to make the load that was promised: 1% of the calls began at",
                "`canceled == 0` is broken by pusher, not by the service: it would hold if pusher \
                 had not",
                "pusher stood still for ",
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

    /// A closed loop has no ticks that come late: its lag says nothing.
    #[test]
    fn a_closed_loop_whose_process_was_stopped_is_inconclusive_and_says_so() {
        let broken = |threshold: &str, how: &str| {
            format!(
                "`{threshold}` is broken by pusher, not by the service: it would hold if pusher \
                 had not stood still {how}"
            )
        };
        let ran = stopped("late::frozen_loop", Duration::from_millis(1_500)).check(
            101,
            &[
                "late::frozen_loop: inconclusive (tests/it/fixture/late.rs:",
                &broken("max < 1s", "for 1."),
                &broken("throughput > 450", "for 1."),
                &broken("count(\"x\") > 450", "for 1."),
                "the whole process was stopped, or the machine did not let it run",
                "  stood still for 1.",
                "met        p50 < 50ms",
            ],
            &[],
        );
        let report = ran.report("late::frozen_loop");
        assert_eq!(report["verdict"], "inconclusive");
        let stood_still = &report["stood_still"];
        assert!(stood_still["longest"].as_u64() >= Some(1_400_000_000), "{stood_still}");
        assert!(stood_still["longest"].as_u64() <= stood_still["total"].as_u64(), "{stood_still}");
    }

    /// Those in flight time out when the process goes on.
    #[test]
    fn calls_that_timed_out_while_the_process_was_stopped_are_not_the_service_s_fault() {
        let ran = stopped("late::frozen_calls", Duration::from_millis(1_400)).check(
            101,
            &[
                "late::frozen_calls: inconclusive (tests/it/fixture/late.rs:",
                "`max < 1s` is broken by pusher, not by the service: it would hold if pusher had \
                 not stood still for 1.",
                "met        errors < 5%",
            ],
            &[],
        );
        assert!(ran.report("late::frozen_calls")["ledger"]["timed_out"].as_u64() > Some(0));
    }
}
