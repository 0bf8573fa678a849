//! Closed loops whose number of callers changes: who joins when, and who leaves, on tokio's paused
//! clock and as a load binary shows it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{ClosedLoop, Error, Report, Stage, Worker};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::gate::Gate;
use crate::harness::fixture;
use crate::recorder::Recorder;

const MILLISECOND: Duration = Duration::from_millis(1);

/// A number of callers at the begin and at the end, and so many milliseconds.
type Line = (u64, u64, u32);

fn stages(lines: &[Line]) -> ClosedLoop {
    let stage = |(from, to, millis): &Line| Stage::ramp(*from, *to, *millis * MILLISECOND);
    ClosedLoop::stages(lines.iter().map(stage)).unwrap()
}

/// How many calls began at each instant, in milliseconds, of calls that take so many.
async fn begun(worker: Worker, closed: ClosedLoop, millis: u32) -> (Vec<(u128, u64)>, Report) {
    let recorder = Recorder::new();
    let report = worker.gossiper(recorder.clone()).work_closed(closed).await.unwrap();
    recorder.check(&report, &format!("calls of {millis} ms"));
    let mut begun: Vec<(u128, u64)> = Vec::new();
    for gossip in recorder.heard().iter().filter(|gossip| gossip.is_before_target()) {
        let at = gossip.due().as_millis();
        match begun.last_mut() {
            Some((last, count)) if *last == at => *count += 1,
            _ => begun.push((at, 1)),
        }
    }
    assert_eq!(report.lag.max(), Duration::ZERO, "each begins when it is due");
    (begun, report)
}

fn worker(millis: u32) -> Worker {
    Worker::hire("crowd", move || sleep(millis * MILLISECOND))
}

/// ```text
/// callers   0    1    2    3    4    4    4    3    2    1
/// ms        0    10   20   30   40   50   60   70   80   90   100
/// caller 1       ────────────────────────────────────────────
/// caller 2            ──────────────────────────────────
/// caller 3                 ────────────────────────
/// caller 4                      ──────────────
/// ```
#[tokio::test(start_paused = true)]
async fn callers_join_and_leave_along_a_ramp() {
    let closed = stages(&[(0, 4, 40), (4, 4, 20), (4, 0, 40)]);
    let (begun, report) = begun(worker(10), closed, 10).await;
    assert_eq!(
        begun,
        [(10, 1), (20, 2), (30, 3), (40, 4), (50, 4), (60, 4), (70, 3), (80, 2), (90, 1)]
    );
    assert_eq!(report.ledger.ok, 24);
    assert_eq!(report.elapsed, 100 * MILLISECOND);
    let load = &report.load;
    assert_eq!(load.concurrency, Some(4));
    assert_eq!(load.duration, Some(100 * MILLISECOND));
    assert_eq!(load.shape, "0 → 4 callers in 40ms, 4 callers for 20ms, 4 → 0 callers in 40ms");
    assert_eq!(report.missing_callers, 0);
}

/// ```text
/// callers   3              1
/// ms        0         25   30   50        75   80        100
/// caller 1  ──────────────────────────────────────────────
/// caller 2  ───────────────────── it leaves after its call
/// caller 3  ─────────────────────
/// ```
#[tokio::test(start_paused = true)]
async fn a_caller_over_the_curve_leaves_after_its_call() {
    let (begun, report) = begun(worker(25), stages(&[(3, 3, 30), (1, 1, 50)]), 25).await;
    assert_eq!(begun, [(0, 3), (25, 3), (50, 1), (75, 1)]);
    assert_eq!(report.ledger.ok, 8, "no call is cut off");
    assert_eq!(report.ledger.interrupted, 0, "no call is cut off");
}

/// The number of calls in flight at some instants.
#[tokio::test(start_paused = true)]
async fn as_many_calls_are_in_flight_as_there_are_callers() {
    let flying = Arc::new(Mutex::new(0));
    let seen = flying.clone();
    let target = move || {
        let flying = flying.clone();
        async move {
            *flying.lock().unwrap() += 1;
            sleep(2 * MILLISECOND).await;
            *flying.lock().unwrap() -= 1;
        }
    };
    let watch = tokio::spawn(async move {
        let (began, mut counts) = (Instant::now(), Vec::new());
        for millis in [9, 11, 51, 99, 151, 201, 251, 301] {
            tokio::time::sleep_until(began + millis * MILLISECOND).await;
            counts.push(*seen.lock().unwrap());
        }
        counts
    });
    let closed = stages(&[(0, 10, 100), (10, 10, 50), (10, 2, 80), (2, 2, 20), (7, 7, 60)]);
    Worker::hire("watched", target).work_closed(closed).await.unwrap();
    // At 201 ms the line is at 10 - 51 / 10 = 4.9; a call that began at 200 ms, at 5.0, goes on.
    assert_eq!(watch.await.unwrap(), [0, 1, 5, 9, 10, 5, 7, 7]);
}

#[tokio::test(start_paused = true)]
async fn callers_who_left_come_back_when_they_are_wanted_again() {
    let closed = stages(&[(2, 2, 20), (0, 0, 30), (2, 2, 20)]);
    let (begun, report) = begun(worker(10), closed, 10).await;
    assert_eq!(begun, [(0, 2), (10, 2), (50, 2), (60, 2)]);
    assert_eq!(report.ledger.ok, 8);
    assert_eq!(report.elapsed, 70 * MILLISECOND);
}

/// What counts is whether a caller is wanted when its pause is over.
#[tokio::test(start_paused = true)]
async fn a_pause_goes_on_while_a_caller_is_not_wanted() {
    let lines = [(1, 1, 30), (0, 0, 10), (1, 1, 40)];
    let begun_with = async |pause| begun(worker(10), stages(&lines).pause(pause), 10).await.0;
    // The pauses are over at 25, 50 and 75 ms, or at 35 ms, which is too early, and 85 ms.
    assert_eq!(begun_with(15 * MILLISECOND).await, [(0, 1), (25, 1), (50, 1), (75, 1)]);
    assert_eq!(begun_with(25 * MILLISECOND).await, [(0, 1), (40, 1), (75, 1)]);
}

/// The warm-up is the beginning of the stages, which begin anew at its end.
#[tokio::test(start_paused = true)]
async fn a_warm_up_goes_along_the_beginning() {
    let closed = || stages(&[(0, 2, 20), (2, 2, 10)]);
    let (calls, report) = begun(worker(10).warmup(20 * MILLISECOND), closed(), 10).await;
    // In the warm-up at 10 ms; then 10 and 20 ms after its end, at which there is no caller.
    assert_eq!(calls, [(10, 2), (20, 2)]);
    assert_eq!(report.warmup_ledger.ok, 1);
    assert_eq!(report.ledger.ok, 3);
    assert_eq!(report.load.warmup, 20 * MILLISECOND);
    let (_, report) = begun(worker(10).warmup(900 * MILLISECOND), closed(), 10).await;
    assert_eq!(report.load.warmup, 30 * MILLISECOND, "it is no longer than the stages");
    assert_eq!(report.warmup_ledger.ok, 3);
    assert_eq!(report.ledger.ok, 3);
}

/// The calls of callers that join between two milliseconds are due to the nanosecond, and begin as
/// tokio's clock lets them.
#[tokio::test(start_paused = true)]
async fn a_caller_is_due_at_the_nanosecond_that_the_ramp_reaches_it() {
    let recorder = Recorder::new();
    let worker = worker(100).gossiper(recorder.clone());
    worker.work_closed(stages(&[(0, 3, 10), (3, 3, 10)])).await.unwrap();
    let due: Vec<u128> = recorder
        .heard()
        .iter()
        .filter(|gossip| gossip.is_before_target())
        .map(|gossip| gossip.due().as_nanos())
        .collect();
    assert_eq!(due, [3_333_334, 6_666_667, 10_000_000]);
}

#[tokio::test(start_paused = true)]
async fn the_calls_may_end_it_before_the_stages_do() {
    let lines = [(1, 1, 30), (5, 5, 30)];
    let report = worker(10).work_closed(stages(&lines).calls(6)).await.unwrap();
    assert_eq!(report.ledger.ok, 6);
    assert_eq!(report.elapsed, 40 * MILLISECOND);
    assert_eq!(report.missing_callers, 0, "two of the five came too late for a call");
    let text = "load        1 caller for 30ms, 5 callers for 30ms: 6 calls, or 60ms in all";
    assert!(report.to_string().contains(text), "{report}");
}

/// On the real clock: two threads for three callers, each of whose calls blocks one for good.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_join_and_never_get_a_thread_are_told() {
    let (held, gate) = Gate::shut();
    let target = move || {
        gate.pass();
        std::future::ready(())
    };
    let worker = Worker::hire("crowded", target).grace(20 * MILLISECOND);
    let report = worker.work_closed(stages(&[(1, 1, 10), (3, 3, 60)])).await.unwrap();
    assert_eq!(report.ledger.interrupted, report.ledger.started, "{report}");
    assert_eq!(report.missing_callers, 3 - report.ledger.started, "{report}");
    assert!(report.missing_callers > 0, "{report}");
    drop(held);
}

/// On the real clock, with callers that have their turn in ten minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_the_future_ends_callers_that_wait_for_their_turn() {
    let worker = worker(1);
    {
        let work = worker.work_closed(stages(&[(1, 1, 600_000), (50, 50, 600_000)]));
        tokio::select! { _ = work => unreachable!(), () = sleep(20 * MILLISECOND) => {} }
    }
    while worker.config().busy {
        sleep(MILLISECOND).await;
    }
    let tasks = tokio::runtime::Handle::current().metrics();
    while tasks.num_alive_tasks() > 0 {
        sleep(MILLISECOND).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_stages_of_the_library_are_stretched_by_a_duration() {
    let steps = || ClosedLoop::steps(1, 3, 1, 10 * MILLISECOND).unwrap();
    let report = worker(10).work_closed(steps()).await.unwrap();
    assert_eq!(report.ledger.ok, 1 + 2 + 3);
    assert_eq!(report.elapsed, 30 * MILLISECOND);
    let report = worker(10).work_closed(steps().duration(60 * MILLISECOND)).await.unwrap();
    assert_eq!(report.ledger.ok, 12);
    assert_eq!(report.elapsed, 60 * MILLISECOND);
    let none = worker(10).work_closed(steps().duration(Duration::ZERO)).await.unwrap();
    assert_eq!(none.ledger.scheduled, 0);
}

#[test]
fn says_what_are_no_callers() {
    let number = "give a whole number from 0 to 100000, such as 20";
    let of = |stage: Stage| ClosedLoop::stages([stage]).unwrap_err().to_string();
    let in_stages = |text: &str| format!("a number of callers in stages is {text}: {number}");
    assert_eq!(of(Stage::hold(0.5, MILLISECOND)), in_stages("0.5"));
    assert_eq!(of(Stage::ramp(0, "7/m", MILLISECOND)), in_stages("7/m"));
    assert_eq!(of(Stage::spike(100_001, MILLISECOND)), in_stages("100001"));
    let zero = "a time in stages is zero: give a time, such as \"30s\"";
    assert_eq!(of(Stage::hold(5, Duration::ZERO)), zero);
    let nobody = "stages has no caller at any time: give a stage with some, such as `hold(20, \
                  \"1m\")`";
    assert_eq!(of(Stage::ramp(0, 1, MILLISECOND)), nobody);
    let nobody = Error::InvalidLoad(nobody.to_string());
    assert_eq!(ClosedLoop::stages([]).unwrap_err(), nobody);
    let steps =
        |from, to, by| ClosedLoop::steps(from, to, by, MILLISECOND).unwrap_err().to_string();
    assert_eq!(steps(100_001, 5, 1), format!("a number of callers in steps is 100001: {number}"));
    assert_eq!(
        steps(1, 5, 0),
        "by in steps is 0: give a whole number from 1 to 100000, such as 20"
    );
    assert_eq!(
        steps(0, 10_000, 1),
        "by in steps leads to more than 10000 steps: give a larger one, such as a tenth of `to`"
    );
}

const WORDS: &str = "0 → 4 callers in 40ms, 4 callers for 20ms, 4 → 0 callers in 40ms";

#[test]
fn a_load_says_how_its_callers_change() {
    let ran = fixture(&["headcount::up_and_down", "--exact"]).check(
        0,
        &[],
        &[
            &format!("headcount::up_and_down: {WORDS}: 100ms in all in virtual time\n"),
            &format!("load        {WORDS}: 100ms in all, virtual time"),
            "closed      each caller waits for an answer",
            "24 scheduled = 24 started + 0 canceled",
        ],
    );
    let report = ran.report("headcount::up_and_down");
    let load = &report["load"];
    assert_eq!(
        [&load["shape"], &load["concurrency"], &load["duration"], &load["ticks"]],
        [&json!(WORDS), &json!(4), &json!(100_000_000), &json!(null)]
    );
    assert_eq!(load["setup_workers"], 4, "for the most of them");
    assert_eq!(ran.err.matches("a line is closed\n").count(), 4);
}

#[test]
fn overrides_stretch_the_stages_or_replace_them() {
    let run = |args: &[&str]| fixture(&[&["headcount::up_and_down", "--exact"], args].concat());
    let longer = "0 → 4 callers in 80ms, 4 callers for 40ms, 4 → 0 callers in 80ms: 200ms in all";
    let ran = run(&["--duration", "200ms"]).check(0, &[], &[longer]);
    assert_eq!(ran.report("headcount::up_and_down")["ledger"]["ok"], 17 + 13 + 9 + 5);
    let ran = run(&["--concurrency", "2"]).check(0, &[], &["load        2 callers for 100ms"]);
    let report = ran.report("headcount::up_and_down");
    assert_eq!(report["ledger"]["ok"], json!(20));
    assert_eq!(report["load"]["setup_workers"], json!(2));
    let calls = format!("load        {WORDS}: 5 calls, or 100ms in all");
    let ran = run(&["--calls", "5"]).check(0, &[], &[&calls]);
    assert_eq!(ran.report("headcount::up_and_down")["ledger"]["ok"], 5);
    run(&["--rps", "5"]).check(
        0,
        &[],
        &["not used    rps 5 (--rps): a closed loop has no rate", "24 scheduled"],
    );
}

#[test]
fn each_worker_has_callers_of_its_own() {
    let steps = "1 caller for 20ms, 2 callers for 20ms, 3 callers for 20ms: 60ms in all";
    let ran = fixture(&["headcount::stairs", "--exact"]).check(
        0,
        &[],
        &[&format!("headcount::stairs: 2 workers, each with {steps}")],
    );
    let report = ran.report("headcount::stairs");
    assert_eq!(report["ledger"]["ok"], json!(2 * (2 + 4 + 6)));
    assert_eq!(report["load"]["setup_workers"], json!(6));
}

#[test]
fn data_that_ends_before_the_stages_makes_a_load_inconclusive() {
    let ran = fixture(&["headcount::too_few_items", "--exact"]);
    assert_eq!(ran.code, Some(101), "{}", ran.err);
    let because = ran.report("headcount::too_few_items")["reasons"][0].clone();
    assert_eq!(
        because,
        "the data was used up after 5 ticks, so the load that was promised was not made: give it \
         more items, or `data_order = \"round-robin\"`; if the data is to end the load, give \
         `concurrency` one number in the place of the shape"
    );
}
