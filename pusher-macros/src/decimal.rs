//! The arithmetic of `pusher`'s schedule and percentiles, for values that are written out: exact,
//! in integers.

use std::fmt;
use std::time::Duration;

/// `digits / 10^scale`, without trailing zeros after the point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Decimal {
    digits: u128,
    scale: u32,
}

/// The longest scale whose power of ten fits beside 17 significant digits in 128 bits of
/// arithmetic.
const MOST_SCALE: usize = 28;
const NANOS: u128 = 1_000_000_000;
/// The longest time that ticks are scheduled for, as the schedule has it.
const FOREVER: u128 = (u64::MAX / 4) as u128;

impl Decimal {
    /// Reads `12`, `0.5` or `99.9`; no sign, no exponent. Digits further than 28 places behind the
    /// point are cut off.
    pub(crate) fn parse(text: &str) -> Option<Decimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty()
            || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let fraction = fraction[..fraction.len().min(MOST_SCALE)].trim_end_matches('0');
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Decimal { digits, scale: fraction.len() as u32 })
    }

    fn divisor(self) -> u128 {
        10u128.pow(self.scale)
    }

    pub(crate) fn is_zero(self) -> bool {
        self.digits == 0
    }

    pub(crate) fn is_at_most(self, most: u128) -> bool {
        self.digits <= most.saturating_mul(self.divisor())
    }

    /// As a rate of a shape: from 0 to 1,000,000,000 with no more than 16 places.
    pub(crate) fn is_level(self) -> bool {
        self.is_at_most(1_000_000_000) && self.scale <= 16
    }

    /// As a percentile: above 0 and below 100, with no more than 12 places.
    pub(crate) fn is_percentile(self) -> bool {
        !self.is_zero() && self.digits < 100 * self.divisor() && self.scale <= 12
    }

    /// As a percentile: the fewest ticks that resolve it, ticks × (100 − p) ≥ 100.
    pub(crate) fn ticks_needed(self) -> u128 {
        (100 * self.divisor()).div_ceil(100 * self.divisor() - self.digits)
    }

    /// As a rate: how many ticks it makes in `duration`, ceil(rate × duration).
    pub(crate) fn ticks_in(self, duration: Duration) -> u128 {
        let nanos = duration.as_nanos().min(FOREVER);
        match nanos.checked_mul(self.digits) {
            Some(ticks) => ticks.div_ceil(self.divisor() * NANOS),
            // Only a rate with more digits than a float has comes here; it makes more ticks than
            // any percentile needs.
            None => u128::MAX,
        }
    }

    /// As a rate: how many whole seconds make `ticks` ticks, unless that is beyond all measure.
    pub(crate) fn seconds_for(self, ticks: u128) -> Option<u128> {
        let seconds = ticks.checked_mul(self.divisor())?.div_ceil(self.digits.max(1));
        (seconds <= FOREVER / NANOS).then_some(seconds)
    }
}

/// What lies under rates that change along straight lines: twice the calls, in units of
/// 10^−`PLACES` calls · nanoseconds / second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Area(u128);

/// Rates with more places behind the point are left to run time.
const PLACES: u32 = 6;

impl Area {
    /// With one more stretch; none beyond what is counted here.
    pub(crate) fn plus(self, from: Decimal, to: Decimal, length: Duration) -> Option<Area> {
        let both = from.units()?.checked_add(to.units()?)?;
        both.checked_mul(length.as_nanos())?.checked_add(self.0).map(Area)
    }

    /// Of a staircase, each step of the same length.
    pub(crate) fn of_steps(
        from: Decimal,
        to: Decimal,
        by: Decimal,
        each: Duration,
    ) -> Option<Area> {
        let (first, last, by) = (from.units()?, to.units()?, by.units()?);
        let steps = first.abs_diff(last) / by;
        // The arithmetic series, and the last step where it is a shorter one.
        let reached = if last >= first { first + steps * by } else { first - steps * by };
        let rest = if reached == last { 0 } else { last };
        let sum = (first + reached).checked_mul(steps + 1)?.checked_add(2 * rest)?;
        sum.checked_mul(each.as_nanos()).map(Area)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many ticks that makes, rounded up.
    pub(crate) fn ticks(self) -> u128 {
        self.0.div_ceil(2 * NANOS * 10u128.pow(PLACES))
    }
}

impl Decimal {
    /// As rates of a staircase: whether more than 10,000 steps lead from this one to another.
    pub(crate) fn is_too_many_steps_from(self, to: Decimal, by: Decimal) -> bool {
        let units = self.units().zip(to.units()).zip(by.units());
        units.is_some_and(|((from, to), by)| by > 0 && from.abs_diff(to) / by >= 10_000)
    }

    fn units(self) -> Option<u128> {
        self.digits.checked_mul(10u128.pow(PLACES.checked_sub(self.scale)?))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.digits / self.divisor(), self.digits % self.divisor());
        match self.scale {
            0 => write!(f, "{whole}"),
            scale => write!(f, "{whole}.{rest:0width$}", width = scale as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn reads_and_writes_the_same_number() {
        for (text, shown) in [
            ("0", "0"),
            ("50", "50"),
            ("0.1", "0.1"),
            ("99.90", "99.9"),
            ("12.0", "12"),
            ("1.05", "1.05"),
        ] {
            assert_eq!(decimal(text).to_string(), shown);
        }
        for text in ["", ".", ".5", "-1", "1e3", "inf", "1_000", "1.2.3"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
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
            ("1", Duration::MAX, FOREVER.div_ceil(NANOS)),
        ] {
            assert_eq!(decimal(rate).ticks_in(duration), ticks, "{rate}/s for {duration:?}");
        }
    }

    #[test]
    fn a_percentile_needs_ticks_beyond_it() {
        for (percentile, ticks) in
            [("50", 2), ("90", 10), ("99", 100), ("99.9", 1_000), ("99.99", 10_000), ("12.5", 2)]
        {
            assert_eq!(decimal(percentile).ticks_needed(), ticks, "p{percentile}");
        }
        for (text, is_percentile) in
            [("0", false), ("0.1", true), ("99.9999", true), ("100", false), ("100.5", false)]
        {
            assert_eq!(decimal(text).is_percentile(), is_percentile, "p{text}");
        }
    }

    #[test]
    fn seconds_for_ticks_are_enough() {
        for (rate, ticks, seconds) in [("50", 1_000, 20), ("0.5", 100, 200), ("3", 100, 34)] {
            assert_eq!(decimal(rate).seconds_for(ticks), Some(seconds));
            assert!(decimal(rate).ticks_in(Duration::from_secs(seconds as u64)) >= ticks);
        }
        assert_eq!(decimal("0.00000000001").seconds_for(100), None);
    }
}
