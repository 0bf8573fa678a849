//! [`Curve`]: a rate over time, as it was asked for; and the [`Segment`]s it may be made of.

use std::fmt;
use std::time::Duration;

use crate::decimal::Decimal;
use crate::level::{Level, denominator, nothing_in_common};
use crate::limits::{FOREVER, MOST_STEPS};
use crate::rate::{self, Rps, checked, level};
use crate::time::{self, nanos, positive};

/// A rate over time.
#[derive(Clone, Debug, PartialEq)]
pub enum Curve {
    /// The same rate, for as long as it is asked for.
    Constant(Rps),
    /// One segment after the other, for as long as all of them take.
    Stages(Vec<Segment>),
    /// From one rate to another and back, for as long as it is asked for, or once.
    Sine {
        /// The rate at the beginning.
        from: Level,
        /// The rate after half a period.
        to: Level,
        /// From one beginning to the next, in nanoseconds.
        period: u64,
    },
}

/// A part of a shape: a rate that changes along a straight line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The rate at its begin.
    pub from: Level,
    /// The rate at its end.
    pub to: Level,
    /// How long it is, in nanoseconds.
    pub length: u64,
}

/// Reads a rate of the shape that has this key.
///
/// # Errors
///
/// What to give instead.
pub fn read_level(key: &str, text: &str) -> Result<Level, String> {
    level(text).ok_or_else(|| rate::wrong_level(key, text))
}

impl Segment {
    /// A segment of the shape that has this key.
    ///
    /// # Errors
    ///
    /// That its time is zero.
    pub fn new(key: &str, rates: [Level; 2], length: Duration) -> Result<Segment, String> {
        let [from, to] = rates;
        let length = positive(&format!("a time in {key}"), length)?;
        Ok(Segment { from, to, length: nanos(length) })
    }
}

impl Curve {
    /// Segments one after the other, of the shape that has this key.
    ///
    /// # Errors
    ///
    /// That they make no tick, or take too long.
    pub fn stages(key: &str, segments: Vec<Segment>) -> Result<Curve, String> {
        if segments.iter().all(|segment| segment.from.is_zero() && segment.to.is_zero()) {
            Err(format!(
                "{key} makes no tick: give a stage whose rate is above zero, such as \
                 `hold(50, \"1m\")`"
            ))
        } else {
            whole_length(key, segments.iter().map(|segment| segment.length))?;
            in_common(key, &rates_of(&segments))?;
            Ok(Curve::Stages(segments))
        }
    }

    /// A staircase: each rate is held for `each`. The last one is `to`, even if that is less than
    /// `by` away.
    ///
    /// # Errors
    ///
    /// That `by` leads nowhere or to too many steps, or that they make no tick or take too long.
    pub fn steps(from: Level, to: Level, by: Level, each: Duration) -> Result<Curve, String> {
        let steps = steps_between(from, to, check_by(by)?)?;
        let length = nanos(positive("each in steps", each)?);
        let denominator = in_common("steps", &[from, to, by])?;
        let (first, last, height) =
            (from.units(denominator), to.units(denominator), by.units(denominator));
        let nth = |n: u128| if last >= first { first + n * height } else { first - n * height };
        let mut rates: Vec<u128> = (0..=steps).map(nth).collect();
        if rates.last() != Some(&last) {
            rates.push(last);
        }
        let hold = |units| {
            let rate = Level::of_units(units, denominator, by.per())
                .ok_or_else(|| nothing_in_common("steps", &[from, by]))?;
            Ok(Segment { from: rate, to: rate, length })
        };
        Curve::stages("steps", rates.into_iter().map(hold).collect::<Result<_, String>>()?)
    }

    /// A rate that swings from one to another and back.
    ///
    /// # Errors
    ///
    /// That its period is zero, or that it makes no tick.
    pub fn sine(from: Level, to: Level, period: Duration) -> Result<Curve, String> {
        let period = nanos(positive("period in sine", period)?);
        if from.is_zero() && to.is_zero() {
            return Err("sine makes no tick: give a rate above zero, such as \
                        `sine(from = 10, to = 100, period = \"1d\")`"
                .to_string());
        }
        in_common("sine", &[from, to])?;
        Ok(Curve::Sine { from, to, period: period.min(FOREVER) })
    }

    /// How long it is by itself, in nanoseconds.
    pub fn own_length(&self) -> Option<u64> {
        match self {
            Curve::Constant(_) => None,
            Curve::Stages(segments) => Some(segments.iter().map(|segment| segment.length).sum()),
            Curve::Sine { period, .. } => Some(*period),
        }
    }

    /// Whether its length is its own and no other can be asked for.
    pub fn has_fixed_length(&self) -> bool {
        matches!(self, Curve::Stages(_))
    }

    /// How many ticks it makes in its own length: the area under the rate, rounded up. None if it
    /// has no such length, or if there is no room for the arithmetic.
    pub fn ticks(&self) -> Option<u128> {
        self.ticks_of(1)
    }

    /// How many ticks so many Workers make of it, all of them together.
    pub fn ticks_of(&self, workers: u128) -> Option<u128> {
        match self {
            Curve::Constant(_) => None,
            Curve::Stages(segments) => ticks(segments, workers),
            // The mean of a whole period is that of its ends.
            Curve::Sine { from, to, period } => {
                ticks(&[Segment { from: *from, to: *to, length: *period }], workers)
            }
        }
    }

    /// The same curve with every rate times `scale`; none if a rate would be more than one tick per
    /// nanosecond, or have more digits than are kept.
    pub fn scaled(&self, scale: Decimal) -> Option<Curve> {
        let times = |rate: Level| checked(rate.times(scale)?);
        let scaled = match self {
            Curve::Constant(rps) => Curve::Constant(rps.times(scale)?),
            Curve::Stages(segments) => {
                let scaled = segments.iter().map(|segment| {
                    let (from, to) = (times(segment.from)?, times(segment.to)?);
                    Some(Segment { from, to, ..*segment })
                });
                Curve::Stages(scaled.collect::<Option<Vec<Segment>>>()?)
            }
            Curve::Sine { from, to, period } => {
                Curve::Sine { from: times(*from)?, to: times(*to)?, period: *period }
            }
        };
        denominator(&scaled.rates()).is_ok().then_some(scaled)
    }

    /// The rates of a shape.
    fn rates(&self) -> Vec<Level> {
        match self {
            Curve::Constant(_) => Vec::new(),
            Curve::Stages(segments) => rates_of(segments),
            Curve::Sine { from, to, .. } => vec![*from, *to],
        }
    }

    /// A hint for each rate that is most likely a fraction which no float is.
    pub fn hints(&self) -> Vec<String> {
        let mut hints: Vec<String> = match self {
            Curve::Constant(rps) => rps.level().hint("rps").into_iter().collect(),
            shape => shape.rates().iter().filter_map(|rate| rate.hint("a rate")).collect(),
        };
        hints.dedup();
        hints
    }

    /// The same curve in so many nanoseconds: all segments stretched or shortened alike. What has
    /// no length of its own is as long as it is asked for.
    pub fn stretched(&self, length: u64) -> Curve {
        let Curve::Stages(segments) = self else { return self.clone() };
        let lengths = stretched(segments.iter().map(|segment| segment.length), length);
        let stretched =
            segments.iter().zip(lengths).map(|(segment, length)| Segment { length, ..*segment });
        Curve::Stages(stretched.filter(|segment| segment.length > 0).collect())
    }

    /// Whether its rate is above another one at some time.
    pub fn goes_above(&self, rps: &Rps) -> bool {
        let other = rps.per_second();
        match self {
            Curve::Constant(rps) => rps.per_second() > other,
            Curve::Stages(segments) => segments
                .iter()
                .any(|segment| segment.from.to_f64().max(segment.to.to_f64()) > other),
            Curve::Sine { from, to, .. } => from.to_f64().max(to.to_f64()) > other,
        }
    }

    /// The rate, if it is the same all the time.
    pub fn rps(&self) -> Option<&Rps> {
        match self {
            Curve::Constant(rps) => Some(rps),
            _ => None,
        }
    }
}

/// Refuses a height of steps that leads nowhere.
///
/// # Errors
///
/// What to give instead.
pub fn check_by(by: Level) -> Result<Level, String> {
    if by.is_zero() {
        Err("by in steps is 0, which leads nowhere: give a rate above zero, such as a tenth of `to`"
            .to_string())
    } else {
        Ok(by)
    }
}

/// How many steps of the height `by`, which is not zero, lead from one rate up or down to another.
///
/// # Errors
///
/// That these are too many, or that the rates have no denominator in common.
pub fn steps_between(from: Level, to: Level, by: Level) -> Result<u128, String> {
    let denominator = in_common("steps", &[from, to, by])?;
    few_enough(from.units(denominator).abs_diff(to.units(denominator)) / by.units(denominator))
}

/// Refuses too many steps.
pub(crate) fn few_enough(steps: u128) -> Result<u128, String> {
    if steps >= MOST_STEPS {
        return Err(format!(
            "by in steps leads to more than {MOST_STEPS} steps: give a larger one, such as a \
             tenth of `to`"
        ));
    }
    Ok(steps)
}

/// The length of the parts of the shape with this key, all together.
///
/// # Errors
///
/// That they take too long.
pub(crate) fn whole_length(
    key: &str,
    mut lengths: impl Iterator<Item = u64>,
) -> Result<u64, String> {
    lengths
        .try_fold(0u64, |sum, length| sum.checked_add(length))
        .filter(|length| *length <= FOREVER)
        .ok_or_else(|| {
            format!("{key} takes longer than a schedule can last: give at most 100 years in all")
        })
}

/// Lengths that are stretched or shortened alike, so that all of them together are as long as
/// asked: the instants between them are rounded, and not the lengths.
pub(crate) fn stretched(lengths: impl Iterator<Item = u64> + Clone, whole: u64) -> Vec<u64> {
    let before = lengths.clone().map(u128::from).sum::<u128>().max(1);
    let (mut end, mut begin) = (0, 0);
    let stretch = |length: u64| {
        end += u128::from(length);
        let at = (end * u128::from(whole) / before) as u64;
        let stretched = at - begin;
        begin = at;
        stretched
    };
    lengths.map(stretch).collect()
}

/// The area under segments, rounded up to ticks.
///
/// ```text
/// to            ___/|
///          ____/    |    a trapezoid of the area (from + to) / 2 · length
/// from  __/         |
///      |____________|
///          length
/// ```
fn ticks(segments: &[Segment], workers: u128) -> Option<u128> {
    let denominator = denominator(&rates_of(segments)).ok()?;
    let twice = segments.iter().try_fold(0u128, |sum, Segment { from, to, length }| {
        let both = (from.units(denominator) + to.units(denominator)).checked_mul(workers)?;
        sum.checked_add(both.checked_mul(u128::from(*length))?)
    })?;
    Some(twice.div_ceil(2 * 1_000_000_000 * denominator))
}

/// The denominator that the rates of the shape with this key share.
fn in_common(key: &str, rates: &[Level]) -> Result<u128, String> {
    denominator(rates).map_err(|two| nothing_in_common(key, &two))
}

/// The rates at the ends of all segments.
pub fn rates_of(segments: &[Segment]) -> Vec<Level> {
    segments.iter().flat_map(|segment| [segment.from, segment.to]).collect()
}

/// Rates as they are told side by side: the numbers, and the unit behind the last of them. If their
/// units differ, each has its own.
fn side_by_side<const N: usize>(rates: [Level; N]) -> ([String; N], String) {
    let mut timed = rates.iter().filter(|rate| !rate.is_zero());
    let first = timed.next().unwrap_or(&rates[0]);
    if timed.all(|rate| rate.per() == first.per()) {
        (rates.map(|rate| rate.number().to_string()), format!("/{}", first.unit()))
    } else {
        (rates.map(Level::with_unit), String::new())
    }
}

/// How many segments are told one by one.
pub(crate) const TOLD: usize = 6;

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Curve::Constant(rps) => f.write_str(&rps.with_unit()),
            Curve::Sine { from, to, period } => {
                let ([from, to], unit) = side_by_side([*from, *to]);
                write!(f, "{from} → {to} → {from}{unit} in {}", shown(*period))
            }
            Curve::Stages(segments) => match staircase(segments) {
                Some([first, second, last]) => {
                    let each = shown(first.length);
                    let rates = [first.from, second.from, last.from];
                    let ([first, second, last], unit) = side_by_side(rates);
                    write!(f, "{first}, {second}, .. {last}{unit} for {each} each")
                }
                None => write_segments(f, segments),
            },
        }
    }
}

/// The first, the second and the last of many rates that are held for one time each.
fn staircase(segments: &[Segment]) -> Option<[&Segment; 3]> {
    let ([first, second, .., last], true) = (segments, segments.len() > 3) else { return None };
    segments
        .iter()
        // Times that were stretched may differ by a nanosecond.
        .all(|segment| segment.from == segment.to && segment.length.abs_diff(first.length) < 2)
        .then_some([first, second, last])
}

/// Its rates, without its length: `100/s`, or `0 → 100/s`.
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            return f.write_str(&self.from.with_unit());
        }
        let ([from, to], unit) = side_by_side([self.from, self.to]);
        write!(f, "{from} → {to}{unit}")
    }
}

fn write_segments(f: &mut fmt::Formatter<'_>, segments: &[Segment]) -> fmt::Result {
    let told = if segments.len() > TOLD + 1 { TOLD } else { segments.len() };
    for (nth, segment) in segments[..told].iter().enumerate() {
        let comma = if nth > 0 { ", " } else { "" };
        let preposition = if segment.from == segment.to { "for" } else { "in" };
        write!(f, "{comma}{segment} {preposition} {}", shown(segment.length))?;
    }
    match segments.len() - told {
        0 => Ok(()),
        more => write!(f, " and {more} more stages"),
    }
}

pub(crate) fn shown(nanos: u64) -> String {
    time::brief(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const DAY: Duration = Duration::from_secs(86_400);

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn rate(text: &str) -> Level {
        level(text).unwrap()
    }

    fn steps(from: &str, to: &str, by: &str, each: Duration) -> Result<Curve, String> {
        Curve::steps(rate(from), rate(to), rate(by), each)
    }

    fn sine(from: &str, to: &str, period: Duration) -> Result<Curve, String> {
        Curve::sine(rate(from), rate(to), period)
    }

    fn stage(from: &str, to: &str, length: Duration) -> Result<Curve, String> {
        let rates = [read_level("stages", from)?, read_level("stages", to)?];
        Curve::stages("stages", vec![Segment::new("stages", rates, length)?])
    }

    fn stages(all: &[(&str, &str, u32)]) -> Curve {
        let segment = |(from, to, seconds): &(&str, &str, u32)| {
            Segment::new("stages", [rate(from), rate(to)], *seconds * SECOND).unwrap()
        };
        Curve::stages("stages", all.iter().map(segment).collect()).unwrap()
    }

    #[test]
    fn shapes_are_told_in_a_line() {
        for (curve, text) in [
            (
                stages(&[("0", "100", 10), ("100", "100", 60), ("500", "500", 5)]),
                "0 → 100/s in 10s, 100/s for 1m, 500/s for 5s",
            ),
            (steps("10", "100", "10", 10 * SECOND).unwrap(), "10, 20, .. 100/s for 10s each"),
            (steps("10", "20", "10", 10 * SECOND).unwrap(), "10/s for 10s, 20/s for 10s"),
            (sine("10", "100", DAY).unwrap(), "10 → 100 → 10/s in 1day"),
            (
                stages(&[("1", "2", 1); 9]),
                "1 → 2/s in 1s, 1 → 2/s in 1s, 1 → 2/s in 1s, 1 → 2/s in 1s, 1 → 2/s in 1s, \
                 1 → 2/s in 1s and 3 more stages",
            ),
            (Curve::Constant(Rps::new(0.5).unwrap()), "0.5/s"),
            (Curve::Constant(Rps::new("7/min").unwrap()), "7/min"),
            (
                stages(&[("0", "7/m", 10), ("7/m", "7/m", 60), ("7/m", "100/3s", 5)]),
                "0 → 7/m in 10s, 7/m for 1m, 7/m → 100/3s in 5s",
            ),
            (steps("0", "60/m", "12/m", SECOND).unwrap(), "0, 12, .. 60/m for 1s each"),
            (steps("1", "2", "10/m", SECOND).unwrap(), "60, 70, .. 120/m for 1s each"),
            (sine("1/m", "1/h", DAY).unwrap(), "1/m → 1/h → 1/m in 1day"),
        ] {
            assert_eq!(curve.to_string(), text);
        }
    }

    #[test]
    fn says_what_is_no_shape() {
        let by = "by in steps leads to more than 10000 steps: give a larger one, such as a tenth \
                  of `to`";
        for (wrong, message) in [
            (
                stage("-1", "5", SECOND),
                "a rate in stages is -1: give a number from 0 to 1000000000, such as 50 or 0.5",
            ),
            (
                stage("0", "5", Duration::ZERO),
                "a time in stages is zero: give a time, such as \"30s\"",
            ),
            (
                Curve::stages("stages", vec![]),
                "stages makes no tick: give a stage whose rate is above zero, such as \
                 `hold(50, \"1m\")`",
            ),
            (
                stage("5", "5", Duration::MAX),
                "stages takes longer than a schedule can last: give at most 100 years in all",
            ),
            (
                stage("1/999983s", "1/1000033s", SECOND),
                "the rates 1/11days 13h 46m 23s and 1/11days 13h 47m 13s in stages share no \
                 denominator below 1000000000000: write both for the same time, such as \"7/m\" \
                 and \"30/m\"",
            ),
            (
                stage("7/x", "5", SECOND),
                "a rate in stages is 7/x: give a number from 0 to 1000000000, such as 50 or 0.5, \
                 or a text such as \"7/m\" or \"100/3s\"",
            ),
            (steps("1", "100000", "1", SECOND), by),
            (steps("0", "10000", "1", SECOND), by),
            (
                steps("1", "2", "0", SECOND),
                "by in steps is 0, which leads nowhere: give a rate above zero, such as a tenth \
                 of `to`",
            ),
            (
                steps("0", "0", "1", SECOND),
                "steps makes no tick: give a stage whose rate is above zero, such as \
                 `hold(50, \"1m\")`",
            ),
            (
                sine("0", "0", SECOND),
                "sine makes no tick: give a rate above zero, such as \
                 `sine(from = 10, to = 100, period = \"1d\")`",
            ),
        ] {
            assert_eq!(wrong.unwrap_err(), message);
        }
    }

    #[test]
    fn ticks_are_the_area_under_the_rate_rounded_up() {
        for (curve, ticks) in [
            (
                stages(&[("0", "100", 10), ("100", "100", 60), ("500", "500", 5), ("100", "0", 5)]),
                Some(9_250),
            ),
            (stages(&[("0.1", "0.1", 30), ("0", "0", 3_600)]), Some(3)),
            (stages(&[("0", "0.3333333333333333", 3)]), Some(1)),
            (steps("10", "100", "10", 10 * SECOND).unwrap(), Some(5_500)),
            (steps("1", "0.25", "0.5", 4 * SECOND).unwrap(), Some(7)),
            (steps("5", "5", "1", SECOND).unwrap(), Some(5)),
            (sine("10", "100", DAY).unwrap(), Some(4_752_000)),
            (stages(&[("1000000000", "0.0000000000000001", 4_000_000_000)]), None),
            (stages(&[("7/m", "7/m", 3_600)]), Some(420)),
            (stages(&[("0", "100/3s", 6)]), Some(100)),
            (steps("20/m", "60/m", "20/m", 3 * SECOND).unwrap(), Some(6)),
            (sine("1200/h", "0", DAY).unwrap(), Some(14_400)),
            (Curve::Constant(Rps::new(1).unwrap()), None),
        ] {
            assert_eq!(curve.ticks(), ticks, "{curve}");
        }
    }

    #[test]
    fn workers_make_the_ticks_of_one_curve() {
        let curve = stages(&[("0", "1", 3)]);
        assert_eq!(curve.ticks(), Some(2));
        assert_eq!(curve.ticks_of(5), Some(8));
        assert_eq!(sine("0", "1", 3 * SECOND).unwrap().ticks_of(3), Some(5));
    }

    #[test]
    fn a_float_of_many_digits_has_a_hint() {
        let third = (100.0_f64 / 3.0).to_string();
        let hint = "33.333333333333336, a float of 17 digits: write \"100/3s\", which is exact";
        let curve = stages(&[("0", &third, 10), (&third, &third, 10)]);
        assert_eq!(curve.hints(), [format!("a rate is {hint}")]);
        let constant = Curve::Constant(Rps::new(third).unwrap());
        assert_eq!(constant.hints(), [format!("rps is {hint}")]);
        assert_eq!(stages(&[("0", "100/3s", 10)]).hints(), [""; 0]);
    }

    #[test]
    fn scales_rates_exactly() {
        let curve = stages(&[("0", "100", 10), ("100", "100", 60), ("7", "7", 5)]);
        let scaled = stages(&[("0", "10", 10), ("10", "10", 60), ("0.7", "0.7", 5)]);
        assert_eq!(curve.scaled(decimal("0.1")), Some(scaled));
        let constant = |rps| Curve::Constant(Rps::new(rps).unwrap());
        assert_eq!(constant(50).scaled(decimal("0.1")), Some(constant(5)));
        assert_eq!(constant(50).scaled(decimal("1000000000")), None);
        let timed = stages(&[("0", "7/m", 10)]);
        assert_eq!(timed.scaled(decimal("0.1")), Some(stages(&[("0", "0.7/m", 10)])));
    }

    #[test]
    fn a_stretched_shape_is_written_short() {
        let curve = stages(&[("0", "100", 10), ("100", "100", 60), ("500", "500", 5)]);
        assert_eq!(
            curve.stretched(10_000_000_000).to_string(),
            "0 → 100/s in 1.33s, 100/s for 8s, 500/s for 667ms"
        );
        let stairs = [("10", "10", 7), ("20", "20", 7), ("30", "30", 7), ("40", "40", 7)];
        let text = stages(&stairs).stretched(5_000_000_001).to_string();
        assert_eq!(text, "10, 20, .. 40/s for 1s 250ms each");
    }

    #[test]
    fn stretches_times_exactly() {
        let curve = stages(&[("0", "100", 10), ("100", "100", 60), ("7", "7", 5)]);
        let short = curve.stretched(7_500_000_001);
        assert_eq!(short.own_length(), Some(7_500_000_001));
        assert_eq!(short.ticks(), Some(50 + 600 + 4));
    }
}
