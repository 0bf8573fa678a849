//! `Answered::by_later`: a threshold that is judged by the ticks from some instant on; and
//! `Threshold::is_to_stop`, whether it can end the load.

use super::blame::Blame;
use super::evidence::Evidence;
use super::judge::{Answered, Judged};
use crate::plan::threshold::{Figure, Metric, Named, Threshold};
use crate::plan::time;

impl Answered {
    /// Judges a threshold by the ticks from its `after` on, whose figures are `later`.
    pub(crate) fn by_later(
        threshold: &Threshold,
        later: &Evidence<'_>,
        whole: &Evidence<'_>,
    ) -> Answered {
        let judged = threshold.judge_by(later);
        if later.schedule.is_zero() {
            let after = time::format(threshold.modifiers.after.unwrap_or_default());
            let why = format!("the load was over before {after}");
            let judged = Judged { met: None, not_judged: Some(why), ..judged };
            return Answered::without_part(threshold, judged, whole);
        }
        let blame = match judged.met {
            Some(false) => threshold.blame(later),
            _ => Blame::Open,
        };
        let too_few =
            threshold.too_few(later).filter(|few| judged.met.is_none() && !few.is_asked_for(later));
        let too_few = too_few.map(|too_few| too_few.reason(threshold));
        Answered { threshold: threshold.clone(), judged, blame, too_few }
    }

    /// A threshold for which the load had no part that could be judged. A share that the whole load
    /// breaks is broken all the same, for nothing else would judge it then.
    pub(super) fn without_part(
        threshold: &Threshold,
        judged: Judged,
        whole: &Evidence<'_>,
    ) -> Answered {
        let of_whole = threshold.judge_by(whole);
        let is_broken = whole.share(&threshold.metric).is_some()
            && !threshold.modifiers.only_stops()
            && of_whole.met == Some(false);
        let (judged, blame) = if is_broken {
            (of_whole, threshold.blame(whole))
        } else {
            (Judged { observed: None, ..judged }, Blame::Open)
        };
        Answered { threshold: threshold.clone(), judged, blame, too_few: None }
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

    /// How many samples there are of its figure, however few.
    pub(super) fn few_in(&self, evidence: &Evidence<'_>) -> Option<u64> {
        let (samples, _) = evidence.samples(&self.metric)?;
        Some(samples.count()).filter(|count| *count > 0)
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
