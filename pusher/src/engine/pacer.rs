//! What is due? Admits or cancels each tick at its due time, and ends the run.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::thread::Thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::lock;
use super::plan::{Plan, Ticks};
use super::run::Run;
use super::seat::Seat;
use crate::plan::time::nanos;

/// The pacer never sleeps for less: one wake-up serves every tick that came due meanwhile.
const QUANTUM: Duration = Duration::from_micros(50);
/// And not for less than that while so many ticks wait that drivers have enough to do: its wake-ups
/// would take their time.
const LONG_QUANTUM: u64 = 200_000;
const ENOUGH: u64 = 1_000;
/// How often it is looked whether the last call has ended, once the schedule has.
const LOOK: u64 = 1_000_000;

/// How far a run is.
pub(crate) struct Pacer {
    ticks: Ticks,
    /// The number of the tick that is due next.
    next: u64,
    pub(crate) canceled: u64,
    pub(crate) canceled_in_warmup: u64,
    /// When the schedule ended, in nanoseconds from the origin.
    ended: Option<u64>,
    /// When it was last looked for ticks that wait at the seat of a driver which cannot begin
    /// them.
    looked: u64,
    over: bool,
}

impl Pacer {
    pub(crate) fn new(plan: Arc<Plan>) -> Pacer {
        let ticks = Ticks::new(plan);
        Pacer {
            ticks,
            next: 0,
            canceled: 0,
            canceled_in_warmup: 0,
            ended: None,
            looked: 0,
            over: false,
        }
    }

    /// How many ticks were due, the warm-up's among them.
    pub(crate) fn ticks(&self) -> u64 {
        self.next
    }

    pub(crate) fn ended(&self) -> Option<u64> {
        self.ended
    }
}

impl Run {
    /// Does what is to be done now, and says what comes next.
    pub(crate) fn turn(&self) -> Turn {
        let mut pacer = lock(&self.pacer);
        if pacer.over {
            return Turn::Over;
        }
        let stop_at = self.stop_at.load(Ordering::SeqCst);
        let has_begun = Instant::now() >= self.origin;
        if !has_begun && stop_at == u64::MAX {
            return Turn::At(self.origin);
        }
        let (now, end) = (self.now(), self.plan.end().min(stop_at));
        if pacer.ended.is_none() {
            let waiting = self.backlog.waiting();
            // Told to stop before it began, it makes no tick.
            let admitted = if has_begun { self.schedule(&mut pacer, now.min(end)) } else { 0 };
            if now < end {
                let again = self.see_to_waiting(&mut pacer, now, waiting);
                let next = pacer.next;
                let due = (next < self.plan.ticks()).then(|| pacer.ticks.due(next));
                let rest = if waiting > ENOUGH { LONG_QUANTUM } else { 0 };
                return Turn::At(
                    self.instant(due.map_or(end, |due| due.max(now + rest)).min(end).min(again)),
                );
            }
            pacer.ended = Some(end);
            self.end_callers();
            self.stopped.send_replace(true);
            if admitted > 0 {
                // The last ticks are to be begun before the grace can be over.
                return Turn::At(self.instant(now + LOOK));
            }
        }
        let deadline = end.saturating_add(self.grace.load(Ordering::SeqCst));
        if self.overtime.in_flight() > 0 && now < deadline {
            if self.is_virtual() {
                // The end of the last call wakes it.
                return Turn::At(self.instant(deadline));
            }
            // Ticks may wait at the seat of a driver that is blocked.
            self.ring(u64::MAX);
            return Turn::At(self.instant(deadline.min(now + LOOK)));
        }
        pacer.over = true;
        Turn::Close(now)
    }

    /// Wakes a driver for ticks that have waited since the last turn, or that wait at the seat of
    /// one whose call blocks: the drivers that were rung for them may all be blocked, and where
    /// no slot is free no other tick rings. Says when to come again at the latest.
    fn see_to_waiting(&self, pacer: &mut Pacer, now: u64, waiting: u64) -> u64 {
        if self.is_virtual() {
            // On a paused clock no call blocks but for all, and time stands still until the drivers
            // have made what waits.
            return u64::MAX;
        }
        let is_time = now >= pacer.looked + LOOK;
        if is_time {
            pacer.looked = now;
        }
        let is_stuck = self.seats.iter().any(Seat::has_claimed);
        if waiting > 0 || (is_time && is_stuck) {
            self.ring(1);
        }
        if is_stuck || self.backlog.waiting() > 0 { now + LOOK } else { u64::MAX }
    }

    /// Ends the run at once, whatever is in flight.
    pub(crate) fn abandon(&self) {
        let mut pacer = lock(&self.pacer);
        if !pacer.over {
            let now = self.now();
            pacer.ended.get_or_insert(now);
            self.end_callers();
            pacer.over = true;
            self.close(now);
        }
        drop(pacer);
        // It may be that the pacer had begun to.
        while !*self.over.borrow() {
            std::thread::sleep(Duration::from_micros(50));
        }
    }

    /// Schedules no further tick; calls in flight get their grace, and no more than `grace` if one
    /// is given.
    pub(crate) fn stop(&self, grace: Option<Duration>) {
        self.stop_at.fetch_min(self.now(), Ordering::SeqCst);
        if let Some(grace) = grace {
            self.grace.fetch_min(nanos(grace), Ordering::SeqCst);
        }
        self.wake.wake();
    }

    fn end_callers(&self) {
        if let Some(callers) = &self.callers {
            callers.end();
        }
    }

    /// Admits the ticks that have come due while there are free slots, and cancels the others. Says
    /// how many it admitted.
    fn schedule(&self, pacer: &mut Pacer, now: u64) -> u64 {
        let next = pacer.next;
        let due = next..pacer.ticks.due_by(next, now).max(next);
        if due.is_empty() {
            return 0;
        }
        let admitted = due.start..due.start + self.overtime.admit(due.end - due.start);
        let canceled = admitted.end..due.end;
        let ticks = admitted.end - admitted.start;
        if ticks > 0 {
            self.backlog.push(admitted);
            self.ring(ticks);
        }
        pacer.next = due.end;
        self.cancel(pacer, canceled);
        ticks
    }

    fn cancel(&self, pacer: &mut Pacer, canceled: Range<u64>) {
        let in_warmup =
            self.plan.warmup_within(canceled.end) - self.plan.warmup_within(canceled.start);
        pacer.canceled_in_warmup += in_warmup;
        pacer.canceled += canceled.end - canceled.start - in_warmup;
        if !canceled.is_empty() {
            pacer.ticks.seek(canceled.start);
            canceled.for_each(|_| self.tell_canceled(pacer.ticks.next()));
        }
    }
}

/// What a turn of the pacer leaves to do.
pub(crate) enum Turn {
    /// To come again.
    At(Instant),
    /// To end the run, so many nanoseconds from the origin: [`Run::close`].
    Close(u64),
    /// Nothing.
    Over,
}

/// Wakes a pacer before its time, when a run is to stop.
pub(crate) enum Wake {
    Thread(OnceLock<Thread>),
    Task(Notify),
}

impl Wake {
    pub(crate) fn wake(&self) {
        match self {
            Wake::Thread(thread) => {
                if let Some(thread) = thread.get() {
                    thread.unpark();
                }
            }
            Wake::Task(notify) => notify.notify_one(),
        }
    }
}

/// Paces runs on a thread of its own: tokio's timer has a grain of a millisecond.
pub(crate) fn pace_on_this_thread(runs: &[Arc<Run>], wake: &Wake, runtime: &Handle) {
    // On the clock of the runtime, which is another than this thread's where a test has moved it.
    let _context = runtime.enter();
    let _end = EndAll(runs.to_vec());
    if let Wake::Thread(thread) = wake {
        let _ = thread.set(std::thread::current());
    }
    no_timer_slack();
    while let Some(next) = turn_all(runs, close_aside) {
        sleep_until(next.max(Instant::now() + QUANTUM));
    }
}

/// Paces runs on tokio's clock, which then is paused and moves only when nothing else is to be
/// done.
pub(crate) async fn pace_on_this_runtime(runs: Vec<Arc<Run>>, wake: Arc<Wake>) {
    let _end = EndAll(runs.clone());
    while let Some(next) = turn_all(&runs, |run, now| run.close(now)) {
        let sleep = tokio::time::sleep_until(next);
        match &*wake {
            Wake::Task(notify) => tokio::select! { () = sleep => {}, () = notify.notified() => {} },
            Wake::Thread(_) => sleep.await,
        }
    }
}

/// Lets nobody wait for runs whose pacer, or whose closing, has panicked, which would be a bug:
/// their ticks are missing, and the verdict says so.
struct EndAll(Vec<Arc<Run>>);

impl Drop for EndAll {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for run in self.0.iter().filter(|run| !*run.over.borrow()) {
                run.worker.set_free();
                run.over.send_replace(true);
            }
        }
    }
}

/// Closes a run on a thread of its own: that takes a while where much is in flight, and runs beside
/// it have ticks to make.
fn close_aside(run: &Arc<Run>, now: u64) {
    let closing = EndAll(vec![run.clone()]);
    let thread = std::thread::Builder::new().name("pusher-closing".to_string());
    if thread.spawn(move || closing.0[0].close(now)).is_err() {
        run.close(now);
    }
}

/// A turn of each; gives when the next is to be, and none when all are over or about to be.
fn turn_all(runs: &[Arc<Run>], close: impl Fn(&Arc<Run>, u64)) -> Option<Instant> {
    let turn = |run: &Arc<Run>| match run.turn() {
        Turn::At(next) => Some(next),
        Turn::Close(now) => {
            close(run, now);
            None
        }
        Turn::Over => None,
    };
    runs.iter().filter_map(turn).min()
}

/// Linux rounds every sleep up by 50 µs unless it is told not to.
#[cfg(target_os = "linux")]
pub(crate) fn no_timer_slack() {
    // An error leaves the slack as it is: later ticks, which the lag shows.
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn no_timer_slack() {}

/// Sleeps until the instant, or until woken.
#[cfg(target_os = "linux")]
fn sleep_until(instant: Instant) {
    std::thread::park_timeout(instant.saturating_duration_since(Instant::now()));
}

/// Sleeps until shortly before the instant and spins for the rest, or until woken.
#[cfg(not(target_os = "linux"))]
fn sleep_until(instant: Instant) {
    const SPIN: Duration = Duration::from_micros(200);
    let left = instant.saturating_duration_since(Instant::now());
    if left > SPIN {
        std::thread::park_timeout(left - SPIN);
    } else {
        while Instant::now() < instant {
            std::hint::spin_loop();
        }
    }
}
