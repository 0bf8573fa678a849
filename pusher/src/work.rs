//! An engine with the statistics listening, and a report at the end.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::start::{Job, Running, Stop, Tally, start};
use crate::engine::worker::Worker;
use crate::plan::error::Error;
use crate::plan::schedule::{Rate, Rps, Schedule};
use crate::plan::target::Target;
use crate::report::{Asked, Report};
use crate::statistics::ledger::{Endings, Ledger};
use crate::statistics::{Seen, Statistics};

/// Calls `target` at `rps` ticks per second for `duration`, on the default terms of [`Worker::hire`].
///
/// Dropping the future stops the schedule and drops the calls in flight.
///
/// # Errors
///
/// [`Error::InvalidRps`], [`Error::NoRuntime`] and [`Error::NoThread`]. What happens to calls is in the report.
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
pub async fn work<A: 'static, T: Target<A>>(rps: impl Rate, duration: Duration, target: T) -> Result<Report, Error> {
    Worker::hire("work", target).work(rps, duration).await
}

/// Puts several Workers to work side by side, each at `rps`, from the same instant on.
///
/// # Errors
///
/// [`Error::InvalidRps`], [`Error::NoRuntime`], [`Error::NoTimer`] and [`Error::NoThread`], and [`Error::WorkerIsBusy`] if one
/// of them is at work. All are checked before any starts: on an error no tick of any was made.
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
pub async fn farm(rps: impl Rate, duration: Duration, workers: impl IntoIterator<Item = Worker>) -> Result<Vec<Report>, Error> {
    let rps = Rps::new(rps)?;
    let asked = workers.into_iter().map(|worker| Assignment { worker, rps, duration: Some(duration) }).collect();
    let mut reports = Vec::new();
    for measured in begin(asked)? {
        measured.over().await;
        reports.push(measured.report());
    }
    Ok(reports)
}

/// Puts `copies` of a Worker to work side by side, each at `rps`; their idents end in ` #0`, ` #1` and so on.
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
pub async fn force(copies: usize, rps: impl Rate, duration: Duration, worker: Worker) -> Result<Vec<Report>, Error> {
    farm(rps, duration, (0..copies).map(|copy| worker.copy(format!("{worker} #{copy}")))).await
}

impl Worker {
    /// Works at `rps` ticks per second for `duration`.
    ///
    /// Dropping the future stops the schedule, drops the calls in flight and frees the Worker.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRps`], [`Error::WorkerIsBusy`], [`Error::NoRuntime`], [`Error::NoThread`], and [`Error::NoTimer`] where
    /// there is a timeout. What happens to calls is in the report.
    pub async fn work(&self, rps: impl Rate, duration: Duration) -> Result<Report, Error> {
        let measured = self.begin(Rps::new(rps)?, Some(duration))?;
        measured.over().await;
        Ok(measured.report())
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
    pub async fn work_until(&self, rps: impl Rate, until: impl Future<Output = ()>) -> Result<Report, Error> {
        let measured = self.begin(Rps::new(rps)?, None)?;
        {
            let (until, over) = (pin!(until), pin!(measured.over()));
            tokio::select! { biased; () = until => {}, () = over => {} }
        }
        measured.stop().stop(None);
        measured.over().await;
        Ok(measured.report())
    }

    fn begin(&self, rps: Rps, duration: Option<Duration>) -> Result<Measured, Error> {
        let mut measured = begin(vec![Assignment { worker: self.share(), rps, duration }])?;
        Ok(measured.remove(0))
    }
}

/// A Worker and what it is to do: for a time, or until it is told to stop.
pub(crate) struct Assignment {
    pub(crate) worker: Worker,
    pub(crate) rps: Rps,
    pub(crate) duration: Option<Duration>,
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
    for Assignment { worker, rps, duration } in assignments {
        let schedule = duration.map_or_else(|| Schedule::endless(rps), |duration| Schedule::new(rps, duration));
        let warmup = Schedule::new(rps, worker.offer().warmup);
        let statistics = Arc::new(Statistics::new());
        rest.push((statistics.clone(), worker.to_string(), Asked::new(rps.per_second(), duration, schedule.ticks(), worker.offer())));
        jobs.push(Job { worker, warmup, schedule, built_in: statistics });
    }
    let running = start(jobs)?;
    Ok(running.into_iter().zip(rest).map(|(running, (statistics, name, load))| Measured { running, statistics, name, load }).collect())
}

/// One report of all Workers that made a load side by side.
pub(crate) fn merged(name: &str, side_by_side: &[Measured]) -> Report {
    let mut load = side_by_side[0].load.clone();
    load.workers = side_by_side.len() as u64;
    let (mut tally, mut seen) = (Tally::default(), Seen::default());
    for measured in side_by_side {
        tally.add(measured.running.tally());
        seen.add(&measured.statistics.seen());
    }
    report(name, tally, seen, load)
}

fn report(name: &str, tally: Tally, seen: Seen, load: Asked) -> Report {
    let ledger = Ledger::new(tally.scheduled, tally.canceled, &seen.endings);
    let warmup_ledger = Ledger::new(tally.warmup_scheduled, tally.warmup_canceled, &seen.warmup_endings);
    let elapsed = Duration::from_nanos(tally.ended.max(seen.last_end));
    let mut report = Report::new(name, ledger, warmup_ledger, seen, elapsed, load);
    report.unhooked = tally.unhooked;
    report
}

impl Measured {
    pub(crate) async fn over(&self) {
        self.running.over().await;
    }

    pub(crate) fn stop(&self) -> Stop {
        self.running.stop_handle()
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
