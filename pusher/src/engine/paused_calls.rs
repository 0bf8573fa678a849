//! [`PausedCalls`]: the calls in flight that have paused, and for how long.
//!
//! A run whose calls never pause pays for it with a look at a flag at the end of each call.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;

use super::pause_clock::PauseClock;
use super::sync::{Mutex, lock};
use crate::plan::time::nanos;

/// The number of a call's tick, and whether that is one of the warm-up.
pub(crate) type CallNumber = (u64, bool);

/// The clocks of such calls, from their first pause to their end.
pub(crate) struct PausedCalls {
    /// Whether any call has paused.
    any: AtomicBool,
    /// In drawers, so that threads seldom wait for one another.
    drawers: Box<[Drawer]>,
}

/// On cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
struct Drawer(Mutex<HashMap<CallNumber, PauseClock>>);

impl PausedCalls {
    pub(super) fn new(drawers: usize) -> PausedCalls {
        let drawers = (0..drawers).map(|_| Drawer::default()).collect();
        PausedCalls { any: AtomicBool::new(false), drawers }
    }

    /// A call that is in flight begins to pause.
    pub(super) fn begin(&self, call: CallNumber, now: Instant) {
        if !self.any.load(Ordering::Relaxed) {
            self.any.store(true, Ordering::Release);
        }
        lock(&self.drawer(call).0).entry(call).or_default().begin(now);
    }

    /// It goes on, if it is in flight still.
    pub(super) fn end(&self, call: CallNumber, now: Instant) {
        if let Some(clock) = lock(&self.drawer(call).0).get_mut(&call) {
            clock.end(now);
        }
    }

    /// Whether any of them is in a pause.
    pub(super) fn pause(&self) -> bool {
        let pauses = |clock: &PauseClock| clock.since().is_some();
        self.any.load(Ordering::Acquire)
            && self.drawers.iter().any(|drawer| lock(&drawer.0).values().any(pauses))
    }

    /// The clock of a call that has paused.
    pub(super) fn clock(&self, call: CallNumber) -> Option<PauseClock> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        lock(&self.drawer(call).0).get(&call).copied()
    }

    /// A call has ended: how many nanoseconds it had paused until then.
    #[inline]
    pub(super) fn take(&self, call: CallNumber, end: impl FnOnce() -> Instant) -> u64 {
        if self.any.load(Ordering::Acquire) { self.take_clock(call, end()) } else { 0 }
    }

    #[cold]
    fn take_clock(&self, call: CallNumber, end: Instant) -> u64 {
        let clock = lock(&self.drawer(call).0).remove(&call);
        clock.map_or(0, |clock| nanos(clock.paused_by(end)))
    }

    fn drawer(&self, (seq, _): CallNumber) -> &Drawer {
        &self.drawers[seq as usize % self.drawers.len()]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_call_is_kept_from_its_first_pause_to_its_end() {
        let (start, paused) = (Instant::now(), PausedCalls::new(2));
        let at = |seconds| start + Duration::from_secs(seconds);
        let [call, of_the_warm_up] = [(5, false), (5, true)];
        assert_eq!(paused.take(call, || unreachable!("no call has paused")), 0);
        paused.begin(call, at(1));
        paused.end(call, at(3));
        assert!(paused.clock(of_the_warm_up).is_none());
        paused.begin(call, at(4));
        assert_eq!(paused.clock(call).unwrap().since(), Some(at(4)));
        assert_eq!(paused.take(call, || at(5)), 3_000_000_000, "in the middle of a pause too");
        paused.end(call, at(6));
        assert_eq!(paused.take(call, || at(7)), 0);
    }
}
