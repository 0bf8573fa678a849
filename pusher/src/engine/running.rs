//! [`Running`]: how the rest of the crate holds on to a run; and [`Tally`], the engine's own count
//! of it.

use std::sync::Arc;
use std::time::Duration;

use super::lane_use::LaneUse;
use super::run::Run;
use super::stand_stills::StandStills;
use super::stop_sign::EarlyStop;
use super::sync::lock;

/// A run under way. Dropping it ends the run at once: calls in flight are dropped, and told as
/// interrupted.
pub(crate) struct Running {
    pub(super) run: Arc<Run>,
}

/// The engine's own count of a run that is over, or under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) scheduled: u64,
    pub(crate) canceled: u64,
    pub(crate) warmup_scheduled: u64,
    pub(crate) warmup_canceled: u64,
    /// Those of the canceled ticks for which the generator was late.
    pub(crate) canceled_late: u64,
    pub(crate) warmup_canceled_late: u64,
    /// When the schedule ended, in nanoseconds from the start of the measured time; zero while it
    /// has not.
    pub(crate) ended: u64,
    /// How long the warm-up went on, in nanoseconds.
    pub(crate) warmup_ended: u64,
    /// Whether it is a closed loop that its `calls` have ended: then its schedule goes on until the
    /// last answer.
    pub(crate) by_calls: bool,
    /// Gossipers that panicked, with the message.
    pub(crate) unhooked: Vec<(String, String)>,
    /// Whether it is a closed loop that was ended because its calls take no time on a clock that
    /// stands still meanwhile.
    pub(crate) stuck: bool,
    /// How many callers of a closed loop never got to a call.
    pub(crate) missing_callers: u64,
    /// When the process stood still meanwhile.
    pub(crate) stand_stills: StandStills,
    /// The stop of a call that ended it, if one did.
    pub(crate) stopped: Option<EarlyStop>,
    /// The lanes that made it, if there are any, and all runs beside it.
    pub(crate) lanes: Option<LaneUse>,
}

impl Tally {
    /// Adds the tally of a run beside this one; what ended it is its own.
    pub(crate) fn add(&mut self, other: Tally) {
        self.scheduled += other.scheduled;
        self.canceled += other.canceled;
        self.warmup_scheduled += other.warmup_scheduled;
        self.warmup_canceled += other.warmup_canceled;
        self.canceled_late += other.canceled_late;
        self.warmup_canceled_late += other.warmup_canceled_late;
        self.ended = self.ended.max(other.ended);
        self.warmup_ended = self.warmup_ended.max(other.warmup_ended);
        self.unhooked.extend(other.unhooked);
        self.stuck |= other.stuck;
        self.missing_callers += other.missing_callers;
        self.stand_stills.merge(&other.stand_stills);
        self.stopped = self.stopped.take().or(other.stopped);
        self.lanes = self.lanes.or(other.lanes);
    }
}

impl Running {
    /// Whether it goes by tokio's paused clock.
    pub(crate) fn is_virtual(&self) -> bool {
        self.run.is_virtual()
    }

    /// Nanoseconds since the begin of the warm-up.
    pub(crate) fn now(&self) -> u64 {
        self.run.now()
    }

    /// Schedules no further tick; calls in flight get their grace, and no more than `grace` if one
    /// is given.
    pub(crate) fn stop(&self, grace: Option<Duration>) {
        self.run.stop(grace);
    }

    /// Ends the run at once, from inside or outside of its runtime.
    pub(crate) fn abandon(&self) {
        self.run.abandon();
    }

    /// Resolves when every tick is accounted for and every gossiper has been told to stop.
    pub(crate) async fn over(&self) {
        let mut over = self.run.over.subscribe();
        // The sender lives in the run that is held here.
        let _ = over.wait_for(|over| *over).await;
    }

    /// How many calls have been admitted and have not ended.
    pub(crate) fn in_flight(&self) -> u64 {
        self.run.overtime.in_flight()
    }

    pub(crate) fn tally(&self) -> Tally {
        let Run { headway, callers, timeline, audience, stop_sign, duty, .. } = &*self.run;
        let headway = lock(headway);
        let callers = callers.as_ref();
        let (warmup_scheduled, scheduled) =
            callers.map_or_else(|| headway.scheduled(), |callers| callers.begun());
        let (warmup_canceled, canceled) = headway.canceled();
        let ended = headway.ended().unwrap_or_default();
        Tally {
            scheduled,
            canceled: canceled.ticks,
            warmup_scheduled,
            warmup_canceled: warmup_canceled.ticks,
            canceled_late: canceled.late,
            warmup_canceled_late: warmup_canceled.late,
            ended: ended.saturating_sub(timeline.start()),
            warmup_ended: ended.min(timeline.start()),
            by_calls: self.run.has_made_all(),
            unhooked: audience.unhooked(),
            stuck: callers.is_some_and(|callers| callers.is_stuck()),
            missing_callers: callers.map_or(0, |callers| callers.missing(ended)),
            stand_stills: headway.stand_stills().clone(),
            stopped: stop_sign.heeded(self.run.instant(timeline.start())),
            lanes: duty.as_ref().map(|duty| duty.used()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.run.abandon();
    }
}
