//! `Evidence`: the figures of a load that thresholds are compared with.

use std::time::Duration;

use super::generator::Generator;
use super::past::Standing;
use super::reach::Reach;
use crate::engine::stand_stills::StandStills;
use crate::plan::threshold::{Figure, Metric, Named, Timing};
use crate::statistics::errors::ErrorGroup;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::{CountReport, RecordReport, StepReport};
use crate::statistics::samples::Samples;
use crate::statistics::slices::Slices;

/// What was measured, as the thresholds see it.
pub(crate) struct Evidence<'a> {
    pub(crate) ledger: Ledger,
    pub(crate) response: &'a Latency,
    pub(crate) service: &'a Latency,
    pub(crate) lag: &'a Latency,
    pub(crate) throughput: f64,
    /// How many ticks the schedule has, run to its end or not.
    pub(crate) ticks: u64,
    /// How long the schedule ran.
    pub(crate) schedule: Duration,
    /// How many `ok` calls ended after it and would have ended before, if they had begun on time.
    pub(crate) delayed: u64,
    pub(crate) reach: Reach,
    /// How many callers of a closed loop never got to a call.
    pub(crate) missing_callers: u64,
    pub(crate) stood_still: &'a StandStills,
    /// What the generator took of its process and of the machine; none on a virtual clock.
    pub(crate) generator: Option<&'a Generator>,
    /// How long a closed loop made no calls for that, while its schedule ran.
    pub(crate) lost: Duration,
    /// Whether it would have made more calls, had its schedule been longer.
    pub(crate) ends_by_time: bool,
    /// Whether an override made the load smaller than its attribute asks for.
    pub(crate) shortened: bool,
    /// How many ticks its attribute asks for; none if that is not known.
    pub(crate) whole_ticks: Option<u64>,
    /// The errors in groups; the largest group first.
    pub(crate) errors: &'a [ErrorGroup],
    pub(crate) shortage: Option<Shortage>,
    pub(crate) steps: &'a [StepReport],
    pub(crate) counts: &'a [CountReport],
    pub(crate) records: &'a [RecordReport],
    pub(crate) slices: &'a Slices,
    pub(crate) baseline: &'a Standing,
    /// The target that was called on the same schedule, if there is one.
    pub(crate) other: Option<OtherEvidence<'a>>,
}

/// What was measured of the fn that a load's is compared with.
#[derive(Clone, Copy)]
pub(crate) struct OtherEvidence<'a> {
    pub(crate) name: &'a str,
    pub(crate) evidence: &'a Evidence<'a>,
}

/// Items of `data` that were to be used once each, and were too few for the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shortage {
    /// How many ticks were made.
    pub(crate) made: u64,
    /// How many there were to be, if that is known.
    pub(crate) of: Option<u64>,
    /// How many items would have lasted, if that is known.
    pub(crate) needed: Option<u64>,
    /// What to change if the data is to end the load.
    pub(crate) other_ends: &'static str,
}

impl Evidence<'_> {
    fn timing(&self, timing: Timing) -> &Latency {
        match timing {
            Timing::Response => self.response,
            Timing::Service => self.service,
            Timing::Lag => self.lag,
        }
    }

    /// The part and the whole of a metric that can be a share.
    pub(super) fn share(&self, metric: &Metric) -> Option<(u64, u64)> {
        match metric {
            Metric::Errors => Some((self.ledger.errors(), self.ledger.started)),
            Metric::Canceled => Some((self.ledger.canceled, self.ledger.scheduled)),
            Metric::Named(Named::StepErrors, name) => {
                self.step(name).map(|step| (step.errors(), step.began()))
            }
            _ => None,
        }
    }

    /// The samples that a metric speaks of, times in nanoseconds, and which figure of them.
    pub(super) fn samples(&self, metric: &Metric) -> Option<(Samples<'_>, Figure)> {
        match metric {
            Metric::Time(timing, figure) => Some((self.timing(*timing).samples(), *figure)),
            Metric::Named(Named::StepTime(figure), name) => {
                Some((self.step(name)?.times.samples(), *figure))
            }
            Metric::Named(Named::Record(figure), name) => self
                .records
                .iter()
                .find(|record| record.name == *name)
                .map(|record| (Samples::of(&record.values), *figure)),
            _ => None,
        }
    }

    pub(super) fn count(&self, name: &str) -> Option<&CountReport> {
        self.counts.iter().find(|count| count.name == name)
    }

    pub(super) fn step(&self, name: &str) -> Option<&StepReport> {
        self.steps.iter().find(|step| step.name == name)
    }
}
