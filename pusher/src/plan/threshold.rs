//! What must hold: the expression `METRIC OP LIMIT`, read and written; it is judged in `verdict`.

mod named;

use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use super::decimal::Decimal;
use super::rate::Rate;
use super::time;

/// One condition on what a load has seen, such as `p99 < 250ms`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) metric: Metric,
    pub(crate) operator: Operator,
    pub(crate) limit: Limit,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    Time(Timing, Figure),
    Errors,
    Canceled,
    Throughput,
    /// What calls tell of themselves, under the name that they give it.
    Named(Named, String),
}

/// Which part of what has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    StepTime(Figure),
    StepErrors,
    /// Per second.
    Count,
    Record(Figure),
}

/// Which of the three times that are kept for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    Response,
    Service,
    Lag,
}

/// Which figure of a time's distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    Min,
    Mean,
    Max,
    Percentile(Percentile),
}

/// A percentile between 0 and 100, exactly as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Percentile(Decimal);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}

/// What a metric is held against: a time, a share of calls, or a number, in places per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    Time(Duration),
    /// A fraction from 0 to 1.
    Share(Decimal),
    Number(Decimal),
}

impl Threshold {
    /// Reads a threshold from its three parts, the limit as [`IntoLimit`] gives it.
    pub(crate) fn parse(metric: &str, operator: &str, limit: &str) -> Result<Threshold, String> {
        let metric = Metric::parse(metric)?;
        let operator = Operator::parse(operator)?;
        let number = |what| {
            Decimal::parse(limit)
                .ok_or_else(|| format!("`{limit}` is no {what}: write one such as 49.5"))
        };
        let limit = match metric {
            Metric::Time(..) | Metric::Named(Named::StepTime(_), _) => {
                Limit::Time(time::parse(limit)?)
            }
            Metric::Errors | Metric::Canceled | Metric::Named(Named::StepErrors, _) => {
                Limit::Share(share(limit)?)
            }
            Metric::Throughput => Limit::Number(number("number of calls per second")?),
            Metric::Named(Named::Count, _) => Limit::Number(number("number per second")?),
            Metric::Named(Named::Record(_), _) => Limit::Number(number("number")?),
        };
        Ok(Threshold { metric, operator, limit })
    }

    /// What a load promises that names no threshold on a share: that there is none.
    pub(crate) fn none_of(metric: Metric) -> Threshold {
        Threshold {
            metric,
            operator: Operator::Equal,
            limit: Limit::Share(Decimal { digits: 0, scale: 0 }),
        }
    }

    /// Whether so many samples, of a time that is kept for every call so many ticks, make the
    /// metric worth judging.
    pub(crate) fn is_resolved_by(&self, samples: u64) -> bool {
        match self.metric.figure() {
            Some(Figure::Percentile(percentile)) => percentile.is_resolved_by(samples),
            _ => true,
        }
    }
}

/// Reads `1%`, `0.5 %` or `0`.
fn share(text: &str) -> Result<Decimal, String> {
    let wrong = || format!("`{text}` is no share: write a percentage such as \"1%\", or 0");
    let percent = text.trim().strip_suffix('%').map(str::trim_end);
    let number = Decimal::parse(percent.unwrap_or(text))
        .filter(|number| (percent.is_some() || number.is_zero()) && number.scale <= 12)
        .ok_or_else(wrong)?;
    let share = Decimal { scale: number.scale + 2, ..number };
    (share.digits <= share.divisor()).then_some(share).ok_or_else(wrong)
}

impl Metric {
    pub(crate) fn parse(text: &str) -> Result<Metric, String> {
        match text {
            "errors" => return Ok(Metric::Errors),
            "canceled" => return Ok(Metric::Canceled),
            "throughput" => return Ok(Metric::Throughput),
            _ => {}
        }
        if let Some(named) = named::parse(text) {
            return named;
        }
        let (timing, figure) = match text.split_once('.') {
            Some(("response", figure)) => (Timing::Response, figure),
            Some(("service", figure)) => (Timing::Service, figure),
            Some(("lag", figure)) => (Timing::Lag, figure),
            _ => (Timing::Response, text),
        };
        Ok(Metric::Time(
            timing,
            Figure::parse(figure).map_err(|wrong| wrong.unwrap_or_else(|| unknown_metric(text)))?,
        ))
    }

    /// Whether it speaks of counts, which no lateness of the generator can excuse.
    pub(crate) fn is_count(&self) -> bool {
        matches!(
            self,
            Metric::Errors
                | Metric::Canceled
                | Metric::Throughput
                | Metric::Named(Named::StepErrors | Named::Count, _)
        )
    }

    /// The figure of the distribution that it speaks of, if it speaks of one.
    pub(crate) fn figure(&self) -> Option<Figure> {
        match self {
            Metric::Time(_, figure)
            | Metric::Named(Named::StepTime(figure) | Named::Record(figure), _) => Some(*figure),
            _ => None,
        }
    }
}

/// An example of each metric that has a name.
const NAMED: &str = "`step(\"login\").p99`, `count(\"bytes\")` or `record(\"depth\").p99`";

fn unknown_metric(text: &str) -> String {
    format!(
        "`{text}` is no metric: write a percentile such as p99, or min, mean, max (of the response time; `service.p99` and `lag.p99` for the other two times), errors, canceled or throughput, or, of what calls tell, {NAMED}"
    )
}

impl Figure {
    fn parse(text: &str) -> Result<Figure, Option<String>> {
        match text {
            "min" => return Ok(Figure::Min),
            "mean" => return Ok(Figure::Mean),
            "max" => return Ok(Figure::Max),
            _ => {}
        }
        let number = text.strip_prefix('p').and_then(Decimal::parse).ok_or(None)?;
        let percentile = Percentile::new(number).ok_or_else(|| {
            format!("`{text}` is no percentile: write one above p0 and below p100, or min or max")
        })?;
        Ok(Figure::Percentile(percentile))
    }
}

impl Figure {
    /// The figure of `ok` samples that is this one of them and of `unfinished` others, each of
    /// which is longer than all of them: they had not come to their end. None if it is that of
    /// an unfinished one.
    pub(crate) fn beside_unfinished(self, ok: u64, unfinished: u64) -> Option<Figure> {
        match self {
            _ if unfinished == 0 => Some(self),
            Figure::Min => Some(self),
            Figure::Mean | Figure::Max => None,
            Figure::Percentile(percentile) => {
                let rank = percentile.rank(ok + unfinished);
                let percent = rank as f64 * 100.0 / ok.max(1) as f64;
                (rank < ok)
                    .then(|| Percentile::nearest(percent).map(Figure::Percentile))
                    .flatten()
                    .or((rank == ok).then_some(Figure::Max))
            }
        }
    }
}

impl Percentile {
    fn new(number: Decimal) -> Option<Percentile> {
        let within =
            !number.is_zero() && number.digits < 100 * number.divisor() && number.scale <= 12;
        within.then_some(Percentile(number))
    }

    /// The percentile nearest to a number, for those who ask a report for one; there is none at 0,
    /// at 100 and beyond.
    pub(crate) fn nearest(percent: f64) -> Option<Percentile> {
        Decimal::parse(&format!("{percent:.12}")).and_then(Percentile::new)
    }

    /// Which of `count` samples in order, counted from 1, stands at the percentile: ceil(p × count
    /// / 100).
    pub(crate) fn rank(self, count: u64) -> u64 {
        (u128::from(count) * self.0.digits).div_ceil(100 * self.0.divisor()).max(1) as u64
    }

    /// Whether enough ticks lie beyond it: ticks × (100 − p) ≥ 100.
    fn is_resolved_by(self, ticks: u64) -> bool {
        let divisor = self.0.divisor();
        u128::from(ticks) * (100 * divisor - self.0.digits) >= 100 * divisor
    }
}

impl Operator {
    fn parse(text: &str) -> Result<Operator, String> {
        Ok(match text {
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "==" => Operator::Equal,
            _ => return Err(format!("`{text}` is no comparison: write one of < <= > >= ==")),
        })
    }

    /// Whether the comparison holds, given how what was observed compares to the limit.
    pub(crate) fn holds(self, observed_to_limit: Ordering) -> bool {
        match self {
            Operator::Less => observed_to_limit.is_lt(),
            Operator::LessOrEqual => observed_to_limit.is_le(),
            Operator::Greater => observed_to_limit.is_gt(),
            Operator::GreaterOrEqual => observed_to_limit.is_ge(),
            Operator::Equal => observed_to_limit.is_eq(),
        }
    }
}

/// A limit as the attribute takes it: text, a number or a `Duration`. It becomes text, which is
/// then read with its metric.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no limit",
    label = "neither text nor a number nor a `Duration`",
    note = "give a time such as \"250ms\" or a `Duration`, a share such as \"1%\", or a number of calls per second such as 49.5"
)]
pub trait IntoLimit {
    #[doc(hidden)]
    fn into_text(self) -> String;
}

impl IntoLimit for &str {
    fn into_text(self) -> String {
        self.to_string()
    }
}

impl IntoLimit for Duration {
    fn into_text(self) -> String {
        time::format(self)
    }
}

impl<N: Rate> IntoLimit for N {
    fn into_text(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.metric, self.operator, self.limit)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Metric::Time(Timing::Response, figure) => figure.fmt(f),
            Metric::Time(Timing::Service, figure) => write!(f, "service.{figure}"),
            Metric::Time(Timing::Lag, figure) => write!(f, "lag.{figure}"),
            Metric::Errors => f.write_str("errors"),
            Metric::Canceled => f.write_str("canceled"),
            Metric::Throughput => f.write_str("throughput"),
            Metric::Named(Named::StepTime(figure), name) => write!(f, "step(\"{name}\").{figure}"),
            Metric::Named(Named::StepErrors, name) => write!(f, "step(\"{name}\").errors"),
            Metric::Named(Named::Count, name) => write!(f, "count(\"{name}\")"),
            Metric::Named(Named::Record(figure), name) => write!(f, "record(\"{name}\").{figure}"),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Min => f.write_str("min"),
            Figure::Mean => f.write_str("mean"),
            Figure::Max => f.write_str("max"),
            Figure::Percentile(percentile) => write!(f, "p{}", percentile.0),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Equal => "==",
        })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Time(limit) => f.write_str(&time::format(*limit)),
            Limit::Share(share) if share.is_zero() => f.write_str("0"),
            Limit::Share(share) => write!(f, "{}%", percent(*share)),
            Limit::Number(limit) => limit.fmt(f),
        }
    }
}

/// A hundred times a share, as a decimal.
fn percent(share: Decimal) -> Decimal {
    if share.scale >= 2 {
        Decimal { scale: share.scale - 2, ..share }
    } else {
        Decimal { digits: share.digits * 10u128.pow(2 - share.scale), scale: 0 }
    }
}

#[cfg(test)]
mod tests;
