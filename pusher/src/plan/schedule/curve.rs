//! What a rate does over time, as it was asked for.

use std::fmt;
use std::time::Duration;

use super::FOREVER;
use super::sine::Sine;
use super::stages::Stages;
use crate::plan::decimal::Decimal;
use crate::plan::rate::{Rps, level};
use crate::plan::time;

/// A rate over time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Curve {
    /// For as long as it is asked for.
    Constant(Rps),
    /// For as long as all of them take.
    Stages(Vec<Stage>),
    /// From one rate to another and back, in nanoseconds; for as long as it is asked for, or once.
    Sine { from: Decimal, to: Decimal, period: u64 },
}

/// A part of a shape: a rate that changes along a straight line. Length in nanoseconds, rates in
/// calls per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) from: Decimal,
    pub(crate) to: Decimal,
    pub(crate) length: u64,
}

/// More stages than that are most likely a slip of the pen.
const MOST_STAGES: usize = 10_000;

impl Stage {
    /// A stage of a shape, which errors name by its key in the attribute.
    pub(crate) fn new(key: &str, from: &str, to: &str, length: Duration) -> Result<Stage, String> {
        Ok(Stage {
            from: rate(key, from)?,
            to: rate(key, to)?,
            length: positive(&format!("a time in {key}"), length)?,
        })
    }
}

fn positive(key: &str, length: Duration) -> Result<u64, String> {
    if length.is_zero() {
        return Err(format!("{key} is zero: give a time, such as \"30s\""));
    }
    Ok(u64::try_from(length.as_nanos()).unwrap_or(u64::MAX))
}

fn rate(key: &str, text: &str) -> Result<Decimal, String> {
    level(text).ok_or_else(|| {
        format!("a rate in {key} is {text}: give a number from 0 to 1000000000, such as 50 or 0.5")
    })
}

impl Curve {
    pub(crate) fn stages(key: &str, stages: Vec<Stage>) -> Result<Curve, String> {
        let length = stages.iter().try_fold(0u64, |sum, stage| sum.checked_add(stage.length));
        if stages.iter().all(|stage| stage.from.is_zero() && stage.to.is_zero()) {
            Err(format!(
                "{key} makes no tick: give a stage whose rate is above zero, such as `hold(50, \"1m\")`"
            ))
        } else if length.is_none_or(|length| length > FOREVER) {
            Err(format!(
                "{key} takes longer than a schedule can: give stages of 100 years in all at most"
            ))
        } else {
            Ok(Curve::Stages(stages))
        }
    }

    /// A staircase: each rate is held for `each`; the last is `to`, also where it is less than `by`
    /// away.
    pub(crate) fn steps(from: &str, to: &str, by: &str, each: Duration) -> Result<Curve, String> {
        let (from, to, by) = (rate("steps", from)?, rate("steps", to)?, rate("steps", by)?);
        let scale = from.scale.max(to.scale).max(by.scale);
        let (first, last, by) = (from.units(scale), to.units(scale), by.units(scale));
        let steps = first.abs_diff(last).checked_div(by);
        if steps.is_none_or(|steps| steps >= MOST_STAGES as u128) {
            return Err(format!(
                "by in steps leads to more than {MOST_STAGES} steps: give a larger one, such as a tenth of `to`"
            ));
        }
        let length = positive("each in steps", each)?;
        let nth = |n: u128| if last >= first { first + n * by } else { first - n * by };
        let mut rates: Vec<u128> = (0..=steps.unwrap_or_default()).map(nth).collect();
        if rates.last() != Some(&last) {
            rates.push(last);
        }
        let hold = |units| {
            let rate = Decimal { digits: units, scale }.shortest();
            Stage { from: rate, to: rate, length }
        };
        Curve::stages("steps", rates.into_iter().map(hold).collect())
    }

    pub(crate) fn sine(from: &str, to: &str, period: Duration) -> Result<Curve, String> {
        let (from, to, period) =
            (rate("sine", from)?, rate("sine", to)?, positive("period in sine", period)?);
        match from.is_zero() && to.is_zero() {
            true => Err("sine makes no tick: give a rate above zero, such as `sine(from = 10, to = 100, period = \"1d\")`".to_string()),
            false => Ok(Curve::Sine { from, to, period: period.min(FOREVER) }),
        }
    }

    /// How long it is by itself, in nanoseconds.
    pub(crate) fn own_length(&self) -> Option<u64> {
        match self {
            Curve::Constant(_) => None,
            Curve::Stages(stages) => Some(stages.iter().map(|stage| stage.length).sum()),
            Curve::Sine { period, .. } => Some(*period),
        }
    }

    /// Whether its length is its own and no other can be asked for.
    pub(crate) fn has_fixed_length(&self) -> bool {
        matches!(self, Curve::Stages(_))
    }

    /// The same curve with every rate times `scale`; none where a rate would be more than one tick
    /// per nanosecond, or have more places than are kept.
    pub(crate) fn scaled(&self, scale: Decimal) -> Option<Curve> {
        let times = |rate: Decimal| level(&rate.times(scale)?.to_string());
        Some(match self {
            Curve::Constant(rps) => {
                Curve::Constant(Rps::parse(&rps.decimal().times(scale)?.to_string())?)
            }
            Curve::Stages(stages) => {
                let scaled = stages.iter().map(|stage| {
                    Some(Stage { from: times(stage.from)?, to: times(stage.to)?, ..*stage })
                });
                Curve::Stages(scaled.collect::<Option<Vec<Stage>>>()?)
            }
            Curve::Sine { from, to, period } => {
                Curve::Sine { from: times(*from)?, to: times(*to)?, period: *period }
            }
        })
    }

    /// The same curve in so many nanoseconds: the times of its stages stretched or shortened alike.
    /// What has no length of its own is as long as it is asked for.
    pub(crate) fn stretched(&self, length: u64) -> Curve {
        let Curve::Stages(stages) = self else { return self.clone() };
        let whole = u128::from(self.own_length().unwrap_or_default()).max(1);
        let (mut end, mut begin) = (0, 0);
        let stretched = stages.iter().map(|stage| {
            // Where stages begin is rounded, so that all of them together are as long as asked.
            end += u128::from(stage.length);
            let at = (end * u128::from(length) / whole) as u64;
            let stretched = Stage { length: at - begin, ..*stage };
            begin = at;
            stretched
        });
        Curve::Stages(stretched.filter(|stage| stage.length > 0).collect())
    }

    /// The rate, if it is the same all the time.
    pub(crate) fn rps(&self) -> Option<f64> {
        match self {
            Curve::Constant(rps) => Some(rps.per_second()),
            _ => None,
        }
    }

    pub(super) fn exact(&self) -> Exact {
        match self {
            Curve::Constant(rps) => Exact::Constant(*rps),
            Curve::Stages(stages) => Exact::Stages(Stages::new(stages)),
            Curve::Sine { from, to, period } => Exact::Sine(Sine::new(*from, *to, *period)),
        }
    }
}

/// A curve, ready to be asked when a call is due.
#[derive(Clone, Debug)]
pub(super) enum Exact {
    Constant(Rps),
    Stages(Stages),
    Sine(Sine),
}

impl Exact {
    /// When so many calls should have been made, in nanoseconds from the start, rounded down; none
    /// if that is never.
    pub(super) fn due_of(&self, calls: super::Calls) -> Option<u64> {
        match self {
            Exact::Constant(rps) => rps.due_of(calls),
            Exact::Stages(stages) => stages.due(calls),
            Exact::Sine(sine) => sine.due(calls),
        }
    }
}

/// How many stages are told one by one.
const TOLD: usize = 6;

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Curve::Constant(rps) => write!(f, "{rps}/s"),
            Curve::Sine { from, to, period } => {
                write!(f, "{from} → {to} → {from}/s in {}", shown(*period))
            }
            Curve::Stages(stages) => match staircase(stages) {
                Some((first, second, last)) => {
                    write!(
                        f,
                        "{}, {}, .. {}/s for {} each",
                        first.from,
                        second.from,
                        last.from,
                        shown(first.length)
                    )
                }
                None => write_stages(f, stages),
            },
        }
    }
}

/// The first, the second and the last of many rates that are held for one time each.
fn staircase(stages: &[Stage]) -> Option<(&Stage, &Stage, &Stage)> {
    let ([first, second, .., last], true) = (stages, stages.len() > 3) else { return None };
    stages
        .iter()
        .all(|stage| stage.from == stage.to && stage.length == first.length)
        .then_some((first, second, last))
}

fn write_stages(f: &mut fmt::Formatter<'_>, stages: &[Stage]) -> fmt::Result {
    let told = if stages.len() > TOLD + 1 { TOLD } else { stages.len() };
    for (nth, stage) in stages[..told].iter().enumerate() {
        let comma = if nth > 0 { ", " } else { "" };
        match stage.from == stage.to {
            true => write!(f, "{comma}{}/s for {}", stage.from, shown(stage.length))?,
            false => {
                write!(f, "{comma}{} → {}/s in {}", stage.from, stage.to, shown(stage.length))?
            }
        }
    }
    match stages.len() - told {
        0 => Ok(()),
        more => write!(f, " and {more} more stages"),
    }
}

fn shown(nanos: u64) -> String {
    time::format(Duration::from_nanos(nanos))
}
