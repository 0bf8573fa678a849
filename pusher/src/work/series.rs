//! [`Series`]: what runs came to that were made one after the other.

use std::time::Duration;

use super::measured::{Measured, report};
use crate::engine::running::Tally;
use crate::report::{Asked, Report};
use crate::statistics::Seen;

/// The sum of all runs so far.
#[derive(Default)]
pub(crate) struct Series {
    tally: Tally,
    seen: Seen,
    schedule: Duration,
    elapsed: Duration,
}

impl Series {
    /// Adds the runs of all Workers, which were made side by side, and that took so long.
    pub(crate) fn add(&mut self, side_by_side: &[Measured], schedule: Duration, elapsed: Duration) {
        for measured in side_by_side {
            let (tally, seen) = measured.found();
            self.tally.add(tally);
            self.seen.add(&seen);
        }
        self.schedule += schedule;
        self.elapsed += elapsed;
    }

    /// One report of all of them.
    pub(crate) fn report(self, name: &str, load: Asked) -> Report {
        let ended = u64::try_from(self.schedule.as_nanos()).unwrap_or(u64::MAX);
        // How busy the lanes were is a matter of each run.
        let tally = Tally { ended, lanes: None, ..self.tally };
        Report { elapsed: self.elapsed, ..report(name, tally, self.seen, load) }
    }
}
