//! [`Sine`]: a rate that swings between two, as the traffic of a day does.

use std::f64::consts::TAU;

use super::calls::{CALL, Calls};
use super::wide::Wide;
use crate::plan::level::{Level, denominator};

/// The rate `from` + (`to` − `from`) · (1 − cos φ) / 2, with φ = 2π · t / period: it begins at
/// `from`, is `to` after half a period, and `from` again after a whole one.
#[derive(Clone, Debug)]
pub(super) struct Sine {
    period: u64,
    /// How many units / CALL a period makes; `per_call` units are a call, as in stages: (from +
    /// to) · period.
    units: Wide,
    per_call: u128,
    /// (to − from) / (to + from).
    swing: f64,
}

impl Sine {
    /// The calls of so many Workers between these two rates.
    pub(super) fn new(rates: [Level; 2], period: u64, workers: u64) -> Sine {
        let denominator = denominator(&rates).expect("the rates of a curve have been checked");
        let [from, to] = rates.map(|rate| rate.units(denominator));
        Sine {
            period,
            units: Wide::product((from + to) * u128::from(workers), period.into()).times(CALL),
            per_call: 2 * 1_000_000_000 * denominator,
            swing: (to as f64 - from as f64) / (to as f64 + from as f64),
        }
    }

    /// The instant by which so many calls should have been made, in nanoseconds rounded down; none
    /// beyond the longest schedule.
    ///
    /// The integral of the rate, φ − swing · sin φ = 2π · calls / calls of a period, is [Kepler's
    /// equation](https://en.wikipedia.org/wiki/Kepler%27s_equation). Whole periods are taken off
    /// before, in integers.
    pub(super) fn due(&self, calls: Calls) -> Option<u64> {
        let (periods, rest) = Wide::product(calls, self.per_call).divided(self.units);
        let mean = TAU * (rest.to_f64() / self.units.to_f64());
        let elapsed = kepler(mean, self.swing) / TAU * self.period as f64;
        // If only the rounding of floats keeps it from a whole nanosecond, it is that nanosecond.
        let nearest = libm::round(elapsed);
        let elapsed =
            if (elapsed - nearest).abs() < 0.05 { nearest } else { libm::floor(elapsed) } as u64;
        u64::try_from(periods).ok()?.checked_mul(self.period)?.checked_add(elapsed)
    }
}

/// φ − swing · sin φ, without the digits that the difference of two like numbers would lose.
fn anomaly(phase: f64, swing: f64) -> f64 {
    (1.0 - swing) * phase + swing * minus_sine(phase)
}

/// x − sin x.
fn minus_sine(x: f64) -> f64 {
    if x > 0.5 {
        return x - libm::sin(x);
    }
    let (mut term, mut sum, mut n) = (x * x * x / 6.0, 0.0, 3.0);
    while term.abs() > f64::EPSILON * 1e-4 * x {
        sum += term;
        term *= -x * x / ((n + 1.0) * (n + 2.0));
        n += 2.0;
    }
    sum
}

/// The φ from 0 to 2π whose anomaly is `mean`: Newton's method, within bounds that close in if
/// it would leave them.
fn kepler(mean: f64, swing: f64) -> f64 {
    // The second half of the curve is the first one turned round.
    if mean > TAU / 2.0 {
        return TAU - kepler(TAU - mean, swing);
    }
    let (mut low, mut high) = (0.0, TAU / 2.0);
    let mut phase = mean;
    for _ in 0..100 {
        let miss = anomaly(phase, swing) - mean;
        if miss > 0.0 {
            high = phase
        } else {
            low = phase
        }
        let next = phase - miss / (1.0 - swing * libm::cos(phase));
        let next = if next > low && next < high { next } else { low + (high - low) / 2.0 };
        if (next - phase).abs() <= f64::EPSILON * phase {
            break;
        }
        phase = next;
    }
    phase
}
