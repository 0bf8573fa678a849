use std::time::Duration;

use super::schedule::{Rps, Schedule};
use super::threshold::Threshold;

/// The terms a Worker is hired on; its gossipers are kept beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) overtime: u64,
    pub(crate) timeout: Option<Duration>,
    pub(crate) warmup: Duration,
    pub(crate) grace: Duration,
}

impl Default for Offer {
    fn default() -> Offer {
        Offer { overtime: 1_000_000, timeout: None, warmup: Duration::ZERO, grace: Duration::from_secs(30) }
    }
}

/// All that the attribute asks for, checked.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(crate) rps: Rps,
    pub(crate) duration: Duration,
    /// How many Workers make the load side by side, each at the rate.
    pub(crate) workers: u64,
    pub(crate) offer: Offer,
    pub(crate) setup_timeout: Duration,
    pub(crate) thresholds: Vec<Threshold>,
}

impl Terms {
    pub(crate) fn new(rps: Rps, duration: Duration) -> Terms {
        Terms { rps, duration, workers: 1, offer: Offer::default(), setup_timeout: Duration::from_secs(60), thresholds: Vec::new() }
    }

    pub(crate) fn schedule(&self) -> Schedule {
        Schedule::new(self.rps, self.duration)
    }
}
