//! `Latency`: a distribution of times.

use std::fmt;
use std::time::Duration;

use super::distribution::Distribution;
use crate::plan::threshold::Figure;

/// The distribution of one of the three times of calls, or of the times of a step.
///
/// Minimum, mean and maximum are exact. A percentile is at most 0.1 % above the true value, and
/// never above the maximum, as in every [`Distribution`].
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let report = pusher::work(1_000, Duration::from_millis(50), async || ()).await?;
/// assert_eq!(report.response.count(), 50);
/// assert!(report.response.percentile(99.9) <= report.response.max());
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct Latency {
    nanos: Distribution,
}

impl Latency {
    pub(crate) fn record(&mut self, nanos: u64) {
        self.nanos.record(nanos);
    }

    pub(crate) fn add(&mut self, other: &Latency) {
        self.nanos.add(&other.nanos);
    }

    /// The number of calls or steps in it.
    pub fn count(&self) -> u64 {
        self.nanos.count()
    }

    /// The shortest time, to the nanosecond; zero if there is no sample.
    pub fn min(&self) -> Duration {
        Duration::from_nanos(self.nanos.min())
    }

    /// The mean, to the nanosecond; zero if there is no sample.
    pub fn mean(&self) -> Duration {
        self.figure(Figure::Mean)
    }

    /// The longest time, to the nanosecond; zero if there is no sample.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.nanos.max())
    }

    /// A time that `percent` of the calls do not exceed: the one at rank ceil(percent × count /
    /// 100) in their order. For `0` and less it is the minimum, for `100` and more the maximum. It
    /// is zero if there is no sample.
    pub fn percentile(&self, percent: f64) -> Duration {
        Duration::from_nanos(self.nanos.percentile(percent))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nanos.is_empty()
    }

    pub(crate) fn figure(&self, figure: Figure) -> Duration {
        Duration::from_nanos(self.nanos.figure(figure))
    }

    /// The same distribution as plain numbers, in nanoseconds.
    pub(crate) fn nanos(&self) -> &Distribution {
        &self.nanos
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Latency");
        shown.field("count", &self.count()).field("min", &self.min()).field("mean", &self.mean());
        shown
            .field("p50", &self.percentile(50.0))
            .field("p99", &self.percentile(99.0))
            .field("max", &self.max())
            .finish()
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
}
