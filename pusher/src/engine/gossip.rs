//! [`Gossip`]: an event in the life of a tick, as gossipers hear it; and [`Ended`], how a call
//! ended.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use super::panics::{Payload, caught, forget, panic_message};
use super::sync::lock;
use crate::plan::error_text::ErrorText;
use crate::plan::outcome::Outcome;
use crate::plan::time;

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
    pub(crate) times: Option<Times>,
    /// How long the call paused, in nanoseconds, which are in none of its times.
    pub(crate) paused: u64,
    pub(crate) ended: Ended,
    /// Whether the schedule had ended before the call did.
    pub(crate) after_schedule: bool,
    /// Whether that was because the call began late: less its lag, it would have ended before. Of a
    /// tick that was refused: whether that was because pusher was late.
    pub(crate) is_delayed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Moment {
    BeforeTarget,
    AfterTarget,
    Canceled,
}

/// Times in nanoseconds of a call that began.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) lag: u64,
    pub(crate) service: u64,
}

/// How a call ended; empty if it ended well and nobody asks for the value that it returned.
///
/// One word, which stays in a register: every call returns one, from its poll up to its gossip.
#[derive(Clone, Default)]
pub(crate) struct Ended(Option<Arc<End>>);

struct End {
    ending: Ending,
    error: Option<ErrorText>,
    returned: ReturnedValue,
}

/// Whether the values that targets return are kept, for gossipers to ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReturnValues {
    Kept,
    Dropped,
}

impl Ended {
    /// By itself.
    #[inline]
    pub(crate) fn from_outcome<O: Outcome>(outcome: O, values: ReturnValues) -> Ended {
        match outcome.into_result() {
            Ok(value)
                if values == ReturnValues::Kept
                    && TypeId::of::<O::Value>() != TypeId::of::<()>() =>
            {
                Ended::with_value(value)
            }
            Ok(_) => Ended::default(),
            Err(error) => Ended::with_error(Ending::Failed, O::text(&error)),
        }
    }

    /// By a panic.
    pub(crate) fn panicked(payload: Payload) -> Ended {
        let ended = Ended::with_words(Ending::Panicked, panic_message(&*payload));
        forget(payload);
        ended
    }

    /// By its timeout, in nanoseconds.
    pub(crate) fn timed_out(timeout: u64) -> Ended {
        let timeout = time::format(Duration::from_nanos(timeout));
        Ended::with_words(Ending::TimedOut, &format!("no answer within {timeout}"))
    }

    /// By the end of its run, after it had begun.
    pub(crate) fn interrupted() -> Ended {
        Ended::with_words(Ending::Interrupted, "still in flight when the grace was over")
    }

    /// By the end of its run, before it began.
    pub(crate) fn never_begun() -> Ended {
        let why = "never begun before the grace was over: the threads of the runtime were blocked \
                   or busy (`tokio::task::spawn_blocking` is for code that blocks)";
        Ended::with_words(Ending::Interrupted, why)
    }

    fn with_value(value: impl Any + Send) -> Ended {
        let returned = ReturnedValue::new(value);
        Ended(Some(Arc::new(End { ending: Ending::Ok, error: None, returned })))
    }

    /// With words of ours.
    fn with_words(ending: Ending, words: &str) -> Ended {
        Ended::with_error(ending, ErrorText::displayed(words))
    }

    fn with_error(ending: Ending, error: ErrorText) -> Ended {
        let returned = ReturnedValue::default();
        Ended(Some(Arc::new(End { ending, error: Some(error), returned })))
    }

    pub(crate) fn ending(&self) -> Ending {
        self.0.as_ref().map_or(Ending::Ok, |end| end.ending)
    }

    pub(crate) fn error(&self) -> Option<&str> {
        Some(self.0.as_ref()?.error.as_ref()?.text())
    }

    /// The deepest cause of the error, which is a part of its text.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.0.as_ref()?.error.as_ref()?.cause()
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

    /// Response time, end − due, without the call's pauses; none before the target.
    pub fn response(&self) -> Option<Duration> {
        self.is_after_target().then(|| Duration::from_nanos(self.response))
    }

    /// Service time, end − start, without the call's pauses; none before the target, or if the call
    /// never began.
    pub fn service(&self) -> Option<Duration> {
        self.times.map(|times| Duration::from_nanos(times.service))
    }

    /// How long the call paused, by [`Call::pause`](crate::Call::pause); none before the target.
    pub fn paused(&self) -> Option<Duration> {
        self.is_after_target().then(|| Duration::from_nanos(self.paused))
    }

    /// When the call ended, counted as `due` is.
    pub(crate) fn end(&self) -> u64 {
        self.due + self.response + self.paused
    }

    /// The generator's lateness, start − due; none before the target, or if the call never began.
    pub fn lag(&self) -> Option<Duration> {
        self.times.map(|times| Duration::from_nanos(times.lag))
    }

    /// What went wrong, on one line: the error's text, the panic's message, or that the call timed
    /// out or was interrupted.
    pub fn error(&self) -> Option<&str> {
        self.ended.error()
    }

    /// The value that the target returned, of a `Result<T, E>` the `T`, if it is a `T`.
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

/// The value that a target returned.
///
/// It need not be `Sync`: it moves from `kept` to `shared` when somebody asks for it by a type that
/// is.
#[derive(Default)]
struct ReturnedValue {
    kept: Mutex<Option<Box<dyn Any + Send>>>,
    shared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Drop for ReturnedValue {
    /// On a thread that tells gossip, which no panic of the value's destructor may end.
    fn drop(&mut self) {
        let (kept, shared) = (lock(&self.kept).take(), self.shared.take());
        caught(|| drop((kept, shared))).unwrap_or_else(forget);
    }
}

impl ReturnedValue {
    fn new(value: impl Any + Send) -> ReturnedValue {
        ReturnedValue { kept: Mutex::new(Some(Box::new(value))), shared: OnceLock::new() }
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
