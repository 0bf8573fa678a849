use super::super::judge::{Verdict, judge};
use super::super::told::{Told, threshold};
use super::*;
use crate::plan::against::Against;
use crate::plan::note::NoteKind;
use crate::statistics::ledger::Ledger;

/// What is said of a fn with this ledger, whose load has these thresholds.
fn doubts(thresholds: &[&str], ledger: Ledger) -> Vec<String> {
    let thresholds: Vec<Threshold> = thresholds.iter().map(|text| threshold(text)).collect();
    let told = Told::default();
    let evidence = Evidence { ledger, ..told.evidence() };
    let other = Some(OtherEvidence { name: "old", evidence: &evidence });
    let judgement = judge(&thresholds, &Evidence { other, ..told.evidence() });
    let is_told = !judgement.reasons.is_empty();
    let verdict = if is_told { Verdict::Inconclusive } else { Verdict::Passed };
    assert_eq!(judgement.verdict, verdict);
    judgement.reasons
}

fn ledger(failed: u64, canceled: u64) -> Ledger {
    let (scheduled, started) = (1_000, 1_000 - canceled);
    Ledger { scheduled, started, canceled, failed, ok: started - failed, ..Ledger::default() }
}

#[test]
fn a_fn_that_failed_leaves_nothing_to_compare_with() {
    let breaks = |what: &str, limit: &str| {
        vec![format!(
            "old breaks {what}, so there is nothing to compare with: mend that, or set a limit \
             for both, such as `{limit}`"
        )]
    };
    assert_eq!(doubts(&[], ledger(0, 0)), [""; 0]);
    let failed = breaks("`errors == 0` with 3 of 1000 calls", "errors < \"1%\"");
    assert_eq!(doubts(&[], ledger(3, 0)), failed);
    assert_eq!(doubts(&["max < 1s"], ledger(3, 0)), failed);
    let canceled = breaks("`canceled == 0` with 5 of 1000 ticks", "canceled < \"1%\"");
    assert_eq!(doubts(&["errors < 1%"], ledger(3, 5)), canceled);
    assert_eq!(doubts(&["errors < 1%", "canceled < 1%"], ledger(3, 5)), [""; 0]);
    let many = breaks("`errors < 2` with 3 of 1000 calls", "errors < \"1%\"");
    assert_eq!(doubts(&["errors < 2"], ledger(3, 0)), many);
}

#[test]
fn a_measurement_of_it_that_cannot_be_trusted_is_told_alone() {
    let doubts = doubts(&[], ledger(1_000, 0));
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    assert!(doubts[0].starts_with("old: no call succeeded"), "{doubts:?}");
}

/// The thresholds of the load are judged by its own fn alone.
#[test]
fn its_own_times_break_nothing() {
    let told = Told::default();
    let evidence = Evidence { ledger: ledger(0, 0), ..told.evidence() };
    let thresholds = [threshold("p50 < 1ns")];
    assert_eq!(judge(&thresholds, &evidence).verdict, Verdict::Failed);
    let other = OtherEvidence { name: "old", evidence: &evidence };
    assert_eq!(other.doubts(&thresholds), [""; 0]);
}

/// One piece of advice for each reason, and none that cannot help.
#[test]
fn what_cannot_be_compared_says_one_thing_to_do() {
    let told = Told::default();
    let evidence = told.evidence();
    let other = OtherEvidence { name: "old", evidence: &evidence };
    for (text, why) in [
        (
            "p99 < 1s",
            "it takes 800 samples, and there were 0: give the load more time or a higher rate, or \
             compare a lower percentile",
        ),
        (
            "p50 < 1s",
            "it takes 160 samples, and there were 0: give the load more time or a higher rate",
        ),
        ("max < 1s", "a single call decides the max: compare a percentile"),
    ] {
        assert_eq!(other.no_difference(&threshold(text), &evidence).as_deref(), Some(why));
    }
    assert_eq!(other.no_difference(&threshold("throughput > 5"), &evidence), None);
}

/// A fn with a step that ended `ok`, or not, a thousand times.
fn with_step(step: &str, error: Option<&'static str>) -> Told {
    Told::new(|tell| {
        for _ in 0..1_000 {
            tell(step, NoteKind::StepBegan);
            tell(step, NoteKind::StepEnded { time: std::time::Duration::from_millis(5), error });
        }
    })
}

/// A step is never compared with one that is not there: that would pass.
#[test]
fn a_step_that_one_of_them_lacks_is_inconclusive() {
    let check = |own: Told, other: Told, expected: &str, short: &str| {
        let limit = Against::other().plus("5%");
        let threshold = Threshold::parse("step(\"pay\").p90", "<", limit).unwrap();
        let other = other.evidence();
        let other = Some(OtherEvidence { name: "old", evidence: &other });
        let judgement = judge(&[threshold], &Evidence { other, ..own.evidence() });
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
        assert_eq!(judgement.reasons, [expected]);
        assert_eq!(judgement.thresholds[0].met, None);
        assert_eq!(judgement.thresholds[0].not_judged.as_deref(), Some(short));
    };
    let unseen = "a threshold is on the step \"pay\", which no call gave: did you mean \"pays\"? \
                  The steps that calls gave are \"pays\"";
    let lacks = "old has no step(\"pay\").p90";
    let of_other = format!("old: {unseen}");
    check(with_step("pay", None), with_step("pays", None), &of_other, lacks);
    check(with_step("pays", None), with_step("pay", None), unseen, "never seen");
    let failed = "`step(\"pay\").p90 < other + 5%` cannot be judged: old has no step(\"pay\").p90, \
                  for nothing of it ended `ok`: mend that";
    check(with_step("pay", None), with_step("pay", Some("no")), failed, lacks);
}
