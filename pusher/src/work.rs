//! [`Worker::work`] and its kin: the engine with the statistics listening, and a [`Report`] at the
//! end.

mod looks;
mod parts;
mod series;
mod measured;

use std::any::Any;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

pub(crate) use looks::{Looks, LooksAtOne};
pub(crate) use measured::{Assignment, Measured, begin, merged, together};
pub(crate) use parts::LoadParts;
pub(crate) use series::Series;

use crate::engine::ground::Ground;
use crate::engine::worker::Worker;
use crate::plan::closed::ClosedLoop;
use crate::plan::error::Error;
use crate::plan::rate::{Rate, Rps};
use crate::plan::schedule::Schedule;
use crate::plan::schedule::shape::Shape;
use crate::plan::target::Target;
use crate::plan::terms::Terms;
use crate::report::Report;

/// Calls `target` at `rps` ticks per second for `duration`, on the default terms of
/// [`Worker::hire`].
///
/// Dropping the future stops the schedule and drops the calls in flight.
///
/// # Errors
///
/// [`Error::InvalidRps`], [`Error::NoRuntime`] and [`Error::NoThread`]. Failed calls are no error:
/// they are in the report.
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
/// [`Error::WorkerIsBusy`] if one of them is at work. All are checked before any starts, so if
/// there is an error, no tick was made.
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
        .map(|worker| Assignment::constant(worker, rps.clone(), Some(duration)))
        .collect();
    see_all_through(asked).await
}

/// Puts `copies` of a Worker to work side by side, each at `rps`; their idents end in ` #0`, ` #1`
/// and so on.
///
/// They deal the ticks of one schedule at `copies` × `rps`, warm-up included: tick *j* goes to copy
/// *j* mod `copies`, where it has the number *j* div `copies`. So they never call all at once.
///
/// # Errors
///
/// Those of [`farm`]; but copies are never busy. If there is an error, no tick was made.
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
    let offer = *worker.offer();
    let workers = copies as u64;
    let terms = Terms { offer, workers, ..Terms::constant(Rps::new(rps)?, Some(duration)) };
    let asked = (0..copies)
        .map(|copy| {
            let worker = worker.copy(format!("{worker} #{copy}"), copy);
            Assignment::new(worker, &terms, copy as u64)
        })
        .collect();
    see_all_through(asked).await
}

fn begin_here(assignment: Assignment) -> Result<Measured, Error> {
    Ok(begin(vec![assignment], &Ground::here()?)?.remove(0))
}

async fn see_all_through(asked: Vec<Assignment>) -> Result<Vec<Report>, Error> {
    let mut reports = Vec::new();
    for measured in begin(asked, &Ground::here()?)? {
        measured.over().await;
        reports.push(measured.report());
    }
    Ok(reports)
}

impl Worker {
    /// Works at `rps` ticks per second for `duration`.
    ///
    /// Dropping the future stops the schedule, drops the calls in flight and frees the Worker.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRps`], [`Error::WorkerIsBusy`], [`Error::NoRuntime`], [`Error::NoThread`],
    /// and [`Error::NoTimer`] if there is a timeout. Failed calls are no error: they are in the
    /// report.
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
        let measured = begin_here(Assignment::constant(self.share(), Rps::new(rps)?, None))?;
        {
            let (until, over) = (pin!(until), pin!(measured.over()));
            tokio::select! { biased; () = until => {}, () = over => {} }
        }
        measured.stop(None);
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
    /// let stages = [Stage::ramp(0, 200, millis(50)), Stage::spike(1_000, millis(10))];
    /// let worker = Worker::hire("checkout", async || ());
    /// let report = worker.work_to(Shape::stages(stages)?.poisson(7)).await?;
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

    /// Works as a closed loop: each caller waits for an answer before it asks again. That hides
    /// queueing: see [`ClosedLoop`]. The offer's overtime has no effect here.
    ///
    /// # Errors
    ///
    /// Those of [`work`](Worker::work), and [`Error::NoTimer`] even without a timeout. And
    /// [`Error::InvalidLoad`] if the loop has no callers, a pause that ends before it begins, or
    /// would never end. It would never end if
    /// it goes on for a duration on tokio's paused clock, and its calls take no time on that clock.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use pusher::{ClosedLoop, Worker};
    ///
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let millis = Duration::from_millis;
    /// let closed = ClosedLoop::new(5).duration(millis(50)).pause(millis(10));
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
        let measured = begin_here(assignment)?;
        measured.over().await;
        match measured.stuck() {
            Some(stuck) => Err(Error::InvalidLoad(stuck)),
            None => Ok(measured.report()),
        }
    }
}
