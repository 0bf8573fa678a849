//! `judge`: thresholds are compared with the evidence, and the `Verdict` is passed, failed or
//! inconclusive. Pure: numbers in, words out.

use std::cmp::Ordering;

use serde::{Serialize, Serializer};

use super::blame::Blame;
use super::evidence::Evidence;
use crate::plan::decimal::Decimal;
use crate::plan::threshold::{Figure, Limit, Metric, Named, Threshold, Unit};

/// Whether a load has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every threshold that was judged is met.
    Passed,
    /// A threshold is broken, or the run was cut short.
    Failed,
    /// The measurement itself cannot be trusted; the test fails too.
    Inconclusive,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Inconclusive => "inconclusive",
        })
    }
}

/// A threshold, and the figure that it was compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Judged {
    /// The threshold as written: `p99 < 250ms`.
    pub text: String,
    /// The limit: a time in nanoseconds, a share as a fraction from 0 to 1, so many in all, per
    /// second or per call, or a recorded number.
    #[serde(serialize_with = "number")]
    pub limit: f64,
    /// The measured figure, in the unit of the limit; none if there is no sample.
    #[serde(serialize_with = "number_or_null")]
    pub observed: Option<f64>,
    /// Whether there was more than `observed` says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// Whether the threshold is met. None if it was not judged: because there were too few ticks,
    /// steps or records for it, because no call gave the name in it, or because thresholds are
    /// off.
    pub met: Option<bool>,
    #[serde(skip)]
    pub(crate) unit: Unit,
    /// The measured figure, if that is a whole number.
    #[serde(skip)]
    pub(crate) whole: Option<u64>,
    /// Why it is not judged, if it is not.
    #[serde(skip)]
    pub(crate) not_judged: Option<String>,
}

/// Whole numbers are written as such: `250000000`, not `250000000.0`.
fn number<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}

fn number_or_null<S: Serializer>(observed: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match observed {
        Some(observed) => number(observed, serializer),
        None => serializer.serialize_none(),
    }
}

/// The verdict, each threshold, and a sentence for each reason to doubt the measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    pub(crate) thresholds: Vec<Judged>,
    pub(crate) reasons: Vec<String>,
}

/// Judges all thresholds, and `errors == 0` and `canceled == 0` if no threshold is on them.
pub(crate) fn judge(thresholds: &[Threshold], evidence: &Evidence<'_>) -> Judgement {
    let thresholds = with_defaults(thresholds);
    let judged: Vec<Judged> =
        thresholds.iter().map(|threshold| threshold.judge(evidence)).collect();
    let broken = || {
        thresholds
            .iter()
            .zip(&judged)
            .filter(|(_, judged)| judged.met == Some(false))
            .map(|(threshold, _)| threshold)
    };
    let blames: Vec<Blame> = broken().map(|broken| broken.blame(evidence)).collect();
    let mut reasons = evidence.doubts();
    reasons.extend(evidence.unseen(&thresholds));
    reasons.extend(broken().filter_map(|broken| broken.out_of_reach(evidence.most_throughput)));
    reasons.extend(blames.iter().filter_map(Blame::excuse));
    reasons.extend(evidence.causes_of_lateness(&blames));
    let verdict = if blames.contains(&Blame::Service) {
        Verdict::Failed
    } else if !reasons.is_empty() {
        Verdict::Inconclusive
    } else if !blames.is_empty() {
        Verdict::Failed
    } else {
        Verdict::Passed
    };
    Judgement { verdict, thresholds: judged, reasons }
}

/// Shows all thresholds and judges none. The load is still inconclusive if the measurement cannot
/// be trusted.
pub(crate) fn judge_nothing(thresholds: &[Threshold], evidence: &Evidence<'_>) -> Judgement {
    let shown =
        |threshold: &Threshold| Judged { met: None, not_judged: None, ..threshold.judge(evidence) };
    let mut reasons = evidence.doubts();
    reasons.extend(evidence.causes_of_lateness(&[]));
    let verdict = if reasons.is_empty() { Verdict::Passed } else { Verdict::Inconclusive };
    Judgement {
        verdict,
        thresholds: with_defaults(thresholds).iter().map(shown).collect(),
        reasons,
    }
}

fn with_defaults(thresholds: &[Threshold]) -> Vec<Threshold> {
    let missing = [Metric::Errors, Metric::Canceled]
        .into_iter()
        .filter(|metric| thresholds.iter().all(|named| named.metric != *metric));
    thresholds.iter().cloned().chain(missing.map(Threshold::none_of)).collect()
}

impl Threshold {
    fn judge(&self, evidence: &Evidence<'_>) -> Judged {
        let (limit, observed, not_judged) =
            (self.limit.to_f64(), self.observed(evidence), self.not_judged(evidence));
        let met = not_judged
            .is_none()
            .then(|| self.compare(evidence).is_some_and(|compared| self.operator.holds(compared)));
        let whole = self.whole(evidence);
        Judged {
            text: self.to_string(),
            limit,
            observed,
            at_least: whole.is_some_and(|whole| whole.at_least),
            met,
            unit: self.unit(),
            whole: whole.map(|whole| whole.number),
            not_judged,
        }
    }

    fn not_judged(&self, evidence: &Evidence<'_>) -> Option<String> {
        if !evidence.has_seen(&self.metric) {
            return Some("never seen".to_string());
        }
        let (samples, what) = match (&self.metric, evidence.distribution(&self.metric)) {
            (Metric::Named(Named::StepTime(_), name), _) => match evidence.step(name) {
                // No sample at all is another case: then the threshold is broken.
                Some(step) if step.ok > 0 => (
                    step.ok + step.unfinished,
                    if step.unfinished > 0 { "step" } else { "ok step" },
                ),
                _ => return None,
            },
            (Metric::Named(..), Some((values, _))) if values.is_empty() => return None,
            (Metric::Named(..), Some((values, _))) => (values.count(), "record"),
            _ => (evidence.ticks, "tick"),
        };
        let s_are = if samples == 1 { " is" } else { "s are" };
        (!self.is_resolved_by(samples)).then(|| format!("{samples} {what}{s_are} too few to tell"))
    }

    /// How the observed figure compares to the limit; none if there is no sample, or if there was
    /// more than is known.
    pub(super) fn compare(&self, evidence: &Evidence<'_>) -> Option<Ordering> {
        if let (Some(whole), Limit::Number(limit)) = (self.whole(evidence), self.limit) {
            return whole.compare(limit);
        }
        match (evidence.share(&self.metric), evidence.distribution(&self.metric), self.limit) {
            (Some((part, whole)), _, Limit::Share(limit)) => {
                Some(compare_share(part, whole, limit))
            }
            (_, Some((times, figure)), Limit::Time(limit)) if figure != Figure::Mean => {
                (!times.is_empty()).then(|| u128::from(times.figure(figure)).cmp(&limit.as_nanos()))
            }
            _ => self.observed(evidence).map(|observed| observed.total_cmp(&self.limit.to_f64())),
        }
    }

    pub(super) fn observed(&self, evidence: &Evidence<'_>) -> Option<f64> {
        if let Some(whole) = self.whole(evidence) {
            return Some(whole.number as f64);
        }
        if let Some((part, whole)) = evidence.share(&self.metric) {
            return Some(if whole == 0 { 0.0 } else { part as f64 / whole as f64 });
        }
        if let Some((values, figure)) = evidence.distribution(&self.metric) {
            let value =
                if figure == Figure::Mean { values.mean() } else { values.figure(figure) as f64 };
            return (!values.is_empty()).then_some(value);
        }
        match &self.metric {
            Metric::Throughput => Some(evidence.throughput),
            Metric::Named(Named::Count, name) => evidence.count(name).map(|count| count.per_second),
            Metric::Named(Named::CountPerCall, name) => {
                evidence.count(name).map(|count| count.per_call)
            }
            _ => None,
        }
    }
}

/// Compares `part / whole` with a decimal, exactly.
fn compare_share(part: u64, whole: u64, limit: Decimal) -> Ordering {
    let whole = whole.max(1);
    (u128::from(part) * limit.divisor()).cmp(&(limit.digits * u128::from(whole)))
}

#[cfg(test)]
mod tests;
