//! When each tick is due, in integers: no clock, no rounding that adds up.

use std::fmt::{self, Display};
use std::time::Duration;

use super::decimal::Decimal;
use super::error::Error;

/// Ticks per second: any primitive number.
///
/// A rate is the decimal number that its shortest text shows, so `0.1` is exactly 1/10.
/// It is above 0 and at most 1,000,000,000, one tick per nanosecond; anything else is [`Error::InvalidRps`].
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// # use std::time::Duration;
/// pusher::work(50, Duration::from_millis(100), async || ()).await?;
/// pusher::work(0.5, Duration::from_millis(100), async || ()).await?;
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number",
    label = "not a primitive number",
    note = "give a number, such as 50 or 0.5"
)]
pub trait Rate: Display + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! rates {
    ($($number:ty)*) => { $(impl Rate for $number {} impl sealed::Sealed for $number {})* };
}
rates!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);

/// A rate that has been checked, as a fraction: `ticks` every `nanos`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rps {
    decimal: Decimal,
    ticks: u128,
    nanos: u128,
}

const NANOS: u128 = 1_000_000_000;
/// What no float needs more digits than, and no whole rate either.
const MOST_DIGITS: u128 = 10u128.pow(17);

impl Rps {
    /// # Errors
    ///
    /// [`Error::InvalidRps`] for zero, negative and non-finite numbers, and for more than one tick per nanosecond.
    pub(crate) fn new(rate: impl Rate) -> Result<Rps, Error> {
        let given = rate.to_string();
        Rps::parse(&given).ok_or(Error::InvalidRps(given))
    }

    /// Reads the rate as the text of a decimal number.
    pub(crate) fn parse(text: &str) -> Option<Rps> {
        let mut decimal = Decimal::parse(text)?;
        if decimal.digits >= MOST_DIGITS {
            // More digits than a float has leave no room to multiply by a time: then it is the nearest float.
            decimal = Decimal::parse(&text.parse::<f64>().ok()?.to_string())?;
        }
        // Below that, a second tick would be due after any time that a schedule can hold.
        let slowest = Decimal { digits: 1, scale: 11 };
        let is_above_zero = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        let too_slow = decimal.digits.saturating_mul(slowest.divisor()) < decimal.divisor();
        let kept = if too_slow { slowest } else { decimal };
        let rps = Rps { decimal: kept, ticks: kept.digits, nanos: kept.divisor() * NANOS };
        (is_above_zero && rps.ticks <= rps.nanos).then_some(rps)
    }

    /// Ticks per second, as the nearest float.
    pub(crate) fn per_second(self) -> f64 {
        self.decimal.to_f64()
    }
}

impl Display for Rps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal.fmt(f)
    }
}

/// The longest time that ticks are scheduled for, about 146 years: what "until told to stop" means.
const FOREVER: u64 = u64::MAX / 4;

/// Ticks at a constant rate: tick `i` is due `i / rate` after the start, while that is before the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Schedule {
    rps: Rps,
    length: u64,
    ticks: u64,
}

impl Schedule {
    pub(crate) fn new(rps: Rps, duration: Duration) -> Schedule {
        let length = u64::try_from(duration.as_nanos()).unwrap_or(FOREVER).min(FOREVER);
        let ticks = (u128::from(length) * rps.ticks).div_ceil(rps.nanos);
        Schedule { rps, length, ticks: ticks as u64 }
    }

    pub(crate) fn endless(rps: Rps) -> Schedule {
        Schedule::new(rps, Duration::from_nanos(FOREVER))
    }

    /// How many ticks there are: ceil(rate × duration).
    pub(crate) fn ticks(&self) -> u64 {
        self.ticks
    }

    /// Nanoseconds from the start to the end.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Nanoseconds from the start to the instant at which tick `i` is due, rounded down.
    pub(crate) fn due(&self, i: u64) -> u64 {
        (u128::from(i) * self.rps.nanos / self.rps.ticks) as u64
    }

    /// How many ticks are due `elapsed` nanoseconds after the start.
    pub(crate) fn due_by(&self, elapsed: u64) -> u64 {
        let due = ((u128::from(elapsed) + 1) * self.rps.ticks).div_ceil(self.rps.nanos);
        due.min(u128::from(self.ticks)) as u64
    }

    /// The due times from tick `i` on, one after the other and without a division each.
    pub(crate) fn dues(&self, i: u64) -> Dues {
        let (at, part) = (u128::from(i) * self.rps.nanos, self.rps.ticks);
        Dues { next: (at / part) as u64, rest: at % part, step: (self.rps.nanos / part) as u64, step_rest: self.rps.nanos % part, part }
    }
}

/// See [`Schedule::dues`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dues {
    next: u64,
    rest: u128,
    step: u64,
    step_rest: u128,
    part: u128,
}

impl Dues {
    /// The due time of the next tick.
    pub(crate) fn step(&mut self) -> u64 {
        let due = self.next;
        self.next += self.step;
        self.rest += self.step_rest;
        if self.rest >= self.part {
            self.rest -= self.part;
            self.next += 1;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(rate: impl Rate, duration: Duration) -> Schedule {
        Schedule::new(Rps::new(rate).unwrap(), duration)
    }

    #[test]
    fn counts_ceil_of_rate_times_duration() {
        let second = Duration::from_secs(1);
        for (schedule, ticks) in [
            (schedule(50, 60 * second), 3_000),
            (schedule(0.5, second), 1),
            (schedule(0.5, 3 * second), 2),
            (schedule(0.1, 30 * second), 3),
            (schedule(0.1_f32, 30 * second), 3),
            (schedule(3, second), 3),
            (schedule(1_000_000_000, second), 1_000_000_000),
            (schedule(1, Duration::ZERO), 0),
            (schedule(1e-300, 1_000_000 * second), 1),
            (schedule(1e-3, 1_000 * second), 1),
            (schedule(1e-3, 1_001 * second), 2),
            (schedule(1.1, 10 * second), 11),
            (Schedule::new(Rps::parse("0.3333333333333333333333333333").unwrap(), 120 * second), 40),
            (Schedule::new(Rps::parse("0.3333333333333333333333333333").unwrap(), Duration::MAX), 1_537_228_673),
        ] {
            assert_eq!(schedule.ticks(), ticks, "{schedule:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_rate() {
        fn refused(rate: impl Rate, shown: &str) {
            assert_eq!(Rps::new(rate), Err(Error::InvalidRps(shown.to_string())));
        }
        refused(0, "0");
        refused(0.0, "0");
        refused(-0.0, "-0");
        refused(-1, "-1");
        refused(f64::NAN, "NaN");
        refused(f64::INFINITY, "inf");
        refused(1_000_000_001_u64, "1000000001");
        refused(1_000_000_000.5, "1000000000.5");
        refused(u128::MAX, &u128::MAX.to_string());
    }

    #[test]
    fn due_by_is_the_inverse_of_due() {
        for rate in [0.2, 0.3, 1.0, 3.0, 7.7, 1e3, 99_999.99, 1e6, 1e9] {
            let schedule = schedule(rate, Duration::from_secs(10));
            for i in (0..schedule.ticks()).step_by((schedule.ticks() / 1_000).max(1) as usize) {
                let due = schedule.due(i);
                assert!(schedule.due_by(due) > i, "tick {i} at {rate}/s");
                assert!(due == 0 || schedule.due_by(due - 1) <= i, "tick {i} at {rate}/s");
            }
            assert_eq!(schedule.due_by(u64::MAX), schedule.ticks());
        }
    }

    #[test]
    fn dues_walk_the_same_instants() {
        for rate in [0.2, 0.3, 7.7, 1e3, 99_999.99, 3e6] {
            let schedule = schedule(rate, Duration::from_secs(1_000));
            for from in [0, 1, 17] {
                let mut dues = schedule.dues(from);
                for i in from..from + 2_000 {
                    assert_eq!(dues.step(), schedule.due(i), "tick {i} at {rate}/s");
                }
            }
        }
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Any rate from 1e-3 to 1e9 with up to six places behind the point, any duration up to ten days.
        #[test]
        fn ticks_are_monotone_exact_and_counted(micros in 1_000u64..=1_000_000_000_000_000, length in 1u64..864_000_000_000_000) {
            let text = Decimal { digits: u128::from(micros), scale: 6 }.to_string();
            let rps = Rps::parse(&text).unwrap();
            let schedule = Schedule::new(rps, Duration::from_nanos(length));
            let exact_ticks = (u128::from(length) * u128::from(micros)).div_ceil(1_000_000 * NANOS);
            prop_assert_eq!(u128::from(schedule.ticks()), exact_ticks);

            let last = schedule.ticks() - 1;
            prop_assert!(schedule.due(last) < length);
            for i in [0, 1, last / 3, last / 2, last] {
                // i / rate, in femtoseconds, against the due time: at most a nanosecond apart.
                let exact = u128::from(i) * 1_000_000 * NANOS;
                let due = u128::from(schedule.due(i)) * u128::from(micros);
                prop_assert!(due <= exact && exact - due < u128::from(micros));
                prop_assert!(schedule.due(i) <= schedule.due(i + 1));
                prop_assert_eq!(schedule.dues(i).step(), schedule.due(i));
            }
        }
    }
}
