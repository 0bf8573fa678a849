//! What a Worker is to do.

use std::time::Duration;

use super::closed::ClosedLoop;
use super::schedule::{FOREVER, Timetable};

/// An open loop along a timetable, or a closed one; before it the warm-up, in nanoseconds.
#[derive(Clone)]
pub(crate) enum Order {
    Open { warmup: Timetable, measured: Timetable },
    Closed { warmup: u64, closed: ClosedLoop },
}

impl Order {
    /// How long the warm-up is.
    pub(crate) fn warmup(&self) -> u64 {
        match self {
            Order::Open { warmup, .. } => warmup.length(),
            Order::Closed { warmup, .. } => *warmup,
        }
    }

    /// How many measured calls it makes, if that is known beforehand.
    pub(crate) fn ticks(&self) -> Option<u64> {
        match self {
            Order::Open { measured, .. } => (measured.length() < FOREVER).then(|| measured.ticks()),
            Order::Closed { closed, .. } => {
                closed.calls.filter(|_| closed.duration.is_none() && closed.calls_in_all.is_none())
            }
        }
    }

    /// How long it is measured, if that is known beforehand.
    pub(crate) fn duration(&self) -> Option<Duration> {
        match self {
            Order::Open { measured, .. } => {
                (measured.length() < FOREVER).then(|| Duration::from_nanos(measured.length()))
            }
            Order::Closed { closed, .. } => closed.duration,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_of_a_closed_loop_are_known_where_nothing_else_ends_it() {
        let ticks = |closed| Order::Closed { warmup: 0, closed }.ticks();
        let closed = ClosedLoop::new(2).calls(100);
        assert_eq!(ticks(closed), Some(100));
        assert_eq!(ticks(closed.duration(Duration::from_secs(1))), None);
        assert_eq!(ticks(ClosedLoop { calls_in_all: Some(10), ..closed }), None);
    }
}
