//! [`Call::step`], [`Call::count`] and [`Call::record`]: how a call tells of itself.

use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use super::pause_clock::{PauseClock, StepIsPolled};
use crate::plan::error_text::ErrorText;
use crate::plan::note::{Note, NoteKind, Recorded};
use crate::plan::outcome::StepOutcome;
use crate::plan::target::Call;
use crate::plan::time::nanos;

impl Call {
    /// Makes `part` a step of the call: it is awaited here, and gives what it gave.
    ///
    /// A step has times, errors and thresholds of its own under its name, which is the same for all
    /// calls: see [`Report::steps`](crate::Report::steps). It is *ok* or, if it gives an `Err`,
    /// *failed*; a step that is dropped before its end is *unfinished*, so a call that timed out,
    /// panicked or hung says in which step. Its time runs from here to its end, less the
    /// [pauses](Call::pause) in it. Steps may stand in one another and run side by side. In the
    /// warm-up `part` is awaited, and nothing is measured.
    ///
    /// The text of an `Err` is what `{:#}` writes of it: an error of anyhow or eyre has its causes
    /// then, another has not. They follow in the error of the call, if it ends with that error.
    ///
    /// At most 100 names are told apart; steps of later names are counted together as `(other
    /// steps)`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// async fn open() -> Result<u64, std::io::Error> { Ok(7) }
    /// async fn buy(_session: u64) -> Result<(), String> { Err("sold out".to_string()) }
    ///
    /// async fn checkout(call: pusher::Call) -> Result<(), String> {
    ///     let session = call.step("login", open()).await.map_err(|error| error.to_string())?;
    ///     call.step("buy", async { buy(session).await }).await
    /// }
    ///
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let report = pusher::work(100, Duration::from_millis(50), checkout).await?;
    /// let [login, buy] = &report.steps[..] else { panic!("two steps") };
    /// assert_eq!((login.name.as_str(), login.ok), ("login", 5));
    /// assert_eq!((buy.name.as_str(), buy.failed), ("buy", 5));
    /// assert_eq!(login.times.count(), 5);
    /// assert_eq!(buy.errors[0].text, "sold out");
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub async fn step<T: StepOutcome>(&self, name: &str, part: impl Future<Output = T>) -> T {
        let mut step = OpenStep::new(self, name);
        step.begin();
        let mut part = pin!(part);
        let outcome = poll_fn(|context| step.poll(part.as_mut(), context)).await;
        step.end(outcome.error());
        outcome
    }

    /// Counts `n` more of what `name` says: bytes, rows, retries. The counts of all calls of the
    /// load are in [`Report::counts`](crate::Report::counts): in total, per second of the schedule,
    /// and per started call.
    ///
    /// `0` says that there is such a count, so that a threshold on it can be judged if nothing came
    /// to count. At most 100 names are told apart, beside those of steps and records; in the
    /// warm-up nothing is counted.
    ///
    /// ```
    /// # async fn f() -> Result<(), pusher::Error> {
    /// use std::time::Duration;
    ///
    /// let target = async |call: pusher::Call| call.count("bytes", 512);
    /// let report = pusher::work(100, Duration::from_millis(50), target).await?;
    /// assert_eq!((report.counts[0].name.as_str(), report.counts[0].total), ("bytes", 5 * 512));
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub fn count(&self, name: &str, n: u64) {
        self.tell(name, NoteKind::Count(n));
    }

    /// Records one value of what `name` says: the depth of a queue, the size of a page. The
    /// distribution of all values that the calls of the load recorded is in
    /// [`Report::records`](crate::Report::records).
    ///
    /// At most 100 names are told apart, beside those of steps and counts; in the warm-up nothing
    /// is recorded.
    ///
    /// # Panics
    ///
    /// If the number is below 0, or more than a `u64` holds; the call is then one that panicked.
    ///
    /// ```
    /// # async fn f() -> Result<(), pusher::Error> {
    /// use std::time::Duration;
    ///
    /// let target = async |call: pusher::Call| call.record("queue_depth", call.seq());
    /// let report = pusher::work(100, Duration::from_millis(50), target).await?;
    /// assert_eq!((report.records[0].values.max(), report.records[0].values.mean()), (4, 2.0));
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub fn record(&self, name: &str, value: impl Recorded) {
        match value.recorded() {
            Ok(value) => self.tell(name, NoteKind::Record(value)),
            Err(given) => refuse(name, &given),
        }
    }

    fn tell(&self, name: &str, kind: NoteKind<'_>) {
        self.tell_of(&Note::new(self.seq, name, kind));
    }

    /// The warm-up is not measured, and when its run is over nobody listens to a call.
    fn tell_of(&self, note: &Note<'_>) {
        if self.warmup {
            return;
        }
        if let Some(notes) = self.shift.notes.upgrade() {
            notes.take(note);
        }
    }
}

/// A step that has begun. If it is dropped before its end, it tells so.
struct OpenStep<'a> {
    call: &'a Call,
    name: &'a str,
    began: Instant,
    /// Its number among the open steps.
    number: usize,
    clock: PauseClock,
    has_ended: bool,
}

impl<'a> OpenStep<'a> {
    fn new(call: &'a Call, name: &'a str) -> OpenStep<'a> {
        let clock = PauseClock::default();
        OpenStep { call, name, began: Instant::now(), number: 0, clock, has_ended: false }
    }

    /// For a step that stays where it is until its end: no two that are open are in one place.
    fn begin(&mut self) {
        self.number = std::ptr::from_ref(self).addr();
        self.tell(NoteKind::StepBegan);
    }

    /// Polls its part, and tells if that has paused, or goes on.
    fn poll<F: Future>(&mut self, part: Pin<&mut F>, context: &mut Context<'_>) -> Poll<F::Output> {
        // A step that pauses may go on in this poll, and then block its thread. So it is said
        // beforehand, and taken back if the step still pauses.
        let resumed = self.clock.since().map(|_| self.clock.paused_by(Instant::now()));
        if let Some(paused) = resumed {
            self.tell(NoteKind::StepResumed { paused });
        }
        let polled = StepIsPolled::enter(self.clock);
        let outcome = part.poll(context);
        let clock = polled.clock();
        drop(polled);
        let told = resumed.unwrap_or(self.clock.total());
        self.clock = clock;
        match clock.since() {
            _ if outcome.is_ready() => {}
            Some(since) => self.tell(NoteKind::StepPaused { time: self.time(since) }),
            None if clock.total() == told => {}
            None => self.tell(NoteKind::StepResumed { paused: clock.total() }),
        }
        outcome
    }

    /// How long it has taken until then, without its pauses.
    fn time(&self, now: Instant) -> Duration {
        let time = now.saturating_duration_since(self.began);
        time.saturating_sub(self.clock.paused_by(now))
    }

    fn end(mut self, error: Option<&dyn Display>) {
        let time = self.time(Instant::now());
        self.has_ended = true;
        let error = error.filter(|_| !self.call.warmup).map(ErrorText::displayed);
        self.tell(NoteKind::StepEnded { time, error: error.as_ref().map(ErrorText::text) });
    }

    fn tell(&self, kind: NoteKind<'_>) {
        let OpenStep { call, name, began, number, .. } = *self;
        let since_start =
            |instant: Instant| nanos(instant.saturating_duration_since(call.shift.start));
        let (due, began) = (since_start(call.due), since_start(began));
        call.tell_of(&Note { due, began, step: number, ..Note::new(call.seq, name, kind) });
    }
}

impl Drop for OpenStep<'_> {
    fn drop(&mut self) {
        if self.has_ended {
        } else if std::thread::panicking() {
            self.tell(NoteKind::StepPanicked);
        } else {
            self.tell(NoteKind::StepDropped { time: self.time(Instant::now()) });
        }
    }
}

/// Ends the call, which is then counted as one that panicked, with this message.
#[cold]
fn refuse(name: &str, given: &str) -> ! {
    panic!("the record {name:?} is {given}: give a whole number from 0 to {}", u64::MAX)
}
