//! [`Interval`]: where the true figure of a service is, in 95 of 100 runs like this one.

use super::counted::{PartOf, share_in};
use super::difference::{NotCompared, needed};
use super::groups::{GROUPS, Groups, mean_and_variance};
use super::slower::{DIGITS, TimedRun};
use super::student;
use crate::plan::threshold::Figure;

/// Its bounds, in the unit of the figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The interval of a figure, or why there is none.
pub(crate) type IntervalOrNot = Result<Interval, NotCompared>;

/// One of the times of a run, in groups.
pub(crate) struct Grouped<'a> {
    run: TimedRun<'a>,
    eight: Option<Groups>,
    four: Option<Groups>,
}

/// Few groups may be alike by chance, and so half of them are asked too.
const HALF: usize = GROUPS / 2;

/// How likely the true figure is beyond one of the bounds.
const BEYOND: f64 = 0.025;
const NORMAL_BEYOND: f64 = 1.96;

/// By how much an interval is widened if calls that are near one another fare alike, and from which
/// ratio of the noise to that of independent calls on, and by how much for each unit of it.
const MOST_WIDENED: f64 = 1.3;
const FROM_RATIO: f64 = 1.3;
const SLOPE: f64 = 0.6;

impl<'a> Grouped<'a> {
    /// The samples in groups, once for all figures; `run.figure` is not used.
    pub(crate) fn new(run: TimedRun<'a>) -> Grouped<'a> {
        let of = |groups: usize| Groups::of(run.slices, groups);
        Grouped { run, eight: of(GROUPS), four: of(HALF) }
    }

    /// The interval of a figure, which is so many nanoseconds in the whole run: from the spread of
    /// its logarithm between eight groups, or between four if that makes it wider.
    pub(crate) fn interval(&self, figure: Figure, nanos: f64) -> IntervalOrNot {
        let needed = needed(figure).ok_or(NotCompared::OneCall(figure))?.any;
        let samples = self.run.count();
        if samples < needed {
            return Err(NotCompared::TooFew { samples, needed });
        }
        let (Some(eight), Some(four)) = (&self.eight, &self.four) else {
            return Err(NotCompared::InFewSlices);
        };
        // The limit of a bound that was cut off is not known.
        if self.run.is_cut_off(figure) || eight.is_cut_off(figure) {
            return Err(NotCompared::CutOff);
        }
        let log = nanos.max(1.0).ln();
        let half = half_of(&eight.logs(figure), &four.logs(figure));
        let noise = standard_error(&eight.logs(figure));
        let independent = eight.error_if_independent(figure).max(DIGITS / 2.0);
        let half = (half * widened(noise / independent)).max(DIGITS);
        // Zero has no logarithm.
        let low = if nanos < 1.0 { 0.0 } else { (log - half).exp() };
        let high = if nanos < 1.0 { half.exp_m1().floor() } else { (log + half).exp() };
        Ok(Interval { low, high })
    }
}

/// The interval of a share of calls, whose parts are those of slices in the order of time: by
/// Wilson's formula for as many independent calls as would vary as much.
pub(crate) fn interval_of_share(slices: &[PartOf]) -> IntervalOrNot {
    let eight = share_in(slices, GROUPS)?;
    let four = share_in(slices, HALF)?;
    let (whole, share) = (eight.calls as f64, eight.share);
    let by_chance = wilson(share, whole, NORMAL_BEYOND);
    let half = half_of(&eight.groups, &four.groups);
    let independent = (share * (1.0 - share) / whole).sqrt();
    let ratio = if independent > 0.0 { standard_error(&eight.groups) / independent } else { 0.0 };
    let half = half * widened(ratio);
    if half <= NORMAL_BEYOND * independent {
        return Ok(by_chance);
    }
    let as_many = share * (1.0 - share) / (half / NORMAL_BEYOND).powi(2);
    let by_groups = wilson(share, as_many, NORMAL_BEYOND);
    Ok(Interval { low: by_chance.low.min(by_groups.low), high: by_chance.high.max(by_groups.high) })
}

/// Wilson, Probable inference, the law of succession, and statistical inference (1927).
fn wilson(share: f64, calls: f64, times: f64) -> Interval {
    let square = times * times / calls;
    let middle = (share + 0.5 * square) / (1.0 + square);
    let half = (square * (share * (1.0 - share) + 0.25 * square)).sqrt() / (1.0 + square);
    // Zero and one are bounds of themselves.
    let low = if share <= 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if share >= 1.0 { 1.0 } else { (middle + half).min(1.0) };
    Interval { low, high }
}

fn standard_error(groups: &[f64]) -> f64 {
    (mean_and_variance(groups).1 / groups.len() as f64).sqrt()
}

fn half_of(eight: &[f64], four: &[f64]) -> f64 {
    let half = |groups: &[f64]| {
        student::quantile(groups.len() as u32 - 1, BEYOND) * standard_error(groups)
    };
    half(eight).max(half(four))
}

fn widened(ratio: f64) -> f64 {
    (1.0 + SLOPE * (ratio - FROM_RATIO)).clamp(1.0, MOST_WIDENED)
}

#[cfg(test)]
mod tests {
    use super::super::groups::share_below;
    use super::super::simulation::{Dice, Law, Simulated, SimulatedRun, count};
    use super::*;
    use crate::statistics::slices::SliceTimes;

    fn figure(text: &str) -> Figure {
        Figure::parse(text).unwrap()
    }

    /// In how many of 300 runs the interval has the true figure.
    fn having(text: &str, service: Simulated) -> u64 {
        let share = share_below(figure(text));
        let truth = service.true_quantile(share);
        count(300, |dice| {
            let run = service.run(dice);
            let (slices, nanos) = (run.slices(), run.quantile(share));
            let grouped = Grouped::new(TimedRun { slices: &slices, figure: nanos });
            let interval = grouped.interval(figure(text), nanos).unwrap();
            interval.low <= truth && truth <= interval.high
        })
    }

    #[test]
    fn intervals_have_the_true_figure_whatever_drifts() {
        for (law, block, calls, text, least) in [
            (Law::Exponential, 1, 2_000, "p50", 279),
            (Law::Exponential, 1, 10_000, "p99", 279),
            (Law::LogNormal(1.0), 1, 20_000, "p99.9", 276),
            (Law::Exponential, 100, 10_000, "p50", 279),
            (Law::Exponential, 100, 10_000, "p99", 276),
            (Law::LogNormal(0.5), 100, 10_000, "p99", 276),
            (Law::LogNormal(1.0), 100, 10_000, "p90", 276),
        ] {
            let seen = having(text, Simulated::equal(law, block, calls));
            assert!(seen >= least, "{text} of {law:?}, blocks of {block}: {seen} of 300");
        }
    }

    /// Of a stage there may be no more than a few.
    #[test]
    fn few_slices_are_enough() {
        let service = Simulated::equal(Law::Exponential, 1, 2_000);
        let share = share_below(figure("p90"));
        let truth = service.true_quantile(share);
        let having = |slices: usize| {
            count(300, |dice| {
                let run = SimulatedRun::of(service.run(dice).calls, slices);
                let (slices, nanos) = (run.slices(), run.quantile(share));
                let grouped = Grouped::new(TimedRun { slices: &slices, figure: nanos });
                let interval = grouped.interval(figure("p90"), nanos).unwrap();
                interval.low <= truth && truth <= interval.high
            })
        };
        for slices in [8, 11, 20] {
            let seen = having(slices);
            assert!(seen >= 279, "{slices} slices: {seen} of 300");
        }
    }

    /// As wide as a formula for independent calls has it, and about a third more.
    #[test]
    fn intervals_are_not_wider_than_they_need_to_be() {
        let mut dice = Dice::new(1);
        let run = Simulated::equal(Law::Exponential, 1, 50_000).run(&mut dice);
        let slices = run.slices();
        let nanos = run.quantile(0.99);
        let grouped = Grouped::new(TimedRun { slices: &slices, figure: nanos });
        let interval = grouped.interval(figure("p99"), nanos).unwrap();
        let half = 1.96 * (0.99_f64 / 0.01 / 50_000.0).sqrt() / 100.0_f64.ln();
        let seen = 0.5 * (interval.high / interval.low).ln();
        assert!((0.8..2.0).contains(&(seen / half)), "{seen} for {half}");
    }

    #[test]
    fn there_is_none_and_a_reason() {
        let times = |calls: u64, slices: u64| -> Vec<SliceTimes> {
            let mut slice = SliceTimes::default();
            slice.ended.add_buckets([(600, calls / slices)].into_iter());
            vec![slice; slices as usize]
        };
        let check = |slices: &[SliceTimes], text: &str, why| {
            let slices: Vec<&SliceTimes> = slices.iter().collect();
            let grouped = Grouped::new(TimedRun { slices: &slices, figure: 0.0 });
            assert_eq!(grouped.interval(figure(text), 1e6), Err(why), "{text}");
        };
        let few = times(1_990, 10);
        check(&few, "p50", NotCompared::TooFew { samples: 1_990, needed: 2_000 });
        let more = times(10_000, 10);
        check(&more, "p99.9", NotCompared::TooFew { samples: 10_000, needed: 20_000 });
        check(&more, "max", NotCompared::OneCall(Figure::Max));
        check(&times(10_000, 4), "p50", NotCompared::InFewSlices);
        let mut cut = more;
        cut[3].cut_off.add_buckets([(700, 200)].into_iter());
        check(&cut, "p99", NotCompared::CutOff);
        check(&cut, "mean", NotCompared::CutOff);
    }

    #[test]
    fn no_time_at_all_is_in_its_interval() {
        let mut slice = SliceTimes::default();
        slice.ended.add_buckets([(0, 500)].into_iter());
        let slices = vec![&slice; 40];
        let grouped = Grouped::new(TimedRun { slices: &slices, figure: 0.0 });
        assert_eq!(grouped.interval(figure("p99"), 0.0), Ok(Interval { low: 0.0, high: 0.0 }));
    }

    fn share_is_in(chance: f64, spread: f64) -> u64 {
        // The mean of a log-normal.
        let truth = chance * (0.5 * spread * spread).exp();
        count(400, |dice| {
            let mut log = spread * dice.normal();
            let slices: Vec<PartOf> = (0..100)
                .map(|_| {
                    log = 0.8 * log + 0.6 * spread * dice.normal();
                    let chance = chance * log.exp();
                    let part = (0..100).filter(|_| dice.uniform() < chance).count() as u64;
                    PartOf { part, whole: 100 }
                })
                .collect();
            let interval = interval_of_share(&slices).unwrap();
            interval.low <= truth && truth <= interval.high
        })
    }

    #[test]
    fn intervals_of_shares_have_the_true_share() {
        for (chance, spread, least) in [
            (0.0002, 0.0, 380),
            (0.001, 0.0, 376),
            (0.01, 0.0, 376),
            (0.5, 0.0, 376),
            (0.001, 0.5, 368),
            (0.01, 0.25, 372),
            (0.01, 0.5, 360),
        ] {
            let seen = share_is_in(chance, spread);
            assert!(seen >= least, "{chance}, {spread}: {seen} of 400");
        }
    }

    #[test]
    fn no_error_at_all_is_no_proof() {
        let none = [PartOf { part: 0, whole: 100 }; 100];
        let interval = interval_of_share(&none).unwrap();
        assert_eq!(interval.low, 0.0);
        assert!((interval.high - 3.84e-4).abs() < 1e-6, "{}", interval.high);
        let all = [PartOf { part: 100, whole: 100 }; 100];
        assert_eq!(interval_of_share(&all).unwrap().high, 1.0);
        let few = NotCompared::TooFew { samples: 900, needed: 2_000 };
        assert_eq!(interval_of_share(&none[..9]), Err(few));
    }
}
