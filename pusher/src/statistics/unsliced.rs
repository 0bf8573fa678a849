//! [`Unsliced`]: the newest calls and steps of one thread, which nobody has sorted into slices yet.
//!
//! The slices of a load, which all threads share, are locked once for many of them.

use std::ops::Range;

use crate::engine::gossip::{Ending, Gossip};

/// Calls and steps in the order in which they were heard of.
#[derive(Default)]
pub(super) struct Unsliced {
    pub(super) calls: Vec<CallHeard>,
    pub(super) steps: Vec<StepHeard>,
}

/// A tick that was canceled, or the end of a call, in numbers. Times are in nanoseconds; instants
/// count from the start, those of the warm-up from its begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CallHeard {
    pub(super) due: u64,
    pub(super) end: u64,
    pub(super) response: u64,
    pub(super) service: u64,
    pub(super) lag: u64,
    /// None of a tick that was canceled.
    pub(super) ending: Option<Ending>,
    pub(super) has_begun: bool,
    pub(super) is_warmup: bool,
    /// Whether the schedule had ended before.
    pub(super) is_after_schedule: bool,
    /// Whether that was because the call began late.
    pub(super) is_delayed: bool,
}

/// What a step told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepHeard {
    /// When the tick of its call was due.
    pub(super) due: u64,
    /// The bucket of its time.
    pub(super) time: u16,
    /// The number of its name.
    pub(super) step: u8,
    pub(super) change: StepChange,
}

/// What has become of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepChange {
    Began,
    Ok,
    Failed,
    CutOff,
}

impl CallHeard {
    #[inline]
    pub(super) fn of(gossip: &Gossip) -> CallHeard {
        let (lag, service) = gossip.times.map_or((0, 0), |times| (times.lag, times.service));
        CallHeard {
            due: gossip.due,
            end: gossip.end(),
            response: gossip.response,
            service,
            lag,
            ending: gossip.ending(),
            has_begun: gossip.times.is_some(),
            is_warmup: gossip.warmup,
            is_after_schedule: gossip.after_schedule,
            is_delayed: gossip.is_delayed,
        }
    }

    /// The last instant of a call: one that ends at the very end of a slice has ended in it.
    #[inline]
    pub(super) fn last_instant(&self) -> u64 {
        self.end.saturating_sub(1)
    }

    /// Whether it is a call that ended within these bounds, while the schedule went on.
    #[inline]
    pub(super) fn has_ended_within(&self, bounds: &Range<u64>) -> bool {
        self.ending.is_some() && !self.is_after_schedule && bounds.contains(&self.last_instant())
    }

    /// Whether it is a call that did not end `ok`.
    #[inline]
    pub(super) fn is_error(&self) -> bool {
        !matches!(self.ending, None | Some(Ending::Ok))
    }
}
