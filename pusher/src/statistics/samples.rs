//! [`Samples`]: a distribution of what ended, and above it of what was cut off; and [`Reading`], a
//! figure of it.
//!
//! ```text
//!   rank      1 2 3 4 5 6 7 8 9 10
//!   samples   o o o o o o o c c c      o: ended, c: cut off; each in the order of its own times
//!                     ^ p50       ^ max: at least the time after which this c was cut off
//! ```

use super::distribution::Distribution;
use crate::plan::threshold::Figure;

/// What figures are read from. Nothing that was cut off ranks below anything that ended, because it
/// would have taken longer.
#[derive(Clone, Copy)]
pub(crate) struct Samples<'a> {
    ended: &'a Distribution,
    cut_off: Option<&'a Distribution>,
}

/// A figure as it was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// Rounded down, if it is a mean.
    pub(crate) whole: u64,
    pub(crate) exact: f64,
    pub(crate) bound: Bound,
}

/// How much a reading says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The figure is this number.
    #[default]
    Exact,
    /// It is this number or a larger one.
    AtLeast,
    /// It is this number or a smaller one.
    AtMost,
}

impl<'a> Samples<'a> {
    /// Numbers of which none can be cut off.
    pub(crate) fn of(values: &'a Distribution) -> Samples<'a> {
        Samples { ended: values, cut_off: None }
    }

    pub(super) fn with_cut_off(ended: &'a Distribution, cut_off: &'a Distribution) -> Samples<'a> {
        Samples { ended, cut_off: Some(cut_off) }
    }

    /// How many there are, ended and cut off.
    pub(crate) fn count(&self) -> u64 {
        self.ended.count() + self.cut_off()
    }

    /// How many were cut off.
    pub(crate) fn cut_off(&self) -> u64 {
        self.cut_off.map_or(0, Distribution::count)
    }

    /// The figure, however few samples there are; none without a sample. The minimum is that of
    /// what ended.
    pub(crate) fn reading(&self, figure: Figure) -> Option<Reading> {
        match figure {
            Figure::Min => (!self.ended.is_empty()).then(|| Reading::exact(self.ended.min())),
            Figure::Mean => self.mean(),
            Figure::Max => self.at_rank(self.count()),
            Figure::Percentile(percentile) => self.at_rank(percentile.rank(self.count())),
        }
    }

    /// The figure; none if there are too few samples to tell it.
    pub(crate) fn resolved(&self, figure: Figure) -> Option<Reading> {
        figure.is_resolved_by(self.count()).then(|| self.reading(figure)).flatten()
    }

    /// The highest percentile that these samples resolve, at the least the minimum: what any
    /// percentile that they do not resolve is not below.
    ///
    /// *n* samples resolve *p* if *n* × (100 − *p*) ≥ 100. So the highest is 100 − 100 / *n*, which
    /// has the rank *n* − 1.
    pub(crate) fn highest_resolved(&self) -> Option<Reading> {
        self.at_rank(self.count().saturating_sub(1).max(1))
    }

    /// The figure, or, if these samples are too few to tell it, the highest percentile that they do
    /// resolve, with no more digits than that takes.
    pub(crate) fn told(&self, figure: Figure) -> Figure {
        let count = u128::from(self.count());
        if figure.is_resolved_by(self.count()) {
            return figure;
        }
        let tells = |digits: usize| {
            let one = 10_u128.pow(digits as u32);
            let all = (100 * one * (count - 1)).checked_div(count)?;
            let (percent, rest) = (all / one, all % one);
            let text = if digits == 0 {
                format!("p{percent}")
            } else {
                format!("p{percent}.{rest:0digits$}")
            };
            let told = Figure::parse(&text).ok()?;
            let Figure::Percentile(percentile) = told else { return None };
            (u128::from(percentile.rank(self.count())) == count - 1).then_some(told)
        };
        if count < 2 { Figure::Min } else { (0..=12).find_map(tells).unwrap_or(Figure::Min) }
    }

    /// How many of the samples are such. What was cut off is read as the time after which it was.
    pub(crate) fn count_of(&self, is_such: impl Fn(Reading) -> bool) -> u64 {
        let ended = self.ended.values().map(|(value, count)| (Reading::exact(value), count));
        let cut_off = self.cut_off.into_iter().flat_map(Distribution::values);
        let cut_off = cut_off.map(|(value, count)| {
            (Reading { bound: Bound::AtLeast, ..Reading::exact(value) }, count)
        });
        ended.chain(cut_off).filter(|(reading, _)| is_such(*reading)).map(|(_, count)| count).sum()
    }

    /// The mean; what was cut off goes into it with the time after which that was.
    fn mean(&self) -> Option<Reading> {
        let sum = self.ended.sum() + self.cut_off.map_or(0, Distribution::sum);
        let whole = sum.checked_div(u128::from(self.count()))? as u64;
        let bound = if self.cut_off() > 0 { Bound::AtLeast } else { Bound::Exact };
        Some(Reading { whole, exact: sum as f64 / self.count() as f64, bound })
    }

    fn at_rank(&self, rank: u64) -> Option<Reading> {
        let ended = self.ended.count();
        match self.cut_off.filter(|cut_off| !cut_off.is_empty()) {
            Some(cut_off) if rank > ended => {
                let at_least = cut_off.at_rank(rank - ended).max(self.ended.max());
                Some(Reading { bound: Bound::AtLeast, ..Reading::exact(at_least) })
            }
            _ => (ended > 0).then(|| Reading::exact(self.ended.at_rank(rank))),
        }
    }
}

impl Reading {
    /// The same, if no sample that ended is above that: a bucket may reach higher.
    pub(crate) fn within(self, longest: u64) -> Reading {
        match self.bound {
            Bound::Exact => Reading::exact(self.whole.min(longest)),
            _ => self,
        }
    }

    pub(crate) fn exact(number: u64) -> Reading {
        Reading { whole: number, exact: number as f64, bound: Bound::Exact }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distribution(values: impl IntoIterator<Item = u64>) -> Distribution {
        let mut distribution = Distribution::default();
        values.into_iter().for_each(|value| distribution.record(value));
        distribution
    }

    fn figure(text: &str) -> Figure {
        Figure::parse(text).unwrap()
    }

    const AT_LEAST: Bound = Bound::AtLeast;

    /// Seven that ended after 1 to 7, and three that were cut off after 20, 10 and 30.
    #[test]
    fn what_was_cut_off_ranks_above_all_that_ended() {
        let (ended, cut_off) = (distribution(1..=7), distribution([20, 10, 30]));
        let samples = Samples::with_cut_off(&ended, &cut_off);
        assert_eq!(samples.count(), 10);
        assert_eq!(samples.cut_off(), 3);
        for (text, whole, bound) in [
            ("min", 1, Bound::Exact),
            ("p50", 5, Bound::Exact),
            ("p70", 7, Bound::Exact),
            ("p71", 10, AT_LEAST),
            ("p90", 20, AT_LEAST),
            ("p99", 30, AT_LEAST),
            ("max", 30, AT_LEAST),
            ("mean", 8, AT_LEAST),
        ] {
            let reading = samples.reading(figure(text)).unwrap();
            assert_eq!(reading.whole, whole, "{text}");
            assert_eq!(reading.bound, bound, "{text}");
        }
        assert_eq!(samples.reading(Figure::Mean).unwrap().exact, 8.8);
    }

    #[test]
    fn samples_are_counted_by_what_they_read() {
        let (ended, cut_off) = (distribution(1..=7), distribution([20, 10, 30]));
        let samples = Samples::with_cut_off(&ended, &cut_off);
        assert_eq!(samples.count_of(|_| true), 10);
        assert_eq!(samples.count_of(|reading| reading.whole > 5), 5);
        assert_eq!(
            samples.count_of(|reading| reading.bound == AT_LEAST && reading.exact < 25.0),
            2
        );
    }

    /// A call that came late may have been cut off sooner than another ended.
    #[test]
    fn percentiles_rise() {
        let (ended, cut_off) = (distribution([50]), distribution([10]));
        let samples = Samples::with_cut_off(&ended, &cut_off);
        assert_eq!(samples.reading(figure("p50")).unwrap().whole, 50);
        let max = samples.reading(Figure::Max).unwrap();
        assert_eq!(max.whole, 50);
        assert_eq!(max.bound, AT_LEAST);
    }

    #[test]
    fn without_a_sample_there_is_no_figure() {
        let (none, one) = (Distribution::default(), distribution([9]));
        for text in ["min", "mean", "p50", "max"] {
            assert_eq!(Samples::of(&none).reading(figure(text)), None, "{text}");
        }
        assert_eq!(Samples::of(&none).highest_resolved(), None);
        let all_cut_off = Samples::with_cut_off(&none, &one);
        assert_eq!(all_cut_off.reading(Figure::Min), None);
        assert_eq!(all_cut_off.reading(figure("p50")).unwrap().bound, AT_LEAST);
    }

    #[test]
    fn a_figure_that_too_few_samples_tell_is_not_resolved() {
        let twenty = distribution(1..=20);
        let samples = Samples::of(&twenty);
        assert_eq!(samples.resolved(figure("p95")).unwrap().whole, 19);
        assert_eq!(samples.resolved(figure("p95.1")), None);
        assert_eq!(samples.resolved(figure("p99.9")), None);
        assert_eq!(samples.resolved(Figure::Max).unwrap().whole, 20);
    }

    #[test]
    fn too_few_samples_tell_the_highest_percentile_that_they_resolve() {
        for (count, told) in
            [(1, "min"), (2, "p50"), (3, "p66"), (7, "p85"), (20, "p95"), (999, "p99.8")]
        {
            let values = distribution(1..=count);
            let samples = Samples::of(&values);
            assert_eq!(samples.told(figure("p99.9")).to_string(), told, "of {count}");
            assert_eq!(samples.reading(figure(told)), samples.highest_resolved(), "of {count}");
            assert_eq!(samples.told(Figure::Max), Figure::Max, "of {count}");
        }
        let thousand = distribution(1..=1_000);
        assert_eq!(Samples::of(&thousand).told(figure("p99.9")), figure("p99.9"));
    }

    #[test]
    fn the_highest_resolved_percentile_is_that_of_the_last_rank_but_one() {
        for (count, whole) in [(1, 1), (2, 1), (20, 19), (1_000, 999)] {
            let values = distribution(1..=count);
            let highest = Samples::of(&values).highest_resolved().unwrap();
            assert_eq!(highest.whole, whole, "of {count}");
        }
    }
}
