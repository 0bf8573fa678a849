//! When each tick is due: arithmetic alone, no clock.

mod constant;
pub(crate) mod curve;
mod poisson;
pub(crate) mod shape;
mod sine;
mod stages;
#[cfg(test)]
mod tests;
mod wide;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use constant::Dues;
use curve::{Curve, Exact};
use poisson::{Block, Poisson};

use super::rate::Rps;

/// The longest time that ticks are scheduled for, about 146 years: what "until told to stop" means.
pub(crate) const FOREVER: u64 = u64::MAX / 4;

/// A number of calls, and parts of one: of a curve that should have made half a call by now, that
/// is half of [`CALL`].
type Calls = u128;
const CALL: Calls = 1 << 32;

/// When ticks are due. [`Shape`](crate::Shape) is one; implement it for a schedule of your own,
/// such as recorded traffic.
///
/// Its `Display` is what the report says of it. The last tick is asked for before the start, so
/// that a schedule which panics there does so in [`Worker::work_to`](crate::Worker::work_to); a
/// panic later on ends the run short of ticks. Ticks are numbered from 0, and a schedule that says
/// one thing now and another later makes a wrong ledger: all of it is decided before the start.
///
/// ```
/// use std::fmt;
/// use std::time::Duration;
///
/// use pusher::{Schedule, Worker};
///
/// /// The instants of a log, from the first on.
/// struct Recorded(Vec<Duration>);
///
/// impl fmt::Display for Recorded {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(f, "{} recorded requests", self.0.len())
///     }
/// }
///
/// impl Schedule for Recorded {
///     fn ticks(&self) -> u64 {
///         self.0.len() as u64
///     }
///
///     fn length(&self) -> Duration {
///         self.0.last().copied().unwrap_or_default()
///     }
///
///     fn due(&self, tick: u64) -> Duration {
///         self.0[tick as usize]
///     }
/// }
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let recorded = Recorded([0, 3, 4, 20].map(Duration::from_millis).to_vec());
/// let report = Worker::hire("replay", async || ()).work_to(recorded).await?;
/// assert_eq!(report.ledger.ok, 4);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
pub trait Schedule: fmt::Display + Send + Sync + 'static {
    /// How many ticks there are.
    fn ticks(&self) -> u64;

    /// From the start to the end, after which calls in flight get their grace. Ticks that would be
    /// due later are made at the end.
    fn length(&self) -> Duration;

    /// When a tick below [`ticks`](Schedule::ticks) is due, counted from the start: no earlier than
    /// the tick before. It is asked for often and on several threads, so it should be a matter
    /// of nanoseconds.
    fn due(&self, tick: u64) -> Duration;
}

/// A schedule as the engine goes through it. Times are nanoseconds from the start.
#[derive(Clone)]
pub(crate) struct Timetable {
    kind: Kind,
    ticks: u64,
    length: u64,
}

#[derive(Clone)]
enum Kind {
    Constant(Rps),
    Curve(Arc<Exact>),
    Poisson(Arc<Poisson>),
    Custom(Arc<dyn Schedule>),
}

/// Where a reader of a timetable stands: what makes the next due times cheap.
#[derive(Clone)]
pub(crate) enum Cursor {
    Constant(Dues),
    /// What is asked for each tick.
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
                let (poisson, ticks) = Poisson::new(curve.exact(), seed, length, most);
                Timetable { kind: Kind::Poisson(Arc::new(poisson)), ticks, length }
            }
            (None, Curve::Constant(rps)) => {
                Timetable { kind: Kind::Constant(*rps), ticks: rps.ticks_in(length), length }
            }
            (None, Curve::Stages(_) | Curve::Sine { .. }) => {
                let exact = curve.exact();
                let ticks = first_not(|tick| {
                    exact.due_of(Calls::from(tick) * CALL).is_some_and(|due| due < length)
                });
                Timetable { kind: Kind::Curve(Arc::new(exact)), ticks, length }
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
        Timetable { ticks: schedule.ticks(), length, kind: Kind::Custom(Arc::new(schedule)) }
    }

    /// A time in which no tick is due.
    pub(crate) fn empty(length: u64) -> Timetable {
        Timetable { kind: Kind::Constant(Rps::ONE), ticks: 0, length: length.min(FOREVER) }
    }

    /// The first ticks alone. It ends when the next one would be due.
    fn at_most(mut self, ticks: u64) -> Timetable {
        if ticks < self.ticks {
            self.length = self.due(ticks).min(self.length);
            self.ticks = ticks;
        }
        self
    }

    /// What is due before `length` nanoseconds have passed.
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
        match &self.kind {
            Kind::Constant(rps) => Cursor::Constant(rps.dues(i)),
            Kind::Curve(_) | Kind::Custom(_) => Cursor::Each,
            Kind::Poisson(_) => Cursor::Poisson(Block::default()),
        }
    }

    /// Lets a reader of this timetable stand at tick `i`.
    pub(crate) fn seek(&self, cursor: &mut Cursor, i: u64) {
        if let (Kind::Constant(rps), Cursor::Constant(dues)) = (&self.kind, cursor) {
            *dues = rps.dues(i);
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
        match (&self.kind, cursor) {
            (Kind::Constant(rps), _) => rps.due(i),
            (Kind::Curve(exact), _) => exact.due_of(Calls::from(i) * CALL).unwrap_or(self.length),
            (Kind::Poisson(poisson), Cursor::Poisson(block)) => poisson.due(block, i),
            (Kind::Poisson(poisson), _) => poisson.due(&mut Block::default(), i),
            (Kind::Custom(schedule), _) => {
                u64::try_from(schedule.due(i).as_nanos()).unwrap_or(self.length).min(self.length)
            }
        }
    }

    /// How many ticks are due `elapsed` nanoseconds after the start, of which `from` are known to
    /// be.
    pub(crate) fn due_by(&self, cursor: &mut Cursor, from: u64, elapsed: u64) -> u64 {
        match &self.kind {
            Kind::Constant(rps) => rps.due_by(elapsed).min(self.ticks),
            // One after the other, since each block is made once then.
            Kind::Poisson(_) => {
                let mut due = from;
                while due < self.ticks && self.due_at(cursor, due) <= elapsed {
                    due += 1;
                }
                due
            }
            Kind::Curve(_) | Kind::Custom(_) => {
                let more = first_not(|more| {
                    from + more < self.ticks && self.due_at(cursor, from + more) <= elapsed
                });
                from + more
            }
        }
    }
}

/// The first number from 0 on for which something does not hold that holds for all before it:
/// looked for in steps that double, and then in between.
fn first_not(mut holds: impl FnMut(u64) -> bool) -> u64 {
    let (mut low, mut step) = (0u64, 1u64);
    loop {
        let next = low.saturating_add(step - 1);
        if !holds(next) {
            break;
        }
        low = next.saturating_add(1);
        if low == u64::MAX {
            return low;
        }
        step = step.saturating_mul(2);
    }
    let mut high = low.saturating_add(step - 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
