use Verdict::{Failed, Inconclusive, Passed};

use super::super::evidence::Shortage;
use super::super::reach::Reach;
use super::super::told::{Told, threshold};
use super::*;
use crate::plan::note::NoteKind;
use crate::statistics::errors::lane_limit::LaneLimit;
use crate::statistics::errors::{ErrorKind, Errors};
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;

const MILLISECOND: u64 = 1_000_000;

/// What a load came to.
#[derive(Clone, Copy)]
struct Load {
    ledger: Ledger,
    /// The times of the calls in nanoseconds; `(1_000, 0)` says that a thousand calls took none.
    response: &'static [(u64, u64)],
    service: &'static [(u64, u64)],
    lag: &'static [(u64, u64)],
    throughput: f64,
    ticks: u64,
}

/// A thousand ticks in ten seconds, all of them answered in 10 ms.
fn good() -> Load {
    const TENTH: &[(u64, u64)] = &[(1_000, 10 * MILLISECOND)];
    let ledger = ledger(1_000, |ledger| ledger.ok = 1_000);
    Load {
        ledger,
        response: TENTH,
        service: TENTH,
        lag: &[(1_000, 0)],
        throughput: 100.0,
        ticks: 1_000,
    }
}

fn ledger(scheduled: u64, fill: impl FnOnce(&mut Ledger)) -> Ledger {
    let mut ledger = Ledger { scheduled, ..Ledger::default() };
    fill(&mut ledger);
    ledger.started = scheduled - ledger.canceled;
    assert!(ledger.balances(), "{ledger:?}");
    ledger
}

/// `ok` calls ended well, and `failed` did not.
fn with_errors(ok: u64, failed: u64) -> Load {
    Load {
        ledger: ledger(ok + failed, |ledger| (ledger.ok, ledger.failed) = (ok, failed)),
        ..good()
    }
}

/// Every tick was refused.
fn without_calls() -> Load {
    Load {
        ledger: ledger(1_000, |ledger| ledger.canceled = 1_000),
        response: &[],
        service: &[],
        lag: &[],
        throughput: 0.0,
        ticks: 1_000,
    }
}

/// The same three times for each of a thousand calls.
macro_rules! times {
    ($response:expr, $service:expr, $lag:expr) => {
        Load {
            response: &[(1_000, $response)],
            service: &[(1_000, $service)],
            lag: &[(1_000, $lag)],
            ..good()
        }
    };
}

fn judged(thresholds: &[&str], load: &Load) -> Judgement {
    let thresholds: Vec<Threshold> = thresholds.iter().map(|text| threshold(text)).collect();
    let [response, service, lag] = [load.response, load.service, load.lag].map(latency);
    let Load { ledger, throughput, ticks, .. } = *load;
    let told = Told::default();
    judge(
        &thresholds,
        &Evidence {
            ledger,
            response: &response,
            service: &service,
            lag: &lag,
            throughput,
            ticks,
            ..told.evidence()
        },
    )
}

fn latency(times: &[(u64, u64)]) -> Latency {
    let mut latency = Latency::default();
    times.iter().for_each(|(count, nanos)| (0..*count).for_each(|_| latency.record(*nanos)));
    latency
}

/// What is wrong at the bottom of most calls, in short.
#[test]
fn no_call_that_succeeded_is_told_with_the_deepest_cause() {
    let reason = |text: &str, cause: Option<&str>| {
        let mut errors = Errors::default();
        errors.record_with_cause(ErrorKind::Failed, text, cause);
        let (ledger, groups) = (with_errors(0, 1_000).ledger, errors.groups());
        let told = Told::default();
        let evidence = Evidence { ledger, errors: &groups, ..told.evidence() };
        judge(&[threshold("errors <= 100%")], &evidence).reasons.remove(0)
    };
    let quoting = |error: &str| format!("{NO_CALL}, such as `{error}`");
    assert_eq!(reason("no shop: refused (7)", Some("refused (7)")), quoting("refused (7)"));
    assert_eq!(reason("503: no shop", None), quoting("503: no shop"));
    assert_eq!(reason("", None), NO_CALL);
    let long = format!("{}…", "é".repeat(120));
    assert_eq!(reason(&"é".repeat(121), None), quoting(&long));
}

/// Lanes that are not enough are told of if they break `errors`, which stays a failure.
#[test]
fn errors_that_are_broken_for_want_of_a_runtime_say_so() {
    let judged = |panics: u64, text: &str| {
        let panic = "can call blocking only when running on the multi-threaded runtime";
        let mut errors = Errors::default();
        errors.record(ErrorKind::Failed, panic);
        (0..panics).for_each(|_| errors.record(ErrorKind::Panicked, panic));
        let (ledger, mut groups) = (with_errors(900, 100).ledger, errors.groups());
        LaneLimit::advise(&mut groups);
        let told = Told::default();
        judge(&[threshold(text)], &Evidence { ledger, errors: &groups, ..told.evidence() })
    };
    let check = |panics, text, verdict, reasons: &[String]| {
        let judgement = judged(panics, text);
        assert_eq!(judgement.verdict, verdict, "{panics} {text}");
        assert_eq!(judgement.reasons, reasons, "{panics} {text}");
    };
    check(1, "errors == 0", Failed, &[format!("1 call needs {}", LaneLimit::NEED)]);
    check(2, "errors < 1%", Failed, &[format!("2 calls need {}", LaneLimit::NEED)]);
    check(0, "errors == 0", Failed, &[]);
    check(2, "errors < 50%", Passed, &[]);
}

#[track_caller]
fn check(thresholds: &[&str], load: &Load, verdict: Verdict, reasons: &[&str]) {
    let judgement = judged(thresholds, load);
    let found: Vec<&str> = judgement.reasons.iter().map(String::as_str).collect();
    assert_eq!(judgement.verdict, verdict);
    assert_eq!(&found[..], reasons);
}

#[track_caller]
fn check_each(
    thresholds: &[&str],
    load: &Load,
    expected: &[(&str, f64, Option<f64>, Option<bool>)],
) {
    let judgement = judged(thresholds, load);
    let found: Vec<_> = judgement
        .thresholds
        .iter()
        .map(|judged| (judged.text.as_str(), judged.limit, judged.observed, judged.met))
        .collect();
    assert_eq!(found, expected);
}

const NO_CALL: &str = "no call succeeded, so there are no times to judge: fix the errors below";

fn late(lag: &str) -> String {
    format!(
        "pusher was too late to make the load that was promised: 1% of the calls began at \
         least {lag} late (lag.p99; the limit is 100ms)"
    )
}

fn by_pusher(threshold: &str, figure: &str, service: &str, lag: &str) -> String {
    format!(
        "`{threshold}` is broken by pusher, not by the service: service.{figure} is {service}, but \
         pusher began calls {lag} late (lag.{figure})"
    )
}

/// Stands behind every sentence on lateness.
const CAUSES: &str = "pusher is late for one of two reasons: the load's threads were blocked: by \
    the target, or by what `setup` spawned (give code that blocks to \
    `tokio::task::spawn_blocking`, or threads of its own); or the machine was busy (use an idle \
    one, a release build with `--release`, or a lower rate)";

#[test]
fn without_a_broken_threshold_it_has_passed() {
    check(&[], &good(), Passed, &[]);
    check(&["p99 < 250ms", "errors < 1%", "throughput > 99"], &good(), Passed, &[]);
}

#[test]
fn all_are_judged_and_listed_as_written_and_the_defaults_last() {
    let limit = 250e6;
    check_each(
        &[
            "p99 < 250ms",
            "max < 5ms",
            "service.p50 <= 10ms",
            "lag.mean == 0s",
            "throughput >= 100.5",
            "min > 10ms",
        ],
        &with_errors(999, 1),
        &[
            ("p99 < 250ms", limit, Some(10e6), Some(true)),
            ("max < 5ms", 5e6, Some(10e6), Some(false)),
            ("service.p50 <= 10ms", 10e6, Some(10e6), Some(true)),
            ("lag.mean == 0s", 0.0, Some(0.0), Some(true)),
            ("throughput >= 100.5", 100.5, Some(100.0), Some(false)),
            ("min > 10ms", 10e6, Some(10e6), Some(false)),
            ("errors == 0", 0.0, Some(0.001), Some(false)),
            ("canceled == 0", 0.0, Some(0.0), Some(true)),
        ],
    );
}

#[test]
fn a_threshold_on_errors_or_canceled_stands_in_for_its_default() {
    let names = |thresholds: &[&str]| {
        judged(thresholds, &good())
            .thresholds
            .into_iter()
            .map(|judged| judged.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["errors == 0", "canceled == 0"]);
    assert_eq!(names(&["canceled < 5%"]), ["canceled < 5%", "errors == 0"]);
    assert_eq!(
        names(&["errors > 1%", "p50 < 1s", "errors < 2%"]),
        ["errors > 1%", "p50 < 1s", "errors < 2%", "canceled == 0"]
    );
    assert_eq!(names(&["canceled == 0", "errors == 0"]), ["canceled == 0", "errors == 0"]);

    check(&[], &with_errors(999, 1), Failed, &[]);
    check(&["errors < 1%"], &with_errors(999, 1), Passed, &[]);
    let canceled =
        Load { ledger: ledger(1_000, |ledger| (ledger.ok, ledger.canceled) = (999, 1)), ..good() };
    check(&["errors < 1%"], &canceled, Failed, &[]);
    check(&["canceled < 1%"], &canceled, Passed, &[]);
}

#[test]
fn every_ending_but_ok_is_an_error() {
    let endings: [fn(&mut Ledger) -> &mut u64; 4] = [
        |ledger| &mut ledger.failed,
        |ledger| &mut ledger.timed_out,
        |ledger| &mut ledger.panicked,
        |ledger| &mut ledger.interrupted,
    ];
    for ending in endings {
        let one = ledger(1_000, |ledger| {
            ledger.ok = 999;
            *ending(ledger) = 1;
        });
        check(&[], &Load { ledger: one, ..good() }, Failed, &[]);
        check(&["errors <= 0.1%"], &Load { ledger: one, ..good() }, Passed, &[]);
    }
}

#[test]
fn shares_are_compared_exactly() {
    for (ok, failed, threshold, met) in [
        (990, 10, "errors < 1%", false),
        (990, 10, "errors <= 1%", true),
        (990, 10, "errors == 1%", true),
        (990, 10, "errors > 1%", false),
        (991, 9, "errors < 1%", true),
        // 7.0 / 10_000.0 and 0.07 / 100.0 are two different floats.
        (9_993, 7, "errors < 0.07%", false),
        (9_993, 7, "errors <= 0.07%", true),
        (9_993, 7, "errors == 0.07%", true),
        (9_992, 8, "errors <= 0.07%", false),
        (3, 0, "errors >= 0", true),
        (0, 3, "errors == 100%", true),
        (u64::MAX / 100 * 99, u64::MAX / 100, "errors == 1%", true),
        (u64::MAX / 100 * 99 - 1, u64::MAX / 100 + 1, "errors <= 1%", false),
    ] {
        let errors = &judged(&[threshold], &with_errors(ok, failed)).thresholds[0];
        assert_eq!(errors.met, Some(met), "{failed} of {} against {threshold}", ok + failed);
    }
    let half = Load {
        ledger: ledger(1_000, |ledger| (ledger.ok, ledger.canceled) = (500, 500)),
        ..good()
    };
    check_each(
        &["canceled <= 50%", "canceled < 50%"],
        &half,
        &[
            ("canceled <= 50%", 0.5, Some(0.5), Some(true)),
            ("canceled < 50%", 0.5, Some(0.5), Some(false)),
            ("errors == 0", 0.0, Some(0.0), Some(true)),
        ],
    );
}

/// 9 of a thousand.
#[test]
fn errors_and_canceled_are_shares_or_so_many_in_all() {
    let canceled =
        Load { ledger: ledger(1_000, |ledger| (ledger.ok, ledger.canceled) = (991, 9)), ..good() };
    for (threshold, verdict) in
        [("< 9", Failed), ("<= 9", Passed), ("== 9", Passed), ("< 10", Passed), ("> 9", Failed)]
    {
        check(&[&format!("errors {threshold}")], &with_errors(991, 9), verdict, &[]);
        check(&[&format!("canceled {threshold}")], &canceled, verdict, &[]);
    }
    check_each(
        &["errors < 10", "canceled == 0"],
        &with_errors(991, 9),
        &[
            ("errors < 10", 10.0, Some(9.0), Some(true)),
            ("canceled == 0", 0.0, Some(0.0), Some(true)),
        ],
    );
}

#[test]
fn throughput_is_compared_with_a_number() {
    for (threshold, verdict) in [
        ("throughput > 100", Failed),
        ("throughput >= 100", Passed),
        ("throughput == 100", Passed),
        ("throughput < 100.1", Passed),
        ("throughput <= 99.9", Failed),
    ] {
        check(&[threshold], &good(), verdict, &[]);
    }
}

#[test]
fn a_broken_threshold_on_throughput_that_is_out_of_reach_says_what_to_write() {
    let told = Told::default();
    let reach = Reach { most_throughput: Some(100.0), is_shortened: false };
    let load = |throughput| Evidence { throughput, reach, ..told.evidence() };
    let thresholds = [threshold("throughput >= 100"), threshold("throughput > 99")];
    let reasons = |throughput| judge(&thresholds, &load(throughput)).reasons;
    assert_eq!(reasons(100.0), [""; 0]);
    assert_eq!(
        reasons(98.0),
        ["`throughput >= 100` can hardly hold: the load makes 100 calls per second, and those \
          that end after its schedule are in no throughput; write a limit below that, such as \
          `throughput > 95`"]
    );
}

#[test]
fn a_threshold_on_a_time_without_a_sample_is_never_met() {
    let none = |text, limit| (text, limit, None, Some(false));
    check_each(
        &[
            "p50 < 1h",
            "p50 >= 0s",
            "min > 1ns",
            "service.mean == 0s",
            "lag.max <= 1s",
            "canceled <= 100%",
        ],
        &without_calls(),
        &[
            none("p50 < 1h", 3_600e9),
            none("p50 >= 0s", 0.0),
            none("min > 1ns", 1.0),
            none("service.mean == 0s", 0.0),
            none("lag.max <= 1s", 1e9),
            ("canceled <= 100%", 1.0, Some(1.0), Some(true)),
            ("errors == 0", 0.0, Some(0.0), Some(true)),
        ],
    );
}

#[test]
fn without_a_successful_call_it_is_inconclusive() {
    let lost = Load {
        ledger: ledger(1_000, |ledger| ledger.failed = 1_000),
        response: &[],
        service: &[],
        ..good()
    };
    check(&["errors <= 100%"], &lost, Inconclusive, &[NO_CALL]);
    check(&["errors <= 100%", "p99 < 1s", "service.min > 1ns"], &lost, Inconclusive, &[NO_CALL]);
    let canceled = "every tick was canceled, so there are no calls to judge: \
        raise `overtime`, or lower the rate";
    check(&["canceled <= 100%"], &without_calls(), Inconclusive, &[canceled]);
    let nothing = Load { ledger: Ledger::default(), ticks: 0, ..without_calls() };
    check(
        &[],
        &nothing,
        Inconclusive,
        &["no tick came due, so there is nothing to judge: \
             give the load more time, or more items if its warm-up used up its `data`"],
    );
}

/// Whatever the calls were like, and also if thresholds are off.
#[test]
fn data_that_ends_before_the_load_makes_it_inconclusive() {
    let shortage = |made, of, needed| {
        let other_ends = "leave `duration` out";
        let told = Told::new(|tell| tell("bytes", NoteKind::Count(1)));
        let short = Evidence {
            shortage: Some(Shortage { made, of, needed, other_ends }),
            ..told.evidence()
        };
        let nothing = judge_counts(&[], &[], &short);
        let judgement = judge(&[], &short);
        assert_eq!(judgement.verdict, Inconclusive);
        assert_eq!(nothing.verdict, Inconclusive);
        assert_eq!(judgement.reasons, nothing.reasons);
        judgement.reasons.join("\n")
    };
    assert_eq!(
        shortage(2, Some(3_000), Some(3_000)),
        "the data was used up after 2 of 3000 ticks, so the load that was promised was not made: \
         give it at least 3000 items, or `data_order = \"round-robin\"`; if the data is to end the \
         load, leave `duration` out"
    );
    assert_eq!(
        shortage(1, None, None),
        "the data was used up after 1 tick, so the load that was promised was not made: give it \
         more items, or `data_order = \"round-robin\"`; if the data is to end the load, leave \
         `duration` out"
    );
    assert_eq!(shortage(5, Some(9), None).matches("after 5 of 9 ticks").count(), 1);
}

#[test]
fn a_late_generator_makes_it_inconclusive() {
    const MOST: u64 = 100 * MILLISECOND;
    check(&[], &times!(MOST, 0, MOST), Passed, &[]);
    check(&[], &times!(MOST + 1, 0, MOST + 1), Inconclusive, &[&late("100ms"), CAUSES]);
    check(&[], &Load { lag: &[(990, 0), (10, 900 * MILLISECOND)], ..good() }, Passed, &[]);
    check(
        &[],
        &Load { lag: &[(989, 0), (11, 900 * MILLISECOND)], ..good() },
        Inconclusive,
        &[&late("900ms"), CAUSES],
    );
    // However well the thresholds are met.
    check(
        &["p50 < 1s", "service.max < 1s", "lag.max < 1h"],
        &times!(MOST + 1, 0, MOST + 1),
        Inconclusive,
        &[&late("100ms"), CAUSES],
    );
}

/// A tenth of 250 ms is 25 ms.
#[test]
fn a_response_that_the_service_met_and_the_generator_broke_is_inconclusive() {
    for figure in ["p50", "p99", "p99.9", "min", "mean", "max"] {
        let threshold = format!("{figure} < 250ms");
        let at = times!(250 * MILLISECOND, 225 * MILLISECOND, 25 * MILLISECOND);
        check(&[&threshold], &at, Failed, &[]);
        let above = times!(250 * MILLISECOND + 1, 225 * MILLISECOND, 25 * MILLISECOND + 1);
        check(
            &[&threshold],
            &above,
            Inconclusive,
            &[&by_pusher(&threshold, figure, "225ms", "25.0ms"), CAUSES],
        );
    }
}

#[test]
fn it_is_the_lag_at_the_same_figure_that_excuses() {
    // A lag of 60 ms, but of 5 calls in a thousand: p99.9 and max know it, p50 does not.
    let load = Load {
        response: &[(995, 40 * MILLISECOND), (5, 100 * MILLISECOND)],
        service: &[(1_000, 40 * MILLISECOND)],
        lag: &[(995, 0), (5, 60 * MILLISECOND)],
        ..good()
    };
    check(
        &["max < 90ms"],
        &load,
        Inconclusive,
        &[&by_pusher("max < 90ms", "max", "40.0ms", "60.0ms"), CAUSES],
    );
    check(
        &["p99.9 < 90ms"],
        &load,
        Inconclusive,
        &[&by_pusher("p99.9 < 90ms", "p99.9", "40.0ms", "60.0ms"), CAUSES],
    );
    check(&["p50 < 40ms"], &load, Failed, &[]);
    check(&["mean < 40ms"], &load, Failed, &[]);
    check(
        &["p99.9 < 90ms", "p50 < 41ms"],
        &load,
        Inconclusive,
        &[&by_pusher("p99.9 < 90ms", "p99.9", "40.0ms", "60.0ms"), CAUSES],
    );
}

#[test]
fn lag_alone_never_turns_a_bad_service_green() {
    let load = times!(300 * MILLISECOND, 250 * MILLISECOND, 50 * MILLISECOND);
    check(&["p99 < 200ms"], &load, Failed, &[]);
    let both = "`p99 < 250ms` is broken by the service and by pusher together: service.p99 is 250ms, \
        and pusher began calls 50.0ms late (lag.p99)";
    check(&["p99 < 250ms"], &load, Inconclusive, &[both, CAUSES]);
    check(
        &["p99 <= 250ms"],
        &load,
        Inconclusive,
        &[&by_pusher("p99 <= 250ms", "p99", "250ms", "50.0ms"), CAUSES],
    );
}

#[test]
fn broken_thresholds_on_service_and_lag_are_plainly_failed() {
    let load = times!(300 * MILLISECOND, 250 * MILLISECOND, 50 * MILLISECOND);
    for threshold in [
        "service.p99 < 200ms",
        "service.mean < 200ms",
        "lag.p99 < 10ms",
        "lag.max < 10ms",
        "service.min > 1s",
    ] {
        check(&[threshold], &load, Failed, &[]);
    }
}

#[test]
fn counts_come_first_and_doubts_stay_beside_them() {
    let doubtful = times!(300 * MILLISECOND, 100 * MILLISECOND, 200 * MILLISECOND);
    let (late, excuse) = (late("200ms"), by_pusher("p99 < 250ms", "p99", "100ms", "200ms"));
    let reasons: &[&str] = &[&late, &excuse, CAUSES];
    check(&["p99 < 250ms"], &doubtful, Inconclusive, reasons);
    for threshold in ["errors > 1%", "canceled > 1%", "throughput > 1000"] {
        check(&["p99 < 250ms", threshold], &doubtful, Failed, reasons);
    }
    let canceled = "every tick was canceled, so there are no calls to judge: \
        raise `overtime`, or lower the rate";
    check(&["throughput > 1000"], &without_calls(), Failed, &[canceled]);
    check(
        &[],
        &Load { ledger: ledger(1_000, |ledger| ledger.failed = 1_000), ..without_calls() },
        Failed,
        &[NO_CALL],
    );
}

#[test]
fn verdicts_have_a_word_each() {
    for (verdict, word) in [(Passed, "passed"), (Failed, "failed"), (Inconclusive, "inconclusive")]
    {
        assert_eq!(verdict.to_string().as_str(), word);
        assert_eq!(serde_json::to_string(&verdict).unwrap(), format!("\"{word}\""));
    }
}
