//! `Statistics`: the built-in gossiper, which counts calls and keeps their times.

mod open_steps;
pub(crate) mod windows;
pub(crate) mod seen;
pub(crate) mod notes;
pub(crate) mod slicer;
mod slice_store;
mod draft;
mod dense;
mod call_queue;
mod names;
mod ruler;
pub(crate) mod ends;
mod unsliced;
pub(crate) mod errors;
pub(crate) mod stages;
pub(crate) mod slices;
pub(crate) mod sparse;
pub(crate) mod ledger;
pub(crate) mod latency;
pub(crate) mod samples;
pub(crate) mod distribution;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use call_queue::CallQueue;
use ledger::Endings;
use notes::KnownNames;
use open_steps::OpenSteps;
use seen::Seen;
use slicer::Slicer;
use unsliced::{CallHeard, Unsliced};
use windows::WindowStatistics;
use windows::stride::OpenPart;

use crate::engine::gossip::Gossip;
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

/// How many calls a thread puts away where there are no slices.
const ROOM: usize = 64;

/// The figures of one thread, on cache lines of their own.
#[repr(align(128))]
#[derive(Default)]
struct Shard {
    /// What it has heard of last; of a thread that came first, if two have the same shard.
    queue: OnceLock<CallQueue>,
    figures: Mutex<Option<Box<ThreadFigures>>>,
}

/// All that one thread has heard, save what is in its queue.
#[derive(Default)]
struct ThreadFigures {
    seen: Seen,
    unsliced: Unsliced,
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
        let shards = (4 * threads).max(16).next_power_of_two();
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
        for shard in &self.shards {
            if let Some(figures) = lock(&shard.figures).as_deref_mut() {
                shard.queue.get().into_iter().for_each(|queue| self.count_all_of(queue, figures));
                visit(figures);
            }
        }
    }

    #[inline]
    fn take(&self, gossip: &Gossip) {
        let (thread, call) = (thread_number(), CallHeard::of(gossip));
        match self.shard(thread).queue.get() {
            Some(queue) if queue.is_of(thread) && !queue.is_full() => queue.put(&call),
            _ => self.take_in_turn(thread, &call),
        }
        if call.is_error() && !call.is_warmup {
            self.change(thread, |figures| figures.seen.error(gossip));
        }
    }

    /// Counts what was put away in the shard of this thread, and puts the call away. A thread that
    /// came to the shard of another one has no queue: its call is counted at once.
    #[cold]
    fn take_in_turn(&self, thread: usize, call: &CallHeard) {
        let queue = || CallQueue::new(thread, self.slicer.as_ref().map_or(ROOM, |it| it.at_once()));
        let queue = self.shard(thread).queue.get_or_init(queue);
        self.change(thread, |figures| {
            self.count_all_of(queue, figures);
            if queue.is_of(thread) {
                queue.put(call);
            } else {
                figures.count(call);
            }
        });
    }

    /// Counts the calls in a queue, which is empty then.
    fn count_all_of(&self, queue: &CallQueue, figures: &mut ThreadFigures) {
        queue.take_all(|call| figures.count(call));
        match &self.slicer {
            Some(slicer) => slicer.sort_in_soon(&mut figures.unsliced),
            None => figures.unsliced.calls.clear(),
        }
    }

    /// Changes the figures of this thread. The first call makes them: a Worker has more shards than
    /// threads that use them.
    fn change(&self, thread: usize, change: impl FnOnce(&mut ThreadFigures)) {
        change(lock(&self.shard(thread).figures).get_or_insert_default());
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
        self.change(thread_number(), |ThreadFigures { seen, unsliced }| {
            if let Some(slicer) = &self.slicer {
                slicer.note(note, unsliced);
            }
            seen.notes.take(note, &self.names);
        });
    }

    #[inline]
    fn shard(&self, thread: usize) -> &Shard {
        &self.shards[thread & (self.shards.len() - 1)]
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

impl ThreadFigures {
    #[inline]
    fn count(&mut self, call: &CallHeard) {
        self.seen.call(call);
        self.unsliced.calls.push(*call);
    }
}
