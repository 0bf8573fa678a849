//! [`Offer`]: the terms that a Worker is hired on.

use std::time::Duration;

/// The terms that a Worker is hired on; its gossipers are kept beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) overtime: u64,
    pub(crate) timeout: Option<Duration>,
    pub(crate) warmup: Duration,
    pub(crate) grace: Duration,
}

/// The most grace of a load that is cut short, by a signal or by a call.
pub(crate) const SHORT_GRACE: Duration = Duration::from_secs(5);

impl Default for Offer {
    fn default() -> Offer {
        Offer {
            overtime: 1_000_000,
            timeout: None,
            warmup: Duration::ZERO,
            grace: Duration::from_secs(30),
        }
    }
}
