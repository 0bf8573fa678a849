//! [`SliceStore`]: the slices of a load while it runs. They are as short as a millisecond at first;
//! when there would be too many of them, or they take too much memory, neighbours merge in pairs.
//!
//! ```text
//!   ├─┼─┼─┼─┼─┼─┼─┼─┤                    no room for a ninth
//!   ├───┼───┼───┼───┼───┼───┼───┼───┤    twice as wide, and half of them
//! ```

use std::ops::Range;

use super::dense::Dense;
use super::draft::{BYTES_OF_DRAFT, Draft};
use super::slices::{Slice, Slices};
use super::unsliced::{CallHeard, StepHeard};
use crate::engine::gossip::Ending;

/// Slices in the making.
pub(super) struct SliceStore {
    /// The most slices.
    most: usize,
    /// The most bytes of their histograms.
    budget: isize,
    /// Each is one millisecond wide, doubled so often.
    doublings: u32,
    pairs: Vec<DraftPair>,
    /// Those of them in which two may stand.
    unmerged: Range<usize>,
    /// How many calls ended in each.
    ends: Vec<Ends>,
    ended_after: u64,
    /// Whether the schedule may go on until the last answer.
    may_end_late: bool,
    bytes: isize,
    dense: Dense,
}

/// The place of one slice. The two that it was made of are merged when it is needed, or when its
/// turn comes: to merge all at once would hold up calls.
#[derive(Default)]
struct DraftPair {
    draft: Box<Draft>,
    behind: Option<Box<Draft>>,
}

/// Calls that ended while a slice went on.
#[derive(Clone, Copy, Default)]
struct Ends {
    all: u64,
    ok: u64,
    /// Those that ended when the schedule had ended.
    late: u64,
    late_ok: u64,
}

/// When a schedule has ended.
#[derive(Clone, Copy)]
pub(crate) struct ScheduleEnd {
    /// In nanoseconds from its start.
    pub(crate) at: u64,
    /// Whether it goes on until the last answer, so that no call ended after it.
    pub(crate) is_last_answer: bool,
}

/// The width of a slice at first, in nanoseconds.
const FINEST: u64 = 1_000_000;

/// So many pairs are merged when calls are sorted in.
const AT_ONCE: usize = 8;

impl SliceStore {
    /// Room for so many slices, which take no more than so many bytes in all.
    pub(super) fn new(most: usize, bytes: usize) -> SliceStore {
        SliceStore {
            most,
            budget: bytes.saturating_sub(most * BYTES_OF_DRAFT) as isize,
            doublings: 0,
            pairs: Vec::new(),
            unmerged: 0..0,
            ends: Vec::new(),
            ended_after: 0,
            may_end_late: false,
            bytes: 0,
            dense: Dense::default(),
        }
    }

    /// The same for a schedule that may go on until the last answer.
    pub(super) fn that_may_end_late(self) -> SliceStore {
        SliceStore { may_end_late: true, ..self }
    }

    /// Sorts calls into the slices of their ticks, and their ends into those of their ends.
    pub(super) fn sort_in<'a>(&mut self, calls: impl Iterator<Item = &'a CallHeard>) {
        self.merge_some();
        for call in calls {
            let index = self.index_within(call.due);
            let SliceStore { pairs, dense, bytes, .. } = self;
            let draft = pairs[index].merged(dense, bytes);
            if draft.take_call(call) {
                *bytes += draft.sort(dense);
            }
            self.count_end(call);
        }
        self.keep_to_budget();
    }

    /// Sorts what steps told into the slices of the ticks of their calls.
    pub(super) fn sort_in_steps<'a>(&mut self, steps: impl Iterator<Item = &'a StepHeard>) {
        for step in steps {
            let index = self.index_within(step.due);
            let SliceStore { pairs, dense, bytes, .. } = self;
            let draft = pairs[index].merged(dense, bytes);
            if draft.take_step(step) {
                *bytes += draft.sort(dense);
            }
        }
        self.keep_to_budget();
    }

    fn count_end(&mut self, call: &CallHeard) {
        let Some(ending) = call.ending else { return };
        let is_late = call.is_after_schedule;
        // What comes after the schedule makes no slices wider.
        let is_outside = is_late && !self.may_end_late;
        // A call that ends at the very end of a slice has ended in it.
        let end = call.end.saturating_sub(1);
        let index = if is_outside { self.index_of(end) } else { self.index_within(end) };
        if index >= self.most {
            self.ended_after += 1;
            return;
        }
        if self.ends.len() <= index {
            self.ends.resize_with(index + 1, Ends::default);
        }
        let (ends, ok) = (&mut self.ends[index], u64::from(ending == Ending::Ok));
        if is_late {
            ends.late += 1;
            ends.late_ok += ok;
        } else {
            ends.all += 1;
            ends.ok += ok;
        }
    }

    fn index_of(&self, instant: u64) -> usize {
        (instant / FINEST >> self.doublings) as usize
    }

    /// The index of the slice at that instant, which there is then.
    fn index_within(&mut self, instant: u64) -> usize {
        while self.index_of(instant) >= self.most {
            self.double();
        }
        let index = self.index_of(instant);
        if self.pairs.len() <= index {
            self.pairs.resize_with(index + 1, DraftPair::default);
        }
        index
    }

    fn double(&mut self) {
        self.merge_all();
        self.doublings += 1;
        let mut pairs = std::mem::take(&mut self.pairs).into_iter();
        while let Some(DraftPair { draft, .. }) = pairs.next() {
            let behind = pairs.next().map(|next| next.draft);
            self.pairs.push(DraftPair { draft, behind });
        }
        self.unmerged = 0..self.pairs.len();
        self.ends = self.ends.chunks(2).map(Ends::sum).collect();
    }

    fn merge_some(&mut self) {
        let SliceStore { pairs, dense, bytes, unmerged, .. } = self;
        for index in unmerged.take(AT_ONCE) {
            pairs[index].merged(dense, bytes);
        }
    }

    fn merge_all(&mut self) {
        while !self.unmerged.is_empty() {
            self.merge_some();
        }
    }

    fn keep_to_budget(&mut self) {
        while self.bytes > self.budget && self.pairs.len() > 1 {
            self.double();
            self.merge_all();
        }
    }

    /// How many bytes it takes, at the most.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.pairs.len() * BYTES_OF_DRAFT + self.bytes as usize
    }

    /// The slices, for a schedule that has ended there.
    pub(super) fn slices(&mut self, end: ScheduleEnd) -> Slices {
        if let Some(last) = end.at.checked_sub(1) {
            self.index_within(last);
        }
        self.merge_all();
        let width = FINEST << self.doublings;
        let SliceStore { pairs, dense, ends, .. } = self;
        let mut slices: Vec<Slice> =
            pairs.iter_mut().map(|pair| pair.draft.close(dense).clone()).collect();
        let mut ended_after = self.ended_after;
        let of_schedule = (end.at.div_ceil(width) as usize).max(1).min(slices.len());
        for (index, ends) in ends.iter().enumerate() {
            let mut ends = *ends;
            if end.is_last_answer && index < of_schedule {
                (ends.all, ends.ok) = (ends.all + ends.late, ends.ok + ends.late_ok);
            } else {
                ended_after += ends.late;
            }
            let last = slices.len() - 1;
            let slice = &mut slices[index.min(last)];
            (slice.ended, slice.ended_ok) = (slice.ended + ends.all, slice.ended_ok + ends.ok);
        }
        // If a tick was due at the very end, it is in the last slice.
        for behind in slices.split_off(of_schedule) {
            slices[of_schedule - 1].add(&behind);
        }
        Slices { width, end: end.at, slices, steps: Vec::new(), ended_after }
    }
}

impl DraftPair {
    /// The draft that stands in it: one of two.
    #[inline]
    fn merged(&mut self, dense: &mut Dense, bytes: &mut isize) -> &mut Draft {
        if let Some(behind) = self.behind.take() {
            *bytes += self.draft.merge(*behind, dense);
        }
        &mut self.draft
    }
}

impl Ends {
    fn sum(all: &[Ends]) -> Ends {
        all.iter().fold(Ends::default(), |sum, ends| Ends {
            all: sum.all + ends.all,
            ok: sum.ok + ends.ok,
            late: sum.late + ends.late,
            late_ok: sum.late_ok + ends.late_ok,
        })
    }
}

#[cfg(test)]
mod tests;
