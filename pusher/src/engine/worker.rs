use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::callers::Callers;
use super::driver::{Aimed, Drive};
use super::gossip::{Gossiper, Named};
use super::run::Run;
use crate::plan::offer::Offer;
use crate::plan::target::Target;

/// Generates load: calls one target at a rate, under a limit.
///
/// [`hire`](Worker::hire) makes one; the methods after it are its offer, the terms that it works
/// on.
///
/// ```
/// use std::time::Duration;
///
/// use pusher::Worker;
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let worker = Worker::hire("checkout", async || Ok::<(), String>(())).overtime(10).timeout(Duration::from_secs(1));
/// let report = worker.work(100, Duration::from_millis(100)).await?;
/// assert_eq!((report.ledger.scheduled, report.ledger.ok), (10, 10));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub struct Worker {
    ident: Arc<str>,
    target: Arc<dyn Drive>,
    offer: Offer,
    gossipers: Vec<Named>,
    /// Its number among those that make a load side by side.
    place: usize,
    busy: Arc<AtomicBool>,
}

/// A copy of what a Worker is hired on, and whether it is at work.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The name given at hire.
    pub ident: String,
    /// The most calls in flight.
    pub overtime: u64,
    /// How many gossipers listen; the built-in statistics are not counted.
    pub gossipers: usize,
    /// Whether the Worker is at work.
    pub busy: bool,
}

impl Worker {
    /// Hires a Worker for a target, on the default terms: an overtime of 1,000,000, no timeout, no
    /// warm-up, 30 s of grace, no gossiper but the built-in statistics.
    pub fn hire<A: 'static, T: Target<A>>(ident: impl Into<String>, target: T) -> Worker {
        Worker {
            ident: ident.into().into(),
            target: Arc::new(Aimed::new(target)),
            offer: Offer::default(),
            gossipers: Vec::new(),
            place: 0,
            busy: Arc::default(),
        }
    }

    /// The most calls in flight: a tick that would be one more is canceled. `0` cancels every tick.
    #[must_use]
    pub fn overtime(mut self, calls: u64) -> Worker {
        self.offer.overtime = calls;
        self
    }

    /// How long a call may take from its start; then it is dropped and counted as timed out. The
    /// runtime needs a timer for it (`enable_time`).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Worker {
        self.offer.timeout = Some(timeout);
        self
    }

    /// A time before the measured one, at the same rate, whose calls are made but not measured.
    #[must_use]
    pub fn warmup(mut self, warmup: Duration) -> Worker {
        self.offer.warmup = warmup;
        self
    }

    /// How long calls in flight may take when the schedule has ended; then they are dropped and
    /// counted as interrupted.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Worker {
        self.offer.grace = grace;
        self
    }

    /// One more listener; see [`Gossiper`]. To keep a hand on it, give an `Arc` of it.
    #[must_use]
    pub fn gossiper<G: Gossiper>(mut self, gossiper: G) -> Worker {
        self.gossipers
            .push(Named { name: std::any::type_name::<G>(), gossiper: Arc::new(gossiper) });
        self
    }

    /// What the Worker is hired on, and whether it is at work.
    ///
    /// ```
    /// let config = pusher::Worker::hire("checkout", async || ()).overtime(10).config();
    /// assert_eq!((config.ident.as_str(), config.overtime, config.gossipers, config.busy), ("checkout", 10, 0, false));
    /// ```
    pub fn config(&self) -> Config {
        Config {
            ident: self.ident.to_string(),
            overtime: self.offer.overtime,
            gossipers: self.gossipers.len(),
            busy: self.busy.load(Ordering::SeqCst),
        }
    }

    /// The same Worker on other terms.
    pub(crate) fn with_offer(mut self, ident: &str, offer: Offer) -> Worker {
        self.ident = ident.into();
        self.offer = offer;
        self
    }

    /// Another Worker with the same target, terms and gossipers, whose number is `place`.
    pub(crate) fn copy(&self, ident: String, place: usize) -> Worker {
        Worker { ident: ident.into(), place, busy: Arc::default(), ..self.share() }
    }

    /// The same Worker once more, for a run to hold.
    pub(crate) fn share(&self) -> Worker {
        Worker {
            ident: self.ident.clone(),
            target: self.target.clone(),
            offer: self.offer,
            gossipers: self.gossipers.clone(),
            place: self.place,
            busy: self.busy.clone(),
        }
    }

    pub(crate) fn offer(&self) -> &Offer {
        &self.offer
    }

    pub(crate) fn gossipers(&self) -> &[Named] {
        &self.gossipers
    }

    pub(crate) fn place(&self) -> usize {
        self.place
    }

    pub(crate) fn shared_ident(&self) -> Arc<str> {
        self.ident.clone()
    }

    /// False if it was busy before.
    pub(crate) fn set_busy(&self) -> bool {
        !self.busy.swap(true, Ordering::SeqCst)
    }

    pub(crate) fn set_free(&self) {
        self.busy.store(false, Ordering::SeqCst);
    }

    pub(crate) fn drive(
        &self,
        run: Arc<Run>,
        index: usize,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.target.clone().drive(run, index)
    }

    pub(crate) fn call_on(
        &self,
        run: Arc<Run>,
        callers: Arc<Callers>,
        caller: usize,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.target.clone().call_on(run, callers, caller)
    }
}

impl fmt::Display for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.ident)
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config().fmt(f)
    }
}
