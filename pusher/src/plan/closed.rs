//! [`ClosedLoop`]: callers that make one call after the other.

use std::time::Duration;

use pusher_load_grammar::count;

use super::error::Error;
use super::offer::Offer;
use super::pause::Pause;
use super::terms::{Pace, Terms};

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
/// the caller woke up.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedLoop {
    pub(crate) concurrency: u64,
    pub(crate) calls: Option<u64>,
    pub(crate) duration: Option<Duration>,
    pub(crate) pause: Pause,
    /// The most calls with those of the warm-up.
    pub(crate) calls_in_all: Option<u64>,
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
            seed: 0,
        }
    }

    /// How many measured calls are made by all callers together, above 0; those of a warm-up are
    /// not counted.
    #[must_use]
    pub fn calls(self, calls: u64) -> ClosedLoop {
        ClosedLoop { calls: Some(calls), ..self }
    }

    /// How long calls are begun. With [`calls`](ClosedLoop::calls) too, whichever comes
    /// first ends it.
    #[must_use]
    pub fn duration(self, duration: Duration) -> ClosedLoop {
        ClosedLoop { duration: Some(duration), ..self }
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
        Terms { offer, calls: self.calls, seed: Some(self.seed), ..Terms::new(pace, self.duration) }
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
