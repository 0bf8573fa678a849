//! Rates that change along straight lines, and when each call is due, exactly.

use super::curve::Stage;
use super::wide::Wide;
use super::{CALL, Calls};

/// Stages one after the other, with all that is known beforehand of how many calls they make.
///
/// In a stage of T nanoseconds from rate a to rate b, t nanoseconds make `a·t + (b − a)·t² / 2T`
/// calls. To have all of it in integers, rates are counted in 10^−scale calls per second, and calls
/// in units of which `per_call` make one: `2 · 10⁹ · 10^scale`.
#[derive(Clone, Debug)]
pub(super) struct Stages {
    stages: Vec<Exact>,
    /// How many units / CALL the stages before each make, and at the end all.
    before: Vec<Wide>,
    per_call: u128,
}

#[derive(Clone, Debug)]
struct Exact {
    /// When it begins, in nanoseconds from the start.
    begin: u64,
    length: u64,
    from: u128,
    to: u128,
}

impl Stages {
    pub(super) fn new(stages: &[Stage]) -> Stages {
        let scale = stages
            .iter()
            .map(|stage| stage.from.scale.max(stage.to.scale))
            .max()
            .unwrap_or_default();
        let (mut begin, mut made) = (0, Wide::default());
        let (mut exact, mut before) = (Vec::new(), vec![made]);
        for stage in stages {
            let next = Exact {
                begin,
                length: stage.length,
                from: stage.from.units(scale),
                to: stage.to.units(scale),
            };
            begin += stage.length;
            made = made.plus(next.units());
            exact.push(next);
            before.push(made.times(CALL));
        }
        Stages { stages: exact, before, per_call: 2 * 1_000_000_000 * 10u128.pow(scale) }
    }

    /// The last nanosecond up to which no more than so many calls should have been made; none if
    /// all stages make no more.
    pub(super) fn due(&self, calls: Calls) -> Option<u64> {
        let units = Wide::product(calls, self.per_call);
        // The stage in which the rate goes on from there: one without calls is never it.
        let stage = self.before.partition_point(|before| *before <= units).checked_sub(1)?;
        let exact = self.stages.get(stage)?;
        Some(exact.begin + exact.due(units.minus(self.before[stage])))
    }
}

impl Exact {
    fn units(&self) -> Wide {
        Wide::product(self.from + self.to, self.length.into())
    }

    /// Whether `elapsed` nanoseconds of the stage make no more than `units` / CALL: t · (2aT + (b −
    /// a)·t) · CALL ≤ units · T.
    fn makes_at_most(&self, units_by_length: Wide, elapsed: u64) -> bool {
        let (elapsed, length) = (u128::from(elapsed), u128::from(self.length));
        let begun = Wide::product(2 * self.from, length);
        let slope = match self.to.checked_sub(self.from) {
            Some(up) => begun.plus(Wide::product(up, elapsed)),
            None => begun.minus(Wide::product(self.from - self.to, elapsed)),
        };
        slope.times(elapsed).times(CALL) <= units_by_length
    }

    /// The last nanosecond of the stage by which it makes no more than `units` / CALL.
    fn due(&self, units: Wide) -> u64 {
        let units_by_length = units.times(self.length.into());
        let is_early = |elapsed| self.makes_at_most(units_by_length, elapsed);
        let guess = self.guess(units.to_f64() / CALL as f64).min(self.length);
        // The guess is right within some nanoseconds, but for where the rate is near zero.
        let mut step = 1;
        let (mut early, mut late) = (guess, guess);
        if is_early(guess) {
            while late <= self.length && is_early(late) {
                early = late;
                late = late.saturating_add(step);
                step *= 2;
            }
        } else {
            while !is_early(early) {
                late = early;
                early = early.saturating_sub(step);
                step *= 2;
            }
        }
        while late - early > 1 {
            let middle = early + (late - early) / 2;
            if middle <= self.length && is_early(middle) { early = middle } else { late = middle }
        }
        early
    }

    /// The positive root of (b − a)/T · t² + 2a · t − units = 0, in the form that loses no digits.
    fn guess(&self, units: f64) -> u64 {
        let (from, to, length) = (self.from as f64, self.to as f64, self.length as f64);
        let root = (from * from + (to - from) / length * units).max(0.0).sqrt();
        if from + root > 0.0 { (units / (from + root)) as u64 } else { 0 }
    }
}
