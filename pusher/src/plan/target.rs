//! [`Target`]: the async fn under test; and [`Call`], its view of one call.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Weak};

use tokio::sync::watch;
use tokio::time::Instant;

use super::note::TakeNotes;
use super::outcome::Outcome;

/// One call of a target, as the target sees it.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let report = pusher::work(100, Duration::from_millis(50), |call: pusher::Call| async move {
///     let user = call.seq() % 10; // the tick's number makes test data that is the same every time
///     if user < 10 { Ok(user) } else { Err("no such user") }
/// })
/// .await?;
/// assert_eq!(report.ledger.ok, 5);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone)]
pub struct Call {
    pub(crate) shift: Arc<Shift>,
    pub(crate) seq: u64,
    pub(crate) due: Instant,
    pub(crate) warmup: bool,
}

/// The things that all calls of one driver have in common, or of one caller of a closed loop.
pub(crate) struct Shift {
    pub(crate) worker: Arc<str>,
    /// The number of the station, of all that make the load side by side: a Worker of an open
    /// loop, a caller of a closed one.
    pub(crate) station: usize,
    pub(crate) stopped: watch::Receiver<bool>,
    /// Turns true when pauses are to end.
    pub(crate) pauses_end: watch::Receiver<bool>,
    /// The start of the measured time.
    pub(crate) start: Instant,
    /// Weak, for a target may have captured a call, and a run keeps its target.
    pub(crate) notes: Weak<dyn TakeNotes>,
}

impl Call {
    /// The number of the tick, from 0; warm-up ticks count from 0 on their own.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The ident of the Worker that makes the call.
    pub fn worker(&self) -> &str {
        &self.shift.worker
    }

    /// The instant at which the tick was due.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Whether the call is made before the clock starts, and so is not measured.
    pub fn is_warmup(&self) -> bool {
        self.warmup
    }

    /// Resolves when the schedule has ended, at its end or because it was stopped: a call that
    /// would wait for long can finish then, within the grace that it is given.
    pub async fn stopped(&self) {
        let mut stopped = self.shift.stopped.clone();
        // An error means that the run is over altogether.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("seq", &self.seq)
            .field("worker", &self.worker())
            .field("is_warmup", &self.warmup)
            .finish_non_exhaustive()
    }
}

/// An async fn, or a closure that returns a future; with or without a [`Call`] to tell it which
/// call it is.
///
/// `Args` is what tells the two apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no target",
    label = "not an async fn or a closure that returns a future",
    note = "write `async || ..`, `|call: pusher::Call| async move {{ .. }}` or the name of an `async fn`; it \
            is called many times, so it cannot consume what it captures",
    note = "its future must be `Send + 'static`, and its output `()` or a `Result<T, E>` whose \
            error can be shown"
)]
pub trait Target<Args>: Send + Sync + 'static {
    /// The result of a call.
    type Outcome: Outcome;
    /// The call itself.
    type Future: Future<Output = Self::Outcome> + Send + 'static;

    #[doc(hidden)]
    fn call(&self, call: impl FnOnce() -> Call) -> Self::Future;
}

impl<F, R> Target<()> for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    type Outcome = R::Output;
    type Future = R;

    fn call(&self, _: impl FnOnce() -> Call) -> R {
        self()
    }
}

impl<F, R> Target<(Call,)> for F
where
    F: Fn(Call) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    type Outcome = R::Output;
    type Future = R;

    fn call(&self, call: impl FnOnce() -> Call) -> R {
        self(call())
    }
}
