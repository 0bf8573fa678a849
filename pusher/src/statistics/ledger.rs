//! `Ledger`: where every tick went.

use serde::Serialize;

use crate::engine::gossip::Ending;

/// Where every tick went.
///
/// A tick is one scheduled call. After any fault, `scheduled = started + canceled`, and `started =
/// ok + failed + timed_out + panicked + interrupted`.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let report = pusher::work(1_000, Duration::from_millis(20), async || Err::<(), _>("no")).await?;
/// assert_eq!(report.ledger.scheduled, 20);
/// assert_eq!(report.ledger.failed, 20);
/// assert!(report.ledger.balances());
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ledger {
    /// Ticks that came due.
    pub scheduled: u64,
    /// Ticks that were admitted: fewer than `overtime` calls were in flight when they came due.
    pub started: u64,
    /// Ticks that came due while `overtime` calls were in flight, so that no call was made.
    pub canceled: u64,
    /// Calls that returned `()` or `Ok`.
    pub ok: u64,
    /// Calls that returned an `Err`.
    pub failed: u64,
    /// Calls that took longer than their timeout.
    pub timed_out: u64,
    /// Calls that panicked.
    pub panicked: u64,
    /// Calls that were still in flight when the grace was over.
    pub interrupted: u64,
    /// The part of `canceled` for which pusher was late, and not the service slow: ticks that were
    /// refused more than 2 ms after they were due, or for want of a slot that a call held which
    /// had begun so late.
    pub canceled_late: u64,
}

impl Ledger {
    /// The ticks as the engine counted them, and the endings as the statistics did.
    pub(crate) fn new(scheduled: u64, canceled: u64, endings: &Endings) -> Ledger {
        let Endings { ok, failed, timed_out, panicked, interrupted } = *endings;
        Ledger {
            scheduled,
            started: scheduled - canceled,
            canceled,
            ok,
            failed,
            timed_out,
            panicked,
            interrupted,
            canceled_late: 0,
        }
    }

    /// Whether every tick is in it once.
    pub fn balances(&self) -> bool {
        self.scheduled == self.started + self.canceled
            && self.started == self.ok + self.errors()
            && self.canceled_late <= self.canceled
    }

    /// Calls that did not end `ok`.
    pub fn errors(&self) -> u64 {
        self.failed + self.timed_out + self.panicked + self.interrupted
    }
}

/// The number of calls for each way to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Endings {
    pub(crate) ok: u64,
    pub(crate) failed: u64,
    pub(crate) timed_out: u64,
    pub(crate) panicked: u64,
    pub(crate) interrupted: u64,
}

impl Endings {
    pub(crate) fn count(&mut self, ending: Ending) {
        *match ending {
            Ending::Ok => &mut self.ok,
            Ending::Failed => &mut self.failed,
            Ending::TimedOut => &mut self.timed_out,
            Ending::Panicked => &mut self.panicked,
            Ending::Interrupted => &mut self.interrupted,
        } += 1;
    }

    /// Calls that did not end `ok`.
    pub(crate) fn errors(&self) -> u64 {
        self.failed + self.timed_out + self.panicked + self.interrupted
    }

    pub(crate) fn add(&mut self, other: &Endings) {
        self.ok += other.ok;
        self.failed += other.failed;
        self.timed_out += other.timed_out;
        self.panicked += other.panicked;
        self.interrupted += other.interrupted;
    }
}
