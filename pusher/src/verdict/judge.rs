//! Passed, failed or inconclusive. Pure: numbers in, words out.

mod unseen;

use std::cmp::Ordering;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::plan::decimal::Decimal;
use crate::plan::threshold::{Figure, Limit, Metric, Named, Threshold, Timing};
use crate::plan::time;
use crate::statistics::distribution::Distribution;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::{CountReport, RecordReport, StepReport};

/// What a load comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every threshold that was judged is met.
    Passed,
    /// A threshold is not met, or the run was cut short.
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

/// A threshold with what was seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Judged {
    /// The threshold as written: `p99 < 250ms`.
    pub text: String,
    /// The limit: nanoseconds, a fraction from 0 to 1, a number per second, or one such as is
    /// recorded.
    #[serde(serialize_with = "number")]
    pub limit: f64,
    /// What was seen, in the unit of the limit; none where there is no sample.
    #[serde(serialize_with = "number_or_null")]
    pub observed: Option<f64>,
    /// Whether the threshold is met; none where it was not judged, because too few ticks were
    /// scheduled to tell, or too few steps or records were seen, or none of that name, or
    /// because thresholds are off.
    pub met: Option<bool>,
    #[serde(skip)]
    pub(crate) metric: Metric,
    /// Why it is not judged, where it is not.
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

/// What thresholds are held against.
pub(crate) struct Evidence<'a> {
    pub(crate) ledger: Ledger,
    pub(crate) response: &'a Latency,
    pub(crate) service: &'a Latency,
    pub(crate) lag: &'a Latency,
    pub(crate) throughput: f64,
    /// How many ticks the schedule has, run to its end or not.
    pub(crate) ticks: u64,
    /// How many callers of a closed loop never got to a call.
    pub(crate) missing_callers: u64,
    pub(crate) steps: &'a [StepReport],
    pub(crate) counts: &'a [CountReport],
    pub(crate) records: &'a [RecordReport],
}

/// The verdict, the thresholds one by one, and a sentence each on why it is inconclusive.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    pub(crate) thresholds: Vec<Judged>,
    pub(crate) reasons: Vec<String>,
}

/// Beyond that lag at p99 the load was not the one that was promised.
const MOST_LAG: Duration = Duration::from_millis(100);

/// Judges all thresholds; those on errors and canceled ticks stand in where none is named.
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
    let excuses = broken().filter_map(|broken| broken.doubt(evidence));
    let reasons: Vec<String> =
        evidence.doubts().into_iter().chain(evidence.unseen(&thresholds)).chain(excuses).collect();
    let verdict = if broken().any(|broken| broken.metric.is_count()) {
        Verdict::Failed
    } else if !reasons.is_empty() {
        Verdict::Inconclusive
    } else if broken().next().is_some() {
        Verdict::Failed
    } else {
        Verdict::Passed
    };
    let reasons = match verdict {
        Verdict::Inconclusive => reasons,
        // A misspelled name is told also where something else is broken.
        Verdict::Failed => evidence.unseen(&thresholds),
        Verdict::Passed => Vec::new(),
    };
    Judgement { verdict, thresholds: judged, reasons }
}

/// Shows all thresholds and judges none: what is left is whether there was a measurement at all.
pub(crate) fn judge_nothing(thresholds: &[Threshold], evidence: &Evidence<'_>) -> Judgement {
    let shown =
        |threshold: &Threshold| Judged { met: None, not_judged: None, ..threshold.judge(evidence) };
    let reasons = evidence.doubts();
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
        Judged {
            text: self.to_string(),
            limit,
            observed,
            met,
            metric: self.metric.clone(),
            not_judged,
        }
    }

    fn not_judged(&self, evidence: &Evidence<'_>) -> Option<String> {
        if !evidence.has_seen(&self.metric) {
            return Some("never seen".to_string());
        }
        let (samples, what) = match (&self.metric, evidence.distribution(&self.metric)) {
            (Metric::Named(Named::StepTime(_), name), _) => match evidence.step(name) {
                // A time without a sample is never met, which is told from too few of them.
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

    /// How what was observed compares to the limit; none where there is no sample.
    fn compare(&self, evidence: &Evidence<'_>) -> Option<Ordering> {
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

    fn observed(&self, evidence: &Evidence<'_>) -> Option<f64> {
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
            Metric::Named(Named::Count, name) => evidence
                .counts
                .iter()
                .find(|count| count.name == *name)
                .map(|count| count.per_second),
            _ => None,
        }
    }

    /// Why this threshold, though broken, does not speak against the service: the service met it,
    /// and the generator was late by more than a tenth of the limit.
    fn doubt(&self, evidence: &Evidence<'_>) -> Option<String> {
        let (&Metric::Time(Timing::Response, figure), Limit::Time(limit)) =
            (&self.metric, self.limit)
        else {
            return None;
        };
        let service = Threshold { metric: Metric::Time(Timing::Service, figure), ..self.clone() };
        let service_meets_it =
            service.compare(evidence).is_some_and(|compared| self.operator.holds(compared));
        let lag = evidence.lag.figure(figure);
        (service_meets_it && lag > limit / 10).then(|| {
            format!(
                "`{self}` is broken by the generator, not by the service: service.{figure} is {}, while the generator was {} late (lag.{figure}); \
                 run the load on an idle machine, in a release build (`--release`), or at a lower rate",
                time::rounded(evidence.service.figure(figure)),
                time::rounded(lag),
            )
        })
    }
}

/// Compares `part / whole` with a decimal, exactly.
fn compare_share(part: u64, whole: u64, limit: Decimal) -> Ordering {
    let whole = whole.max(1);
    (u128::from(part) * limit.divisor()).cmp(&(limit.digits * u128::from(whole)))
}

impl Evidence<'_> {
    fn timing(&self, timing: Timing) -> &Latency {
        match timing {
            Timing::Response => self.response,
            Timing::Service => self.service,
            Timing::Lag => self.lag,
        }
    }

    /// The part and the whole of a metric that is a share.
    fn share(&self, metric: &Metric) -> Option<(u64, u64)> {
        match metric {
            Metric::Errors => Some((self.ledger.errors(), self.ledger.started)),
            Metric::Canceled => Some((self.ledger.canceled, self.ledger.scheduled)),
            Metric::Named(Named::StepErrors, name) => {
                self.step(name).map(|step| (step.errors(), step.began()))
            }
            _ => None,
        }
    }

    /// The distribution that a metric speaks of, times in nanoseconds, and which figure of it.
    fn distribution(&self, metric: &Metric) -> Option<(&Distribution, Figure)> {
        match metric {
            Metric::Time(timing, figure) => Some((self.timing(*timing).nanos(), *figure)),
            Metric::Named(Named::StepTime(figure), name) => {
                let step = self.step(name)?;
                Some((step.times.nanos(), figure.beside_unfinished(step.ok, step.unfinished)?))
            }
            Metric::Named(Named::Record(figure), name) => self
                .records
                .iter()
                .find(|record| record.name == *name)
                .map(|record| (&record.values, *figure)),
            _ => None,
        }
    }

    fn step(&self, name: &str) -> Option<&StepReport> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// Why the measurement as a whole cannot be trusted.
    fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        match self.ledger {
            Ledger { scheduled: 0, .. } => doubts.push(
                "no tick came due, so there is nothing to judge: give it more time; or more items, where its warm-up has used up its `data`".to_string(),
            ),
            Ledger { started: 0, .. } => {
                doubts.push("every tick was canceled, so there is nothing to judge: raise `overtime`, or allow for them less".to_string());
            }
            Ledger { ok: 0, .. } => {
                doubts.push("no call succeeded, so there is nothing to judge: see to the errors, or allow for them less".to_string());
            }
            Ledger { scheduled, .. } if scheduled < self.ticks => {
                doubts.push(format!("only {scheduled} of {} ticks came due, which is a bug in pusher: please report it", self.ticks));
            }
            _ if !self.ledger.balances() => {
                doubts.push("the ledger does not balance, which is a bug in pusher: please report it".to_string())
            }
            _ => {}
        }
        if self.missing_callers > 0 {
            doubts.push(format!(
                "{} of the callers never got to a call, since others block the threads of the runtime: \
                 `tokio::task::spawn_blocking` is for code that blocks",
                self.missing_callers
            ));
        }
        let lag = self.lag.percentile(99.0);
        if lag > MOST_LAG {
            doubts.push(format!(
                "the load was not the one that was promised: 1% of the calls began {} late or more (lag.p99, at most {}); \
                 keep blocking code out of the target, run it on an idle machine, in a release build (`--release`), or at a lower rate",
                time::rounded(lag),
                time::rounded(MOST_LAG),
            ));
        }
        doubts
    }
}

#[cfg(test)]
mod tests;
