//! What is told about a tick, and who may listen.

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use super::worker::Worker;
use super::{forget, lock, panic_message};
use crate::plan::note::Note;

/// One event in the life of a tick: before the target is called, after it has ended, or the tick
/// was canceled.
///
/// A tick that is admitted has one before-target and one after-target event, in this order; a tick
/// that is refused has one canceled event.
///
/// ```
/// use pusher::{Gossip, Gossiper, Worker};
///
/// struct Printer;
///
/// impl Gossiper for Printer {
///     fn hear(&self, worker: &Worker, gossip: &Gossip) {
///         if let Some(response) = gossip.response() {
///             println!("{worker} {gossip}: {response:?}"); // checkout after-target: 1.2ms
///         }
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Gossip {
    pub(crate) seq: u64,
    pub(crate) warmup: bool,
    /// In nanoseconds from the start of the measured time, or of the warm-up.
    pub(crate) due: u64,
    pub(crate) moment: Moment,
    /// Nanoseconds; zero before the target.
    pub(crate) response: u64,
    /// None before the target, and for an admitted tick that no driver reached.
    pub(crate) began: Option<Began>,
    pub(crate) ended: Ended,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Moment {
    BeforeTarget,
    AfterTarget,
    Canceled,
}

/// Times in nanoseconds of a call that began.
#[derive(Clone, Copy)]
pub(crate) struct Began {
    pub(crate) lag: u64,
    pub(crate) service: u64,
}

/// How a call ended; nothing where it ended well and nobody asks for what it returned.
///
/// One word, which stays in a register: every call returns one, from its poll up to its gossip.
#[derive(Clone, Default)]
pub(crate) struct Ended(Option<Arc<End>>);

struct End {
    ending: Ending,
    error: Option<String>,
    returned: Returned,
}

impl Ended {
    /// Well, with something that may be asked for.
    pub(crate) fn with_value(value: impl Any + Send) -> Ended {
        Ended(Some(Arc::new(End {
            ending: Ending::Ok,
            error: None,
            returned: Returned::new(value),
        })))
    }

    pub(crate) fn with_error(ending: Ending, error: String) -> Ended {
        Ended(Some(Arc::new(End { ending, error: Some(error), returned: Returned::default() })))
    }

    pub(crate) fn ending(&self) -> Ending {
        self.0.as_ref().map_or(Ending::Ok, |end| end.ending)
    }

    pub(crate) fn error(&self) -> Option<&str> {
        self.0.as_ref()?.error.as_deref()
    }

    fn returned<T: Any + Send + Sync>(&self) -> Option<&T> {
        match &self.0 {
            Some(end) => end.returned.get(),
            // Nothing is kept for a target that returns nothing.
            None => (&() as &dyn Any).downcast_ref(),
        }
    }
}

/// How a call ended: the words of the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Ending {
    /// The target returned `()` or `Ok`.
    Ok,
    /// The target returned an `Err`.
    Failed,
    /// The call was over its timeout.
    TimedOut,
    /// The target panicked.
    Panicked,
    /// The call was still in flight when its grace was over.
    Interrupted,
}

impl Gossip {
    /// The number of the tick, from 0; warm-up ticks count from 0 on their own.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// When the tick was due, counted from the start of the measured time; for a warm-up tick from
    /// that of the warm-up.
    pub fn due(&self) -> Duration {
        Duration::from_nanos(self.due)
    }

    /// Whether the target is about to be called.
    pub fn is_before_target(&self) -> bool {
        self.moment == Moment::BeforeTarget
    }

    /// Whether the call has ended, in whichever way.
    pub fn is_after_target(&self) -> bool {
        self.moment == Moment::AfterTarget
    }

    /// Whether the tick was refused, because `overtime` calls were in flight.
    pub fn is_canceled(&self) -> bool {
        self.moment == Moment::Canceled
    }

    /// Whether the tick is one of the warm-up, and so is not measured.
    pub fn is_warmup(&self) -> bool {
        self.warmup
    }

    /// How the call ended; none before the target.
    pub fn ending(&self) -> Option<Ending> {
        self.is_after_target().then(|| self.ended.ending())
    }

    /// Response time, end − due; none before the target.
    pub fn response(&self) -> Option<Duration> {
        self.is_after_target().then(|| Duration::from_nanos(self.response))
    }

    /// Service time, end − start; none before the target, or where the call never began.
    pub fn service(&self) -> Option<Duration> {
        self.began.map(|began| Duration::from_nanos(began.service))
    }

    /// The generator's lateness, start − due; none before the target, or where the call never
    /// began.
    pub fn lag(&self) -> Option<Duration> {
        self.began.map(|began| Duration::from_nanos(began.lag))
    }

    /// What went wrong: the error's text, the panic's message, or that the call timed out or was
    /// interrupted.
    pub fn error(&self) -> Option<&str> {
        self.ended.error()
    }

    /// What the target returned, of a `Result<T, E>` the `T`, if it is a `T`.
    ///
    /// ```
    /// # fn hear(gossip: &pusher::Gossip) {
    /// if let Some(bytes) = gossip.returned::<u64>() {
    ///     println!("{bytes} bytes");
    /// }
    /// # }
    /// ```
    pub fn returned<T: Any + Send + Sync>(&self) -> Option<&T> {
        if self.is_after_target() { self.ended.returned() } else { None }
    }
}

impl fmt::Display for Gossip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self.moment {
            Moment::BeforeTarget => "before-target",
            Moment::AfterTarget => "after-target",
            Moment::Canceled => "canceled",
        })
    }
}

impl fmt::Debug for Gossip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gossip")
            .field("moment", &self.to_string())
            .field("seq", &self.seq)
            .field("ending", &self.ending())
            .finish_non_exhaustive()
    }
}

/// What a target returned.
///
/// The value need not be `Sync`: it is put where it can be shared only when a caller asks for it by
/// a type that is.
#[derive(Default)]
struct Returned {
    kept: Mutex<Option<Box<dyn Any + Send>>>,
    shared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Drop for Returned {
    /// Dropped where gossip is told, which no panic of the value's destructor may end.
    fn drop(&mut self) {
        let (kept, shared) = (lock(&self.kept).take(), self.shared.take());
        if let Err(payload) =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop((kept, shared))))
        {
            forget(payload);
        }
    }
}

impl Returned {
    fn new(value: impl Any + Send) -> Returned {
        Returned { kept: Mutex::new(Some(Box::new(value))), shared: OnceLock::new() }
    }

    fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        let mut kept = lock(&self.kept);
        if let Some(value) = kept.take() {
            match value.downcast::<T>() {
                Ok(value) => drop(self.shared.set(value)),
                Err(value) => *kept = Some(value),
            }
        }
        drop(kept);
        self.shared.get()?.downcast_ref()
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
    /// block, nor drop the future of the run that it hears of, for the end of a run waits for
    /// what is being told.
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
    ///             println!("{worker} #{}: {} failed after {time:?}: {error}", note.seq, note.name);
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

/// A gossiper with the name of its type, as a Worker keeps it.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) gossiper: Arc<dyn Gossiper>,
}

/// A gossiper for the time of one run.
pub(crate) struct Listener {
    named: Named,
    unhooked: AtomicBool,
    panic: OnceLock<String>,
}

impl Listener {
    pub(crate) fn new(named: Named) -> Listener {
        Listener { named, unhooked: AtomicBool::new(false), panic: OnceLock::new() }
    }

    pub(crate) fn hear(&self, worker: &Worker, gossip: &Gossip) {
        if !self.unhooked.load(Ordering::Relaxed) {
            self.guard(|gossiper| gossiper.hear(worker, gossip));
        }
    }

    pub(crate) fn note(&self, worker: &Worker, note: &Note<'_>) {
        if !self.unhooked.load(Ordering::Relaxed) {
            self.guard(|gossiper| gossiper.note(worker, note));
        }
    }

    pub(crate) fn stop(&self) {
        if !self.unhooked.load(Ordering::Relaxed) {
            self.guard(Gossiper::stop);
        }
    }

    /// The gossiper's name and what it panicked with, if it did.
    pub(crate) fn unhooked(&self) -> Option<(String, String)> {
        self.panic.get().map(|message| (self.named.name.to_string(), message.clone()))
    }

    fn guard(&self, tell: impl FnOnce(&dyn Gossiper)) {
        let told =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| tell(&*self.named.gossiper)));
        if let Err(payload) = told {
            self.unhooked.store(true, Ordering::Relaxed);
            let _ = self.panic.set(panic_message(&*payload).to_string());
            forget(payload);
        }
    }
}
