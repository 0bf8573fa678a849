//! [`Warming`]: whether a service was still warming up when the measured time began.

use super::groups::{GROUPS, Groups, mean_and_variance};
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
/// An eighth is slower if its figure is above what is to be expected after those behind it: by
/// Student's t, of their logarithms.
pub(crate) fn warming(slices: &[&SliceTimes]) -> Option<Warming> {
    let eighths = Groups::of_equal_time(slices)?;
    let figures = FIGURES.iter().filter_map(|figure| Figure::parse(figure).ok());
    let found = figures.filter(|figure| figure.is_resolved_by(eighths.fewest()));
    let found = found.filter_map(|figure| slower_at_first(figure, &eighths.logs(figure)));
    found.reduce(|one, other| if other.eighths > one.eighths { other } else { one })
}

fn slower_at_first(figure: Figure, logs: &[f64]) -> Option<Warming> {
    // The second may be slower too.
    let by = beyond(logs[0], &logs[2..], BY_CHANCE)?;
    let behind = |nth: usize| &logs[(nth + 2).min(GROUPS - MOST)..];
    let is_slower = |nth: &usize| beyond(logs[*nth], behind(*nth), BY_CHANCE_BEHIND).is_some();
    let eighths = 1 + (1..MOST).take_while(is_slower).count() as u32;
    Some(Warming { eighths, figure, by: by.exp_m1() })
}

/// How much a logarithm is above the mean of others, if that is more than chance and than little.
fn beyond(log: f64, others: &[f64], by_chance: f64) -> Option<f64> {
    let (mean, variance) = mean_and_variance(others);
    let noise = (variance * (1.0 + 1.0 / others.len() as f64)).sqrt();
    let least = student::quantile(others.len() as u32 - 1, by_chance) * noise;
    (log - mean > least.max(LEAST.ln_1p())).then_some(log - mean)
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
