//! [`Measured`]: a run under way, with the statistics that listen to it.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::ground::Ground;
use crate::engine::running::{Running, Tally};
use crate::engine::start::{Job, start};
use crate::engine::worker::{Subscriber, Worker};
use crate::plan::error::Error;
use crate::plan::order::Order;
use crate::plan::rate::Rps;
use crate::plan::schedule::{Schedule, Timetable};
use crate::plan::terms::Terms;
use crate::plan::time::nanos;
use crate::plan::words::{Clock, Word};
use crate::report::progress::{PartSoFar, SoFar};
use crate::report::{Asked, Data, Findings, Report};
use crate::statistics::ledger::Ledger;
use crate::statistics::{Seen, Statistics};

/// A Worker, its order, and the words for it in the report.
pub(crate) struct Assignment {
    worker: Worker,
    order: Order,
    load: Asked,
}

impl Assignment {
    /// The part of a load on these terms that falls to the Worker with that number.
    pub(crate) fn new(worker: Worker, terms: &Terms, number: u64) -> Assignment {
        let order = terms.order(number);
        let load = Asked { data: Data::of_terms(terms, number), ..Asked::of_terms(terms, &order) };
        Assignment { load, worker, order }
    }

    pub(super) fn constant(worker: Worker, rps: Rps, duration: Option<Duration>) -> Assignment {
        let terms = Terms { offer: *worker.offer(), ..Terms::constant(rps, duration) };
        Assignment::new(worker, &terms, 0)
    }

    pub(super) fn custom(worker: Worker, schedule: impl Schedule) -> Assignment {
        let (text, measured) = (schedule.to_string(), Timetable::custom(schedule));
        let order =
            Order::Open { warmup: measured.clone().up_to(nanos(worker.offer().warmup)), measured };
        Assignment { load: Asked::of_schedule(text, &order, worker.offer()), worker, order }
    }
}

/// A run under way, with the statistics that listen to it.
pub(crate) struct Measured {
    running: Running,
    statistics: Arc<Statistics>,
    name: String,
    load: Asked,
}

/// Starts all, or none.
pub(crate) fn begin(assignments: Vec<Assignment>, ground: &Ground) -> Result<Vec<Measured>, Error> {
    let mut jobs = Vec::new();
    let mut rest = Vec::new();
    for Assignment { worker, order, load } in assignments {
        let statistics = Arc::new(Statistics::new());
        rest.push((statistics.clone(), worker.to_string(), load));
        let statistics = Subscriber::new("the built-in gossiper", statistics);
        jobs.push(Job { worker, order, statistics });
    }
    let running = start(jobs, ground)?;
    let measured =
        |(running, (statistics, name, load)): (Running, (Arc<Statistics>, String, Asked))| {
            // Also if a program of the user's has paused the clock.
            let clock = if running.is_virtual() { Clock::Virtual } else { Clock::Real };
            Measured { running, statistics, name, load: Asked { time: clock.word(), ..load } }
        };
    Ok(running.into_iter().zip(rest).map(measured).collect())
}

/// The parts of all Workers of a load, put together.
pub(crate) fn together<'a>(mut side_by_side: impl Iterator<Item = &'a Asked>) -> Asked {
    let first = side_by_side.next().expect("a load has a Worker").clone();
    side_by_side.fold(first, |load, other| Asked {
        workers: load.workers + 1,
        ticks: load.ticks.zip(other.ticks).map(|(ticks, more)| ticks.saturating_add(more)),
        duration: load.duration.zip(other.duration).map(|(one, two)| one.max(two)),
        data: load.data.zip(other.data.as_ref()).map(|(data, other)| data.beside(other)),
        ..load
    })
}

/// One report of all Workers that made a load side by side.
pub(crate) fn merged(name: &str, side_by_side: &[Measured]) -> Report {
    let loads: Vec<Asked> = side_by_side.iter().map(Measured::load_made).collect();
    let load = together(loads.iter());
    let (mut tally, mut seen) = (Tally::default(), Seen::default());
    for measured in side_by_side {
        let (its_tally, its_seen) = measured.found();
        tally.add(its_tally);
        seen.add(&its_seen);
    }
    report(name, tally, seen, load)
}

pub(super) fn report(name: &str, tally: Tally, seen: Seen, load: Asked) -> Report {
    let ledger = Ledger {
        canceled_late: tally.canceled_late,
        ..Ledger::new(tally.scheduled, tally.canceled, &seen.endings)
    };
    let warmup_ledger = Ledger {
        canceled_late: tally.warmup_canceled_late,
        ..Ledger::new(tally.warmup_scheduled, tally.warmup_canceled, &seen.warmup_endings)
    };
    let elapsed = Duration::from_nanos(tally.ended.max(seen.last_end()));
    let schedule = Duration::from_nanos(tally.ended);
    let found = Findings { ledger, warmup_ledger, seen, schedule, elapsed };
    let mut report = Report::new(name, found, load);
    report.unhooked = tally.unhooked;
    report.missing_callers = tally.missing_callers;
    report.stood_still = tally.stand_stills;
    report.lanes = tally.lanes;
    report.stopped = tally.stopped;
    report.reasons.extend(report.why_stopped());
    report
}

impl Measured {
    pub(crate) async fn over(&self) {
        self.running.over().await;
    }

    /// Schedules no further tick; calls in flight get their grace, and no more than `grace` if one
    /// is given.
    pub(crate) fn stop(&self, grace: Option<Duration>) {
        self.running.stop(grace);
    }

    /// Ends the run at once, from inside or outside of its runtime.
    pub(crate) fn abandon(&self) {
        self.running.abandon();
    }

    /// Whether it goes by tokio's paused clock.
    pub(crate) fn is_virtual(&self) -> bool {
        self.running.is_virtual()
    }

    /// Where its clock stands, in nanoseconds, for one who is in the context of its runtime.
    pub(crate) fn now(&self) -> u64 {
        self.running.now()
    }

    /// The words for its order in the report.
    pub(crate) fn load(&self) -> &Asked {
        &self.load
    }

    /// Why the run was ended that would never have, if it was.
    pub(crate) fn stuck(&self) -> Option<String> {
        let why = "the calls take no time, and the clock is one that stands still meanwhile: give \
                   the closed loop a `pause`, or `calls` instead of `duration`";
        self.running.tally().stuck.then(|| why.to_string())
    }

    /// How far it is.
    pub(crate) fn so_far(&self) -> SoFar {
        let (warmup_endings, endings) = self.statistics.endings();
        let tally = self.running.tally();
        SoFar {
            warmup: PartSoFar {
                scheduled: tally.warmup_scheduled,
                canceled: tally.warmup_canceled,
                endings: warmup_endings,
            },
            measured: PartSoFar { scheduled: tally.scheduled, canceled: tally.canceled, endings },
            in_flight: self.running.in_flight(),
            has_ended: tally.ended > 0,
        }
    }

    /// When the schedule ended, counted from the start.
    pub(crate) fn ended(&self) -> Duration {
        Duration::from_nanos(self.running.tally().ended)
    }

    /// The report of a run that is over.
    pub(crate) fn report(&self) -> Report {
        let (tally, seen) = self.found();
        report(&self.name, tally, seen, self.load_made())
    }

    /// What a run came to. The schedule of a closed loop that made all of its `calls` has ended
    /// with the last answer.
    pub(super) fn found(&self) -> (Tally, Seen) {
        let (mut tally, seen) = (self.running.tally(), self.statistics.seen());
        if !tally.by_calls {
            return (tally, seen);
        }
        tally.ended = tally.ended.max(seen.last_answer);
        (tally, seen.with_no_end())
    }

    /// The words for its order, once it is over: its data may be used up.
    fn load_made(&self) -> Asked {
        let Tally { scheduled, warmup_scheduled, .. } = self.running.tally();
        let load = self.load.clone();
        let data = load.data.map(|data| data.after(scheduled, warmup_scheduled, load.calls));
        Asked { data, ..load }
    }
}

#[cfg(all(test, not(pusher_loom)))]
mod on_lanes;
#[cfg(test)]
mod tests;
