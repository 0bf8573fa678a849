use super::super::judge::{Verdict, judge};
use super::super::past::{PastRun, PastTimes, Standing};
use super::super::told::Told;
use super::*;
use crate::plan::against::Against;
use crate::plan::threshold::Figure;
use crate::statistics::ledger::Ledger;
use crate::statistics::slices::{Slice, Slices};

const MILLISECOND: u64 = 1_000_000;

/// Sixteen slices, of which the first ones have so many calls each, of so many milliseconds.
fn slices(first: usize, calls: u64, millis: u64) -> Slices {
    let mut slices = vec![Slice::default(); 16];
    for slice in &mut slices[..first] {
        (0..calls).for_each(|_| slice.response.ended.record(millis * MILLISECOND));
    }
    Slices { width: 1_000_000_000, end: 16_000_000_000, slices, ..Slices::default() }
}

/// A run of the same load that took ten milliseconds.
fn baseline(calls: u64) -> Standing {
    let p99 = (Figure::parse("p99").unwrap(), 10e6);
    let run = PastRun {
        ledger: Ledger::default(),
        throughput: 1.0,
        response: PastTimes(vec![p99]),
        service: PastTimes(Vec::new()),
        steps: Vec::new(),
        slices: slices(16, calls, 10),
    };
    Standing::Here(Past { name: "main".to_string(), runs: vec![run] })
}

/// What is said of a run, beside a baseline of so many calls in each slice.
fn judged(slices: Slices, before: u64) -> (Verdict, Judged, Vec<String>) {
    judged_as(slices, before, |evidence| evidence)
}

/// The same of a load that an override made smaller.
fn judged_of_smaller(slices: Slices, before: u64) -> (Verdict, Judged, Vec<String>) {
    judged_as(slices, before, |evidence| Evidence { shortened: true, ..evidence })
}

fn judged_as(
    slices: Slices,
    before: u64,
    change: fn(Evidence<'_>) -> Evidence<'_>,
) -> (Verdict, Judged, Vec<String>) {
    let ten_percent = Against::baseline().plus("10%");
    let threshold = Threshold::parse("p99", "<", ten_percent).unwrap();
    let mut told = Told::new(|_| {});
    told.response = Default::default();
    for (bucket, count) in slices.slices.iter().flat_map(|slice| slice.response.ended.buckets()) {
        let (_, nanos) = crate::statistics::sparse::bounds_of(bucket);
        (0..count).for_each(|_| told.response.record(nanos / MILLISECOND * MILLISECOND));
    }
    (told.slices, told.baseline) = (slices, baseline(before));
    let judgement = judge(&[threshold], &change(told.evidence()));
    (judgement.verdict, judgement.thresholds[0].clone(), judgement.reasons)
}

#[test]
fn too_few_calls_that_are_far_slower_are_broken() {
    let (verdict, judged, reasons) = judged(slices(16, 20, 1_000), 1_000);
    assert_eq!(verdict, Verdict::Failed);
    assert_eq!(judged.met, Some(false));
    assert_eq!(reasons, [] as [&str; 0]);
    let comparison = judged.baseline.unwrap();
    assert!(comparison.weak);
    assert!((comparison.difference - 99.0).abs() < 1.0, "{comparison:?}");
}

/// Noise is told by eight groups, and in three slices there are none.
#[test]
fn calls_in_few_slices_are_broken_by_the_limit() {
    for calls in [1, 40, 2_000] {
        let (verdict, judged, _) = judged(slices(3, calls, 1_000), 1_000);
        assert_eq!(verdict, Verdict::Failed, "{calls}");
        assert_eq!(judged.met, Some(false), "{calls}");
        assert_eq!(judged.baseline, None, "{calls}");
    }
}

#[test]
fn what_does_not_break_the_limit_is_inconclusive() {
    let few = "`p99 < baseline + 10%` cannot be judged: it takes 2000 samples, and this run had \
               320, where baseline main had 16000: find out why they are so few, or save the \
               baseline anew if they are meant to be";
    let (verdict, judged, reasons) = judged(slices(16, 20, 10), 1_000);
    assert_eq!(verdict, Verdict::Inconclusive);
    assert_eq!(reasons, [few]);
    assert_eq!(judged.met, None);
    let short = "this run, beside baseline main: it takes 2000 samples, and there were 320";
    assert_eq!(judged.not_judged.as_deref(), Some(short));

    let in_few_slices = "`p99 < baseline + 10%` cannot be judged: nearly all samples of this run \
                         come from a small part of its time, and those of baseline main do not: \
                         find out what became of the other calls";
    let (verdict, _, reasons) = self::judged(slices(3, 2_000, 10), 1_000);
    assert_eq!(verdict, Verdict::Inconclusive);
    assert_eq!(reasons, [in_few_slices]);
}

/// Because they were saved as few, because somebody asked for few, or by chance.
#[test]
fn a_load_that_is_too_small_is_not_judged() {
    for (verdict, judged, reasons) in [
        judged(slices(16, 20, 10), 124),
        judged_of_smaller(slices(16, 20, 10), 1_000),
        judged(slices(16, 124, 10), 126),
    ] {
        assert_eq!(verdict, Verdict::Passed, "{judged:?}");
        assert_eq!(judged.met, None);
        assert_eq!(reasons, [] as [&str; 0]);
    }
    let (verdict, ..) = judged_of_smaller(slices(16, 20, 1_000), 1_000);
    assert_eq!(verdict, Verdict::Passed, "a slow one too, if it was made smaller");
    let (verdict, ..) = judged(slices(16, 124, 1_000), 126);
    assert_eq!(verdict, Verdict::Failed, "a slow one is not, if it has nearly as many");
}
