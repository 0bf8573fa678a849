//! [`Shape`]: a rate over time, as a program gives it; and [`Stage`], a part of one.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use super::custom::Schedule;
use super::timetable::Timetable;
use crate::plan::curve::{Curve, Segment, read_level};
use crate::plan::error::Error;
use crate::plan::headcount::{Leg, read_callers};
use crate::plan::level::Level;
use crate::plan::limits::FOREVER;
use crate::plan::offer::Offer;
use crate::plan::rate::{Rate, Rps};
use crate::plan::terms::{Pace, Terms};
use crate::plan::words::Arrivals;

/// A rate over time: constant, in stages, in steps, or swinging as the traffic of a day does.
///
/// Tick *k* is due when the rate, added up over time, reaches *k*: exactly, in integers, and for
/// the sine as far as floats tell nanoseconds apart. So a ramp from 0 to 100 per second in 10
/// seconds makes 500 ticks, and tick *k* is due after √(*k* / 5) seconds.
///
/// ```
/// use std::time::Duration;
///
/// use pusher::{Schedule, Shape, Stage, Worker};
///
/// # async fn f() -> Result<(), pusher::Error> {
/// let second = Duration::from_secs(1);
/// let shape = Shape::stages([
///     Stage::ramp(0, 100, 10 * second),
///     Stage::hold(100, 60 * second),
///     Stage::spike(500, 5 * second),
/// ])?;
/// assert_eq!((shape.ticks(), shape.due(125)), (500 + 6_000 + 2_500, 5 * second));
///
/// let shape = Shape::stages([Stage::ramp(0, 100, second / 10)])?;
/// let report = Worker::hire("checkout", async || ()).work_to(shape).await?;
/// assert_eq!(report.ledger.ok, 5);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone)]
pub struct Shape {
    curve: Curve,
    length: u64,
    seed: Option<u64>,
    most: Option<u64>,
    /// Made when it is first asked for: counting ticks that come at random can take a while.
    timetable: OnceLock<Timetable>,
}

/// A part of [`Shape::stages`], with rates, or of [`ClosedLoop::stages`], with numbers of callers.
/// If these or its time are wrong, the shape says so.
///
/// [`ClosedLoop::stages`]: crate::ClosedLoop::stages
#[derive(Clone, Debug)]
pub struct Stage {
    from: String,
    to: String,
    time: Duration,
}

impl Stage {
    /// A rate that changes along a straight line, from one number of calls per second to another;
    /// or a number of callers that does.
    pub fn ramp(from: impl Rate, to: impl Rate, time: Duration) -> Stage {
        Stage { from: from.to_string(), to: to.to_string(), time }
    }

    /// A rate or a number of callers that stays the same; `0` is a pause.
    pub fn hold(rate: impl Rate, time: Duration) -> Stage {
        let rate = rate.to_string();
        Stage { from: rate.clone(), to: rate, time }
    }

    /// A rate that is jumped to at once, and left at once when the time is over. It is a `hold`
    /// that says what it is for.
    pub fn spike(rate: impl Rate, time: Duration) -> Stage {
        Stage::hold(rate, time)
    }

    fn of_rates(self) -> Result<Segment, String> {
        let rates = [read_level("stages", &self.from)?, read_level("stages", &self.to)?];
        Segment::new("stages", rates, self.time)
    }

    pub(crate) fn of_callers(self) -> Result<Leg, String> {
        let callers = [read_callers("stages", &self.from)?, read_callers("stages", &self.to)?];
        Leg::new("stages", callers, self.time)
    }
}

impl Shape {
    /// The same rate all the time: for [`poisson`](Shape::poisson), since
    /// [`Worker::work`](crate::Worker::work) takes a rate as it is.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRps`].
    pub fn constant(rps: impl Rate, duration: Duration) -> Result<Shape, Error> {
        Ok(Shape::new(Curve::Constant(Rps::new(rps)?), duration))
    }

    /// Stages one after the other.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLoad`] for a rate that is none, a time that is zero, and if no stage has a
    /// rate above zero.
    pub fn stages(stages: impl IntoIterator<Item = Stage>) -> Result<Shape, Error> {
        let segments: Result<Vec<Segment>, String> =
            stages.into_iter().map(Stage::of_rates).collect();
        segments
            .and_then(|segments| Curve::stages("stages", segments))
            .map(Shape::with_own_length)
            .map_err(Error::InvalidLoad)
    }

    /// A staircase from one rate to another, `by` calls per second at each step, up or down, each
    /// held for `each`. The last step is at `to`, even if that is less than `by` away.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLoad`], as for [`stages`](Shape::stages), and for more than 10,000 steps.
    ///
    /// ```
    /// # use pusher::{Schedule, Shape};
    /// let shape = Shape::steps(10, 100, 10, std::time::Duration::from_secs(10))?;
    /// assert_eq!(shape.ticks(), 10 * (10 + 20 + 30 + 40 + 50 + 60 + 70 + 80 + 90 + 100));
    /// # Ok::<(), pusher::Error>(())
    /// ```
    pub fn steps(
        from: impl Rate,
        to: impl Rate,
        by: impl Rate,
        each: Duration,
    ) -> Result<Shape, Error> {
        let curve = || {
            let (from, to, by) = (read("steps", from)?, read("steps", to)?, read("steps", by)?);
            Curve::steps(from, to, by, each)
        };
        curve().map(Shape::with_own_length).map_err(Error::InvalidLoad)
    }

    /// A curve as of the traffic of a day: the rate begins at `from`, is at `to` after half a
    /// period and back after a whole one, along a cosine; for `duration`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLoad`], as for [`stages`](Shape::stages).
    ///
    /// ```
    /// # use pusher::{Schedule, Shape};
    /// let hour = std::time::Duration::from_secs(3_600);
    /// let shape = Shape::sine(10, 100, 24 * hour, 24 * hour)?;
    /// assert_eq!(shape.ticks(), 55 * 86_400);
    /// # Ok::<(), pusher::Error>(())
    /// ```
    pub fn sine(
        from: impl Rate,
        to: impl Rate,
        period: Duration,
        duration: Duration,
    ) -> Result<Shape, Error> {
        let curve = || Curve::sine(read("sine", from)?, read("sine", to)?, period);
        curve().map(|curve| Shape::new(curve, duration)).map_err(Error::InvalidLoad)
    }

    /// Ticks at random around the same rate, as those of many users who know nothing of each other:
    /// a Poisson process. The same seed gives the same ticks, to the nanosecond.
    ///
    /// ```
    /// # use pusher::{Schedule, Shape};
    /// let shape = Shape::constant(50, std::time::Duration::from_secs(60))?;
    /// let due = |seed| shape.clone().poisson(seed).due(100);
    /// assert_eq!(due(7), due(7));
    /// assert_ne!(due(7), due(8));
    /// # Ok::<(), pusher::Error>(())
    /// ```
    #[must_use]
    pub fn poisson(self, seed: u64) -> Shape {
        Shape { seed: Some(seed), timetable: OnceLock::new(), ..self }
    }

    /// No more ticks than that: the shape ends when the next one would be due.
    #[must_use]
    pub fn calls(self, most: u64) -> Shape {
        Shape { most: Some(most), timetable: OnceLock::new(), ..self }
    }

    fn with_own_length(curve: Curve) -> Shape {
        let length = curve.own_length().unwrap_or(FOREVER);
        Shape::new(curve, Duration::from_nanos(length))
    }

    fn new(curve: Curve, duration: Duration) -> Shape {
        let length = u64::try_from(duration.as_nanos()).unwrap_or(FOREVER);
        Shape { curve, length, seed: None, most: None, timetable: OnceLock::new() }
    }

    fn timetable(&self) -> &Timetable {
        self.timetable
            .get_or_init(|| Timetable::new(&self.curve, self.length, self.seed, self.most))
    }

    /// The terms that say the same.
    pub(crate) fn terms(&self, offer: Offer) -> Terms {
        let arrivals = if self.seed.is_some() { Arrivals::Poisson } else { Arrivals::Uniform };
        let pace = Pace::Open { curve: self.curve.clone(), arrivals };
        let duration = Some(Duration::from_nanos(self.length));
        Terms { offer, seed: self.seed, calls: self.most, ..Terms::new(pace, duration) }
    }
}

/// Reads a rate of the shape that has this key.
fn read(key: &str, rate: impl Rate) -> Result<Level, String> {
    read_level(key, &rate.to_string())
}

impl Schedule for Shape {
    fn ticks(&self) -> u64 {
        self.timetable().ticks()
    }

    fn length(&self) -> Duration {
        Duration::from_nanos(self.timetable().length())
    }

    fn due(&self, tick: u64) -> Duration {
        Duration::from_nanos(self.timetable().due(tick))
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.curve.fmt(f)?;
        match self.seed {
            Some(seed) => write!(f, ", poisson with seed {seed}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shape({self}: {} ticks)", self.timetable().ticks())
    }
}
