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
const UNITS: f64 = 157.0;
/// The seconds of calls, of one that takes many.
const SECONDS: f64 = 40.0;
/// The probes for which the time is to last at the least.
const PROBES: f64 = 8.0;
/// The share that makes half a call of so many units is told apart from zero.
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

    /// A probe at a rate that is far below what a service can take, if it has not changed: half as
    /// many calls, where time is short, as one for the bracket.
    pub(super) fn confirming(&self, rate: f64) -> Probe {
        let calls = self.unit.min((rate * self.budget / 40.0).max(0.5 * self.least));
        let length = (calls / rate).max(1.0).max(2.0 * self.time);
        let warmup = (0.1 * length).max(2.0 * self.time).max(self.warmup);
        Probe { rate, warmup, length }
    }

    /// How long a probe takes, with its last call.
    pub(super) fn takes(&self, probe: &Probe) -> f64 {
        probe.warmup + probe.length + self.time
    }

    /// The most calls of all probes, if the estimate is about that.
    pub(super) fn most_calls(&self, rate: f64) -> f64 {
        (UNITS * self.unit).max(SECONDS * rate)
    }

    /// A share that is told apart from zero by the probes around the estimate.
    pub(super) fn least_share(&self) -> f64 {
        0.5 / (UNITS_OF_A_PROBE * self.unit)
    }

    /// Whether so many calls make probes around the estimate that are long enough to tell
    /// something: a queue that has too little time to grow holds any limit.
    pub(super) fn is_enough(&self, allowance: f64, rate: f64) -> bool {
        let each = allowance / PROBES;
        each >= 0.25 * self.unit && each / rate >= 10.0 * self.time
    }

    pub(super) fn unit(&self) -> f64 {
        self.unit
    }

    /// The calls of the next probe around the estimate, of which so many are left: few at first,
    /// and more the more there were. Near the end, what is left is shared evenly.
    pub(super) fn calls_of_a_probe(&self, allowance: f64, left: f64) -> f64 {
        let grown = 0.3 * (allowance - left);
        let calls = (0.06 * allowance).max(grown).max(self.unit).min(allowance / 6.0);
        let probes = (left / calls).round().max(1.0);
        if probes <= 3.0 { left / probes } else { calls }
    }

    /// A probe around the estimate of so many calls, those of the warm-up among them. The steeper
    /// the curve there, the longer it takes a queue to settle.
    pub(super) fn refining(&self, estimate: Estimate, calls: f64) -> Probe {
        let Estimate { rate, slope } = estimate;
        let whole = calls / rate;
        let settles = 0.2 * slope * self.time;
        let warmup = (0.02 * whole).max(1.0).max(5.0 * self.time).max(3.0 * settles);
        let warmup = warmup.min(0.4 * whole).max(self.warmup);
        Probe { rate, warmup, length: (whole - warmup).max(1.0) }
    }
}

/// The rate that is thought to be the most, and how steeply the share over a limit grows there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub(super) rate: f64,
    pub(super) slope: f64,
}
