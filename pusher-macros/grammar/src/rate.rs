//! [`Rps`]: a rate that has been checked; and [`level`], a rate of a shape, which may be zero.

use std::fmt::{self, Display};

use crate::decimal::Decimal;
use crate::limits::{MOST_RATE, MOST_RATE_DIGITS};

/// Ticks per second, as a fraction: so many ticks every so many nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rps {
    decimal: Decimal,
    ticks: u128,
    nanos: u128,
}

const NANOS: u128 = 1_000_000_000;

/// No float needs more digits, and no whole rate either.
const MOST_DIGITS: u128 = 10u128.pow(17);

/// Below that, a second tick would be due after any time that a schedule can hold.
const SLOWEST: Decimal = Decimal { digits: 1, scale: 11 };

/// A number that is no rate. Holds it as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRate(pub String);

impl Display for NoRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&wrong("rps", &self.0))
    }
}

/// What to say of a rate that is none.
pub fn wrong(key: &str, given: &str) -> String {
    format!("{key} is {given}: give a number above 0 and up to {MOST_RATE}, such as 50 or 0.5")
}

/// What to say of a rate in a shape that is none.
pub fn wrong_level(key: &str, given: &str) -> String {
    format!("a rate in {key} is {given}: give a number from 0 to {MOST_RATE}, such as 50 or 0.5")
}

impl Rps {
    /// One tick per second.
    pub const ONE: Rps = Rps { decimal: Decimal { digits: 1, scale: 0 }, ticks: 1, nanos: NANOS };

    /// The rate that a number's shortest text shows, so that `0.1` is exactly 1/10.
    ///
    /// # Errors
    ///
    /// [`NoRate`] for zero, negative and non-finite numbers, and for more than one tick per
    /// nanosecond.
    pub fn new(number: impl Display) -> Result<Rps, NoRate> {
        let given = number.to_string();
        Rps::parse(&given).ok_or(NoRate(given))
    }

    /// Reads the rate as the text of a decimal number.
    pub fn parse(text: &str) -> Option<Rps> {
        let decimal = decimal(text)?;
        let is_above_zero = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        let too_slow = decimal.digits.saturating_mul(SLOWEST.divisor()) < decimal.divisor();
        let kept = if too_slow { SLOWEST } else { decimal };
        let rps = Rps { decimal: kept, ticks: kept.digits, nanos: kept.divisor() * NANOS };
        (is_above_zero && kept.is_at_most(MOST_RATE)).then_some(rps)
    }

    /// Ticks per second, as the nearest float.
    pub fn per_second(self) -> f64 {
        self.decimal.to_f64()
    }

    /// Ticks per second, exactly.
    pub fn decimal(self) -> Decimal {
        self.decimal
    }

    /// The rate as a fraction: so many ticks, every so many nanoseconds.
    pub fn fraction(self) -> (u128, u128) {
        (self.ticks, self.nanos)
    }

    /// How many ticks there are in so many nanoseconds: ceil(rate × duration).
    pub fn ticks_in(self, length: u64) -> u64 {
        (u128::from(length) * self.ticks).div_ceil(self.nanos) as u64
    }

    /// How many whole seconds make so many ticks, unless that is beyond all measure.
    pub fn seconds_for(self, ticks: u128) -> Option<u64> {
        let nanos = ticks.checked_mul(self.nanos)?.div_ceil(self.ticks);
        let seconds = u64::try_from(nanos.div_ceil(NANOS)).ok()?;
        (seconds <= crate::limits::FOREVER / NANOS as u64).then_some(seconds)
    }
}

impl Display for Rps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal.fmt(f)
    }
}

/// Reads a rate of a shape, which may be zero for a while.
pub fn level(text: &str) -> Option<Decimal> {
    decimal(text).filter(|level| level.scale <= MOST_RATE_DIGITS && level.is_at_most(MOST_RATE))
}

/// Reads a decimal number. More digits than a float has would leave no room to multiply by a time:
/// then it is the nearest float.
fn decimal(text: &str) -> Option<Decimal> {
    let decimal = Decimal::parse(text)?;
    if decimal.digits < MOST_DIGITS {
        return Some(decimal);
    }
    Decimal::parse(&text.parse::<f64>().ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limits::FOREVER;
    use crate::time::nanos;

    fn rps(text: &str) -> Rps {
        Rps::parse(text).unwrap()
    }

    #[test]
    fn refuses_what_is_no_rate() {
        fn refused(rate: impl Display, shown: &str) {
            assert_eq!(Rps::new(rate), Err(NoRate(shown.to_string())));
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
    fn says_what_to_give_instead() {
        let message = "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5";
        assert_eq!(NoRate("0".to_string()).to_string(), message);
    }

    #[test]
    fn a_level_may_be_zero() {
        for (text, shown) in [
            ("0", Some("0")),
            ("0.5", Some("0.5")),
            ("1000000000", Some("1000000000")),
            ("1000000001", None),
            ("-1", None),
        ] {
            assert_eq!(level(text).map(|level| level.to_string()).as_deref(), shown, "{text}");
        }
        assert_eq!(level("0.00000000000000001"), None, "17 digits behind the point");
        assert_eq!(level("0.3333333333333333333333").unwrap().to_string(), "0.3333333333333333");
    }

    #[test]
    fn counts_ceil_of_rate_times_duration() {
        let second = Duration::from_secs(1);
        for (rate, duration, ticks) in [
            ("50", 60 * second, 3_000),
            ("0.5", second, 1),
            ("0.5", 3 * second, 2),
            ("0.1", 30 * second, 3),
            ("1.1", 10 * second, 11),
            ("0.001", 1_001 * second, 2),
            ("1000000000", second, 1_000_000_000),
            ("1", Duration::MAX, FOREVER.div_ceil(1_000_000_000)),
        ] {
            let length = nanos(duration).min(FOREVER);
            assert_eq!(rps(rate).ticks_in(length), ticks, "{rate}/s for {duration:?}");
        }
    }

    #[test]
    fn seconds_for_ticks_are_enough() {
        for (rate, ticks, seconds) in [("50", 1_000, 20), ("0.5", 100, 200), ("3", 100, 34)] {
            assert_eq!(rps(rate).seconds_for(ticks), Some(seconds));
            assert!(u128::from(rps(rate).ticks_in(seconds * 1_000_000_000)) >= ticks);
        }
        assert_eq!(rps("0.00000000001").seconds_for(100), None);
    }
}
