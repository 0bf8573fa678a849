//! Tests of [`slower`] on simulated services.

use NotCompared::TooFew;

use super::super::simulation::{Dice, Law, Simulated, SimulatedRun, compared, count};
use super::*;

const TEN_PERCENT: Allowance = Allowance { relative: 0.1, absolute: 0.0 };

fn figure(text: &str) -> Figure {
    Figure::parse(text).unwrap()
}

/// In how many cases a run that takes so many times as long is worse than as many runs of the same.
fn worse(text: &str, (base, runs): (Simulated, usize), times: f64, cases: u64) -> u64 {
    count(cases, |dice| {
        let before: Vec<SimulatedRun> = (0..runs).map(|_| base.run(dice)).collect();
        let new = Simulated { times, ..base }.run(dice);
        compared(figure(text), &before, &new, TEN_PERCENT).unwrap().is_worse
    })
}

/// What is promised is 1 % of 1,000 pairs.
#[test]
fn equal_services_are_told_to_be_equal() {
    for (text, law, block) in [
        ("p99", Law::Exponential, 1),
        ("p99", Law::Exponential, 100),
        ("p99", Law::LogNormal(0.5), 100),
        ("p99", Law::LogNormal(1.0), 100),
        ("p50", Law::Exponential, 100),
    ] {
        let service = Simulated::equal(law, block, 10_000);
        let alarms = worse(text, (service, 1), 1.0, 500);
        assert!(alarms <= 5, "{text} of {law:?} in blocks of {block}: {alarms} of 500");
    }
}

/// As on a virtual clock: all groups may have the same whole number, and the next run another.
#[test]
fn times_in_whole_milliseconds_are_compared_as_such() {
    let run = |mean: f64, dice: &mut Dice| {
        let call = |_| 1e6 * (mean * dice.of(Law::Exponential)).ceil();
        SimulatedRun::of((0..10_000).map(call).collect(), 400)
    };
    let worse = |text: &str, means: [f64; 2]| {
        count(400, |dice| {
            let [base, new] = means.map(|mean| run(mean, dice));
            compared(figure(text), &[base], &new, TEN_PERCENT).unwrap().is_worse
        })
    };
    for (text, mean) in [("p50", 10.0), ("p90", 3.0), ("p99", 2.0), ("p99", 10.0)] {
        let alarms = worse(text, [mean, mean]);
        assert!(alarms <= 2, "{text} of {mean}ms: {alarms} false alarms of 400");
    }
    let found = worse("p99", [10.0, 12.0]);
    assert!(found >= 380, "{found} of 400 found");
}

#[test]
fn a_service_that_takes_a_fifth_longer_is_found() {
    let service = Simulated::equal(Law::Exponential, 1, 10_000);
    let found = worse("p99", (service, 1), 1.2, 500);
    assert!(found >= 475, "{found} of 500");
}

/// Slow drift makes two equal runs differ, and no groups of them tell. Several runs do.
#[test]
fn many_runs_tell_slow_drift_from_a_slower_service() {
    let drifting = Simulated::equal(Law::Exponential, 1_000, 10_000);
    assert!(worse("p99", (drifting, 1), 1.0, 200) >= 10);
    let alarms = worse("p99", (drifting, 5), 1.0, 200);
    assert!(alarms <= 3, "{alarms} of 200");
    let steady = Simulated::equal(Law::Exponential, 1, 10_000);
    let found = worse("p99", (steady, 8), 1.2, 200);
    assert!(found >= 190, "{found} of 200");
}

/// A ramp: at its end three times as many calls as at its beginning, which take twice as long.
fn on_a_ramp(service: Simulated, dice: &mut Dice) -> SimulatedRun {
    let mut calls = service.run(dice).calls;
    let all = calls.len() as f64;
    let slower = |(nth, call): (usize, &mut f64)| *call *= 1.0 + (nth as f64 / all).powi(2);
    calls.iter_mut().enumerate().for_each(slower);
    SimulatedRun::of_ramp(calls, 400)
}

#[test]
fn a_load_that_changes_is_compared_part_by_part() {
    let worse = |law, block, times| {
        let base = Simulated::equal(law, block, 10_000);
        count(300, |dice| {
            let before = [on_a_ramp(base, dice)];
            let new = on_a_ramp(Simulated { times, ..base }, dice);
            compared(figure("p99"), &before, &new, TEN_PERCENT).unwrap().is_worse
        })
    };
    for (law, block) in [(Law::Exponential, 1), (Law::Exponential, 100), (Law::LogNormal(1.0), 100)]
    {
        let alarms = worse(law, block, 1.0);
        assert!(alarms <= 3, "{law:?} in blocks of {block}: {alarms} of 300");
    }
    let found = [1.2, 1.3].map(|times| worse(Law::Exponential, 1, times));
    assert!(found[1] >= 270, "{found:?} of 300");
}

#[test]
fn what_could_have_been_seen_would_be_seen() {
    let service = Simulated::equal(Law::Exponential, 1, 10_000);
    let could_have_seen = |dice: &mut Dice| {
        let [base, new] = [service.run(dice), service.run(dice)];
        compared(figure("p99"), &[base], &new, TEN_PERCENT).unwrap().could_have_seen
    };
    let mut seen: Vec<f64> = (0..51).map(|seed| could_have_seen(&mut Dice::new(seed))).collect();
    seen.sort_by(f64::total_cmp);
    let usual = seen[25];
    assert!((0.15..0.22).contains(&usual), "{usual}");
    let found = worse("p99", (service, 1), 1.0 + usual, 200);
    assert!((182..=200).contains(&found), "{found} of 200 found at {usual}");
}

/// A run of equal calls, which take so many nanoseconds.
fn even(nanos: u64, calls: usize, slices: usize) -> SimulatedRun {
    SimulatedRun::of(vec![nanos as f64; calls], slices)
}

#[test]
fn limits_are_relative_and_absolute() {
    let check = |base, new, allowed, is_worse| {
        let base = even(base, 10_000, 40);
        let seen = compared(figure("p99"), &[base], &even(new, 10_000, 40), allowed).unwrap();
        assert_eq!(seen.is_worse, is_worse, "{new}: {seen:?}");
    };
    let both = Allowance { relative: 0.1, absolute: 5e5 };
    check(10_000_000, 11_400_000, both, false);
    check(10_000_000, 11_600_000, both, true);
    check(10_000_000, 10_500_000, Allowance::default(), true);
    check(10_000_000, 9_000_000, Allowance::default(), false);
    // From nothing, only what is absolute is allowed.
    check(0, 400_000, both, false);
    check(0, 600_000, both, true);
    check(0, 0, Allowance::default(), false);
}

#[test]
fn few_calls_are_weak_and_fewer_are_not_compared() {
    for (text, any, enough) in [
        ("p50", 2_000, 10_000),
        ("mean", 2_000, 10_000),
        ("p99", 2_000, 10_000),
        ("p1", 2_000, 10_000),
        ("p99.9", 20_000, 100_000),
    ] {
        assert_eq!(needed(figure(text)), Some(super::super::difference::Needed { any, enough }));
    }
    let compare = |calls| {
        let [base, new] = [even(5, 20_000, 40), even(5, calls, 40)];
        compared(figure("p99"), &[base], &new, TEN_PERCENT)
    };
    assert!(!compare(10_000).unwrap().is_weak);
    assert!(compare(9_999).unwrap().is_weak);
    assert!(compare(2_000).unwrap().is_weak);
    assert_eq!(compare(1_999), Err(Unfit::Run(TooFew { samples: 1_999, needed: 2_000 })));
}

#[test]
fn what_cannot_be_compared_is_not() {
    let run = even(5, 10_000, 40);
    let of_one_call = compared(Figure::Max, &[even(5, 10_000, 40)], &run, TEN_PERCENT);
    assert_eq!(of_one_call, Err(Unfit::Baseline(NotCompared::OneCall(Figure::Max))));
    let in_few_slices = compared(figure("p99"), &[even(5, 10_000, 4)], &run, TEN_PERCENT);
    assert_eq!(in_few_slices, Err(Unfit::Baseline(NotCompared::InFewSlices)));
    let none = compared(figure("p99"), &[], &run, TEN_PERCENT);
    assert_eq!(none, Err(Unfit::Baseline(TooFew { samples: 0, needed: 2_000 })));
}

#[test]
fn calls_that_were_cut_off_are_slower_if_that_was_late_enough() {
    let cut = |nanos: u64| {
        let mut run = even(1_000_000, 10_000, 40);
        let mut cut_off = SliceTimes::default();
        (0..5).for_each(|_| cut_off.cut_off.record(nanos));
        run.slices.iter_mut().for_each(|slice| slice.add(&cut_off));
        run.calls.extend(vec![nanos as f64; 200]);
        run
    };
    let base = || even(1_000_000, 10_000, 40);
    let compare = |base, new| compared(figure("p99"), &[base], &new, TEN_PERCENT);
    assert!(compare(base(), cut(2_000_000)).unwrap().is_worse);
    assert_eq!(compare(base(), cut(1_050_000)), Err(Unfit::Run(NotCompared::CutOff)));
    let of_base = compare(cut(2_000_000), base());
    assert_eq!(of_base, Err(Unfit::Baseline(NotCompared::CutOff)));
}

/// As in a closed loop, whose calls are few because they take so long.
#[test]
fn a_run_of_too_few_calls_can_be_far_slower_all_the_same() {
    let compare = |[before, now]: [usize; 2], nanos| {
        let [base, new] = [even(1_000_000, before, 40), even(nanos, now, 40)];
        let [base_slices, new_slices] = [base.slices(), new.slices()];
        let base = TimedRun { slices: &base_slices, figure: 1e6 };
        let new = TimedRun { slices: &new_slices, figure: nanos as f64 };
        slower_though_few(figure("p99"), &[base], new, TEN_PERCENT)
    };
    let slow = compare([20_000, 40], 50_000_000).unwrap();
    assert!(slow.is_worse);
    assert!(slow.is_weak);
    assert!(!compare([20_000, 40], 1_000_000).unwrap().is_worse);
    assert_eq!(compare([20_000, 4], 50_000_000), Err(Unfit::Run(NotCompared::InFewSlices)));
    let few = Unfit::Baseline(TooFew { samples: 1_999, needed: 2_000 });
    assert_eq!(compare([1_999, 40], 50_000_000), Err(few));
}

/// A call in so many is cut off after so many milliseconds; the others take 20 ms, exponential.
struct CutOff {
    one_in: f64,
    millis: f64,
    times: f64,
}

impl CutOff {
    /// Twelve thousand calls, and their mean.
    fn run(&self, dice: &mut Dice) -> (Vec<SliceTimes>, f64) {
        let mut slices = vec![SliceTimes::default(); 48];
        let mut sum = 0.0;
        for slice in &mut slices {
            for _ in 0..250 {
                let (times, nanos) = if dice.uniform() < 1.0 / self.one_in {
                    (&mut slice.cut_off, 1e6 * self.millis)
                } else {
                    (&mut slice.ended, 2e7 * self.times * dice.of(Law::Exponential))
                };
                times.record(nanos as u64);
                sum += nanos;
            }
        }
        (slices, sum / 12_000.0)
    }

    /// In how many of 400 cases the mean of `self` is worse than that of another.
    fn worse_than(&self, base: &CutOff) -> u64 {
        count(400, |dice| {
            let [before, now] = [base.run(dice), self.run(dice)];
            let [base_slices, new_slices] =
                [&before.0, &now.0].map(|slices| slices.iter().collect::<Vec<_>>());
            let base = TimedRun { slices: &base_slices, figure: before.1 };
            let new = TimedRun { slices: &new_slices, figure: now.1 };
            slower(Figure::Mean, &[base], new, TEN_PERCENT).unwrap().is_worse
        })
    }
}

/// A mean takes what was cut off with the time after which it was, as any other call.
#[test]
fn a_mean_with_calls_that_were_cut_off_has_its_noise() {
    for (one_in, millis) in
        [(50.0, 1e3), (1e3, 1e3), (1e3, 3e4), (3e3, 3e4), (6e3, 3e4), (6e3, 3e5), (2e4, 3e5)]
    {
        let equal = CutOff { one_in, millis, times: 1.0 };
        let alarms = equal.worse_than(&equal);
        assert!(alarms <= 3, "one in {one_in} after {millis} ms: {alarms} of 400");
    }
    let rare = |times| CutOff { one_in: 1e3, millis: 500.0, times };
    let found = rare(1.3).worse_than(&rare(1.0));
    assert!(found >= 390, "{found} of 400: those that ended are slower");
    let none = CutOff { one_in: f64::INFINITY, millis: 0.0, times: 1.0 };
    let found = CutOff { one_in: 100.0, millis: 1e3, times: 1.0 }.worse_than(&none);
    assert!(found >= 390, "{found} of 400: far more are cut off");
}
