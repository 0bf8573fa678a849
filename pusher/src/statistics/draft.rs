//! [`Draft`]: a slice in the making. Its newest times lie as they came, and are sorted when there
//! are many of them: so a call costs little, however many different times there are.

use super::dense::Dense;
use super::slices::{Slice, SliceTimes};
use super::sparse::Sparse;
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
    /// Takes a tick that was canceled, or a call that ended. Whether there is something to sort
    /// then.
    #[inline]
    pub(super) fn take_call(&mut self, call: &CallHeard) -> bool {
        let Draft { slice, calls, .. } = self;
        slice.scheduled += 1;
        let Some(ending) = call.ending else {
            slice.canceled += 1;
            return false;
        };
        slice.endings.count(ending);
        let mut buckets = [NONE; 3];
        match ending {
            Ending::Ok => {
                buckets = [super::sparse::bucket_of(call.response), call.service, NONE];
            }
            Ending::TimedOut | Ending::Interrupted => {
                slice.response.cut_off.record(call.response);
                slice.service.cut_off.record_bucket(call.service);
            }
            Ending::Failed | Ending::Panicked => {}
        }
        if call.has_begun {
            buckets[2] = call.lag;
        } else {
            slice.lag.cut_off.record(call.response);
        }
        calls.push(buckets);
        calls.len() >= MOST_UNSORTED
    }

    /// Takes what a step told. Whether there is something to sort then.
    pub(super) fn take_step(&mut self, told: &StepHeard) -> bool {
        let step = self.slice.step(told.step.into());
        match told.change {
            StepChange::Began => step.began += 1,
            StepChange::Failed => step.failed += 1,
            StepChange::CutOff => step.times.cut_off.record_bucket(told.time),
            StepChange::Ok => self.steps.push((told.step, told.time)),
        }
        self.steps.len() >= MOST_UNSORTED
    }

    /// Sorts the times that lie about into the slice, and says by how many bytes that has changed.
    pub(super) fn sort(&mut self, dense: &mut Dense) -> isize {
        let Draft { slice, calls, steps, bytes } = self;
        let mut sort = |nth: usize, sparse: &mut Sparse| {
            let buckets = calls.iter().map(|buckets| buckets[nth]);
            buckets.filter(|bucket| *bucket != NONE).for_each(|bucket| dense.count(bucket));
            dense.move_to(sparse);
        };
        let Slice { response, service, lag, .. } = slice;
        for (nth, SliceTimes { ended, .. }) in [response, service, lag].into_iter().enumerate() {
            sort(nth, ended);
        }
        calls.clear();
        steps.sort_unstable();
        for of_step in steps.chunk_by(|(one, _), (other, _)| one == other) {
            of_step.iter().for_each(|(_, bucket)| dense.count(*bucket));
            dense.move_to(&mut slice.step(of_step[0].0.into()).times.ended);
        }
        steps.clear();
        let before = std::mem::replace(bytes, slice.bytes());
        *bytes as isize - before as isize
    }

    /// Takes what another one has, and says by how many bytes both have changed.
    pub(super) fn merge(&mut self, mut other: Draft, dense: &mut Dense) -> isize {
        let sorted = self.sort(dense) + other.sort(dense);
        let before = self.bytes + other.bytes;
        self.slice.add(&other.slice);
        self.bytes = self.slice.bytes();
        sorted + self.bytes as isize - before as isize
    }

    /// The slice, sorted, and without a place for calls that are yet to come.
    pub(super) fn close(&mut self, dense: &mut Dense) -> &Slice {
        self.sort(dense);
        (self.calls, self.steps) = (Vec::new(), Vec::new());
        &self.slice
    }
}
