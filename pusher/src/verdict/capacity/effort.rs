//! [`Effort`]: how long probes are, and how many calls and how much time they may take in all.

use super::probe::{Ceiling, Probe};

/// What a search may spend. Times are in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// The calls of a probe: ten of them may be over the strictest limit.
    unit: f64,
    /// The calls of which two may be over it: with fewer, a probe says nothing.
    least: f64,
    /// The longest limit.
    pub(super) time: f64,
    /// The least warm-up of each probe.
    warmup: f64,
    /// The time for all probes.
    pub(super) budget: f64,
}

/// The calls of all probes, in units, of a service that takes few calls a second.
const UNITS: f64 = 150.0;
/// The seconds of calls, of one that takes many.
const SECONDS: f64 = 40.0;
/// The probes for which the time is to last at the least.
const PROBES: f64 = 8.0;
/// The calls of a probe around the estimate, in units, if they need not be more.
const UNITS_OF_A_PROBE: f64 = 4.0;

impl Effort {
    pub(crate) fn new(ceilings: &[Ceiling], budget: f64, warmup: f64) -> Effort {
        let shares = ceilings.iter().map(|ceiling| ceiling.share).filter(|share| *share > 0.0);
        let share = shares.fold(0.01, f64::min);
        let time = ceilings.iter().map(|ceiling| ceiling.time).fold(0.0, f64::max);
        let unit = (10.0 / share).max(1_000.0);
        Effort { unit, least: 2.0 / share, time, warmup, budget }
    }

    /// A probe for the bracket: a unit of calls, or fewer if the rate is so low that the time would
    /// not last; and long enough for a queue to grow past the limit.
    pub(super) fn bracketing(&self, rate: f64) -> Probe {
        let calls = self.unit.min((rate * self.budget / 20.0).max(self.least));
        let length = (calls / rate).max(1.0).max(10.0 * self.time);
        let warmup = (0.1 * length).max(2.0 * self.time).max(self.warmup);
        Probe { rate, warmup, length }
    }

    /// The most calls of all probes, if the estimate is about that.
    pub(super) fn most_calls(&self, rate: f64) -> f64 {
        (UNITS * self.unit).max(SECONDS * rate)
    }

    /// A share that is told apart from zero by the probes around the estimate.
    pub(super) fn least_share(&self) -> f64 {
        0.5 / (UNITS_OF_A_PROBE * self.unit)
    }

    /// Whether so many calls make probes around the estimate that are long enough to tell something:
    /// a queue that has too little time to grow holds any limit.
    pub(super) fn is_enough(&self, allowance: f64, rate: f64) -> bool {
        let each = allowance / PROBES;
        each >= 0.5 * self.unit && each / rate >= 15.0 * self.time
    }

    /// A probe around the estimate: the steeper the curve there, the longer it takes a queue to
    /// settle. The first four are a quarter as long as the later ones, the next four half.
    pub(super) fn refining(&self, estimate: Estimate, allowance: f64, round: usize) -> Probe {
        let Estimate { rate, slope } = estimate;
        let settles = 0.2 * slope * self.time;
        let whole =
            (10.0 * settles * rate).max(UNITS_OF_A_PROBE * self.unit).min(allowance / PROBES);
        // So few calls are for long probes alone.
        let is_scarce = allowance < 2.0 * PROBES * self.unit;
        let part = [0.25, 0.5].get(round).copied().filter(|_| !is_scarce).unwrap_or(1.0);
        let whole = whole / rate * part;
        let warmup =
            (0.1 * whole).max(1.0).max(5.0 * self.time).max((3.0 * settles).min(0.5 * whole));
        let warmup = warmup.min(0.6 * whole.max(2.0)).max(self.warmup);
        Probe { rate, warmup, length: (whole - warmup).max(1.0) }
    }
}

/// The rate that is thought to be the most, and how steeply the share over a limit grows there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub(super) rate: f64,
    pub(super) slope: f64,
}
