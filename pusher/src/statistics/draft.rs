//! [`Draft`]: a slice in the making. Its newest times lie as they came, and are sorted when there
//! are many of them: so a call costs little, however many different times there are.

use std::ops::Range;

use super::dense::Dense;
use super::ends::EndCount;
use super::slices::{Slice, SliceTimes};
use super::sparse::bucket_of;
use super::unsliced::{CallHeard, StepChange, StepHeard};
use crate::engine::gossip::Ending;

/// What a slice has so far.
#[derive(Default)]
pub(super) struct Draft {
    slice: Slice,
    /// The buckets of response, service and lag of calls that are not in the slice yet.
    calls: Vec<[u16; 3]>,
    /// The numbers of steps and the buckets of their times, likewise.
    steps: Vec<(u8, u16)>,
    /// How many bytes the slice took when it was last asked.
    bytes: usize,
}

/// So many calls, and so many steps, lie unsorted at most.
const MOST_UNSORTED: usize = 512;

/// How many bytes these take, with the draft itself.
pub(super) const BYTES_OF_DRAFT: usize =
    MOST_UNSORTED * (size_of::<[u16; 3]>() + size_of::<(u8, u16)>()) + size_of::<Draft>();

/// In the place of a bucket: this call has no such time.
const NONE: u16 = u16::MAX;

impl Draft {
    /// Takes ticks that were canceled, and calls that ended; they are kept as they are until there
    /// are many. Gives how many ended within the bounds of the slice, and by how many bytes it has
    /// changed.
    pub(super) fn take_few(
        &mut self,
        calls: &[CallHeard],
        bounds: &Range<u64>,
        dense: &mut Dense,
    ) -> (EndCount, isize) {
        let mut here = EndCount::default();
        for call in calls {
            here.count_if_within(call, bounds);
            self.calls.extend(take(&mut self.slice, call));
        }
        (here, if self.calls.len() >= MOST_UNSORTED { self.sort(dense) } else { 0 })
    }

    /// Takes the first ticks that were canceled, and calls that ended, as long as they were due
    /// within these bounds, and counts their times in these. Gives how many it took, and how many
    /// of them ended within the bounds.
    pub(super) fn take_many(
        &mut self,
        calls: &[CallHeard],
        bounds: &Range<u64>,
        [response, service, lag]: &mut [Dense; 3],
    ) -> (usize, EndCount) {
        let (mut taken, mut ok, mut longest) = (0, 0, self.slice.longest);
        let mut here = EndCount::default();
        for call in calls.iter().take_while(|call| bounds.contains(&call.due)) {
            taken += 1;
            here.count_if_within(call, bounds);
            if call.ending == Some(Ending::Ok) && call.has_begun {
                // Nearly all calls are such, and are in a hurry.
                ok += 1;
                longest = longest.max(call.response);
                response.count(bucket_of(call.response));
                service.count(bucket_of(call.service));
                lag.count(bucket_of(call.lag));
            } else if let Some([_, _, bucket]) = take(&mut self.slice, call)
                && bucket != NONE
            {
                lag.count(bucket);
            }
        }
        let Slice { scheduled, endings, .. } = &mut self.slice;
        (*scheduled, endings.ok) = (*scheduled + ok, endings.ok + ok);
        self.slice.longest = longest;
        (taken, here)
    }

    /// Takes the times of calls that it has taken. Says by how many bytes the slice has changed.
    pub(super) fn take_times(&mut self, times: &mut [Dense; 3]) -> isize {
        let Slice { response, service, lag, .. } = &mut self.slice;
        for (times, dense) in [response, service, lag].into_iter().zip(times) {
            dense.move_to(&mut times.ended);
        }
        self.growth()
    }

    /// Takes what a step told. Says by how many bytes the slice has changed.
    pub(super) fn take_step(&mut self, told: &StepHeard, dense: &mut Dense) -> isize {
        let step = self.slice.step(told.step.into());
        match told.change {
            StepChange::Began => step.began += 1,
            StepChange::Failed => step.failed += 1,
            StepChange::CutOff => step.times.cut_off.record_bucket(told.time),
            StepChange::Ok => self.steps.push((told.step, told.time)),
        }
        if self.steps.len() >= MOST_UNSORTED { self.sort(dense) } else { 0 }
    }

    /// Sorts the times that lie about into the slice, and says by how many bytes that has changed.
    fn sort(&mut self, dense: &mut Dense) -> isize {
        let Draft { slice, calls, steps, .. } = self;
        let Slice { response, service, lag, .. } = slice;
        for (nth, SliceTimes { ended, .. }) in [response, service, lag].into_iter().enumerate() {
            let buckets = calls.iter().map(|buckets| buckets[nth]);
            buckets.filter(|bucket| *bucket != NONE).for_each(|bucket| dense.count(bucket));
            dense.move_to(ended);
        }
        calls.clear();
        steps.sort_unstable();
        for of_step in steps.chunk_by(|(one, _), (other, _)| one == other) {
            of_step.iter().for_each(|(_, bucket)| dense.count(*bucket));
            dense.move_to(&mut slice.step(of_step[0].0.into()).times.ended);
        }
        steps.clear();
        self.growth()
    }

    /// By how many bytes the slice has changed since this was last asked.
    fn growth(&mut self) -> isize {
        let before = std::mem::replace(&mut self.bytes, self.slice.bytes());
        self.bytes as isize - before as isize
    }

    /// Takes what another one has, and says by how many bytes both have changed.
    pub(super) fn merge(&mut self, mut other: Draft, dense: &mut Dense) -> isize {
        let sorted = self.sort(dense) + other.sort(dense);
        self.slice.add(&other.slice);
        sorted + self.growth() - other.bytes as isize
    }

    /// The slice, sorted, and without a place for calls that are yet to come.
    pub(super) fn close(&mut self, dense: &mut Dense) -> &Slice {
        self.sort(dense);
        (self.calls, self.steps) = (Vec::new(), Vec::new());
        &self.slice
    }
}

/// Counts a tick that was canceled, or a call that ended, and gives the buckets of the times that
/// such a call has.
#[inline]
fn take(slice: &mut Slice, call: &CallHeard) -> Option<[u16; 3]> {
    slice.scheduled += 1;
    let Some(ending) = call.ending else {
        slice.canceled += 1;
        return None;
    };
    slice.endings.count(ending);
    let mut buckets = [NONE; 3];
    match ending {
        Ending::Ok => {
            slice.longest = slice.longest.max(call.response);
            buckets = [bucket_of(call.response), bucket_of(call.service), NONE];
        }
        Ending::TimedOut | Ending::Interrupted => {
            slice.response.cut_off.record(call.response);
            slice.service.cut_off.record(call.service);
        }
        Ending::Failed | Ending::Panicked => {}
    }
    if call.has_begun {
        buckets[2] = bucket_of(call.lag);
    } else {
        slice.lag.cut_off.record(call.response);
    }
    Some(buckets)
}
