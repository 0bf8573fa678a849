//! `call.stop(..)`: what it ends, when, and what reports say of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{Call, ClosedLoop, Report, Worker};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::harness::fixture;
use crate::recorder::Recorder;

const MILLISECOND: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Stopped by the call with that number, which goes on, and so does each 7th for an hour.
async fn stops(call: Call) {
    if call.seq() == 50 {
        call.stop("enough");
    }
    if call.seq().is_multiple_of(7) {
        sleep(Duration::from_secs(3_600)).await;
    }
}

#[track_caller]
fn check_stopped(report: &Report, at: Option<Duration>, reason: &str) {
    let stopped = report.stopped.as_ref().expect("it was stopped");
    assert_eq!(stopped.at, at);
    assert_eq!(report.reasons, [reason]);
    assert_eq!(report.verdict, None);
}

/// Ticks are due each 10 ms; the one at 500 ms is the last.
#[tokio::test(start_paused = true)]
async fn no_tick_comes_after_the_stop_and_the_grace_is_5_seconds() {
    let recorder = Recorder::new();
    let worker = Worker::hire("stops", stops).gossiper(recorder.clone());
    let report = worker.work(100, MINUTE).await.unwrap();
    recorder.check(&report, "stops");
    let at = 500 * MILLISECOND;
    check_stopped(&report, Some(at), "stopped by a call after 500ms of 1m: enough");
    assert_eq!(report.ledger.scheduled, 51);
    assert_eq!(report.ledger.ok, 43);
    assert_eq!(report.ledger.interrupted, 8);
    assert_eq!(report.schedule, at);
    assert_eq!(report.elapsed, Duration::from_millis(5_500));
    assert_eq!(report.throughput, 86.0);
    let text = "  because     stopped by a call after 500ms of 1m: enough\n";
    assert!(report.to_string().contains(text), "{report}");
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["stopped"], json!({ "why": "enough", "worker": "stops", "at": 500_000_000 }));
}

/// The schedule is over after a second. The first call stops the load at 7.4 s, and goes on for
/// another second; the others never end.
#[tokio::test(start_paused = true)]
async fn a_stop_in_the_grace_leaves_calls_5_seconds_too() {
    let target = async |call: Call| {
        if call.seq() > 0 {
            std::future::pending::<()>().await;
        }
        sleep(7_400 * MILLISECOND).await;
        call.stop("enough");
        sleep(1_000 * MILLISECOND).await;
    };
    let worker = Worker::hire("stops", target);
    let report = worker.grace(MINUTE).work(10, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.ok, 1);
    assert_eq!(report.ledger.interrupted, 9);
    assert_eq!(report.elapsed, 12_400 * MILLISECOND);
}

#[tokio::test(start_paused = true)]
async fn a_shorter_grace_stays() {
    let worker = Worker::hire("stops", stops).grace(250 * MILLISECOND);
    let report = worker.work(100, MINUTE).await.unwrap();
    assert_eq!(report.elapsed, 750 * MILLISECOND);
}

/// Three callers, whose calls take 10 ms: of the ninth row, the first call stops the other two.
#[tokio::test(start_paused = true)]
async fn no_caller_begins_another_call() {
    let recorder = Recorder::new();
    let target = |call: Call| async move {
        if call.seq() == 24 {
            call.stop("enough");
        }
        sleep(10 * MILLISECOND).await;
    };
    let worker = Worker::hire("closed", target).gossiper(recorder.clone());
    let report = worker.work_closed(ClosedLoop::new(3).duration(MINUTE)).await.unwrap();
    recorder.check(&report, "closed");
    let at = 80 * MILLISECOND;
    check_stopped(&report, Some(at), "stopped by a call after 80.0ms of 1m: enough");
    assert_eq!(report.ledger.ok, 25);
    assert_eq!(report.schedule, at);
    assert_eq!(report.elapsed, 90 * MILLISECOND);
}

/// Its calls take no time, so that the pacer has no turn between two of them.
#[tokio::test(start_paused = true)]
async fn a_caller_that_asks_to_stop_makes_no_other_call() {
    let target = async |call: Call| {
        if call.seq() == 5 {
            call.stop("enough");
        }
    };
    let worker = Worker::hire("alone", target);
    let report = worker.work_closed(ClosedLoop::new(1).calls(1_000)).await.unwrap();
    assert_eq!(report.ledger.scheduled, 6);
    check_stopped(&report, Some(Duration::ZERO), "stopped by a call after 0ns: enough");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_what_would_go_on_until_told() {
    let worker = Worker::hire("until", stops);
    let report = worker.work_until(100, std::future::pending()).await.unwrap();
    check_stopped(&report, Some(500 * MILLISECOND), "stopped by a call after 500ms: enough");
}

#[tokio::test(start_paused = true)]
async fn the_warm_up_can_be_stopped() {
    let target = async |call: Call| call.stop(format!("tick {}", call.seq()));
    let worker = Worker::hire("cold", target).warmup(MINUTE);
    let report = worker.work(100, MINUTE).await.unwrap();
    assert_eq!(report.warmup_ledger.scheduled, 1);
    assert_eq!(report.ledger.scheduled, 0);
    check_stopped(&report, None, "stopped by a call during the warm-up: tick 0");
}

/// Two calls ask, at 20 and 30 ms; the second one in the grace.
#[tokio::test(start_paused = true)]
async fn the_first_stop_is_the_one_that_counts() {
    let target = async |call: Call| {
        sleep(10 * MILLISECOND * (3 - call.seq() as u32 % 2)).await;
        call.stop(format!("call {}", call.seq()));
    };
    let report = pusher::work(1_000, MINUTE, target).await.unwrap();
    let at = 21 * MILLISECOND;
    check_stopped(&report, Some(at), "stopped by a call after 21.0ms of 1m: call 1");
    assert_eq!(report.ledger.ok, 22);
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_the_grace_shortens_it_to_5_seconds() {
    let target = async |call: Call| {
        call.stopped().await;
        sleep(MILLISECOND).await;
        call.stop("late");
        std::future::pending::<()>().await
    };
    let worker = Worker::hire("late", target).grace(MINUTE);
    let report = worker.work(10, 1_000 * MILLISECOND).await.unwrap();
    let reason = "stopped by a call 1.00ms after the schedule: late";
    check_stopped(&report, Some(1_001 * MILLISECOND), reason);
    assert_eq!(report.ledger.scheduled, 10);
    assert_eq!(report.elapsed, Duration::from_millis(6_001));
}

/// Also one that is kept until the next run of its Worker.
#[tokio::test(start_paused = true)]
async fn a_call_of_a_run_that_is_over_stops_nothing() {
    let kept: Arc<Mutex<Vec<Call>>> = Arc::default();
    let keep = kept.clone();
    let target = move |call: Call| {
        keep.lock().unwrap().iter().for_each(|call| call.stop("too late"));
        let keep = keep.clone();
        async move {
            // In its own run it is not kept yet when the last one ends.
            if call.seq() == 9 {
                keep.lock().unwrap().push(call);
            }
        }
    };
    let worker = Worker::hire("again", target);
    for _ in 0..2 {
        let report = worker.work(10, 1_000 * MILLISECOND).await.unwrap();
        assert_eq!(report.ledger.ok, 10);
        assert_eq!(report.stopped, None);
        kept.lock().unwrap().iter().for_each(|call| call.stop("too late"));
        assert_eq!(report.reasons, Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn workers_side_by_side_stop_together() {
    let target = async |call: Call| {
        if call.worker() != "idle" && call.seq() == 10 {
            call.stop("enough");
        }
    };
    let [one, idle] = ["one", "idle"].map(|ident| Worker::hire(ident, target));
    let reports = pusher::farm(10, MINUTE, [idle, one]).await.unwrap();
    let at = Some(Duration::from_secs(1));
    check_stopped(&reports[0], at, "stopped by a call of one after 1.00s of 1m: enough");
    check_stopped(&reports[1], at, "stopped by a call after 1.00s of 1m: enough");
    assert_eq!(reports[0].ledger.scheduled, 11);

    // Ticks of three copies take turns, so the first copy has its 11th call first.
    let reports = pusher::force(3, 10, MINUTE, Worker::hire("copy", target)).await.unwrap();
    check_stopped(&reports[2], at, "stopped by a call of copy #0 after 1.00s of 1m: enough");
    assert_eq!(reports.iter().map(|report| report.ledger.scheduled).sum::<u64>(), 31);
}

#[test]
fn a_load_that_a_call_stops_has_failed_and_is_torn_down() {
    let because = "because     stopped by a call after 2.50s of 10m: the shop lost an order \
                   \\u{1b}[2J\n";
    let ran = fixture(&["think::stops", "--exact"]).check(
        101,
        &["think::stops: failed", because, "met        canceled == 0"],
        &["think::stops: failed", because, "the shop was closed"],
    );
    let report = ran.report("think::stops");
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["ledger"]["scheduled"], 26);
    assert_eq!(report["ledger"]["interrupted"], 1);
    assert_eq!(report["elapsed"], 7_500_000_000_u64);
    assert_eq!(
        report["stopped"],
        json!({
            "why": "the shop lost an order \u{1b}[2J", "worker": "think::stops",
            "at": 2_500_000_000_u64,
        })
    );
    let why = "stopped by a call after 2.50s of 10m: the shop lost an order \u{1b}[2J";
    assert_eq!(report["reasons"], json!([why]));
}

#[test]
fn a_load_can_be_stopped_in_its_warm_up() {
    let because = "because     stopped by a call during the warm-up: cold\n";
    let ran = fixture(&["think::stops_in_the_warm_up", "--exact"]).check(101, &[because], &[]);
    let report = ran.report("think::stops_in_the_warm_up");
    assert_eq!(report["ledger"]["scheduled"], 0);
    assert_eq!(report["warmup_ledger"]["ok"], 10);
    assert_eq!(report["stopped"]["at"], Value::Null);
}

#[test]
fn a_call_of_one_worker_stops_all() {
    let because = "because     stopped by a call after 1.03s of 10m: enough\n";
    let ran = fixture(&["think::force", "--exact"]).check(101, &[because], &[]);
    assert_eq!(ran.report("think::force")["stopped"]["worker"], "think::force #1");
    let of_another = "stopped by a call of think::force #1 after 1.03s of 10m: enough";
    let report = ran.report("think::force::2");
    assert_eq!(report["reasons"], json!([of_another]));
    assert_eq!(report["verdict"], Value::Null);
}

#[test]
fn a_farm_is_stopped_together_but_for_a_load_that_is_over() {
    let ran = fixture(&["think::farm", "--exact"]).check(
        101,
        &[
            "because     stopped by a call of think::farm::pays after 2.00s of 10m: no money\n",
            "because     stopped by a call after 2.00s of 10m: no money\n",
        ],
        &["think::farm::brief: passed"],
    );
    let [brief, reads, pays] =
        ["brief", "reads", "pays"].map(|load| ran.report(&format!("think::farm::{load}")));
    assert_eq!(brief["verdict"], json!("passed"));
    assert_eq!(brief["stopped"], Value::Null);
    assert_eq!(brief["ledger"]["ok"], 10);
    for stopped in [reads, pays] {
        assert_eq!(stopped["verdict"], "failed");
        assert_eq!(stopped["ledger"]["ok"], 21);
    }
}

/// The first signal leaves what is left of the 5 seconds, the second nothing.
#[cfg(unix)]
#[test]
fn signals_after_a_stop_shorten_the_grace() {
    use std::io::BufRead;

    use crate::harness::signals::{ended, kill, started};

    let (child, mut err, target) = started(&["think::stops_and_hangs", "--exact"]);
    let mut line = String::new();
    while !line.contains("it is stopped") {
        line.clear();
        assert!(err.read_line(&mut line).unwrap() > 0, "no call stopped it");
    }
    for _ in 0..2 {
        kill(&child, "-TERM");
        std::thread::sleep(Duration::from_millis(200));
    }
    let ran = ended(child, err, target).check(
        101,
        &[" of 10m: the shop is down\n              then cut short by SIGTERM\n"],
        &["the shop was closed"],
    );
    let report = ran.report("think::stops_and_hangs");
    assert_eq!(report["ledger"]["interrupted"], report["ledger"]["scheduled"]);
    assert!(report["elapsed"].as_u64().unwrap() < 5_000_000_000, "{report}");
}
