//! [`Look`]: the ticks that have come due are admitted or canceled; and which of those that are
//! refused are canceled late: the generator is to blame for them, and not the service.
//!
//! The pacer looks, or a lane that is awake (`Run::look_on`). What counts is whether a slot was
//! free when the tick was due. So before a slot is freed, the ticks are decided on that were due
//! while it was held (`Run::decide_before`), to 50 µs.
//!
//! ```text
//!   ticks that are due by now, the oldest first
//!   ├── admitted ──┼── refused ───────────────────────────────────┤
//!                  ├── late ───────────┼── on time ───────────────┤
//!                  more than 2 ms after  as many of them are canceled late as there are slots
//!                  they were due         held by late calls: calls that began late, or that have
//!                                        not begun and are late already
//!                  ├── canceled late ──────────────┤
//! ```

use std::ops::Range;
use std::sync::atomic::Ordering;

use tokio::time::Instant;

use super::closing::CHECK;
use super::headway::{Headway, RefusedTicks};
use super::lanes::real_now;
use super::run::Run;
use super::seat::Seat;
use super::sync::lock;
use crate::plan::time::nanos;

/// Who paces sleeps no less than that, in nanoseconds, while so many ticks wait that drivers have
/// enough to do: wake-ups would take their time.
pub(super) const LONG_QUANTUM: u64 = 200_000;
/// So many on a lane.
const MANY: u64 = 256;
/// Nobody looks for a call that ends sooner after the last look, in nanoseconds: each of many short
/// calls would look otherwise, if slots are short.
const GRAIN: u64 = 50_000;
/// With so many free slots, no tick finds none before the next look.
const SPARE: u64 = 1 << 14;

/// The ticks that have come due, when somebody looks at them.
struct Look {
    /// In nanoseconds from the origin.
    now: u64,
    /// Not yet in the backlog: what a driver can take is over before it is looked at.
    admitted: Range<u64>,
    refused: Range<u64>,
}

impl Look {
    /// The ticks that are refused, and how many of them are canceled late.
    fn refused(&self, run: &Run, headway: &mut Headway) -> RefusedTicks {
        let ticks = self.refused.clone();
        if ticks.is_empty() {
            return RefusedTicks { ticks, late: 0 };
        }
        let late = headway.late_among(ticks.clone(), self.now);
        let on_time = ticks.end - ticks.start - late;
        let held = if on_time == 0 { 0 } else { self.held_late(run, headway, on_time) };
        RefusedTicks { ticks, late: late + held.min(on_time) }
    }

    /// How many slots are held by late calls; it looks for no more than `enough` of them.
    fn held_late(&self, run: &Run, headway: &mut Headway, enough: u64) -> u64 {
        let begun = run.overtime.late_in_flight();
        if begun >= enough {
            return begun;
        }
        let mut late = |ticks| headway.late_among(ticks, self.now);
        let claimed: u64 = run.seats.iter().map(Seat::claimed).map(&mut late).sum();
        let waiting = run.backlog.late(enough, &mut late);
        begun + claimed + waiting + late(self.admitted.clone())
    }
}

impl Run {
    /// Admits the ticks that have come due as long as there are free slots, and cancels the others.
    /// Says how many it admitted.
    pub(super) fn schedule(&self, headway: &mut Headway, now: u64, ring: impl FnOnce(u64)) -> u64 {
        let due = headway.move_to(now.min(self.end()));
        if due.is_empty() {
            return 0;
        }
        let ticks = self.overtime.admit(due.end - due.start);
        let (admitted, refused) = (due.start..due.start + ticks, due.start + ticks..due.end);
        let look = Look { now, admitted, refused };
        let refused = look.refused(self, headway);
        if ticks > 0 {
            self.backlog.push(look.admitted);
            ring(ticks);
        }
        let mut late = refused.late;
        headway.cancel(refused, |tick| match late.checked_sub(1) {
            Some(others) => {
                late = others;
                self.tell_canceled_late(tick);
            }
            None => self.tell_canceled(tick),
        });
        self.look_ahead(headway, now);
        ticks
    }

    /// Finds out whether the next ticks may find no free slot, before a lane or the pacer looks
    /// again.
    fn look_ahead(&self, headway: &mut Headway, now: u64) {
        if self.duty.is_none() {
            return;
        }
        let free = self.overtime.free();
        let from = match headway.next_due() {
            Some(due) if free < SPARE && headway.ticks_until(due + 2 * CHECK) > free => {
                due.max(now + GRAIN)
            }
            _ => u64::MAX,
        };
        if self.undecided_from.load(Ordering::Relaxed) != from {
            self.undecided_from.store(from, Ordering::Release);
        }
    }

    /// A call of a lane has ended at that instant, and its slot is about to be free. Ticks that
    /// were due before that could not have it, though nobody has looked at them yet.
    #[inline]
    pub(super) fn decide_before(&self, end: u64, lane: usize) {
        if end > self.undecided_from.load(Ordering::Acquire) {
            self.decide_now(end, lane);
        }
    }

    #[cold]
    fn decide_now(&self, end: u64, lane: usize) {
        let mut headway = lock(&self.headway);
        if !headway.is_closing() && headway.ended().is_none() {
            self.schedule(&mut headway, end - 1, |ticks| self.ring_on(lane, ticks));
        }
    }

    /// What a lane does that is awake: it sees to the ticks that are due, and says when the next
    /// one is. None when no more are to come. It sees to those of a partner too, for which of both
    /// comes first is known only then.
    pub(super) fn look_on(&self, lane: usize) -> Option<Instant> {
        if let Some(partner) = self.partner() {
            partner.look_alone_on(lane);
        }
        self.look_alone_on(lane)
    }

    fn look_alone_on(&self, lane: usize) -> Option<Instant> {
        self.duty.as_ref()?;
        let mut headway = lock(&self.headway);
        let now = real_now();
        if headway.is_closing() || headway.ended().is_some() {
            return None;
        }
        if now < self.origin {
            return Some(self.origin);
        }
        let now = nanos(now - self.origin);
        self.schedule(&mut headway, now, |_| {});
        let waiting = self.backlog.waiting();
        if waiting > 0 && self.is_on_duty(lane) {
            self.ring_on(lane, waiting);
        }
        let rest = if waiting > MANY { LONG_QUANTUM } else { 0 };
        headway.next_due().map(|due| self.instant(due.max(now + rest)))
    }
}
