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
            Order::Closed { closed, .. } => closed.calls.filter(|_| closed.duration.is_none()),
        }
    }

    /// How long it is measured, if that is known beforehand.
    pub(crate) fn duration(&self) -> Option<Duration> {
        match self {
            Order::Open { measured, .. } => (measured.length() < FOREVER).then(|| Duration::from_nanos(measured.length())),
            Order::Closed { closed, .. } => closed.duration,
        }
    }
}
