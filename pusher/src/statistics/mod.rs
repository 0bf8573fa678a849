//! `Statistics`: the built-in gossiper, which counts calls and keeps their times.

mod open_steps;
pub(crate) mod notes;
pub(crate) mod slicer;
pub(crate) mod slice_store;
mod draft;
mod dense;
mod unsliced;
mod names;
pub(crate) mod errors;
pub(crate) mod slices;
pub(crate) mod sparse;
pub(crate) mod ledger;
pub(crate) mod latency;
pub(crate) mod samples;
pub(crate) mod distribution;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use errors::{ErrorKind, Errors};
use latency::Latency;
use ledger::Endings;
use notes::{KnownNames, Notes};
use open_steps::OpenSteps;
use slicer::Slicer;
use unsliced::{StepHeard, Unsliced};

use crate::engine::gossip::{Ending, Gossip};
use crate::engine::sync::lock;
use crate::engine::worker::{Gossiper, Worker};
use crate::plan::note::Note;

/// Keeps a shard of the figures for each thread, so that threads that make calls never wait for one
/// another.
pub(crate) struct Statistics {
    shards: Box<[Shard]>,
    names: KnownNames,
    open_steps: OpenSteps,
    slicer: Arc<Slicer>,
}

/// The figures of one thread, on cache lines of their own.
#[repr(align(128))]
#[derive(Default)]
struct Shard(Mutex<Option<Box<ThreadFigures>>>);

/// All that one thread has heard.
#[derive(Default)]
struct ThreadFigures {
    seen: Seen,
    unsliced: Unsliced,
}

/// All figures so far. Their memory is bounded: it does not grow with the number of calls.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) endings: Endings,
    pub(crate) warmup_endings: Endings,
    /// The part of `endings` that came when the schedule had ended.
    pub(crate) late_endings: Endings,
    /// How many of those that ended `ok` would have ended before, if they had begun on time.
    pub(crate) delayed: u64,
    pub(crate) response: Latency,
    pub(crate) service: Latency,
    pub(crate) lag: Latency,
    pub(crate) failed_response: Latency,
    pub(crate) errors: Errors,
    pub(crate) notes: Notes,
    /// When the last call ended that was not cut off, in nanoseconds from the start of the measured
    /// time.
    pub(crate) last_answer: u64,
    /// And the last one that was.
    pub(crate) last_cut: u64,
    /// Steps that were cut off with the run, for the slices.
    pub(super) cut_steps: Vec<StepHeard>,
}

impl Statistics {
    /// What is heard goes into these slices too.
    pub(crate) fn new(slicer: Arc<Slicer>) -> Statistics {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let shards = (4 * threads).max(16);
        Statistics {
            shards: (0..shards).map(|_| Shard::default()).collect(),
            names: KnownNames::default(),
            open_steps: OpenSteps::new(shards),
            slicer,
        }
    }

    pub(crate) fn seen(&self) -> Seen {
        let mut all = Seen::default();
        self.each(|heard| {
            self.slicer.sort_in(&mut heard.unsliced);
            all.add(&heard.seen);
        });
        // Steps whose calls were taken from them, or that nobody has dropped.
        self.open_steps.each(all.last_end(), |open, time| {
            let name = open.name.and_then(|number| self.names.step_name(number));
            let cut_off = name.and_then(|name| self.slicer.cut_off(name, open.due, time));
            all.cut_steps.extend(cut_off);
            all.notes.cut_off(open.name, time, &self.names);
        });
        all.notes.sort(&self.names);
        all
    }

    /// How calls have ended so far, those of the warm-up and measured ones: cheap enough to be
    /// asked for while the load runs.
    pub(crate) fn endings(&self) -> (Endings, Endings) {
        let mut all = (Endings::default(), Endings::default());
        self.each(|heard| {
            all.0.add(&heard.seen.warmup_endings);
            all.1.add(&heard.seen.endings);
        });
        all
    }

    /// Visits the shards that a thread has used.
    fn each(&self, mut visit: impl FnMut(&mut ThreadFigures)) {
        let visit = |shard: &Shard| lock(&shard.0).as_deref_mut().map(&mut visit);
        self.shards.iter().filter_map(visit).count();
    }

    fn take(&self, gossip: &Gossip) {
        let mut shard = lock(&self.shard().0);
        // The first call makes it: a Worker has more shards than threads that use them.
        let ThreadFigures { seen, unsliced } = &mut **shard.get_or_insert_default();
        self.slicer.hear(gossip, unsliced);
        if gossip.is_canceled() {
            // The engine counts it.
        } else if gossip.is_warmup() {
            seen.warmup_endings.count(gossip.ended.ending());
        } else {
            seen.call(gossip);
        }
    }

    fn shard(&self) -> &Shard {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        thread_local!(static MINE: usize = NEXT.fetch_add(1, Ordering::Relaxed));
        &self.shards[MINE.with(|mine| *mine) % self.shards.len()]
    }
}

impl Gossiper for Statistics {
    #[inline]
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        if !gossip.is_before_target() {
            self.take(gossip);
        }
    }

    fn note(&self, _: &Worker, note: &Note<'_>) {
        self.open_steps.follow(note, &self.names);
        let mut shard = lock(&self.shard().0);
        let ThreadFigures { seen, unsliced } = &mut **shard.get_or_insert_default();
        self.slicer.note(note, unsliced);
        seen.notes.take(note, &self.names);
    }
}

impl Seen {
    fn call(&mut self, gossip: &Gossip) {
        let ending = gossip.ended.ending();
        self.endings.count(ending);
        if gossip.after_schedule {
            self.late_endings.count(ending);
        }
        let last = match ending {
            Ending::Ok | Ending::Failed | Ending::Panicked => &mut self.last_answer,
            Ending::TimedOut | Ending::Interrupted => &mut self.last_cut,
        };
        *last = (*last).max(gossip.end());
        if gossip.is_delayed && ending == Ending::Ok {
            self.delayed += 1;
        }
        match gossip.times {
            Some(times) => self.lag.record(times.lag),
            // It never began.
            None => self.lag.record_cut_off(gossip.response),
        }
        let service = gossip.times.map_or(0, |times| times.service);
        let kind = match ending {
            Ending::Ok => {
                self.service.record(service);
                return self.response.record(gossip.response);
            }
            Ending::Failed => ErrorKind::Failed,
            Ending::TimedOut => ErrorKind::TimedOut,
            Ending::Panicked => ErrorKind::Panicked,
            Ending::Interrupted => ErrorKind::Interrupted,
        };
        if matches!(ending, Ending::TimedOut | Ending::Interrupted) {
            self.response.record_cut_off(gossip.response);
            self.service.record_cut_off(service);
        } else {
            self.failed_response.record(gossip.response);
        }
        let (text, cause) = (gossip.error().unwrap_or_default(), gossip.ended.cause());
        self.errors.record_with_cause(kind, text, cause);
    }

    pub(crate) fn add(&mut self, other: &Seen) {
        self.endings.add(&other.endings);
        self.warmup_endings.add(&other.warmup_endings);
        self.late_endings.add(&other.late_endings);
        self.delayed += other.delayed;
        self.response.add(&other.response);
        self.service.add(&other.service);
        self.lag.add(&other.lag);
        self.failed_response.add(&other.failed_response);
        self.errors.merge(&other.errors);
        self.notes.add(&other.notes);
        self.last_answer = self.last_answer.max(other.last_answer);
        self.last_cut = self.last_cut.max(other.last_cut);
        self.cut_steps.extend_from_slice(&other.cut_steps);
    }

    /// When the last call ended, in nanoseconds from the start of the measured time.
    pub(crate) fn last_end(&self) -> u64 {
        self.last_answer.max(self.last_cut)
    }

    /// The same of a load whose schedule goes on until the last answer: nothing came after it.
    pub(crate) fn with_no_end(self) -> Seen {
        let (late_endings, notes) = (Endings::default(), self.notes.with_no_end());
        Seen { late_endings, delayed: 0, notes, ..self }
    }
}
