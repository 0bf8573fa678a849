//! [`Dense`]: a histogram with room for every bucket, which counts samples faster than a
//! [`Sparse`] one. They come in any order; then they are added to a sparse one, and it is empty.

use super::sparse::{BUCKETS, Sparse};

/// How many samples are in each bucket, and which buckets have any. There is room for
/// [`Dense::MOST`] of them.
pub(super) struct Dense {
    counts: Box<[u32]>,
    /// A bit for each bucket with samples.
    used: Box<[u64]>,
    /// The buckets with samples, in their order, while they are added.
    buckets: Vec<(u16, u64)>,
}

impl Default for Dense {
    fn default() -> Dense {
        Dense {
            counts: vec![0; BUCKETS].into(),
            used: vec![0; BUCKETS.div_ceil(64)].into(),
            buckets: Vec::new(),
        }
    }
}

impl Dense {
    /// So many samples fit in, whatever their buckets.
    pub(super) const MOST: u64 = u32::MAX as u64;

    /// One more sample in this bucket.
    #[inline]
    pub(super) fn count(&mut self, bucket: u16) {
        let bucket = usize::from(bucket);
        let count = &mut self.counts[bucket];
        if *count == 0 {
            self.used[bucket / 64] |= 1 << (bucket % 64);
        }
        *count += 1;
    }

    /// Adds all samples to these, and is empty then.
    pub(super) fn move_to(&mut self, sparse: &mut Sparse) {
        let Dense { counts, used, buckets } = self;
        for (nth, word) in used.iter_mut().enumerate() {
            let mut bits = std::mem::take(word);
            while bits != 0 {
                let bucket = nth * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let count = std::mem::take(&mut counts[bucket]);
                buckets.push((bucket as u16, u64::from(count)));
            }
        }
        sparse.add_buckets(buckets.drain(..));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sparse::bucket_of;
    use super::*;

    proptest! {
        #[test]
        fn a_dense_histogram_adds_what_a_sparse_one_records(
            values in prop::collection::vec(any::<u64>().prop_map(|value| value >> (value % 64)), 0..300),
        ) {
            let (mut dense, mut moved) = (Dense::default(), Sparse::default());
            let mut recorded = Sparse::default();
            for values in values.chunks(90) {
                values.iter().for_each(|value| dense.count(bucket_of(*value)));
                dense.move_to(&mut moved);
                values.iter().for_each(|value| recorded.record(*value));
            }
            prop_assert_eq!(moved, recorded);
        }
    }
}
