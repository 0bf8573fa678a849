//! [`FirstRun`]: what became of a load that failed and was made once more.

use serde::Serialize;

use crate::verdict::judge::Verdict;

/// The file of its report, in the folder of the other one.
pub(crate) const FILE: &str = "first-report.json";

/// What became of a load that failed, or of one in the same test, before all were made once more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct FirstRun {
    #[serde(skip)]
    pub(crate) name: String,
    pub(super) verdict: Option<Verdict>,
    pub(super) reasons: Vec<String>,
    /// The thresholds that were broken, each with its figure.
    pub(super) broken: Vec<String>,
    pub(super) report: &'static str,
}

impl FirstRun {
    /// Whether it has passed, as one load of a farm may in which another one failed.
    pub(crate) fn has_passed(&self) -> bool {
        self.verdict == Some(Verdict::Passed)
    }

    /// Whether the service has failed in it.
    pub(crate) fn has_failed(&self) -> bool {
        self.verdict == Some(Verdict::Failed)
    }

    /// `failed: p99 < 10ms was 12.0ms; see first-report.json`.
    pub(crate) fn in_words(&self) -> String {
        let verdict = self.verdict.map(|verdict| verdict.to_string()).unwrap_or_default();
        let why: Vec<&str> = self.reasons.iter().chain(&self.broken).map(String::as_str).collect();
        let why = if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) };
        format!("{verdict}{why}; its report is {FILE}")
    }
}
