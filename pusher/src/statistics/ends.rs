//! [`Ends`]: how many calls ended while a slice went on, whenever they were due.

use std::ops::Range;

use super::unsliced::CallHeard;
use crate::engine::gossip::Ending;

/// Calls that ended while a slice went on, as far as the schedule did too, and when it had ended.
#[derive(Clone, Copy, Default)]
pub(super) struct Ends {
    pub(super) in_time: EndCount,
    pub(super) late: EndCount,
}

/// How many calls ended.
#[derive(Clone, Copy, Default)]
pub(super) struct EndCount {
    pub(super) all: u64,
    pub(super) ok: u64,
}

/// When a schedule has ended.
#[derive(Clone, Copy)]
pub(crate) struct ScheduleEnd {
    /// In nanoseconds from its start.
    pub(crate) at: u64,
    /// Whether it goes on until the last answer, so that no answer comes after it.
    pub(crate) is_last_answer: bool,
}

impl Ends {
    pub(super) fn add(self, other: Ends) -> Ends {
        Ends { in_time: self.in_time.add(other.in_time), late: self.late.add(other.late) }
    }
}

impl EndCount {
    #[inline]
    pub(super) fn count(&mut self, ending: Ending) {
        self.all += 1;
        self.ok += u64::from(ending == Ending::Ok);
    }

    /// Counts a call that ended within these bounds, while the schedule went on.
    #[inline]
    pub(super) fn count_if_within(&mut self, call: &CallHeard, bounds: &Range<u64>) {
        if let Some(ending) = call.ending
            && call.has_ended_within(bounds)
        {
            self.count(ending);
        }
    }

    pub(super) fn add(self, other: EndCount) -> EndCount {
        EndCount { all: self.all + other.all, ok: self.ok + other.ok }
    }
}
