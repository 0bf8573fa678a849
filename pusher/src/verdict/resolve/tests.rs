use std::time::Duration;

use super::super::judge::{Judgement, Verdict, judge, judge_counts};
use super::super::told::{Told, threshold};
use super::*;
use crate::plan::note::NoteKind;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;

const MILLISECOND: u64 = 1_000_000;

/// So many calls of so many milliseconds each, in nanoseconds.
type Times = &'static [(u64, u64)];

fn latency(ended: Times, cut_off: Times) -> Latency {
    let mut latency = Latency::default();
    for (count, millis) in ended {
        (0..*count).for_each(|_| latency.record(millis * MILLISECOND));
    }
    for (count, millis) in cut_off {
        (0..*count).for_each(|_| latency.record_cut_off(millis * MILLISECOND));
    }
    latency
}

/// A threshold, its figure in milliseconds, and whether it is met.
type Expected = (&'static str, Option<(u64, Bound)>, Option<bool>);

#[track_caller]
fn check(ended: Times, cut_off: Times, expected: &[Expected]) {
    let latency = latency(ended, cut_off);
    for (text, observed, met) in expected {
        let threshold = threshold(text);
        let answer = threshold.answer(&latency.samples(), threshold.metric.figure().unwrap());
        let found = answer.observed.map(|reading| (reading.whole / MILLISECOND, reading.bound));
        assert_eq!(found, *observed, "{text}");
        assert_eq!(answer.met, *met, "{text}");
    }
}

const fn exactly(millis: u64) -> Option<(u64, Bound)> {
    Some((millis, Bound::Exact))
}

const fn at_least(millis: u64) -> Option<(u64, Bound)> {
    Some((millis, Bound::AtLeast))
}

const fn at_most(millis: u64) -> Option<(u64, Bound)> {
    Some((millis, Bound::AtMost))
}

/// Three calls in a hundred time out after a second.
#[test]
fn what_was_cut_off_meets_no_upper_limit() {
    check(
        &[(970, 1)],
        &[(30, 1_000)],
        &[
            ("p90 < 100ms", exactly(1), Some(true)),
            ("p97 < 100ms", exactly(1), Some(true)),
            ("p98 < 100ms", at_least(1_000), Some(false)),
            ("p99 < 100ms", at_least(1_000), Some(false)),
            ("p99 < 1h", at_least(1_000), Some(false)),
            ("max <= 1h", at_least(1_000), Some(false)),
            ("p99 == 1s", at_least(1_000), Some(false)),
            ("p99 >= 1s", at_least(1_000), Some(true)),
            ("p99 > 2s", at_least(1_000), Some(false)),
            ("min < 2ms", exactly(1), Some(true)),
            ("mean < 100ms", at_least(30), Some(true)),
            ("mean < 30ms", at_least(30), Some(false)),
        ],
    );
    let all = [
        ("p50 < 1h", at_least(1_000), Some(false)),
        ("max < 1h", at_least(1_000), Some(false)),
        ("min < 1h", None, Some(false)),
        ("min > 1ms", None, Some(false)),
    ];
    check(&[], &[(30, 1_000)], &all);
}

/// Twenty samples tell p95. Whatever is above it is no lower.
#[test]
fn a_percentile_that_is_not_resolved_can_still_be_broken() {
    check(
        &[(20, 300)],
        &[],
        &[
            ("p95 < 1s", exactly(300), Some(true)),
            ("p99 < 1ms", at_least(300), Some(false)),
            ("p99 < 300ms", at_least(300), Some(false)),
            ("p99 <= 300ms", None, None),
            ("p99 < 1s", None, None),
            ("p99 > 1ms", at_least(300), Some(true)),
            ("p99 > 300ms", at_most(300), Some(false)),
            ("p99 > 1s", at_most(300), Some(false)),
            ("p99 >= 1s", at_most(300), Some(false)),
            ("p99 == 1ms", at_least(300), Some(false)),
            ("p99 == 1s", at_most(300), Some(false)),
            ("p99 == 300ms", None, None),
        ],
    );
    let minimum = [("p50 < 1ms", at_least(300), Some(false)), ("p50 < 1s", None, None)];
    check(&[(1, 300)], &[], &minimum);
    // The slowest call alone tells nothing of p99.
    check(&[(19, 1), (1, 300)], &[], &[("p99 < 100ms", None, None)]);
    check(&[(18, 1), (2, 300)], &[], &[("p99 < 100ms", at_least(300), Some(false))]);
    // Nor does it if it was cut off; two of them are p95.
    check(&[(19, 1)], &[(1, 300)], &[("p99 < 1s", None, None), ("p99 > 1s", None, None)]);
    check(&[(18, 1)], &[(2, 300)], &[("p99 < 1s", at_least(300), Some(false))]);
}

/// Calls of 1 ms, of which so many timed out and so many were interrupted, all after 100 ms.
fn cut_off(ended: Times, [timed_out, interrupted]: [u64; 2], text: &str) -> Judgement {
    let mut latency = latency(ended, &[]);
    (0..timed_out + interrupted).for_each(|_| latency.record_cut_off(100 * MILLISECOND));
    let ok = latency.count();
    let all = ok + timed_out + interrupted;
    let ledger =
        Ledger { scheduled: all, started: all, ok, timed_out, interrupted, ..Ledger::default() };
    let told = Told::default();
    let evidence = Evidence {
        ledger,
        response: &latency,
        service: &latency,
        lag: &latency,
        ticks: all,
        ..told.evidence()
    };
    judge(&[threshold(text), threshold("errors < 50%")], &evidence)
}

#[test]
fn a_limit_above_the_time_of_the_cut_says_what_to_raise() {
    let timeout = Some("raise `timeout` above the limit");
    let grace = Some("raise `grace` above the limit");
    for (errors, text, advice) in [
        ([30, 0], "p99 < 200ms", timeout),
        ([30, 10], "max <= 100ms", timeout),
        ([0, 30], "service.p99 < 200ms", grace),
        ([30, 1], "lag.p99 < 200ms", grace),
        // It is plain that it is broken.
        ([30, 0], "p99 < 100ms", None),
        ([30, 0], "p99 < 50ms", None),
        ([30, 0], "p99 > 200ms", None),
        ([30, 0], "p50 < 200ms", None),
        ([30, 0], "mean < 200ms", None),
    ] {
        let judged = &cut_off(&[(970, 1)], errors, text).thresholds[0];
        assert_eq!(judged.advice, advice, "{text} {errors:?}");
    }
    assert_eq!(cut_off(&[(970, 1)], [30, 0], "p99 < 200ms").verdict, Verdict::Failed);
    assert_eq!(cut_off(&[(970, 1)], [30, 0], "p97 < 200ms").verdict, Verdict::Passed);
}

/// A step around a whole call, of a load whose calls are cut off after 100 ms.
#[test]
fn a_step_around_the_call_is_judged_as_the_call_is() {
    let time = |millis| Duration::from_millis(millis);
    let told = Told::new(|tell| {
        (0..1_000).for_each(|_| tell("all", NoteKind::StepBegan));
        (0..970).for_each(|_| tell("all", NoteKind::StepEnded { time: time(1), error: None }));
        (0..30).for_each(|_| tell("all", NoteKind::StepDropped { time: time(100) }));
    });
    for text in ["p97 < 50ms", "p98 < 50ms", "p99 < 200ms", "max < 1h", "mean < 50ms", "min > 1ms"]
    {
        let of_call = cut_off(&[(970, 1)], [30, 0], &format!("service.{text}"));
        let of_step = threshold(&format!("step(\"all\").{text}"));
        let of_step = &judge(&[of_step], &told.evidence()).thresholds[0];
        let of_call = &of_call.thresholds[0];
        assert_eq!(of_step.observed, of_call.observed, "{text}");
        assert_eq!(of_step.met, of_call.met, "{text}");
        assert_eq!(of_step.at_least, of_call.at_least, "{text}");
    }
}

/// Of a load that an override made smaller: its ticks without the override, if they are known.
struct Shortened(Option<u64>);

/// Two calls of four hundred ended well.
fn two_of_many(text: &str, shortened: Option<Shortened>) -> Judgement {
    let latency = latency(&[(2, 1)], &[]);
    let ledger = Ledger { scheduled: 400, started: 400, ok: 2, failed: 398, ..Ledger::default() };
    let told = Told::default();
    let evidence = Evidence {
        ledger,
        response: &latency,
        service: &latency,
        ticks: 400,
        shortened: shortened.is_some(),
        whole_ticks: shortened.and_then(|Shortened(whole)| whole),
        ..told.evidence()
    };
    judge(&[threshold("errors < 100%"), threshold(text)], &evidence)
}

#[test]
fn what_cannot_be_told_is_inconclusive_and_says_how_much_it_takes() {
    let judgement = two_of_many("p99 < 10ms", None);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    let reason = "`p99 < 10ms` cannot be judged: p99 takes 100 ok calls, and there were 2, so it \
                  takes 98 more: give the load more time or a higher rate, or judge a lower \
                  percentile";
    assert_eq!(&judgement.reasons[..], [reason]);
    let judged = &judgement.thresholds[1];
    assert_eq!(judged.observed, None);
    assert_eq!(judged.met, None);
    assert_eq!(judged.not_judged.as_deref(), Some("2 ok calls are too few to tell"));
}

#[test]
fn what_an_override_left_too_few_samples_for_is_not_judged_and_the_rest_is() {
    let shortened = |whole| two_of_many("p99 < 10ms", Some(Shortened(whole)));
    // Of 20,000 ticks, 100 would have ended well.
    for whole in [None, Some(20_000), Some(30_000)] {
        assert_eq!(shortened(whole).verdict, Verdict::Passed, "{whole:?}");
        assert_eq!(shortened(whole).thresholds[1].met, None, "{whole:?}");
    }
    // The whole load would not have told either.
    for whole in [401, 19_999] {
        assert_eq!(shortened(Some(whole)).verdict, Verdict::Inconclusive, "{whole}");
    }
    let broken = two_of_many("p99 < 1ms", Some(Shortened(None)));
    assert_eq!(broken.verdict, Verdict::Failed, "broken it is all the same");
}

#[test]
fn one_is_said_of_one() {
    let told = Told::new(|tell| tell("depth", NoteKind::Record(7)));
    let judgement = judge(&[threshold("record(\"depth\").p50 < 9")], &told.evidence());
    let reason = "`record(\"depth\").p50 < 9` cannot be judged: p50 takes 2 records, and there was \
                  1, so it takes 1 more: give the load more time or a higher rate, or judge a \
                  lower percentile";
    assert_eq!(&judgement.reasons[..], [reason]);
}

/// With `thresholds = "counts"`.
#[test]
fn with_counts_alone_errors_are_judged_and_times_are_shown() {
    let told = Told::new(|tell| {
        tell("pay", NoteKind::StepBegan);
        tell("pay", NoteKind::StepEnded { time: Duration::ZERO, error: Some("no") });
        tell("bytes", NoteKind::Count(1));
    });
    let latency = latency(&[(1_000, 10)], &[]);
    let judged = |ledger: Ledger, text: &str| {
        let evidence = Evidence { ledger, response: &latency, ..told.evidence() };
        judge_counts(&[], &[threshold(text)], &evidence)
    };
    let good = Ledger { scheduled: 1_000, started: 1_000, ok: 1_000, ..Ledger::default() };
    let half = Ledger { ok: 500, failed: 500, ..good };
    let canceled = Ledger { scheduled: 2_000, canceled: 1_000, ..good };
    let step = "step(\"pay\").errors < 50%";
    for (ledger, text, verdict, met) in [
        (good, "p99 < 1ms", Verdict::Passed, None),
        (good, "throughput > 1000", Verdict::Passed, None),
        (good, "count(\"bytes\") > 1000", Verdict::Passed, None),
        (good, "step(\"pay\").p99 < 1ms", Verdict::Passed, None),
        (good, step, Verdict::Failed, Some(false)),
        (half, "p99 < 1ms", Verdict::Failed, None),
        (half, "errors < 51%", Verdict::Passed, Some(true)),
        (canceled, "errors < 1%", Verdict::Failed, Some(true)),
    ] {
        let judgement = judged(ledger, text);
        assert_eq!(judgement.verdict, verdict, "{text}");
        assert_eq!(judgement.thresholds[0].met, met, "{text}");
    }
    let none = judged(Ledger { ok: 0, failed: 1_000, ..good }, "errors <= 100%");
    assert_eq!(none.verdict, Verdict::Inconclusive);
    assert_eq!(judged(good, "p99 < 1ms").thresholds[0].observed, Some(10e6));
    let shown = judged(good, "p99 < 1ms").thresholds;
    let texts: Vec<&str> = shown.iter().map(|judged| judged.text.as_str()).collect();
    assert_eq!(texts, ["p99 < 1ms", "errors == 0", "canceled == 0"]);
}
