//! [`Looks`]: the looks at the loads of a test while they run, for what is judged by parts of them.
//!
//! ```text
//!   start                               a look each second, or each stride if windows can abort
//!     ├────────┬────────┬────────┬──▶
//!              look     look     look   reads the windows that are complete
//!                                  └──▶ one is broken that can abort: all loads are stopped
//! ```

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::time::sleep_until;

use super::measured::Measured;
use super::parts::LoadParts;
use crate::engine::sync::lock;
use crate::plan::offer::SHORT_GRACE;
use crate::plan::time::nanos;
use crate::report::{Aborted, Report};
use crate::verdict::judge::Answered;

/// On the real clock a look comes so much after its time that all has been told that happened
/// before, also a stand-still, which is noticed every 10 ms.
const MARGIN: Duration = Duration::from_millis(20);

pub(crate) struct Looks {
    /// All runs that go side by side.
    all: Arc<[Measured]>,
    /// One for each load; none for a load whose thresholds are all judged by the whole of it.
    loads: Mutex<Vec<Option<LoadParts>>>,
    aborted: OnceLock<Aborted>,
}

impl Looks {
    pub(crate) fn new(all: Arc<[Measured]>, loads: Vec<Option<LoadParts>>) -> Looks {
        Looks { all, loads: Mutex::new(loads), aborted: OnceLock::new() }
    }

    /// Looks until all runs are over, or a threshold has ended them. It never wakes if there is
    /// nothing to look at.
    pub(crate) async fn watch(self: Arc<Looks>) {
        let every = lock(&self.loads).iter().flatten().filter_map(LoadParts::every).min();
        let (Some(every), Some(first)) = (every, self.all.first()) else { return };
        let margin = if first.is_virtual() { 0 } else { nanos(MARGIN) };
        let mut next = every;
        loop {
            sleep_until(first.running().instant_after_start(next.saturating_add(margin))).await;
            let now = first.running().since_start().saturating_sub(margin).max(next);
            if self.all.iter().all(|measured| measured.running().is_over()) || self.look(now) {
                return;
            }
            next = (now / every + 1).saturating_mul(every);
        }
    }

    /// Looks at all loads. Says whether it has ended them.
    fn look(&self, now: u64) -> bool {
        let mut loads = lock(&self.loads);
        let looked = loads.iter_mut().flatten().map(|parts| parts.look(&self.all, now));
        let aborted = looked.fold(None, |first, next| first.or(next));
        let Some(aborted) = aborted else { return false };
        // Before it ends them, for then it may be asked for.
        let _ = self.aborted.set(aborted);
        self.all.iter().for_each(|measured| measured.stop(Some(SHORT_GRACE)));
        true
    }

    /// Those at the load with that number.
    pub(crate) fn at(&self, load: usize) -> LooksAtOne<'_> {
        LooksAtOne { looks: self, load }
    }
}

/// The looks at one of the loads.
#[derive(Clone, Copy)]
pub(crate) struct LooksAtOne<'a> {
    looks: &'a Looks,
    /// Its number.
    load: usize,
}

impl LooksAtOne<'_> {
    /// What has ended all loads, if a threshold has.
    pub(crate) fn aborted(&self) -> Option<&Aborted> {
        self.looks.aborted.get()
    }

    /// What the parts of the load say of its thresholds, when it is over and has this report.
    pub(crate) fn answers(&self, report: &Report) -> Vec<Answered> {
        let mut loads = lock(&self.looks.loads);
        let parts = loads.get_mut(self.load).and_then(Option::as_mut);
        parts.map(|parts| parts.answer(&self.looks.all, report)).unwrap_or_default()
    }
}
