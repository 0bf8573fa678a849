//! `call.pause(..)`: a pause is in no time of its call or of a step around it, on tokio's paused
//! clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{Call, ClosedLoop, Gossip, Gossiper, Note, NoteKind, Report, Worker};
use tokio::time::sleep;

use crate::recorder::Recorder;

const MILLISECOND: Duration = Duration::from_millis(1);

fn millis(time: Duration) -> u128 {
    assert_eq!(time.subsec_micros() % 1_000, 0, "{time:?}");
    time.as_millis()
}

/// The time of a figure that is exact to a thousandth, in milliseconds.
fn about(time: Duration) -> u128 {
    (time + MILLISECOND / 2).as_millis()
}

/// A worker whose calls are all heard.
fn heard<A: 'static>(target: impl pusher::Target<A>) -> (Worker, Arc<Recorder>) {
    let recorder = Recorder::new();
    (Worker::hire("thinks", target).gossiper(recorder.clone()), recorder)
}

/// Response, service, lag and pauses of each call that ended, in milliseconds, by its number.
fn times(recorder: &Recorder) -> Vec<[u128; 4]> {
    let mut ends: Vec<Gossip> = recorder.heard();
    ends.retain(Gossip::is_after_target);
    ends.sort_by_key(Gossip::seq);
    let of = |gossip: &Gossip| {
        let times = [gossip.response(), gossip.service(), gossip.lag(), gossip.paused()];
        times.map(|time| millis(time.unwrap()))
    };
    ends.iter().map(of).collect()
}

#[track_caller]
fn step(report: &Report, name: &str) -> (u64, u128, u128) {
    let step = report.steps.iter().find(|step| step.name == name).unwrap();
    (step.ok, about(step.times.min()), about(step.times.max()))
}

/// ```text
/// ms      0    100    200    300
/// tick 0  ─╌╌╌╌╌╌╌──   │      │     ─ counts
/// tick 1       ─╌╌╌╌╌╌╌──     │     ╌ pause, 100 ms
/// tick 2              ─╌╌╌╌╌╌─┼─    which ends with the schedule
/// ```
#[tokio::test(start_paused = true)]
async fn a_pause_is_in_no_time_of_its_call() {
    let target = async |call: Call| {
        sleep(10 * MILLISECOND).await;
        call.pause(100 * MILLISECOND).await;
        sleep(20 * MILLISECOND).await;
    };
    let (worker, recorder) = heard(target);
    let report = worker.work(10, 300 * MILLISECOND).await.unwrap();
    recorder.check(&report, "thinks");
    assert_eq!(times(&recorder), [[30, 30, 0, 100], [30, 30, 0, 100], [30, 30, 0, 90]]);
    assert_eq!(report.elapsed, 320 * MILLISECOND);
    assert_eq!(report.schedule, 300 * MILLISECOND);
    assert_eq!(about(report.response.max()), 30);
    assert_eq!(about(report.service.max()), 30);
    assert_eq!(report.after_schedule.ok, 1);
    assert_eq!(report.response.count(), 3);
}

/// Ticks are due each 10 ms, and one call thinks from 0 to 55 ms, another from 60 ms to the end.
#[tokio::test(start_paused = true)]
async fn a_call_that_pauses_keeps_its_slot() {
    let (worker, recorder) = heard(async |call: Call| call.pause(55 * MILLISECOND).await);
    let report = worker.overtime(1).work(100, 100 * MILLISECOND).await.unwrap();
    recorder.check(&report, "slot");
    assert_eq!(report.ledger.ok, 2);
    assert_eq!(report.ledger.canceled, 8);
    assert_eq!(times(&recorder), [[0, 0, 0, 55], [0, 0, 0, 40]]);
}

/// Two pauses, and so many milliseconds of work before, between and behind them.
async fn works(call: &Call, work: [u32; 3]) {
    for (nth, work) in work.into_iter().enumerate() {
        if nth > 0 {
            call.pause(100 * MILLISECOND).await;
        }
        sleep(work * MILLISECOND).await;
    }
}

/// The timeout is 30 ms. Calls 1 and 3 are over it 230 and 30 ms after they began.
#[tokio::test(start_paused = true)]
async fn the_timeout_stands_still_meanwhile() {
    let target = async |call: Call| match call.seq() {
        0 => works(&call, [10, 10, 9]).await,
        1 => works(&call, [10, 10, 11]).await,
        2 => works(&call, [0, 29, 0]).await,
        _ => works(&call, [31, 0, 0]).await,
    };
    let check = |recorder: &Recorder, report: &Report, over: [u128; 4]| {
        recorder.check(report, "timeout");
        assert_eq!(report.ledger.ok, 2);
        assert_eq!(report.ledger.timed_out, 2);
        let expected = [[29, 29, 0, 200], [30, 30, 0, 200], [29, 29, 0, 200], [30, 30, 0, 0]];
        assert_eq!(times(recorder), expected);
        assert_eq!(report.response.cut_off(), 2);
        assert_eq!(about(report.response.max()), 30);
        let ends: Vec<u128> = recorder
            .heard()
            .iter()
            .filter(|gossip| gossip.is_after_target())
            .map(|gossip| millis(gossip.response().unwrap() + gossip.paused().unwrap()))
            .collect();
        assert_eq!(ends, over);
    };
    let (worker, recorder) = heard(target);
    let report = worker.timeout(30 * MILLISECOND).work(10, 400 * MILLISECOND).await.unwrap();
    // The pauses of the last two end with the schedule.
    assert_eq!(report.ledger.ok, 2);
    assert_eq!(report.ledger.timed_out, 2);
    let [first, second, ..] = times(&recorder)[..] else { panic!("four calls") };
    assert_eq!(first, [29, 29, 0, 200]);
    assert_eq!(second, [30, 30, 0, 200]);

    let (worker, recorder) = heard(target);
    let closed = ClosedLoop::new(4).duration(400 * MILLISECOND).pause(400 * MILLISECOND);
    let report = worker.timeout(30 * MILLISECOND).work_closed(closed).await.unwrap();
    check(&recorder, &report, [30, 229, 229, 230]);
}

/// Pauses of 1 s each; the schedule is half a second.
#[tokio::test(start_paused = true)]
async fn a_pause_ends_when_the_schedule_does() {
    let target = async |call: Call| {
        call.pause(Duration::from_secs(1)).await;
        sleep(10 * MILLISECOND).await;
        // It ends after a millisecond.
        call.pause(Duration::from_secs(1)).await;
        call.pause(Duration::ZERO).await;
    };
    let (worker, recorder) = heard(target);
    let report = worker.work(2, 500 * MILLISECOND).await.unwrap();
    recorder.check(&report, "ends");
    assert_eq!(times(&recorder), [[10, 10, 0, 501]]);
    assert_eq!(report.elapsed, 511 * MILLISECOND);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_pauses_for_ever_is_interrupted_after_the_grace() {
    let target = async |call: Call| {
        while call.seq() == 0 {
            call.pause(100 * MILLISECOND).await;
        }
    };
    let (worker, recorder) = heard(target);
    let report = worker.grace(20 * MILLISECOND).work(10, 100 * MILLISECOND).await.unwrap();
    recorder.check(&report, "for ever");
    assert_eq!(report.ledger.interrupted, 1);
    assert_eq!(report.elapsed, 120 * MILLISECOND);
    assert_eq!(times(&recorder), [[0, 0, 0, 120]]);
}

#[tokio::test(start_paused = true)]
async fn pauses_side_by_side_count_once() {
    let target = async |call: Call| match call.seq() {
        // 50 ms and 80 ms from 10 ms on, and 5 ms behind them.
        0 => {
            sleep(10 * MILLISECOND).await;
            let pause = |millis| call.pause(millis * MILLISECOND);
            tokio::join!(pause(50), pause(80));
            sleep(5 * MILLISECOND).await;
        }
        // Dropped after 30 ms, and 10 ms later another one.
        1 => {
            tokio::select! {
                () = call.pause(Duration::from_secs(1)) => unreachable!(),
                () = sleep(30 * MILLISECOND) => {}
            }
            sleep(10 * MILLISECOND).await;
            call.pause(7 * MILLISECOND).await;
        }
        // Never begun.
        _ => drop(call.pause(Duration::from_secs(1))),
    };
    let (worker, recorder) = heard(target);
    let report = worker.work(10, 300 * MILLISECOND).await.unwrap();
    recorder.check(&report, "side by side");
    assert_eq!(times(&recorder), [[15, 15, 0, 80], [10, 10, 0, 37], [0, 0, 0, 0]]);
}

/// Of a step beside a pause, the time counts; of one around it, the time of the pause does not.
#[tokio::test(start_paused = true)]
async fn a_pause_is_in_no_time_of_the_steps_around_it() {
    let target = async |call: Call| {
        let inner = async {
            sleep(10 * MILLISECOND).await;
            call.pause(100 * MILLISECOND).await;
            sleep(5 * MILLISECOND).await;
        };
        let outer = async {
            call.step("inner", inner).await;
            sleep(20 * MILLISECOND).await;
        };
        let beside = sleep(70 * MILLISECOND);
        tokio::join!(call.step("outer", outer), call.step("beside", beside));
        call.step("after", sleep(3 * MILLISECOND)).await;
    };
    let (worker, recorder) = heard(target);
    let report = worker.work(5, 1_000 * MILLISECOND).await.unwrap();
    recorder.check(&report, "steps");
    assert_eq!(times(&recorder), vec![[38, 38, 0, 100]; 5]);
    assert_eq!(step(&report, "inner"), (5, 15, 15));
    assert_eq!(step(&report, "outer"), (5, 35, 35));
    assert_eq!(step(&report, "beside"), (5, 70, 70));
    assert_eq!(step(&report, "after"), (5, 3, 3));
}

/// A timeout of 30 ms, which is over 30 ms of work after the step began.
#[tokio::test(start_paused = true)]
async fn a_step_that_is_cut_off_has_paused_no_more_than_one_that_ends() {
    let target = async |call: Call| {
        let part = async {
            sleep(10 * MILLISECOND).await;
            call.pause(100 * MILLISECOND).await;
            std::future::pending::<()>().await
        };
        call.step("hangs", part).await
    };
    let worker = Worker::hire("cut off", target).timeout(30 * MILLISECOND);
    let report = worker.work(10, 1_000 * MILLISECOND).await.unwrap();
    let hangs = &report.steps[0];
    assert_eq!(report.ledger.timed_out, 10);
    assert_eq!(hangs.unfinished, 10);
    assert_eq!(hangs.times.cut_off(), 10);
    assert_eq!(step(&report, "hangs").2, 30);
    assert_eq!(about(report.service.max()), 30);
}

/// Two calls, at 0 and 100 ms, of which none ends; the grace is over at 200 or 220 ms.
#[tokio::test(start_paused = true)]
async fn an_interrupted_call_is_cut_off_at_its_time_without_its_pauses() {
    let interrupted = async |pause: u32, grace: u32| {
        let target = move |call: Call| async move {
            let part = async {
                sleep(10 * MILLISECOND).await;
                call.pause(pause * MILLISECOND).await;
                std::future::pending::<()>().await
            };
            call.step("hangs", part).await
        };
        let (worker, recorder) = heard(target);
        let worker = worker.grace(grace * MILLISECOND);
        let report = worker.work(10, 200 * MILLISECOND).await.unwrap();
        recorder.check(&report, "interrupted");
        assert_eq!(report.ledger.interrupted, 2);
        let of_steps = step(&report, "hangs").2;
        (times(&recorder), of_steps)
    };
    let (calls, of_steps) = interrupted(50, 20).await;
    assert_eq!(calls, [[170, 170, 0, 50], [70, 70, 0, 50]]);
    assert_eq!(of_steps, 170);
    // The pause goes on until the schedule ends, and the grace with it.
    let (calls, of_steps) = interrupted(1_000, 0).await;
    assert_eq!(calls, [[10, 10, 0, 190], [10, 10, 0, 90]]);
    assert_eq!(of_steps, 10);
}

/// Its end is the call's, and it has no clock to stop.
#[tokio::test(start_paused = true)]
async fn in_a_task_beside_the_call_a_pause_is_a_sleep() {
    let target = async |call: Call| {
        let beside = call.clone();
        let task = async move {
            beside.step("beside", beside.pause(50 * MILLISECOND)).await;
        };
        tokio::spawn(task).await.unwrap();
    };
    let (worker, recorder) = heard(target);
    let report = worker.work(10, 200 * MILLISECOND).await.unwrap();
    recorder.check(&report, "task");
    assert_eq!(times(&recorder), [[50, 50, 0, 0], [50, 50, 0, 0]]);
    assert_eq!(step(&report, "beside"), (2, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_of_a_run_that_is_over_pauses_no_longer_than_a_millisecond() {
    let kept: Arc<Mutex<Option<Call>>> = Arc::default();
    let keep = kept.clone();
    let target = move |call: Call| {
        *keep.lock().unwrap() = Some(call);
        std::future::ready(())
    };
    Worker::hire("over", target).work(10, 100 * MILLISECOND).await.unwrap();
    let (call, began) = (kept.lock().unwrap().take().unwrap(), tokio::time::Instant::now());
    call.pause(Duration::from_secs(1)).await;
    assert_eq!(began.elapsed(), MILLISECOND);
}

/// Two callers; the warm-up ends in the middle of their second call, and no pause with it.
#[tokio::test(start_paused = true)]
async fn the_pauses_of_a_closed_loop_are_in_no_time_either() {
    let target = async |call: Call| {
        call.pause(30 * MILLISECOND).await;
        sleep(10 * MILLISECOND).await;
    };
    let (worker, recorder) = heard(target);
    let worker = worker.warmup(60 * MILLISECOND);
    let report = worker.work_closed(ClosedLoop::new(2).duration(100 * MILLISECOND)).await.unwrap();
    recorder.check(&report, "closed");
    assert_eq!(report.warmup_ledger.ok, 4);
    assert_eq!(report.ledger.ok, 4);
    // From 60 to 160 ms: calls begin at 80 and 120 ms.
    assert_eq!(report.elapsed, 100 * MILLISECOND);
    assert_eq!(times(&recorder), vec![[10, 10, 0, 30]; 8]);
}

/// Calls that work for 10 ms, pause for 100 ms and work for 20 ms: how long the loop goes on, and
/// for how long each call pauses, in milliseconds.
async fn loop_of_pauses(closed: ClosedLoop, grace: Duration) -> (u128, Vec<u128>) {
    let (worker, recorder) = heard(async |call: Call| works(&call, [10, 20, 0]).await);
    let report = worker.grace(grace).work_closed(closed).await.unwrap();
    recorder.check(&report, "loop");
    assert_eq!(report.ledger.ok, report.ledger.scheduled);
    let pauses = times(&recorder).into_iter().map(|[_, service, lag, paused]| {
        assert_eq!(service, 30);
        assert_eq!(lag, 0);
        paused
    });
    (millis(report.elapsed), pauses.collect())
}

/// Each pauses twice, and the second time for as long as the first.
#[tokio::test(start_paused = true)]
async fn the_last_calls_of_a_loop_pause_as_those_before_them() {
    let minute = Duration::from_secs(60);
    let alone = ClosedLoop::new(1).calls(3);
    assert_eq!(loop_of_pauses(alone, minute).await, (690, vec![200; 3]));
    let three = ClosedLoop::new(3).calls(3);
    assert_eq!(loop_of_pauses(three.clone(), minute).await, (230, vec![200; 3]));
    // All calls begin at 0 ms. The grace is over at 60 ms, and then again at 120 ms.
    assert_eq!(loop_of_pauses(three.clone(), 60 * MILLISECOND).await, (81, vec![51; 3]));
    // The schedule ends at 90 ms.
    let with_end = three.clone().duration(90 * MILLISECOND);
    assert_eq!(loop_of_pauses(with_end.clone(), minute).await, (111, vec![81; 3]));
    // Without pauses, the grace is not begun anew, also if the schedule has ended meanwhile.
    let worker = Worker::hire("hangs", std::future::pending::<()>).grace(120 * MILLISECOND);
    let report = worker.work_closed(with_end).await.unwrap();
    assert_eq!(report.ledger.interrupted, 3);
    assert_eq!(report.elapsed, 120 * MILLISECOND);
    let worker = Worker::hire("hangs", std::future::pending::<()>).grace(60 * MILLISECOND);
    let report = worker.work_closed(three).await.unwrap();
    assert_eq!(report.ledger.interrupted, 3);
    assert_eq!(report.elapsed, 60 * MILLISECOND);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_all_pauses() {
    let target = async |call: Call| {
        if call.seq() == 2 {
            sleep(50 * MILLISECOND).await;
            call.stop("enough");
        }
        call.pause(Duration::from_secs(1)).await;
    };
    for closed in [ClosedLoop::new(3).calls(3), ClosedLoop::new(3).duration(Duration::from_secs(9))]
    {
        let (worker, recorder) = heard(target);
        let report = worker.work_closed(closed).await.unwrap();
        recorder.check(&report, "stop");
        assert_eq!(times(&recorder), [[0, 0, 0, 50], [0, 0, 0, 50], [50, 50, 0, 1]]);
    }
}

/// So that a step that blocks its thread after its pause is not taken for one that still pauses.
#[tokio::test(start_paused = true)]
async fn a_step_goes_on_before_the_code_behind_its_pause_runs() {
    struct Last(Arc<Mutex<String>>);
    impl Gossiper for Last {
        fn hear(&self, _: &Worker, _: &Gossip) {}
        fn note(&self, _: &Worker, note: &Note<'_>) {
            *self.0.lock().unwrap() = format!("{:?}", note.kind);
        }
    }
    let last: Arc<Mutex<String>> = Arc::default();
    let heard = last.clone();
    let target = move |call: Call| {
        let last = last.clone();
        async move {
            let part = async {
                call.pause(100 * MILLISECOND).await;
                assert_eq!(*last.lock().unwrap(), "StepResumed { paused: 100ms }");
            };
            call.step("s", part).await;
        }
    };
    let worker = Worker::hire("thinks", target).gossiper(Last(heard));
    let report = worker.work(1, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.ok, 1, "{report}");
}

/// A pause of 300 ms that begins in the call, and goes on in a task after 5 ms of it. The call
/// works for another 200 ms, or is over its timeout of 100 ms.
#[tokio::test(start_paused = true)]
async fn a_pause_that_is_moved_to_a_task_is_over_for_the_call() {
    let target = async |call: Call| {
        let mut pause = Box::pin(async move { call.pause(300 * MILLISECOND).await });
        tokio::select! {
            biased;
            () = &mut pause => {}
            () = sleep(5 * MILLISECOND) => {}
        }
        tokio::spawn(pause);
        sleep(200 * MILLISECOND).await;
    };
    let (worker, recorder) = heard(target);
    let report = worker.work(1, 1_000 * MILLISECOND).await.unwrap();
    recorder.check(&report, "thinks");
    assert_eq!(times(&recorder), [[200, 200, 0, 5]]);
    let (worker, recorder) = heard(target);
    let report = worker.timeout(100 * MILLISECOND).work(1, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.timed_out, 1);
    assert_eq!(times(&recorder), [[100, 100, 0, 5]]);
}

/// On the real clock: each pause is longer than the timeout.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_only_pauses_is_never_over_its_timeout() {
    let target = async |call: Call| call.pause(400 * MILLISECOND).await;
    let (worker, recorder) = heard(target);
    let worker = worker.timeout(300 * MILLISECOND);
    let report = worker.work(20, 800 * MILLISECOND).await.unwrap();
    recorder.check(&report, "open");
    assert_eq!(report.ledger.ok, 16);
    assert_eq!(report.ledger.scheduled, 16);
    let (worker, recorder) = heard(target);
    let worker = worker.timeout(300 * MILLISECOND);
    let report = worker.work_closed(ClosedLoop::new(3).calls(6)).await.unwrap();
    recorder.check(&report, "closed");
    assert_eq!(report.ledger.ok, 6);
    assert_eq!(report.ledger.scheduled, 6);
}

/// The notes of a step that pauses twice.
#[tokio::test(start_paused = true)]
async fn gossipers_hear_of_the_pauses_of_a_step() {
    #[derive(Default)]
    struct Notes(Mutex<Vec<String>>);
    impl pusher::Gossiper for Notes {
        fn hear(&self, _: &Worker, _: &Gossip) {}

        fn note(&self, _: &Worker, note: &Note<'_>) {
            let told = match note.kind {
                NoteKind::StepPaused { time } => format!("paused after {time:?}"),
                NoteKind::StepResumed { paused } => format!("resumed after {paused:?}"),
                NoteKind::StepEnded { time, .. } => format!("ended after {time:?}"),
                other => format!("{other:?}"),
            };
            self.0.lock().unwrap().push(told);
        }
    }
    let notes = Arc::new(Notes::default());
    let target = async |call: Call| call.step("thinks", works(&call, [10, 5, 1])).await;
    let worker = Worker::hire("notes", target).gossiper(notes.clone());
    worker.work(1, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(
        *notes.0.lock().unwrap(),
        [
            "StepBegan",
            "paused after 10ms",
            "resumed after 100ms",
            "paused after 15ms",
            "resumed after 200ms",
            "ended after 16ms",
        ]
    );
}

/// So they end well, within the grace.
#[cfg(unix)]
#[test]
fn a_signal_ends_all_pauses() {
    use crate::harness::signals::{ended, kill, started};

    let (child, err, target) = started(&["think::thinks_long", "--exact"]);
    std::thread::sleep(300 * MILLISECOND);
    kill(&child, "-INT");
    let ran = ended(child, err, target).check(101, &["cut short by SIGINT"], &[]);
    let ledger = &ran.report("think::thinks_long")["ledger"];
    assert_eq!(ledger["ok"].as_u64(), Some(2));
    assert_eq!(ledger["interrupted"].as_u64(), Some(0));
}
