use std::time::Duration;

use super::error::Error;
use super::offer::{Offer, Pace, Terms};
use super::rate::Rate;

/// A closed loop: callers that each make one call after the other, back to back or with a pause
/// between two.
///
/// It asks what so many users who wait for each answer get from a service, and is right where the
/// number of callers is the fact, as for a pool of connections. It **hides queueing**: a slow
/// service gets less load, and the calls that would have waited are never made. Where requests come
/// by themselves, an open loop ([`Worker::work`](crate::Worker::work)) tells what users feel. By [Little's law](https://en.wikipedia.org/wiki/Little%27s_law) it makes concurrency / (service time + pause)
/// calls a second.
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
    pub(crate) pause: Duration,
    /// The most calls with those of the warm-up.
    pub(crate) calls_in_all: Option<u64>,
}

/// Each caller is a task.
pub(crate) const MOST_CALLERS: u64 = 100_000;

impl ClosedLoop {
    /// So many callers, from 1 to 100,000.
    pub fn new(concurrency: u64) -> ClosedLoop {
        ClosedLoop {
            concurrency,
            calls: None,
            duration: None,
            pause: Duration::ZERO,
            calls_in_all: None,
        }
    }

    /// How many measured calls are made by all callers together, above 0; those of a warm-up are
    /// not counted.
    #[must_use]
    pub fn calls(self, calls: u64) -> ClosedLoop {
        ClosedLoop { calls: Some(calls), ..self }
    }

    /// How long calls are begun. With [`calls`](ClosedLoop::calls) too, it ends with what comes
    /// first.
    #[must_use]
    pub fn duration(self, duration: Duration) -> ClosedLoop {
        ClosedLoop { duration: Some(duration), ..self }
    }

    /// The think time of a caller between the end of a call and the begin of the next. It has the
    /// millisecond of tokio's timer.
    #[must_use]
    pub fn pause(self, pause: Duration) -> ClosedLoop {
        ClosedLoop { pause, ..self }
    }

    /// # Errors
    ///
    /// [`Error::InvalidLoad`] for no caller, too many, or a loop that would never end.
    pub(crate) fn checked(self) -> Result<ClosedLoop, Error> {
        concurrency(self.concurrency).map_err(Error::InvalidLoad)?;
        match (self.calls, self.duration) {
            (Some(0), _) => Err(Error::InvalidLoad(
                "calls is 0: give a whole number above 0, such as 10_000".to_string(),
            )),
            (None, None) => Err(Error::InvalidLoad(
                "a closed loop would never end: give it `calls` or a `duration`".to_string(),
            )),
            _ => Ok(self),
        }
    }

    /// The terms that say the same.
    pub(crate) fn terms(self, offer: Offer) -> Terms {
        let pace = Pace::Closed { concurrency: self.concurrency, pause: self.pause };
        Terms { offer, calls: self.calls, ..Terms::new(pace, self.duration) }
    }
}

/// Reads how many callers there are.
pub(crate) fn concurrency(given: impl Rate) -> Result<u64, String> {
    read_concurrency(&given.to_string())
}

/// The same from a text.
pub(crate) fn read_concurrency(given: &str) -> Result<u64, String> {
    let wrong = || {
        format!("concurrency is {given}: give a whole number from 1 to {MOST_CALLERS}, such as 20")
    };
    given.parse().ok().filter(|count| (1..=MOST_CALLERS).contains(count)).ok_or_else(wrong)
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
            (
                ClosedLoop::new(1).calls(0),
                "calls is 0: give a whole number above 0, such as 10_000",
            ),
            (ClosedLoop::new(1), "a closed loop would never end: give it `calls` or a `duration`"),
        ] {
            assert_eq!(closed.checked(), Err(Error::InvalidLoad(message.to_string())));
        }
    }
}
