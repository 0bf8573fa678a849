//! [`ClosedLoop`]: callers that make one call after the other.

use std::sync::Arc;
use std::time::Duration;

use pusher_load_grammar::count;

use super::error::Error;
use super::headcount::{Headcount, read_callers};
use super::offer::Offer;
use super::pause::Pause;
use super::schedule::shape::Stage;
use super::terms::{Pace, Terms};
use super::time::nanos;

/// A closed loop: callers that each make one call after the other, back to back or with a pause
/// between two.
///
/// It shows what so many users get from a service if each waits for an answer before the next call,
/// and is right if the number of callers is given, as in a pool of connections. It **hides
/// queueing**: a slow service gets less load, and the calls that would have waited are never made.
/// If requests come by themselves, an open loop ([`Worker::work`](crate::Worker::work)) shows what
/// users feel. By [Little's law](https://en.wikipedia.org/wiki/Little%27s_law) a closed loop makes
/// concurrency / (service time + pause) calls a second.
///
/// A caller's call is due when its last one has ended and the pause is over; so `lag` is how late
/// the caller woke up. The number of callers may change over time:
/// [`ClosedLoop::stages`].
///
/// ```
/// use std::time::Duration;
///
/// use pusher::{ClosedLoop, Worker};
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let worker = Worker::hire("checkout", async || ());
/// let report = worker.work_closed(ClosedLoop::new(20).calls(10_000)).await?;
/// assert_eq!(report.ledger.ok, 10_000);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedLoop {
    /// The most callers.
    pub(crate) concurrency: u64,
    pub(crate) calls: Option<u64>,
    pub(crate) duration: Option<Duration>,
    pub(crate) pause: Pause,
    /// The most calls with those of the warm-up.
    pub(crate) calls_in_all: Option<u64>,
    /// How many callers there are over time, if their number changes.
    pub(crate) headcount: Option<Arc<Headcount>>,
    /// The number that random pauses begin from.
    pub(crate) seed: u64,
}

impl ClosedLoop {
    /// So many callers, from 1 to 100,000.
    pub fn new(concurrency: u64) -> ClosedLoop {
        ClosedLoop {
            concurrency,
            calls: None,
            duration: None,
            pause: Pause::default(),
            calls_in_all: None,
            headcount: None,
            seed: 0,
        }
    }

    /// Callers in stages, one after the other, up to 100,000 of them: [`Stage::ramp`],
    /// [`Stage::hold`] and [`Stage::spike`] with whole numbers of callers. The loop takes as long
    /// as its stages.
    ///
    /// At each instant there are as many callers as the line has reached: a ramp from 0 to 20 in 10
    /// seconds has one caller more every half second, and 20 when it is over. Callers join at the
    /// instant at which the line reaches them. If there are too many, the ones that joined last
    /// leave as soon as their call has ended; no call is cut off. A warm-up goes along the
    /// beginning of the same stages.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLoad`] for what is no number of callers, a time that is zero, and if there
    /// is no caller at any time.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use pusher::{ClosedLoop, Stage, Worker};
    ///
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let millis = Duration::from_millis;
    /// let stages = [Stage::ramp(0, 20, millis(50)), Stage::hold(20, millis(10))];
    /// let closed = ClosedLoop::stages(stages)?.pause(millis(5));
    /// let report = Worker::hire("checkout", async || ()).work_closed(closed).await?;
    /// assert_eq!(report.load.shape, "0 → 20 callers in 50ms, 20 callers for 10ms");
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub fn stages(stages: impl IntoIterator<Item = Stage>) -> Result<ClosedLoop, Error> {
        let legs: Result<Vec<_>, String> = stages.into_iter().map(Stage::of_callers).collect();
        legs.and_then(|legs| Headcount::stages("stages", legs))
            .map(ClosedLoop::along)
            .map_err(Error::InvalidLoad)
    }

    /// A staircase of callers from one number to another, `by` callers at each step, up or down,
    /// each kept for `each`. The last step is at `to`, even if that is less than `by` away.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLoad`], as for [`stages`](ClosedLoop::stages), and for more than 10,000
    /// steps.
    pub fn steps(from: u64, to: u64, by: u64, each: Duration) -> Result<ClosedLoop, Error> {
        let headcount = || {
            let [from, to] = [from, to].map(|callers| read_callers("steps", &callers.to_string()));
            let by = count::CONCURRENCY.read("by in steps", &by.to_string())?;
            Headcount::steps(from?, to?, by, each)
        };
        headcount().map(ClosedLoop::along).map_err(Error::InvalidLoad)
    }

    fn along(headcount: Headcount) -> ClosedLoop {
        ClosedLoop {
            duration: Some(Duration::from_nanos(headcount.length())),
            headcount: Some(Arc::new(headcount.clone())),
            ..ClosedLoop::new(headcount.most())
        }
    }

    /// How many measured calls are made by all callers together, above 0; those of a warm-up are
    /// not counted.
    #[must_use]
    pub fn calls(self, calls: u64) -> ClosedLoop {
        ClosedLoop { calls: Some(calls), ..self }
    }

    /// How long calls are begun; stages are stretched to it. With [`calls`](ClosedLoop::calls) too,
    /// whichever comes first ends it.
    #[must_use]
    pub fn duration(self, duration: Duration) -> ClosedLoop {
        let stretched = |headcount: Arc<Headcount>| headcount.stretched(nanos(duration));
        let headcount = self.headcount.map(stretched).map(Arc::new);
        ClosedLoop { duration: Some(duration), headcount, ..self }
    }

    /// The think time of a caller between the end of a call and the begin of the next: a
    /// `Duration`, or a range of them between whose ends each pause is drawn evenly. It has the
    /// millisecond of tokio's timer.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use pusher::ClosedLoop;
    ///
    /// let readers = ClosedLoop::new(20).calls(10_000).pause(Duration::from_millis(50));
    /// let (least, most) = (Duration::from_secs(1), Duration::from_secs(3));
    /// let users = ClosedLoop::new(20).calls(10_000).pause(least..most).seed(7);
    /// # assert_ne!(readers, users);
    /// ```
    #[must_use]
    pub fn pause(self, pause: impl Into<Pause>) -> ClosedLoop {
        ClosedLoop { pause: pause.into(), ..self }
    }

    /// The number that random pauses begin from, 0 if it is not given: each caller makes the same
    /// pauses in every run.
    #[must_use]
    pub fn seed(self, seed: u64) -> ClosedLoop {
        ClosedLoop { seed, ..self }
    }

    /// # Errors
    ///
    /// [`Error::InvalidLoad`] for no caller, too many, a pause that ends before it begins, or a
    /// loop that would never end.
    pub(crate) fn checked(self) -> Result<ClosedLoop, Error> {
        let read = |count: &count::Count, key, given: u64| {
            count.read(key, &given.to_string()).map_err(Error::InvalidLoad)
        };
        read(&count::CONCURRENCY, "concurrency", self.concurrency)?;
        self.calls.map(|calls| read(&count::CALLS, "calls", calls)).transpose()?;
        let pause = self.pause.checked();
        pause.map_err(|wrong| Error::InvalidLoad(format!("pause: {wrong}")))?;
        if self.calls.is_none() && self.duration.is_none() {
            return Err(Error::InvalidLoad(
                "a closed loop would never end: give it `calls` or a `duration`".to_string(),
            ));
        }
        Ok(self)
    }

    /// The terms that say the same.
    pub(crate) fn terms(self, offer: Offer) -> Terms {
        let pace = Pace::Closed { concurrency: self.concurrency, pause: self.pause };
        Terms {
            offer,
            calls: self.calls,
            headcount: self.headcount,
            seed: Some(self.seed),
            ..Terms::new(pace, self.duration)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_no_closed_loop() {
        for (closed, message) in [
            (
                ClosedLoop::new(0).calls(1),
                "concurrency is 0: give a whole number from 1 to 100000, such as 20",
            ),
            (
                ClosedLoop::new(100_001).calls(1),
                "concurrency is 100001: give a whole number from 1 to 100000, such as 20",
            ),
            (ClosedLoop::new(1).calls(0), "calls is 0: give a whole number above 0, such as 10000"),
            (
                ClosedLoop::new(1).calls(1).pause(Duration::from_secs(3)..Duration::from_secs(1)),
                "pause: `3s..1s` ends before it begins: write \"1s..3s\"",
            ),
            (ClosedLoop::new(1), "a closed loop would never end: give it `calls` or a `duration`"),
        ] {
            assert_eq!(closed.checked(), Err(Error::InvalidLoad(message.to_string())));
        }
    }
}
