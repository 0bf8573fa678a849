//! The two schedules of a run on one time line.

use std::sync::Arc;

use crate::plan::schedule::{Cursor, Timetable};

/// The warm-up and then the measured time, their ticks numbered in a row.
pub(crate) struct Plan {
    warmup: Timetable,
    measured: Timetable,
}

/// One tick of a plan. `due` is in nanoseconds from the origin, where the warm-up starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tick {
    pub(crate) seq: u64,
    pub(crate) warmup: bool,
    pub(crate) due: u64,
}

impl Plan {
    pub(crate) fn new(warmup: Timetable, measured: Timetable) -> Plan {
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
}

/// Goes through the ticks of a plan, and keeps what makes the next ones cheap.
pub(crate) struct Ticks {
    plan: Arc<Plan>,
    number: u64,
    warmup: bool,
    /// What is not counted in the numbers, nor in the due times, of the schedule in which it
    /// stands.
    before: (u64, u64),
    cursor: Cursor,
}

impl Ticks {
    /// Stands at the first tick.
    pub(crate) fn new(plan: Arc<Plan>) -> Ticks {
        let warmup = plan.warmup.ticks() > 0;
        let mut ticks =
            Ticks { number: 0, warmup, before: (0, 0), cursor: plan.warmup.cursor(0), plan };
        if !warmup {
            ticks.begin_measured();
        }
        ticks
    }

    /// Stands at the tick with that number then.
    pub(crate) fn seek(&mut self, number: u64) {
        self.stand_in_schedule_of(number);
        self.number = number;
        let seq = number - self.before.0;
        let Ticks { plan, cursor, warmup, .. } = self;
        if *warmup { plan.warmup.seek(cursor, seq) } else { plan.measured.seek(cursor, seq) }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> Tick {
        if self.warmup && self.number == self.plan.warmup.ticks() {
            self.begin_measured();
        }
        let (warmup, seq) = (self.warmup, self.number - self.before.0);
        let timetable = if warmup { &self.plan.warmup } else { &self.plan.measured };
        let due = self.before.1 + timetable.step(&mut self.cursor, seq);
        self.number += 1;
        Tick { seq, warmup, due }
    }

    /// When a tick is due, in nanoseconds from the origin.
    pub(crate) fn due(&mut self, number: u64) -> u64 {
        self.stand_in_schedule_of(number);
        let seq = number - self.before.0;
        let timetable = if self.warmup { &self.plan.warmup } else { &self.plan.measured };
        self.before.1 + timetable.due_at(&mut self.cursor, seq)
    }

    /// How many ticks are due `now` nanoseconds after the origin, of which `from` are known to be.
    pub(crate) fn due_by(&mut self, from: u64, now: u64) -> u64 {
        match now.checked_sub(self.plan.start()) {
            Some(now) => {
                let warmup = self.plan.warmup.ticks();
                self.stand_in_schedule_of(from.max(warmup));
                warmup
                    + self.plan.measured.due_by(&mut self.cursor, from.saturating_sub(warmup), now)
            }
            None => {
                self.stand_in_schedule_of(from);
                self.plan.warmup.due_by(&mut self.cursor, from, now)
            }
        }
    }

    fn stand_in_schedule_of(&mut self, number: u64) {
        let is_warmup = number < self.plan.warmup.ticks();
        if is_warmup && !self.warmup {
            (self.warmup, self.before, self.cursor) = (true, (0, 0), self.plan.warmup.cursor(0));
        } else if !is_warmup && self.warmup {
            self.begin_measured();
        }
    }

    fn begin_measured(&mut self) {
        let before = (self.plan.warmup.ticks(), self.plan.start());
        (self.warmup, self.before, self.cursor) = (false, before, self.plan.measured.cursor(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::curve::Curve;
    use crate::plan::rate::Rps;

    fn check(seed: Option<u64>, all: &[Tick]) {
        let ten = |millis: u64| {
            Timetable::new(&Curve::Constant(Rps::new(10).unwrap()), millis * 1_000_000, seed, None)
        };
        let plan = Arc::new(Plan::new(ten(250), ten(200)));
        let (mut walked, mut asked) = (Ticks::new(plan.clone()), Ticks::new(plan.clone()));
        for (number, tick) in all.iter().enumerate() {
            let number = number as u64;
            assert_eq!((walked.next(), asked.due(number)), (*tick, tick.due));
            assert_eq!(asked.due_by(number, tick.due), number + 1);
        }
        for number in [4, 0, 3, 2, 1] {
            asked.seek(number);
            assert_eq!(asked.next(), all[number as usize]);
        }
        assert_eq!((plan.ticks(), asked.due_by(2, u64::MAX / 2), plan.warmup_within(4)), (5, 5, 3));
        assert_eq!((plan.start(), plan.end()), (250_000_000, 450_000_000));
    }

    #[test]
    fn warm_up_ticks_come_first_and_count_on_their_own() {
        let tick = |seq, warmup, millis: u64| Tick { seq, warmup, due: millis * 1_000_000 };
        check(
            None,
            &[
                tick(0, true, 0),
                tick(1, true, 100),
                tick(2, true, 200),
                tick(0, false, 250),
                tick(1, false, 350),
            ],
        );
    }
}
