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
    /// One tick per second.
    pub(super) const ONE: Constant = Constant { ticks: 1, nanos: 1_000_000_000 };

    /// The ticks of so many Workers at this rate, all in one row.
    pub(super) fn new(rps: &Rps, workers: u64) -> Constant {
        let (ticks, nanos) = rps.fraction();
        Constant { ticks: ticks * u128::from(workers), nanos }
    }

    /// The instant by which so many calls should have been made, in nanoseconds rounded down; none
    /// beyond the longest schedule.
    pub(super) fn due_of(self, calls: Calls) -> Option<u64> {
        // Few rates have so many digits that the short way is closed.
        if let (Some(nanos), Some(part)) =
            (calls.checked_mul(self.nanos), self.ticks.checked_mul(CALL))
        {
            return u64::try_from(nanos / part).ok();
        }
        let (due, _) = Wide::product(calls, self.nanos).divided(Wide::product(self.ticks, CALL));
        u64::try_from(due).ok()
    }

    /// Nanoseconds from the start to the instant at which tick `i` is due, rounded down.
    pub(super) fn due(self, i: u128) -> u64 {
        u64::try_from(divided(i, self.nanos, self.ticks).0).unwrap_or(u64::MAX)
    }

    /// How many ticks are due `elapsed` nanoseconds after the start.
    pub(super) fn due_by(self, elapsed: u64) -> u128 {
        let (due, rest) = divided(u128::from(elapsed) + 1, self.ticks, self.nanos);
        due + u128::from(rest > 0)
    }

    /// The due times from tick `i` on, of each `every`th tick, one after the other and without a
    /// division each.
    pub(super) fn dues(self, i: u128, every: u64) -> Dues {
        let (next, rest) = divided(i, self.nanos, self.ticks);
        let (step, step_rest) = divided(every.into(), self.nanos, self.ticks);
        Dues { next: next as u64, rest, step: step as u64, step_rest, part: self.ticks }
    }
}

/// How many times `divisor` goes into a product, and what is left.
#[inline]
fn divided(a: u128, b: u128, divisor: u128) -> (u128, u128) {
    match a.checked_mul(b) {
        Some(product) => {
            let quotient = product / divisor;
            (quotient, product - quotient * divisor)
        }
        None => {
            let (quotient, rest) = Wide::product(a, b).divided(Wide::from(divisor));
            (quotient, rest.low())
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
