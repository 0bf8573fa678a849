//! [`Limit`]: what a metric is held against.

use std::fmt;
use std::time::Duration;

use crate::decimal::Decimal;
use crate::limits::MOST_PERCENT_DIGITS;
use crate::metric::{Metric, Unit};
use crate::operator::Operator;
use crate::relative::{Base, Distance, Relative, Side};
use crate::time;
use crate::words::Word;

/// What a metric is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// A time.
    Time(Duration),
    /// A fraction from 0 to 1.
    Share(Decimal),
    /// A number: of some units per second, or so many in all.
    Number(Decimal),
    /// So far from a figure of another run or of another target.
    Relative(Relative),
}

/// A limit as it was given, before it is read in the unit of its metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Text in quotes, or a `Duration`.
    Text(String),
    /// A number, as a decimal.
    Number(String),
    /// A base, and how far from it: `baseline + "10%" + "5ms"`.
    Relative(Base, Vec<(Side, Unread)>),
}

impl Limit {
    /// No share at all: what a load promises that names no threshold on errors.
    pub const NONE: Limit = Limit::Share(Decimal::ZERO);

    /// Reads a limit that was given for a metric of this unit. Times are text, and numbers are
    /// numbers. A share is text, and a whole number is so many in all; none at all is both.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn read(unit: Unit, given: &Unread) -> Result<Limit, String> {
        let number = match given {
            Unread::Number(number) => Decimal::parse(number),
            Unread::Text(_) => None,
            Unread::Relative(base, parts) => {
                return parts
                    .iter()
                    .try_fold(Relative::to(*base), |limit, (side, part)| {
                        limit.farther(*side, distance(unit, part)?)
                    })
                    .map(Limit::Relative);
            }
        };
        match (unit, given, number) {
            (Unit::Time, Unread::Text(text) | Unread::Number(text), _) => {
                time::parse(text).map(Limit::Time)
            }
            (Unit::Share, _, Some(many)) if many.scale == 0 && !many.is_zero() => {
                Ok(Limit::Number(many))
            }
            (Unit::Share, Unread::Text(text), _) => share(text).map(Limit::Share),
            (Unit::Share, Unread::Number(text), _) => {
                share(text).map(Limit::Share).map_err(|_| no_whole_number(text))
            }
            (_, _, Some(number)) => Ok(Limit::Number(number)),
            (unit, given, None) => Err(unit.wrong(&given.to_string())),
        }
    }

    /// Reads the limit of a threshold on this metric.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn of(metric: &Metric, operator: Operator, given: &Unread) -> Result<Limit, String> {
        if let Unread::Relative(base, _) = given {
            Relative::to(*base).check(metric, operator)?;
        }
        let limit = Limit::read(metric.unit(), given)?;
        if let Limit::Relative(relative) = limit {
            relative.check(metric, operator)?;
        }
        Ok(limit)
    }

    /// The nearest float: nanoseconds, a fraction, or the number. One that is relative is no number
    /// until the figure of its base is known.
    pub fn to_f64(self) -> f64 {
        match self {
            Limit::Relative(_) => f64::NAN,
            Limit::Time(limit) => limit.as_nanos() as f64,
            Limit::Share(limit) | Limit::Number(limit) => limit.to_f64(),
        }
    }
}

impl Unit {
    /// What to say of a limit that is none in this unit, as it was written.
    pub fn wrong(self, written: &str) -> String {
        let what = match self {
            Unit::Time => return time::wrong(written),
            Unit::Share => return no_share(written),
            Unit::CallsPerSecond => "number of calls per second",
            Unit::PerSecond => "number per second",
            Unit::Number => "number",
        };
        format!("`{written}` is no {what}: write one such as 49.5")
    }

    /// A limit in this unit, as it is written in an attribute.
    pub fn example(self) -> &'static str {
        match self {
            Unit::Time => "\"250ms\"",
            Unit::Share => "\"1%\"",
            Unit::CallsPerSecond | Unit::PerSecond | Unit::Number => "49.5",
        }
    }
}

/// Reads a part of how far a limit is from its base.
fn distance(unit: Unit, part: &Unread) -> Result<Distance, String> {
    let number = match part {
        Unread::Text(text) => return Distance::of_text(unit, text),
        Unread::Number(number) => Decimal::parse(number).filter(|_| unit != Unit::Time),
        Unread::Relative(..) => None,
    };
    number.map(Distance::Number).ok_or_else(|| Distance::wrong(unit, &part.to_string()))
}

/// Reads `1%`, `0.5 %` or `0`.
fn share(text: &str) -> Result<Decimal, String> {
    let percent = text.trim().strip_suffix('%').map(str::trim_end);
    let number = Decimal::parse(percent.unwrap_or(text))
        .filter(|number| percent.is_some() || number.is_zero())
        .filter(|number| number.is_at_most(100))
        .ok_or_else(|| no_share(text))?;
    if number.scale > MOST_PERCENT_DIGITS {
        return Err(format!(
            "`{text}` has more than {MOST_PERCENT_DIGITS} digits behind the point: write fewer, as \
             in \"0.01%\""
        ));
    }
    Ok(Decimal { scale: number.scale + 2, ..number })
}

fn no_share(text: &str) -> String {
    match Decimal::parse(text) {
        Some(number) if number.is_at_most(100) => format!(
            "`{text}` has no percent sign: write \"{number}%\" for a share, or {number} without \
             quotes for so many in all"
        ),
        _ => no_share_and_no_number(text),
    }
}

/// What to say of a number that is to be so many in all, and cannot be.
fn no_whole_number(text: &str) -> String {
    let percent = Decimal::parse(text)
        .map(|number| if number.is_at_most(1) { percent(number) } else { number })
        .filter(|percent| percent.scale <= MOST_PERCENT_DIGITS && percent.is_at_most(100));
    match percent {
        Some(percent) => format!(
            "`{text}` is no whole number: write \"{percent}%\" for a share, or a whole number such \
             as 5 for so many in all"
        ),
        None => no_share_and_no_number(text),
    }
}

fn no_share_and_no_number(text: &str) -> String {
    format!(
        "`{text}` is no share and no whole number: write a percentage such as \"1%\", or 5 for so \
         many in all"
    )
}

/// A hundred times a share, as a decimal.
fn percent(share: Decimal) -> Decimal {
    if share.scale >= 2 {
        Decimal { scale: share.scale - 2, ..share }
    } else {
        Decimal { digits: share.digits * 10u128.pow(2 - share.scale), scale: 0 }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Time(limit) => f.write_str(&time::format(*limit)),
            Limit::Share(share) if share.is_zero() => f.write_str("0"),
            Limit::Share(share) => write!(f, "{}%", percent(*share)),
            Limit::Number(limit) => limit.fmt(f),
            Limit::Relative(limit) => limit.fmt(f),
        }
    }
}

/// As it stands in an attribute: text in quotes.
impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Text(text) => write!(f, "{text:?}"),
            Unread::Number(number) => f.write_str(number),
            Unread::Relative(base, parts) => {
                f.write_str(base.word())?;
                parts.iter().try_for_each(|(side, part)| write!(f, " {side} {part}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Unread {
        Unread::Text(text.to_string())
    }

    fn number(text: &str) -> Unread {
        Unread::Number(text.to_string())
    }

    #[test]
    fn reads_and_writes_every_limit() {
        for (unit, given, shown) in [
            (Unit::Time, text("250ms"), "250ms"),
            (Unit::Time, text("1m 30s"), "1m 30s"),
            (Unit::Share, text("1%"), "1%"),
            (Unit::Share, text("0.05 %"), "0.05%"),
            (Unit::Share, text("0%"), "0"),
            (Unit::Share, text("100%"), "100%"),
            (Unit::Share, text("0.000000000001%"), "0.000000000001%"),
            (Unit::Share, number("0"), "0"),
            (Unit::Share, number("0.0"), "0"),
            (Unit::Share, number("5"), "5"),
            (Unit::Share, number("5.0"), "5"),
            (Unit::Share, number("101"), "101"),
            (Unit::CallsPerSecond, number("49.5"), "49.5"),
            (Unit::PerSecond, number("1000000"), "1000000"),
            (Unit::Number, number("0.50"), "0.5"),
        ] {
            assert_eq!(Limit::read(unit, &given).unwrap().to_string(), shown);
        }
    }

    /// Each limit of that unit is refused with these words.
    fn refused<const N: usize>(unit: Unit, cases: [(Unread, &str); N]) {
        for (given, message) in cases {
            assert_eq!(Limit::read(unit, &given).unwrap_err(), message);
        }
    }

    #[test]
    fn a_limit_of_a_time_is_a_duration() {
        let rest = "is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
                    \"1m 30s\"";
        refused(
            Unit::Time,
            [(text("fast"), &format!("`fast` {rest}")), (number("100"), &format!("`100` {rest}"))],
        );
    }

    #[test]
    fn a_limit_of_a_share_is_a_percentage_or_a_whole_number() {
        let rest = "is no share and no whole number: write a percentage such as \"1%\", or 5 for \
                    so many in all";
        refused(
            Unit::Share,
            [
                (number("-1"), &format!("`-1` {rest}")),
                (number("0.00000000000000123"), &format!("`0.00000000000000123` {rest}")),
                (text("101%"), &format!("`101%` {rest}")),
            ],
        );
        refused(
            Unit::Share,
            [
                (
                    number("0.01"),
                    "`0.01` is no whole number: write \"1%\" for a share, or a whole number such \
                     as 5 for so many in all",
                ),
                (
                    number("1.5"),
                    "`1.5` is no whole number: write \"1.5%\" for a share, or a whole number such \
                     as 5 for so many in all",
                ),
                (
                    text("5"),
                    "`5` has no percent sign: write \"5%\" for a share, or 5 without quotes for \
                     so many in all",
                ),
                (
                    text("0.0000000000001%"),
                    "`0.0000000000001%` has more than 12 digits behind the point: write fewer, as \
                     in \"0.01%\"",
                ),
            ],
        );
    }

    #[test]
    fn a_limit_of_a_number_is_a_number() {
        for (unit, given, wrong) in [
            (Unit::CallsPerSecond, number("-1"), "`-1` is no number of calls per second"),
            (Unit::CallsPerSecond, text("49.5"), "`\"49.5\"` is no number of calls per second"),
            (Unit::PerSecond, text("1MB"), "`\"1MB\"` is no number per second"),
            (Unit::Number, text("9ms"), "`\"9ms\"` is no number"),
        ] {
            refused(unit, [(given, &format!("{wrong}: write one such as 49.5"))]);
        }
    }
}
