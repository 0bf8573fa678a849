use std::fmt;
use std::time::Duration;

use super::distribution::Distribution;
use crate::plan::threshold::Figure;

/// The distribution of one of the times that are kept for calls, or for a step of them.
///
/// Minimum, mean and maximum are exact; a percentile is at most 0.1 % above the true one and never
/// above the maximum, as that of a [`Distribution`].
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

    /// How many calls are in it.
    pub fn count(&self) -> u64 {
        self.nanos.count()
    }

    /// The shortest time, to the nanosecond; zero where there is no sample.
    pub fn min(&self) -> Duration {
        Duration::from_nanos(self.nanos.min())
    }

    /// The mean, to the nanosecond; zero where there is no sample.
    pub fn mean(&self) -> Duration {
        self.figure(Figure::Mean)
    }

    /// The longest time, to the nanosecond; zero where there is no sample.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.nanos.max())
    }

    /// The time that `percent` of the calls were not above: the sample at rank ceil(percent × count
    /// / 100) in their order. `0` and less is the minimum, `100` and more the maximum; zero
    /// where there is no sample.
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
        assert_eq!(
            (latency.min(), latency.mean(), latency.percentile(50.0), latency.max()),
            Default::default()
        );
        [1, 2, 3_000].into_iter().for_each(|nanos| latency.record(nanos));
        let [min, mean, p50, max] = [1, 1_001, 2, 3_000].map(Duration::from_nanos);
        assert_eq!(
            (latency.min(), latency.mean(), latency.percentile(50.0), latency.max()),
            (min, mean, p50, max)
        );
        let shown = "Latency { count: 3, min: 1ns, mean: 1.001µs, p50: 2ns, p99: 3µs, max: 3µs }";
        assert_eq!(format!("{latency:?}"), shown);
    }
}
