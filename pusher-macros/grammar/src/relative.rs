//! [`Relative`]: a limit that follows a figure of another run, `baseline + "10%" + "5ms"`, or of
//! another target; and [`Base`], whose figure that is.

use std::fmt;
use std::time::Duration;

use crate::decimal::Decimal;
use crate::figure::Figure;
use crate::limits::MOST_PERCENT_DIGITS;
use crate::metric::{Metric, Timing, Unit};
use crate::named::Named;
use crate::operator::Operator;
use crate::time;
use crate::words::Word;

/// Whose figure a limit follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// That of a run that was saved.
    Baseline,
    /// That of the other target, of `compare`.
    Other,
}

impl Word for Base {
    const ALL: &'static [Base] = &[Base::Baseline, Base::Other];

    fn word(self) -> &'static str {
        match self {
            Base::Baseline => "baseline",
            Base::Other => "other",
        }
    }
}

/// On which side of the base a limit is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// `+`
    #[default]
    Above,
    /// `-`
    Below,
}

/// How far a limit is from its base, or a part of that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distance {
    /// A fraction of the base's figure.
    Share(Decimal),
    /// So much time.
    Time(Duration),
    /// So many, in the unit of the metric.
    Number(Decimal),
}

/// A limit that is so far from a figure of its base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relative {
    /// Whose figure it follows.
    pub base: Base,
    side: Side,
    share: Option<Decimal>,
    /// A time or a number.
    rest: Option<Distance>,
}

/// The most percent that a limit can be above its base; more is most likely a slip of the pen.
const MOST_PERCENT: u128 = 10_000;

impl Relative {
    /// The figure of the base itself.
    pub fn to(base: Base) -> Relative {
        Relative { base, side: Side::Above, share: None, rest: None }
    }

    /// Farther from the base by one more part.
    ///
    /// # Errors
    ///
    /// The part is on the other side of the base than those before it, or there is one like it.
    pub fn farther(self, side: Side, part: Distance) -> Result<Relative, String> {
        let base = self.base.word();
        if self.side != side && (self.share.is_some() || self.rest.is_some()) {
            return Err(format!(
                "`+` and `-` after one `{base}` cancel each other out: write one of them"
            ));
        }
        let (place, both) = match part {
            Distance::Share(_) => (self.share.is_some(), "percentages"),
            Distance::Time(_) => (self.rest.is_some(), "times"),
            Distance::Number(_) => (self.rest.is_some(), "numbers"),
        };
        if place {
            return Err(format!("two {both} stand after `{base}`: write their sum"));
        }
        Ok(match part {
            Distance::Share(share) => Relative { side, share: Some(share), ..self },
            part => Relative { side, rest: Some(part), ..self },
        })
    }

    /// Checks that such a threshold on this metric tells whether something has become worse.
    ///
    /// # Errors
    ///
    /// Why not, and what to write instead.
    pub fn check(self, metric: &Metric, operator: Operator) -> Result<(), String> {
        let base = self.base.word();
        check_metric(metric, base)?;
        let (worse, sign, side, example) = match metric.unit() {
            Unit::Time => ("a time gets worse as it rises", "<", Side::Above, "+ \"10%\""),
            _ => ("a throughput gets worse as it falls", ">", Side::Below, "- \"5%\""),
        };
        let is_right = if sign == "<" { operator.is_upper() } else { operator.is_lower() };
        let has_parts = self.share.is_some() || self.rest.is_some();
        if !is_right {
            return Err(format!("{worse}: write `{metric} {sign} {base} {example}`"));
        }
        if has_parts && self.side != side {
            return Err(format!(
                "a limit that is better than `{base}` is met by chance alone, if at all: write \
                 `{metric} {operator} {base} {example}`"
            ));
        }
        if self.side == Side::Below && self.share.is_some_and(|share| share.to_f64() >= 1.0) {
            return Err(format!(
                "100% or more below `{base}` is nothing: write less, as in `{metric} {operator} \
                 {base} {example}`"
            ));
        }
        Ok(())
    }

    /// How far it is from the base, as a fraction of the base's figure.
    pub fn share(self) -> f64 {
        self.share.map_or(0.0, Decimal::to_f64)
    }

    /// How much farther it is, in nanoseconds if it is a time.
    pub fn rest(self) -> f64 {
        match self.rest {
            Some(Distance::Time(time)) => time.as_nanos() as f64,
            Some(Distance::Share(number) | Distance::Number(number)) => number.to_f64(),
            None => 0.0,
        }
    }

    /// The limit, given the figure of its base: a time in nanoseconds, or a number.
    pub fn limit(self, figure: f64) -> f64 {
        let distance = figure * self.share() + self.rest();
        match self.side {
            Side::Above => figure + distance,
            Side::Below => (figure - distance).max(0.0),
        }
    }
}

fn check_metric(metric: &Metric, base: &str) -> Result<(), String> {
    let example = metric.unit().example();
    let instead = format!("give {metric} a limit such as {example}");
    let is_time = matches!(metric, Metric::Time(..) | Metric::Named(Named::StepTime(_), _));
    match (metric, metric.figure()) {
        (_, Some(Figure::Min | Figure::Max)) if is_time => Err(format!(
            "{metric} is the time of one call, and no two runs have the same: compare a \
             percentile with `{base}`, or {instead}"
        )),
        (Metric::Time(Timing::Lag, _), _) => Err(format!(
            "{metric} is how late pusher is, not how slow the service is: compare `p99` or \
             `service.p99` with `{base}`, or {instead}"
        )),
        _ if is_time || *metric == Metric::Throughput => Ok(()),
        _ if metric.unit() == Unit::Share => Err(format!(
            "{metric} is not compared with `{base}`: a service that does well has none there, and \
             10% more than none is none, so that a single one would break it; {instead}, or so \
             many in all, such as 5"
        )),
        _ => Err(format!(
            "{metric} is not compared with `{base}`: that is for percentiles and means of \
             response time, service time and steps, and for throughput; {instead}"
        )),
    }
}

impl Distance {
    /// Reads a percentage.
    ///
    /// # Errors
    ///
    /// It has too many digits, or is too much.
    pub(crate) fn percentage(text: &str) -> Option<Result<Distance, String>> {
        let number = Decimal::parse(text.trim().strip_suffix('%')?.trim_end())?;
        if number.scale > MOST_PERCENT_DIGITS {
            return Some(Err(format!(
                "`{text}` has more than {MOST_PERCENT_DIGITS} digits behind the point: write \
                 fewer, as in \"0.01%\""
            )));
        }
        if !number.is_at_most(MOST_PERCENT) {
            return Some(Err(format!(
                "`{text}` is more than {MOST_PERCENT}%: write less, as in \"10%\""
            )));
        }
        Some(Ok(Distance::Share(Decimal { scale: number.scale + 2, ..number }.shortest())))
    }

    /// Reads the text of a percentage or a time.
    pub(crate) fn of_text(unit: Unit, text: &str) -> Result<Distance, String> {
        if let Some(read) = Distance::percentage(text) {
            return read;
        }
        match (unit, time::parse(text)) {
            (Unit::Time, Ok(time)) => Ok(Distance::Time(time)),
            _ => Err(Distance::wrong(unit, &format!("{text:?}"))),
        }
    }

    /// What to say of a text or a number that is none in this unit, as it was written.
    pub(crate) fn wrong(unit: Unit, written: &str) -> String {
        match unit {
            Unit::Time => format!(
                "`{written}` is no percentage and no time: write one in quotes, such as \"10%\" \
                 or \"5ms\""
            ),
            _ => format!(
                "`{written}` is no percentage and no number: write one such as \"5%\" or 2.5"
            ),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Above => "+",
            Side::Below => "-",
        })
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distance::Share(share) => {
                let percent = share.times(Decimal { digits: 100, scale: 0 }).unwrap_or(*share);
                write!(f, "{percent}%")
            }
            Distance::Time(time) => f.write_str(&time::format(*time)),
            Distance::Number(number) => number.fmt(f),
        }
    }
}

impl fmt::Display for Relative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.word())?;
        let parts = [self.share.map(Distance::Share), self.rest];
        parts.into_iter().flatten().try_for_each(|part| write!(f, " {} {part}", self.side))
    }
}

#[cfg(test)]
mod tests;
