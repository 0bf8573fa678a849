//! [`Slices`]: what was measured over time, in equal slices of the measured time.
//!
//! A call belongs to the slice in which its tick was *due*, however long it took.

use super::ledger::Endings;
use super::sparse::Sparse;

/// The measured time in equal slices, the first from the start on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slices {
    /// How long each is, in nanoseconds.
    pub(crate) width: u64,
    pub(crate) slices: Vec<Slice>,
}

/// What became of the ticks that were due in one slice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    /// How many were due.
    pub(crate) scheduled: u64,
    /// How many of them were canceled.
    pub(crate) canceled: u64,
    /// How the others ended, whenever that was.
    pub(crate) endings: Endings,
    /// Calls that ended in this slice, whenever they were due.
    pub(crate) ended: u64,
    /// Those of them that ended `ok`.
    pub(crate) ended_ok: u64,
    pub(crate) response: SliceTimes,
    pub(crate) service: SliceTimes,
    pub(crate) lag: SliceTimes,
}

/// One of the three times of the calls of a slice, or the times of a step in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SliceTimes {
    /// Of those that ended; see [`Latency`](super::latency::Latency).
    pub(crate) ended: Sparse,
    /// After which time the others were cut off. They rank above all that ended.
    pub(crate) cut_off: Sparse,
}

impl SliceTimes {
    pub(crate) fn add(&mut self, other: &SliceTimes) {
        self.ended.add(&other.ended);
        self.cut_off.add(&other.cut_off);
    }

    /// How many samples there are, ended and cut off.
    pub(crate) fn count(&self) -> u64 {
        self.ended.count() + self.cut_off.count()
    }
}
