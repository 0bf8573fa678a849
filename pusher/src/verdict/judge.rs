//! `judge`: thresholds are compared with the evidence, and the `Verdict` is passed, failed or
//! inconclusive. Pure: numbers in, words out.

use std::cmp::Ordering;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::blame::Blame;
use super::comparison::{Comparison, PairedComparison, number};
use super::evidence::Evidence;
use super::noise::interval::{Interval, IntervalOrNot};
use super::part::PartField;
use super::resolve::Answer;
use crate::plan::decimal::Decimal;
use crate::plan::threshold::{Base, Figure, Limit, Metric, Named, Threshold, Unit};
use crate::statistics::samples::{Bound, Reading};

/// Whether a load has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every threshold that was judged is met.
    Passed,
    /// A threshold is broken, or the run was cut short, by a signal or by a call.
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
    /// second or per call, or a recorded number. It is no number, and null in `report.json`, if it
    /// follows a figure that nobody knows.
    #[serde(serialize_with = "number")]
    pub limit: f64,
    /// The measured figure, in the unit of the limit; none if there is no sample, or if there are
    /// too few to tell.
    #[serde(serialize_with = "number_or_null")]
    pub observed: Option<f64>,
    /// Whether the figure is at least that, and may be more: because calls were cut off, because
    /// the samples tell a lower percentile only, or because 64 bits cannot hold a count.
    /// `report.json` has it if it is true.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// Whether the threshold is met. None if it was not judged: because there were too few calls,
    /// steps or records for it, because no call gave the name in it, because only counts are
    /// judged, or because a capacity is not told apart from the one that was asked for.
    pub met: Option<bool>,
    /// Where the true figure is, or why nobody knows that: of a percentile, a mean and a share. The
    /// report sets it.
    #[serde(flatten)]
    pub(crate) interval: Option<IntervalField>,
    #[serde(skip)]
    pub(crate) metric: Metric,
    #[serde(skip)]
    pub(crate) unit: Unit,
    /// What the baseline says, if the limit follows one. `report.json` has it if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) baseline: Option<Comparison>,
    /// The same of the other target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) other: Option<PairedComparison>,
    /// The measured figure, if that is a whole number.
    #[serde(skip)]
    pub(crate) whole: Option<u64>,
    /// Whether the figure is at most that.
    #[serde(skip)]
    pub(crate) at_most: bool,
    /// What to say beside the figure, if there is something.
    #[serde(skip)]
    pub(crate) advice: Option<&'static str>,
    /// Why it is not judged, if it is not: `report.json` has it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_judged: Option<String>,
    /// Its modifiers, and what windows say of it.
    #[serde(flatten)]
    pub(crate) part: PartField,
}

/// Of a figure: `interval` with both bounds in its unit, or `no_interval` with the reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct IntervalField(pub(crate) IntervalOrNot);

impl Serialize for IntervalField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0 {
            Ok(Interval { low, high }) => {
                map.serialize_entry("interval", &[BoundNumber(low), BoundNumber(high)])?;
            }
            Err(why) => map.serialize_entry("no_interval", &why.to_string())?,
        }
        map.end()
    }
}

/// One of the bounds of an interval, without a point if it is whole.
#[derive(Serialize)]
struct BoundNumber(#[serde(serialize_with = "number")] f64);

fn number_or_null<S: Serializer>(observed: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match observed {
        Some(observed) => number(observed, serializer),
        None => serializer.serialize_none(),
    }
}

/// What a part of the load says of a threshold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answered {
    pub(crate) threshold: Threshold,
    pub(crate) judged: Judged,
    /// Whose fault it is, if it is broken.
    pub(super) blame: Blame,
    /// Why it could not be judged, if the verdict cannot stand without it.
    pub(super) too_few: Option<String>,
}

/// The verdict, each threshold, and a sentence for each reason to doubt the measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    pub(crate) thresholds: Vec<Judged>,
    pub(crate) reasons: Vec<String>,
}

/// Judges all thresholds, and `errors == 0` and `canceled == 0` if no threshold is on them. Those
/// that are judged by a part of the load have been answered.
pub(crate) fn judge_with(
    answered: &[Answered],
    thresholds: &[Threshold],
    evidence: &Evidence<'_>,
) -> Judgement {
    let thresholds = with_limits(thresholds, evidence);
    let about_other: Vec<String> =
        evidence.other.map(|other| other.doubts(&thresholds)).unwrap_or_default();
    let judged = |threshold: &Threshold| match threshold.judge(answered, evidence) {
        // It would fail the load for what is no fault of its own.
        judged if !about_other.is_empty() => judged.without_other(),
        judged => judged,
    };
    let judged: Vec<Judged> = thresholds.iter().map(judged).collect();
    let broken = || {
        thresholds
            .iter()
            .zip(&judged)
            .filter(|(_, judged)| judged.met == Some(false))
            .map(|(threshold, _)| threshold)
    };
    let blame = |broken: &Threshold| match broken.find_in(answered) {
        Some(answered) => answered.blame.clone(),
        None => broken.blame(evidence),
    };
    let blames: Vec<Blame> = broken().map(blame).collect();
    let mut reasons = evidence.doubts();
    let is_without_other = !about_other.is_empty();
    reasons.extend(about_other);
    if broken().any(Threshold::is_on_errors) {
        reasons.extend(evidence.other_runtime());
    }
    reasons.extend(evidence.unseen(&thresholds));
    reasons.extend(evidence.wanted_baseline(&thresholds));
    reasons.extend(too_few_samples(&thresholds, &judged, evidence));
    reasons.extend(evidence.fewer_than_before(&thresholds, &judged));
    if !is_without_other {
        let lacks = evidence.other.map(|other| other.lacks(&thresholds, evidence));
        reasons.extend(lacks.unwrap_or_default());
        reasons.extend(not_compared(&thresholds, &judged, evidence));
    }
    reasons.extend(answered.iter().filter_map(|answered| answered.too_few.clone()));
    reasons.extend(broken().filter_map(|broken| broken.out_of_reach(evidence.reach)));
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

/// Judges the thresholds on counts alone, and shows the others. The load is still inconclusive if
/// the measurement cannot be trusted.
pub(crate) fn judge_counts(
    answered: &[Answered],
    thresholds: &[Threshold],
    evidence: &Evidence<'_>,
) -> Judgement {
    let is_judged = |threshold: &Threshold| threshold.metric.is_judged_by_counts();
    let shown = |threshold: &Threshold| match threshold.judge(answered, evidence) {
        judged if is_judged(threshold) => judged,
        judged => Judged { met: None, advice: None, ..judged },
    };
    let counts: Vec<Threshold> =
        thresholds.iter().filter(|each| is_judged(each)).cloned().collect();
    let of_counts: Vec<Answered> =
        answered.iter().filter(|each| is_judged(&each.threshold)).cloned().collect();
    Judgement {
        thresholds: with_limits(thresholds, evidence).iter().map(shown).collect(),
        ..judge_with(&of_counts, &counts, evidence)
    }
}

/// A sentence for each threshold that the samples are too few for; none if that is because of an
/// override that made the load smaller.
fn too_few_samples(
    thresholds: &[Threshold],
    judged: &[Judged],
    evidence: &Evidence<'_>,
) -> Vec<String> {
    let unjudged = thresholds
        .iter()
        .zip(judged)
        .filter(|(threshold, judged)| judged.met.is_none() && !threshold.is_of_a_part());
    let reason = |(threshold, _): (&Threshold, _)| {
        let too_few = threshold.too_few(evidence)?;
        (!too_few.is_asked_for(evidence)).then(|| too_few.reason(threshold))
    };
    unjudged.filter_map(reason).collect()
}

/// A sentence for each threshold that could not be compared with the other fn, as with too few
/// pairs; none if an override made the load smaller.
fn not_compared(
    thresholds: &[Threshold],
    judged: &[Judged],
    evidence: &Evidence<'_>,
) -> Vec<String> {
    let is_compared = |threshold: &Threshold| {
        let follows = threshold.follows.is_some_and(|relative| relative.base == Base::Other);
        follows && evidence.has_seen(&threshold.metric)
    };
    let reason = |(threshold, judged): (&Threshold, &Judged)| {
        let is_asked = is_compared(threshold) && threshold.too_few(evidence).is_none();
        let other = evidence.other.filter(|_| is_asked && judged.met.is_none())?;
        Some(format!(
            "`{threshold}` cannot be judged: {}",
            other.no_difference(threshold, evidence)?
        ))
    };
    let both = thresholds.iter().zip(judged).filter(|_| !evidence.shortened);
    both.filter_map(reason).collect()
}

fn with_defaults(thresholds: &[Threshold]) -> Vec<Threshold> {
    let missing = [Metric::Errors, Metric::Canceled].into_iter().filter(|metric| {
        thresholds.iter().all(|named| named.metric != *metric || named.only_stops())
    });
    thresholds.iter().cloned().chain(missing.map(Threshold::none_of)).collect()
}

fn with_limits(thresholds: &[Threshold], evidence: &Evidence<'_>) -> Vec<Threshold> {
    let thresholds = with_defaults(thresholds).into_iter();
    thresholds.map(|threshold| threshold.with_limit(evidence)).collect()
}

impl Judged {
    /// The same, if there is nothing to compare with.
    fn without_other(self) -> Judged {
        let Some(PairedComparison { name, .. }) = &self.other else { return self };
        let why = Some(format!("{name} proves nothing"));
        Judged { met: None, other: None, advice: None, not_judged: why, ..self }
    }
}

impl Threshold {
    fn judge(&self, answered: &[Answered], evidence: &Evidence<'_>) -> Judged {
        match self.find_in(answered) {
            Some(answered) if evidence.has_seen(&self.metric) => answered.judged.clone(),
            _ => {
                let judged = self.judge_by(evidence);
                let is_relative =
                    self.follows.is_some() || matches!(self.limit, Limit::Relative(_));
                if is_relative { self.judge_relative(judged, evidence) } else { judged }
            }
        }
    }

    fn find_in<'a>(&self, answered: &'a [Answered]) -> Option<&'a Answered> {
        answered.iter().find(|answered| answered.threshold == *self)
    }

    /// Judges it by these figures, whatever its modifiers say.
    pub(super) fn judge_by(&self, evidence: &Evidence<'_>) -> Judged {
        let judged = Judged {
            text: self.to_string(),
            limit: self.limit.to_f64(),
            observed: None,
            at_least: false,
            met: None,
            interval: None,
            baseline: None,
            other: None,
            metric: self.metric.clone(),
            unit: self.unit(),
            whole: None,
            at_most: false,
            advice: None,
            not_judged: None,
            part: PartField::of(&self.modifiers),
        };
        if !evidence.has_seen(&self.metric) {
            return Judged { not_judged: Some("never seen".to_string()), ..judged };
        }
        let Some((samples, figure)) = evidence.samples(&self.metric) else {
            let (observed, compared) = (self.observed(evidence), self.compare(evidence));
            let met = compared.is_some_and(|compared| self.operator.holds(compared));
            let whole = self.whole(evidence);
            return Judged {
                observed,
                at_least: whole.is_some_and(|whole| whole.at_least),
                met: Some(met),
                whole: whole.map(|whole| whole.number),
                ..judged
            };
        };
        let Answer { observed, met } = self.answer(&samples, figure);
        let too_few = || self.too_few(evidence).map(|too_few| too_few.in_short());
        let is = |bound| observed.is_some_and(|reading: Reading| reading.bound == bound);
        Judged {
            observed: observed.map(|reading| reading.exact),
            at_least: is(Bound::AtLeast),
            met,
            at_most: is(Bound::AtMost),
            whole: observed
                .filter(|_| judged.unit == Unit::Number && figure != Figure::Mean)
                .map(|reading| reading.whole),
            advice: observed.and_then(|reading| self.advice(reading, evidence)),
            not_judged: if met.is_none() { too_few() } else { None },
            ..judged
        }
    }

    /// How an observed count compares to the limit; none if there is no such count, or if there was
    /// more than is known.
    pub(super) fn compare(&self, evidence: &Evidence<'_>) -> Option<Ordering> {
        if let (Some(whole), Limit::Number(limit)) = (self.whole(evidence), self.limit) {
            return whole.compare(limit);
        }
        match (evidence.share(&self.metric), self.limit) {
            (Some((part, whole)), Limit::Share(limit)) => Some(compare_share(part, whole, limit)),
            _ => self.observed(evidence).map(|observed| observed.total_cmp(&self.limit.to_f64())),
        }
    }

    /// A count, or a share of one.
    fn observed(&self, evidence: &Evidence<'_>) -> Option<f64> {
        if let Some(whole) = self.whole(evidence) {
            return Some(whole.number as f64);
        }
        if let Some((part, whole)) = evidence.share(&self.metric) {
            return Some(if whole == 0 { 0.0 } else { part as f64 / whole as f64 });
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

/// Judges thresholds of which none is judged by a part of the load.
#[cfg(test)]
pub(crate) fn judge(thresholds: &[Threshold], evidence: &Evidence<'_>) -> Judgement {
    judge_with(&[], thresholds, evidence)
}

#[cfg(test)]
mod tests;
