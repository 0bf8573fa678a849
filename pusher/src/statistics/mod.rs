//! `Statistics`: the built-in gossiper, which counts calls and keeps their times.

mod open_steps;
pub(crate) mod windows;
pub(crate) mod notes;
pub(crate) mod slicer;
mod slice_store;
mod draft;
mod dense;
mod unsliced;
mod names;
mod ruler;
pub(crate) mod ends;
pub(crate) mod errors;
pub(crate) mod stages;
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
use windows::WindowStatistics;
use windows::stride::OpenPart;

use crate::engine::gossip::{Ending, Gossip};
use crate::engine::sync::lock;
use crate::engine::worker::{Gossiper, Worker};
use crate::plan::note::Note;
use crate::plan::strides::WindowPlan;
use crate::plan::threshold::NoteWord;

/// Keeps a shard of the figures for each thread, so that threads that make calls never wait for one
/// another.
pub(crate) struct Statistics {
    shards: Box<[Shard]>,
    names: KnownNames,
    open_steps: OpenSteps,
    /// None if another one keeps the slices.
    slicer: Option<Arc<Slicer>>,
    /// What windows need, if there are any.
    windows: Option<WindowStatistics>,
    /// The same statistics of the ticks that are due from some instant on.
    later: Vec<Statistics>,
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
    /// What is heard goes into these slices too; a load whose thresholds are not all judged by the
    /// whole of it has a plan for the others.
    pub(crate) fn new(slicer: Arc<Slicer>, plan: Option<Arc<WindowPlan>>) -> Statistics {
        let statistics = Statistics { slicer: Some(slicer), ..Statistics::without_slices() };
        let Some(plan) = plan else { return statistics };
        let later = plan.later.iter().map(|_| Statistics::without_slices()).collect();
        let windows = Some(WindowStatistics::new(plan, statistics.shards.len()));
        Statistics { windows, later, ..statistics }
    }

    fn without_slices() -> Statistics {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let shards = (4 * threads).max(16);
        Statistics {
            shards: (0..shards).map(|_| Shard::default()).collect(),
            names: KnownNames::default(),
            open_steps: OpenSteps::new(shards),
            slicer: None,
            windows: None,
            later: Vec::new(),
        }
    }

    /// What windows need.
    pub(crate) fn windows(&self) -> Option<&WindowStatistics> {
        self.windows.as_ref()
    }

    /// The figures of the ticks from the `nth` instant of the plan on.
    pub(crate) fn seen_later(&self, nth: usize) -> Seen {
        self.later[nth].seen()
    }

    /// The steps that windows are for and that are open `now`.
    pub(crate) fn open_parts(&self, now: u64) -> Vec<OpenPart> {
        let (Some(windows), mut open) = (&self.windows, Vec::new()) else { return Vec::new() };
        let names = &windows.plan().names;
        let number = |(word, name): &(NoteWord, String)| {
            (*word == NoteWord::Step).then(|| self.names.step(name)).flatten()
        };
        let numbers: Vec<Option<usize>> = names.iter().map(number).collect();
        if numbers.iter().any(Option::is_some) {
            self.open_steps.each(now, |step, time| {
                let is_it = |number: &Option<usize>| number.is_some() && *number == step.name;
                let nth = numbers.iter().position(is_it);
                open.extend(nth.map(|nth| OpenPart { nth, due: step.due, time }));
            });
        }
        open
    }

    pub(crate) fn seen(&self) -> Seen {
        let mut all = Seen::default();
        self.each(|heard| {
            if let Some(slicer) = &self.slicer {
                slicer.sort_in(&mut heard.unsliced);
            }
            all.add(&heard.seen);
        });
        // Steps whose calls were taken from them, or that nobody has dropped.
        self.open_steps.each(all.last_end(), |open, time| {
            let name = open.name.and_then(|number| self.names.step_name(number));
            let slicer = self.slicer.as_ref();
            let cut_off = name.and_then(|name| slicer?.cut_off(name, open.due, time));
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
        if let Some(slicer) = &self.slicer {
            slicer.hear(gossip, unsliced);
        }
        if gossip.is_canceled() {
            // The engine counts it.
        } else if gossip.is_warmup() {
            seen.warmup_endings.count(gossip.ended.ending());
        } else {
            seen.call(gossip);
        }
    }

    fn take_note(&self, note: &Note<'_>) {
        if let Some(windows) = &self.windows {
            windows.note(thread_number(), note);
            for (later, after) in self.later.iter().zip(&windows.plan().later) {
                if note.due >= *after {
                    later.take_note(note);
                }
            }
        }
        self.open_steps.follow(note, &self.names);
        let mut shard = lock(&self.shard().0);
        let ThreadFigures { seen, unsliced } = &mut **shard.get_or_insert_default();
        if let Some(slicer) = &self.slicer {
            slicer.note(note, unsliced);
        }
        seen.notes.take(note, &self.names);
    }

    fn shard(&self) -> &Shard {
        &self.shards[thread_number() % self.shards.len()]
    }

    /// Hands an event on to those who do not hear of all.
    fn hand_on(&self, windows: &WindowStatistics, gossip: &Gossip) {
        windows.hear(thread_number(), gossip);
        let is_end = gossip.is_after_target() && !gossip.is_warmup();
        for (later, after) in self.later.iter().zip(&windows.plan().later) {
            if is_end && gossip.due >= *after {
                later.take(gossip);
            }
        }
    }
}

/// The number of this thread, from 0.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static MINE: usize = NEXT.fetch_add(1, Ordering::Relaxed));
    MINE.with(|mine| *mine)
}

impl Gossiper for Statistics {
    #[inline]
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        if !gossip.is_before_target() {
            self.take(gossip);
        }
        if let Some(windows) = &self.windows {
            self.hand_on(windows, gossip);
        }
    }

    fn note(&self, _: &Worker, note: &Note<'_>) {
        self.take_note(note);
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
