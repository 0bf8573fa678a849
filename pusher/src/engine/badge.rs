//! [`Badge`]: the name of a Worker, for code that needs to know no more of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A Worker's name, its station, and whether it is at work. Copies share the last.
#[derive(Clone)]
pub(crate) struct Badge {
    pub(crate) ident: Arc<str>,
    /// The Worker's number among those that make a load side by side.
    pub(crate) station: usize,
    busy: Arc<AtomicBool>,
}

impl Badge {
    /// The badge of a Worker that is not at work.
    pub(crate) fn new(ident: String, station: usize) -> Badge {
        Badge { ident: ident.into(), station, busy: Arc::default() }
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst)
    }

    /// False if the Worker was busy before.
    pub(crate) fn set_busy(&self) -> bool {
        !self.busy.swap(true, Ordering::SeqCst)
    }

    pub(crate) fn set_free(&self) {
        self.busy.store(false, Ordering::SeqCst);
    }
}
