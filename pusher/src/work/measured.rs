//! [`Measured`]: a run under way, with the statistics that listen to it.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::ground::Ground;
use crate::engine::running::{Running, Tally};
use crate::engine::start::{Job, start};
use crate::engine::worker::{Subscriber, Worker};
use crate::plan::error::Error;
use crate::plan::order::Order;
use crate::plan::parts::ShapeParts;
use crate::plan::rate::Rps;
use crate::plan::schedule::{Schedule, Timetable};
use crate::plan::strides::WindowPlan;
use crate::plan::terms::Terms;
use crate::plan::time::nanos;
use crate::plan::words::{Clock, Word};
use crate::report::progress::{PartSoFar, SoFar};
use crate::report::{Asked, Data, Findings, Report};
use crate::statistics::Statistics;
use crate::statistics::ends::ScheduleEnd;
use crate::statistics::ledger::Ledger;
use crate::statistics::seen::Seen;
use crate::statistics::slicer::Slicer;
use crate::statistics::windows::LaterTicks;
use crate::verdict::generator::{Generator, Surroundings};
use crate::verdict::still_warming::StillWarming;

/// A Worker, its order, and the words for it in the report.
pub(crate) struct Assignment {
    worker: Worker,
    order: Order,
    load: Asked,
    /// What its thresholds are judged by, if not all by the whole of the load.
    windows: Option<Arc<WindowPlan>>,
    parts: Option<ShapeParts>,
    /// What the Workers of a load have together.
    slicer: Option<Arc<Slicer>>,
}

impl Assignment {
    /// The part of a load on these terms that falls to the Worker with that number.
    pub(crate) fn new(worker: Worker, terms: &Terms, number: u64) -> Assignment {
        let order = terms.order(number);
        let load = Asked { data: Data::of_terms(terms, number), ..Asked::of_terms(terms, &order) };
        let windows = terms.windows().map(Arc::new);
        Assignment { load, worker, order, windows, parts: terms.parts(), slicer: None }
    }

    pub(super) fn constant(worker: Worker, rps: Rps, duration: Option<Duration>) -> Assignment {
        let terms = Terms { offer: *worker.offer(), ..Terms::constant(rps, duration) };
        Assignment::new(worker, &terms, 0)
    }

    pub(super) fn custom(worker: Worker, schedule: impl Schedule) -> Assignment {
        let (text, measured) = (schedule.to_string(), Timetable::custom(schedule));
        let order =
            Order::Open { warmup: measured.clone().up_to(nanos(worker.offer().warmup)), measured };
        let load = Asked::of_schedule(text, &order, worker.offer());
        Assignment { load, worker, order, windows: None, parts: None, slicer: None }
    }

    /// What the Workers of a target do, each a copy of this one if there are several.
    pub(crate) fn of_target(name: &str, terms: &Terms, worker: Worker) -> Vec<Assignment> {
        let worker = worker.with_offer(name, terms.offer);
        match terms.workers {
            1 => vec![Assignment::new(worker, terms, 0)],
            copies => {
                let copy = |copy| {
                    let name = format!("{name} #{copy}");
                    Assignment::new(worker.copy(name, copy as usize), terms, copy)
                };
                Assignment::of_one_load((0..copies).map(copy).collect())
            }
        }
    }

    /// Workers that make one load: what all of them hear goes into the same slices.
    fn of_one_load(mut all: Vec<Assignment>) -> Vec<Assignment> {
        if let Some(first) = all.first() {
            let slicer = Arc::new(Slicer::new(all.len(), &first.order, first.parts.clone()));
            all.iter_mut().for_each(|assignment| assignment.slicer = Some(slicer.clone()));
        }
        all
    }
}

/// A run under way, with the statistics that listen to it.
pub(crate) struct Measured {
    running: Running,
    statistics: Arc<Statistics>,
    slicer: Arc<Slicer>,
    name: String,
    load: Asked,
}

/// What one run came to, or several side by side.
#[derive(Default)]
pub(super) struct Found {
    pub(super) tally: Tally,
    pub(super) seen: Seen,
    ends_with_last_answer: bool,
}

impl Found {
    pub(super) fn add(&mut self, other: Found) {
        self.tally.add(other.tally);
        self.seen.add(&other.seen);
        self.ends_with_last_answer |= other.ends_with_last_answer;
    }
}

/// Starts all, or none.
pub(crate) fn begin(assignments: Vec<Assignment>, ground: &Ground) -> Result<Vec<Measured>, Error> {
    let mut jobs = Vec::new();
    let mut rest = Vec::new();
    for Assignment { worker, order, load, windows, parts, slicer } in assignments {
        let times_counts = windows.as_ref().is_some_and(|plan| plan.has_counts());
        let slicer = slicer.unwrap_or_else(|| Arc::new(Slicer::new(1, &order, parts)));
        let statistics = Arc::new(Statistics::new(slicer.clone(), windows));
        rest.push((statistics.clone(), slicer, worker.to_string(), load));
        let statistics = Subscriber::new("the built-in gossiper", statistics);
        jobs.push(Job { worker, order, statistics, times_counts });
    }
    let running = start(jobs, ground)?;
    let measured = running.into_iter().zip(rest).map(|(running, rest)| {
        let (statistics, slicer, name, load) = rest;
        // Also if a program of the user's has paused the clock.
        let clock = if running.is_virtual() { Clock::Virtual } else { Clock::Real };
        Measured { running, statistics, slicer, name, load: Asked { time: clock.word(), ..load } }
    });
    Ok(measured.collect())
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
    let mut found = Found::default();
    side_by_side.iter().for_each(|measured| found.add(measured.found()));
    report(name, found, side_by_side.first().map(|first| &*first.slicer), load)
}

/// The same of a load that goes on, as if it ended now; it has no slices.
pub(super) fn merged_by(name: &str, side_by_side: &[Measured], now: u64) -> Report {
    let load = together(side_by_side.iter().map(Measured::load));
    let mut found = Found::default();
    for measured in side_by_side {
        let (tally, seen) = (measured.running.tally(), measured.statistics.seen());
        found.add(Found { tally, seen, ends_with_last_answer: false });
    }
    let tally = &mut found.tally;
    tally.ended = if tally.ended == 0 { now } else { tally.ended };
    report(name, found, None, load)
}

/// One report of the ticks that were due from some instant on, the `nth` of the plan, in a load
/// whose report is `whole`.
pub(super) fn merged_from(
    whole: &Report,
    side_by_side: &[Measured],
    (nth, after): (usize, u64),
) -> Report {
    let (mut ticks, mut seen) = (LaterTicks::default(), Seen::default());
    for measured in side_by_side {
        seen.add(&measured.statistics.seen_later(nth));
        measured.statistics.windows().into_iter().for_each(|parts| ticks.add(parts.later(nth)));
    }
    let ledger = Ledger {
        canceled_late: ticks.canceled_late,
        ..Ledger::new(ticks.begun + ticks.canceled, ticks.canceled, &seen.endings)
    };
    let after = Duration::from_nanos(after);
    let (schedule, elapsed) =
        (whole.schedule.saturating_sub(after), whole.elapsed.saturating_sub(after));
    let found = Findings { ledger, seen, schedule, elapsed, ..Findings::default() };
    let mut report = Report::new(&whole.name, found, whole.load.clone());
    let seconds = schedule.as_secs_f64();
    report.throughput = if seconds > 0.0 { ticks.ended_ok as f64 / seconds } else { 0.0 };
    report.stood_still = whole.stood_still.between(nanos(after), u64::MAX);
    report
}

/// The report of what was found, with its slices if they are those of nobody else.
pub(super) fn report(name: &str, found: Found, slicer: Option<&Slicer>, load: Asked) -> Report {
    let Found { tally, seen, .. } = &found;
    let end = ScheduleEnd { at: tally.ended, is_last_answer: found.ends_with_last_answer };
    let slices = slicer.map(|slicer| slicer.slices(end, &seen.cut_steps));
    let stages = slicer.map(|slicer| slicer.stages(end));
    let warmup_slices = slicer.map(|slicer| slicer.warmup_slices(tally.warmup_ended));
    let Found { tally, seen, .. } = found;
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
    report.generator = tally.generator.map(|used| {
        let lanes_busy = report.lanes.map(|lanes| lanes.busy);
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Generator::new(&used, &Surroundings { lag: &report.lag, lanes_busy, cores })
    });
    report.slices = slices.unwrap_or_default();
    if report.load.is_steady() {
        report.still_warming = StillWarming::of(&report.slices, report.load.warmup);
    }
    report.stages = stages.unwrap_or_default();
    report.warmup_slices = warmup_slices.unwrap_or_default();
    report.stopped = tally.stopped;
    report.reasons.extend(report.why_stopped());
    report
}

impl Measured {
    pub(super) fn running(&self) -> &Running {
        &self.running
    }

    pub(super) fn statistics(&self) -> &Statistics {
        &self.statistics
    }

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

    /// So many tasks of the machine were ready to run before it began.
    pub(crate) fn tell_tasks_ready(&self, tasks: u64) {
        self.running.tell_tasks_ready(tasks);
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

    /// How long the warm-up of a run went on that is over.
    pub(crate) fn warmup_ended(&self) -> Duration {
        Duration::from_nanos(self.running.tally().warmup_ended)
    }

    /// The report of a run that is over.
    pub(crate) fn report(&self) -> Report {
        let slicer = Some(&*self.slicer).filter(|slicer| slicer.is_of_one_worker());
        report(&self.name, self.found(), slicer, self.load_made())
    }

    /// What a run came to. The schedule of a closed loop that made all of its `calls` has ended
    /// with the last answer.
    pub(super) fn found(&self) -> Found {
        let (mut tally, seen) = (self.running.tally(), self.statistics.seen());
        if !tally.by_calls {
            return Found { tally, seen, ends_with_last_answer: false };
        }
        tally.ended = tally.ended.max(seen.last_answer);
        Found { tally, seen: seen.with_no_end(), ends_with_last_answer: true }
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
