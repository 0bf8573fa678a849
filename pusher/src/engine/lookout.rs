//! [`Lookout`]: how the pacer's thread sleeps, and notices that the whole process stood still. No
//! call can keep that thread from waking.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::run::Run;
use super::stand_stills::StandStill;
use super::sync::lock;
use crate::plan::time::nanos;

/// It never sleeps for longer, to see whether the process stands still.
const HEARTBEAT: Duration = Duration::from_millis(10);
/// If it wakes later than that, the process stood still. The scheduler of a busy machine makes a
/// thread wait for a few milliseconds.
const MOST_OVERSLEPT: Duration = Duration::from_millis(50);
/// It counts the slots that calls have freed no more often than that: whoever reads the counters
/// slows down those who write to them.
const COUNTS_AFTER: Duration = Duration::from_millis(1);

/// Sleeps for the pacer of these runs.
pub(super) struct Lookout<'a> {
    runs: &'a [Arc<Run>],
    /// How many slots each run had freed at that instant.
    freed: Vec<u64>,
    counted: Instant,
}

/// A sleep that was too long.
struct TooLong {
    from: Instant,
    to: Instant,
    by: Duration,
}

impl<'a> Lookout<'a> {
    pub(super) fn new(runs: &'a [Arc<Run>]) -> Lookout<'a> {
        Lookout { runs, freed: vec![0; runs.len()], counted: Instant::now() - COUNTS_AFTER }
    }

    /// Sleeps until the instant, until the next heartbeat, or until woken.
    pub(super) fn sleep_until(&mut self, instant: Instant) {
        let from = Instant::now();
        if from - self.counted >= COUNTS_AFTER {
            let now = self.runs.iter().map(|run| run.overtime.freed_so_far());
            self.freed.iter_mut().zip(now).for_each(|(freed, now)| *freed = now);
            self.counted = from;
        }
        let heartbeat = from + HEARTBEAT;
        if instant > heartbeat {
            std::thread::park_timeout(HEARTBEAT);
        } else {
            sleep_until(instant);
        }
        let to = Instant::now();
        let by = to.saturating_duration_since(instant.min(heartbeat));
        if by > MOST_OVERSLEPT {
            let sleep = TooLong { from, to, by };
            self.runs.iter().zip(&self.freed).for_each(|(run, freed)| sleep.note(run, *freed));
        }
    }
}

impl TooLong {
    /// The process stood still, and the run with it, which had freed so many slots a moment before.
    fn note(&self, run: &Run, freed: u64) {
        let start = run.instant(run.timeline.start());
        let [from, to] =
            [self.from, self.to].map(|instant| nanos(instant.saturating_duration_since(start)));
        let schedule = run.end_of_schedule().saturating_sub(run.timeline.start());
        // The callers of a closed loop begin calls while the pacer sleeps.
        let callers = run.callers.as_ref().map(|callers| callers.concurrency() as u64);
        // A stand-still that began in the warm-up hit no call that is measured.
        let calls = if self.from < start {
            0
        } else {
            callers.unwrap_or_else(|| run.overtime.most_in_flight_since(freed))
        };
        let mut headway = lock(&run.headway);
        if to > 0 && !headway.is_closing() {
            let most = to - from;
            let one = StandStill { end: to, least: nanos(self.by).min(most), most, calls };
            headway.add_stand_still(one, to.min(schedule).saturating_sub(from));
        }
    }
}

impl Run {
    /// When the schedule ends, in nanoseconds from the origin. That of a loop that makes so many
    /// calls goes on until the last answer, which has not come.
    fn end_of_schedule(&self) -> u64 {
        if self.has_made_all() { u64::MAX } else { self.end() }
    }
}

/// Sleeps until the instant, or until woken.
#[cfg(target_os = "linux")]
fn sleep_until(instant: Instant) {
    std::thread::park_timeout(instant.saturating_duration_since(Instant::now()));
}

/// Sleeps until shortly before the instant and spins for the rest, or until woken.
#[cfg(not(target_os = "linux"))]
fn sleep_until(instant: Instant) {
    const SPIN: Duration = Duration::from_micros(200);
    let left = instant.saturating_duration_since(Instant::now());
    if left > SPIN {
        std::thread::park_timeout(left - SPIN);
    } else {
        while Instant::now() < instant {
            std::hint::spin_loop();
        }
    }
}
