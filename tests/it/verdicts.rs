//! What cannot be known does not pass: calls that were cut off, and samples that are too few.

use std::time::Duration;

use pusher::{Call, Latency, Report, Worker};
use serde_json::json;
use tokio::time::sleep;

use crate::gate::Gate;
use crate::harness::{Ran, fixture};

const MILLISECOND: Duration = Duration::from_millis(1);

fn judged(load: &str, exit_code: i32, lines: &[&str]) -> Ran {
    let (out, err) = if exit_code == 0 { (&[][..], lines) } else { (lines, &[][..]) };
    fixture(&[&format!("verdicts::{load}"), "--exact"]).check(exit_code, out, err)
}

#[test]
fn a_call_that_timed_out_is_slower_than_all_that_ended() {
    let ran = judged(
        "time_out",
        101,
        &[
            "BROKEN     p99 < 100ms              ≥ 1.00s\n",
            "BROKEN     max < 1h                 ≥ 1.00s: raise `timeout` above the limit\n",
            "met        p97 < 100ms              0ns\n",
            "met        service.p99 > 500ms      ≥ 1.00s\n",
            "met        mean < 100ms             ≥ 30.0ms\n",
            "BROKEN     step(\"all\").p99 < 100ms  ≥ 1.00s\n",
            "met        step(\"all\").p97 < 100ms  0ns\n",
            "met        step(\"all\").errors < 5%  3%\n",
            "970 ok, 0 failed, 30 timed out",
        ],
    );
    let report = ran.report("verdicts::time_out");
    for times in [&report["response"], &report["service"], &report["steps"][0]["times"]] {
        assert_eq!(times["count"], json!(970));
        assert_eq!(times["cut_off"], json!(30));
        assert_eq!(times["at_least"], json!(["mean", "p99", "p99_9", "max"]));
        assert_eq!(times["p95"], json!(0));
        assert_eq!(times["p99"], json!(1_000_000_000));
        assert_eq!(times["mean"], json!(30_000_000.0));
    }
    assert_eq!(report["lag"]["count"], json!(1_000));
    assert_eq!(report["lag"]["cut_off"], json!(0));
    assert_eq!(report["failed_response"]["count"], json!(0));
    assert_eq!(report["thresholds"][0]["at_least"], json!(true));
    assert_eq!(report["thresholds"][2].get("at_least"), None);
    let row = "  response          970    0ns ≥30.0ms    0ns    0ns    0ns ≥1.00s ≥1.00s ≥1.00s\n";
    assert!(ran.err.contains(row), "{}", ran.err);
}

/// The twentieth of the thirty is p99 of all: it was due at 3.01 s, and cut off at 10.5 s.
#[test]
fn a_call_that_was_interrupted_is_slower_too() {
    let advice = "≥ 7.49s: raise `grace` above the limit\n";
    let ran = judged("hang", 101, &["BROKEN     p99 < 1h                 ", advice]);
    assert_eq!(ran.report("verdicts::hang")["response"]["cut_off"], json!(30));
}

#[test]
fn what_the_samples_cannot_resolve_can_still_be_broken() {
    judged(
        "pay_seldom",
        101,
        &["verdicts::pay_seldom: failed", "BROKEN     step(\"pay\").p99 < 1ms    ≥ 300ms\n"],
    );
    judged(
        "call_back",
        101,
        &["verdicts::call_back: failed", "BROKEN     p99 < 1ms                ≥ 10.0ms\n"],
    );
}

#[test]
fn a_percentile_is_told_by_the_calls_of_its_own_distribution() {
    let ran = judged(
        "fail_mostly",
        101,
        &[
            "verdicts::fail_mostly: inconclusive",
            "`p99 < 10ms` cannot be judged: p99 takes 100 ok calls, and there were 2, so it takes",
            "not judged p99 < 10ms               2 ok calls are too few to tell\n",
        ],
    );
    let report = ran.report("verdicts::fail_mostly");
    assert_eq!(report["thresholds"][1]["observed"], json!(null));
    assert_eq!(report["response"]["p50"], json!(0));
    assert_eq!(report["response"]["p99"], json!(null));
    assert!(ran.err.contains("      2    0ns    0ns    0ns      -      -"), "{}", ran.err);
}

/// A run that is made shorter on purpose passes without what it cannot tell.
#[test]
fn a_run_that_was_made_shorter_says_what_was_not_judged() {
    judged("are_enough", 0, &["verdicts::are_enough: passed (tests/it/fixture/verdicts.rs:"]);
    for shorter in [["--duration", "900ms"], ["--rps", "49.5"], ["--calls", "99"]] {
        let all = [&["verdicts::are_enough", "--exact"], &shorter[..], &["--thresholds", "on"]];
        let ran = fixture(&all.concat());
        let headline = "verdicts::are_enough: passed, 1 of 4 thresholds not judged: ";
        // A lower rate breaks the throughput.
        if shorter[0] == "--rps" {
            ran.check(101, &["verdicts::are_enough: failed ("], &[]);
        } else {
            let ran = ran.check(0, &[], &[headline, "ok calls are too few to tell"]);
            let threshold = &ran.report("verdicts::are_enough")["thresholds"][0];
            assert_eq!(threshold["met"], json!(null));
        }
    }
}

#[test]
fn an_override_that_makes_it_no_shorter_excuses_nothing() {
    let reason = "p99 takes 100 ok calls, and there were 50, so it takes 50 more";
    judged("are_too_few", 101, &["verdicts::are_too_few: inconclusive", reason]);
    let run = |flags: &[&str]| fixture(&[&["verdicts::are_too_few", "--exact"], flags].concat());
    let longer = run(&["--calls", "60"]);
    longer.check(101, &["verdicts::are_too_few: inconclusive", "it takes 40 more"], &[]);
    let wider = run(&["--concurrency", "5"]);
    wider.check(101, &["verdicts::are_too_few: inconclusive", reason], &[]);
    // These make it smaller, but 50 calls of four callers would not have told either.
    for smaller in [["--concurrency", "3"], ["--calls", "49"]] {
        run(&smaller).check(101, &["verdicts::are_too_few: inconclusive"], &[]);
    }
}

fn figures(times: &Latency) -> (u64, u64, Duration, Duration, Duration) {
    let [p50, max] = [50.0, 100.0].map(|percent| times.percentile(percent));
    (times.count(), times.cut_off(), times.mean(), p50, max)
}

#[track_caller]
fn step_and_call_agree(report: &Report, cut_off: u64) {
    let step = &report.steps[0];
    assert_eq!(figures(&step.times), figures(&report.service));
    assert_eq!(report.service.cut_off(), cut_off);
    assert_eq!(step.unfinished, cut_off + report.ledger.panicked);
}

/// Of ten calls some end, some fail, some panic and some hang.
#[tokio::test(start_paused = true)]
async fn a_step_around_a_call_is_cut_off_when_the_call_is() {
    let target = async |call: Call| {
        call.step("all", async {
            sleep(u32::try_from(call.seq()).unwrap() * MILLISECOND).await;
            match call.seq() {
                0..4 => Ok(()),
                4 => Err("no"),
                5 => panic!("no"),
                _ => std::future::pending().await,
            }
        })
        .await
    };
    let worker = Worker::hire("timeout", target).timeout(50 * MILLISECOND);
    let report = worker.work(100, 100 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.timed_out, 4);
    step_and_call_agree(&report, 4);
    assert_eq!(report.service.max(), 50 * MILLISECOND);
    let worker = Worker::hire("grace", target).grace(50 * MILLISECOND);
    let report = worker.work(100, 100 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.interrupted, 4);
    step_and_call_agree(&report, 4);
    // The first that hangs was due at 60 ms, and was interrupted at 150 ms.
    assert_eq!(report.service.max(), 90 * MILLISECOND);
}

/// A call that drops a step of its own goes on.
#[tokio::test(start_paused = true)]
async fn a_step_that_its_call_dropped_was_cut_off() {
    let report = pusher::work(10, 1_000 * MILLISECOND, async |call: Call| {
        let long = call.step("search", sleep(500 * MILLISECOND));
        let _ = tokio::time::timeout(20 * MILLISECOND, long).await;
    });
    let report = report.await.unwrap();
    assert_eq!(report.ledger.ok, 10);
    let times = &report.steps[0].times;
    let time = 20 * MILLISECOND;
    assert_eq!(figures(times), (0, 10, time, time, time));
    assert!(times.is_at_least(50.0));
}

/// The one thread is blocked by the first call: the other ticks never begin, and nobody drops the
/// step.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_tick_that_never_began_is_cut_off_in_lag_too() {
    let (release, gate) = Gate::shut();
    let target = move |call: Call| {
        let gate = gate.clone();
        async move { call.step("block", async { gate.pass() }).await }
    };
    let worker = Worker::hire("blocks", target).grace(200 * MILLISECOND);
    let report = worker.work(1_000, 5 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.interrupted, 5);
    assert_eq!(report.response.count(), 0);
    assert_eq!(report.response.cut_off(), 5);
    assert_eq!(report.service.count(), 0);
    assert_eq!(report.service.cut_off(), 5);
    assert_eq!(report.lag.count(), 1);
    assert_eq!(report.lag.cut_off(), 4);
    assert!(report.lag.is_at_least(100.0));
    let times = &report.steps[0].times;
    assert_eq!(times.count(), 0);
    assert_eq!(times.cut_off(), 1);
    assert_eq!(report.service.max(), report.service.max().max(times.max()));
    assert!(times.max() > Duration::ZERO);
    drop(release);
}
