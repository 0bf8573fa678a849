//! [`Timetable`]: a schedule as the engine goes through it; and [`Cursor`], the position of one
//! reader.

use std::sync::Arc;

use super::calls::{CALL, Calls};
use super::constant::{Constant, Dues};
use super::custom::Schedule;
use super::inverse::Inverse;
use super::poisson::{Block, Poisson};
use super::search::first_not;
use crate::plan::curve::Curve;
use crate::plan::limits::FOREVER;
use crate::plan::rate::Rps;

/// A schedule as the engine goes through it. Times are nanoseconds from the start.
#[derive(Clone)]
pub(crate) struct Timetable {
    rule: Rule,
    ticks: u64,
    length: u64,
}

/// The rule by which ticks are due.
#[derive(Clone)]
enum Rule {
    Constant(Constant),
    Curve(Arc<Inverse>),
    Poisson(Arc<Poisson>),
    Custom(Arc<dyn Schedule>),
}

/// The position of a reader of a timetable, which makes the next due times cheap.
#[derive(Clone)]
pub(crate) enum Cursor {
    Constant(Dues),
    /// It is asked anew for each tick.
    Each,
    Poisson(Block),
}

impl Timetable {
    /// Ticks along a curve for `length` nanoseconds, `most` ticks at most; at random with a seed,
    /// else evenly. The rest of a curve that is longer is left out.
    pub(crate) fn new(
        curve: &Curve,
        length: u64,
        seed: Option<u64>,
        most: Option<u64>,
    ) -> Timetable {
        let length = length.min(FOREVER);
        let timetable = match (seed, curve) {
            (Some(seed), _) => {
                let (poisson, ticks) = Poisson::new(Inverse::new(curve), seed, length, most);
                Timetable { rule: Rule::Poisson(Arc::new(poisson)), ticks, length }
            }
            (None, Curve::Constant(rps)) => Timetable {
                rule: Rule::Constant(Constant::new(*rps)),
                ticks: rps.ticks_in(length),
                length,
            },
            (None, Curve::Stages(_) | Curve::Sine { .. }) => {
                let inverse = Inverse::new(curve);
                let ticks = first_not(|tick| {
                    inverse.due_of(Calls::from(tick) * CALL).is_some_and(|due| due < length)
                });
                Timetable { rule: Rule::Curve(Arc::new(inverse)), ticks, length }
            }
        };
        timetable.at_most(most.unwrap_or(u64::MAX))
    }

    pub(crate) fn custom(schedule: impl Schedule) -> Timetable {
        let length = u64::try_from(schedule.length().as_nanos()).unwrap_or(FOREVER).min(FOREVER);
        if let Some(last) = schedule.ticks().checked_sub(1) {
            // One tick too many is the likeliest slip, and here its panic is its caller's.
            schedule.due(last);
        }
        Timetable { ticks: schedule.ticks(), length, rule: Rule::Custom(Arc::new(schedule)) }
    }

    /// A time in which no tick is due.
    pub(crate) fn empty(length: u64) -> Timetable {
        let rule = Rule::Constant(Constant::new(Rps::ONE));
        Timetable { rule, ticks: 0, length: length.min(FOREVER) }
    }

    /// The first ticks alone. It ends when the next one would be due.
    fn at_most(mut self, ticks: u64) -> Timetable {
        if ticks < self.ticks {
            self.length = self.due(ticks).min(self.length);
            self.ticks = ticks;
        }
        self
    }

    /// The ticks that are due before `length` nanoseconds have passed, and no others.
    pub(crate) fn up_to(mut self, length: u64) -> Timetable {
        self.length = self.length.min(length);
        let (ticks, mut cursor) = (self.ticks, self.cursor(0));
        self.ticks = first_not(|tick| tick < ticks && self.due_at(&mut cursor, tick) < length);
        self
    }

    /// How many ticks there are.
    pub(crate) fn ticks(&self) -> u64 {
        self.ticks
    }

    /// From the start to the end.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// When tick `i` is due.
    pub(crate) fn due(&self, i: u64) -> u64 {
        self.due_at(&mut self.cursor(i), i)
    }

    /// A reader that stands at tick `i`.
    pub(crate) fn cursor(&self, i: u64) -> Cursor {
        match &self.rule {
            Rule::Constant(constant) => Cursor::Constant(constant.dues(i)),
            Rule::Curve(_) | Rule::Custom(_) => Cursor::Each,
            Rule::Poisson(_) => Cursor::Poisson(Block::default()),
        }
    }

    /// Lets a reader of this timetable stand at tick `i`.
    pub(crate) fn seek(&self, cursor: &mut Cursor, i: u64) {
        if let (Rule::Constant(constant), Cursor::Constant(dues)) = (&self.rule, cursor) {
            *dues = constant.dues(i);
        }
    }

    /// When tick `i` is due, at which the reader stands; it stands at the next one then.
    #[inline]
    pub(crate) fn step(&self, cursor: &mut Cursor, i: u64) -> u64 {
        match cursor {
            Cursor::Constant(dues) => dues.step(),
            _ => self.due_at(cursor, i),
        }
    }

    /// When tick `i` is due, wherever the reader stands.
    pub(crate) fn due_at(&self, cursor: &mut Cursor, i: u64) -> u64 {
        match (&self.rule, cursor) {
            (Rule::Constant(constant), _) => constant.due(i),
            (Rule::Curve(inverse), _) => {
                inverse.due_of(Calls::from(i) * CALL).unwrap_or(self.length)
            }
            (Rule::Poisson(poisson), Cursor::Poisson(block)) => poisson.due(block, i),
            (Rule::Poisson(poisson), _) => poisson.due(&mut Block::default(), i),
            (Rule::Custom(schedule), _) => {
                u64::try_from(schedule.due(i).as_nanos()).unwrap_or(self.length).min(self.length)
            }
        }
    }

    /// How many ticks are due `elapsed` nanoseconds after the start, of which `from` are known to
    /// be.
    pub(crate) fn due_by(&self, cursor: &mut Cursor, from: u64, elapsed: u64) -> u64 {
        match &self.rule {
            Rule::Constant(constant) => constant.due_by(elapsed).min(self.ticks),
            // One after the other, since each block is made once then.
            Rule::Poisson(_) => {
                let mut due = from;
                while due < self.ticks && self.due_at(cursor, due) <= elapsed {
                    due += 1;
                }
                due
            }
            Rule::Curve(_) | Rule::Custom(_) => {
                let more = first_not(|more| {
                    from + more < self.ticks && self.due_at(cursor, from + more) <= elapsed
                });
                from + more
            }
        }
    }
}
