//! [`Groups`]: a run in a few long parts of as many samples each, in the order of time.
//!
//! ```text
//!   slices   |5|3|4|6|2|5|4|4|3|5|5|2|4|4|3|5|     samples in each
//!   groups   |  8  |  10  | ..                     cut at the border nearest to equal shares
//! ```

use crate::plan::threshold::Figure;
use crate::statistics::slices::SliceTimes;
use crate::statistics::sparse::{Sparse, bounds_of, bucket_of};

/// How many groups say how noisy a run is. More would be shorter, and so depend on each other; with
/// fewer of them, their own spread would be known too badly.
pub(crate) const GROUPS: usize = 8;

/// So many samples in a bucket, and none in those beside it, are no chance.
const MANY_TIES: u64 = 8;

/// Consecutive parts of a run, each of at least half as many samples as equal parts would have.
pub(crate) struct Groups(Vec<SliceTimes>);

impl Groups {
    /// None if no border between two slices is near enough to that of a group, because there are
    /// too few slices, or because most samples are in few of them.
    ///
    /// Slices stay whole: two groups that shared one would depend on each other.
    pub(crate) fn of(slices: &[&SliceTimes], groups: usize) -> Option<Groups> {
        let counts: Vec<u64> = slices.iter().map(|slice| slice.count()).collect();
        Some(Groups::cut(slices, &ends(&counts, groups)?))
    }

    /// Groups of two targets that were called side by side: of the same slices, with calls of both
    /// in each.
    pub(crate) fn of_both(slices: [&[&SliceTimes]; 2], groups: usize) -> Option<[Groups; 2]> {
        let counts = |slice: (&&SliceTimes, &&SliceTimes)| slice.0.count() + slice.1.count();
        let counts: Vec<u64> = slices[0].iter().zip(slices[1]).map(counts).collect();
        let ends = ends(&counts, groups)?;
        let both = slices.map(|slices| Groups::cut(&slices[..counts.len()], &ends));
        let has_none = |groups: &Groups| groups.0.iter().any(|group| group.count() == 0);
        (!both.iter().any(has_none)).then_some(both)
    }

    /// Groups of as many slices instead, which are those of equal time. None if there are too few.
    pub(crate) fn of_equal_time(slices: &[&SliceTimes]) -> Option<Groups> {
        let ends: Vec<usize> = (1..=GROUPS).map(|nth| nth * slices.len() / GROUPS).collect();
        (slices.len() >= GROUPS).then(|| Groups::cut(slices, &ends))
    }

    /// Whether the figure of a group is that of a call that was cut off.
    pub(crate) fn is_cut_off(&self, figure: Figure) -> bool {
        let share = share_below(figure);
        self.0.iter().any(|group| group.ended.count() as f64 <= share * group.count() as f64)
    }

    /// The mean of those that were not cut off, in nanoseconds.
    pub(crate) fn mean_of_ended(&self) -> f64 {
        let (mut sum, mut all) = (0.0, 0);
        for (bucket, count) in self.0.iter().flat_map(|group| group.ended.buckets()) {
            sum += middle(bucket) * count as f64;
            all += count;
        }
        sum / all.max(1) as f64
    }

    /// How many samples the smallest has.
    pub(crate) fn fewest(&self) -> u64 {
        self.0.iter().map(SliceTimes::count).min().unwrap_or_default()
    }

    fn cut(slices: &[&SliceTimes], ends: &[usize]) -> Groups {
        let begins = [0].into_iter().chain(ends.iter().copied());
        Groups(begins.zip(ends).map(|(begin, end)| merged(&slices[begin..*end])).collect())
    }

    /// The logarithm of a figure in each group.
    pub(crate) fn logs(&self, figure: Figure) -> Vec<f64> {
        self.0.iter().map(|group| log_of(group, figure)).collect()
    }

    /// What the standard error of the logarithm of this figure of all groups together would be, if
    /// their samples were independent of each other.
    pub(crate) fn error_if_independent(&self, figure: Figure) -> f64 {
        let all = merged(&self.0.iter().collect::<Vec<_>>());
        let count = all.count() as f64;
        match figure {
            Figure::Min | Figure::Max => 0.0,
            Figure::Mean => {
                let mean = all.sum_of(|nanos| nanos) / count;
                let variance = all.sum_of(|nanos| (nanos - mean).powi(2)) / count;
                if mean > 0.0 { (variance / count).sqrt() / mean } else { 0.0 }
            }
            Figure::Percentile(_) => {
                // Ranks of samples are binomial.
                let share = share_below(figure);
                let half = (count * share * (1.0 - share)).sqrt();
                let at = |rank: f64| all.at_rank(rank.clamp(1.0, count)).ln();
                0.5 * (at(count * share + half) - at(count * share - half))
            }
        }
    }

    /// The share of all samples that are one very time, in nanoseconds: those of its bucket, less
    /// those of the two beside it, which have as many each where times are spread evenly.
    pub(crate) fn share_of_ties(&self, nanos: f64) -> f64 {
        let bucket = bucket_of(nanos.round() as u64);
        let (mut same, mut beside, mut all) = (0, 0, 0);
        for group in &self.0 {
            all += group.count();
            for (other, count) in group.ended.buckets() {
                match other.abs_diff(bucket) {
                    0 => same += count,
                    1 => beside += count,
                    _ => {}
                }
            }
        }
        same.saturating_sub(beside) as f64 / all.max(1) as f64
    }

    /// How far it is from a time that many samples are to the nearest other one, as a logarithm, if
    /// times are so coarse that none is in the buckets beside it; else zero.
    pub(crate) fn grain(&self, nanos: f64) -> f64 {
        let all = merged(&self.0.iter().collect::<Vec<_>>());
        let buckets: Vec<(u16, u64)> = all.ended.buckets().collect();
        let bucket = bucket_of(nanos.round() as u64);
        let Ok(at) = buckets.binary_search_by_key(&bucket, |(other, _)| *other) else { return 0.0 };
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let beside: Vec<u16> =
            beside.filter_map(|nth| buckets.get(nth)).map(|(other, _)| *other).collect();
        let is_coarse = beside.iter().all(|other| other.abs_diff(bucket) > 1);
        if buckets[at].1 < MANY_TIES || !is_coarse {
            return 0.0;
        }
        let log = |bucket: u16| (bounds_of(bucket).0.max(1) as f64).ln();
        let steps = beside.into_iter().map(|other| (log(other) - log(bucket)).abs());
        steps.reduce(f64::min).unwrap_or_default()
    }

    /// The share of samples above so many nanoseconds in each group.
    pub(crate) fn above(&self, nanos: f64) -> Vec<f64> {
        let share = |group: &SliceTimes| {
            let above = above(&group.ended, nanos) + group.cut_off.count() as f64;
            above / group.count() as f64
        };
        self.0.iter().map(share).collect()
    }
}

/// All of these slices as one, by halves: so each sample is moved a few times only.
fn merged(slices: &[&SliceTimes]) -> SliceTimes {
    match slices {
        [] => SliceTimes::default(),
        [one] => (*one).clone(),
        many => {
            let (former, latter) = many.split_at(many.len() / 2);
            let mut all = merged(former);
            all.add(&merged(latter));
            all
        }
    }
}

/// Where each group ends if slices of so many samples are cut into groups: at the border that is
/// nearest to equal shares. None if a group would have less than half of one.
pub(crate) fn ends(counts: &[u64], groups: usize) -> Option<Vec<usize>> {
    let all: u64 = counts.iter().sum();
    let mut ends = Vec::with_capacity(groups);
    let (mut below, mut at, mut taken) = (0, 0, 0);
    for nth in 1..=groups {
        let share = |part: u64| u128::from(part) * groups as u128;
        let border = u128::from(all) * nth as u128;
        // The next slice belongs to this group if more than half of it is before the border.
        while at < counts.len() && share(below) + share(counts[at]) / 2 < border {
            below += counts[at];
            at += 1;
        }
        if nth == groups {
            (at, below) = (counts.len(), all);
        }
        if 2 * share(below - taken) < u128::from(all) || below == taken {
            return None;
        }
        taken = below;
        ends.push(at);
    }
    Some(ends)
}

/// The logarithm of a figure of these samples, in nanoseconds. Below one nanosecond nothing is told
/// apart.
fn log_of(samples: &SliceTimes, figure: Figure) -> f64 {
    let count = samples.count();
    match figure {
        Figure::Min => samples.at_rank(1.0).ln(),
        Figure::Max => samples.at_rank(count as f64).ln(),
        Figure::Mean => (samples.sum_of(|nanos| nanos) / count as f64).max(1.0).ln(),
        Figure::Percentile(_) => {
            // The rank that is as often too low as too high, whatever the distribution: Hyndman and
            // Fan, Sample quantiles in statistical packages (1996), definition 8.
            let rank = (count as f64 + 1.0 / 3.0) * share_below(figure) + 1.0 / 3.0;
            let rank = rank.clamp(1.0, count as f64);
            let (below, part) = (samples.at_rank(rank.floor()).ln(), rank.fract());
            below + part * (samples.at_rank(rank.ceil()).ln() - below)
        }
    }
}

/// The share of samples that a percentile is not below: 0.99 of a p99.
pub(crate) fn share_below(figure: Figure) -> f64 {
    const OF: u64 = 1_000_000_000_000;
    match figure {
        Figure::Min => 0.0,
        Figure::Max => 1.0,
        Figure::Mean => 0.5,
        Figure::Percentile(percentile) => percentile.rank(OF) as f64 / OF as f64,
    }
}

impl SliceTimes {
    /// The sample of a rank, counted from 1, as if those of a bucket lay evenly in it; at
    /// least 1.
    fn at_rank(&self, rank: f64) -> f64 {
        let ended = self.ended.count() as f64;
        if rank <= ended || self.cut_off.is_empty() {
            return at_rank(&self.ended, rank).max(1.0);
        }
        let longest = at_rank(&self.ended, ended);
        at_rank(&self.cut_off, rank - ended).max(longest).max(1.0)
    }

    /// The sum of a number of each sample.
    fn sum_of(&self, number: impl Fn(f64) -> f64) -> f64 {
        let of = |(bucket, count)| number(middle(bucket)) * count as f64;
        self.ended.buckets().chain(self.cut_off.buckets()).map(of).sum()
    }
}

fn middle(bucket: u16) -> f64 {
    let (low, high) = bounds_of(bucket);
    0.5 * (low as f64 + high as f64)
}

fn at_rank(samples: &Sparse, rank: f64) -> f64 {
    let mut below = 0.0;
    for (bucket, count) in samples.buckets() {
        let count = count as f64;
        if below + count >= rank {
            let (low, high) = bounds_of(bucket);
            return low as f64 + (high - low) as f64 * (rank - below - 0.5) / count;
        }
        below += count;
    }
    0.0
}

/// How many samples are above a number, as if those of a bucket lay evenly in it.
fn above(samples: &Sparse, number: f64) -> f64 {
    let split = bucket_of(number.max(0.0) as u64);
    let part = |(bucket, count): (u16, u64)| {
        let (low, high) = bounds_of(bucket);
        let wide = (high - low) as f64;
        let share = match bucket.cmp(&split) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal if high == low => 0.0,
            std::cmp::Ordering::Equal => ((high as f64 - number) / wide).clamp(0.0, 1.0),
        };
        share * count as f64
    };
    samples.buckets().map(part).sum()
}

/// The mean of some numbers, and the variance of those that they are drawn from.
pub(crate) fn mean_and_variance(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (mean, squares / (count - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(values: impl IntoIterator<Item = u64>) -> SliceTimes {
        let mut times = SliceTimes::default();
        values.into_iter().for_each(|value| times.ended.record(value));
        times
    }

    fn figure(text: &str) -> Figure {
        Figure::parse(text).unwrap()
    }

    #[test]
    fn groups_are_cut_at_the_nearest_border() {
        for (counts, groups, expected) in [
            (&[1, 1, 1, 1, 1, 1, 1, 1][..], 4, Some(vec![2, 4, 6, 8])),
            (&[1, 1, 1, 1, 1][..], 2, Some(vec![2, 5])),
            (&[0, 0, 5, 5, 0][..], 2, Some(vec![3, 5])),
            (&[5, 3, 4, 6, 2, 5][..], 2, Some(vec![3, 6])),
            // All in one slice, too few slices, no sample.
            (&[0, 9, 0][..], 2, None),
            (&[1, 1, 1][..], 4, None),
            (&[0, 0, 0, 0][..], 2, None),
            (&[][..], 2, None),
        ] {
            assert_eq!(ends(counts, groups), expected, "{counts:?} in {groups}");
        }
    }

    #[test]
    fn every_slice_is_in_one_group() {
        let slices: Vec<SliceTimes> = (0..29).map(|nth| times([100 + nth, 7])).collect();
        let slices: Vec<&SliceTimes> = slices.iter().collect();
        let groups = Groups::of(&slices, GROUPS).unwrap();
        assert_eq!(groups.0.len(), GROUPS);
        assert_eq!(groups.0.iter().map(SliceTimes::count).sum::<u64>(), 58);
        assert!(groups.above(7.0).iter().all(|share| *share == 0.5));
    }

    #[test]
    fn figures_of_a_group_lie_between_its_samples() {
        let values = times(1..=200);
        for (text, expected) in
            [("p50", 100.5), ("p99", 198.67), ("min", 1.0), ("max", 200.0), ("mean", 100.5)]
        {
            let seen = log_of(&values, figure(text)).exp();
            assert!((seen - expected).abs() < 0.01, "{text}: {seen}");
        }
        // Of one bucket, 1024 to 1031, they are told apart as far as their number goes.
        let same = times([1_024; 8]);
        assert!((log_of(&same, figure("p50")).exp() - 1_027.5).abs() < 0.01);
    }

    #[test]
    fn what_was_cut_off_ranks_above_all_others() {
        let mut some = times([50, 100]);
        some.cut_off.record(70);
        assert_eq!(log_of(&some, Figure::Max).exp().round(), 100.0);
        assert_eq!(log_of(&some, figure("p50")).exp().round(), 100.0);
        assert_eq!(above(&some.ended, 60.0), 1.0);
        let groups = Groups(vec![some, times([50])]);
        assert_eq!(groups.above(60.0), [2.0 / 3.0, 0.0]);
        assert_eq!([50.4, 70.0].map(|nanos| groups.share_of_ties(nanos)), [0.5, 0.0]);
    }

    #[test]
    fn samples_beside_others_are_no_ties() {
        let groups = Groups(vec![times([7, 7, 7, 7, 8]), times(90..100)]);
        assert_eq!([7.0, 8.0, 95.0].map(|nanos| groups.share_of_ties(nanos)), [0.2, 0.0, 0.0]);
    }

    #[test]
    fn the_grain_of_times_is_how_far_the_next_one_is() {
        let times = |nanos: &[u64]| Groups(vec![times(nanos.iter().copied())]);
        let millis = |millis: &[u64]| millis.iter().map(|it| it * 1_000_000).collect::<Vec<_>>();
        let coarse = times(&millis(&[[7; 10], [8; 10], [10; 10]].concat()));
        let grain = |nanos: f64| coarse.grain(nanos).exp();
        assert!((grain(8e6) - 8.0 / 7.0).abs() < 0.01, "{}", grain(8e6));
        assert!((grain(10e6) - 10.0 / 8.0).abs() < 0.01, "{}", grain(10e6));
        assert_eq!(coarse.grain(9e6), 0.0, "nothing took so long");
        assert_eq!(times(&millis(&[7, 8, 9])).grain(8e6), 0.0, "three are no ties");
        assert_eq!(times(&millis(&[[300; 10], [302; 10]].concat())).grain(300e6), 0.0);
        assert_eq!(times(&millis(&[7; 10])).grain(7e6), 0.0, "there is no other");
    }

    #[test]
    fn no_time_at_all_has_a_logarithm() {
        for text in ["min", "mean", "p50", "max"] {
            assert_eq!(log_of(&times([0, 0]), figure(text)), 0.0, "{text}");
        }
    }

    #[test]
    fn the_share_above_a_number_is_cut_within_a_bucket() {
        let same = times([1_024; 8]);
        assert_eq!(above(&same.ended, 1_000.0), 8.0);
        assert_eq!(above(&same.ended, 1_027.5), 4.0);
        assert_eq!(above(&same.ended, 1_031.0), 0.0);
        assert_eq!(above(&times([5]).ended, 5.0), 0.0);
    }
}
