//! [`StageReport`]: what came of one stage of a shape, or of a step or a period.

use std::ops::Range;
use std::time::Duration;

use super::samples::{Bound, Reading};
use super::slices::{Slice, SliceTimes};
use crate::plan::parts::ShapeParts;
use crate::plan::threshold::Figure;

/// What came of one stage of a shape, or of one step of a staircase, or of one period of a sine. A
/// [`Report`](crate::Report) has them in `stages`, one after the other: so the rate can be read at
/// which a service becomes slow.
///
/// A call is in the stage in which its tick was due, however long it took. At most 100 stages are
/// told apart; if there are more, as many as need be that follow one another are one.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// use pusher::{Shape, Stage, Worker};
///
/// let tenth = Duration::from_millis(100);
/// let shape = Shape::stages([Stage::hold(100, tenth), Stage::ramp(100, 300, tenth)])?;
/// let report = Worker::hire("shop", async || ()).work_to(shape).await?;
/// let [hold, ramp] = &report.stages[..] else { panic!("two stages") };
/// assert_eq!((hold.asks.as_str(), hold.from, hold.to), ("100/s", Duration::ZERO, tenth));
/// assert_eq!((ramp.asks.as_str(), ramp.from, ramp.to), ("100 → 300/s", tenth, 2 * tenth));
/// assert_eq!((hold.asked, hold.made), (Some(100.0), 100.0));
/// assert_eq!((ramp.asked, ramp.made), (Some(200.0), 200.0));
/// assert!(ramp.response.percentile(90.0) <= ramp.response.max());
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StageReport {
    /// What it asks for, in words: `0 → 100/s` or `20 callers`, of each Worker; `period 3`; or, of
    /// several that are one, `10/s .. 30/s` or `periods 3 to 4`.
    pub asks: String,
    /// When it begins, counted from the start of the measured time.
    pub from: Duration,
    /// When it ends; sooner than was asked for if the schedule did.
    pub to: Duration,
    /// Ticks that were due in it.
    pub scheduled: u64,
    /// Those of them that were canceled.
    pub canceled: u64,
    /// Those whose calls ended `ok`, whenever that was.
    pub ok: u64,
    /// Those whose calls ended in another way.
    pub errors: u64,
    /// Ticks that were due, per second of the stage; none in a closed loop, which asks for no rate.
    pub asked: Option<f64>,
    /// Calls that were made for them, per second of the stage.
    pub made: f64,
    /// From due to end, for calls that ended `ok`.
    pub response: StageTimes,
    /// From start to end, for the same calls.
    pub service: StageTimes,
}

/// The times of the calls of a stage. A percentile is at most 0.8 % above the true value, and never
/// above the maximum.
///
/// Calls that were cut off rank above all others, as in a [`Latency`](crate::Latency).
#[derive(Clone, Debug)]
pub struct StageTimes {
    times: SliceTimes,
    /// In nanoseconds.
    longest: u64,
}

impl StageReport {
    /// These parts of a shape, whose schedule has ended after so many nanoseconds.
    pub(crate) fn new(
        parts: &ShapeParts,
        row: Range<usize>,
        slice: &Slice,
        end: u64,
    ) -> StageReport {
        // Those that the schedule did not come to are not told of.
        let begun = parts.at(end.saturating_sub(1)) + 1;
        let row = row.start..row.end.min(begun).max(row.start + 1);
        let from = parts.begin(row.start).unwrap_or(end).min(end);
        let to = parts.begin(row.end).unwrap_or(end).min(end);
        let seconds = (to - from) as f64 / 1e9;
        let per_second = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        let times =
            |times: &SliceTimes| StageTimes { times: times.clone(), longest: slice.longest };
        StageReport {
            asks: parts.in_words(row),
            from: Duration::from_nanos(from),
            to: Duration::from_nanos(to),
            scheduled: slice.scheduled,
            canceled: slice.canceled,
            ok: slice.endings.ok,
            errors: slice.endings.errors(),
            asked: parts.have_rates().then(|| per_second(slice.scheduled)),
            made: per_second(slice.begun()),
            response: times(&slice.response),
            service: times(&slice.service),
        }
    }
}

impl StageTimes {
    /// The number of calls in it that ended `ok`.
    pub fn count(&self) -> u64 {
        self.times.ended.count()
    }

    /// The number of calls that were cut off.
    pub fn cut_off(&self) -> u64 {
        self.times.cut_off.count()
    }

    /// A time that `percent` of the calls do not exceed, as
    /// [`Latency::percentile`](crate::Latency::percentile) says it. None if there are too few calls
    /// to tell it: a percentile *p* takes 100 / (100 − *p*) of them.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        self.told(Figure::nearest(percent))
    }

    /// The longest time; none if there is no call.
    pub fn max(&self) -> Option<Duration> {
        self.told(Figure::Max)
    }

    /// Whether this percentile is that of a call that was cut off, and so is at least the time that
    /// [`percentile`](StageTimes::percentile) gives. `100` asks for the maximum.
    pub fn is_at_least(&self, percent: f64) -> bool {
        let reading = self.resolved(Figure::nearest(percent));
        reading.is_some_and(|reading| reading.bound == Bound::AtLeast)
    }

    fn told(&self, figure: Figure) -> Option<Duration> {
        self.resolved(figure).map(|reading| Duration::from_nanos(reading.whole))
    }

    /// The figure, if there are enough samples to tell it.
    pub(crate) fn resolved(&self, figure: Figure) -> Option<Reading> {
        self.times.resolved(figure).map(|reading| reading.within(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::parts::ShapePart;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// A hundred calls that took 3 ms in a stage of 200 ms, of which half a second was asked for.
    #[test]
    fn a_stage_ends_with_the_schedule() {
        let mut slice = Slice { scheduled: 104, canceled: 3, longest: 3_000_000, ..<_>::default() };
        (0..100).for_each(|_| slice.response.ended.record(3_000_000));
        (0..101).for_each(|_| slice.lag.ended.record(0));
        (slice.endings.ok, slice.endings.failed) = (100, 1);
        let part = |begin: u64, words: &str| ShapePart {
            begin: begin * 1_000_000,
            words: words.to_string(),
        };
        let parts = ShapeParts::Stages(vec![part(0, "1/s"), part(100, "2/s"), part(600, "3/s")]);
        let stage = StageReport::new(&parts, 1..2, &slice, 300_000_000);
        assert_eq!((stage.asks.as_str(), stage.from, stage.to), ("2/s", millis(100), millis(300)));
        assert_eq!((stage.asked, stage.made), (Some(520.0), 505.0));
        assert_eq!((stage.ok, stage.errors, stage.canceled), (100, 1, 3));
        assert_eq!(stage.response.percentile(99.0), Some(millis(3)));
        assert_eq!(stage.response.max(), Some(millis(3)));
        assert_eq!(stage.response.percentile(99.1), None);
        assert_eq!(stage.service.max(), None);
        assert!(!stage.response.is_at_least(100.0));
    }

    #[test]
    fn what_was_cut_off_is_at_least_so_long() {
        let mut slice = Slice { longest: 5_000_000, ..Slice::default() };
        (0..8).for_each(|_| slice.response.ended.record(5_000_000));
        (0..2).for_each(|_| slice.response.cut_off.record(9_000_000));
        let stage = StageReport::new(&ShapeParts::Periods(10), 0..1, &slice, 10);
        assert_eq!((stage.response.count(), stage.response.cut_off()), (8, 2));
        assert_eq!(stage.response.percentile(80.0), Some(millis(5)));
        assert!(stage.response.is_at_least(90.0) && !stage.response.is_at_least(80.0));
        let max = stage.response.max().unwrap();
        assert!(max <= millis(9) && max > Duration::from_micros(8_900), "{max:?}");
    }

    /// Four periods are one row, of which the schedule came to two.
    #[test]
    fn a_row_tells_of_no_period_that_did_not_begin() {
        let of = |end| StageReport::new(&ShapeParts::Periods(10), 4..8, &Slice::default(), end);
        for (end, asks) in [(41, "period 5"), (51, "periods 5 to 6"), (99, "periods 5 to 8")] {
            let stage = of(end);
            assert_eq!(stage.asks, asks);
            assert_eq!(stage.from, Duration::from_nanos(40));
            assert_eq!(stage.to, Duration::from_nanos(end.min(80)));
        }
    }
}
