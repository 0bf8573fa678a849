//! Starts runs side by side, and is how the rest of the crate holds on to them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::backlog::Backlog;
use super::callers::Callers;
use super::door::Door;
use super::flights::Flights;
use super::gossip::{Gossiper, Listener, Named};
use super::overtime::Overtime;
use super::pacer::{Pacer, Wake, pace_on_this_runtime, pace_on_this_thread};
use super::plan::Plan;
use super::run::Run;
use super::seat::Seat;
use super::worker::Worker;
use super::{forget, lock};
use crate::plan::error::Error;
use crate::plan::order::Order;
use crate::plan::schedule::{FOREVER, Timetable};
use crate::plan::time::nanos;

/// Time for the drivers to sit down before the first tick.
const LEAD: Duration = Duration::from_millis(5);

/// A Worker, what it is to do, and who counts.
pub(crate) struct Job {
    pub(crate) worker: Worker,
    pub(crate) order: Order,
    pub(crate) built_in: Arc<dyn Gossiper>,
}

/// A run under way. Dropping it ends the run at once: calls in flight are dropped, and told as
/// interrupted.
pub(crate) struct Running {
    run: Arc<Run>,
}

/// What the engine itself knows of a run that is over, or under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) scheduled: u64,
    pub(crate) canceled: u64,
    pub(crate) warmup_scheduled: u64,
    pub(crate) warmup_canceled: u64,
    /// When the schedule ended, in nanoseconds from the start of the measured time; zero while it
    /// has not.
    pub(crate) ended: u64,
    /// Gossipers that panicked, with the message.
    pub(crate) unhooked: Vec<(String, String)>,
    /// Whether it is a closed loop that was ended because its calls take no time on a clock that
    /// stands still meanwhile.
    pub(crate) stuck: bool,
    /// How many callers of a closed loop never got to a call.
    pub(crate) missing_callers: u64,
}

impl Tally {
    /// Adds what is known of a run beside this one.
    pub(crate) fn add(&mut self, other: Tally) {
        self.scheduled += other.scheduled;
        self.canceled += other.canceled;
        self.warmup_scheduled += other.warmup_scheduled;
        self.warmup_canceled += other.warmup_canceled;
        self.ended = self.ended.max(other.ended);
        self.unhooked.extend(other.unhooked);
        self.stuck |= other.stuck;
        self.missing_callers += other.missing_callers;
    }
}

/// Stops a run from elsewhere.
#[derive(Clone)]
pub(crate) struct Stop(Arc<Run>);

impl Stop {
    /// Schedules no further tick; calls in flight get their grace, and no more than `grace` if one
    /// is given.
    pub(crate) fn stop(&self, grace: Option<Duration>) {
        self.0.stop(grace);
    }

    /// Ends the run at once, from outside of its runtime: a call that blocks the one thread of a
    /// paused clock keeps the pacer from it as well.
    pub(crate) fn abandon(&self) {
        self.0.abandon();
    }
}

/// Starts all, or none: on an error no tick of any was made.
pub(crate) fn start(jobs: Vec<Job>) -> Result<Vec<Running>, Error> {
    let handle = Handle::try_current().map_err(|_| Error::NoRuntime)?;
    if jobs.iter().any(Job::needs_timer) && !has_timer() {
        return Err(Error::NoTimer);
    }
    take_all(&jobs)?;
    let virtual_time = is_paused();
    let warmup = jobs.iter().map(|job| job.order.warmup()).max().unwrap_or_default();
    let start = Instant::now()
        + Duration::from_nanos(warmup)
        + if virtual_time { Duration::ZERO } else { LEAD };
    let wake = Arc::new(if virtual_time {
        Wake::Task(Notify::new())
    } else {
        Wake::Thread(OnceLock::new())
    });
    let lanes = handle.metrics().num_workers();
    let runs: Vec<Arc<Run>> =
        jobs.into_iter().map(|job| Arc::new(run(job, start, lanes, &wake))).collect();
    if let Err(error) = pace(runs.clone(), &wake, virtual_time, handle.clone()) {
        runs.iter().for_each(|run| run.worker.set_free());
        return Err(error);
    }
    runs.iter().for_each(|run| man(run, &handle));
    Ok(runs.into_iter().map(|run| Running { run }).collect())
}

/// Puts those to work who make the calls: drivers, or the callers of a closed loop.
fn man(run: &Arc<Run>, handle: &Handle) {
    match &run.callers {
        None => (0..run.seats.len())
            .for_each(|index| drop(handle.spawn(run.worker.drive(run.clone(), index)))),
        Some(callers) => {
            let caller =
                |index| handle.spawn(run.worker.call_on(run.clone(), callers.clone(), index));
            (0..callers.concurrency() as usize).for_each(|index| callers.keep(caller(index)));
        }
    }
}

impl Job {
    /// A timeout is kept by the runtime's timer, and so is the pause of a caller.
    fn needs_timer(&self) -> bool {
        self.worker.offer().timeout.is_some() || matches!(self.order, Order::Closed { .. })
    }
}

fn take_all(jobs: &[Job]) -> Result<(), Error> {
    for (taken, job) in jobs.iter().enumerate() {
        if !job.worker.set_busy() {
            jobs[..taken].iter().for_each(|job| job.worker.set_free());
            return Err(Error::WorkerIsBusy(job.worker.to_string()));
        }
    }
    Ok(())
}

/// A run whose measured time begins at `start`, as that of all runs beside it does.
fn run(job: Job, start: Instant, lanes: usize, wake: &Arc<Wake>) -> Run {
    let Job { worker, order, built_in } = job;
    let origin = start - Duration::from_nanos(order.warmup());
    let overtime = match &order {
        Order::Open { .. } => worker.offer().overtime,
        Order::Closed { closed, .. } => closed.concurrency,
    };
    let (plan, callers) = plan(order);
    let (plan, seats) = (Arc::new(plan), if callers.is_some() { 0 } else { lanes });
    let built_in = Named { name: "the built-in gossiper", gossiper: built_in };
    let offer = worker.offer();
    Run {
        listeners: [built_in]
            .into_iter()
            .chain(worker.gossipers().iter().cloned())
            .map(Listener::new)
            .collect(),
        pacer: Mutex::new(Pacer::new(plan.clone())),
        plan,
        origin,
        timeout: offer.timeout.map(nanos),
        grace: AtomicU64::new(nanos(offer.grace)),
        stop_at: AtomicU64::new(u64::MAX),
        overtime: Overtime::new(overtime, lanes),
        backlog: Backlog::default(),
        seats: (0..seats).map(|_| Seat::new()).collect(),
        flights: Flights::new(lanes),
        doors: (0..lanes).map(|_| Door::default()).collect(),
        wake: wake.clone(),
        callers,
        stopped: watch::Sender::new(false),
        over: watch::Sender::new(false),
        worker,
    }
}

/// A closed loop has a time line without ticks.
fn plan(order: Order) -> (Plan, Option<Arc<Callers>>) {
    match order {
        Order::Open { warmup, measured } => (Plan::new(warmup, measured), None),
        Order::Closed { warmup, closed } => {
            let length = closed.duration.map_or(FOREVER, nanos);
            (
                Plan::new(Timetable::empty(warmup), Timetable::empty(length)),
                Some(Arc::new(Callers::new(closed))),
            )
        }
    }
}

fn pace(
    runs: Vec<Arc<Run>>,
    wake: &Arc<Wake>,
    virtual_time: bool,
    runtime: Handle,
) -> Result<(), Error> {
    let wake = wake.clone();
    if virtual_time {
        tokio::spawn(pace_on_this_runtime(runs, wake));
        return Ok(());
    }
    let thread = std::thread::Builder::new().name("pusher-pacer".to_string());
    thread
        .spawn(move || pace_on_this_thread(&runs, &wake, &runtime))
        .map(drop)
        .map_err(|error| Error::NoThread(error.to_string()))
}

/// Whether the runtime has a timer, without which a call that hangs would never time out.
fn has_timer() -> bool {
    let poll_once = || {
        let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
        std::pin::pin!(tokio::time::sleep(Duration::ZERO)).poll(context)
    };
    // tokio answers with a panic, and has no other way to ask.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(poll_once)).map_err(forget).is_ok()
}

/// Whether tokio's clock stands still, as under `#[tokio::test(start_paused = true)]`: then it is
/// that clock which the run goes by.
fn is_paused() -> bool {
    let (real, tokio) = (std::time::Instant::now(), Instant::now());
    while real.elapsed() < Duration::from_micros(5) {
        std::hint::spin_loop();
    }
    Instant::now() == tokio
}

impl Running {
    /// Whether it goes by tokio's paused clock.
    pub(crate) fn is_virtual(&self) -> bool {
        self.run.is_virtual()
    }

    pub(crate) fn now(&self) -> u64 {
        self.run.now()
    }

    pub(crate) fn stop_handle(&self) -> Stop {
        Stop(self.run.clone())
    }

    /// Resolves when every tick is accounted for and every gossiper has been told to stop.
    pub(crate) async fn over(&self) {
        let mut over = self.run.over.subscribe();
        // The sender lives in the run that is held here.
        let _ = over.wait_for(|over| *over).await;
    }

    pub(crate) fn tally(&self) -> Tally {
        let pacer = lock(&self.run.pacer);
        let of_plan = self.run.plan.warmup_within(pacer.ticks());
        let (warmup_scheduled, scheduled) = match &self.run.callers {
            None => (of_plan, pacer.ticks() - of_plan),
            Some(callers) => callers.begun(),
        };
        Tally {
            scheduled,
            canceled: pacer.canceled,
            warmup_scheduled,
            warmup_canceled: pacer.canceled_in_warmup,
            ended: pacer.ended().unwrap_or_default().saturating_sub(self.run.plan.start()),
            unhooked: self.run.listeners.iter().filter_map(Listener::unhooked).collect(),
            stuck: self.run.callers.as_ref().is_some_and(|callers| callers.is_stuck()),
            missing_callers: self.run.callers.as_ref().map_or(0, |callers| callers.missing()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.run.stop_at.store(0, Ordering::SeqCst);
        self.run.abandon();
        self.run.wake.wake();
    }
}
