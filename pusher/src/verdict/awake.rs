//! `Threshold::would_be_met_awake`: a threshold on a time as it would be judged if the process had
//! never stood still. Nobody knows which calls that hit; so it is taken to have hit those for which
//! it makes a difference, as far as their times and the number of calls in flight allow it.
//!
//! ```text
//!   time of a call   0 ────────── limit ───────────────── limit + stand-still ──────────▶
//!                    keeps to     may keep to it without: is excused,        breaks it
//!                    the limit    unless shorter than the stand-still,       without too
//!                                 which then has hit another call
//! ```

use super::evidence::Evidence;
use crate::engine::stand_stills::StandStill;
use crate::plan::threshold::{Figure, Threshold};
use crate::statistics::samples::{Bound, Reading, Samples};

impl Threshold {
    /// Whether this, on that figure of these samples, may be broken only because the process stood
    /// still.
    pub(super) fn would_be_met_awake(&self, evidence: &Evidence<'_>, figure: Figure) -> bool {
        let Some((samples, _)) = evidence.samples(&self.metric) else { return false };
        let worst = &evidence.stood_still.worst;
        if figure == Figure::Mean {
            let lost: f64 = worst.iter().map(|one| one.most as f64 * one.calls as f64).sum();
            return samples.reading(figure).is_some_and(|mean| {
                let exact = (mean.exact - lost / samples.count() as f64).max(0.0);
                !worst.is_empty() && self.is_met_by(Reading { exact, ..mean })
            });
        }
        let may_break = match figure {
            Figure::Percentile(percentile) => samples.count() - percentile.rank(samples.count()),
            _ => 0,
        };
        let excused = self.excused(&samples, worst);
        let breaking = samples.count_of(|reading| !self.is_met_by(reading));
        excused > 0 && breaking - excused <= may_break
    }

    /// How many samples may break this only because the process stood still.
    fn excused(&self, samples: &Samples<'_>, worst: &[StandStill]) -> u64 {
        let by_one = |one: &StandStill| {
            samples.count_of(|reading| self.is_excused(reading, one)).min(one.calls)
        };
        let by_any =
            samples.count_of(|reading| worst.iter().any(|one| self.is_excused(reading, one)));
        worst.iter().map(by_one).sum::<u64>().min(by_any)
    }

    /// Whether that sample would meet this without the stand-still, if that hit it. What was cut
    /// off then would have ended as others do.
    fn is_excused(&self, reading: Reading, one: &StandStill) -> bool {
        let whole = reading.whole.saturating_sub(one.most);
        let awake = Reading { whole, exact: whole as f64, bound: Bound::Exact };
        reading.whole >= one.least && !self.is_met_by(reading) && self.is_met_by(awake)
    }
}

#[cfg(test)]
mod tests;
