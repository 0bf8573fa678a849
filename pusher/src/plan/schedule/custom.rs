//! [`Schedule`]: when ticks are due, of a user's own making.

use std::fmt;
use std::time::Duration;

/// When ticks are due. [`Shape`](crate::Shape) is one; implement it for a schedule of your own,
/// such as recorded traffic.
///
/// The report shows its `Display`. The last tick is asked for before the start, so
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
