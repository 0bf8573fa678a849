//! One run of a Worker: what pacer, drivers and calls share, and how it ends.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::backlog::Backlog;
use super::driver::Ended;
use super::flights::{Flight, Flights};
use super::gossip::{After, Began, Ending, Event, Gossip, Listener};
use super::overtime::Overtime;
use super::pacer::Pacer;
use super::plan::{Plan, Tick};
use super::seat::Seat;
use super::worker::Worker;

pub(crate) struct Run {
    pub(crate) worker: Worker,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) plan: Plan,
    pub(crate) origin: Instant,
    pub(crate) timeout: Option<u64>,
    pub(crate) grace: AtomicU64,
    pub(crate) stop_at: AtomicU64,
    pub(crate) overtime: Overtime,
    pub(crate) backlog: Backlog,
    pub(crate) seats: Box<[Seat]>,
    pub(crate) flights: Flights,
    pub(crate) pacer: Mutex<Pacer>,
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

    /// Whether anybody but the built-in statistics listens, who may ask for what targets return.
    pub(crate) fn keeps_values(&self) -> bool {
        self.listeners.len() > 1
    }

    /// A claim of waiting ticks for the driver at `seat`, or some that another driver has claimed and cannot begin.
    pub(crate) fn claim(&self, index: usize) -> Option<Tick> {
        let seat = &self.seats[index];
        let mut desk = seat.desk();
        if desk.is_closed() {
            return None;
        }
        let others = || self.seats.iter().enumerate().filter(|(other, _)| *other != index);
        let claimed = self.backlog.claim(self.seats.len() as u64).or_else(|| others().find_map(|(_, seat)| seat.give()))?;
        desk.put(&self.plan, claimed);
        let tick = seat.next(&mut desk);
        self.tell_before(tick);
        tick
    }

    /// The running call of a driver has ended in place; gives the next of its claim.
    pub(crate) fn finish(&self, index: usize, tick: Tick, start: u64, ended: Ended) -> Option<Tick> {
        let end = self.now();
        let seat = &self.seats[index];
        let mut desk = seat.desk();
        if !desk.is_left_by_its_call() {
            return None;
        }
        self.land(index, tick, Some(start), end, ended);
        let next = seat.next(&mut desk);
        self.tell_before(next);
        next
    }

    /// The end of a call that was this caller's to end: the gossip, then the slot.
    pub(crate) fn land(&self, lane: usize, tick: Tick, start: Option<u64>, end: u64, ended: Ended) {
        let _slot = self.overtime.slot(lane);
        let late = match (self.timeout, start) {
            (Some(timeout), Some(start)) => end.saturating_sub(start) > timeout,
            _ => false,
        };
        let ended = if late { Ended::timed_out(self.timeout) } else { ended };
        let began = start.map(|start| Began { lag: start.saturating_sub(tick.due), service: end.saturating_sub(start) });
        let Ended { ending, error, returned } = ended;
        let response = end.saturating_sub(tick.due);
        self.tell(tick, Event::AfterTarget(After { response, began, ending, error, returned }));
    }

    pub(crate) fn tell_canceled(&self, tick: Tick) {
        self.tell(tick, Event::Canceled);
    }

    pub(crate) fn tell_before(&self, tick: Option<Tick>) {
        if let Some(tick) = tick {
            self.tell(tick, Event::BeforeTarget);
        }
    }

    fn tell(&self, tick: Tick, event: Event) {
        let offset = if tick.warmup { 0 } else { self.plan.start() };
        let gossip = Gossip { seq: tick.seq, warmup: tick.warmup, due: tick.due - offset, event };
        self.listeners.iter().for_each(|listener| listener.hear(&self.worker, &gossip));
    }

    /// Wakes as many idle drivers as `ticks` are worth waking.
    pub(crate) fn ring(&self, ticks: u64) {
        let worth = ticks.div_ceil(64) as usize;
        self.seats.iter().filter(|seat| seat.ring_if_idle()).take(worth).count();
    }

    /// Takes over whatever has not ended, tells the gossip that is owed for it, and ends the run.
    ///
    /// Only the holder of the pacer calls this, once. Calls that still block are not waited for: what they do later is
    /// not theirs to tell any more.
    pub(crate) fn close(&self, now: u64) {
        let mut unreached = self.backlog.drain();
        let mut cut = Vec::new();
        for seat in &self.seats {
            let (running, left) = seat.close();
            cut.extend(running);
            unreached.push(left);
        }
        for Flight { tick, start, abort } in self.flights.drain() {
            if let Some(abort) = abort {
                abort.abort();
            }
            cut.push((tick, Some(start)));
        }
        for (tick, start) in cut {
            self.land(0, tick, start, now, Ended::interrupted());
        }
        unreached.into_iter().for_each(|range| self.give_up(range, now));
        self.await_last_gossip();
        self.listeners.iter().for_each(Listener::stop);
        self.worker.set_free();
        self.stopped.send_replace(true);
        self.over.send_replace(true);
    }

    fn give_up(&self, unreached: Range<u64>, now: u64) {
        let mut ticks = self.plan.from(unreached.start);
        for _ in unreached {
            let tick = ticks.next();
            self.tell_before(Some(tick));
            self.land(0, tick, None, now, Ended::interrupted());
        }
    }

    /// A call taken off the lists just before has its gossip told on another thread; its slot is freed right after.
    fn await_last_gossip(&self) {
        while self.overtime.in_flight() > 0 {
            std::thread::sleep(Duration::from_micros(50));
        }
    }
}

impl Ended {
    pub(crate) fn timed_out(timeout: Option<u64>) -> Ended {
        let after = Duration::from_nanos(timeout.unwrap_or_default());
        Ended::with_error(Ending::TimedOut, &format!("no answer within {}", crate::plan::time::format(after)))
    }

    fn interrupted() -> Ended {
        Ended::with_error(Ending::Interrupted, "still in flight when the grace was over")
    }
}

/// A duration in whole nanoseconds, as far as 584 years.
pub(crate) fn nanos(duration: Duration) -> u64 {
    duration.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(duration.subsec_nanos()))
}
