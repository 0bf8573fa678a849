//! [`Curve`]: a rate over time, as it was asked for; and the [`Segment`]s it may be made of.

use std::fmt;
use std::time::Duration;

use crate::decimal::Decimal;
use crate::limits::{FOREVER, MOST_STEPS};
use crate::rate::{self, Rps, level};
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
        /// The rate at the beginning, in ticks per second.
        from: Decimal,
        /// The rate after half a period.
        to: Decimal,
        /// From one beginning to the next, in nanoseconds.
        period: u64,
    },
}

/// A part of a shape: a rate that changes along a straight line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The rate at its begin, in ticks per second.
    pub from: Decimal,
    /// The rate at its end.
    pub to: Decimal,
    /// How long it is, in nanoseconds.
    pub length: u64,
}

/// Reads a rate of the shape that has this key.
///
/// # Errors
///
/// What to give instead.
pub fn read_level(key: &str, text: &str) -> Result<Decimal, String> {
    level(text).ok_or_else(|| rate::wrong_level(key, text))
}

impl Segment {
    /// A segment of the shape that has this key.
    ///
    /// # Errors
    ///
    /// That its time is zero.
    pub fn new(key: &str, rates: [Decimal; 2], length: Duration) -> Result<Segment, String> {
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
        let length = segments.iter().try_fold(0u64, |sum, segment| sum.checked_add(segment.length));
        if segments.iter().all(|segment| segment.from.is_zero() && segment.to.is_zero()) {
            Err(format!(
                "{key} makes no tick: give a stage whose rate is above zero, such as \
                 `hold(50, \"1m\")`"
            ))
        } else if length.is_none_or(|length| length > FOREVER) {
            Err(format!(
                "{key} takes longer than a schedule can last: give at most 100 years in all"
            ))
        } else {
            Ok(Curve::Stages(segments))
        }
    }

    /// A staircase: each rate is held for `each`. The last one is `to`, even if that is less than
    /// `by` away.
    ///
    /// # Errors
    ///
    /// That `by` leads nowhere or to too many steps, or that they make no tick or take too long.
    pub fn steps(from: Decimal, to: Decimal, by: Decimal, each: Duration) -> Result<Curve, String> {
        let steps = steps_between(from, to, check_by(by)?)?;
        let length = nanos(positive("each in steps", each)?);
        let scale = from.scale.max(to.scale).max(by.scale);
        let (first, last, by) = (from.units(scale), to.units(scale), by.units(scale));
        let nth = |n: u128| if last >= first { first + n * by } else { first - n * by };
        let mut rates: Vec<u128> = (0..=steps).map(nth).collect();
        if rates.last() != Some(&last) {
            rates.push(last);
        }
        let hold = |units| {
            let rate = Decimal { digits: units, scale }.shortest();
            Segment { from: rate, to: rate, length }
        };
        Curve::stages("steps", rates.into_iter().map(hold).collect())
    }

    /// A rate that swings from one to another and back.
    ///
    /// # Errors
    ///
    /// That its period is zero, or that it makes no tick.
    pub fn sine(from: Decimal, to: Decimal, period: Duration) -> Result<Curve, String> {
        let period = nanos(positive("period in sine", period)?);
        if from.is_zero() && to.is_zero() {
            return Err("sine makes no tick: give a rate above zero, such as \
                        `sine(from = 10, to = 100, period = \"1d\")`"
                .to_string());
        }
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
        match self {
            Curve::Constant(_) => None,
            Curve::Stages(segments) => ticks(segments),
            // The mean of a whole period is that of its ends.
            Curve::Sine { from, to, period } => {
                ticks(&[Segment { from: *from, to: *to, length: *period }])
            }
        }
    }

    /// The same curve with every rate times `scale`; none if a rate would be more than one tick per
    /// nanosecond, or have more digits than are kept.
    pub fn scaled(&self, scale: Decimal) -> Option<Curve> {
        let times = |rate: Decimal| level(&rate.times(scale)?.to_string());
        Some(match self {
            Curve::Constant(rps) => {
                Curve::Constant(Rps::parse(&rps.decimal().times(scale)?.to_string())?)
            }
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
        })
    }

    /// The same curve in so many nanoseconds: all segments stretched or shortened alike. What has
    /// no length of its own is as long as it is asked for.
    pub fn stretched(&self, length: u64) -> Curve {
        let Curve::Stages(segments) = self else { return self.clone() };
        let whole = u128::from(self.own_length().unwrap_or_default()).max(1);
        let (mut end, mut begin) = (0, 0);
        let stretched = segments.iter().map(|segment| {
            // The instants between segments are rounded, not their lengths, so that all of them
            // together are as long as asked.
            end += u128::from(segment.length);
            let at = (end * u128::from(length) / whole) as u64;
            let stretched = Segment { length: at - begin, ..*segment };
            begin = at;
            stretched
        });
        Curve::Stages(stretched.filter(|segment| segment.length > 0).collect())
    }

    /// Whether its rate is above another one at some time.
    pub fn goes_above(&self, rps: Rps) -> bool {
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
    pub fn rps(&self) -> Option<f64> {
        match self {
            Curve::Constant(rps) => Some(rps.per_second()),
            _ => None,
        }
    }
}

/// Refuses a height of steps that leads nowhere.
///
/// # Errors
///
/// What to give instead.
pub fn check_by(by: Decimal) -> Result<Decimal, String> {
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
/// That these are too many.
pub fn steps_between(from: Decimal, to: Decimal, by: Decimal) -> Result<u128, String> {
    let scale = from.scale.max(to.scale).max(by.scale);
    let steps = from.units(scale).abs_diff(to.units(scale)) / by.units(scale);
    if steps >= MOST_STEPS {
        return Err(format!(
            "by in steps leads to more than {MOST_STEPS} steps: give a larger one, such as a \
             tenth of `to`"
        ));
    }
    Ok(steps)
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
fn ticks(segments: &[Segment]) -> Option<u128> {
    let scales = segments.iter().map(|segment| segment.from.scale.max(segment.to.scale));
    let scale = scales.max().unwrap_or_default();
    let twice = segments.iter().try_fold(0u128, |sum, Segment { from, to, length }| {
        let both = from.units(scale) + to.units(scale);
        sum.checked_add(both.checked_mul(u128::from(*length))?)
    })?;
    Some(twice.div_ceil(2 * 1_000_000_000 * 10u128.pow(scale)))
}

/// How many segments are told one by one.
const TOLD: usize = 6;

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Curve::Constant(rps) => write!(f, "{rps}/s"),
            Curve::Sine { from, to, period } => {
                write!(f, "{from} → {to} → {from}/s in {}", shown(*period))
            }
            Curve::Stages(segments) => match staircase(segments) {
                Some([first, second, last]) => {
                    let each = shown(first.length);
                    let (first, second, last) = (first.from, second.from, last.from);
                    write!(f, "{first}, {second}, .. {last}/s for {each} each")
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
        .all(|segment| segment.from == segment.to && segment.length == first.length)
        .then_some([first, second, last])
}

fn write_segments(f: &mut fmt::Formatter<'_>, segments: &[Segment]) -> fmt::Result {
    let told = if segments.len() > TOLD + 1 { TOLD } else { segments.len() };
    for (nth, segment) in segments[..told].iter().enumerate() {
        let comma = if nth > 0 { ", " } else { "" };
        let (from, to, length) = (segment.from, segment.to, shown(segment.length));
        if from == to {
            write!(f, "{comma}{from}/s for {length}")?;
        } else {
            write!(f, "{comma}{from} → {to}/s in {length}")?;
        }
    }
    match segments.len() - told {
        0 => Ok(()),
        more => write!(f, " and {more} more stages"),
    }
}

fn shown(nanos: u64) -> String {
    time::format(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const DAY: Duration = Duration::from_secs(86_400);

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn steps(from: &str, to: &str, by: &str, each: Duration) -> Result<Curve, String> {
        Curve::steps(decimal(from), decimal(to), decimal(by), each)
    }

    fn sine(from: &str, to: &str, period: Duration) -> Result<Curve, String> {
        Curve::sine(decimal(from), decimal(to), period)
    }

    fn stage(from: &str, to: &str, length: Duration) -> Result<Curve, String> {
        let rates = [read_level("stages", from)?, read_level("stages", to)?];
        Curve::stages("stages", vec![Segment::new("stages", rates, length)?])
    }

    fn stages(all: &[(&str, &str, u32)]) -> Curve {
        let segment = |(from, to, seconds): &(&str, &str, u32)| {
            Segment::new("stages", [decimal(from), decimal(to)], *seconds * SECOND).unwrap()
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
            (Curve::Constant(Rps::ONE), None),
        ] {
            assert_eq!(curve.ticks(), ticks, "{curve}");
        }
    }

    #[test]
    fn scales_rates_exactly() {
        let curve = stages(&[("0", "100", 10), ("100", "100", 60), ("7", "7", 5)]);
        let scaled = stages(&[("0", "10", 10), ("10", "10", 60), ("0.7", "0.7", 5)]);
        assert_eq!(curve.scaled(decimal("0.1")), Some(scaled));
        let constant = |rps| Curve::Constant(Rps::new(rps).unwrap());
        assert_eq!(constant(50).scaled(decimal("0.1")), Some(constant(5)));
        assert_eq!(constant(50).scaled(decimal("1000000000")), None);
    }

    #[test]
    fn stretches_times_exactly() {
        let curve = stages(&[("0", "100", 10), ("100", "100", 60), ("7", "7", 5)]);
        let short = curve.stretched(7_500_000_001);
        assert_eq!(short.own_length(), Some(7_500_000_001));
        assert_eq!(short.ticks(), Some(50 + 600 + 4));
    }
}
