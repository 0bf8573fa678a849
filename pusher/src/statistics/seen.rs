//! [`Seen`]: all figures of calls so far.

use super::errors::{ErrorKind, Errors};
use super::latency::Latency;
use super::ledger::Endings;
use super::notes::Notes;
use super::unsliced::{CallHeard, StepHeard};
use crate::engine::gossip::{Ending, Gossip};

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
    pub(crate) cut_steps: Vec<StepHeard>,
}

impl Seen {
    /// Counts a tick that was canceled, or the end of a call.
    #[inline]
    pub(super) fn call(&mut self, call: &CallHeard) {
        // The engine counts ticks that were canceled.
        let Some(ending) = call.ending else { return };
        if call.is_warmup {
            return self.warmup_endings.count(ending);
        }
        self.endings.count(ending);
        if call.is_after_schedule {
            self.late_endings.count(ending);
        }
        let is_cut_off = matches!(ending, Ending::TimedOut | Ending::Interrupted);
        let last = if is_cut_off { &mut self.last_cut } else { &mut self.last_answer };
        *last = (*last).max(call.end);
        if call.has_begun {
            self.lag.record(call.lag);
        } else {
            self.lag.record_cut_off(call.response);
        }
        if ending == Ending::Ok {
            self.delayed += u64::from(call.is_delayed);
            self.service.record(call.service);
            self.response.record(call.response);
        } else if is_cut_off {
            self.response.record_cut_off(call.response);
            self.service.record_cut_off(call.service);
        } else {
            self.failed_response.record(call.response);
        }
    }

    /// Keeps why a call did not end `ok`.
    pub(super) fn error(&mut self, gossip: &Gossip) {
        let kind = match gossip.ended.ending() {
            Ending::Ok => return,
            Ending::Failed => ErrorKind::Failed,
            Ending::TimedOut => ErrorKind::TimedOut,
            Ending::Panicked => ErrorKind::Panicked,
            Ending::Interrupted => ErrorKind::Interrupted,
        };
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
