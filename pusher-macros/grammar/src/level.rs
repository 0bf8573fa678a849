//! [`Level`]: a rate that may be zero, exactly; and [`denominator`], in which the rates of a shape
//! are whole numbers.

use std::fmt;
use std::time::Duration;

use crate::count::without_underscores;
use crate::decimal::Decimal;
use crate::limits::{MOST_DENOMINATOR, MOST_TICKS};
use crate::time;

/// A rate that may be zero: so many ticks in each of a time, which is a second unless a text says
/// another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level {
    number: Decimal,
    per: Duration,
    /// The same as the shortest fraction: so many ticks every so many nanoseconds.
    ticks: u128,
    nanos: u128,
}

/// A second.
const SECOND: Duration = Duration::from_secs(1);
const NANOS: u128 = 1_000_000_000;

/// No float needs more digits, and no whole rate either.
const MOST_DIGITS: u128 = 10u128.pow(17);

/// A float of so many digits is most likely a fraction that no float is.
const DIGITS_OF_A_FRACTION: usize = 16;

/// The number and the time of a text such as `50`, `7/m`, `1200/h` or `100/3s`.
pub(crate) fn parts(text: &str) -> Option<(Decimal, Duration)> {
    match text.split_once('/') {
        Some((number, time)) => Some((number_of(number.trim())?, time_of(time.trim())?)),
        None => Some((number_of(text.trim())?, SECOND)),
    }
}

/// Reads a number. More digits than a float has would leave no room to multiply by a time: then it
/// is the nearest float, and so is one with an exponent.
fn number_of(text: &str) -> Option<Decimal> {
    let text = without_underscores(text);
    let float = || Decimal::parse(&text.parse::<f64>().ok()?.to_string());
    Decimal::parse(&text).filter(|number| number.digits < MOST_DIGITS).or_else(float)
}

/// Reads a time, which is one of its unit if it has no number.
fn time_of(text: &str) -> Option<Duration> {
    let has_number = !text.starts_with(char::is_alphabetic);
    let time = if has_number { time::parse(text) } else { time::parse(&format!("1{text}")) };
    time.ok().filter(|time| !time.is_zero())
}

impl Level {
    /// So many ticks in each of a time that is above zero; none if there is no room for the
    /// arithmetic.
    pub(crate) fn new(number: Decimal, per: Duration) -> Option<Level> {
        let nanos = number.divisor().checked_mul(per.as_nanos())?;
        let common = common_divisor(number.digits, nanos);
        let (ticks, nanos) = (number.digits / common, nanos / common);
        (ticks < MOST_TICKS).then_some(Level { number, per, ticks, nanos })
    }

    /// So many ticks per second; none if these are beyond all measure.
    pub fn per_second(number: Decimal) -> Option<Level> {
        Level::new(number, SECOND)
    }

    /// So many units, of which `denominator` make one tick per second; for that `time`, if the
    /// number has an end then.
    pub(crate) fn of_units(units: u128, denominator: u128, time: Duration) -> Option<Level> {
        let common = common_divisor(units, denominator);
        let (units, denominator) = (units / common, denominator / common);
        let in_time = units
            .checked_mul(time.as_nanos())
            .and_then(|units| Decimal::of_fraction(units, denominator * NANOS))
            .and_then(|number| Level::new(number, time));
        let seconds = Duration::from_secs(u64::try_from(denominator).ok()?);
        in_time.or_else(|| Level::new(Decimal { digits: units, scale: 0 }, seconds))
    }

    /// Ticks per second, as the nearest float or one beside it.
    pub fn to_f64(self) -> f64 {
        let number = self.number.to_f64();
        if self.per == SECOND { number } else { number / self.per.as_secs_f64() }
    }

    /// The shortest fraction: so many ticks, every so many nanoseconds.
    pub fn fraction(self) -> (u128, u128) {
        (self.ticks, self.nanos)
    }

    /// The time that the number is for.
    pub(crate) fn per(self) -> Duration {
        self.per
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.ticks == 0
    }

    /// Whether it is no more than one tick per nanosecond.
    pub(crate) fn is_possible(self) -> bool {
        self.ticks <= self.nanos
    }

    /// How many digits the number has behind the point.
    pub(crate) fn scale(self) -> u32 {
        self.number.scale
    }

    /// The exact product, if there is room for it.
    pub(crate) fn times(self, scale: Decimal) -> Option<Level> {
        Level::new(self.number.times(scale)?, self.per)
    }

    /// How many units it is, of which `denominator` make one tick per second; it is one of
    /// [`denominator`].
    pub fn units(self, denominator: u128) -> u128 {
        let (above, below) = self.of_a_second();
        above * (denominator / below)
    }

    /// Ticks per second, as the shortest fraction.
    fn of_a_second(self) -> (u128, u128) {
        let common = common_divisor(self.nanos, NANOS);
        (self.ticks * (NANOS / common), self.nanos / common)
    }

    /// The unit behind the stroke: `s`, `m`, `3s`.
    pub(crate) fn unit(self) -> String {
        let time = time::format(self.per);
        match time.strip_prefix('1') {
            Some(unit) if unit.chars().all(char::is_alphabetic) => unit.to_string(),
            _ => time,
        }
    }

    /// The number before the stroke.
    pub(crate) fn number(self) -> Decimal {
        self.number
    }

    /// With its unit in any case: `50/s`, `7/m`.
    pub(crate) fn with_unit(self) -> String {
        format!("{}/{}", self.number, self.unit())
    }

    /// What to say of a number that is most likely a fraction which no float is, if it is one; with
    /// the text that is exact.
    pub fn hint(self, key: &str) -> Option<String> {
        let digits = self.number.digits.to_string().len();
        if self.per != SECOND || digits < DIGITS_OF_A_FRACTION {
            return None;
        }
        let way_out = match self.likely_fraction() {
            Some(text) => format!("\"{text}\", which is exact"),
            None => "a text such as \"7/m\" or \"100/3s\", which is exact".to_string(),
        };
        Some(format!("{key} is {self}, a float of {digits} digits: write {way_out}"))
    }

    /// The text of the fraction that a float was most likely made of.
    fn likely_fraction(self) -> Option<String> {
        let whole = |seconds: u64| {
            let ticks = self.number.to_f64() * seconds as f64;
            let nearest = ticks.round();
            ((1.0..1e9).contains(&nearest) && (ticks - nearest).abs() < nearest * 1e-13)
                .then_some(nearest as u64)
        };
        let in_seconds = (2..60).find_map(|n| Some(format!("{}/{n}s", whole(n)?)));
        let units = [(60, "m"), (3_600, "h"), (86_400, "d")];
        in_seconds
            .or_else(|| units.iter().find_map(|(n, unit)| Some(format!("{}/{unit}", whole(*n)?))))
    }
}

/// In a form that could have been given.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.per == SECOND { self.number.fmt(f) } else { f.write_str(&self.with_unit()) }
    }
}

/// The number of units that make one tick per second, so that each of these rates is a whole number
/// of them.
///
/// # Errors
///
/// Two of the rates, of which it would be too large.
pub fn denominator(levels: &[Level]) -> Result<u128, Box<[Level; 2]>> {
    if levels.iter().all(|level| level.per == SECOND) {
        let scale = levels.iter().map(|level| level.number.scale).max().unwrap_or_default();
        return Ok(10u128.pow(scale));
    }
    let (mut all, mut largest) = ((1, None), (0, None));
    for level in levels {
        let (_, below) = level.of_a_second();
        let (common, other) = all;
        let next = (common / common_divisor(common, below)).checked_mul(below);
        match next.filter(|next| *next < MOST_DENOMINATOR) {
            Some(next) if next != common => all = (next, Some(*level)),
            Some(_) => {}
            None => return Err(Box::new([largest.1.or(other).unwrap_or(*level), *level])),
        }
        if below > largest.0 {
            largest = (below, Some(*level));
        }
    }
    Ok(all.0)
}

/// What to say of two rates of a shape that have no denominator in common.
pub(crate) fn nothing_in_common(key: &str, [one, other]: &[Level; 2]) -> String {
    format!(
        "the rates {} and {} in {key} share no denominator below {MOST_DENOMINATOR}: write both \
         for the same time, such as \"7/m\" and \"30/m\"",
        one.with_unit(),
        other.with_unit()
    )
}

/// The greatest common divisor, of two numbers that are not both zero.
fn common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(text: &str) -> Level {
        let (number, per) = parts(text).unwrap();
        Level::new(number, per).unwrap()
    }

    #[test]
    fn a_text_is_a_number_and_a_time() {
        for (text, ticks, nanos) in [
            ("50", 1, 20_000_000),
            ("50/s", 1, 20_000_000),
            ("7/m", 7, 60_000_000_000),
            ("7 / 1m", 7, 60_000_000_000),
            ("1200/h", 1, 3_000_000_000),
            ("100/3s", 1, 30_000_000),
            ("1_000/min", 1, 60_000_000),
            ("0.5/1m 30s", 1, 180_000_000_000),
            ("1e3/d", 1, 86_400_000_000),
            ("5/250ms", 1, 50_000_000),
            ("0/m", 0, 1),
        ] {
            assert_eq!(level(text).fraction(), (ticks, nanos), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_rate() {
        for text in
            ["", "/", "7/", "/m", "7/0s", "7/60", "7/x", "7/M", "7/month", "7//m", "-7/m", "x/m"]
        {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for (text, shown, with_unit) in [
            ("50", "50", "50/s"),
            ("50/s", "50", "50/s"),
            ("7/60s", "7/m", "7/m"),
            ("100/3s", "100/3s", "100/3s"),
            ("5/90s", "5/1m 30s", "5/1m 30s"),
            ("9/1d", "9/day", "9/day"),
        ] {
            let level = level(text);
            assert_eq!(level.to_string().as_str(), shown);
            assert_eq!(&*level.with_unit(), with_unit);
            let (number, per) = parts(&level.to_string()).unwrap();
            assert_eq!(Level::new(number, per), Some(level));
        }
    }

    #[test]
    fn a_float_that_stands_for_a_fraction_has_a_hint() {
        let hint = |number: f64| level(&number.to_string()).hint("rps");
        for (number, text) in [
            (7.0 / 60.0, "0.11666666666666667, a float of 17 digits: write \"7/m\", which"),
            (100.0 / 3.0, "33.333333333333336, a float of 17 digits: write \"100/3s\", which"),
            (1000.0 / 3600.0, "0.2777777777777778, a float of 16 digits: write \"5/18s\", which"),
            (1001.0 / 3600.0, "0.27805555555555556, a float of 17 digits: write \"1001/h\", which"),
            (
                1.234567890123456,
                "1.234567890123456, a float of 16 digits: write a text such as \"7/m\" or \
                 \"100/3s\", which",
            ),
        ] {
            assert_eq!(hint(number), Some(format!("rps is {text} is exact")));
        }
        for number in [0.5, 50.0, 1.0 / 1024.0] {
            assert_eq!(hint(number), None);
        }
        assert_eq!(level("7/m").hint("rps"), None);
    }

    #[test]
    fn rates_share_a_denominator_or_two_of_them_are_named() {
        let of = |texts: &[&str]| {
            let levels: Vec<Level> = texts.iter().map(|text| level(text)).collect();
            denominator(&levels).map_err(|two| two.map(|level| level.to_string()))
        };
        assert_eq!(of(&["0", "100", "0.25"]), Ok(100));
        assert_eq!(of(&["0", "7/m"]), Ok(60));
        assert_eq!(of(&["7/m", "0.1", "100/3s"]), Ok(60));
        assert_eq!(of(&["0.3333333333333333"]), Ok(10u128.pow(16)), "floats as they are");
        let two = ["1/999983s", "1/1000003s"].map(|text| level(text).to_string());
        assert_eq!(of(&["5", "1/999983s", "1/1000003s"]), Ok(999_983 * 1_000_003));
        assert_eq!(
            of(&["1/7s", "1/999983s", "3/m", "1/1000003s"]),
            Err([two[0].clone(), two[1].clone()])
        );
        let two = [level("1/999983s"), level("1/1000003s")];
        assert_eq!(
            nothing_in_common("stages", &two),
            "the rates 1/11days 13h 46m 23s and 1/11days 13h 46m 43s in stages share no \
             denominator below 1000000000000: write both for the same time, such as \"7/m\" and \
             \"30/m\""
        );
    }

    #[test]
    fn units_are_whole() {
        for (text, denominator, units) in
            [("7/m", 60, 7), ("1", 60, 60), ("100/3s", 60, 2_000), ("0.25", 100, 25), ("0", 7, 0)]
        {
            assert_eq!(level(text).units(denominator), units, "{text}");
        }
        let of = |units, denominator, time: &str| {
            Level::of_units(units, denominator, time_of(time).unwrap()).unwrap().to_string()
        };
        assert_eq!(of(14, 60, "m"), "14/m");
        assert_eq!(of(25, 100, "s"), "0.25");
        assert_eq!(of(70, 60, "s"), "7/6s");
    }
}
