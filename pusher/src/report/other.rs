//! `Report::judge_by`: a load is judged, beside the fn that it is compared with, if there is one.

use super::Report;
use crate::plan::threshold::Threshold;
use crate::verdict::evidence::{Evidence, OtherEvidence};
use crate::verdict::judge::{Answered, Judgement};

impl Report {
    /// Judges the load, and compares its figures with those of the other fn.
    pub(crate) fn judge_by(
        &mut self,
        judge: fn(&[Answered], &[Threshold], &Evidence<'_>) -> Judgement,
        answered: &[Answered],
        thresholds: &[Threshold],
    ) {
        let other = self.other.as_deref().map(|other| (other.name.as_str(), other.evidence()));
        let other = other.as_ref().map(|(name, evidence)| OtherEvidence { name, evidence });
        let own = Evidence { other, ..self.evidence() };
        let judgement = judge(answered, thresholds, &own);
        let compared = other.map(|other| other.differences(&own)).unwrap_or_default();
        self.set_judgement(judgement);
        self.compared = compared;
    }
}
