//! [`Numbers`]: a distribution in little memory, whose minimum, maximum and sum are exact; and
//! [`WindowTimes`], two of them, of times that ended and of times that were cut off.

use crate::statistics::distribution::Distribution;
use crate::statistics::latency::Latency;
use crate::statistics::sparse::{Sparse, bounds_of, bucket_of};

/// How numbers are spread, to 0.8 %.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Numbers {
    buckets: Sparse,
    /// The smallest, the largest and the sum, if there are any.
    ends: Option<(u64, u64, u128)>,
}

impl Numbers {
    /// Adds all of these, and leaves none there.
    pub(super) fn take(&mut self, values: &mut Vec<u64>) {
        if values.is_empty() {
            return;
        }
        values.sort_unstable();
        let sum = values.iter().map(|value| u128::from(*value)).sum();
        self.widen((values[0], values[values.len() - 1], sum));
        let same = values.chunk_by(|one, other| bucket_of(*one) == bucket_of(*other));
        let buckets: Vec<(u16, u64)> =
            same.map(|same| (bucket_of(same[0]), same.len() as u64)).collect();
        self.buckets.add_buckets(buckets.into_iter());
        values.clear();
    }

    /// Adds the same number so many times.
    pub(super) fn add_same(&mut self, value: u64, count: u64) {
        if count > 0 {
            self.widen((value, value, u128::from(value) * u128::from(count)));
            self.buckets.add_buckets([(bucket_of(value), count)].into_iter());
        }
    }

    pub(super) fn add(&mut self, other: &Numbers) {
        if let Some(ends) = other.ends {
            self.widen(ends);
            self.buckets.add(&other.buckets);
        }
    }

    fn widen(&mut self, (least, most, sum): (u64, u64, u128)) {
        let ours = self.ends.get_or_insert((least, most, 0));
        *ours = (ours.0.min(least), ours.1.max(most), ours.2 + sum);
    }

    pub(super) fn count(&self) -> u64 {
        self.buckets.count()
    }

    /// What its buckets take, in bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.buckets.bytes()
    }

    /// The same, as thresholds read it.
    pub(super) fn distribution(&self) -> Distribution {
        let Some((least, most, sum)) = self.ends else { return Distribution::default() };
        let values = self.buckets.buckets().map(|(bucket, count)| (bounds_of(bucket).1, count));
        let values = values.map(|(value, count)| (value.clamp(least, most), count));
        Distribution::of_counts(values, (least, most, sum))
    }
}

/// The times of the calls, or of a step, that are due in a stride.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WindowTimes {
    pub(super) ended: Numbers,
    pub(super) cut_off: Numbers,
}

impl WindowTimes {
    /// What its buckets take, in bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.ended.bytes() + self.cut_off.bytes()
    }

    pub(super) fn add(&mut self, other: &WindowTimes) {
        self.ended.add(&other.ended);
        self.cut_off.add(&other.cut_off);
    }

    pub(super) fn latency(&self) -> Latency {
        Latency::of_both(self.ended.distribution(), self.cut_off.distribution())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::threshold::Figure;

    #[test]
    fn ends_and_mean_are_exact_and_ranks_are_to_two_digits() {
        let mut numbers = Numbers::default();
        numbers.take(&mut (0..1_000).map(|nth| 1_000_003 + nth * 1_000).collect());
        let mut other = Numbers::default();
        other.add_same(5_000_000, 10);
        numbers.add(&other);
        let seen = numbers.distribution();
        assert_eq!(seen.count(), 1_010);
        assert_eq!(seen.min(), 1_000_003);
        assert_eq!(seen.max(), 5_000_000);
        let sum: u64 = (0..1_000).map(|nth| 1_000_003 + nth * 1_000).sum::<u64>() + 50_000_000;
        assert_eq!(seen.mean(), sum as f64 / 1_010.0);
        let median = seen.percentile(50.0);
        assert!((1_504_003..=1_504_003 * 1_009 / 1_000).contains(&median), "{median}");
    }

    #[test]
    fn none_are_none() {
        let times = WindowTimes::default();
        assert_eq!(times.ended.count(), 0);
        assert!(times.latency().is_empty());
        assert_eq!(times.latency().figure(Figure::Max).as_nanos(), 0);
    }
}
