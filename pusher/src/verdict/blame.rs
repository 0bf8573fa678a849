//! `Blame`: whose fault a broken threshold is, the service's or the generator's. The generator is
//! all of pusher, and what else runs on the threads of a load.
//!
//! ```text
//!   a broken threshold on     is the service's fault if       may be the generator's if
//!
//!   response, service, steps  service less lag breaks it,     lag is above a tenth of the limit,
//!                             and would without stand-stills  or stand-stills alone break it
//!   canceled, throughput,     late ticks alone do not         late ticks alone break it
//!   counts                    break it
//!   throughput, counts in     nor do stand-stills alone       or stand-stills alone do
//!   a closed loop
//!   errors                    it is broken                    never
//! ```
//!
//! If the whole process stood still, that is in the service time of each call that was in flight,
//! and in no lag (`awake.rs`). Code that blocks the load's threads makes no stand-still.
//!
//! Service times less lag, because threads that come late to the begin of a call come late to its
//! end too. Lag and service time are compared at the same figure, such as p99.
//!
//! A generator that was past one of its limits (`generator.rs`) is a further excuse for a time, of
//! which the service less the lag does not break its limit.

use std::time::Duration;

use super::evidence::Evidence;
use crate::plan::threshold::{Figure, Limit, Metric, Named, Threshold, Timing};
use crate::plan::time;
use crate::statistics::samples::Bound;

/// Whose fault it is that a threshold is broken.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Blame {
    /// The service's, however late the generator was.
    Service,
    /// The generator's, or that of both together: a sentence that says so.
    Generator(String),
    /// That of whatever made the whole process stand still: a sentence that says so.
    StandStill(String),
    /// Perhaps the generator's, which was past one of its limits: a sentence that says so.
    PastLimits(String),
    /// The service's, unless there are other reasons to doubt the measurement.
    Open,
}

impl Blame {
    /// The sentence about the generator, if it is to blame.
    pub(super) fn excuse(&self) -> Option<String> {
        match self {
            Blame::Generator(sentence)
            | Blame::StandStill(sentence)
            | Blame::PastLimits(sentence) => Some(sentence.clone()),
            Blame::Service | Blame::Open => None,
        }
    }
}

impl Threshold {
    /// Whose fault it is that this is broken.
    pub(super) fn blame(&self, evidence: &Evidence<'_>) -> Blame {
        if self.metric.is_count() {
            self.blame_for_count(evidence)
        } else {
            self.blame_for_time(evidence).unwrap_or(Blame::Open)
        }
    }

    fn blame_for_count(&self, evidence: &Evidence<'_>) -> Blame {
        let lateness = evidence.lateness_of_counts(&self.metric);
        let stood_still = evidence.stand_still_of_counts(&self.metric);
        let is_excused = !lateness.is_empty() || stood_still.is_some();
        if !is_excused || self.is_on_errors() || !self.is_met_without_lateness(evidence) {
            return Blame::Service;
        }
        let blame = if stood_still.is_some() { Blame::StandStill } else { Blame::Generator };
        blame(format!(
            "`{self}` is broken by pusher, not by the service: it would hold if pusher had not {}",
            lateness.into_iter().chain(stood_still).collect::<Vec<_>>().join(", and ")
        ))
    }

    fn is_met_without_lateness(&self, evidence: &Evidence<'_>) -> bool {
        let (ledger, counts) = (evidence.punctual_ledger(), evidence.punctual_counts());
        let throughput = evidence.punctual_throughput();
        self.is_met(&Evidence { ledger, throughput, counts: &counts, ..*evidence })
    }

    /// None if it is not on a time of the service, or has no figure. If the samples do not tell its
    /// percentile, a lower one has broken it, and lag is taken at that one.
    fn blame_for_time(&self, evidence: &Evidence<'_>) -> Option<Blame> {
        let asked = self.of_service(self.metric.figure()?)?;
        let (samples, figure) = evidence.samples(&asked.metric)?;
        let figure = samples.told(figure);
        let of_service = self.of_service(figure)?;
        let Limit::Time(limit) = self.limit else { return None };
        let service = samples.reading(figure)?;
        if !of_service.is_met_by(service) && of_service.would_be_met_awake(evidence, figure) {
            return Some(Blame::StandStill(format!(
                "`{self}` is broken by pusher, not by the service: it would hold if pusher had not \
                 stood still {}",
                evidence.stood_still.in_words().unwrap_or_default()
            )));
        }
        let was_cut_off = service.bound == Bound::AtLeast && figure != Figure::Mean;
        if was_cut_off && self.operator.is_upper() {
            return Some(Blame::Service);
        }
        let lag = evidence.lag.figure(figure);
        let less_lag = (service.exact - lag.as_nanos() as f64).max(0.0);
        if !self.operator.holds(less_lag.total_cmp(&self.limit.to_f64())) {
            return Some(Blame::Service);
        }
        if lag <= limit / 10 {
            return evidence.is_past_limits().then(|| {
                Blame::PastLimits(format!(
                    "`{self}` may be broken by pusher, not by the service: {} is {}, which less \
                     the lag ({} at {figure}) keeps the limit, and pusher was past its own limits",
                    of_service.metric,
                    time::rounded(Duration::from_nanos(service.whole)),
                    time::rounded(lag),
                ))
            });
        }
        Some({
            let (by, but) = if of_service.is_met_by(service) {
                ("by pusher, not by the service", "but")
            } else {
                ("by the service and by pusher together", "and")
            };
            Blame::Generator(format!(
                "`{self}` is broken {by}: {} is {}, {but} pusher began calls {} late (lag.{figure})",
                of_service.metric,
                time::rounded(Duration::from_nanos(service.whole)),
                time::rounded(lag),
            ))
        })
    }

    /// Whose fault it is that windows break this, in none of which service less lag does, nor is
    /// the lag above a tenth of the limit.
    pub(super) fn blame_for_windows(&self, whole: &Evidence<'_>) -> Blame {
        let is_on_service = self.metric.figure().is_some_and(|it| self.of_service(it).is_some());
        if !is_on_service || !whole.is_past_limits() {
            return Blame::Open;
        }
        Blame::PastLimits(format!(
            "`{self}` may be broken by pusher, not by the service: in each window the service less \
             the lag keeps the limit, and pusher was past its own limits"
        ))
    }

    /// The same threshold on this figure of the service's part of the time.
    fn of_service(&self, figure: Figure) -> Option<Threshold> {
        let metric = match &self.metric {
            Metric::Time(Timing::Response | Timing::Service, _) => {
                Metric::Time(Timing::Service, figure)
            }
            Metric::Named(Named::StepTime(_), name) => {
                Metric::Named(Named::StepTime(figure), name.clone())
            }
            _ => return None,
        };
        Some(Threshold { metric, ..self.clone() })
    }

    /// No call ends better for being made on time.
    pub(super) fn is_on_errors(&self) -> bool {
        matches!(self.metric, Metric::Errors | Metric::Named(Named::StepErrors, _))
    }

    fn is_met(&self, evidence: &Evidence<'_>) -> bool {
        self.compare(evidence).is_some_and(|compared| self.operator.holds(compared))
    }
}

#[cfg(test)]
mod tests;
