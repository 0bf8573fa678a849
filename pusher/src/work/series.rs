//! [`Series`]: what runs came to that were made one after the other.

use std::time::Duration;

use super::measured::{Found, Measured, report};
use crate::report::{Asked, Report};

/// The sum of all runs so far.
#[derive(Default)]
pub(crate) struct Series {
    found: Found,
    schedule: Duration,
    elapsed: Duration,
}

impl Series {
    /// Adds the runs of all Workers, which were made side by side, and that took so long.
    pub(crate) fn add(&mut self, side_by_side: &[Measured], schedule: Duration, elapsed: Duration) {
        side_by_side.iter().for_each(|measured| self.found.add(measured.found()));
        self.schedule += schedule;
        self.elapsed += elapsed;
    }

    /// One report of all of them.
    pub(crate) fn report(self, name: &str, load: Asked) -> Report {
        let ended = u64::try_from(self.schedule.as_nanos()).unwrap_or(u64::MAX);
        // How busy the lanes and the machine were is a matter of each run.
        let mut found = self.found;
        (found.tally.ended, found.tally.lanes, found.tally.generator) = (ended, None, None);
        Report { elapsed: self.elapsed, ..report(name, found, None, load) }
    }
}
