//! `Report::compare_with`: the fn that a load's is compared with.

use super::Report;
use crate::plan::threshold::Threshold;
use crate::verdict::compared::doubts_about;
use crate::verdict::judge::Verdict;

impl Report {
    /// Takes what the fn came to that was called on the same schedule. A measurement of it that
    /// cannot be trusted, or that broke what was promised of both, leaves nothing to compare with.
    pub(crate) fn compare_with(&mut self, other: Report, thresholds: &[Threshold]) {
        let doubts = doubts_about(&other.name, thresholds, &other.evidence());
        if self.verdict == Some(Verdict::Passed) && !doubts.is_empty() {
            self.verdict = Some(Verdict::Inconclusive);
        }
        self.reasons.extend(doubts);
        self.other = Some(Box::new(other));
    }
}
