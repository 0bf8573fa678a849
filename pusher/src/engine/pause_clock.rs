//! [`PauseClock`]: how long a call, or a step of one, has paused by
//! [`Call::pause`](crate::Call::pause).
//!
//! ```text
//!   a call     ├──────┤╌╌╌╌╌╌╌╌╌╌╌╌╌├────┤      time that counts ── and none ╌╌
//!   pauses            ├──────────┤
//!                         ├─────────┤           that run side by side count once
//!   a step        ├───┤╌╌╌╌╌╌╌╌╌╌╌╌╌├──┤        around the pauses
//!   a step            ├────────┤                beside them
//! ```
//!
//! The pauses of a step are those that begin and end while the step is polled: the clocks of the
//! steps that a thread is polling lie on a stack.

use std::cell::RefCell;
use std::time::Duration;

use tokio::time::Instant;

/// How long something has paused. Pauses that run side by side count once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PauseClock {
    /// How many pauses go on.
    open: u32,
    /// When the first of them began.
    since: Option<Instant>,
    /// All that are over.
    total: Duration,
}

impl PauseClock {
    pub(super) fn begin(&mut self, now: Instant) {
        self.open += 1;
        self.since.get_or_insert(now);
    }

    /// One of the pauses ends, if one goes on.
    pub(super) fn end(&mut self, now: Instant) {
        self.open = self.open.saturating_sub(1);
        if self.open == 0 {
            self.total = self.paused_by(now);
            self.since = None;
        }
    }

    /// How long it has paused until then.
    pub(super) fn paused_by(&self, now: Instant) -> Duration {
        let open = self.since.map(|since| now.saturating_duration_since(since));
        self.total + open.unwrap_or_default()
    }

    /// When the pause began that goes on, if one does.
    pub(super) fn since(&self) -> Option<Instant> {
        self.since
    }

    /// How long all pauses took that are over.
    pub(super) fn total(&self) -> Duration {
        self.total
    }
}

thread_local! {
    /// The clocks of the steps that this thread is polling, the innermost last.
    static POLLED: RefCell<Vec<PauseClock>> = const { RefCell::new(Vec::new()) };
}

/// A step is being polled, until this is dropped.
pub(super) struct StepIsPolled(());

impl StepIsPolled {
    /// Puts the clock of a step on the stack.
    pub(super) fn enter(clock: PauseClock) -> StepIsPolled {
        POLLED.with_borrow_mut(|polled| polled.push(clock));
        StepIsPolled(())
    }

    /// How far its clock is now.
    pub(super) fn clock(&self) -> PauseClock {
        POLLED.with_borrow(|polled| polled.last().copied().unwrap_or_default())
    }
}

impl Drop for StepIsPolled {
    fn drop(&mut self) {
        POLLED.with_borrow_mut(|polled| polled.pop());
    }
}

/// A pause begins, in all steps that this thread is polling.
pub(super) fn begin_in_steps(now: Instant) {
    POLLED.with_borrow_mut(|polled| polled.iter_mut().for_each(|clock| clock.begin(now)));
}

/// A pause ends, in the same steps.
pub(super) fn end_in_steps(now: Instant) {
    POLLED.with_borrow_mut(|polled| polled.iter_mut().for_each(|clock| clock.end(now)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_side_by_side_count_once() {
        let (start, mut clock) = (Instant::now(), PauseClock::default());
        let at = |seconds| start + seconds * SECOND;
        clock.end(at(0));
        assert_eq!(clock, PauseClock::default(), "no pause went on");
        clock.begin(at(1));
        clock.begin(at(2));
        assert_eq!(clock.paused_by(at(3)), 2 * SECOND);
        assert_eq!(clock.total(), Duration::ZERO);
        clock.end(at(4));
        assert_eq!(clock.since(), Some(at(1)));
        clock.end(at(5));
        assert_eq!(clock.paused_by(at(9)), 4 * SECOND);
        assert_eq!(clock.total(), 4 * SECOND);
        clock.begin(at(10));
        clock.end(at(11));
        assert_eq!(clock.since(), None);
        assert_eq!(clock.total(), 5 * SECOND);
    }

    #[test]
    fn a_pause_is_in_the_steps_that_are_polled() {
        let now = Instant::now();
        let outer = StepIsPolled::enter(PauseClock::default());
        drop(StepIsPolled::enter(PauseClock::default()));
        begin_in_steps(now);
        let inner = StepIsPolled::enter(PauseClock::default());
        end_in_steps(now + SECOND);
        assert_eq!(inner.clock(), PauseClock::default());
        drop(inner);
        assert_eq!(outer.clock().total(), SECOND);
    }
}
