//! [`Machine`]: how much of the machine is idle, whoever uses the rest.

use std::time::Instant;

/// The idle time of all cores, at the last look.
pub(super) struct Machine {
    looked: Instant,
    /// In hundredths of a second; none where it is not known.
    idle: Option<u64>,
}

impl Machine {
    pub(super) fn look() -> Machine {
        let stat = std::fs::read_to_string("/proc/stat").ok();
        Machine { looked: Instant::now(), idle: stat.as_deref().and_then(idle_time) }
    }

    /// How many cores were idle since the last look, on average.
    pub(super) fn idle_cores_since(&mut self) -> Option<f64> {
        let before = std::mem::replace(self, Machine::look());
        let idle = self.idle?.saturating_sub(before.idle?) as f64 / 100.0;
        Some(idle / (self.looked - before.looked).as_secs_f64())
    }
}

/// The fourth number of the first line is the time of all cores without work, the fifth that
/// without work but for a disk (`man 5 proc_stat`).
fn idle_time(stat: &str) -> Option<u64> {
    let mut numbers = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().skip(3);
    let mut next = || numbers.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}
