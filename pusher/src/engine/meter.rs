//! [`Meter`]: for how long a lane was awake.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Written to by its lane alone, on cache lines of its own.
///
/// One number tells both how long the lane was awake before and since when it is, so that whoever
/// reads it never sees one without the other.
#[repr(align(128))]
pub(crate) struct Meter {
    zero: Instant,
    /// Asleep: twice the nanoseconds for which it was awake. Awake: those less the instant at which
    /// it awoke, twice, and one.
    state: AtomicI64,
    /// Since when the lane is awake; the future if it is asleep.
    since: AtomicI64,
}

impl Meter {
    /// Of a lane that is awake.
    pub(super) fn start() -> Meter {
        Meter { zero: Instant::now(), state: AtomicI64::new(1), since: AtomicI64::new(0) }
    }

    /// The lane falls asleep.
    pub(super) fn sleep(&self) {
        self.state.store(self.awake_at(self.now()) << 1, Ordering::Relaxed);
        self.since.store(i64::MAX, Ordering::Relaxed);
    }

    /// The lane awakes.
    pub(super) fn wake(&self) {
        let (before, now) = (self.state.load(Ordering::Relaxed) >> 1, self.now());
        self.state.store((before - now) << 1 | 1, Ordering::Relaxed);
        self.since.store(now, Ordering::Relaxed);
    }

    /// For how many nanoseconds the lane has been awake so far. One who is interrupted between
    /// its look at the clock and that at the lane may get a little less than before.
    pub(super) fn awake(&self) -> u64 {
        self.awake_at(self.now()).max(0) as u64
    }

    /// For how many nanoseconds the lane has not been asleep; zero if it is.
    pub(super) fn awake_in_a_row(&self) -> u64 {
        (self.now() - self.since.load(Ordering::Relaxed)).max(0) as u64
    }

    fn awake_at(&self, now: i64) -> i64 {
        let state = self.state.load(Ordering::Relaxed);
        let is_awake = state & 1 == 1;
        (state >> 1) + if is_awake { now } else { 0 }
    }

    fn now(&self) -> i64 {
        self.zero.elapsed().as_nanos() as i64
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    #[test]
    fn time_counts_while_the_lane_is_awake() {
        let (meter, moment) = (Meter::start(), Duration::from_millis(2));
        sleep(moment);
        let first = meter.awake();
        assert!(first >= 2_000_000, "{first}");
        meter.sleep();
        let asleep = meter.awake();
        assert!(asleep >= first);
        sleep(moment);
        assert_eq!(meter.awake(), asleep, "it does not count while the lane is asleep");
        meter.wake();
        sleep(moment);
        assert!(meter.awake() >= asleep + 2_000_000);
    }
}
