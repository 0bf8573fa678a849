use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::plan::threshold::{Figure, Percentile};

/// The distribution of one of the times that are kept for calls.
///
/// Minimum, mean and maximum are exact; a percentile is the highest value that a bucket of a [high dynamic range
/// histogram](https://hdrhistogram.org) with three significant digits holds, at most 0.1 % above the true one and never
/// above the maximum. Memory is bounded by the span of the values, not by their number.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let report = pusher::work(1_000, Duration::from_millis(50), async || ()).await?;
/// assert_eq!(report.response.count(), 50);
/// assert!(report.response.percentile(99.9) <= report.response.max());
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone)]
pub struct Latency {
    histogram: Histogram<u64>,
    min: u64,
    max: u64,
    sum: u128,
}

impl Default for Latency {
    fn default() -> Latency {
        let histogram = Histogram::new(3).expect("three significant digits are within what a histogram takes");
        Latency { histogram, min: u64::MAX, max: 0, sum: 0 }
    }
}

impl Latency {
    pub(crate) fn record(&mut self, nanos: u64) {
        // It grows as it needs to, up to 64 bits.
        self.histogram.record(nanos).expect("a histogram that grows takes any number of 64 bits");
        self.min = self.min.min(nanos);
        self.max = self.max.max(nanos);
        self.sum += u128::from(nanos);
    }

    pub(crate) fn add(&mut self, other: &Latency) {
        self.histogram.add(&other.histogram).expect("a histogram that grows takes any other");
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum += other.sum;
    }

    /// How many calls are in it.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The shortest time, to the nanosecond; zero where there is no sample.
    pub fn min(&self) -> Duration {
        Duration::from_nanos(if self.is_empty() { 0 } else { self.min })
    }

    /// The mean, to the nanosecond; zero where there is no sample.
    pub fn mean(&self) -> Duration {
        Duration::from_nanos(self.sum.checked_div(u128::from(self.count())).unwrap_or(0) as u64)
    }

    /// The longest time, to the nanosecond; zero where there is no sample.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.max)
    }

    /// The time that `percent` of the calls were not above: the sample at rank ceil(percent × count / 100) in their
    /// order. `0` and less is the minimum, `100` and more the maximum; zero where there is no sample.
    pub fn percentile(&self, percent: f64) -> Duration {
        match Percentile::nearest(percent) {
            Some(percentile) => self.figure(Figure::Percentile(percentile)),
            None if percent > 50.0 => self.max(),
            None => self.min(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.histogram.is_empty()
    }

    pub(crate) fn figure(&self, figure: Figure) -> Duration {
        match figure {
            Figure::Min => self.min(),
            Figure::Mean => self.mean(),
            Figure::Max => self.max(),
            Figure::Percentile(percentile) => Duration::from_nanos(self.at_rank(percentile.rank(self.count()))),
        }
    }

    /// The mean in nanoseconds, with its fraction.
    pub(crate) fn mean_nanos(&self) -> f64 {
        self.sum as f64 / self.count() as f64
    }

    /// The value of the `rank`th sample. By rank, not by quantile: a quantile in floating point can miss by one.
    fn at_rank(&self, rank: u64) -> u64 {
        let mut below = 0;
        for bucket in self.histogram.iter_recorded() {
            below += bucket.count_at_value();
            if below >= rank {
                return self.histogram.highest_equivalent(bucket.value_iterated_to()).clamp(self.min, self.max);
            }
        }
        self.max
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Latency");
        shown.field("count", &self.count()).field("min", &self.min()).field("mean", &self.mean());
        shown.field("p50", &self.percentile(50.0)).field("p99", &self.percentile(99.0)).field("max", &self.max()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn latency(values: impl IntoIterator<Item = u64>) -> Latency {
        let mut latency = Latency::default();
        values.into_iter().for_each(|value| latency.record(value));
        latency
    }

    #[test]
    fn an_empty_one_is_all_zero() {
        let empty = Latency::default();
        assert_eq!((empty.count(), empty.min(), empty.mean(), empty.max()), (0, Duration::ZERO, Duration::ZERO, Duration::ZERO));
        assert_eq!(empty.percentile(99.0), Duration::ZERO);
    }

    #[test]
    fn keeps_the_worst_however_bad() {
        let latency = latency([0, u64::MAX / 2, 1]);
        assert_eq!((latency.min(), latency.max()), (Duration::ZERO, Duration::from_nanos(u64::MAX / 2)));
        assert_eq!(latency.percentile(99.0), Duration::from_nanos(u64::MAX / 2));
    }

    #[test]
    fn percentiles_are_taken_by_rank() {
        let latency = latency((1..=1_000).map(|i| i * 1_000));
        for (percent, micros) in [
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
            let (seen, exact) = (latency.percentile(percent).as_nanos() as f64, f64::from(micros) * 1e3);
            assert!(seen >= exact && seen <= exact * 1.001, "p{percent}: {seen} for {exact}");
        }
    }

    proptest! {
        #[test]
        fn figures_match_the_sorted_samples(mut values in prop::collection::vec(0u64..10_000_000_000, 1..300), split in 0usize..300) {
            let split = split.min(values.len());
            let mut merged = latency(values[..split].iter().copied());
            merged.add(&latency(values[split..].iter().copied()));
            values.sort_unstable();
            let sum: u64 = values.iter().sum();
            prop_assert_eq!(merged.count(), values.len() as u64);
            prop_assert_eq!(merged.min().as_nanos(), u128::from(values[0]));
            prop_assert_eq!(merged.max().as_nanos(), u128::from(*values.last().unwrap()));
            prop_assert_eq!(merged.mean().as_nanos(), u128::from(sum / values.len() as u64));
            for percent in [1.0, 50.0, 90.0, 99.0, 99.9] {
                let rank = (percent * values.len() as f64 / 100.0 - 1e-9).ceil().max(1.0) as usize;
                let (exact, seen) = (values[rank - 1], merged.percentile(percent).as_nanos() as u64);
                prop_assert!(seen >= exact && seen <= exact + exact / 1_000 + 1, "p{} {} for {}", percent, seen, exact);
            }
        }
    }
}
