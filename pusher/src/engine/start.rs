//! [`start`]: starts runs side by side, each a [`Job`].

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::audience::Audience;
use super::backlog::Backlog;
use super::callers::Callers;
use super::crew::man;
use super::door::Door;
use super::duty::Duty;
use super::flights::Flights;
use super::generator_watch::GeneratorWatch;
use super::ground::Ground;
use super::headway::Headway;
#[cfg(target_os = "linux")]
use super::lane_pacer::pace_lane;
use super::overtime::Overtime;
use super::pacer::{pace_on_this_runtime, pace_on_this_thread};
use super::paused_calls::PausedCalls;
use super::run::Run;
use super::running::Running;
use super::seat::Seat;
use super::stop_sign::{Stop, StopSign};
use super::timeline::Timeline;
use super::wake::Wake;
use super::worker::{Subscriber, Worker};
use crate::plan::error::Error;
use crate::plan::order::Order;
use crate::plan::partner::Partner;
use crate::plan::schedule::{FOREVER, Timetable};
use crate::plan::time::nanos;

/// Time for the drivers to sit down before the first tick.
const LEAD: Duration = Duration::from_millis(5);

/// A Worker, what it is to do, and who counts.
pub(crate) struct Job {
    pub(crate) worker: Worker,
    pub(crate) order: Order,
    pub(crate) statistics: Subscriber,
    /// Whether these ask when something was counted.
    pub(crate) times_counts: bool,
}

/// What runs have in common that go side by side.
struct SideBySide {
    /// When the measured time of all begins.
    start: Instant,
    /// In each run: as many as the runtime has threads.
    lanes: usize,
    wake: Arc<Wake>,
    /// If the lanes pace themselves.
    duty: Option<Arc<Duty>>,
    generator: Option<Arc<GeneratorWatch>>,
    /// Where a call of any of them can ask to end all.
    stop_sign: Arc<OnceLock<Stop>>,
}

/// Starts all, or none: on an error no tick of any was made.
pub(crate) fn start(jobs: Vec<Job>, ground: &Ground) -> Result<Vec<Running>, Error> {
    if jobs.iter().any(Job::needs_timer) && !ground.has_timer() {
        return Err(Error::NoTimer);
    }
    take_all(&jobs)?;
    let side_by_side = SideBySide::new(&jobs, ground);
    let runs: Vec<Arc<Run>> = jobs.iter().map(|job| Arc::new(side_by_side.run(job))).collect();
    introduce_partners(&runs, jobs.iter().map(|job| job.order.partner()));
    if let Err(error) = pace(runs.clone(), side_by_side.wake, ground) {
        runs.iter().for_each(|run| run.badge.set_free());
        return Err(error);
    }
    jobs.iter().zip(&runs).for_each(|(job, run)| man(job.worker.aim(), run, ground));
    Ok(runs.into_iter().map(|run| Running { run }).collect())
}

/// Has the runs of two targets know of each other that are compared. All of the first come before
/// those of the second, in the same order.
fn introduce_partners(runs: &[Arc<Run>], partners: impl Iterator<Item = Option<Partner>>) {
    let mut alone = VecDeque::new();
    for (run, partner) in runs.iter().zip(partners) {
        match partner {
            Some(Partner::Own) => alone.push_back(run),
            Some(Partner::Other) => {
                if let Some(own) = alone.pop_front() {
                    let _ = own.partner.set(Arc::downgrade(run));
                    let _ = run.partner.set(Arc::downgrade(own));
                }
            }
            None => {}
        }
    }
}

impl Job {
    /// A timeout is kept by the runtime's timer, and so is the pause of a caller.
    fn needs_timer(&self) -> bool {
        self.worker.offer().timeout.is_some() || matches!(self.order, Order::Closed { .. })
    }

    /// Those who are to listen: the statistics first.
    fn audience(&self) -> Audience {
        let worker = Arc::new(self.worker.share());
        let subscribers = [&self.statistics].into_iter().chain(self.worker.subscribers());
        Audience::new(subscribers.map(|subscriber| subscriber.listen_to(&worker)))
    }

    /// The most calls in flight.
    fn overtime(&self) -> u64 {
        match &self.order {
            Order::Open { .. } => self.worker.offer().overtime,
            Order::Closed { closed, .. } => closed.concurrency,
        }
    }

    fn timeline(&self) -> Timeline {
        match &self.order {
            Order::Open { warmup, measured } => Timeline::new(warmup.clone(), measured.clone()),
            Order::Closed { warmup, closed } => {
                let length = closed.duration.map_or(FOREVER, nanos);
                Timeline::new(Timetable::empty(*warmup), Timetable::empty(length))
            }
        }
    }

    fn callers(&self, timeline: &Arc<Timeline>) -> Option<Arc<Callers>> {
        match &self.order {
            Order::Open { .. } => None,
            Order::Closed { closed, .. } => {
                Some(Arc::new(Callers::new(closed.clone(), timeline.clone())))
            }
        }
    }
}

fn take_all(jobs: &[Job]) -> Result<(), Error> {
    for (taken, job) in jobs.iter().enumerate() {
        if !job.worker.badge().set_busy() {
            jobs[..taken].iter().for_each(|job| job.worker.badge().set_free());
            return Err(Error::WorkerIsBusy(job.worker.to_string()));
        }
    }
    Ok(())
}

impl SideBySide {
    fn new(jobs: &[Job], ground: &Ground) -> SideBySide {
        let (wake, lead) =
            if is_paused() { (Wake::task(), Duration::ZERO) } else { (Wake::thread(), LEAD) };
        let warmup = jobs.iter().map(|job| job.order.warmup()).max().unwrap_or_default();
        let start = Instant::now() + Duration::from_nanos(warmup) + lead;
        let watch = || Arc::new(GeneratorWatch::new(start - lead, ground.clock()));
        SideBySide {
            start,
            generator: (!wake.is_virtual()).then(watch),
            lanes: ground.lanes(),
            wake: Arc::new(wake),
            duty: ground.duty(),
            stop_sign: Arc::default(),
        }
    }

    /// A run whose measured time begins with that of all others.
    fn run(&self, job: &Job) -> Run {
        let SideBySide { start, lanes, wake, duty, generator, stop_sign } = self;
        let (timeline, audience) = (Arc::new(job.timeline()), job.audience());
        let callers = job.callers(&timeline);
        let seats = if callers.is_some() { 0 } else { *lanes };
        let offer = job.worker.offer();
        Run {
            badge: job.worker.badge().clone(),
            values: audience.values(),
            audience,
            undecided_from: AtomicU64::new(u64::MAX),
            headway: Mutex::new(Headway::new(timeline.clone())),
            timeline,
            origin: *start - Duration::from_nanos(job.order.warmup()),
            timeout: offer.timeout.map(nanos),
            grace: AtomicU64::new(nanos(offer.grace)),
            stop_at: AtomicU64::new(u64::MAX),
            latest_end: AtomicU64::new(u64::MAX),
            times_counts: job.times_counts,
            stop_sign: StopSign::new(stop_sign.clone()),
            overtime: Overtime::new(job.overtime(), *lanes),
            backlog: Backlog::default(),
            duty: duty.clone(),
            generator: generator.clone(),
            seats: (0..seats).map(|_| Seat::new()).collect(),
            callers,
            partner: OnceLock::new(),
            flights: Flights::new(*lanes),
            paused_calls: PausedCalls::new(*lanes),
            doors: (0..*lanes).map(|_| Door::default()).collect(),
            wake: wake.clone(),
            stopped: watch::Sender::new(false),
            pauses_end: watch::Sender::new(false),
            over: watch::Sender::new(false),
        }
    }
}

/// Sets a pacer to work.
fn pace(runs: Vec<Arc<Run>>, wake: Arc<Wake>, ground: &Ground) -> Result<(), Error> {
    if wake.is_virtual() {
        tokio::spawn(pace_on_this_runtime(runs, wake));
        return Ok(());
    }
    #[cfg(target_os = "linux")]
    if let Some(duty) = runs.iter().find_map(|run| run.duty.as_ref()) {
        for lane in 0..ground.lanes() {
            ground.handle(lane).spawn(pace_lane(lane, runs.clone(), duty.clone()));
        }
    }
    let clock = ground.clock();
    let thread = std::thread::Builder::new().name("pusher-pacer".to_string());
    thread
        .spawn(move || pace_on_this_thread(&runs, &wake, clock.as_ref()))
        .map(drop)
        .map_err(|error| Error::NoThread(error.to_string()))
}

/// Whether tokio's clock stands still, as under `#[tokio::test(start_paused = true)]`: then runs go
/// by that clock.
fn is_paused() -> bool {
    let (real, tokio) = (std::time::Instant::now(), Instant::now());
    while real.elapsed() < Duration::from_micros(5) {
        std::hint::spin_loop();
    }
    Instant::now() == tokio
}
