//! [`Timeline`]: the two schedules of a run, the warm-up and the measured time, one behind the
//! other; and [`Ticks`], who goes along it.
//!
//! ```text
//!   origin           start                              end
//!     │ warm-up        │ measured time                    │
//!     ├────┬────┬────┬─┼────┬────┬────┬────┬────┬────┬────┤
//!     0    1    2    3 4    5    6 ..        numbers of the ticks
//!     0    1    2    3 0    1    2 ..        seq, as users see it
//! ```

use std::ops::Range;
use std::sync::Arc;

use crate::plan::schedule::{Cursor, Timetable, first_not};

/// The warm-up and then the measured time, whose ticks are numbered in a row. A closed loop has one
/// without ticks.
pub(crate) struct Timeline {
    warmup: Timetable,
    measured: Timetable,
}

/// One tick of a timeline. `due` is in nanoseconds from the origin, the start of the warm-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tick {
    pub(crate) seq: u64,
    pub(crate) warmup: bool,
    pub(crate) due: u64,
}

/// What happens to a tick more than so many nanoseconds after it was due happens late.
const LATE: u64 = 2_000_000;

impl Tick {
    /// Whether what happens to it at `now` happens late.
    #[inline]
    pub(crate) fn is_late(self, now: u64) -> bool {
        is_late(self.due, now)
    }
}

fn is_late(due: u64, now: u64) -> bool {
    now.saturating_sub(due) > LATE
}

impl Timeline {
    pub(crate) fn new(warmup: Timetable, measured: Timetable) -> Timeline {
        Timeline { warmup, measured }
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

    /// Whether the tick with that number comes before that of the partner in their pair.
    pub(crate) fn comes_first(&self, number: u64) -> bool {
        match number.checked_sub(self.warmup.ticks()) {
            None => self.warmup.comes_first(number),
            Some(number) => self.measured.comes_first(number),
        }
    }

    /// How many of the first `ticks` ticks are warm-up ticks.
    pub(crate) fn warmup_within(&self, ticks: u64) -> u64 {
        ticks.min(self.warmup.ticks())
    }
}

/// Goes through the ticks of a timeline, with a cursor that makes the next ones cheap.
pub(crate) struct Ticks {
    timeline: Arc<Timeline>,
    number: u64,
    warmup: bool,
    /// The ticks and the nanoseconds before the schedule in which it stands.
    before: (u64, u64),
    cursor: Cursor,
}

impl Ticks {
    /// Stands at the first tick.
    pub(crate) fn new(timeline: Arc<Timeline>) -> Ticks {
        let warmup = timeline.warmup.ticks() > 0;
        let mut ticks = Ticks {
            number: 0,
            warmup,
            before: (0, 0),
            cursor: timeline.warmup.cursor(0),
            timeline,
        };
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
        let Ticks { timeline, cursor, warmup, .. } = self;
        if *warmup {
            timeline.warmup.seek(cursor, seq)
        } else {
            timeline.measured.seek(cursor, seq)
        }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> Tick {
        if self.warmup && self.number == self.timeline.warmup.ticks() {
            self.begin_measured();
        }
        let (warmup, seq) = (self.warmup, self.number - self.before.0);
        let timetable = if warmup { &self.timeline.warmup } else { &self.timeline.measured };
        let due = self.before.1 + timetable.step(&mut self.cursor, seq);
        self.number += 1;
        Tick { seq, warmup, due }
    }

    /// When a tick is due, in nanoseconds from the origin.
    pub(crate) fn due(&mut self, number: u64) -> u64 {
        self.stand_in_schedule_of(number);
        let seq = number - self.before.0;
        let timetable = if self.warmup { &self.timeline.warmup } else { &self.timeline.measured };
        self.before.1 + timetable.due_at(&mut self.cursor, seq)
    }

    /// How many of these ticks are late if something happens to them `now`: the first ones.
    pub(crate) fn late_among(&mut self, ticks: Range<u64>, now: u64) -> u64 {
        let Range { start, end } = ticks;
        first_not(|nth| nth < end.saturating_sub(start) && is_late(self.due(start + nth), now))
    }

    /// How many ticks are due `now` nanoseconds after the origin; `from` of them are known to be.
    pub(crate) fn due_by(&mut self, from: u64, now: u64) -> u64 {
        match now.checked_sub(self.timeline.start()) {
            Some(now) => {
                let warmup = self.timeline.warmup.ticks();
                self.stand_in_schedule_of(from.max(warmup));
                warmup
                    + self.timeline.measured.due_by(
                        &mut self.cursor,
                        from.saturating_sub(warmup),
                        now,
                    )
            }
            None => {
                self.stand_in_schedule_of(from);
                self.timeline.warmup.due_by(&mut self.cursor, from, now)
            }
        }
    }

    fn stand_in_schedule_of(&mut self, number: u64) {
        let is_warmup = number < self.timeline.warmup.ticks();
        if is_warmup && !self.warmup {
            (self.warmup, self.before, self.cursor) =
                (true, (0, 0), self.timeline.warmup.cursor(0));
        } else if !is_warmup && self.warmup {
            self.begin_measured();
        }
    }

    fn begin_measured(&mut self) {
        let before = (self.timeline.warmup.ticks(), self.timeline.start());
        (self.warmup, self.before, self.cursor) = (false, before, self.timeline.measured.cursor(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::curve::Curve;
    use crate::plan::rate::Rps;

    #[test]
    fn warm_up_ticks_come_first_and_count_on_their_own() {
        let tick = |seq, warmup, millis: u64| Tick { seq, warmup, due: millis * 1_000_000 };
        let all = [
            tick(0, true, 0),
            tick(1, true, 100),
            tick(2, true, 200),
            tick(0, false, 250),
            tick(1, false, 350),
        ];
        let ten = |millis: u64| {
            Timetable::new(&Curve::Constant(Rps::new(10).unwrap()), millis * 1_000_000, None, None)
        };
        let timeline = Arc::new(Timeline::new(ten(250), ten(200)));
        let (mut walked, mut asked) = (Ticks::new(timeline.clone()), Ticks::new(timeline.clone()));
        for (number, tick) in (0..).zip(&all) {
            assert_eq!(walked.next(), *tick);
            assert_eq!(asked.due(number), tick.due);
            assert_eq!(asked.due_by(number, tick.due), number + 1);
        }
        for number in [4, 0, 3, 2, 1] {
            asked.seek(number);
            assert_eq!(asked.next(), all[number as usize]);
        }
        assert_eq!(timeline.ticks(), 5);
        assert_eq!(asked.due_by(2, u64::MAX / 2), 5);
        // At 253 ms, what was due at 250 ms is late; at 252 ms it is not.
        assert_eq!(asked.late_among(0..5, 253_000_000), 4);
        assert_eq!(asked.late_among(0..5, 252_000_000), 3);
        assert_eq!(asked.late_among(3..5, 252_000_001), 1);
        assert_eq!(asked.late_among(4..4, u64::MAX / 2), 0);
        assert_eq!(timeline.warmup_within(4), 3);
        assert_eq!(timeline.start(), 250_000_000);
        assert_eq!(timeline.end(), 450_000_000);
    }
}
