//! [`Look`]: what the pacer decides in one turn, and which of the ticks that it refuses are
//! canceled late: the generator is to blame for them, and not the service.
//!
//! ```text
//!   ticks that are due by now, the oldest first
//!   ├── admitted ──┼── refused ───────────────────────────────────┤
//!                  ├── late ───────────┼── on time ───────────────┤
//!                  more than 2 ms after  as many of them are canceled late as there are slots
//!                  they were due         held by late calls: calls that began late, or that have
//!                                        not begun and are late already
//!                  ├── canceled late ──────────────┤
//! ```

use std::ops::Range;

use super::headway::{Headway, Refused};
use super::run::Run;
use super::seat::Seat;

/// The ticks that have come due, when the pacer looks at them.
pub(super) struct Look {
    /// In nanoseconds from the origin.
    pub(super) now: u64,
    /// Not yet in the backlog: what a driver can take is over before it is looked at.
    pub(super) admitted: Range<u64>,
    pub(super) refused: Range<u64>,
}

impl Look {
    /// The ticks that are refused, and how many of them are canceled late.
    pub(super) fn refused(&self, run: &Run, headway: &mut Headway) -> Refused {
        let ticks = self.refused.clone();
        if ticks.is_empty() {
            return Refused { ticks, late: 0 };
        }
        let late = headway.late_among(ticks.clone(), self.now);
        let on_time = ticks.end - ticks.start - late;
        let held = if on_time == 0 { 0 } else { self.held_late(run, headway, on_time) };
        Refused { ticks, late: late + held.min(on_time) }
    }

    /// How many slots are held by late calls; it looks for no more than `enough` of them.
    fn held_late(&self, run: &Run, headway: &mut Headway, enough: u64) -> u64 {
        let begun = run.overtime.late_in_flight();
        if begun >= enough {
            return begun;
        }
        let mut late = |ticks| headway.late_among(ticks, self.now);
        let claimed: u64 = run.seats.iter().map(Seat::claimed).map(&mut late).sum();
        let waiting = run.backlog.late(enough, &mut late);
        begun + claimed + waiting + late(self.admitted.clone())
    }
}
