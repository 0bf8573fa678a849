use super::super::judge::{Verdict, judge};
use super::super::past::{PastRun, PastTimes};
use super::super::told::Told;
use super::*;
use crate::plan::against::Against;
use crate::plan::note::NoteKind;
use crate::statistics::ledger::Ledger;
use crate::statistics::slices::Slice;

/// Sixteen slices of so many calls, each of which takes so many microseconds or a little more.
fn slices(calls: u64, micros: u64) -> Slices {
    let slice = |nth: u64| {
        let mut slice = Slice { scheduled: calls, ended_ok: calls, ..Slice::default() };
        for call in 0..calls {
            let nanos = 1_000 * micros + 1_000 * micros * ((call * 7 + nth) % 100) / 500;
            slice.response.ended.record(nanos);
            slice.service.ended.record(nanos);
        }
        slice
    };
    Slices {
        width: 1_000_000_000,
        end: 16_000_000_000,
        slices: (0..16).map(slice).collect(),
        ..Slices::default()
    }
}

fn run(calls: u64, micros: u64) -> PastRun {
    let slices = slices(calls, micros);
    let p50 = Figure::parse("p50").unwrap();
    let times = || PastTimes(vec![(p50, 1_100.0 * micros as f64)]);
    PastRun {
        ledger: Ledger::default(),
        throughput: calls as f64,
        response: times(),
        service: times(),
        steps: Vec::new(),
        slices,
    }
}

fn here(runs: Vec<PastRun>) -> Standing {
    Standing::Here(Past { name: "main".to_string(), runs })
}

/// A thousand calls in a slice that take a millisecond, beside a baseline.
fn judged(metric: &str, limit: Against, micros: u64, standing: Standing) -> (Verdict, Judged) {
    let operator = if metric == "throughput" { ">" } else { "<" };
    let threshold = Threshold::parse(metric, operator, limit).unwrap();
    let mut told = Told::new(|tell| {
        tell("pay", NoteKind::StepBegan);
        tell("pay", NoteKind::StepEnded { time: Duration::from_millis(1), error: None });
    });
    told.baseline = standing;
    told.slices = slices(1_000, micros);
    (0..1_000).for_each(|nth| told.response.record(1_000 * micros + 2 * nth * micros / 10));
    let judgement = judge(&[threshold], &Evidence { throughput: 1_000.0, ..told.evidence() });
    (judgement.verdict, judgement.thresholds[0].clone())
}

/// A call in fifty is cut off after a second, in the baseline too.
#[test]
fn calls_that_are_cut_off_alike_are_no_change_for_the_worse() {
    let cut_off = |mut slices: Slices| {
        for slice in &mut slices.slices {
            (0..20).for_each(|_| slice.response.cut_off.record(1_000_000_000));
        }
        slices
    };
    let judged = |figure: f64| {
        let p99 = Figure::parse("p99").unwrap();
        let response = PastTimes(vec![(p99, figure)]);
        let past = PastRun { slices: cut_off(slices(1_000, 1_000)), response, ..run(1_000, 1_000) };
        let mut told = Told::new(|_| {});
        (told.baseline, told.slices) = (here(vec![past]), cut_off(slices(1_000, 1_000)));
        (0..980).for_each(|_| told.response.record(1_000_000));
        (0..20).for_each(|_| told.response.record_cut_off(1_000_000_000));
        let threshold = Threshold::parse("p99", "<", ten_percent()).unwrap();
        judge(&[threshold], &told.evidence()).thresholds[0].met
    };
    assert_eq!(judged(1e9), None, "both are at least a second");
    assert_eq!(judged(1e7), Some(false), "it was ten milliseconds");
}

fn ten_percent() -> Against {
    Against::baseline().plus("10%")
}

#[test]
fn worse_is_what_is_beyond_limit_and_noise() {
    for (micros, met) in [(1_000, true), (1_090, true), (1_120, false), (500, true)] {
        let (verdict, judged) = judged("p50", ten_percent(), micros, here(vec![run(1_000, 1_000)]));
        assert_eq!(judged.met, Some(met), "{micros}: {judged:?}");
        assert_eq!(verdict == Verdict::Passed, met);
        assert_eq!(judged.text, "p50 < baseline + 10%");
        assert_eq!(judged.limit, 1_210_000.0);
        let comparison = judged.baseline.unwrap();
        assert_eq!(comparison.figure, 1_100_000.0);
        assert_eq!(comparison.runs, 1);
        let expected = micros as f64 / 1_000.0 - 1.0;
        assert!((comparison.difference - expected).abs() < 0.01, "{micros}: {comparison:?}");
        assert!(comparison.could_have_seen > 0.1 && comparison.could_have_seen < 0.12);
    }
}

/// Between runs there is more noise than within one: so a run that is slower than all is none.
#[test]
fn from_five_runs_on_their_spread_is_the_noise() {
    let runs = |spread: &[u64]| here(spread.iter().map(|micros| run(1_000, *micros)).collect());
    let met = |standing| judged("p50", ten_percent(), 1_300, standing).1.met;
    assert_eq!(met(runs(&[1_000, 1_001, 999, 1_000, 1_000])), Some(false));
    assert_eq!(met(runs(&[800, 1_250, 1_000, 900, 1_100])), Some(true));
    let (_, judged) = judged("p50", ten_percent(), 1_000, runs(&[800, 1_250]));
    assert!((judged.baseline.unwrap().figure - 1_100_000.0).abs() < 1.0, "a geometric mean");
}

#[test]
fn a_throughput_is_worse_if_it_falls() {
    let limit = || Against::baseline().minus("5%");
    let throughput = |calls| judged("throughput", limit(), 1_000, here(vec![run(calls, 1_000)])).1;
    assert_eq!(throughput(1_000).met, Some(true));
    assert_eq!(throughput(900).met, Some(true));
    let worse = throughput(1_100);
    assert_eq!(worse.met, Some(false));
    assert_eq!(worse.limit, 1_045.0);
    let difference = worse.baseline.unwrap().difference;
    assert!((difference + 1.0 / 11.0).abs() < 0.001, "{difference}");
}

/// As in a closed loop that makes so many calls, however long they take.
#[test]
fn a_throughput_falls_too_if_a_run_lasts_far_longer() {
    let throughput = |times: u64| {
        let threshold =
            Threshold::parse("throughput", ">", Against::baseline().minus("5%")).unwrap();
        let mut told = Told::new(|_| {});
        (told.baseline, told.slices) = (here(vec![run(1_000, 1_000)]), slices(1_000, 1_000));
        let Slices { width, end, .. } = &mut told.slices;
        (*width, *end) = (*width * times, *end * times);
        let throughput = 1_000.0 / times as f64;
        let judgement = judge(&[threshold], &Evidence { throughput, ..told.evidence() });
        let judged = judgement.thresholds[0].clone();
        (judged.met, judged.baseline.map(|baseline| baseline.difference))
    };
    assert_eq!(throughput(1), (Some(true), Some(0.0)));
    let (met, difference) = throughput(16);
    assert_eq!(met, Some(false));
    assert!((difference.unwrap() + 15.0 / 16.0).abs() < 1e-6, "{difference:?}");
}

/// Slices of one run are put together to be as wide as those of the other.
#[test]
fn counts_of_slices_of_any_width_are_compared() {
    let narrow = slices(1_000, 1_000);
    assert_eq!(narrow.ended_ok(1_000_000_000), [1_000; 16]);
    assert_eq!(narrow.ended_ok(4_000_000_000), [4_000; 4]);
    assert_eq!(narrow.ended_ok(1_500_000_000), [0; 0]);
    let cut = Slices { end: 15_500_000_000, ..narrow };
    assert_eq!(cut.ended_ok(1_000_000_000), [1_000; 15]);
    assert_eq!(Slices::default().ended_ok(1_000), [0; 0]);
}

#[test]
fn too_few_calls_are_not_judged() {
    let (verdict, judged) = judged("p50", ten_percent(), 2_000, here(vec![run(100, 1_000)]));
    assert_eq!(verdict, Verdict::Passed);
    assert_eq!(judged.met, None);
    let why = "baseline main: it takes 2000 samples, and there were 1600";
    assert_eq!(judged.not_judged.as_deref(), Some(why));
    assert_eq!(judged.baseline, None);
    let (_, judged) = self::judged("p50", ten_percent(), 1_000, here(vec![run(200, 1_000)]));
    assert!(judged.baseline.unwrap().weak);
}

fn absence() -> Absence {
    let why = "there is no baseline `main` of this load".to_string();
    Absence { name: "main".to_string(), short: "is not there", why }
}

#[test]
fn without_a_baseline_the_rest_decides() {
    for (standing, verdict, why) in [
        (Standing::Silent(absence()), Verdict::Passed, "baseline main is not there"),
        (Standing::Wanted(absence()), Verdict::Inconclusive, "baseline main is not there"),
        (Standing::Unused, Verdict::Passed, "there is no baseline to compare with"),
    ] {
        let (found, judged) = judged("p50", ten_percent(), 1_000, standing);
        assert_eq!(found, verdict);
        assert_eq!(judged.met, None);
        assert_eq!(judged.not_judged.as_deref(), Some(why));
        assert!(judged.limit.is_nan());
    }
}

#[test]
fn what_a_baseline_does_not_know_is_not_judged() {
    let baseline = || here(vec![run(1_000, 1_000)]);
    let (_, judged) = judged("step(\"pay\").p50", ten_percent(), 1_000, baseline());
    assert_eq!(judged.not_judged.as_deref(), Some("baseline main has no step(\"pay\").p50"));
    let (_, judged) = self::judged("p50", Against::other().plus("10%"), 1_000, baseline());
    assert_eq!(judged.not_judged.as_deref(), Some("there is no other target to compare with"));
    assert_eq!(judged.met, None);
}

/// A percentile that is not among those of the file is read from its slices, to 0.8 %.
#[test]
fn every_percentile_can_be_compared() {
    let run = run(1_000, 1_000);
    let metric = crate::plan::threshold::Metric::parse("p97").unwrap();
    let figure = run.figure(&metric).unwrap();
    assert!((1_194_000.0..1_203_000.0).contains(&figure), "{figure}");
}

/// In each of the first slices so many calls are cut off, and the mean takes them as a second.
#[test]
fn a_mean_with_calls_that_were_cut_off_is_compared_by_noise() {
    let mean = |micros: f64, cut_off: f64| (micros * 16e3 + cut_off * 1e6) / (16e3 + cut_off);
    let judged = |[slices_cut_off, of_each]: [u64; 2]| {
        let past = PastRun {
            response: PastTimes(vec![(Figure::Mean, 1e3 * mean(1_099.0, 0.0))]),
            ..run(1_000, 1_000)
        };
        let mut told = Told::new(|_| {});
        (told.baseline, told.slices) = (here(vec![past]), slices(1_000, 1_000));
        for slice in &mut told.slices.slices[..slices_cut_off as usize] {
            (0..of_each).for_each(|_| slice.response.cut_off.record(1_000_000_000));
        }
        (0..16_000).for_each(|_| told.response.record(1_099_000));
        let cut_off = slices_cut_off * of_each;
        (0..cut_off).for_each(|_| told.response.record_cut_off(1_000_000_000));
        let threshold = Threshold::parse("mean", "<", ten_percent()).unwrap();
        let judged = judge(&[threshold], &told.evidence()).thresholds[0].clone();
        let expected = 1e3 * mean(1_099.0, cut_off as f64);
        assert!((judged.observed.unwrap() - expected).abs() < 2e4, "{judged:?} {expected}");
        assert!(judged.at_least);
        (judged.met, judged.baseline.is_some(), judged.observed.unwrap() > judged.limit)
    };
    assert_eq!(judged([1, 1]), (Some(true), true, false));
    assert_eq!(judged([4, 1]), (Some(true), true, true), "four of 16,000 calls can be chance");
    assert_eq!(judged([16, 20]), (Some(false), true, true));
}
