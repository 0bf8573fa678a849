//! [`Timetable`]: a schedule as the engine goes through it; and [`Cursor`], the position of one
//! reader.

use std::sync::Arc;

use super::calls::CALL;
use super::constant::{Constant, Dues};
use super::custom::Schedule;
use super::inverse::Inverse;
use super::poisson::{Block, Poisson};
use super::search::first_not;
use super::share::{Half, Share};
use crate::plan::curve::Curve;
use crate::plan::limits::FOREVER;
use crate::plan::partner::Partner;

/// A schedule as the engine goes through it. Times are nanoseconds from the start.
#[derive(Clone)]
pub(crate) struct Timetable {
    rule: Rule,
    share: Share,
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
        match seed {
            Some(seed) => Timetable::at_random(curve, length, (seed, None), most),
            None => Timetable::evenly(curve, length, Share::WHOLE, most),
        }
    }

    /// Ticks at random, by a seed; if two targets are compared, the half of one of them in the
    /// ticks of both.
    pub(crate) fn at_random(
        curve: &Curve,
        length: u64,
        (seed, half): (u64, Option<Half>),
        most: Option<u64>,
    ) -> Timetable {
        let (length, share) = (length.min(FOREVER), Share::WHOLE.halved(half));
        // Of a pair, both ticks are looked for.
        let most_of_all = most.map(|most| match share.is_whole() {
            true => most,
            false => most.saturating_mul(2).saturating_add(1),
        });
        let inverse = Inverse::new(curve, share.times());
        let (poisson, ticks) = Poisson::new(inverse, seed, length, most_of_all);
        let rule = Rule::Poisson(Arc::new(poisson));
        let ticks = share.of_schedule(ticks.into());
        Timetable { rule, share, ticks, length }.at_most(most)
    }

    /// Evenly spaced ticks: the share of a Worker in those of all Workers along the curve.
    pub(crate) fn evenly(curve: &Curve, length: u64, share: Share, most: Option<u64>) -> Timetable {
        let length = length.min(FOREVER);
        let timetable = match curve {
            Curve::Constant(rps) => Timetable {
                rule: Rule::Constant(Constant::new(rps, share.times())),
                ticks: share.of_schedule(rps.ticks_of(share.times().into(), length)),
                share,
                length,
            },
            Curve::Stages(_) | Curve::Sine { .. } => {
                let inverse = Inverse::new(curve, share.times());
                let ticks = first_not(|tick| {
                    inverse.due_of(share.last_needed(tick) * CALL).is_some_and(|due| due < length)
                });
                Timetable { rule: Rule::Curve(Arc::new(inverse)), share, ticks, length }
            }
        };
        timetable.at_most(most)
    }

    pub(crate) fn custom(schedule: impl Schedule) -> Timetable {
        let length = u64::try_from(schedule.length().as_nanos()).unwrap_or(FOREVER).min(FOREVER);
        if let Some(last) = schedule.ticks().checked_sub(1) {
            // One tick too many is the likeliest slip, and here its panic is its caller's.
            schedule.due(last);
        }
        let (ticks, rule) = (schedule.ticks(), Rule::Custom(Arc::new(schedule)));
        Timetable { rule, share: Share::WHOLE, ticks, length }
    }

    /// Which of two targets it is of that are compared, if it is of one.
    pub(crate) fn partner(&self) -> Option<Partner> {
        self.share.partner()
    }

    /// Whether a tick comes before that of the partner in their pair.
    pub(crate) fn comes_first(&self, tick: u64) -> bool {
        self.share.comes_first(tick)
    }

    /// A time in which no tick is due.
    pub(crate) fn empty(length: u64) -> Timetable {
        let rule = Rule::Constant(Constant::ONE);
        Timetable { rule, share: Share::WHOLE, ticks: 0, length: length.min(FOREVER) }
    }

    /// The first ticks alone. It ends when the next one would be due: of several Workers or
    /// targets, that of the first, so that all of them end at once.
    fn at_most(mut self, most: Option<u64>) -> Timetable {
        let Some(most) = most else { return self };
        let is_known_beyond = !matches!(self.rule, Rule::Poisson(_)) && !self.share.is_whole();
        if most < self.ticks || (is_known_beyond && most == self.ticks) {
            let of_all = Timetable { share: Share::WHOLE, ..self.clone() };
            let end = of_all.due_of_all(&mut of_all.cursor(0), self.share.end_of_all(most));
            self.length = end.min(self.length);
            self.ticks = most;
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
            Rule::Constant(constant) if self.share.is_even() => {
                Cursor::Constant(self.dues(*constant, i))
            }
            Rule::Constant(_) | Rule::Curve(_) | Rule::Custom(_) => Cursor::Each,
            Rule::Poisson(_) => Cursor::Poisson(Block::default()),
        }
    }

    /// Lets a reader of this timetable stand at tick `i`.
    pub(crate) fn seek(&self, cursor: &mut Cursor, i: u64) {
        if let (Rule::Constant(constant), Cursor::Constant(dues)) = (&self.rule, cursor) {
            *dues = self.dues(*constant, i);
        }
    }

    fn dues(&self, constant: Constant, i: u64) -> Dues {
        constant.dues(self.share.of_all(i), self.share.times())
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
        self.due_of_all(cursor, self.share.of_all(i))
    }

    /// When a tick of the schedule of all is due.
    fn due_of_all(&self, cursor: &mut Cursor, tick: u128) -> u64 {
        // Such a schedule has no more than 64 bits count.
        let i = tick as u64;
        match (&self.rule, cursor) {
            (Rule::Constant(constant), _) => constant.due(tick),
            (Rule::Curve(inverse), _) => inverse.due_of(tick * CALL).unwrap_or(self.length),
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
            Rule::Constant(constant) => {
                self.share.of_first(constant.due_by(elapsed)).min(self.ticks)
            }
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
