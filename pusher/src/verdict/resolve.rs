//! [`Answer`]: what samples say of a threshold on one of their figures, also if they are too few to
//! tell the figure.

use std::cmp::Ordering;

use super::evidence::Evidence;
use super::whole;
use crate::plan::threshold::{Figure, Limit, Metric, Named, Threshold, Timing};
use crate::statistics::samples::{Bound, Reading, Samples};

/// What there is to say of a threshold.
pub(super) struct Answer {
    pub(super) observed: Option<Reading>,
    /// None if the samples are too few to tell.
    pub(super) met: Option<bool>,
}

/// A percentile, and samples that are too few to tell it.
pub(super) struct TooFew {
    figure: Figure,
    samples: u64,
    what: &'static str,
}

impl Threshold {
    /// What these samples say of it.
    ///
    /// A threshold on a time without a sample is never met. Percentiles rise: one that the samples
    /// do not resolve is not below the highest that they do, and is taken for not above the
    /// maximum.
    pub(super) fn answer(&self, samples: &Samples<'_>, figure: Figure) -> Answer {
        if samples.count() == 0 || figure.is_resolved_by(samples.count()) {
            let observed = samples.reading(figure);
            let met = observed.is_some_and(|reading| self.is_met_by(reading));
            return Answer { observed, met: Some(met) };
        }
        let least = samples.highest_resolved().and_then(|least| {
            let met = self.told_by_least(least)?;
            Some((Reading { bound: Bound::AtLeast, ..least }, met))
        });
        let by_most = || {
            let most = samples.reading(Figure::Max).filter(|most| most.bound == Bound::Exact)?;
            let met = self.told_by_most(most)?;
            Some((Reading { bound: Bound::AtMost, ..most }, met))
        };
        let (observed, met) = least.or_else(by_most).unzip();
        Answer { observed, met }
    }

    /// Whether it is met by a figure. What was cut off would have taken longer, and nobody knows by
    /// how much, so it meets no upper limit. A mean is compared as the number that it is.
    pub(super) fn is_met_by(&self, reading: Reading) -> bool {
        let is_mean = self.metric.figure() == Some(Figure::Mean);
        let is_known = reading.bound == Bound::Exact || is_mean || self.operator.is_lower();
        is_known && self.operator.holds(self.compare_with(reading))
    }

    fn told_by_least(&self, least: Reading) -> Option<bool> {
        let is_met = self.is_met_by(least);
        if self.operator.is_lower() {
            is_met.then_some(true)
        } else if self.operator.is_upper() || least.bound == Bound::AtLeast {
            (!is_met).then_some(false)
        } else {
            self.compare_with(least).is_gt().then_some(false)
        }
    }

    fn told_by_most(&self, most: Reading) -> Option<bool> {
        let breaks = if self.operator.is_lower() {
            !self.is_met_by(most)
        } else {
            !self.operator.is_upper() && self.compare_with(most).is_lt()
        };
        breaks.then_some(false)
    }

    /// How a figure compares to the limit. All are whole numbers, save a mean.
    fn compare_with(&self, reading: Reading) -> Ordering {
        let is_mean = self.metric.figure() == Some(Figure::Mean);
        match self.limit {
            Limit::Time(limit) if !is_mean => u128::from(reading.whole).cmp(&limit.as_nanos()),
            Limit::Number(limit) if !is_mean => whole::compare(reading.whole, limit),
            limit => reading.exact.total_cmp(&limit.to_f64()),
        }
    }

    /// What to do if its figure was cut off below its limit: then it is broken because nobody
    /// waited long enough to see.
    pub(super) fn advice(&self, reading: Reading, evidence: &Evidence<'_>) -> Option<&'static str> {
        let is_cut_off = reading.bound == Bound::AtLeast
            && self.operator.is_upper()
            && self.metric.figure() != Some(Figure::Mean);
        if !is_cut_off || !self.operator.holds(self.compare_with(reading)) {
            return None;
        }
        let is_lag = matches!(self.metric, Metric::Time(Timing::Lag, _));
        Some(if evidence.ledger.timed_out > 0 && !is_lag {
            "raise `timeout` above the limit"
        } else if evidence.ledger.interrupted > 0 {
            "raise `grace` above the limit"
        } else {
            "calls dropped these steps before the limit"
        })
    }

    /// Why its figure cannot be told, if it is for want of samples.
    pub(super) fn too_few(&self, evidence: &Evidence<'_>) -> Option<TooFew> {
        let (samples, figure) = evidence.samples(&self.metric)?;
        let has_cut_off = samples.cut_off() > 0;
        let what = match &self.metric {
            Metric::Time(Timing::Lag, _) => "call",
            Metric::Named(Named::StepTime(_), _) if has_cut_off => "ok or cut off step",
            Metric::Named(Named::StepTime(_), _) => "ok step",
            Metric::Named(..) => "record",
            _ if has_cut_off => "ok or cut off call",
            _ => "ok call",
        };
        let samples = samples.count();
        (!figure.is_resolved_by(samples)).then_some(TooFew { figure, samples, what })
    }
}

impl TooFew {
    /// Whether they are so few because of an override that made the load smaller: as far as one can
    /// tell, the load as its attribute has it would have had enough of them, if each of its ticks
    /// had brought as many.
    pub(super) fn is_asked_for(&self, evidence: &Evidence<'_>) -> bool {
        let of_whole = |whole: u64| {
            let ticks = u128::from(evidence.ticks.max(1));
            u128::from(self.samples) * u128::from(whole) / ticks >= self.figure.samples_needed()
        };
        evidence.shortened && evidence.whole_ticks.is_none_or(of_whole)
    }

    /// `20 ok steps are too few to tell`.
    pub(super) fn in_short(&self) -> String {
        let are = if self.samples == 1 { "is" } else { "are" };
        format!("{} {are} too few to tell", self.counted(u128::from(self.samples)))
    }

    /// The same of this threshold, with what to do.
    pub(super) fn reason(&self, threshold: &Threshold) -> String {
        let needed = self.figure.samples_needed();
        let more = needed.saturating_sub(u128::from(self.samples));
        format!(
            "`{threshold}` cannot be judged: {} takes {}, and there {} {}, so it takes {more} \
             more: give the load more time or a higher rate, or judge a lower percentile",
            self.figure,
            self.counted(needed),
            if self.samples == 1 { "was" } else { "were" },
            self.samples,
        )
    }

    fn counted(&self, count: u128) -> String {
        format!("{count} {}{}", self.what, if count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests;
