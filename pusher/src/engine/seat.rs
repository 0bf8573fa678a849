//! Where a driver sits: the ticks it has claimed and the one it is making.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use tokio::sync::Notify;

use super::lock;
use super::plan::{Plan, Tick, Ticks};

/// The desk is locked while its driver is between two calls, gossip included, and free while it is inside a call. So
/// another driver can take claimed ticks from one whose call blocks, and the run can be closed around it.
#[repr(align(128))]
pub(crate) struct Seat {
    desk: Mutex<Desk>,
    /// One more than the nanosecond at which the running call began; zero before.
    start: AtomicU64,
    idle: AtomicBool,
    bell: Notify,
}

pub(crate) struct Desk {
    ticks: Ticks,
    end: u64,
    running: Option<Tick>,
    closed: bool,
}

impl Seat {
    pub(crate) fn new(plan: &Plan) -> Seat {
        let desk = Desk { ticks: plan.from(0), end: 0, running: None, closed: false };
        Seat { desk: Mutex::new(desk), start: AtomicU64::new(0), idle: AtomicBool::new(false), bell: Notify::new() }
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.desk)
    }

    /// Takes half of what is left here, for another driver. A desk that is locked has a driver that is getting on.
    pub(crate) fn give(&self) -> Option<std::ops::Range<u64>> {
        let mut desk = match self.desk.try_lock() {
            Ok(desk) => desk,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let left = desk.left();
        let given = left.start + (left.end - left.start) / 2..left.end;
        desk.end = given.start;
        (!given.is_empty()).then_some(given)
    }

    pub(crate) fn begun(&self, start: u64) {
        self.start.store(start + 1, Ordering::Relaxed);
    }

    pub(crate) fn set_idle(&self) {
        self.idle.store(true, Ordering::SeqCst);
    }

    pub(crate) fn set_busy(&self) {
        self.idle.store(false, Ordering::SeqCst);
    }

    /// Waits to be rung.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Wakes the driver if it is idle, and says whether it was.
    pub(crate) fn ring_if_idle(&self) -> bool {
        let idle = self.idle.load(Ordering::Relaxed) && self.idle.swap(false, Ordering::SeqCst);
        if idle {
            self.bell.notify_one();
        }
        idle
    }

    /// Closes the seat and gives what its driver leaves: the running call with its start, and the ticks not begun.
    pub(crate) fn close(&self) -> (Option<(Tick, Option<u64>)>, std::ops::Range<u64>) {
        let mut desk = self.desk();
        desk.closed = true;
        let left = desk.left();
        let running = desk.running.take().map(|tick| (tick, self.start.load(Ordering::Relaxed).checked_sub(1)));
        self.bell.notify_one();
        (running, left)
    }

    /// Makes the next claimed tick the running one.
    pub(crate) fn next(&self, desk: &mut Desk) -> Option<Tick> {
        if desk.left().is_empty() {
            return None;
        }
        let tick = desk.ticks.next();
        desk.running = Some(tick);
        self.start.store(0, Ordering::Relaxed);
        Some(tick)
    }
}

impl Desk {
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(crate) fn put(&mut self, plan: &Plan, claimed: std::ops::Range<u64>) {
        self.ticks = plan.from(claimed.start);
        self.end = claimed.end;
    }

    /// The running call has ended or left. False if the run was closed before: then it is no longer the driver's.
    pub(crate) fn is_left_by_its_call(&mut self) -> bool {
        self.running = None;
        !self.closed
    }

    fn left(&self) -> std::ops::Range<u64> {
        self.ticks.number()..self.end.max(self.ticks.number())
    }
}
