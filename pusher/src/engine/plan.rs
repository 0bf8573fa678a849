//! The two schedules of a run on one time line.

use crate::plan::schedule::{Dues, Schedule};

/// The warm-up and then the measured time, their ticks numbered in a row.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    warmup: Schedule,
    measured: Schedule,
}

/// One tick of a plan. `due` is in nanoseconds from the origin, where the warm-up starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tick {
    pub(crate) seq: u64,
    pub(crate) warmup: bool,
    pub(crate) due: u64,
}

impl Plan {
    pub(crate) fn new(warmup: Schedule, measured: Schedule) -> Plan {
        Plan { warmup, measured }
    }

    /// From the origin to the start of the measured time.
    pub(crate) fn start(&self) -> u64 {
        self.warmup.length()
    }

    /// From the origin to the end of the measured schedule.
    pub(crate) fn end(&self) -> u64 {
        self.start() + self.measured.length()
    }

    pub(crate) fn ticks(&self) -> u64 {
        self.warmup.ticks() + self.measured.ticks()
    }

    /// How many of the first `ticks` ticks are warm-up ticks.
    pub(crate) fn warmup_within(&self, ticks: u64) -> u64 {
        ticks.min(self.warmup.ticks())
    }

    /// How many ticks are due `now` nanoseconds after the origin.
    pub(crate) fn due_by(&self, now: u64) -> u64 {
        match now.checked_sub(self.start()) {
            Some(now) => self.warmup.ticks() + self.measured.due_by(now),
            None => self.warmup.due_by(now),
        }
    }

    /// When a tick is due, in nanoseconds from the origin.
    pub(crate) fn due(&self, number: u64) -> u64 {
        match number.checked_sub(self.warmup.ticks()) {
            Some(seq) => self.start() + self.measured.due(seq),
            None => self.warmup.due(number),
        }
    }

    /// The ticks from `number` on.
    pub(crate) fn from(&self, number: u64) -> Ticks {
        match number.checked_sub(self.warmup.ticks()) {
            Some(seq) => Ticks { plan: *self, number, seq, warmup: false, offset: self.start(), dues: self.measured.dues(seq) },
            None => Ticks { plan: *self, number, seq: number, warmup: true, offset: 0, dues: self.warmup.dues(number) },
        }
    }
}

/// Walks the ticks of a plan without a division each.
#[derive(Clone, Copy)]
pub(crate) struct Ticks {
    plan: Plan,
    number: u64,
    seq: u64,
    warmup: bool,
    offset: u64,
    dues: Dues,
}

impl Ticks {
    pub(crate) fn next(&mut self) -> Tick {
        if self.warmup && self.number == self.plan.warmup.ticks() {
            *self = self.plan.from(self.number);
        }
        let tick = Tick { seq: self.seq, warmup: self.warmup, due: self.offset + self.dues.step() };
        self.number += 1;
        self.seq += 1;
        tick
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::schedule::Rps;

    #[test]
    fn warm_up_ticks_come_first_and_count_on_their_own() {
        let ten = |millis| Schedule::new(Rps::new(10).unwrap(), Duration::from_millis(millis));
        let plan = Plan::new(ten(250), ten(200));
        let tick = |seq, warmup, millis: u64| Tick { seq, warmup, due: millis * 1_000_000 };
        let all = [tick(0, true, 0), tick(1, true, 100), tick(2, true, 200), tick(0, false, 250), tick(1, false, 350)];
        let mut ticks = plan.from(0);
        for (number, tick) in all.into_iter().enumerate() {
            assert_eq!((plan.due(number as u64), ticks.next()), (tick.due, tick));
            assert_eq!(plan.due_by(tick.due), number as u64 + 1);
        }
        assert_eq!((plan.ticks(), plan.due_by(u64::MAX / 2), plan.warmup_within(4)), (5, 5, 3));
        assert_eq!((plan.start(), plan.end()), (250_000_000, 450_000_000));
    }
}
