//! [`Warming`]: whether a service was still warming up when the measured time began.

use super::groups::{GROUPS, Groups, mean_and_variance, share_below};
use super::student;
use crate::plan::threshold::Figure;
use crate::statistics::slices::SliceTimes;

/// A service that was slower in the first eighths of the measured time than in the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Warming {
    /// How many of the first eighths were slower; four at most.
    pub(crate) eighths: u32,
    /// The figure by which that is seen.
    pub(crate) figure: Figure,
    /// How much more it was in the first of them than in the last six: 0.5 is half as much again.
    pub(crate) by: f64,
}

/// The figures by which one sees it, as users write them.
const FIGURES: [&str; 2] = ["p50", "p99"];

/// How likely the first eighth may seem slower by one of these figures, if it is not.
const BY_CHANCE: f64 = 0.0015;

/// The same of those behind it, when one knows that the service was warming up.
const BY_CHANCE_BEHIND: f64 = 0.025;

/// Nobody lengthens a warm-up for less.
const LEAST: f64 = 0.05;

/// How many eighths can be slower than the rest. If more are, there is no rest.
const MOST: usize = 4;

/// Whether a service whose load does not change was slower at first, of the times of all of its
/// calls in slices of equal time. A figure counts if each eighth has the samples for it.
///
/// An eighth is slower if its figure is above what is to be expected after those behind it, by
/// Student's t of their logarithms. Where many calls take the very same time, a figure stands
/// still, and then moves by a whole step: there, by Student's t of the shares of samples above what
/// lies halfway.
pub(crate) fn warming(slices: &[&SliceTimes]) -> Option<Warming> {
    let eighths = Groups::of_equal_time(slices)?;
    let figures = FIGURES.iter().filter_map(|figure| Figure::parse(figure).ok());
    let found = figures.filter(|figure| figure.is_resolved_by(eighths.fewest()));
    let found = found.filter_map(|figure| {
        let logs = eighths.logs(figure);
        FigureOfEighths { figure, eighths: &eighths, logs }.slower_at_first()
    });
    found.reduce(|one, other| if other.eighths > one.eighths { other } else { one })
}

/// A figure, and its logarithm in each of the eighths.
struct FigureOfEighths<'a> {
    figure: Figure,
    eighths: &'a Groups,
    logs: Vec<f64>,
}

impl FigureOfEighths<'_> {
    fn slower_at_first(&self) -> Option<Warming> {
        let by = self.beyond(0, BY_CHANCE)?;
        let is_slower = |nth: &usize| self.beyond(*nth, BY_CHANCE_BEHIND).is_some();
        let eighths = 1 + (1..MOST).take_while(is_slower).count() as u32;
        Some(Warming { eighths, figure: self.figure, by: by.exp_m1() })
    }

    /// How much the logarithm of an eighth is above the mean of those behind it, if that is
    /// more than chance and than little.
    fn beyond(&self, nth: usize, by_chance: f64) -> Option<f64> {
        let (mean, least) = expected(&self.logs[behind(nth)..], by_chance, 0.0);
        let by = self.logs[nth] - mean;
        let is_beyond_noise = if self.stands_still() {
            self.has_more_above((mean + 0.5 * by).exp(), nth, by_chance)
        } else {
            by > least
        };
        (by > LEAST.ln_1p() && is_beyond_noise).then_some(by)
    }

    /// Whether so many calls take the very same time that the figure of an eighth is that time
    /// whatever chance does: more than half of the standard error of a share of its calls.
    fn stands_still(&self) -> bool {
        let share = share_below(self.figure);
        let error = (share * (1.0 - share) / self.eighths.fewest() as f64).sqrt();
        let alike = self.logs.iter().map(|log| self.eighths.share_of_ties(log.exp()));
        alike.fold(0.0, f64::max) > 0.5 * error
    }

    /// Whether more samples of an eighth are above a time than chance explains.
    fn has_more_above(&self, nanos: f64, nth: usize, by_chance: f64) -> bool {
        let shares = self.eighths.above(nanos);
        let others = &shares[behind(nth)..];
        // What the shares differ by if calls are independent of each other; often they all are
        // zero, or one.
        let all = (shares[nth] + others.iter().sum::<f64>()) / (1 + others.len()) as f64;
        let independent = all * (1.0 - all) / self.eighths.fewest() as f64;
        let (mean, least) = expected(others, by_chance, independent);
        shares[nth] - mean > least
    }
}

/// The first of those that an eighth is compared with. The next one may be slower too.
fn behind(nth: usize) -> usize {
    (nth + 2).min(GROUPS - MOST)
}

/// The mean of some numbers, and how far above it another one is by chance at the most, if their
/// variance is at least that.
fn expected(others: &[f64], by_chance: f64, least_variance: f64) -> (f64, f64) {
    let (mean, variance) = mean_and_variance(others);
    let variance = variance.max(least_variance);
    let noise = (variance * (1.0 + 1.0 / others.len() as f64)).sqrt();
    (mean, student::quantile(others.len() as u32 - 1, by_chance) * noise)
}

#[cfg(test)]
mod tests {
    use super::super::simulation::{Dice, Law, Simulated, SimulatedRun, count};
    use super::*;

    /// A run whose calls take so many times as long after this part of it.
    fn run(service: Simulated, dice: &mut Dice, times: impl Fn(f64) -> f64) -> SimulatedRun {
        let mut calls = service.run(dice).calls;
        let all = calls.len() as f64;
        let slower = |(nth, call): (usize, &mut f64)| *call *= times(nth as f64 / all);
        calls.iter_mut().enumerate().for_each(slower);
        SimulatedRun::of(calls, 400)
    }

    fn of(service: Simulated, dice: &mut Dice, times: impl Fn(f64) -> f64) -> Option<Warming> {
        warming(&run(service, dice, times).slices())
    }

    #[test]
    fn a_service_that_is_warm_seldom_seems_to_warm_up() {
        for (law, block) in [
            (Law::Exponential, 1),
            (Law::Exponential, 100),
            (Law::LogNormal(0.5), 100),
            (Law::LogNormal(1.0), 100),
        ] {
            let service = Simulated::equal(law, block, 10_000);
            let alarms = count(500, |dice| of(service, dice, |_| 1.0).is_some());
            assert!(alarms <= 5, "{law:?} in blocks of {block}: {alarms} of 500");
        }
    }

    /// As on a virtual clock, and where a timer rings each millisecond: its median of about 14 is
    /// one of two whole numbers.
    fn in_millis(dice: &mut Dice, calls: usize, times: impl Fn(f64) -> f64) -> Option<Warming> {
        let call = |nth: usize| {
            let millis = 20.0 * times(nth as f64 / calls as f64) * dice.of(Law::Exponential);
            1e6 * millis.ceil()
        };
        warming(&SimulatedRun::of((0..calls).map(call).collect(), 400).slices())
    }

    #[test]
    fn times_in_whole_milliseconds_do_not_seem_to_warm_up() {
        for (cases, calls) in [(400, 10_000), (100, 60_000)] {
            let alarms = count(cases, |dice| in_millis(dice, calls, |_| 1.0).is_some());
            assert!(alarms <= cases / 100, "{calls} calls: {alarms} of {cases}");
        }
        let decays = |at: f64| 1.0 + (-20.0 * at).exp();
        let found = count(100, |dice| in_millis(dice, 10_000, decays).is_some());
        assert!(found >= 80, "{found} of 100");
    }

    /// All calls take one time, and those of the first eighth another; or a few of these do.
    #[test]
    fn a_time_that_never_differs_is_compared_by_how_many_calls_take_it() {
        let seen = |slow: usize| {
            let call = |nth| if nth < slow { 15e6 } else { 10e6 };
            warming(&SimulatedRun::of((0..800).map(call).collect(), 80).slices())
        };
        assert_eq!(seen(100).unwrap().figure, Figure::parse("p50").unwrap());
        assert_eq!(seen(100).unwrap().eighths, 1);
        assert_eq!(seen(20).unwrap().figure, Figure::parse("p99").unwrap());
        assert_eq!(seen(3), None, "three of a hundred");
    }

    #[test]
    fn a_service_that_warms_up_is_found() {
        let service = Simulated::equal(Law::Exponential, 1, 10_000);
        let found = |times: fn(f64) -> f64| count(200, |dice| of(service, dice, times).is_some());
        let decays = found(|at| 1.0 + (-20.0 * at).exp());
        assert!(decays >= 180, "{decays} of 200");
        let first_sixteenth = found(|at| if at < 1.0 / 16.0 { 2.0 } else { 1.0 });
        assert!(first_sixteenth >= 190, "{first_sixteenth} of 200");
        assert!(found(|at| if at < 0.25 { 0.5 } else { 1.0 }) <= 2, "faster at first");
    }

    #[test]
    fn as_many_eighths_are_named_as_are_slower() {
        let service = Simulated::equal(Law::LogNormal(0.2), 1, 20_000);
        for slow in 1..=2_u32 {
            let times = |at: f64| if at < f64::from(slow) / 8.0 { 1.5 } else { 1.0 };
            let is_so = |dice: &mut Dice| {
                let seen = of(service, dice, times);
                seen.is_some_and(|seen| seen.eighths == slow && (seen.by - 0.5).abs() < 0.15)
            };
            let named = count(100, is_so);
            assert!(named >= 90, "{slow}: {named} of 100");
        }
    }

    #[test]
    fn few_calls_or_slices_tell_nothing() {
        let mut dice = Dice::new(1);
        let calls = |dice: &mut Dice, slices| {
            let calls = (0..80).map(|nth| if nth < 10 { 1e9 } else { 1e7 * dice.uniform() });
            SimulatedRun::of(calls.collect(), slices)
        };
        assert_eq!(warming(&calls(&mut dice, 7).slices()), None);
        let of_median = warming(&calls(&mut dice, 40).slices()).unwrap();
        assert_eq!(of_median.figure, Figure::parse("p50").unwrap());
        assert_eq!(warming(&[]), None);
    }
}
