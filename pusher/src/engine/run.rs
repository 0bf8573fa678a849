//! One run of a Worker: what pacer, drivers and calls share, and how it ends.

use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::backlog::Backlog;
use super::callers::Callers;
use super::door::Door;
use super::flights::{Flight, Flights};
use super::gossip::{Began, Ended, Ending, Gossip, Listener, Moment};
use super::overtime::{Overtime, Slot};
use super::pacer::{Pacer, Wake};
use super::plan::{Plan, Tick, Ticks};
use super::seat::{Desk, Left, Seat};
use super::worker::Worker;
use crate::plan::note::Note;
use crate::plan::time::nanos;

pub(crate) struct Run {
    pub(crate) worker: Worker,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) origin: Instant,
    pub(crate) timeout: Option<u64>,
    pub(crate) grace: AtomicU64,
    pub(crate) stop_at: AtomicU64,
    pub(crate) overtime: Overtime,
    pub(crate) backlog: Backlog,
    pub(crate) seats: Box<[Seat]>,
    pub(crate) flights: Flights,
    /// One for each driver, or for some of the callers: what calls tell passes through it.
    pub(crate) doors: Box<[Door]>,
    pub(crate) pacer: Mutex<Pacer>,
    /// Wakes the pacer.
    pub(crate) wake: Arc<Wake>,
    /// Those who make the calls of a closed loop, which has no ticks in its plan.
    pub(crate) callers: Option<Arc<Callers>>,
    /// Turns true when the schedule has ended: what `call.stopped()` waits for.
    pub(crate) stopped: watch::Sender<bool>,
    /// Turns true when all is told.
    pub(crate) over: watch::Sender<bool>,
}

impl Run {
    /// Nanoseconds since the origin.
    pub(crate) fn now(&self) -> u64 {
        nanos(Instant::now().saturating_duration_since(self.origin))
    }

    pub(crate) fn instant(&self, nanos: u64) -> Instant {
        self.origin + Duration::from_nanos(nanos)
    }

    /// Whether it goes by tokio's paused clock, on which no time passes while there is something to
    /// do.
    pub(crate) fn is_virtual(&self) -> bool {
        matches!(*self.wake, Wake::Task(_))
    }

    /// Whether anybody but the built-in statistics listens, who may ask for what targets return.
    pub(crate) fn keeps_values(&self) -> bool {
        self.listeners.len() > 1
    }

    /// The next tick for a driver: of its claim, of a new one, or of what another has claimed and
    /// cannot begin.
    pub(crate) fn claim(&self, index: usize, ticks: &mut Ticks) -> Option<Tick> {
        let desk = self.seats[index].desk()?;
        if let Some(tick) = self.begin(&desk, ticks) {
            return Some(tick);
        }
        let others = || self.seats.iter().enumerate().filter(|(other, _)| *other != index);
        let claimed = self
            .backlog
            .claim(self.seats.len() as u64)
            .or_else(|| others().find_map(|(_, seat)| seat.give()))?;
        ticks.seek(claimed.start);
        desk.put(claimed);
        self.begin(&desk, ticks)
    }

    /// The running call of a driver has ended in place; gives the next of its claim.
    pub(crate) fn finish(
        &self,
        index: usize,
        ended: Ended,
        tick: Tick,
        start: u64,
        ticks: &mut Ticks,
    ) -> Option<Tick> {
        let desk = self.land_at_desk(index, ended, tick, start)?;
        self.begin(&desk, ticks)
    }

    /// The same, where the driver gives way before it goes on: what is left of its claim can be
    /// taken by others.
    pub(crate) fn finish_turn(
        &self,
        index: usize,
        ended: Ended,
        tick: Tick,
        start: u64,
    ) -> Option<Tick> {
        self.land_at_desk(index, ended, tick, start)?.rest();
        None
    }

    /// The end of a call in place. Without a desk the run was closed around it, and it is no longer
    /// the driver's to end.
    #[inline]
    fn land_at_desk(&self, index: usize, ended: Ended, tick: Tick, start: u64) -> Option<Desk<'_>> {
        let end = self.now();
        let desk = self.seats[index].desk()?;
        self.land(self.overtime.slot_at_desk(index), tick, Some(start), end, ended);
        Some(desk)
    }

    /// The next tick of a claim is about to be called.
    pub(crate) fn begin(&self, desk: &Desk<'_>, ticks: &mut Ticks) -> Option<Tick> {
        let tick = desk.next(ticks)?;
        self.tell_before(tick);
        Some(tick)
    }

    /// The end of a call that was this caller's to end: the gossip, then the slot.
    pub(crate) fn land(
        &self,
        _slot: Slot<'_>,
        tick: Tick,
        start: Option<u64>,
        end: u64,
        ended: Ended,
    ) {
        let late = match (self.timeout, start) {
            (Some(timeout), Some(start)) => end.saturating_sub(start) > timeout,
            _ => false,
        };
        let ended = if late { Ended::timed_out(self.timeout) } else { ended };
        self.tell(&Gossip {
            seq: tick.seq,
            warmup: tick.warmup,
            due: self.since_start(tick),
            moment: Moment::AfterTarget,
            response: end.saturating_sub(tick.due),
            began: start.map(|start| Began {
                lag: start.saturating_sub(tick.due),
                service: end.saturating_sub(start),
            }),
            ended,
        });
        if self.is_virtual() && *self.stopped.borrow() && self.overtime.in_flight() == 1 {
            // The last slot is free before the pacer, a task of the same thread, has its turn.
            self.wake.wake();
        }
    }

    pub(crate) fn tell_before(&self, tick: Tick) {
        self.tell_moment(tick, Moment::BeforeTarget);
    }

    pub(crate) fn tell_canceled(&self, tick: Tick) {
        self.tell_moment(tick, Moment::Canceled);
    }

    fn tell_moment(&self, tick: Tick, moment: Moment) {
        let Tick { seq, warmup, .. } = tick;
        let due = self.since_start(tick);
        self.tell(&Gossip {
            seq,
            warmup,
            due,
            moment,
            response: 0,
            began: None,
            ended: Ended::default(),
        });
    }

    fn since_start(&self, tick: Tick) -> u64 {
        if tick.warmup { tick.due } else { tick.due - self.plan.start() }
    }

    fn tell(&self, gossip: &Gossip) {
        self.listeners.iter().for_each(|listener| listener.hear(&self.worker, gossip));
    }

    /// What a call tells of itself, through the door of whoever made the call.
    pub(crate) fn take_note(&self, index: usize, note: &Note<'_>) {
        if let Some(_inside) = self.doors[index].enter() {
            self.listeners.iter().for_each(|listener| listener.note(&self.worker, note));
        }
    }

    /// Wakes as many idle drivers as `ticks` are worth waking.
    pub(crate) fn ring(&self, ticks: u64) {
        let worth = ticks.div_ceil(64) as usize;
        self.seats.iter().filter(|seat| seat.ring_if_idle()).take(worth).count();
    }

    /// Takes over whatever has not ended, tells the gossip that is owed for it, and ends the run.
    ///
    /// Only who has set the pacer to over calls this, once. Calls that still block are not waited
    /// for: what they do later is not theirs to tell any more.
    pub(crate) fn close(&self, now: u64) {
        let mut unreached = self.backlog.drain();
        let (mut cut, mut ticks) = (Vec::new(), Ticks::new(self.plan.clone()));
        for Left { running, claimed } in self.seats.iter().map(Seat::close) {
            cut.extend(running.map(|(number, start)| {
                ticks.seek(number);
                (ticks.next(), start)
            }));
            unreached.push(claimed);
        }
        for Flight { tick, start, task } in self.flights.drain() {
            if let Some(task) = task {
                task.abort();
            }
            cut.push((tick, Some(start)));
        }
        if let Some(callers) = &self.callers {
            callers.abort();
        }
        for (tick, start) in cut {
            self.land(self.overtime.slot(0), tick, start, now, Ended::interrupted(start));
        }
        unreached.into_iter().for_each(|range| self.give_up(&mut ticks, range, now));
        self.await_last_gossip();
        // A call that was cut off may still run, and tell.
        self.doors.iter().for_each(Door::close);
        self.listeners.iter().for_each(Listener::stop);
        self.worker.set_free();
        self.stopped.send_replace(true);
        self.over.send_replace(true);
    }

    fn give_up(&self, ticks: &mut Ticks, unreached: Range<u64>, now: u64) {
        ticks.seek(unreached.start);
        for _ in unreached {
            let tick = ticks.next();
            self.tell_before(tick);
            self.land(self.overtime.slot(0), tick, None, now, Ended::interrupted(None));
        }
    }

    /// A call taken off the lists just before has its gossip told on another thread; its slot is
    /// freed right after.
    fn await_last_gossip(&self) {
        while self.overtime.in_flight() > 0 {
            std::thread::sleep(Duration::from_micros(50));
        }
    }
}

impl Ended {
    pub(crate) fn timed_out(timeout: Option<u64>) -> Ended {
        let after = Duration::from_nanos(timeout.unwrap_or_default());
        Ended::with_error(
            Ending::TimedOut,
            format!("no answer within {}", crate::plan::time::format(after)),
        )
    }

    fn interrupted(start: Option<u64>) -> Ended {
        let why = match start {
            Some(_) => "still in flight when the grace was over",
            None => {
                "never begun before the grace was over: the threads of the runtime were blocked or busy (`tokio::task::spawn_blocking` is for code that blocks)"
            }
        };
        Ended::with_error(Ending::Interrupted, why.to_string())
    }
}
