//! Every limit that an attribute, a flag or a profile is held to, from [`MOST_WORKERS`] on.

use std::time::Duration;

/// The most Workers of a load: each keeps statistics of its own.
pub const MOST_WORKERS: u64 = 1_000;

/// The most callers of a closed loop: each is a task.
pub const MOST_CALLERS: u64 = 100_000;

/// The most values of `args`: each is a test.
pub const MOST_CASES: usize = 10_000;

/// The most items of `data`: all are kept.
pub const MOST_ITEMS: usize = 10_000_000;

/// The most stages in an attribute: each is a call in a chain, and rustc follows no endless chains.
pub const MOST_STAGES: usize = 500;

/// The most steps of a staircase: more are most likely a slip of the pen.
pub const MOST_STEPS: u128 = 10_000;

/// The highest rate, in ticks per second: one tick per nanosecond.
pub const MOST_RATE: u128 = 1_000_000_000;

/// The most digits behind the point of a rate in a shape.
pub const MOST_RATE_DIGITS: u32 = 16;

/// No denominator that the rates of a shape share is as large, if one of them is for another time
/// than a second: so that there is room to multiply by times.
pub const MOST_DENOMINATOR: u128 = 1_000_000_000_000;

/// No rate is a fraction of so many ticks: so that there is room to multiply by times.
pub const MOST_TICKS: u128 = 10u128.pow(19);

/// The most digits behind the point of a percentile, and of a share in percent.
pub const MOST_PERCENT_DIGITS: u32 = 12;

/// The longest time that ticks are scheduled for, in nanoseconds: about 146 years. It is what
/// "until told to stop" means.
pub const FOREVER: u64 = u64::MAX / 4;

/// The shortest window of a threshold. It is read in tenths, at each of which pusher wakes up.
pub const LEAST_WINDOW: Duration = Duration::from_millis(100);

/// The longest one. Its times are kept for each second of it.
pub const MOST_WINDOW: Duration = Duration::from_secs(3_600);
