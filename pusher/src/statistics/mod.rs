//! `Statistics`: the built-in gossiper, which counts calls and keeps their times.

mod open_steps;
pub(crate) mod windows;
pub(crate) mod notes;
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
    /// What windows need, if there are any.
    windows: Option<WindowStatistics>,
    /// The same statistics of the ticks that are due from some instant on.
    later: Vec<Statistics>,
}

/// The figures of one thread, on cache lines of their own.
#[repr(align(128))]
#[derive(Default)]
struct Shard(Mutex<Option<Box<Seen>>>);

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
}

impl Statistics {
    pub(crate) fn new() -> Statistics {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let shards = (4 * threads).max(16);
        Statistics {
            shards: (0..shards).map(|_| Shard::default()).collect(),
            names: KnownNames::default(),
            open_steps: OpenSteps::new(shards),
            windows: None,
            later: Vec::new(),
        }
    }

    /// Those of a load whose thresholds are not all judged by the whole of it.
    pub(crate) fn with_windows(plan: Arc<WindowPlan>) -> Statistics {
        let statistics = Self::new();
        let later = plan.later.iter().map(|_| Self::new()).collect();
        let windows = Some(WindowStatistics::new(plan, statistics.shards.len()));
        Statistics { windows, later, ..statistics }
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
            self.open_steps.each_with_due(now, |name, due, time| {
                let nth = numbers.iter().position(|number| number.is_some() && *number == name);
                open.extend(nth.map(|nth| OpenPart { nth, due, time }));
            });
        }
        open
    }

    pub(crate) fn seen(&self) -> Seen {
        let mut all = Seen::default();
        self.each(|seen| all.add(seen));
        // Steps whose calls were taken from them, or that nobody has dropped.
        self.open_steps.each(all.last_end(), |name, time| {
            all.notes.cut_off(name, time, &self.names);
        });
        all.notes.sort(&self.names);
        all
    }

    /// How calls have ended so far, those of the warm-up and measured ones: cheap enough to be
    /// asked for while the load runs.
    pub(crate) fn endings(&self) -> (Endings, Endings) {
        let mut all = (Endings::default(), Endings::default());
        self.each(|seen| {
            all.0.add(&seen.warmup_endings);
            all.1.add(&seen.endings);
        });
        all
    }

    /// Visits the shards that a thread has used.
    fn each(&self, mut visit: impl FnMut(&Seen)) {
        self.shards.iter().filter_map(|shard| lock(&shard.0).as_deref().map(&mut visit)).count();
    }

    fn hear_end(&self, gossip: &Gossip) {
        let mut shard = lock(&self.shard().0);
        // The first call makes it: a Worker has more shards than threads that use them.
        let seen = shard.get_or_insert_default();
        if gossip.is_warmup() {
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
        lock(&self.shard().0).get_or_insert_default().notes.take(note, &self.names);
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
                later.hear_end(gossip);
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
        // The engine counts started and canceled ticks.
        if gossip.is_after_target() {
            self.hear_end(gossip);
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
