//! [`Duty`]: which lanes make calls. The first is always on duty, and as many more as are needed:
//! one lane is the cheapest as long as it keeps up.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use super::bell::Bell;
use super::lane_use::LaneUse;
use super::lanes::Lane;
use super::sync::lock;

/// Of all runs that go side by side.
pub(crate) struct Duty {
    lanes: Arc<[Lane]>,
    on_duty: AtomicUsize,
    most: AtomicUsize,
    /// By how many nanoseconds ticks were overdue.
    overdue: AtomicU64,
    /// One for each lane: it is called to duty.
    bells: Box<[Bell]>,
    time_on_duty: Mutex<TimeOnDuty>,
    /// For how many nanoseconds all lanes together had been awake before.
    awake_before: u64,
    /// What is told once the schedule is over.
    used: OnceLock<LaneUse>,
}

/// For how long lanes were on duty, all together.
struct TimeOnDuty {
    /// In nanoseconds, until the instant at which there were so many last.
    before: u64,
    since: Instant,
    lanes: usize,
}

impl Duty {
    pub(crate) fn new(lanes: Arc<[Lane]>) -> Duty {
        let bells = lanes.iter().map(|_| Bell::default()).collect();
        let awake_before = awake(&lanes).sum();
        Duty {
            lanes,
            on_duty: AtomicUsize::new(1),
            most: AtomicUsize::new(1),
            overdue: AtomicU64::new(0),
            bells,
            time_on_duty: Mutex::new(TimeOnDuty { before: 0, since: Instant::now(), lanes: 1 }),
            awake_before,
            used: OnceLock::new(),
        }
    }

    pub(crate) fn lane(&self, number: usize) -> &Lane {
        &self.lanes[number]
    }

    /// How many lanes are on duty.
    pub(crate) fn on_duty(&self) -> usize {
        self.on_duty.load(Ordering::SeqCst)
    }

    /// How many lanes were used, so far or until the schedule was over.
    pub(crate) fn used(&self) -> LaneUse {
        self.used.get().copied().unwrap_or_else(|| self.used_so_far())
    }

    fn used_so_far(&self) -> LaneUse {
        let on_duty = self.most.load(Ordering::SeqCst);
        let awake = awake(&self.lanes).sum::<u64>().saturating_sub(self.awake_before);
        let time = lock(&self.time_on_duty).until(Instant::now()) as f64;
        LaneUse { on_duty, of: self.lanes.len(), busy: (awake as f64 / time).min(1.0) }
    }

    /// The schedule is over: which lanes were used for it is told from now on.
    pub(crate) fn keep_used(&self) {
        self.used.get_or_init(|| self.used_so_far());
    }

    pub(crate) fn is_on(&self, lane: usize) -> bool {
        lane < self.on_duty()
    }

    /// One more lane makes calls from now on, if there is one.
    pub(crate) fn call_another(&self) {
        let on_duty = self.on_duty();
        if let Some(bell) = self.bells.get(on_duty) {
            self.set_on_duty(on_duty + 1);
            self.most.fetch_max(on_duty + 1, Ordering::SeqCst);
            bell.ring();
        }
    }

    /// Wakes every lane that waits to be called, when there is nothing more to wait for.
    pub(crate) fn dismiss(&self) {
        self.keep_used();
        self.bells.iter().for_each(Bell::ring);
    }

    /// The last lane makes no more calls than it has claimed. The first stays.
    pub(crate) fn release_one(&self) {
        self.set_on_duty(self.on_duty().max(2) - 1);
    }

    fn set_on_duty(&self, lanes: usize) {
        lock(&self.time_on_duty).change_to(lanes, Instant::now());
        self.on_duty.store(lanes, Ordering::SeqCst);
    }

    /// Waits until the lane is on duty, or until all are dismissed.
    pub(crate) async fn called(&self, lane: usize) {
        if !self.is_on(lane) {
            self.bells[lane].rung().await;
        }
    }

    /// Whether each lane on duty has been awake for so many nanoseconds without a break: they have
    /// too much to do, or something blocks their threads.
    pub(crate) fn are_all_awake_for(&self, nanos: u64) -> bool {
        self.lanes[..self.on_duty()].iter().all(|lane| lane.meter.awake_in_a_row() >= nanos)
    }

    /// Whether the same is so, and at this moment no thread of theirs runs: inside of a call each
    /// waits for a lock, or sleeps.
    pub(crate) fn are_all_blocked_for(&self, nanos: u64) -> bool {
        // Asked once more behind the look at the threads: one that was idle then has slept.
        self.are_all_awake_for(nanos)
            && self.lanes[..self.on_duty()].iter().all(|lane| lane.thread.sleeps())
            && self.are_all_awake_for(nanos)
    }

    /// A tick is overdue by so many nanoseconds.
    pub(crate) fn tell_overdue(&self, nanos: u64) {
        self.overdue.fetch_max(nanos, Ordering::SeqCst);
    }

    /// By how much a tick was overdue since this was asked last.
    pub(crate) fn take_overdue(&self) -> u64 {
        self.overdue.swap(0, Ordering::SeqCst)
    }

    /// For how many nanoseconds each lane on duty has been awake.
    pub(crate) fn awake(&self) -> impl Iterator<Item = u64> {
        awake(&self.lanes[..self.on_duty()])
    }
}

impl TimeOnDuty {
    fn until(&self, now: Instant) -> u64 {
        self.before + (now - self.since).as_nanos() as u64 * self.lanes as u64
    }

    fn change_to(&mut self, lanes: usize, now: Instant) {
        *self = TimeOnDuty { before: self.until(now), since: now, lanes };
    }
}

fn awake(lanes: &[Lane]) -> impl Iterator<Item = u64> {
    lanes.iter().map(|lane| lane.meter.awake())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_lane_counts_while_it_is_on_duty() {
        let begin = Instant::now();
        let at = |millis| begin + Duration::from_millis(millis);
        let mut time = TimeOnDuty { before: 0, since: begin, lanes: 1 };
        assert_eq!(time.until(at(10)), 10_000_000);
        time.change_to(3, at(10));
        assert_eq!(time.until(at(20)), 40_000_000);
        time.change_to(2, at(20));
        assert_eq!(time.until(at(25)), 50_000_000);
    }
}
