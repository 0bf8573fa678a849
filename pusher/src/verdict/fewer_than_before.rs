//! `Evidence::fewer_than_before`: thresholds that this run has too few samples for, though its
//! baseline has enough. Then the load does not pass by them: a service that is far slower is asked
//! for fewer calls, in a closed loop.

use super::evidence::Evidence;
use super::judge::Judged;
use super::noise::difference::NotCompared;
use super::noise::unfit::Unfit;
use super::past::Past;
use crate::plan::threshold::{Base, Metric, Threshold};
use crate::statistics::slices::SliceTimes;

/// With nine tenths of the samples of its baseline a run has as many: both are near the number that
/// a comparison takes, by chance one on each side of it.
const AS_MANY: (u64, u64) = (9, 10);

impl Evidence<'_> {
    /// A sentence for each of them that is not judged; none if an override made the load smaller.
    pub(super) fn fewer_than_before(
        &self,
        thresholds: &[Threshold],
        judged: &[Judged],
    ) -> Vec<String> {
        let is_open = |(threshold, judged): &(&Threshold, &Judged)| {
            // What no percentile can be told by is told of as such.
            judged.met.is_none() && threshold.too_few(self).is_none() && !self.shortened
        };
        let open = thresholds.iter().zip(judged).filter(is_open);
        open.filter_map(|(threshold, _)| self.fewer_of(threshold)).collect()
    }

    fn fewer_of(&self, threshold: &Threshold) -> Option<String> {
        let follows = threshold.follows.filter(|limit| limit.base == Base::Baseline)?;
        let past = self.past(follows)?;
        let name = &past.name;
        match threshold.unfit_beside(past, self)? {
            Unfit::Run(NotCompared::TooFew { samples, needed }) => {
                let before = past.fewest_samples(&threshold.metric)?;
                let (part, of) = AS_MANY;
                (samples * of < before * part).then(|| {
                    format!(
                        "`{threshold}` cannot be judged: it takes {needed} samples, and this run \
                         had {samples}, where baseline {name} had {before}: find out why they are \
                         so few, or save the baseline anew if they are meant to be"
                    )
                })
            }
            unfit if unfit.is_of_few() => Some(format!(
                "`{threshold}` cannot be judged: nearly all samples of this run come from a small \
                 part of its time, and those of baseline {name} do not: find out what became of \
                 the other calls"
            )),
            _ => None,
        }
    }
}

impl Past {
    /// How many samples that run has that has the fewest.
    fn fewest_samples(&self, metric: &Metric) -> Option<u64> {
        let count = |times: Vec<&SliceTimes>| times.into_iter().map(SliceTimes::count).sum();
        self.runs.iter().map(|run| run.slices.times(metric).map_or(0, count)).min()
    }
}

#[cfg(test)]
mod tests;
