//! `Run::close` and all else that ends a [`Run`], whichever way.
//!
//! ```text
//!   running        ticks come due
//!      │
//!      │  end_schedule   the timeline is at its end, or at `stop_at`: `stop` was called, by a
//!      │                 signal, by `work_until`, or by the last of the `calls` of a closed loop;
//!      ▼                 or a call has put up the stop sign
//!   winding down   no tick comes due any more; calls in flight have their grace
//!      │
//!      │  wind_down      no call is in flight, or the grace is over (at once after a second
//!      │                 signal): the pacer closes the run
//!      │  abandon        the run was dropped, or its clock is virtual and stands still or a second
//!      ▼                 signal came: that thread closes it, also one that was running still
//!   closing        `Headway::begin_closing` has said yes to one thread and to no other
//!      │
//!      │  close          1 take over all that has not ended   4 wait for gossip of other threads
//!      │                 2 tell the end of calls that began   5 close the doors
//!      ▼                 3 tell of ticks never reached        6 stop the gossipers
//!   over           all is told, and the Worker is free
//!
//!   LastResort: a panic of the pacer or of a closing, which would be a bug, goes straight to over
//! ```
//!
//! When all calls of a closed loop have begun, its last ones may be in a pause. If they still are
//! when the grace would be over, the pauses end, and the grace begins anew.
//!
//! The order of the six steps matters. First all calls are taken over, so that each has one owner
//! (1). Their ends are told, which frees their slots (2, 3). Calls that ended by themselves just
//! before are told by other threads; the last slot is free when they have done so (4). Now all
//! gossip is told, but a call that was cut may still run, and tell notes: from here on it finds its
//! door closed (5). Nobody is inside a door any more, so nobody is told anything after the stop
//! (6).

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::callers::Callers;
use super::door::Door;
use super::flights::Begun;
use super::gossip::Ended;
use super::headway::Headway;
use super::run::{Landing, Run};
use super::seat::{Left, Seat};
use super::stop_sign::Stop;
use super::sync::lock;
use super::timeline::{Tick, Ticks};
use crate::plan::offer::SHORT_GRACE;
use crate::plan::time::nanos;

/// How often the pacer checks on drivers that may be blocked, and on the last calls: so many
/// nanoseconds.
pub(super) const CHECK: u64 = 1_000_000;

/// How often a thread checks whether another one is done.
const WAIT: Duration = Duration::from_micros(50);

/// All that has not ended when a run is closed.
struct Remains {
    /// Calls that had begun, or were about to: the tick, and the start if there was one.
    cut: Vec<(Tick, Option<u64>)>,
    /// The numbers of admitted ticks whose calls no driver has reached.
    unreached: Vec<Range<u64>>,
}

impl Run {
    /// Schedules no further tick; calls in flight get their grace, and no more than `grace` if one
    /// is given.
    pub(crate) fn stop(&self, grace: Option<Duration>) {
        self.stop_at.fetch_min(self.now(), Ordering::SeqCst);
        if let Some(grace) = grace {
            self.grace.fetch_min(nanos(grace), Ordering::SeqCst);
            self.end_pauses();
        }
        self.wake.wake();
    }

    /// Ends this run and all that go side by side, for a call of the lane that asks for it.
    pub(super) fn stop_side_by_side(&self, lane: usize, why: String) {
        // Behind a closed door the run is over.
        if let Some(_inside) = self.doors[lane].enter() {
            let worker = self.badge.ident.clone();
            self.stop_sign.put_up(Stop { why, worker, at: Instant::now() });
            self.heed_stop_sign();
            // The pacer has the others heed it.
            self.wake.wake();
        }
    }

    /// Stops, if a call of any run beside it has asked for that.
    pub(super) fn heed_stop_sign(&self) {
        if let Some(at) = self.stop_sign.heed() {
            let at = nanos(at.saturating_duration_since(self.origin));
            self.stop_at.fetch_min(at, Ordering::SeqCst);
            // From the stop, which may come when the grace has begun.
            let latest = at.saturating_add(nanos(SHORT_GRACE));
            self.latest_end.fetch_min(latest, Ordering::SeqCst);
            self.end_pauses();
        }
    }

    /// The schedule is at its end.
    pub(super) fn end_schedule(&self, headway: &mut Headway, end: u64) {
        headway.end(end);
        self.stop_at.fetch_min(end, Ordering::SeqCst);
        self.end_callers();
        self.stopped.send_replace(true);
        // The schedule of a loop that makes so many calls goes on until the last answer, though no
        // other call begins: its last calls pause as those before them did.
        if !self.has_made_all() {
            self.end_pauses();
        }
    }

    /// When to check again on the calls in flight, once the schedule has ended; none if the run is
    /// to be closed.
    pub(super) fn wind_down(&self, headway: &mut Headway, now: u64) -> Option<Instant> {
        let last_pauses = self.end_of_last_pauses(headway, now);
        let deadline = self.deadline(headway);
        if self.overtime.in_flight() == 0 || now >= deadline {
            return None;
        }
        if self.is_virtual() {
            // The end of the last call wakes the pacer.
            return Some(self.instant(deadline.min(last_pauses.unwrap_or(deadline))));
        }
        // Ticks may wait at the seat of a driver that is blocked.
        self.check_on_overdue(headway, now);
        self.ring(u64::MAX);
        Some(self.instant(deadline.min(now + CHECK)))
    }

    /// If an admitted tick has waited for long, it wakes all drivers on duty and tells that more
    /// lanes may be needed. Says whether a tick waits.
    pub(super) fn check_on_overdue(&self, headway: &mut Headway, now: u64) -> bool {
        let claimed = self.seats.iter().map(Seat::claimed).filter(|ticks| !ticks.is_empty());
        let oldest = claimed.map(|ticks| ticks.start).chain(self.backlog.first()).min();
        let Some(oldest) = oldest else { return false };
        let overdue = now.saturating_sub(headway.due(oldest));
        if let Some(duty) = self.duty.as_ref().filter(|_| overdue >= CHECK) {
            duty.tell_overdue(overdue);
            self.ring(u64::MAX);
        }
        true
    }

    /// When the grace is over.
    fn deadline(&self, headway: &Headway) -> u64 {
        let from = headway.grace_from().unwrap_or(self.end());
        let end = from.saturating_add(self.grace.load(Ordering::SeqCst));
        end.min(self.latest_end.load(Ordering::SeqCst))
    }

    /// When the pauses of the last calls of a loop end, if they go on when all of its calls have
    /// begun: when the grace is over, or with its duration. If that is now they end, and the calls
    /// that pause have a grace of their own.
    fn end_of_last_pauses(&self, headway: &mut Headway, now: u64) -> Option<u64> {
        if *self.pauses_end.borrow() {
            return None;
        }
        let end = self.deadline(headway).min(self.timeline.end());
        if now < end {
            return Some(end);
        }
        if self.paused_calls.pause() {
            headway.begin_grace_anew(now);
        }
        self.end_pauses();
        None
    }

    /// Ends the run at once, whatever is in flight, and returns when all is told. It may be called
    /// from outside of the run's runtime: a call that blocks the one thread of a paused clock keeps
    /// the pacer from doing this.
    pub(crate) fn abandon(&self) {
        let now = self.now();
        if self.cut_short(now) {
            self.close(now);
        }
        // The pacer, which may sleep for long, has nothing to do here any more.
        self.wake.wake();
        while !*self.over.borrow() {
            std::thread::sleep(WAIT);
        }
    }

    /// Whether the run is this thread's to close.
    fn cut_short(&self, now: u64) -> bool {
        let mut headway = lock(&self.headway);
        let is_ours = headway.begin_closing();
        if is_ours {
            headway.end(now);
            self.stop_at.fetch_min(now, Ordering::SeqCst);
            self.end_callers();
        }
        is_ours
    }

    fn end_pauses(&self) {
        self.pauses_end.send_if_modified(|end| !std::mem::replace(end, true));
    }

    fn end_callers(&self) {
        self.callers.as_deref().into_iter().for_each(Callers::end);
    }

    /// Takes over all that has not ended, tells the gossip that is owed for it, and ends the run.
    ///
    /// For the one thread that `Headway::begin_closing` has said yes to. Calls that still block are
    /// not waited for: their end is told here, and is not theirs to tell any more.
    pub(super) fn close(&self, now: u64) {
        let mut ticks = Ticks::new(self.timeline.clone());
        let Remains { cut, unreached } = self.take_over(&mut ticks); // 1
        cut.into_iter().for_each(|(tick, start)| self.interrupt(tick, start, now)); // 2
        unreached.into_iter().for_each(|range| self.give_up(&mut ticks, range, now)); // 3
        self.await_last_gossip(); // 4
        self.doors.iter().for_each(Door::close); // 5
        self.audience.stop(); // 6
        self.set_over();
    }

    /// The seats come before the flights: a call departs while its driver holds the desk, so that a
    /// closed seat lists no further one. The callers of a closed loop have been told to begin no
    /// other call before.
    fn take_over(&self, ticks: &mut Ticks) -> Remains {
        let mut remains = Remains { cut: Vec::new(), unreached: self.backlog.drain() };
        for Left { running, claimed } in self.seats.iter().map(Seat::close) {
            remains.cut.extend(running.map(|(number, start)| {
                ticks.seek(number);
                (ticks.next(), start)
            }));
            remains.unreached.push(claimed);
        }
        let flights = self.flights.cut().into_iter();
        remains.cut.extend(flights.map(|Begun { tick, start }| (tick, Some(start))));
        self.callers.as_deref().into_iter().for_each(Callers::abort);
        remains
    }

    fn interrupt(&self, tick: Tick, start: Option<u64>, end: u64) {
        let ended = if start.is_some() { Ended::interrupted() } else { Ended::never_begun() };
        self.land(self.overtime.slot(0), Landing { tick, start, end, ended });
    }

    fn give_up(&self, ticks: &mut Ticks, unreached: Range<u64>, now: u64) {
        ticks.seek(unreached.start);
        for _ in unreached {
            let tick = ticks.next();
            self.tell_before(tick);
            self.interrupt(tick, None, now);
        }
    }

    /// A call that was taken off its seat or its list just before has its gossip told by another
    /// thread, which frees the slot right after.
    fn await_last_gossip(&self) {
        while self.overtime.in_flight() > 0 {
            std::thread::sleep(WAIT);
        }
    }

    fn set_over(&self) {
        self.badge.set_free();
        self.stopped.send_replace(true);
        self.end_pauses();
        self.over.send_replace(true);
    }
}

/// Closes a run on a thread of its own: that takes a while if much is in flight, and runs beside it
/// have ticks to make.
pub(super) fn close_aside(run: &Arc<Run>, now: u64) {
    let closing = LastResort(vec![run.clone()]);
    let thread = std::thread::Builder::new().name("pusher-closing".to_string());
    if thread.spawn(move || closing.0[0].close(now)).is_err() {
        run.close(now);
    }
}

/// Lets nobody wait for runs whose pacer, or whose closing, has panicked, which would be a bug:
/// their ticks are missing, and the verdict says so.
pub(super) struct LastResort(pub(super) Vec<Arc<Run>>);

impl Drop for LastResort {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.iter().filter(|run| !*run.over.borrow()).for_each(|run| run.set_over());
        }
    }
}
