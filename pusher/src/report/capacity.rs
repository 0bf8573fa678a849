//! [`Capacity`]: the most calls a second that a service sustains, as a report has it.

use std::time::Duration;

use crate::plan::capacity::Goal;
use crate::plan::rate::Rps;
use crate::verdict::capacity::found::Searched;
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::Interval;

/// The most calls a second that a service sustains within limits; see
/// [`capacity`](macro@crate::capacity).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Capacity {
    /// The rate; none if no rate has held the limits, or the service changed meanwhile. If the
    /// search was over before it was known, the highest that has held them.
    pub rps: Option<f64>,
    /// The capacity is most likely not below that rate.
    pub low: f64,
    /// Nor above that; none if no rate has broken the limits.
    pub high: Option<f64>,
    /// The calls a second below which the test fails, if that was said.
    pub at_least: Option<f64>,
    /// Whether `at_least` is told apart from the rate, if there is one: it is not if it lies
    /// between `low` and `high`, and then the test passes, if probes were made around the rate.
    pub told_apart: Option<bool>,
    /// The limit that is reached first: `p99 < 200ms`.
    pub limit: Option<String>,
    /// All limits.
    pub limits: Vec<String>,
    /// Why the search was over: `settled`, `budget`, `cut_short`, `generator` if pusher was too
    /// slow, `unbroken` if the limits hold at any rate, `hopeless` if they hold at none, `changed`
    /// if a rate far below one that held them breaks them now, as of a service that has died.
    pub end: &'static str,
    /// The time that the search was given.
    pub budget: Duration,
    /// When the schedule of the last probe ended, from the start of the search.
    pub(crate) ended: Duration,
    /// Every probe, in the order in which they were made.
    pub curve: Vec<CapacityPoint>,
}

/// Calls at one rate, and what they showed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CapacityPoint {
    /// The rate that was asked for, in calls per second.
    pub rps: f64,
    /// The measured ticks; those of the warm-up of each probe are not among them.
    pub calls: u64,
    /// The share of calls over the limit that is broken most, from 0 to 1.
    pub over: f64,
    /// The 99th percentile of the response time; none of too few calls.
    pub p99: Option<Duration>,
    /// Whether it is at least that, and may be more, because calls were cut off.
    pub p99_is_at_least: bool,
    /// The share of started calls that did not end `ok`.
    pub errors: f64,
    /// The share of ticks that were canceled.
    pub canceled: f64,
    /// Whether all limits held, give or take what is chance.
    pub held: bool,
    /// Whether it may be pusher that broke them, because it was late.
    pub late: bool,
    pub(crate) intervals: PointIntervals,
}

/// The intervals of its figures, or why they have none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PointIntervals {
    pub(crate) over: Result<Interval, NotCompared>,
    pub(crate) p99: Result<Interval, NotCompared>,
    pub(crate) errors: Result<Interval, NotCompared>,
    pub(crate) canceled: Result<Interval, NotCompared>,
}

impl Capacity {
    pub(crate) fn of(found: &Searched, limits: Vec<String>, goal: &Goal) -> Capacity {
        let answer = found.sustained;
        let at_least = goal.at_least.as_ref().map(Rps::per_second);
        Capacity {
            rps: answer.rate,
            low: answer.low,
            high: answer.high,
            at_least,
            told_apart: at_least.map(|at_least| answer.reaches(at_least).is_some()),
            limit: answer.binding.and_then(|nth| limits.get(nth).cloned()),
            limits,
            end: found.end.word(),
            budget: goal.budget,
            ended: Duration::ZERO,
            curve: Vec::new(),
        }
    }
}
