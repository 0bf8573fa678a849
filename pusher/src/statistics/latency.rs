//! `Latency`: a distribution of times.

use std::fmt;
use std::time::Duration;

use super::distribution::{Distribution, fmt_figures};
use super::samples::{Bound, Samples};
use crate::plan::threshold::Figure;

/// The distribution of one of the three times of calls, or of the times of a step.
///
/// A call that was cut off, because it timed out or was interrupted, took longer than the time
/// after which that was. So calls that were cut off rank above all that ended: a percentile or a
/// maximum among them is [at least](Latency::is_at_least) the time that is given for it.
///
/// Minimum, mean and maximum are exact. A percentile is at most 0.1 % above the true value, and
/// never above the maximum, as in every [`Distribution`].
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// use pusher::{Call, Worker};
///
/// // One call in ten does not come back.
/// let target = async |call: Call| {
///     if call.seq() % 10 == 9 {
///         std::future::pending().await
///     }
/// };
/// let timeout = Duration::from_millis(100);
/// let worker = Worker::hire("shop", target).timeout(timeout);
/// let response = worker.work(1_000, Duration::from_millis(50)).await?.response;
/// assert_eq!((response.count(), response.cut_off()), (45, 5));
/// assert!(!response.is_at_least(50.0));
/// assert!(response.is_at_least(95.0) && response.percentile(95.0) >= timeout);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct Latency {
    ended: Distribution,
    cut_off: Distribution,
}

impl Latency {
    pub(super) fn of_both(ended: Distribution, cut_off: Distribution) -> Latency {
        Latency { ended, cut_off }
    }

    pub(crate) fn record(&mut self, nanos: u64) {
        self.ended.record(nanos);
    }

    /// Records what was cut off after that time.
    pub(crate) fn record_cut_off(&mut self, nanos: u64) {
        self.cut_off.record(nanos);
    }

    pub(crate) fn add(&mut self, other: &Latency) {
        self.ended.add(&other.ended);
        self.cut_off.add(&other.cut_off);
    }

    /// The number of calls or steps in it that ended; for lag, of calls that began.
    pub fn count(&self) -> u64 {
        self.ended.count()
    }

    /// The number of calls or steps that were cut off; for lag, of ticks that never began.
    pub fn cut_off(&self) -> u64 {
        self.cut_off.count()
    }

    /// The shortest time of those that ended, to the nanosecond; zero if there is none.
    pub fn min(&self) -> Duration {
        self.figure(Figure::Min)
    }

    /// The mean, to the nanosecond; zero if there is no sample. Calls that were cut off go into it
    /// with the time after which they were.
    pub fn mean(&self) -> Duration {
        self.figure(Figure::Mean)
    }

    /// The longest time, to the nanosecond; zero if there is no sample.
    pub fn max(&self) -> Duration {
        self.figure(Figure::Max)
    }

    /// A time that `percent` of the calls do not exceed: the one at rank ceil(percent × n / 100) in
    /// their order, where n is the number of all that ended or were cut off. For `0` and less it is
    /// the minimum, for `100` and more the maximum. It is zero if there is no sample.
    pub fn percentile(&self, percent: f64) -> Duration {
        self.figure(Figure::nearest(percent))
    }

    /// Whether this percentile is that of a call that was cut off, and so is at least the time that
    /// [`percentile`](Latency::percentile) gives. `100` asks for the maximum.
    pub fn is_at_least(&self, percent: f64) -> bool {
        let reading = self.samples().reading(Figure::nearest(percent));
        reading.is_some_and(|reading| reading.bound == Bound::AtLeast)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.samples().count() == 0
    }

    pub(crate) fn figure(&self, figure: Figure) -> Duration {
        let reading = self.samples().reading(figure);
        Duration::from_nanos(reading.map_or(0, |reading| reading.whole))
    }

    /// The same distribution as plain numbers, in nanoseconds.
    pub(crate) fn samples(&self) -> Samples<'_> {
        Samples::with_cut_off(&self.ended, &self.cut_off)
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Latency");
        shown.field("count", &self.count());
        fmt_figures(shown, &self.mean(), |percent| self.percentile(percent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_distribution_of_nanoseconds() {
        let mut latency = Latency::default();
        assert_eq!(latency.min(), Duration::ZERO);
        assert_eq!(latency.mean(), Duration::ZERO);
        assert_eq!(latency.percentile(50.0), Duration::ZERO);
        assert_eq!(latency.max(), Duration::ZERO);
        [1, 2, 3_000].into_iter().for_each(|nanos| latency.record(nanos));
        assert_eq!(latency.min(), Duration::from_nanos(1));
        assert_eq!(latency.mean(), Duration::from_nanos(1_001));
        assert_eq!(latency.percentile(50.0), Duration::from_nanos(2));
        assert_eq!(latency.max(), Duration::from_nanos(3_000));
        let shown = "Latency { count: 3, min: 1ns, mean: 1.001µs, p50: 2ns, p99: 3µs, max: 3µs }";
        assert_eq!(format!("{latency:?}"), shown);
    }

    #[test]
    fn what_was_cut_off_is_at_least_so_long() {
        let mut latency = Latency::default();
        (0..8).for_each(|_| latency.record(1_000));
        (0..2).for_each(|_| latency.record_cut_off(9_000));
        assert_eq!(latency.count(), 8);
        assert_eq!(latency.cut_off(), 2);
        assert_eq!(latency.min(), Duration::from_nanos(1_000));
        assert_eq!(latency.mean(), Duration::from_nanos(2_600));
        for (percent, nanos, at_least) in
            [(0.0, 1_000, false), (80.0, 1_000, false), (81.0, 9_000, true), (100.0, 9_000, true)]
        {
            assert!(latency.percentile(percent).as_nanos() <= nanos, "p{percent}");
            assert_eq!(latency.is_at_least(percent), at_least, "p{percent}");
        }
        let mut twice = latency.clone();
        twice.add(&latency);
        assert_eq!(twice.count(), 16);
        assert_eq!(twice.cut_off(), 4);
    }
}
