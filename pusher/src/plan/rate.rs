//! Ticks per second, as exact numbers.

use std::fmt::{self, Display};

use super::decimal::Decimal;
use super::error::Error;

/// Ticks per second: any primitive number.
///
/// A rate is the decimal number that its shortest text shows, so `0.1` is exactly 1/10.
/// It is above 0 and at most 1,000,000,000, one tick per nanosecond; anything else is
/// [`Error::InvalidRps`].
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
    pub(super) ticks: u128,
    pub(super) nanos: u128,
}

const NANOS: u128 = 1_000_000_000;
/// Above it, there would be more than one tick per nanosecond.
const MOST: u128 = 1_000_000_000;
/// What no float needs more digits than, and no whole rate either.
const MOST_DIGITS: u128 = 10u128.pow(17);

impl Rps {
    pub(crate) const ONE: Rps =
        Rps { decimal: Decimal { digits: 1, scale: 0 }, ticks: 1, nanos: NANOS };

    /// # Errors
    ///
    /// [`Error::InvalidRps`] for zero, negative and non-finite numbers, and for more than one tick
    /// per nanosecond.
    pub(crate) fn new(rate: impl Rate) -> Result<Rps, Error> {
        let given = rate.to_string();
        Rps::parse(&given).ok_or(Error::InvalidRps(given))
    }

    /// Reads the rate as the text of a decimal number.
    pub(crate) fn parse(text: &str) -> Option<Rps> {
        let mut decimal = Decimal::parse(text)?;
        if decimal.digits >= MOST_DIGITS {
            // More digits than a float has leave no room to multiply by a time: then it is the
            // nearest float.
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

    pub(crate) fn decimal(self) -> Decimal {
        self.decimal
    }
}

impl Display for Rps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal.fmt(f)
    }
}

/// How many places behind the point the rates of a shape may have.
const MOST_PLACES: u32 = 16;

/// Reads a rate of a shape, which may be zero for a while.
pub(crate) fn level(text: &str) -> Option<Decimal> {
    let mut decimal = Decimal::parse(text)?;
    if decimal.digits >= MOST_DIGITS {
        decimal = Decimal::parse(&text.parse::<f64>().ok()?.to_string())?;
    }
    let is_level = decimal.scale <= MOST_PLACES && decimal.digits <= MOST * decimal.divisor();
    is_level.then_some(decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(level("0.00000000000000001"), None, "17 places");
        assert_eq!(level("0.3333333333333333333333").unwrap().to_string(), "0.3333333333333333");
    }
}
