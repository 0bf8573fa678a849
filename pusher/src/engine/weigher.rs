//! [`Weigher`]: weighs whether the lanes on duty are too few, or too many.

use std::time::{Duration, Instant};

use super::closing::CHECK;
use super::duty::Duty;
use super::machine::Machine;

/// How long it looks at the lanes before it decides.
const WINDOW: Duration = Duration::from_millis(100);
/// With lanes awake for more than that share of the time, another one is called, if that much of a
/// core is idle: a service on this machine may need the others.
const BUSY: f64 = 0.9;
const IDLE: f64 = 0.6;
/// The machine is looked at after windows in which they were awake for more than that: another lane
/// may be wanted after the next one.
const NEARLY_BUSY: f64 = 0.5;
/// A lane is released if the others would be awake for less than that share of the time, for so
/// many windows in a row.
const CALM: f64 = 0.75;
const CALM_WINDOWS: u32 = 3;
/// Lanes that were awake for so many nanoseconds may be blocked; with ticks that are overdue, for
/// fewer.
const LONG: u64 = 5_000_000;
/// Lanes that make calls all the time have so many nanoseconds to catch up before another one is
/// called: they may just have waited for their cores.
const FAR_BEHIND: u64 = 5_000_000;

/// For the pacer's thread, which alone calls lanes to duty and releases them.
pub(super) struct Weigher<'a> {
    duty: &'a Duty,
    since: Instant,
    /// For how long each lane on duty had been awake then.
    awake: Vec<u64>,
    calm_windows: u32,
    /// As it was at the begin of the window, if the lanes may get busy in it.
    machine: Option<Machine>,
}

impl<'a> Weigher<'a> {
    pub(super) fn new(duty: &'a Duty) -> Weigher<'a> {
        let awake = duty.awake().collect();
        let machine = Some(Machine::look());
        Weigher { duty, since: Instant::now(), awake, calm_windows: 0, machine }
    }

    /// Calls another lane if those on duty are blocked or far behind.
    fn heed_overdue(&self) {
        let overdue = self.duty.take_overdue();
        let is_blocked = self.duty.are_all_blocked_for(if overdue > 0 { CHECK } else { LONG });
        let is_far_behind = overdue >= FAR_BEHIND && self.duty.are_all_awake_for(CHECK);
        if is_blocked || is_far_behind {
            self.duty.call_another();
        }
    }

    /// At the end of a window, calls a lane to duty or releases one if that is due.
    pub(super) fn weigh(&mut self) {
        self.heed_overdue();
        let time = self.since.elapsed();
        if time < WINDOW {
            return;
        }
        self.since += time;
        // One that was called meanwhile is not weighed yet.
        let shares =
            self.duty.awake().zip(&self.awake).map(|(now, before)| now.saturating_sub(*before));
        let busy = shares.sum::<u64>() as f64 / time.as_nanos() as f64;
        let lanes = self.awake.len().min(self.duty.on_duty()) as f64;
        let machine = (busy > NEARLY_BUSY * lanes).then(Machine::look);
        let both = machine.zip(std::mem::replace(&mut self.machine, machine));
        let is_core_idle = both.is_some_and(|(now, before)| {
            now.idle_cores_since(&before).is_none_or(|idle| idle > IDLE)
        });
        if busy > BUSY * lanes && is_core_idle {
            self.duty.call_another();
        }
        let is_calm = lanes > 1.0 && busy < CALM * (lanes - 1.0);
        self.calm_windows = if is_calm { self.calm_windows + 1 } else { 0 };
        if self.calm_windows >= CALM_WINDOWS {
            self.duty.release_one();
            self.calm_windows = 0;
        }
        self.awake = self.duty.awake().collect();
    }
}
