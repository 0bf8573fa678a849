//! A constant rate, in integers: no rounding that adds up.

use super::wide::Wide;
use super::{CALL, Calls};
use crate::plan::rate::Rps;

/// At a constant rate tick `i` is due `i / rate` after the start, while that is before the end.
impl Rps {
    /// How many ticks there are in so many nanoseconds: ceil(rate × duration).
    pub(super) fn ticks_in(self, length: u64) -> u64 {
        (u128::from(length) * self.ticks).div_ceil(self.nanos) as u64
    }

    /// When so many calls should have been made, in nanoseconds rounded down; none beyond what a
    /// schedule can hold.
    pub(super) fn due_of(self, calls: Calls) -> Option<u64> {
        // Few rates have so many digits that the short way is closed.
        if let Some(nanos) = calls.checked_mul(self.nanos) {
            return u64::try_from(nanos / (self.ticks * CALL)).ok();
        }
        let (due, _) = Wide::product(calls, self.nanos).divided(Wide::product(self.ticks, CALL));
        u64::try_from(due).ok()
    }

    /// Nanoseconds from the start to the instant at which tick `i` is due, rounded down.
    pub(super) fn due(self, i: u64) -> u64 {
        (u128::from(i) * self.nanos / self.ticks) as u64
    }

    /// How many ticks are due `elapsed` nanoseconds after the start.
    pub(super) fn due_by(self, elapsed: u64) -> u64 {
        u64::try_from(((u128::from(elapsed) + 1) * self.ticks).div_ceil(self.nanos))
            .unwrap_or(u64::MAX)
    }

    /// The due times from tick `i` on, one after the other and without a division each.
    pub(super) fn dues(self, i: u64) -> Dues {
        let (at, part) = (u128::from(i) * self.nanos, self.ticks);
        Dues {
            next: (at / part) as u64,
            rest: at % part,
            step: (self.nanos / part) as u64,
            step_rest: self.nanos % part,
            part,
        }
    }
}

/// See [`Rps::dues`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dues {
    next: u64,
    rest: u128,
    step: u64,
    step_rest: u128,
    part: u128,
}

impl Dues {
    /// The due time of the next tick.
    pub(super) fn step(&mut self) -> u64 {
        let due = self.next;
        self.next += self.step;
        self.rest += self.step_rest;
        if self.rest >= self.part {
            self.rest -= self.part;
            self.next += 1;
        }
        due
    }
}
