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
use super::ends::{Ends, ScheduleEnd};
use super::ruler::{MILLI, Ruler};
use super::slices::{Slice, Slices};
use super::stages::StageReport;
use super::unsliced::{CallHeard, StepHeard};

/// Slices in the making.
pub(super) struct SliceStore {
    ruler: Ruler,
    /// Each is as wide as the ruler says, doubled so often.
    doublings: u32,
    /// The most slices.
    most: usize,
    /// The most bytes of their histograms.
    budget: isize,
    bytes: isize,
    pairs: Vec<DraftPair>,
    /// Those of them in which two may stand.
    unmerged: Range<usize>,
    /// The slice to which many calls came last, and their times.
    open_at: Option<usize>,
    open: [Dense; 3],
    /// No more calls than that are in them.
    in_open: u64,
    /// How many calls ended in each slice.
    ends: Vec<Ends>,
    ended_after: u64,
    /// Whether the schedule may go on until the last answer.
    may_end_late: bool,
    dense: Dense,
}

/// The place of one slice. The two that it was made of are merged when it is needed, or when its
/// turn comes: to merge all at once would hold up calls.
#[derive(Default)]
struct DraftPair {
    draft: Box<Draft>,
    behind: Option<Box<Draft>>,
}

/// So many pairs are merged when calls are sorted in.
const AT_ONCE: usize = 8;

/// So many calls of one slice, one after the other, are many.
const MANY: usize = 32;

impl SliceStore {
    /// Room for so many slices, which take no more than so many bytes in all.
    pub(super) fn new(ruler: Ruler, most: usize, bytes: usize) -> SliceStore {
        SliceStore {
            ruler,
            doublings: 0,
            most,
            budget: bytes.saturating_sub(most * BYTES_OF_DRAFT) as isize,
            bytes: 0,
            pairs: Vec::new(),
            unmerged: 0..0,
            open_at: None,
            open: Default::default(),
            in_open: 0,
            ends: Vec::new(),
            ended_after: 0,
            may_end_late: false,
            dense: Dense::default(),
        }
    }

    /// The same for a schedule that may go on until the last answer.
    pub(super) fn that_may_end_late(self) -> SliceStore {
        SliceStore { may_end_late: true, ..self }
    }

    /// Sorts calls into the slices of their ticks, and their ends into those of their ends.
    pub(super) fn sort_in(&mut self, mut calls: &[CallHeard]) {
        self.merge_some();
        while let Some(first) = calls.first() {
            let index = self.index_within(first.due);
            let bounds = self.bounds(index);
            let is_many = calls.get(MANY).is_some_and(|call| bounds.contains(&call.due));
            if is_many {
                self.open(index, calls.len() as u64);
            }
            let SliceStore { pairs, dense, bytes, open, .. } = self;
            let draft = pairs[index].merged(dense, bytes);
            let (of_slice, here) = if is_many {
                draft.take_many(calls, &bounds, open)
            } else {
                let of_slice = calls.iter().take_while(|call| bounds.contains(&call.due)).count();
                let (here, grown) = draft.take_few(&calls[..of_slice.max(1)], &bounds, dense);
                *bytes += grown;
                (of_slice.max(1), here)
            };
            if let Some(ends) = self.ends_of(index) {
                ends.in_time = ends.in_time.add(here);
            }
            let (of_slice, rest) = calls.split_at(of_slice);
            if here.all < of_slice.len() as u64 {
                let elsewhere = |call: &&CallHeard| !call.has_ended_within(&bounds);
                of_slice.iter().filter(elsewhere).for_each(|call| self.count_end(call));
            }
            calls = rest;
        }
        self.keep_to_budget();
    }

    /// Sorts what steps told into the slices of the ticks of their calls.
    pub(super) fn sort_in_steps(&mut self, steps: &[StepHeard]) {
        for step in steps {
            let index = self.index_within(step.due);
            let SliceStore { pairs, dense, bytes, .. } = self;
            *bytes += pairs[index].merged(dense, bytes).take_step(step, dense);
        }
        self.keep_to_budget();
    }

    fn count_end(&mut self, call: &CallHeard) {
        let Some(ending) = call.ending else { return };
        // What comes after the schedule makes no slices wider.
        let is_outside = call.is_after_schedule && !self.may_end_late;
        let end = call.last_instant();
        let index = if is_outside { self.index_of(end) } else { self.index_within(end) };
        match self.ends_of(index) {
            Some(ends) if call.is_after_schedule => ends.late.count(ending),
            Some(ends) => ends.in_time.count(ending),
            None => self.ended_after += 1,
        }
    }

    fn ends_of(&mut self, index: usize) -> Option<&mut Ends> {
        if index >= self.most {
            return None;
        }
        if self.ends.len() <= index {
            self.ends.resize_with(index + 1, Ends::default);
        }
        Some(&mut self.ends[index])
    }

    #[inline]
    fn index_of(&self, instant: u64) -> usize {
        self.ruler.at(instant) >> self.doublings
    }

    /// From when to when a slice is.
    fn bounds(&self, index: usize) -> Range<u64> {
        let [begin, end] = [index, index + 1]
            .map(|index| self.ruler.begin(index << self.doublings).unwrap_or(u64::MAX));
        begin..end
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
        self.put_away();
        self.merge_all();
        self.doublings += 1;
        let mut pairs = std::mem::take(&mut self.pairs).into_iter();
        while let Some(DraftPair { draft, .. }) = pairs.next() {
            let behind = pairs.next().map(|next| next.draft);
            self.pairs.push(DraftPair { draft, behind });
        }
        self.unmerged = 0..self.pairs.len();
        let sum = |two: &[Ends]| two.iter().copied().fold(Ends::default(), Ends::add);
        self.ends = self.ends.chunks(2).map(sum).collect();
    }

    /// Lets the times of so many calls come to this slice, at the most.
    fn open(&mut self, index: usize, calls: u64) {
        if self.open_at != Some(index) || self.in_open + calls > Dense::MOST {
            self.put_away();
            (self.open_at, self.in_open) = (Some(index), 0);
        }
        self.in_open += calls;
    }

    /// Moves the times of many calls to their slice.
    fn put_away(&mut self) {
        if let Some(index) = self.open_at.take() {
            let SliceStore { pairs, dense, bytes, open, .. } = self;
            *bytes += pairs[index].merged(dense, bytes).take_times(open);
        }
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

    /// The slices of milliseconds, for a schedule that has ended there.
    pub(super) fn slices(&mut self, end: ScheduleEnd) -> Slices {
        let (slices, ended_after) = self.close(end);
        let width = MILLI << self.doublings;
        Slices { width, end: end.at, slices, steps: Vec::new(), ended_after }
    }

    /// The slices of parts, for a schedule that has ended there: what is asked for, and what came
    /// of it.
    pub(super) fn stages(&mut self, end: ScheduleEnd) -> Vec<StageReport> {
        let (slices, _) = self.close(end);
        let Ruler::Parts(parts) = &self.ruler else { return Vec::new() };
        let in_one = 1 << self.doublings;
        let stage = |(nth, slice): (usize, &Slice)| {
            StageReport::new(parts, nth * in_one..(nth + 1) * in_one, slice, end.at)
        };
        slices.iter().enumerate().map(stage).collect()
    }

    /// All slices of a schedule that has ended there, and how many calls ended after it.
    fn close(&mut self, end: ScheduleEnd) -> (Vec<Slice>, u64) {
        let last = end.at.checked_sub(1).map(|last| self.index_within(last));
        self.put_away();
        self.merge_all();
        let SliceStore { pairs, dense, ends, .. } = self;
        let mut slices: Vec<Slice> =
            pairs.iter_mut().map(|pair| pair.draft.close(dense).clone()).collect();
        let mut ended_after = self.ended_after;
        let of_schedule = last.map_or(slices.len().min(1), |last| last + 1);
        for (index, ends) in ends.iter().enumerate() {
            let Ends { mut in_time, late } = *ends;
            if end.is_last_answer && index < of_schedule {
                in_time = in_time.add(late);
            } else {
                ended_after += late.all;
            }
            let last = slices.len() - 1;
            let slice = &mut slices[index.min(last)];
            (slice.ended, slice.ended_ok) =
                (slice.ended + in_time.all, slice.ended_ok + in_time.ok);
        }
        // If a tick was due at the very end, it is in the last slice.
        for behind in slices.split_off(of_schedule) {
            slices[of_schedule - 1].add(&behind);
        }
        (slices, ended_after)
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

#[cfg(test)]
mod tests;
