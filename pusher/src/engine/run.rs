//! [`Run`]: all that is shared by the pacer, the drivers or callers, and the calls of one run of a
//! Worker.
//!
//! It tells gossip and rings; it decides nothing. Its end is in `closing.rs`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::audience::Audience;
use super::backlog::Backlog;
use super::badge::Badge;
use super::callers::Callers;
use super::door::Door;
use super::duty::Duty;
use super::flights::Flights;
use super::generator_watch::GeneratorWatch;
use super::gossip::{Ended, Gossip, Moment, ReturnValues, Times};
use super::headway::Headway;
use super::lanes::real_now;
use super::overtime::{Overtime, Slot};
use super::paused_calls::PausedCalls;
use super::seat::Seat;
use super::stop_sign::StopSign;
use super::timeline::{Tick, Timeline};
use super::wake::Wake;
use crate::plan::note::{Note, NoteKind};
use crate::plan::time::nanos;

/// All of a run. The parts that many threads write to at once come once for each *lane*: a driver,
/// or those callers of a closed loop whose numbers leave the same remainder.
pub(crate) struct Run {
    /// Whose run it is.
    pub(crate) badge: Badge,
    pub(crate) audience: Audience,
    /// Whether anybody may ask for the values that targets return.
    pub(crate) values: ReturnValues,
    pub(crate) timeline: Arc<Timeline>,
    /// Where the timeline begins.
    pub(crate) origin: Instant,
    /// Of each call, in nanoseconds.
    pub(crate) timeout: Option<u64>,
    /// In nanoseconds.
    pub(crate) grace: AtomicU64,
    /// When the schedule is to end before its time, in nanoseconds from the origin; once it has
    /// ended, when it did.
    pub(crate) stop_at: AtomicU64,
    /// Whether anybody asks when something was counted.
    pub(crate) times_counts: bool,
    /// Where a call that asks to end the load says so.
    pub(crate) stop_sign: StopSign,
    /// When the run is closed at the latest, in nanoseconds from the origin: some time after a call
    /// has stopped it.
    pub(crate) latest_end: AtomicU64,
    pub(crate) headway: Mutex<Headway>,
    /// Ticks that are due from here on may find no free slot, and so have to be decided on before a
    /// slot is freed that was held when they were due; in nanoseconds from the origin, and never
    /// sooner than a moment after the last look.
    pub(crate) undecided_from: AtomicU64,
    pub(crate) overtime: Overtime,
    pub(crate) backlog: Backlog,
    /// Which lanes make calls, if they pace themselves; none if the pacer paces all drivers.
    pub(crate) duty: Option<Arc<Duty>>,
    /// Watches the process and the machine; none on a virtual clock.
    pub(crate) generator: Option<Arc<GeneratorWatch>>,
    /// One for each driver; none in a closed loop.
    pub(crate) seats: Box<[Seat]>,
    /// Those who make the calls of a closed loop, whose timeline has no ticks.
    pub(crate) callers: Option<Arc<Callers>>,
    /// The run of the other target, if two are compared.
    pub(crate) partner: OnceLock<Weak<Run>>,
    pub(crate) flights: Flights,
    pub(crate) paused_calls: PausedCalls,
    /// One for each lane: the notes of calls pass through it.
    pub(crate) doors: Box<[Door]>,
    /// Wakes the pacer.
    pub(crate) wake: Arc<Wake>,
    /// Turns true when the schedule has ended: `call.stopped()` waits for it.
    pub(crate) stopped: watch::Sender<bool>,
    /// Turns true when pauses of calls are to end: with the schedule, but for a closed loop that
    /// its `calls` have ended.
    pub(crate) pauses_end: watch::Sender<bool>,
    /// Turns true when all is told.
    pub(crate) over: watch::Sender<bool>,
}

/// The end of a call, as it is told. Times are in nanoseconds from the origin.
pub(crate) struct Landing {
    pub(crate) tick: Tick,
    /// None of a call that never began.
    pub(crate) start: Option<u64>,
    pub(crate) end: u64,
    pub(crate) ended: Ended,
}

impl Run {
    /// Nanoseconds since the origin.
    #[inline]
    pub(crate) fn now(&self) -> u64 {
        // On lanes it goes by the real clock, also if a call has paused that of its lane.
        let now = if self.duty.is_some() { real_now() } else { Instant::now() };
        nanos(now.saturating_duration_since(self.origin))
    }

    pub(crate) fn instant(&self, nanos: u64) -> Instant {
        self.origin + Duration::from_nanos(nanos)
    }

    /// Whether it goes by tokio's paused clock, on which no time passes while there is something to
    /// do.
    pub(crate) fn is_virtual(&self) -> bool {
        self.wake.is_virtual()
    }

    pub(crate) fn lanes(&self) -> usize {
        self.doors.len()
    }

    /// When the schedule ends, at its own end or because it was told to stop.
    pub(crate) fn end(&self) -> u64 {
        self.timeline.end().min(self.stop_at.load(Ordering::SeqCst))
    }

    /// Whether it is a closed loop, and all calls have begun that it was to make.
    pub(crate) fn has_made_all(&self) -> bool {
        self.callers.as_ref().is_some_and(|callers| callers.have_made_all())
    }

    /// Whether this instant, in nanoseconds from the origin, is behind the schedule's end. A call
    /// that ends at the very end has ended while the schedule ran.
    #[inline]
    fn is_after_schedule(&self, instant: u64) -> bool {
        instant > self.end()
    }

    /// Wakes as many idle drivers as `ticks` are worth waking.
    pub(crate) fn ring(&self, ticks: u64) {
        let worth = ticks.div_ceil(64) as usize;
        self.seats_on_duty().filter(|seat| seat.ring_if_idle()).take(worth).count();
    }

    /// The same on the thread of a lane, whose own driver is woken at the least cost.
    pub(crate) fn ring_on(&self, lane: usize, ticks: u64) {
        let worth = ticks.div_ceil(64) as usize;
        self.seats[lane].ring_if_idle();
        let others = self.seats_on_duty().enumerate().filter(|(other, _)| *other != lane);
        others.filter(|(_, seat)| seat.ring_if_idle()).take(worth.saturating_sub(1)).count();
    }

    fn seats_on_duty(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().take(self.lanes_on_duty())
    }

    /// How many lanes make calls.
    pub(crate) fn lanes_on_duty(&self) -> usize {
        self.duty.as_ref().map_or(self.lanes(), |duty| duty.on_duty())
    }

    /// The lane that a caller is to be on: callers are spread over the lanes on duty.
    pub(crate) fn lane_of_caller(&self, number: usize) -> usize {
        number % self.lanes_on_duty()
    }

    /// Whether there are ticks for the driver of a lane to claim.
    pub(crate) fn has_ticks_for(&self, lane: usize) -> bool {
        self.is_on_duty(lane) && self.backlog.waiting() > 0
    }

    /// Whether the driver of a lane is to claim ticks.
    pub(crate) fn is_on_duty(&self, lane: usize) -> bool {
        self.duty.as_ref().is_none_or(|duty| duty.is_on(lane))
    }

    /// A call is about to begin.
    #[inline]
    pub(crate) fn tell_before(&self, tick: Tick) {
        self.tell_moment(tick, Moment::BeforeTarget);
    }

    /// A tick was refused.
    pub(crate) fn tell_canceled(&self, tick: Tick) {
        self.tell_moment(tick, Moment::Canceled);
    }

    /// A tick was refused because pusher was late.
    pub(crate) fn tell_canceled_late(&self, tick: Tick) {
        let canceled = self.moment(tick, Moment::Canceled);
        self.audience.hear(&Gossip { is_delayed: true, ..canceled });
    }

    /// The end of a call that was this thread's to end: the gossip, then the slot.
    // The drivers' way of every call: the compiler alone takes it for too long.
    #[inline(always)]
    pub(crate) fn land(&self, mut slot: Slot<'_>, landing: Landing) {
        let Landing { tick, start, end, ended } = landing;
        // How late the call began, if it began late.
        let delay = start.filter(|start| tick.is_late(*start)).map(|start| start - tick.due);
        if delay.is_some() {
            slot.mark_late();
        }
        let after_schedule = self.is_after_schedule(end);
        let paused = self.paused_calls.take((tick.seq, tick.warmup), || self.instant(end));
        // Its pauses are in none of its times.
        let time_since = |from: u64| end.saturating_sub(from).saturating_sub(paused);
        let late = match (self.timeout, start) {
            (Some(timeout), Some(start)) => time_since(start) > timeout,
            _ => false,
        };
        self.audience.hear(&Gossip {
            seq: tick.seq,
            warmup: tick.warmup,
            due: self.since_start(tick),
            moment: Moment::AfterTarget,
            response: time_since(tick.due),
            times: start.map(|start| Times {
                lag: start.saturating_sub(tick.due),
                service: time_since(start),
            }),
            paused,
            ended: if late { self.timed_out() } else { ended },
            after_schedule,
            is_delayed: after_schedule
                && delay.is_some_and(|delay| !self.is_after_schedule(end.saturating_sub(delay))),
        });
        if self.is_virtual() && *self.stopped.borrow() && self.overtime.in_flight() == 1 {
            // The last slot is free before the pacer, a task of the same thread, comes to look.
            self.wake.wake();
        }
    }

    /// The end of a call that was over its timeout.
    pub(crate) fn timed_out(&self) -> Ended {
        Ended::timed_out(self.timeout.unwrap_or_default())
    }

    /// What a call tells of itself, through the door of its lane.
    pub(crate) fn take_note(&self, lane: usize, note: &Note<'_>) {
        if let Some(_inside) = self.doors[lane].enter() {
            // The clock is read only when the schedule has ended, or has been told to, or if it
            // matters when something was counted.
            let has_end = self.stop_at.load(Ordering::SeqCst) < u64::MAX;
            let is_count = || matches!(note.kind, NoteKind::Count(_));
            let now = (has_end || self.times_counts && is_count()).then(|| self.now());
            let after_schedule = has_end && now.is_some_and(|now| self.is_after_schedule(now));
            let told = now.map_or(0, |now| now.saturating_sub(self.timeline.start()));
            self.audience.note(&Note { after_schedule, told, ..*note });
        }
    }

    #[inline]
    fn tell_moment(&self, tick: Tick, moment: Moment) {
        self.audience.hear(&self.moment(tick, moment));
    }

    #[inline]
    fn moment(&self, tick: Tick, moment: Moment) -> Gossip {
        Gossip {
            seq: tick.seq,
            warmup: tick.warmup,
            due: self.since_start(tick),
            moment,
            response: 0,
            times: None,
            paused: 0,
            ended: Ended::default(),
            after_schedule: false,
            is_delayed: false,
        }
    }

    fn since_start(&self, tick: Tick) -> u64 {
        if tick.warmup { tick.due } else { tick.due - self.timeline.start() }
    }
}
