//! [`Seat`]: where a driver sits, with the claimed ticks and the running call on its [`Desk`].
//!
//! The desk is held while the driver is between two calls, gossip included, and free while the
//! driver is inside a call. So another driver can take claimed ticks from one whose call blocks,
//! and the run can be closed around it.
//!
//! ```text
//!                  desk(): its driver, before and after each call
//!             ┌─── give(): another driver, for half of the claim ────┐
//!             │                                                      ▼
//!           FREE ◀────────────── the Desk is dropped ────────────── HELD
//!             │
//!             └─── close(): the closing of the run ──▶ CLOSED, for good: the driver gets no desk
//!                                                      again, and its call has been taken over
//!
//!   driver    ┄┄ HELD ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│┄┄ FREE ┄┄│┄┄ HELD ┄┄
//!             tells an end, frees the slot, takes the next │ is in   │ tells its
//!             tick of its claim, tells its begin           │ a call  │ end, ..
//! ```
//!
//! It is a lock of our own, because a mutex costs twice as much: to take it is one
//! read-modify-write, to give it back a store. Nobody waits for it but the closing of the run. It
//! guards numbers, and so needs no unsafe code.

use std::ops::Range;

use super::bell::Bell;
use super::sync::{AtomicBool, AtomicU8, AtomicU64, Ordering, pause, spin_loop};
use super::timeline::{Tick, Ticks};

/// A driver's claim, its running call, and the bell that wakes it. On cache lines of its own.
#[repr(align(128))]
pub(crate) struct Seat {
    /// Of the desk: free, held or closed.
    state: AtomicU8,
    /// Whether a call is running.
    running: AtomicBool,
    /// Whether the driver waits to be rung, or is about to.
    idle: AtomicBool,
    /// The number of the tick after the one that is running, or was last.
    next: AtomicU64,
    /// Where the claim ends.
    end: AtomicU64,
    /// One more than the nanosecond at which the running call began; zero before.
    start: AtomicU64,
    bell: Bell,
}

const FREE: u8 = 0;
const HELD: u8 = 1;
const CLOSED: u8 = 2;

/// The right to see and change the claim and the running call of a seat, until it is dropped.
pub(crate) struct Desk<'a>(&'a Seat);

/// The work that a driver leaves when its seat is closed.
pub(crate) struct Left {
    /// The number of the tick whose call is running, and when that began, if it has.
    pub(crate) running: Option<(u64, Option<u64>)>,
    /// The numbers of the ticks that were claimed and not begun.
    pub(crate) claimed: Range<u64>,
}

impl Seat {
    pub(crate) fn new() -> Seat {
        Seat {
            state: AtomicU8::new(FREE),
            running: AtomicBool::new(false),
            idle: AtomicBool::new(false),
            next: AtomicU64::new(0),
            end: AtomicU64::new(0),
            start: AtomicU64::new(0),
            bell: Bell::default(),
        }
    }

    /// The desk, for its driver; none when the run is closed.
    pub(crate) fn desk(&self) -> Option<Desk<'_>> {
        loop {
            match self.hold() {
                Ok(desk) => return Some(desk),
                Err(CLOSED) => return None,
                // Somebody takes ticks from here, which is a matter of nanoseconds.
                Err(_) => spin_loop(),
            }
        }
    }

    /// Takes half of the claim that is left here, rounded up, for another driver. None from a desk
    /// that is held: its driver is between two calls. If the next one blocks, the pacer has
    /// somebody come again.
    pub(crate) fn give(&self) -> Option<Range<u64>> {
        let desk = self.hold().ok()?;
        let left = desk.left();
        let given = left.start + (left.end - left.start) / 2..left.end;
        self.end.store(given.start, Ordering::Relaxed);
        (!given.is_empty()).then_some(given)
    }

    /// Whether ticks are claimed here that are not begun.
    pub(crate) fn has_claimed(&self) -> bool {
        self.next.load(Ordering::Relaxed) < self.end.load(Ordering::Relaxed)
    }

    /// The ticks that are claimed here and not begun, as far as one knows who does not hold the
    /// desk: never one of them that was begun before. An end before the start says that there is
    /// none.
    pub(crate) fn claimed(&self) -> Range<u64> {
        // The end first, which is put down last.
        let end = self.end.load(Ordering::Acquire);
        self.next.load(Ordering::Relaxed)..end
    }

    /// Closes the seat for good, as soon as its driver has told the gossip that it is telling.
    pub(crate) fn close(&self) -> Left {
        let desk = loop {
            match self.hold() {
                Ok(desk) => break desk,
                Err(_) => pause(),
            }
        };
        let claimed = desk.left();
        let running = self.running.load(Ordering::Relaxed);
        let start = self.start.load(Ordering::Relaxed).checked_sub(1);
        std::mem::forget(desk);
        self.state.store(CLOSED, Ordering::Release);
        self.bell.ring();
        Left { running: running.then(|| (claimed.start - 1, start)), claimed }
    }

    /// Marks when the running call began.
    pub(crate) fn mark_start(&self, start: u64) {
        self.start.store(start + 1, Ordering::Relaxed);
    }

    /// Waits to be rung, unless ticks wait.
    pub(crate) async fn wait_for_ticks(&self, ticks_wait: impl FnOnce() -> bool) {
        // Idle first, and then one more look at the backlog: a tick pushed in between finds an idle
        // driver to ring, or is found. Swaps and no stores: then whoever rings reads the value that
        // was set last, and loom can tell.
        self.idle.swap(true, Ordering::SeqCst);
        if !ticks_wait() {
            self.bell.rung().await;
        }
        self.idle.swap(false, Ordering::SeqCst);
    }

    /// Wakes the driver if it is idle, and says whether it was.
    pub(crate) fn ring_if_idle(&self) -> bool {
        let idle = self.idle.swap(false, Ordering::SeqCst);
        if idle {
            self.bell.ring();
        }
        idle
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }

    fn hold(&self) -> Result<Desk<'_>, u8> {
        self.state
            .compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Acquire)
            .map(|_| Desk(self))
    }
}

impl Desk<'_> {
    /// Puts down a new claim, when nothing of the last is left.
    pub(crate) fn put(&self, claimed: Range<u64>) {
        self.0.next.store(claimed.start, Ordering::Relaxed);
        self.0.end.store(claimed.end, Ordering::Release);
    }

    /// Makes the next claimed tick, which `ticks` stands at, the running one.
    #[inline]
    pub(crate) fn next(&self, ticks: &mut Ticks) -> Option<Tick> {
        let left = self.left();
        let is_running = !left.is_empty();
        self.0.running.store(is_running, Ordering::Relaxed);
        self.0.start.store(0, Ordering::Relaxed);
        is_running.then(|| {
            self.0.next.store(left.start + 1, Ordering::Relaxed);
            ticks.next()
        })
    }

    /// No call is running.
    pub(crate) fn rest(&self) {
        self.0.running.store(false, Ordering::Relaxed);
    }

    fn left(&self) -> Range<u64> {
        self.0.next.load(Ordering::Relaxed)..self.0.end.load(Ordering::Relaxed)
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        self.0.state.store(FREE, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_take_half_of_what_a_blocked_driver_has_claimed() {
        let seat = Seat::new();
        seat.desk().unwrap().put(10..15);
        let given = [(); 4].map(|()| seat.give());
        assert_eq!(given, [Some(12..15), Some(11..12), Some(10..11), None]);
        let _held = seat.desk();
        assert_eq!(seat.give(), None, "its driver is getting on");
    }

    #[test]
    fn a_closed_seat_has_no_desk() {
        let seat = Seat::new();
        seat.desk().unwrap().put(10..15);
        let left = seat.close();
        assert_eq!(left.running, None);
        assert_eq!(left.claimed, 10..15);
        assert!(seat.is_closed());
        assert!(seat.desk().is_none());
        assert!(seat.give().is_none());
    }
}
