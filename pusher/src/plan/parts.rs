//! [`ShapeParts`]: the stages of a shape, its steps, or its periods: each has figures of its own.

use std::ops::Range;

use super::curve::Curve;
use super::terms::{Pace, Terms};

/// The parts of a shape. ShapeParts that follow one another can be one row of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShapeParts {
    /// Stages or steps. The last one goes on.
    Stages(Vec<ShapePart>),
    /// The same of a closed loop, whose callers ask for no rate.
    Callers(Vec<ShapePart>),
    /// Periods of so many nanoseconds each.
    Periods(u64),
}

/// A stage or a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShapePart {
    /// In nanoseconds from the start.
    pub(crate) begin: u64,
    /// What it asks for: `0 → 100/s`, or `20 callers`.
    pub(crate) words: String,
}

impl Terms {
    /// The parts of the shape; none if it is the same rate, or the same number of callers, all the
    /// time.
    pub(crate) fn parts(&self) -> Option<ShapeParts> {
        match &self.pace {
            Pace::Open { curve: Curve::Constant(_), .. } => None,
            Pace::Open { curve: Curve::Sine { period, .. }, .. } => {
                Some(ShapeParts::Periods(*period))
            }
            Pace::Open { curve: Curve::Stages(segments), .. } => {
                let mut begin = 0;
                let parts = segments.iter().map(|segment| {
                    let part = ShapePart { begin, words: segment.to_string() };
                    begin += segment.length;
                    part
                });
                Some(ShapeParts::Stages(parts.collect()))
            }
            Pace::Closed { .. } => {
                let legs = self.headcount.as_ref()?.legs().iter();
                let parts =
                    legs.map(|leg| ShapePart { begin: leg.begin(), words: leg.to_string() });
                Some(ShapeParts::Callers(parts.collect()))
            }
        }
    }
}

impl ShapeParts {
    /// The part at that instant, in nanoseconds from the start.
    #[inline]
    pub(crate) fn at(&self, instant: u64) -> usize {
        match self {
            ShapeParts::Stages(parts) | ShapeParts::Callers(parts) => {
                parts.partition_point(|part| part.begin <= instant).saturating_sub(1)
            }
            ShapeParts::Periods(length) => (instant / length) as usize,
        }
    }

    /// When a part begins; none if there is no such part.
    pub(crate) fn begin(&self, nth: usize) -> Option<u64> {
        match self {
            ShapeParts::Stages(parts) | ShapeParts::Callers(parts) => {
                parts.get(nth).map(|part| part.begin)
            }
            ShapeParts::Periods(length) => length.checked_mul(nth as u64),
        }
    }

    /// Whether they ask for a rate.
    pub(crate) fn have_rates(&self) -> bool {
        !matches!(self, ShapeParts::Callers(_))
    }

    /// What these parts ask for.
    pub(crate) fn in_words(&self, row: Range<usize>) -> String {
        let (first, last) = (row.start, row.end.max(row.start + 1) - 1);
        match self {
            ShapeParts::Stages(parts) | ShapeParts::Callers(parts) => {
                let words = |nth: usize| &parts[nth.min(parts.len() - 1)].words;
                if last > first {
                    format!("{} .. {}", words(first), words(last))
                } else {
                    words(first).clone()
                }
            }
            ShapeParts::Periods(_) if last > first => {
                format!("periods {} to {}", first + 1, last + 1)
            }
            ShapeParts::Periods(_) => format!("period {}", first + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::closed::ClosedLoop;
    use crate::plan::offer::Offer;
    use crate::plan::rate::Rps;
    use crate::plan::schedule::shape::{Shape, Stage};

    const SECOND: Duration = Duration::from_secs(1);
    const NANOS: u64 = 1_000_000_000;

    /// When each part begins, in seconds, and its words.
    fn parts_of(terms: &Terms) -> Vec<(u64, String)> {
        let parts = terms.parts().unwrap();
        (0..3)
            .map_while(|nth| Some((parts.begin(nth)? / NANOS, parts.in_words(nth..nth + 1))))
            .collect()
    }

    fn all(parts: &[(u64, &str)]) -> Vec<(u64, String)> {
        parts.iter().map(|(begin, words)| (*begin, words.to_string())).collect()
    }

    #[test]
    fn shapes_have_parts() {
        let stages = [Stage::ramp(0, 100, 10 * SECOND), Stage::hold("7/m", 60 * SECOND)];
        let open = Shape::stages(stages).unwrap().terms(Offer::default());
        assert_eq!(parts_of(&open), all(&[(0, "0 → 100/s"), (10, "7/m")]));
        let steps = Shape::steps(10, 30, 10, SECOND).unwrap().terms(Offer::default());
        assert_eq!(parts_of(&steps), all(&[(0, "10/s"), (1, "20/s"), (2, "30/s")]));
        let sine = Shape::sine(10, 30, 4 * SECOND, 9 * SECOND).unwrap().terms(Offer::default());
        assert_eq!(parts_of(&sine), all(&[(0, "period 1"), (4, "period 2"), (8, "period 3")]));
        let stages = [Stage::ramp(0, 20, 10 * SECOND), Stage::hold(1, SECOND)];
        let closed = ClosedLoop::stages(stages).unwrap().terms(Offer::default());
        assert_eq!(parts_of(&closed), all(&[(0, "0 → 20 callers"), (10, "1 caller")]));
        assert!(sine.parts().unwrap().have_rates() && !closed.parts().unwrap().have_rates());
        let constant = Terms::constant(Rps::new(10).unwrap(), Some(SECOND));
        assert_eq!(constant.parts(), None);
        assert_eq!(ClosedLoop::new(7).terms(Offer::default()).parts(), None);
    }

    #[test]
    fn parts_are_found_by_their_instant() {
        let part = |begin, words: &str| ShapePart { begin, words: words.to_string() };
        let stages = ShapeParts::Stages(vec![part(0, "10/s"), part(7, "20/s"), part(9, "30/s")]);
        let found: Vec<usize> = [0, 6, 7, 8, 9, 1_000].map(|instant| stages.at(instant)).into();
        assert_eq!(found, [0, 0, 1, 1, 2, 2]);
        assert_eq!(stages.begin(3), None);
        assert_eq!(stages.in_words(0..2), "10/s .. 20/s");
        assert_eq!(stages.in_words(2..3), "30/s");
        let periods = ShapeParts::Periods(5);
        assert_eq!([0, 4, 5].map(|instant| periods.at(instant)), [0, 0, 1]);
        assert_eq!(periods.in_words(4..8), "periods 5 to 8");
    }
}
