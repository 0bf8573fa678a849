//! The pacer of a [`Run`]: which ticks are due? It admits or cancels each at its due time, and sees
//! the run to its end. Where lanes pace themselves, they do the first (`look_on`), and the pacer
//! watches that no tick waits for a lane that is blocked (`watch`).
//!
//! One pacer serves all runs that go side by side. It takes a *turn* of each, sleeps until the next
//! one, and ends with the last run. No call can keep its thread from waking: if it wakes too late,
//! the whole process stood still (`lookout.rs`).
//!
//! ```text
//!   a turn of a run
//!
//!   is it closing? ── yes ─────────────────────────────────────────────▶ Done
//!      │ no
//!   has it begun, or been told to stop? ── no ─────────────────────────▶ At(its origin)
//!      │ yes
//!   is it winding down? ── no ── admit or cancel the ticks that are due (none before the origin)
//!      │ yes                       │
//!      │                         is the schedule at its end? ── no ────▶ At(next tick, or CHECK);
//!      │                           │                                     watching, CHECK after it
//!      │                           │ yes: end_schedule
//!      │                         were ticks admitted? ── yes ──────────▶ At(CHECK): they are to
//!      │                           │ no                                  begin within the grace
//!      ▼◀──────────────────────────┘
//!   are calls in flight, and is grace left? ── yes ────────────────────▶ At(CHECK), on a virtual
//!      │                                                                  clock At(end of grace)
//!      │ no: Headway::begin_closing
//!      └───────────────────────────────────────────────────────────────▶ Close
//! ```

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::closing::{CHECK, LastResort, close_aside};
use super::duty::Duty;
use super::generator_watch::GeneratorWatch;
use super::headway::Headway;
use super::look::LONG_QUANTUM;
use super::lookout::Lookout;
use super::run::Run;
use super::seat::Seat;
use super::sync::lock;
use super::timer_slack::no_timer_slack;
use super::wake::Wake;
use super::weigher::Weigher;

/// The pacer never sleeps for less: one wake-up serves every tick that came due meanwhile.
pub(super) const QUANTUM: Duration = Duration::from_micros(50);
/// With so many ticks that wait it sleeps longer.
const ENOUGH: u64 = 1_000;

/// What a turn of the pacer leaves to do.
enum Turn {
    /// To come again.
    At(Instant),
    /// To close the run, so many nanoseconds from the origin.
    Close(u64),
    /// Nothing.
    Done,
}

/// Paces runs on a thread of its own: tokio's timer has a grain of a millisecond.
pub(super) fn pace_on_this_thread(runs: &[Arc<Run>], wake: &Wake, clock: Option<&Handle>) {
    // On the clock of that runtime, which is another than this thread's if a test has moved it.
    let _context = clock.map(Handle::enter);
    let _last_resort = LastResort(runs.to_vec());
    if let Wake::Thread(thread) = wake {
        let _ = thread.set(std::thread::current());
    }
    no_timer_slack();
    let mut lookout = Lookout::new(runs);
    let duty = runs.iter().find_map(|run| run.duty.as_deref());
    let mut weigher = duty.map(Weigher::new);
    let close = |run: &Arc<Run>, now| {
        look_at_generator(runs);
        close_aside(run, now);
    };
    while let Some(next) = turn_all(runs, close) {
        look_at_generator(runs);
        weigher.iter_mut().for_each(Weigher::weigh);
        lookout.sleep_until(next.max(Instant::now() + QUANTUM));
    }
    duty.into_iter().for_each(Duty::dismiss);
}

/// Paces runs on tokio's clock, which then is paused and moves only when nothing else is to be
/// done.
pub(super) async fn pace_on_this_runtime(runs: Vec<Arc<Run>>, wake: Arc<Wake>) {
    let _last_resort = LastResort(runs.clone());
    while let Some(next) = turn_all(&runs, |run, now| run.close(now)) {
        let sleep = tokio::time::sleep_until(next);
        match &*wake {
            Wake::Task(notify) => tokio::select! { () = sleep => {}, () = notify.notified() => {} },
            Wake::Thread(_) => sleep.await,
        }
    }
}

/// What the generator takes is told of the time until all schedules are over.
fn look_at_generator(runs: &[Arc<Run>]) {
    let first = runs.first().map(|run| (run.generator.as_deref(), run.duty.as_deref()));
    let (generator, duty) = first.unwrap_or_default();
    if runs.iter().all(|run| *run.stopped.borrow()) {
        generator.into_iter().for_each(GeneratorWatch::end);
        duty.into_iter().for_each(Duty::keep_used);
    } else {
        generator.into_iter().for_each(GeneratorWatch::go_on);
    }
}

/// A turn of each; gives when the next is to be, and none when all are closing.
fn turn_all(runs: &[Arc<Run>], close: impl Fn(&Arc<Run>, u64)) -> Option<Instant> {
    let turn = |run: &Arc<Run>| match run.turn() {
        Turn::At(next) => Some(next),
        Turn::Close(now) => {
            close(run, now);
            None
        }
        Turn::Done => None,
    };
    runs.iter().filter_map(turn).min()
}

impl Run {
    /// One turn, as in the picture.
    fn turn(&self) -> Turn {
        let mut headway = lock(&self.headway);
        if headway.is_closing() {
            return Turn::Done;
        }
        self.heed_stop_sign();
        let has_begun = Instant::now() >= self.origin;
        if !has_begun && self.stop_at.load(Ordering::SeqCst) == u64::MAX {
            return Turn::At(self.origin);
        }
        let now = self.now();
        let again = match headway.ended() {
            // Told to stop before it began, it makes no tick.
            None if !has_begun => {
                self.end_schedule(&mut headway, self.end());
                None
            }
            None => self.pace(&mut headway, now),
            Some(_) => None,
        };
        match again.or_else(|| self.wind_down(&mut headway, now)) {
            Some(again) => Turn::At(again),
            None => {
                headway.begin_closing();
                Turn::Close(now)
            }
        }
    }

    /// Sees to the ticks that are due, and says when to come again as long as there is more to do
    /// than to wind down.
    fn pace(&self, headway: &mut Headway, now: u64) -> Option<Instant> {
        let (end, waiting) = (self.end(), self.backlog.waiting());
        if self.duty.is_some() && now < end && !self.seats.is_empty() {
            return Some(self.watch(headway, now));
        }
        let admitted = self.schedule(headway, now, |ticks| self.ring(ticks));
        if now < end {
            let check = self.check_on_waiting(headway, now, waiting);
            let rest = if waiting > ENOUGH { LONG_QUANTUM } else { 0 };
            let due = headway.next_due().map_or(end, |due| due.max(now + rest));
            return Some(self.instant(due.min(end).min(check)));
        }
        self.end_schedule(headway, end);
        // The last ticks are to begin before the grace can be over.
        (admitted > 0).then(|| self.instant(now + CHECK))
    }

    /// What the pacer does where lanes pace themselves: it sees to the ticks that none of them has
    /// reached for a while, because their threads are blocked or have too much to do. Says when to
    /// come again.
    fn watch(&self, headway: &mut Headway, now: u64) -> Instant {
        if headway.next_due().is_some_and(|due| due + CHECK <= now) {
            self.schedule(headway, now, |_| {});
        }
        let check = if self.check_on_overdue(headway, now) { now + CHECK } else { u64::MAX };
        let due = headway.next_due().map_or(u64::MAX, |due| due + CHECK);
        self.instant(self.end().min(check).min(due))
    }

    /// Wakes a driver for ticks that have waited since the last turn, or that wait at the seat of
    /// one whose call blocks: the drivers that were rung for them may all be blocked, and as long
    /// as no slot is free no other tick rings. Says when to come again at the latest.
    fn check_on_waiting(&self, headway: &mut Headway, now: u64, waiting: u64) -> u64 {
        if self.is_virtual() {
            // On a paused clock time stands still until the drivers have made all ticks that wait,
            // and a call that blocks its thread blocks the drivers and the pacer with it.
            return u64::MAX;
        }
        let is_time = headway.checks_after(CHECK, now);
        let is_claimed = self.seats.iter().any(Seat::has_claimed);
        if waiting > 0 || (is_time && is_claimed) {
            self.ring(1);
        }
        if is_claimed || self.backlog.waiting() > 0 { now + CHECK } else { u64::MAX }
    }
}
