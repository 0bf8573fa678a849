//! [`StopSign`]: put up by a call that asks to end its load, for all runs that go side by side.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;

/// A call has ended its load early: see [`Call::stop`](crate::Call::stop).
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let target = async |call: pusher::Call| {
///     if call.seq() == 3 {
///         call.stop("the shop lost an order");
///     }
/// };
/// let report = pusher::work(100, Duration::from_secs(60), target).await?;
/// let stopped = report.stopped.unwrap();
/// assert_eq!((stopped.why.as_str(), stopped.worker.as_str()), ("the shop lost an order", "work"));
/// assert!(stopped.at < Some(Duration::from_secs(60)));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EarlyStop {
    /// What the call gave as the reason, on one line.
    pub why: String,
    /// The ident of the Worker whose call it was: another than that of the report if Workers that
    /// went side by side were stopped together.
    pub worker: String,
    /// When the call asked for it, from the start of the measured time; none if that was in the
    /// warm-up. In a search for a capacity it is from the start of the search.
    pub at: Option<Duration>,
}

/// What stands on the sign.
#[derive(Clone)]
pub(super) struct Stop {
    pub(super) why: String,
    pub(super) worker: Arc<str>,
    pub(super) at: Instant,
}

/// One side of the sign, for one of the runs that can read it.
pub(crate) struct StopSign {
    sign: Arc<OnceLock<Stop>>,
    /// Whether this run was not over when it read it.
    is_heeded: AtomicBool,
}

impl StopSign {
    pub(super) fn new(sign: Arc<OnceLock<Stop>>) -> StopSign {
        StopSign { sign, is_heeded: AtomicBool::new(false) }
    }

    /// Writes on the sign, unless another call has.
    pub(super) fn put_up(&self, stop: Stop) {
        // The first stop is the one that counts.
        let _ = self.sign.set(stop);
    }

    /// When a call asked for a stop, if one did: for a run that is not over.
    pub(super) fn heed(&self) -> Option<Instant> {
        let stop = self.sign.get()?;
        self.is_heeded.store(true, Ordering::SeqCst);
        Some(stop.at)
    }

    /// The stop that has ended this run, whose measured time begins at `start`, if one has.
    pub(super) fn heeded(&self, start: Instant) -> Option<EarlyStop> {
        let Stop { why, worker, at } = self.sign.get()?;
        self.is_heeded.load(Ordering::SeqCst).then(|| EarlyStop {
            why: why.clone(),
            worker: worker.to_string(),
            at: at.checked_duration_since(start),
        })
    }
}
