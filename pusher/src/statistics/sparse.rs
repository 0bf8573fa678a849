//! [`Sparse`]: a small histogram of two digits, for one slice of a load's time.
//!
//! ```text
//!   value     0 1 2 .. 255 | 256 257 | 258 259 | .. | 512 .. 515 | .. | 1024 .. 1031 | ..
//!   bucket    0 1 2 .. 255 |   256   |   257   | .. |    384     | .. |      512     | ..
//!             each its own | 128 buckets for each power of two, each 0.8 % wide
//! ```
//!
//! Only buckets with samples take memory, eight bytes each.

/// How often numbers were seen. A number is known to 0.8 %; below 256 it is exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sparse(Vec<Bucket>);

/// The number of a bucket in the highest 16 bits, and how many samples are in it: so buckets are in
/// order if these numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Bucket(u64);

/// How many bits count the samples of a bucket: enough for a hundred million a second for a month.
const COUNT_BITS: u32 = 48;
const MOST_COUNT: u64 = (1 << COUNT_BITS) - 1;

/// Each power of two has so many buckets, as a power of two itself.
const DIGIT_BITS: u32 = 7;

/// So many buckets there are in all.
pub(crate) const BUCKETS: usize = 58 << DIGIT_BITS;

/// The bucket of a number.
#[inline]
pub(crate) fn bucket_of(value: u64) -> u16 {
    // With the lowest bits set it is never below zero, and takes no branch.
    let power = (value | ((1 << (DIGIT_BITS + 1)) - 1)).ilog2() - DIGIT_BITS;
    ((u64::from(power) << DIGIT_BITS) + (value >> power)) as u16
}

/// The lowest and the highest number in a bucket.
pub(crate) fn bounds_of(bucket: u16) -> (u64, u64) {
    let bucket = u64::from(bucket);
    let power = (bucket >> DIGIT_BITS).saturating_sub(1);
    let digits = bucket - (power << DIGIT_BITS);
    (digits << power, (digits << power) + ((1 << power) - 1))
}

impl Bucket {
    fn new(bucket: u16, count: u64) -> Bucket {
        Bucket(u64::from(bucket) << COUNT_BITS | count.min(MOST_COUNT))
    }

    fn bucket(self) -> u16 {
        (self.0 >> COUNT_BITS) as u16
    }

    fn count(self) -> u64 {
        self.0 & MOST_COUNT
    }
}

impl Sparse {
    /// Adds so many samples to each of these buckets, which come in their order, none twice.
    pub(crate) fn add_buckets(&mut self, others: impl Iterator<Item = (u16, u64)>) {
        let mut others = others.peekable();
        if others.peek().is_none() {
            return;
        }
        let ours = std::mem::take(&mut self.0);
        self.0 = Vec::with_capacity(ours.len() + others.size_hint().0);
        for our in ours {
            while let Some((bucket, count)) = others.next_if(|other| other.0 < our.bucket()) {
                self.0.push(Bucket::new(bucket, count));
            }
            let same = others.next_if(|other| other.0 == our.bucket());
            self.0
                .push(same.map_or(our, |(bucket, count)| Bucket::new(bucket, our.count() + count)));
        }
        self.0.extend(others.map(|(bucket, count)| Bucket::new(bucket, count)));
        self.0.shrink_to_fit();
    }

    pub(crate) fn add(&mut self, other: &Sparse) {
        if !other.is_empty() {
            self.add_buckets(other.buckets());
        }
    }

    /// One more sample. To add many is cheaper by [`add_buckets`](Sparse::add_buckets).
    pub(crate) fn record(&mut self, value: u64) {
        self.record_bucket(bucket_of(value));
    }

    /// One more sample in this bucket.
    pub(crate) fn record_bucket(&mut self, bucket: u16) {
        match self.0.binary_search_by_key(&bucket, |other| other.bucket()) {
            Ok(at) => self.0[at] = Bucket::new(bucket, self.0[at].count() + 1),
            Err(at) => self.0.insert(at, Bucket::new(bucket, 1)),
        }
    }

    /// The buckets with samples, the lowest first, and how many are in each.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = (u16, u64)> {
        self.0.iter().map(|bucket| (bucket.bucket(), bucket.count()))
    }

    /// How many samples there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|bucket| bucket.count()).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of the `rank`th sample, counted from 1: the highest in its bucket. It is zero if
    /// there is no such sample.
    pub(crate) fn at_rank(&self, rank: u64) -> u64 {
        self.bounds_at_rank(rank).1
    }

    /// The same, but the lowest in its bucket.
    pub(crate) fn least_at_rank(&self, rank: u64) -> u64 {
        self.bounds_at_rank(rank).0
    }

    fn bounds_at_rank(&self, rank: u64) -> (u64, u64) {
        let mut below = 0;
        for (bucket, count) in self.buckets() {
            below += count;
            if below >= rank {
                return bounds_of(bucket);
            }
        }
        (0, 0)
    }

    /// How many bytes the buckets take.
    pub(crate) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Bucket>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn buckets_follow_one_another_without_a_gap() {
        let mut next = 0;
        for bucket in 0..bucket_of(u64::MAX) {
            let (low, high) = bounds_of(bucket);
            assert_eq!(low, next, "bucket {bucket}");
            assert_eq!(bucket_of(low), bucket);
            assert_eq!(bucket_of(high), bucket);
            assert!(high - low <= low / 128, "bucket {bucket} is {low} to {high}");
            next = high + 1;
        }
        assert_eq!(bounds_of(bucket_of(u64::MAX)), (next, u64::MAX));
        assert_eq!(usize::from(bucket_of(u64::MAX)) + 1, BUCKETS);
    }

    proptest! {
        #[test]
        fn ranks_are_those_of_the_sorted_samples(
            mut values in prop::collection::vec(0u64..10_000_000_000, 1..200),
            split in 0usize..200,
        ) {
            let split = split.min(values.len());
            let (mut merged, mut other) = (Sparse::default(), Sparse::default());
            values[..split].iter().for_each(|value| merged.record(*value));
            values[split..].iter().for_each(|value| other.record(*value));
            merged.add(&other);
            values.sort_unstable();
            prop_assert_eq!(merged.count(), values.len() as u64);
            for (at, exact) in values.iter().enumerate() {
                let seen = merged.at_rank(at as u64 + 1);
                prop_assert!(seen >= *exact && seen <= exact + exact / 128, "{} of {}", seen, exact);
                let seen = merged.least_at_rank(at as u64 + 1);
                prop_assert!(seen <= *exact && exact - seen <= seen / 128, "{} of {}", seen, exact);
            }
        }
    }
}
