//! [`Constant`]: the same rate all the time, in integers. No rounding adds up.

use super::calls::{CALL, Calls};
use super::wide::Wide;
use crate::plan::rate::Rps;

/// A constant rate: `ticks` every `nanos`. Tick `i` is due `i / rate` after the start, as long as
/// that is before the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constant {
    ticks: u128,
    nanos: u128,
}

impl Constant {
    pub(super) fn new(rps: Rps) -> Constant {
        let (ticks, nanos) = rps.fraction();
        Constant { ticks, nanos }
    }

    /// The instant by which so many calls should have been made, in nanoseconds rounded down; none
    /// beyond the longest schedule.
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

/// The due times one after the other, by additions alone: a nanosecond more each time that the
/// rests add up to one.
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
