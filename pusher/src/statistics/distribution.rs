//! `Distribution`: how numbers are spread, from the smallest to the largest.

use std::fmt::{self, DebugStruct};

use hdrhistogram::Histogram;

use crate::plan::threshold::Figure;

/// The distribution of the numbers that calls [recorded](crate::Call::record) under one name.
///
/// Minimum, mean and maximum are exact. A percentile is at most 0.1 % above the true value, and
/// never above the maximum: it is the highest value in its bucket of a [high dynamic range
/// histogram] with three significant digits. The memory depends on the span of the values, not on
/// their number.
///
/// [high dynamic range histogram]: https://hdrhistogram.org
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let target = async |call: pusher::Call| call.record("queue_depth", call.seq());
/// let report = pusher::work(1_000, Duration::from_millis(50), target).await?;
/// let depth = &report.records[0].values;
/// assert_eq!(depth.count(), 50);
/// assert_eq!(depth.min(), 0);
/// assert_eq!(depth.max(), 49);
/// assert_eq!(depth.mean(), 24.5);
/// assert_eq!(depth.percentile(90.0), 44);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone)]
pub struct Distribution {
    histogram: Histogram<u64>,
    min: u64,
    max: u64,
    sum: u128,
}

impl Default for Distribution {
    fn default() -> Distribution {
        let histogram =
            Histogram::new(3).expect("three significant digits are within what a histogram takes");
        Distribution { histogram, min: u64::MAX, max: 0, sum: 0 }
    }
}

impl Distribution {
    pub(crate) fn record(&mut self, value: u64) {
        // The histogram grows as it needs to, up to 64 bits.
        self.histogram.record(value).expect("a histogram that grows takes any number of 64 bits");
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.sum += u128::from(value);
    }

    /// So many of each of these values, with the smallest, the largest and the sum of what they
    /// stand for.
    pub(super) fn of_counts(
        values: impl Iterator<Item = (u64, u64)>,
        (min, max, sum): (u64, u64, u128),
    ) -> Distribution {
        let mut all = Distribution { min, max, sum, ..Distribution::default() };
        for (value, count) in values {
            let recorded = all.histogram.record_n(value, count);
            recorded.expect("a histogram that grows takes any number of 64 bits");
        }
        all
    }

    pub(crate) fn add(&mut self, other: &Distribution) {
        self.histogram.add(&other.histogram).expect("a histogram that grows takes any other");
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum += other.sum;
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The smallest value; zero if there is none.
    pub fn min(&self) -> u64 {
        if self.is_empty() { 0 } else { self.min }
    }

    /// The mean; zero if there is no value.
    pub fn mean(&self) -> f64 {
        if self.is_empty() { 0.0 } else { self.sum as f64 / self.count() as f64 }
    }

    /// The largest value; zero if there is none.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// A value that `percent` of the values do not exceed: the one at rank ceil(percent × count /
    /// 100) in their order. For `0` and less it is the minimum, for `100` and more the maximum. It
    /// is zero if there is no value.
    pub fn percentile(&self, percent: f64) -> u64 {
        match Figure::nearest(percent) {
            Figure::Percentile(percentile) => self.at_rank(percentile.rank(self.count())),
            Figure::Max => self.max(),
            _ => self.min(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.histogram.is_empty()
    }

    pub(super) fn sum(&self) -> u128 {
        self.sum
    }

    /// The value of the `rank`th sample. A rank is exact; a quantile in floating point can miss by
    /// one.
    pub(super) fn at_rank(&self, rank: u64) -> u64 {
        let mut below = 0;
        for (value, count) in self.values() {
            below += count;
            if below >= rank {
                return value;
            }
        }
        self.max
    }

    /// The values from the smallest to the largest, as percentiles show them, and how many there
    /// are of each.
    pub(super) fn values(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut below = 0;
        self.histogram.iter_recorded().map(move |bucket| {
            let (value, count) = (bucket.value_iterated_to(), bucket.count_at_value());
            below += count;
            let highest = self.histogram.highest_equivalent(value).clamp(self.min, self.max);
            (if below < self.count() { highest } else { self.max }, count)
        })
    }
}

impl fmt::Debug for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Distribution");
        shown.field("count", &self.count());
        fmt_figures(shown, &self.mean(), |percent| self.percentile(percent))
    }
}

/// Shows the figures of a distribution that tell the most, behind its name and its count.
pub(super) fn fmt_figures<V: fmt::Debug>(
    mut shown: DebugStruct<'_, '_>,
    mean: &dyn fmt::Debug,
    percentile: impl Fn(f64) -> V,
) -> fmt::Result {
    shown.field("min", &percentile(0.0)).field("mean", mean).field("p50", &percentile(50.0));
    shown.field("p99", &percentile(99.0)).field("max", &percentile(100.0)).finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distribution(values: impl IntoIterator<Item = u64>) -> Distribution {
        let mut distribution = Distribution::default();
        values.into_iter().for_each(|value| distribution.record(value));
        distribution
    }

    #[test]
    fn an_empty_distribution_is_all_zero() {
        let empty = Distribution::default();
        assert_eq!(empty.count(), 0);
        assert_eq!(empty.min(), 0);
        assert_eq!(empty.mean(), 0.0);
        assert_eq!(empty.max(), 0);
        assert_eq!(empty.percentile(99.0), 0);
    }

    #[test]
    fn keeps_the_worst_however_bad() {
        let distribution = distribution([0, u64::MAX, 1]);
        assert_eq!(distribution.min(), 0);
        assert_eq!(distribution.max(), u64::MAX);
        assert_eq!(distribution.percentile(99.0), u64::MAX);
        assert_eq!(distribution.sum(), u128::from(u64::MAX) + 1);
    }

    #[test]
    fn percentiles_are_taken_by_rank() {
        let distribution = distribution((1..=1_000).map(|i| i * 1_000));
        for (percent, thousands) in [
            (-1.0, 1),
            (0.0, 1),
            (0.1, 1),
            (50.0, 500),
            (95.0, 950),
            (99.9, 999),
            (99.91, 1_000),
            (100.0 - 1e-14, 1_000),
            (100.0, 1_000),
            (101.0, 1_000),
        ] {
            let (seen, exact) =
                (distribution.percentile(percent) as f64, f64::from(thousands) * 1e3);
            assert!(seen >= exact && seen <= exact * 1.001, "p{percent}: {seen} for {exact}");
        }
    }

    proptest! {
        #[test]
        fn figures_match_the_sorted_samples(
            mut values in prop::collection::vec(0u64..10_000_000_000, 1..300),
            split in 0usize..300,
        ) {
            let split = split.min(values.len());
            let mut merged = distribution(values[..split].iter().copied());
            merged.add(&distribution(values[split..].iter().copied()));
            values.sort_unstable();
            let sum: u64 = values.iter().sum();
            prop_assert_eq!(merged.count(), values.len() as u64);
            prop_assert_eq!(merged.min(), values[0]);
            prop_assert_eq!(merged.max(), *values.last().unwrap());
            prop_assert_eq!(merged.sum(), u128::from(sum));
            prop_assert_eq!(merged.mean(), sum as f64 / values.len() as f64);
            for percent in [1.0, 50.0, 90.0, 99.0, 99.9] {
                let rank = (percent * values.len() as f64 / 100.0 - 1e-9).ceil().max(1.0) as usize;
                let (exact, seen) = (values[rank - 1], merged.percentile(percent));
                let most = exact + exact / 1_000 + 1;
                prop_assert!(seen >= exact, "p{} {} below {}", percent, seen, exact);
                prop_assert!(seen <= most, "p{} {} above {}", percent, seen, most);
            }
        }
    }
}
