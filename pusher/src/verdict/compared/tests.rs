use super::super::judge::{Verdict, judge};
use super::super::told::{Told, threshold};
use super::*;
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
