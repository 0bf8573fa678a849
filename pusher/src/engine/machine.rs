//! [`Machine`]: what the cores of the machine did so far, whoever had them do it.

use std::time::Instant;

/// A look at all cores of the machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    looked: Instant,
    /// None if that is not known.
    times: Option<CoreTimes>,
}

/// Times of all cores together since the machine was started, in hundredths of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CoreTimes {
    all: u64,
    /// Without work, or without work but for a disk.
    idle: u64,
    /// In which another machine had the core of this virtual one.
    stolen: u64,
}

/// What became of the time of all cores between two looks, as shares of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    /// Whatever was not idle.
    pub(super) busy: f64,
    pub(super) stolen: f64,
}

/// A share of fewer hundredths of a second than that would be told by chance.
const FEWEST: u64 = 50;

impl Machine {
    pub(super) fn look() -> Machine {
        let stat = std::fs::read_to_string("/proc/stat").ok();
        Machine { looked: Instant::now(), times: stat.as_deref().and_then(core_times) }
    }

    /// How many cores were idle between the two looks, on average.
    pub(super) fn idle_cores_since(&self, before: &Machine) -> Option<f64> {
        let idle = self.times?.idle.saturating_sub(before.times?.idle) as f64 / 100.0;
        Some(idle / (self.looked - before.looked).as_secs_f64())
    }

    /// What became of the time between the two looks; none if it was too short to tell.
    pub(super) fn shares_since(&self, before: &Machine) -> Option<Shares> {
        self.times?.shares_since(&before.times?)
    }
}

impl CoreTimes {
    fn shares_since(&self, before: &CoreTimes) -> Option<Shares> {
        let all = self.all.saturating_sub(before.all);
        let share =
            |part: u64, before: u64| part.saturating_sub(before).min(all) as f64 / all as f64;
        (all >= FEWEST).then(|| Shares {
            busy: 1.0 - share(self.idle, before.idle),
            stolen: share(self.stolen, before.stolen),
        })
    }
}

/// How many tasks of the whole machine run or are ready to run, without the thread that asks.
pub(super) fn other_tasks_ready() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    Some(tasks_ready(&stat)?.saturating_sub(1))
}

/// The first eight numbers of the first line are the times of all cores: the fourth is that
/// without work, the fifth that without work but for a disk, the eighth is stolen. The others are
/// parts of these (`man 5 proc_stat`).
fn core_times(stat: &str) -> Option<CoreTimes> {
    let numbers = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().take(8);
    let times = numbers.map(|number| number.parse().ok()).collect::<Option<Vec<u64>>>()?;
    let [_, _, _, idle, waiting, _, _, stolen] = times[..] else { return None };
    Some(CoreTimes { all: times.iter().sum(), idle: idle + waiting, stolen })
}

fn tasks_ready(stat: &str) -> Option<u64> {
    stat.lines().find_map(|line| line.strip_prefix("procs_running "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  4691200 57734 559067 1546475 23836 0 18844 25821 7 8\n\
                        cpu0 2345600 28867 279533 773237 11918 0 9422 12910 0 0\n\
                        intr 1 2 3\nprocs_running 3\nprocs_blocked 0\n";

    /// Guests are part of the time of users already.
    #[test]
    fn reads_the_times_of_all_cores() {
        let idle = 1_546_475 + 23_836;
        let all = 4_691_200 + 57_734 + 559_067 + idle + 18_844 + 25_821;
        assert_eq!(core_times(STAT), Some(CoreTimes { all, idle, stolen: 25_821 }));
        for strange in ["", "cpu0 1 2 3 4 5 6 7 8", "cpu  1 2 3 4 5", "cpu  1 2 3 x 5 6 7 8"] {
            assert_eq!(core_times(strange), None, "{strange}");
        }
    }

    #[test]
    fn reads_how_many_tasks_are_ready() {
        assert_eq!(tasks_ready(STAT), Some(3));
        assert_eq!(tasks_ready("cpu  1 2 3\nprocs_blocked 7\n"), None);
    }

    #[test]
    fn shares_are_of_the_time_between_two_looks() {
        let before = CoreTimes { all: 1_000, idle: 700, stolen: 10 };
        let after = |all, idle, stolen| CoreTimes { all, idle, stolen }.shares_since(&before);
        assert_eq!(after(1_200, 750, 20), Some(Shares { busy: 0.75, stolen: 0.05 }));
        assert_eq!(after(1_050, 750, 10), Some(Shares { busy: 0.0, stolen: 0.0 }));
        assert_eq!(after(1_049, 700, 10), None, "too short to tell");
        // Some kernels let the time of a disk go backwards.
        assert_eq!(after(1_100, 690, 10), Some(Shares { busy: 1.0, stolen: 0.0 }));
    }
}
