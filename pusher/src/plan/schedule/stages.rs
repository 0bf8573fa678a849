//! [`Stages`]: rates that change along straight lines, and when each call is due, exactly.

use super::calls::{CALL, Calls};
use super::wide::Wide;
use crate::plan::curve::{Segment, rates_of};
use crate::plan::level::denominator;

/// Stages one after the other, with all that is known beforehand of how many calls they make.
///
/// ```text
/// calls made
///  before[3] |                               ,---'   calls less than before[3]: so it is the third
///            |     calls - - - - - - - - ,-' :       line that makes the rest, calls - before[2]
///  before[2] |                  ____,--'     :
///  before[1] |            ,---'              :
///  before[0] |_______,--'____________________:____ time
///            | first line | second  | third  due
/// ```
///
/// In a stage of T nanoseconds from rate a to rate b, t nanoseconds make `a·t + (b − a)·t² / 2T`
/// calls. All of it is kept in integers: rates are counted in parts of a call per second, of which
/// their common denominator make one, and calls in units of which `per_call` make one: `2 · 10⁹ ·
/// denominator`.
#[derive(Clone, Debug)]
pub(super) struct Stages {
    lines: Vec<Line>,
    /// How many units / CALL the stages before each make, and at the end all.
    before: Vec<Wide>,
    per_call: u128,
}

/// One stage. Rates are counted in parts of a call per second.
#[derive(Clone, Debug)]
struct Line {
    /// When it begins, in nanoseconds from the start.
    begin: u64,
    length: u64,
    from: u128,
    to: u128,
}

impl Stages {
    /// The calls of so many Workers along these segments, all in one row.
    pub(super) fn new(segments: &[Segment], workers: u64) -> Stages {
        let denominator =
            denominator(&rates_of(segments)).expect("the rates of a curve have been checked");
        let workers = u128::from(workers);
        let (mut begin, mut made) = (0, Wide::default());
        let (mut lines, mut before) = (Vec::new(), vec![made]);
        for segment in segments {
            let line = Line {
                begin,
                length: segment.length,
                from: segment.from.units(denominator) * workers,
                to: segment.to.units(denominator) * workers,
            };
            begin += segment.length;
            made = made.plus(line.units());
            lines.push(line);
            before.push(made.times(CALL));
        }
        Stages { lines, before, per_call: 2 * 1_000_000_000 * denominator }
    }

    /// The last nanosecond up to which no more than so many calls should have been made; none if
    /// all stages make no more.
    pub(super) fn due(&self, calls: Calls) -> Option<u64> {
        let units = Wide::product(calls, self.per_call);
        // The line on which the rate goes on from there: one without calls is never it.
        let nth = self.before.partition_point(|before| *before <= units).checked_sub(1)?;
        let line = self.lines.get(nth)?;
        Some(line.begin + line.due(units.minus(self.before[nth])))
    }
}

impl Line {
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

    /// The last nanosecond of the stage by which it makes no more than `units` / CALL: a guess in
    /// floats, from which steps that double lead to both sides of it, and then halves.
    ///
    /// ```text
    ///  makes at most `units`   |   makes more
    /// -------------------------+------------------> nanoseconds
    ///     early <---4---<-2-<1-+- guess              1. steps away from the guess
    ///             early --> middle <-- late          2. halves, until they are neighbours
    /// ```
    fn due(&self, units: Wide) -> u64 {
        let units_by_length = units.times(self.length.into());
        let is_early = |elapsed| self.makes_at_most(units_by_length, elapsed);
        let guess = self.guess(units.to_f64() / CALL as f64).min(self.length);
        // The guess is right within some nanoseconds, unless the rate is near zero.
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
