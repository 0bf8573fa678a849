//! [`Rps`]: a rate that has been checked; and [`level`], a rate of a shape, which may be zero.

use std::fmt::{self, Display};
use std::time::Duration;

use crate::decimal::Decimal;
use crate::level::{Level, parts};
use crate::limits::{MOST_RATE, MOST_RATE_DIGITS};

/// Ticks per second, or in another time, exactly: a fraction above zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rps {
    level: Level,
    /// The text that it was given as, if that names a time: `7/m`.
    text: Option<String>,
}

const NANOS: u128 = 1_000_000_000;

/// Below that, a second tick would be due after any time that a schedule can hold.
const SLOWEST: Decimal = Decimal { digits: 1, scale: 11 };

/// The same as a part of one tick per nanosecond.
const SLOWEST_PART: u128 = 10u128.pow(20);

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
    let examples = examples(given);
    format!("{key} is {given}: give a number above 0 and up to {MOST_RATE}, such as {examples}")
}

/// What to say of a rate in a shape that is none.
pub fn wrong_level(key: &str, given: &str) -> String {
    let examples = examples(given);
    format!("a rate in {key} is {given}: give a number from 0 to {MOST_RATE}, such as {examples}")
}

/// Examples of what to give: of texts too, unless it was a number.
fn examples(given: &str) -> &'static str {
    let is_number = given.replace('_', "").parse::<f64>().is_ok();
    if is_number { "50 or 0.5" } else { "50 or 0.5, or a text such as \"7/m\" or \"100/3s\"" }
}

impl Rps {
    /// The rate that a number's shortest text shows, so that `0.1` is exactly 1/10; or that of a
    /// text such as `7/m`.
    ///
    /// # Errors
    ///
    /// [`NoRate`] for zero, negative and non-finite numbers, and for more than one tick per
    /// nanosecond.
    pub fn new(number: impl Display) -> Result<Rps, NoRate> {
        let given = number.to_string();
        Rps::parse(&given).ok_or(NoRate(given))
    }

    /// Reads `NUMBER [/ TIME]`: a time without a number is one of it, and without a time it is per
    /// second.
    pub fn parse(text: &str) -> Option<Rps> {
        let (number, per) = parts(text)?;
        let in_number = text.split('/').next().unwrap_or_default();
        let is_above_zero = in_number.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        let level = match Level::new(number, per) {
            Some(level) if is_too_slow(level) => Level::per_second(SLOWEST)?,
            Some(level) => level,
            // There is no room for so long a time.
            None if is_slow(number, per) => Level::per_second(SLOWEST)?,
            None => return None,
        };
        let text = text.contains('/').then(|| text.trim().to_string());
        (is_above_zero && level.is_possible()).then_some(Rps { level, text })
    }

    /// So many ticks, evenly spread over a time.
    ///
    /// # Errors
    ///
    /// That these are more than one tick per nanosecond.
    pub fn spread(calls: u64, duration: Duration) -> Result<Rps, String> {
        let number = Decimal { digits: calls.into(), scale: 0 };
        let level = Level::new(number, duration).filter(|level| level.is_possible());
        let level = level.ok_or_else(|| {
            format!(
                "{calls} calls in {} are more than {MOST_RATE} per second: give fewer `calls`, or \
                 a longer `duration`",
                crate::time::format(duration)
            )
        })?;
        Ok(Rps { level, text: None })
    }

    /// Ticks per second, as the nearest float.
    pub fn per_second(&self) -> f64 {
        self.level.to_f64()
    }

    /// The rate as a fraction: so many ticks, every so many nanoseconds.
    pub fn fraction(&self) -> (u128, u128) {
        self.level.fraction()
    }

    /// The same as a rate of a shape.
    pub fn level(&self) -> Level {
        self.level
    }

    /// With its unit in any case: `50/s`, `7/m`.
    pub fn with_unit(&self) -> String {
        self.text.clone().unwrap_or_else(|| self.level.with_unit())
    }

    /// The exact product, if that is a rate.
    pub fn times(&self, scale: Decimal) -> Option<Rps> {
        let level = self.level.times(scale).filter(|level| level.is_possible())?;
        (!is_too_slow(level)).then_some(Rps { level, text: None })
    }

    /// How many ticks there are in so many nanoseconds: ceil(rate × duration).
    pub fn ticks_in(&self, length: u64) -> u64 {
        self.ticks_of(1, length) as u64
    }

    /// How many ticks so many Workers make in so many nanoseconds, all of them together.
    pub fn ticks_of(&self, workers: u128, length: u64) -> u128 {
        let (ticks, nanos) = self.fraction();
        let made = u128::from(length) * ticks;
        let (whole, rest) = (made / nanos, made % nanos);
        whole * workers
            + match rest.checked_mul(workers) {
                Some(rests) => rests.div_ceil(nanos),
                None => added_up(rest, workers, nanos),
            }
    }

    /// How many whole seconds make so many ticks, unless that is beyond all measure.
    pub fn seconds_for(&self, made: u128) -> Option<u64> {
        let (ticks, nanos) = self.fraction();
        let nanos = made.checked_mul(nanos)?.div_ceil(ticks);
        let seconds = u64::try_from(nanos.div_ceil(NANOS)).ok()?;
        (seconds <= crate::limits::FOREVER / NANOS as u64).then_some(seconds)
    }
}

/// How many wholes so many rests, each of them less than one, make; rounded up.
fn added_up(rest: u128, times: u128, whole: u128) -> u128 {
    let (mut wholes, mut sum) = (0, 0);
    for _ in 0..times {
        sum += rest;
        if sum >= whole {
            (wholes, sum) = (wholes + 1, sum - whole);
        }
    }
    wholes + u128::from(sum > 0)
}

fn is_too_slow(level: Level) -> bool {
    let (ticks, nanos) = level.fraction();
    ticks.checked_mul(SLOWEST_PART).is_some_and(|ticks| ticks < nanos)
}

/// Whether a number that there is no room for is one of a very long time.
fn is_slow(number: Decimal, per: Duration) -> bool {
    number.divisor().checked_mul(per.as_nanos()).is_none()
}

/// In a form that could have been given, and as it was.
impl Display for Rps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => f.write_str(text),
            None => self.level.fmt(f),
        }
    }
}

/// Reads a rate of a shape, which may be zero for a while.
pub fn level(text: &str) -> Option<Level> {
    let (number, per) = parts(text)?;
    Level::new(number, per).and_then(checked)
}

/// A rate of a shape: not too high, and with no more digits than are kept.
pub(crate) fn checked(level: Level) -> Option<Level> {
    (level.scale() <= MOST_RATE_DIGITS && level.is_possible()).then_some(level)
}

/// Reads what rates are multiplied with: a number above zero.
pub fn scale(text: &str) -> Option<Decimal> {
    let is_alone = !text.contains('/');
    let rps = Rps::parse(text).filter(|_| is_alone)?;
    Some(rps.level.number())
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
        refused("0/m", "0/m");
        refused("7/x", "7/x");
        refused("2/ns", "2/ns");
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
        let text = ", or a text such as \"7/m\" or \"100/3s\"";
        assert_eq!(wrong("rps", "7/x"), message.replace("is 0", "is 7/x") + text);
        let message =
            "a rate in steps is \"x\": give a number from 0 to 1000000000, such as 50 or 0.5";
        assert_eq!(wrong_level("steps", "\"x\""), format!("{message}{text}"));
    }

    #[test]
    fn a_level_may_be_zero() {
        for (text, shown) in [
            ("0", Some("0")),
            ("0.5", Some("0.5")),
            ("7/m", Some("7/m")),
            ("0/h", Some("0/h")),
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
            ("7/m", 3_600 * second, 420),
            ("100/3s", 3 * second, 100),
            ("1200/h", 3_600 * second, 1_200),
            ("1/d", 86_400 * second, 1),
            ("1/1000000days", Duration::MAX, 1),
            ("0.00000000001/1000000days", Duration::MAX, 1),
            ("1000000000", second, 1_000_000_000),
            ("1", Duration::MAX, FOREVER.div_ceil(1_000_000_000)),
        ] {
            let length = nanos(duration).min(FOREVER);
            assert_eq!(rps(rate).ticks_in(length), ticks, "{rate}/s for {duration:?}");
        }
    }

    /// A float of a fraction makes a tick too many for one of three of these.
    #[test]
    fn a_text_makes_as_many_ticks_as_it_says() {
        for n in 1..=60 {
            assert_eq!(rps(&format!("{n}/m")).ticks_in(3_600_000_000_000), 60 * n);
            assert_eq!(rps(&format!("{n}/3s")).ticks_in(3_000_000_000), n);
            assert_eq!(rps(&format!("{n}/h")).ticks_in(7_200_000_000_000), 2 * n);
        }
    }

    #[test]
    fn keeps_the_text() {
        for (text, shown, with_unit) in [
            ("7/m", "7/m", "7/m"),
            (" 7 / min ", "7 / min", "7 / min"),
            ("50", "50", "50/s"),
            ("1_000", "1000", "1000/s"),
            ("1e3", "1000", "1000/s"),
        ] {
            let rps = rps(text);
            assert_eq!(rps.to_string().as_str(), shown);
            assert_eq!(rps.with_unit().as_str(), with_unit);
        }
        assert_eq!(rps("7/m").per_second(), 7.0 / 60.0);
        assert_eq!(
            rps("7/m").times(Decimal { digits: 1, scale: 1 }),
            Rps::parse("0.7/m").map(|rps| Rps { text: None, ..rps })
        );
    }

    #[test]
    fn calls_are_spread_over_a_time() {
        let spread = Rps::spread(10, Duration::from_secs(300)).unwrap();
        assert_eq!(spread.fraction(), (1, 30_000_000_000));
        assert_eq!(spread.to_string(), "10/5m");
        assert_eq!(spread.ticks_in(300_000_000_000), 10);
        let message = "11 calls in 10ns are more than 1000000000 per second: give fewer `calls`, \
                       or a longer `duration`";
        assert_eq!(Rps::spread(11, Duration::from_nanos(10)), Err(message.to_string()));
        assert!(Rps::spread(u64::MAX, Duration::from_secs(1)).is_err());
    }

    #[test]
    fn workers_make_the_ticks_of_one_schedule() {
        for (rate, workers, length, ticks) in [
            ("2", 5, 1_000_000_000, 10),
            ("0.5", 5, 1_000_000_000, 3),
            ("1/3s", 2, 1_000_000_000, 1),
            ("99999999.999999999", 1_000, FOREVER, 461_168_601_842_738_785_689),
            ("0.0000000000300000000000000001", 1_000, FOREVER, 139),
        ] {
            assert_eq!(rps(rate).ticks_of(workers, length), ticks, "{workers} at {rate}");
        }
    }

    #[test]
    fn a_scale_is_a_number_alone() {
        let shown = |text| scale(text).map(|scale| scale.to_string());
        assert_eq!(shown("0.1").as_deref(), Some("0.1"));
        assert_eq!(shown("1_000").as_deref(), Some("1000"));
        for text in ["0", "1/m", "x", "-1"] {
            assert_eq!(shown(text), None, "{text}");
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
