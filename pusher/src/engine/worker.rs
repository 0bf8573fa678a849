//! [`Worker`]: who makes a load; and [`Gossiper`]: who hears of it.

use std::any::type_name;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::audience::{Listen, Listener};
use super::badge::Badge;
use super::call::Aim;
use super::gossip::Gossip;
use crate::plan::note::Note;
use crate::plan::offer::Offer;
use crate::plan::outcome::Outcome;
use crate::plan::target::{Call, Target};

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
/// let worker = Worker::hire("checkout", async || Ok::<(), String>(()))
///     .overtime(10)
///     .timeout(Duration::from_secs(1));
/// let report = worker.work(100, Duration::from_millis(100)).await?;
/// assert_eq!((report.ledger.scheduled, report.ledger.ok), (10, 10));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub struct Worker {
    badge: Badge,
    aim: Aim,
    offer: Offer,
    subscribers: Vec<Subscriber>,
}

/// A copy of the terms that a Worker is hired on, and whether it is at work.
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
        Worker::with_aim(ident.into(), Aim::at(target))
    }

    /// Hires a Worker whose calls stay on the lane on which they began; its name comes later.
    pub(crate) fn hire_local<F, R>(target: F) -> Worker
    where
        F: Fn(Call) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + 'static,
    {
        Worker::with_aim(String::new(), Aim::here(target))
    }

    fn with_aim(ident: String, aim: Aim) -> Worker {
        let badge = Badge::new(ident, 0);
        Worker { badge, aim, offer: Offer::default(), subscribers: Vec::new() }
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
        self.subscribers.push(Subscriber::new(type_name::<G>(), Arc::new(gossiper)));
        self
    }

    /// The terms that the Worker is hired on, and whether it is at work.
    ///
    /// ```
    /// let config = pusher::Worker::hire("checkout", async || ()).overtime(10).config();
    /// assert_eq!(config.ident, "checkout");
    /// assert_eq!(config.overtime, 10);
    /// assert_eq!(config.gossipers, 0);
    /// assert!(!config.busy);
    /// ```
    pub fn config(&self) -> Config {
        Config {
            ident: self.badge.ident.to_string(),
            overtime: self.offer.overtime,
            gossipers: self.subscribers.len(),
            busy: self.badge.is_busy(),
        }
    }

    /// The same Worker on other terms.
    pub(crate) fn with_offer(mut self, ident: &str, offer: Offer) -> Worker {
        self.badge.ident = ident.into();
        self.offer = offer;
        self
    }

    /// Another Worker with the same target, terms and gossipers.
    pub(crate) fn copy(&self, ident: String, station: usize) -> Worker {
        Worker { badge: Badge::new(ident, station), ..self.share() }
    }

    /// The same Worker once more, for a run to hold.
    pub(crate) fn share(&self) -> Worker {
        Worker {
            badge: self.badge.clone(),
            aim: self.aim.clone(),
            offer: self.offer,
            subscribers: self.subscribers.clone(),
        }
    }

    pub(crate) fn badge(&self) -> &Badge {
        &self.badge
    }

    pub(crate) fn offer(&self) -> &Offer {
        &self.offer
    }

    pub(super) fn aim(&self) -> &Aim {
        &self.aim
    }

    pub(super) fn subscribers(&self) -> &[Subscriber] {
        &self.subscribers
    }
}

impl fmt::Display for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.badge.ident)
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config().fmt(f)
    }
}

/// Listens to gossip.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use pusher::{Gossip, Gossiper, Worker};
///
/// #[derive(Default)]
/// struct Bytes(AtomicU64);
///
/// impl Gossiper for Bytes {
///     fn hear(&self, _: &Worker, gossip: &Gossip) {
///         self.0.fetch_add(gossip.returned::<u64>().copied().unwrap_or(0), Ordering::Relaxed);
///     }
/// }
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let bytes = Arc::new(Bytes::default());
/// let worker = Worker::hire("download", async || Ok::<u64, String>(512)).gossiper(bytes.clone());
/// worker.work(100, Duration::from_millis(50)).await?;
/// assert_eq!(bytes.0.load(Ordering::Relaxed), 5 * 512);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub trait Gossiper: Send + Sync + 'static {
    /// Called where the event happens, on a thread that makes calls or paces them: it must not
    /// block, nor drop the future of the run that it hears of, for the end of a run waits until
    /// all gossip is told.
    ///
    /// A gossiper that panics is unhooked for the rest of the run and named in the report.
    fn hear(&self, worker: &Worker, gossip: &Gossip);

    /// Called where a call tells of itself, by [`Call::step`](crate::Call::step),
    /// [`count`](crate::Call::count) or [`record`](crate::Call::record): on the call's thread,
    /// between its two gossips unless it handed its [`Call`](crate::Call) on to a task, and
    /// under the same rules as [`hear`](Gossiper::hear). Warm-up calls tell nothing, and nobody
    /// is told anything after the stop.
    ///
    /// ```
    /// use pusher::{Gossip, Gossiper, Note, NoteKind, Worker};
    ///
    /// struct Printer;
    ///
    /// impl Gossiper for Printer {
    ///     fn hear(&self, _: &Worker, _: &Gossip) {}
    ///
    ///     fn note(&self, worker: &Worker, note: &Note<'_>) {
    ///         if let NoteKind::StepEnded { time, error: Some(error), .. } = note.kind {
    ///             println!("{worker}: {} failed after {time:?}: {error}", note.name);
    ///         }
    ///     }
    /// }
    /// ```
    fn note(&self, worker: &Worker, note: &Note<'_>) {
        let _ = (worker, note);
    }

    /// Called once per run of a Worker, after its last gossip.
    fn stop(&self) {}
}

impl<G: Gossiper + ?Sized> Gossiper for Arc<G> {
    fn hear(&self, worker: &Worker, gossip: &Gossip) {
        G::hear(self, worker, gossip);
    }

    fn note(&self, worker: &Worker, note: &Note<'_>) {
        G::note(self, worker, note);
    }

    fn stop(&self) {
        G::stop(self);
    }
}

/// A gossiper of a Worker's, whose type is forgotten once for each run, and not once for each
/// gossip.
#[derive(Clone)]
pub(crate) struct Subscriber {
    name: &'static str,
    listen: Arc<dyn Fn(Arc<Worker>) -> Box<dyn Listen> + Send + Sync>,
}

impl Subscriber {
    pub(crate) fn new<G: Gossiper>(name: &'static str, gossiper: Arc<G>) -> Subscriber {
        let listen = move |worker| -> Box<dyn Listen> {
            Box::new(Hearing { worker, gossiper: gossiper.clone() })
        };
        Subscriber { name, listen: Arc::new(listen) }
    }

    /// Listens to a run of that Worker.
    pub(super) fn listen_to(&self, worker: &Arc<Worker>) -> Listener {
        Listener::new(self.name, (self.listen)(worker.clone()))
    }
}

/// A gossiper that hears of that Worker.
struct Hearing<G> {
    worker: Arc<Worker>,
    gossiper: Arc<G>,
}

impl<G: Gossiper> Listen for Hearing<G> {
    fn hear(&self, gossip: &Gossip) {
        self.gossiper.hear(&self.worker, gossip);
    }

    fn note(&self, note: &Note<'_>) {
        self.gossiper.note(&self.worker, note);
    }

    fn stop(&self) {
        self.gossiper.stop();
    }
}
