//! `Answered::by_later`: a threshold that is judged by the ticks from some instant on; and
//! `Threshold::is_to_stop`, whether it can end the load.

use super::blame::Blame;
use super::evidence::Evidence;
use super::judge::{Answered, Judged};
use crate::plan::threshold::{Figure, Metric, Named, Threshold};

impl Answered {
    /// Judges a threshold by the ticks from its `after` on, whose figures these are.
    pub(crate) fn by_later(threshold: &Threshold, later: &Evidence<'_>) -> Answered {
        let judged = threshold.judge_by(later);
        let blame = match judged.met {
            Some(false) => threshold.blame(later),
            _ => Blame::Open,
        };
        let too_few =
            threshold.too_few(later).filter(|few| judged.met.is_none() && !few.is_asked_for(later));
        let too_few = too_few.map(|too_few| too_few.reason(threshold));
        Answered { threshold: threshold.clone(), judged, blame, too_few }
    }
}

impl Threshold {
    /// Whether these figures break it so surely that the load can be ended for it: they tell its
    /// figure, and pusher is not to blame.
    pub(crate) fn is_to_stop(&self, so_far: &Evidence<'_>) -> Option<Judged> {
        self.count_in(so_far)?;
        let judged = self.judge_by(so_far);
        let is_of_pusher =
            || matches!(self.blame(so_far), Blame::Generator(_) | Blame::StandStill(_));
        (judged.met == Some(false) && !is_of_pusher()).then_some(judged)
    }

    /// How many calls, steps or records its figure is of; none if they are too few to tell it.
    pub(super) fn count_in(&self, evidence: &Evidence<'_>) -> Option<u64> {
        if !evidence.has_seen(&self.metric) {
            return None;
        }
        if let Some((samples, figure)) = evidence.samples(&self.metric) {
            let count = samples.count();
            let is_told = count > 0 && figure.is_resolved_by(count);
            return (is_told && samples.reading(figure).is_some()).then_some(count);
        }
        if let Some((_, whole)) = evidence.share(&self.metric) {
            return (whole > 0).then_some(whole);
        }
        let started = evidence.ledger.started;
        let is_per_call = matches!(self.metric, Metric::Named(Named::CountPerCall, _));
        (!is_per_call || started > 0).then_some(started)
    }

    /// How many samples break it, each by itself.
    pub(super) fn count_of_bad(&self, evidence: &Evidence<'_>) -> u64 {
        match (evidence.samples(&self.metric), evidence.share(&self.metric)) {
            (Some((samples, _)), _) => samples.count_of(|reading| !self.is_met_by(reading)),
            (None, Some((part, _))) => part,
            _ => 0,
        }
    }

    /// Whether a window in which calls are in flight can break it for good: when they have ended,
    /// its figure can only be worse.
    pub(crate) fn breaks_early(&self) -> bool {
        if self.is_by_instant() {
            return true;
        }
        let is_upper = self.operator.is_upper() || self.limit.to_f64() == 0.0;
        let rises = match &self.metric {
            Metric::Named(Named::Record(_) | Named::CountPerCall, _) => false,
            metric => metric.figure().is_none_or(|figure| figure != Figure::Min),
        };
        is_upper && rises
    }
}
