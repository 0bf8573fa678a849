//! Tests of [`slower`] on simulated services.

use super::super::simulation::{Dice, Law, Simulated, SimulatedRun, count};
use super::*;

const TEN_PERCENT: Allowance = Allowance { relative: 0.1, absolute: 0.0 };

fn figure(text: &str) -> Figure {
    Figure::parse(text).unwrap()
}

fn compared(
    figure: Figure,
    [base, new]: [&SimulatedRun; 2],
    allowed: Allowance,
) -> Result<Difference, NotCompared> {
    let share = share_below(figure);
    let (base_slices, new_slices) = (base.slices(), new.slices());
    let base = TimedRun { slices: &base_slices, figure: base.quantile(share) };
    let new = TimedRun { slices: &new_slices, figure: new.quantile(share) };
    slower(figure, &[base], new, allowed)
}

fn found_worse(text: &str, base: Simulated, times: f64, cases: u64) -> u64 {
    let is_worse = |dice: &mut Dice| {
        let new = Simulated { times, ..base };
        let runs = [base.run(dice), new.run(dice)];
        compared(figure(text), [&runs[0], &runs[1]], TEN_PERCENT).unwrap().is_worse
    };
    count(cases, is_worse)
}

/// Of 1,000 pairs of equal services, at most 1 % are told to be worse.
#[test]
fn equal_services_are_told_to_be_equal() {
    let services = [
        (Law::Exponential, 1),
        (Law::Exponential, 100),
        (Law::LogNormal(0.5), 100),
        (Law::LogNormal(1.0), 100),
    ];
    for (law, block) in services {
        let alarms = found_worse("p99", Simulated::equal(law, block, 10_000), 1.0, 500);
        println!("{law:?} {block} {alarms}");
        assert!(alarms <= 5, "{law:?} in blocks of {block}: {alarms} false alarms");
    }
}

#[test]
fn a_service_that_takes_a_fifth_longer_is_found() {
    let found = found_worse("p99", Simulated::equal(Law::Exponential, 1, 10_000), 1.2, 500);
    println!("{found}");
    assert!(found >= 475, "found {found} of 500");
}
