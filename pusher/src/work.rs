//! An engine with the statistics listening, and a report at the end.

use std::any::Any;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::start::{Job, Running, Stop, Tally, start};
use crate::engine::worker::Worker;
use crate::plan::closed::ClosedLoop;
use crate::plan::error::Error;
use crate::plan::order::Order;
use crate::plan::rate::{Rate, Rps};
use crate::plan::schedule::shape::Shape;
use crate::plan::schedule::{Schedule, Timetable};
use crate::plan::target::Target;
use crate::plan::terms::Terms;
use crate::plan::time::nanos;
use crate::report::{Asked, Data, Report};
use crate::statistics::ledger::{Endings, Ledger};
use crate::statistics::{Seen, Statistics};

/// Calls `target` at `rps` ticks per second for `duration`, on the default terms of
/// [`Worker::hire`].
///
/// Dropping the future stops the schedule and drops the calls in flight.
///
/// # Errors
///
/// [`Error::InvalidRps`], [`Error::NoRuntime`] and [`Error::NoThread`]. What happens to calls is in
/// the report.
///
/// ```
/// use std::time::Duration;
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let report = pusher::work(50, Duration::from_millis(100), async || Ok::<(), String>(())).await?;
/// assert_eq!(report.ledger.ok, 5);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub async fn work<A: 'static, T: Target<A>>(
    rps: impl Rate,
    duration: Duration,
    target: T,
) -> Result<Report, Error> {
    Worker::hire("work", target).work(rps, duration).await
}

/// Puts several Workers to work side by side, each at `rps`, from the same instant on.
///
/// # Errors
///
/// [`Error::InvalidRps`], [`Error::NoRuntime`], [`Error::NoTimer`] and [`Error::NoThread`], and
/// [`Error::WorkerIsBusy`] if one of them is at work. All are checked before any starts: on an
/// error no tick of any was made.
///
/// ```
/// use std::time::Duration;
///
/// use pusher::Worker;
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let reader = Worker::hire("reader", async || ());
/// let writer = Worker::hire("writer", async || Ok::<(), String>(())).overtime(10);
/// let reports = pusher::farm(100, Duration::from_millis(50), [reader, writer]).await?;
/// assert_eq!(reports.iter().map(|report| report.ledger.ok).collect::<Vec<_>>(), [5, 5]);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub async fn farm(
    rps: impl Rate,
    duration: Duration,
    workers: impl IntoIterator<Item = Worker>,
) -> Result<Vec<Report>, Error> {
    let rps = Rps::new(rps)?;
    let asked = workers
        .into_iter()
        .map(|worker| Assignment::constant(worker, rps, Some(duration)))
        .collect();
    let mut reports = Vec::new();
    for measured in begin(asked)? {
        measured.over().await;
        reports.push(measured.report());
    }
    Ok(reports)
}

/// Puts `copies` of a Worker to work side by side, each at `rps`; their idents end in ` #0`, ` #1`
/// and so on.
///
/// # Errors
///
/// Those of [`farm`], save that copies are never busy; no tick of any was made.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// let worker = pusher::Worker::hire("checkout", async || ());
/// let reports = pusher::force(3, 100, std::time::Duration::from_millis(50), worker).await?;
/// assert_eq!(reports[2].name, "checkout #2");
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub async fn force(
    copies: usize,
    rps: impl Rate,
    duration: Duration,
    worker: Worker,
) -> Result<Vec<Report>, Error> {
    farm(rps, duration, (0..copies).map(|copy| worker.copy(format!("{worker} #{copy}"), copy)))
        .await
}

impl Worker {
    /// Works at `rps` ticks per second for `duration`.
    ///
    /// Dropping the future stops the schedule, drops the calls in flight and frees the Worker.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRps`], [`Error::WorkerIsBusy`], [`Error::NoRuntime`], [`Error::NoThread`],
    /// and [`Error::NoTimer`] where there is a timeout. What happens to calls is in the report.
    pub async fn work(&self, rps: impl Rate, duration: Duration) -> Result<Report, Error> {
        self.see_through(Assignment::constant(self.share(), Rps::new(rps)?, Some(duration))).await
    }

    /// Works at `rps` ticks per second until a future resolves.
    ///
    /// # Errors
    ///
    /// Those of [`work`](Worker::work).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let worker = pusher::Worker::hire("checkout", async || ());
    /// let report = worker.work_until(100, tokio::time::sleep(Duration::from_millis(50))).await?;
    /// assert_eq!(report.ledger.ok, report.ledger.scheduled);
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub async fn work_until(
        &self,
        rps: impl Rate,
        until: impl Future<Output = ()>,
    ) -> Result<Report, Error> {
        let measured =
            begin(vec![Assignment::constant(self.share(), Rps::new(rps)?, None)])?.remove(0);
        {
            let (until, over) = (pin!(until), pin!(measured.over()));
            tokio::select! { biased; () = until => {}, () = over => {} }
        }
        measured.stop().stop(None);
        measured.over().await;
        Ok(measured.report())
    }

    /// Works to a schedule: a [`Shape`], or one of your own.
    ///
    /// The warm-up, if there is one, is the beginning of the same schedule.
    ///
    /// # Errors
    ///
    /// Those of [`work`](Worker::work).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use pusher::{Shape, Stage, Worker};
    ///
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let millis = Duration::from_millis;
    /// let shape = Shape::stages([Stage::ramp(0, 200, millis(50)), Stage::spike(1_000, millis(10))])?.poisson(7);
    /// let report = Worker::hire("checkout", async || ()).work_to(shape).await?;
    /// assert_eq!(report.ledger.ok, report.ledger.scheduled);
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub async fn work_to(&self, schedule: impl Schedule) -> Result<Report, Error> {
        let shape = (&schedule as &dyn Any).downcast_ref::<Shape>();
        let assignment = match shape.map(|shape| shape.terms(*self.offer())) {
            Some(terms) => Assignment::new(self.share(), &terms, 0),
            None => Assignment::custom(self.share(), schedule),
        };
        self.see_through(assignment).await
    }

    /// Works as the callers of a closed loop do, who wait for each answer before they ask again;
    /// see [`ClosedLoop`] for what that hides. The offer's overtime means nothing here.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLoad`] for a loop without callers or end, also where the end is a duration
    /// on a paused clock which stands still, since the calls take no time; and those of
    /// [`work`](Worker::work), [`Error::NoTimer`] in any case.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use pusher::{ClosedLoop, Worker};
    ///
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let closed = ClosedLoop::new(5).duration(Duration::from_millis(50)).pause(Duration::from_millis(10));
    /// let report = Worker::hire("checkout", async || ()).work_closed(closed).await?;
    /// assert_eq!(report.ledger.ok, report.ledger.scheduled);
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub async fn work_closed(&self, closed: ClosedLoop) -> Result<Report, Error> {
        let terms = closed.checked()?.terms(*self.offer());
        self.see_through(Assignment::new(self.share(), &terms, 0)).await
    }

    async fn see_through(&self, assignment: Assignment) -> Result<Report, Error> {
        let measured = begin(vec![assignment])?.remove(0);
        measured.over().await;
        match measured.stuck() {
            Some(stuck) => Err(Error::InvalidLoad(stuck)),
            None => Ok(measured.report()),
        }
    }
}

/// A Worker, what it is to do, and how that is said.
pub(crate) struct Assignment {
    worker: Worker,
    order: Order,
    load: Asked,
}

impl Assignment {
    /// What the Worker with that number, of those side by side, is to do on these terms.
    pub(crate) fn new(worker: Worker, terms: &Terms, number: u64) -> Assignment {
        let order = terms.order(number);
        let load = Asked { data: Data::of_terms(terms, number), ..Asked::of_terms(terms, &order) };
        Assignment { load, worker, order }
    }

    fn constant(worker: Worker, rps: Rps, duration: Option<Duration>) -> Assignment {
        let terms = Terms { offer: *worker.offer(), ..Terms::constant(rps, duration) };
        Assignment::new(worker, &terms, 0)
    }

    fn custom(worker: Worker, schedule: impl Schedule) -> Assignment {
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
pub(crate) fn begin(assignments: Vec<Assignment>) -> Result<Vec<Measured>, Error> {
    let mut jobs = Vec::new();
    let mut rest = Vec::new();
    for Assignment { worker, order, load } in assignments {
        let statistics = Arc::new(Statistics::new());
        rest.push((statistics.clone(), worker.to_string(), load));
        jobs.push(Job { worker, order, built_in: statistics });
    }
    let running = start(jobs)?;
    let measured =
        |(running, (statistics, name, load)): (Running, (Arc<Statistics>, String, Asked))| {
            // Also where a program of the user's has paused the clock.
            let time = if running.is_virtual() { "virtual" } else { "real" };
            Measured { running, statistics, name, load: Asked { time, ..load } }
        };
    Ok(running.into_iter().zip(rest).map(measured).collect())
}

/// What all Workers of a load are to do together.
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
    let load = together(side_by_side.iter().map(|measured| &measured.load));
    let (mut tally, mut seen) = (Tally::default(), Seen::default());
    for measured in side_by_side {
        tally.add(measured.running.tally());
        seen.add(&measured.statistics.seen());
    }
    report(name, tally, seen, load)
}

fn report(name: &str, tally: Tally, seen: Seen, load: Asked) -> Report {
    let ledger = Ledger::new(tally.scheduled, tally.canceled, &seen.endings);
    let warmup_ledger =
        Ledger::new(tally.warmup_scheduled, tally.warmup_canceled, &seen.warmup_endings);
    let elapsed = Duration::from_nanos(tally.ended.max(seen.last_end));
    let mut report = Report::new(name, ledger, warmup_ledger, seen, elapsed, load);
    report.unhooked = tally.unhooked;
    report.missing_callers = tally.missing_callers;
    report
}

impl Measured {
    pub(crate) async fn over(&self) {
        self.running.over().await;
    }

    pub(crate) fn stop(&self) -> Stop {
        self.running.stop_handle()
    }

    /// Whether it goes by tokio's paused clock.
    pub(crate) fn is_virtual(&self) -> bool {
        self.running.is_virtual()
    }

    /// Where its clock stands, in nanoseconds, for one who is in the context of its runtime.
    pub(crate) fn now(&self) -> u64 {
        self.running.now()
    }

    /// What it is asked to do.
    pub(crate) fn load(&self) -> &Asked {
        &self.load
    }

    /// Why the run was ended that would never have, if it was.
    pub(crate) fn stuck(&self) -> Option<String> {
        let why = "the calls take no time, and the clock is one that stands still meanwhile: give the closed loop a `pause`, or `calls` instead of `duration`";
        self.running.tally().stuck.then(|| why.to_string())
    }

    /// How calls have ended so far.
    pub(crate) fn endings(&self) -> Endings {
        self.statistics.endings()
    }

    /// How many measured ticks were canceled so far.
    pub(crate) fn canceled(&self) -> u64 {
        self.running.tally().canceled
    }

    /// When the schedule ended, counted from the start.
    pub(crate) fn ended(&self) -> Duration {
        Duration::from_nanos(self.running.tally().ended)
    }

    /// What was seen, of a run that is over.
    pub(crate) fn report(&self) -> Report {
        report(&self.name, self.running.tally(), self.statistics.seen(), self.load.clone())
    }
}

#[cfg(test)]
mod tests;
