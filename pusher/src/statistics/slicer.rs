//! [`Slicer`]: sorts what the threads of all Workers of a load hear into slices of its time.

use std::sync::{Mutex, MutexGuard};

use super::ends::ScheduleEnd;
use super::names::Names;
use super::ruler::Ruler;
use super::slice_store::SliceStore;
use super::slices::Slices;
use super::sparse::bucket_of;
use super::stages::StageReport;
use super::unsliced::{CallHeard, StepChange, StepHeard, Unsliced};
use crate::engine::sync::lock;
use crate::plan::note::{Note, NoteKind};
use crate::plan::order::Order;
use crate::plan::parts::ShapeParts;
use crate::plan::time::nanos;

/// The slices of a load, those of its warm-up apart.
pub(crate) struct Slicer {
    measured: Mutex<SliceStore>,
    warmup: Mutex<SliceStore>,
    /// A slice for each part of the shape, if it has parts.
    stages: Option<Mutex<SliceStore>>,
    /// How long the warm-up is, in nanoseconds.
    warmup_length: u64,
    steps: Names<MOST_STEPS>,
    /// How many calls, and how many steps, a thread puts away before they are sorted.
    at_once: usize,
    workers: usize,
}

/// The most slices of the measured time, and of the warm-up.
const MOST_SLICES: usize = 600;
const MOST_OF_WARMUP: usize = 100;

/// The most stages, steps or periods that are told apart.
const MOST_STAGES: usize = 100;

/// The most names of steps whose times are kept in slices.
const MOST_STEPS: usize = 20;

/// The most bytes that all slices take, those of the warm-up, and those of stages. When the load is
/// over, their histograms are there twice for a moment.
const MOST_BYTES: usize = 7_000_000;
const MOST_BYTES_OF_WARMUP: usize = 1_000_000;
const MOST_BYTES_OF_STAGES: usize = 3_000_000;

/// The most bytes of what lies unsorted on one thread, for all Workers together.
const MOST_BYTES_OF_THREAD: usize = 128_000;

impl Slicer {
    /// For so many Workers, each of which has such an order, along a shape with these parts.
    pub(crate) fn new(workers: usize, order: &Order, parts: Option<ShapeParts>) -> Slicer {
        let measured = SliceStore::new(Ruler::Millis, MOST_SLICES, MOST_BYTES);
        let warmup = SliceStore::new(Ruler::Millis, MOST_OF_WARMUP, MOST_BYTES_OF_WARMUP);
        let stages = parts
            .map(|parts| SliceStore::new(Ruler::Parts(parts), MOST_STAGES, MOST_BYTES_OF_STAGES));
        // A call is put away twice: until it is counted, and until it is sorted.
        let of_one = 2 * size_of::<CallHeard>() + size_of::<StepHeard>();
        let at_once = MOST_BYTES_OF_THREAD / of_one / workers.max(1);
        Slicer {
            measured: Mutex::new(if order.ends_by_calls() {
                measured.that_may_end_late()
            } else {
                measured
            }),
            warmup: Mutex::new(warmup),
            stages: stages.map(Mutex::new),
            warmup_length: order.warmup(),
            steps: Names::default(),
            at_once: at_once.clamp(16, 1024),
            workers,
        }
    }

    /// Whether no other Worker's calls are in these slices.
    pub(crate) fn is_of_one_worker(&self) -> bool {
        self.workers == 1
    }

    /// How many calls a thread puts away before they are counted.
    pub(super) fn at_once(&self) -> usize {
        self.at_once
    }

    /// Puts away what a step told.
    pub(super) fn note(&self, note: &Note<'_>, unsliced: &mut Unsliced) {
        let (change, time) = match note.kind {
            NoteKind::StepBegan => (StepChange::Began, 0),
            NoteKind::StepEnded { time, error: None } => (StepChange::Ok, nanos(time)),
            NoteKind::StepEnded { time, error: Some(_) } => (StepChange::Failed, nanos(time)),
            NoteKind::StepDropped { time } => (StepChange::CutOff, nanos(time)),
            _ => return,
        };
        if let Some(step) = self.steps.number(note.name) {
            let (step, time) = (step as u8, bucket_of(time));
            unsliced.steps.push(StepHeard { due: note.due, time, step, change });
        }
        if unsliced.steps.len() >= self.at_once {
            self.sort_in_steps(unsliced);
        }
    }

    /// Sorts all that a thread has put away.
    pub(super) fn sort_in(&self, unsliced: &mut Unsliced) {
        self.sort_in_calls(unsliced, lock(&self.measured));
        self.sort_in_steps(unsliced);
    }

    /// Sorts the calls that a thread has put away if there are enough of them; or leaves them for
    /// now, if another thread is at it: to wait for it would take longer than to sort.
    pub(super) fn sort_in_soon(&self, unsliced: &mut Unsliced) {
        if unsliced.calls.len() < self.at_once {
            return;
        }
        let measured = match self.measured.try_lock() {
            Ok(measured) => measured,
            Err(_) if unsliced.calls.len() < 3 * self.at_once => return,
            Err(_) => lock(&self.measured),
        };
        self.sort_in_calls(unsliced, measured);
    }

    fn sort_in_calls(&self, unsliced: &mut Unsliced, mut store: MutexGuard<'_, SliceStore>) {
        let calls = &mut unsliced.calls;
        // The warm-up comes first, save for what ends late.
        if calls.iter().any(|call| call.is_warmup) {
            let (mut warmup, measured): (Vec<CallHeard>, Vec<CallHeard>) =
                calls.iter().partition(|call| call.is_warmup);
            for call in &mut warmup {
                call.is_after_schedule = call.end > self.warmup_length;
            }
            lock(&self.warmup).sort_in(&warmup);
            *calls = measured;
        }
        store.sort_in(calls);
        if let Some(stages) = &self.stages {
            lock(stages).sort_in(calls);
        }
        calls.clear();
    }

    fn sort_in_steps(&self, unsliced: &mut Unsliced) {
        lock(&self.measured).sort_in_steps(&unsliced.steps);
        unsliced.steps.clear();
    }

    /// The number of a step that was cut off with its run, with the time that it took.
    pub(super) fn cut_off(&self, name: &str, due: u64, nanos: u64) -> Option<StepHeard> {
        let step = self.steps.number(name)? as u8;
        Some(StepHeard { due, time: bucket_of(nanos), step, change: StepChange::CutOff })
    }

    /// The slices of the measured time, with steps that were cut off when it was over.
    pub(crate) fn slices(&self, end: ScheduleEnd, cut_off: &[StepHeard]) -> Slices {
        let mut slices = lock(&self.measured).slices(end);
        slices.steps =
            (0..MOST_STEPS).map_while(|step| self.steps.name(step)).map(str::to_string).collect();
        for StepHeard { due, time, step, .. } in cut_off {
            let last = slices.slices.len().saturating_sub(1);
            let index = ((due / slices.width) as usize).min(last);
            slices.slices[index].step((*step).into()).times.cut_off.record_bucket(*time);
        }
        slices
    }

    /// What came of each part of the shape; nothing if it has none.
    pub(crate) fn stages(&self, end: ScheduleEnd) -> Vec<StageReport> {
        self.stages.iter().flat_map(|stages| lock(stages).stages(end)).collect()
    }

    /// The slices of the warm-up, which went on for so many nanoseconds.
    pub(crate) fn warmup_slices(&self, length: u64) -> Slices {
        lock(&self.warmup).slices(ScheduleEnd { at: length, is_last_answer: false })
    }
}
