//! [`WindowStatistics`]: what windows of a load's time need, of each thread its own part, until
//! somebody takes it. A call belongs to the stride in which its tick was *due*.

mod batch;
pub(crate) mod ring;
pub(crate) mod stride;

pub(crate) mod numbers;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use batch::{Batch, Event, ToldNote};
use stride::StridesOfAll;

use crate::engine::gossip::{Ending, Gossip, Moment};
use crate::engine::sync::lock;
use crate::plan::note::{Note, NoteKind};
use crate::plan::strides::WindowPlan;

/// What was told so far, and not taken yet.
pub(crate) struct WindowStatistics {
    plan: Arc<WindowPlan>,
    shards: Box<[WindowShard]>,
}

/// What one thread was told, on cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
struct WindowShard(Mutex<Option<Box<OfThread>>>);

#[derive(Default)]
struct OfThread {
    batch: Batch,
    strides: StridesOfAll,
    /// For each instant from which on ticks count.
    later: Vec<LaterTicks>,
}

/// Ticks that were due from some instant on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LaterTicks {
    pub(crate) begun: u64,
    pub(crate) canceled: u64,
    pub(crate) canceled_late: u64,
    /// Calls that ended `ok` from that instant on, while the schedule ran: whenever they were due.
    pub(crate) ended_ok: u64,
}

impl WindowStatistics {
    pub(crate) fn new(plan: Arc<WindowPlan>, shards: usize) -> WindowStatistics {
        WindowStatistics { plan, shards: (0..shards).map(|_| WindowShard::default()).collect() }
    }

    pub(crate) fn plan(&self) -> &WindowPlan {
        &self.plan
    }

    /// Takes an event, on the thread with that number.
    pub(crate) fn hear(&self, thread: usize, gossip: &Gossip) {
        if gossip.is_warmup() {
            return;
        }
        self.keep(thread, |kept, plan| {
            for (later, after) in kept.later.iter_mut().zip(&plan.later) {
                later.hear(gossip, *after);
            }
            if !plan.windows.is_empty() {
                kept.put(plan, Event::of(gossip));
            }
        });
    }

    /// Takes a note, on the thread with that number.
    pub(crate) fn note(&self, thread: usize, note: &Note<'_>) {
        if !matches!(note.kind, NoteKind::StepPaused { .. } | NoteKind::StepResumed { .. })
            && let Some(told) = ToldNote::of(note, &self.plan.names)
        {
            self.keep(thread, |kept, plan| kept.put(plan, Event::Told(told)));
        }
    }

    /// Takes all strides away.
    pub(crate) fn take(&self) -> StridesOfAll {
        let mut all: StridesOfAll = self.plan.windows.iter().map(|_| BTreeMap::new()).collect();
        for shard in &self.shards {
            let mut shard = lock(&shard.0);
            let Some(kept) = shard.as_deref_mut() else { continue };
            kept.batch.empty_into(&self.plan, &mut kept.strides);
            let taken = kept.strides.iter_mut().map(std::mem::take).collect::<Vec<_>>();
            drop(shard);
            for (all, taken) in all.iter_mut().zip(taken) {
                taken.into_iter().for_each(|(number, stride)| {
                    all.entry(number).or_default().add(&stride);
                });
            }
        }
        all
    }

    /// The ticks from the `nth` instant of the plan on.
    pub(crate) fn later(&self, nth: usize) -> LaterTicks {
        let mut all = LaterTicks::default();
        for shard in &self.shards {
            if let Some(kept) = lock(&shard.0).as_deref() {
                all.add(kept.later[nth]);
            }
        }
        all
    }

    fn keep(&self, thread: usize, keep: impl FnOnce(&mut OfThread, &WindowPlan)) {
        let mut shard = lock(&self.shards[thread % self.shards.len()].0);
        let kept = shard.get_or_insert_with(|| Box::new(OfThread::new(&self.plan)));
        keep(kept, &self.plan);
    }
}

impl OfThread {
    fn new(plan: &WindowPlan) -> OfThread {
        OfThread {
            batch: Batch::default(),
            strides: plan.windows.iter().map(|_| BTreeMap::new()).collect(),
            later: vec![LaterTicks::default(); plan.later.len()],
        }
    }

    fn put(&mut self, plan: &WindowPlan, heard: Event) {
        self.batch.put(heard);
        if self.batch.is_full() {
            self.batch.empty_into(plan, &mut self.strides);
        }
    }
}

impl LaterTicks {
    fn hear(&mut self, gossip: &Gossip, after: u64) {
        let is_ok = || gossip.ended.ending() == Ending::Ok && !gossip.after_schedule;
        if gossip.moment == Moment::AfterTarget && gossip.end() >= after && is_ok() {
            self.ended_ok += 1;
        }
        if gossip.due < after {
            return;
        }
        match gossip.moment {
            Moment::BeforeTarget => self.begun += 1,
            Moment::AfterTarget => {}
            Moment::Canceled => {
                self.canceled += 1;
                self.canceled_late += u64::from(gossip.is_delayed);
            }
        }
    }

    pub(crate) fn add(&mut self, other: LaterTicks) {
        self.begun += other.begun;
        self.canceled += other.canceled;
        self.canceled_late += other.canceled_late;
        self.ended_ok += other.ended_ok;
    }
}
