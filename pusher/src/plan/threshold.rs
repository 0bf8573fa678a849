//! [`Threshold`]: a condition `METRIC OP LIMIT` on a load. It is judged in `verdict`.
//!
//! ```text
//! thresholds(errors < "1%")
//!            |      | |__________ Limit, read in the unit of the metric
//!            |      |____________ Operator
//!            |___________________ Metric
//! ```

use std::fmt;
use std::time::Duration;

pub(crate) use pusher_load_grammar::figure::Figure;
pub(crate) use pusher_load_grammar::limit::Limit;
pub(crate) use pusher_load_grammar::metric::{Metric, Timing, Unit};
pub(crate) use pusher_load_grammar::named::{Named, NoteWord};
pub(crate) use pusher_load_grammar::operator::Operator;
pub(crate) use pusher_load_grammar::relative::{Base, Relative};

use pusher_load_grammar::limit::Unread;

use super::rate::Number;
use super::time;

/// One condition, such as `p99 < 250ms`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) metric: Metric,
    pub(crate) operator: Operator,
    pub(crate) limit: Limit,
    /// What the limit was made of, if it follows a figure that is known by now.
    pub(crate) follows: Option<Relative>,
}

impl Threshold {
    /// Reads a threshold from its three parts.
    pub(crate) fn parse(
        metric: &str,
        operator: &str,
        limit: impl IntoLimit,
    ) -> Result<Threshold, String> {
        let metric = Metric::parse(metric)?;
        let operator = Operator::parse(operator)?;
        let limit = Limit::of(&metric, operator, &limit.into_limit())?;
        Ok(Threshold { metric, operator, limit, follows: None })
    }

    /// The same of three texts: a limit that is a number is given as one.
    #[cfg(test)]
    pub(crate) fn of_texts(metric: &str, operator: &str, limit: &str) -> Result<Threshold, String> {
        match limit.parse::<f64>() {
            Ok(number) => Threshold::parse(metric, operator, number),
            Err(_) => Threshold::parse(metric, operator, limit),
        }
    }

    /// The promise of a load that names no threshold on a share: that there is none.
    pub(crate) fn none_of(metric: Metric) -> Threshold {
        Threshold { metric, operator: Operator::Equal, limit: Limit::NONE, follows: None }
    }

    /// Whether it follows a figure of that base.
    pub(crate) fn is_against(&self, base: Base) -> bool {
        matches!(self.limit, Limit::Relative(limit) if limit.base == base)
    }

    /// What its figure is measured in: a share, or so many in all if the limit is a number.
    pub(crate) fn unit(&self) -> Unit {
        match (self.metric.unit(), self.limit) {
            (Unit::Share, Limit::Number(_)) => Unit::Number,
            (unit, _) => unit,
        }
    }

    /// What to say of a time that is to be longer than its limit: most likely it is to be shorter.
    pub(crate) fn hint(&self) -> Option<String> {
        let is_time = self.metric.unit() == Unit::Time;
        let (text, metric, limit) = (self.to_string(), self.metric.to_string(), &self.limit);
        let shorter = match self.operator {
            Operator::Greater => "<",
            Operator::GreaterOrEqual => "<=",
            _ => return None,
        };
        let [met, limited] = match self.metric {
            Metric::Time(Timing::Lag, _) => ["begin later than that", "late they begin"],
            _ => ["take longer than that", "long they take"],
        };
        is_time.then(|| {
            format!(
                "{text} is met if calls {met}: write {metric} {shorter} \"{limit}\" for a limit \
                 on how {limited}"
            )
        })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.follows.map_or(self.limit, Limit::Relative);
        write!(f, "{} {} {limit}", self.metric, self.operator)
    }
}

/// A limit as the attribute takes it: text, a number or a `Duration`. It is read in the unit of its
/// metric.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no limit",
    label = "neither text nor a number nor a `Duration`",
    note = "give a time such as \"250ms\" or a `Duration`, a share such as \"1%\", or a \
            number such as 5 or 49.5"
)]
pub trait IntoLimit {
    #[doc(hidden)]
    fn into_limit(self) -> Unread;
}

impl IntoLimit for &str {
    fn into_limit(self) -> Unread {
        Unread::Text(self.to_string())
    }
}

impl IntoLimit for Duration {
    fn into_limit(self) -> Unread {
        Unread::Text(time::format(self))
    }
}

impl<N: Number> IntoLimit for N {
    fn into_limit(self) -> Unread {
        Unread::Number(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: Result<Threshold, String>, shown: Result<&str, &str>) {
        let read = read.map(|threshold| threshold.to_string());
        assert_eq!(read, shown.map(String::from).map_err(String::from));
    }

    #[test]
    fn reads_and_writes_every_limit() {
        let reads = Threshold::parse;
        check(reads("p99", "<", "250ms"), Ok("p99 < 250ms"));
        check(reads("p99.9", "<=", "1m 30s"), Ok("p99.9 <= 1m 30s"));
        check(Threshold::parse("p50", "<", Duration::from_secs(1)), Ok("p50 < 1s"));
        check(reads("errors", "<", "0.05 %"), Ok("errors < 0.05%"));
        check(reads("canceled", "==", "0"), Ok("canceled == 0"));
        check(Threshold::parse("canceled", "==", 0), Ok("canceled == 0"));
        check(Threshold::parse("errors", "<", 5), Ok("errors < 5"));
        check(Threshold::parse("throughput", ">", 49.5), Ok("throughput > 49.5"));
        check(reads("step(\"login\").p95", "<", "100ms"), Ok("step(\"login\").p95 < 100ms"));
        check(Threshold::parse("count(\"n\")", ">", 1_000_000), Ok("count(\"n\") > 1000000"));
        check(Threshold::parse("record(\"n\").p99.90", "<", 0.5), Ok("record(\"n\").p99.9 < 0.5"));
    }

    #[test]
    fn says_what_is_wrong_with_each_part() {
        check(
            Threshold::parse("p100", "<", "1s"),
            Err("`p100` is no percentile: write one above p0 and below p100, or min or max"),
        );
        check(
            Threshold::parse("p99", "!=", "1s"),
            Err("`!=` is no comparison: write one of < <= > >= =="),
        );
        check(
            Threshold::parse("errors", "<", 0.05),
            Err("`0.05` is no whole number: write \"5%\" for a share, or a whole number such as \
                 5 for so many in all"),
        );
        check(
            Threshold::parse("throughput", ">", "50"),
            Err("`\"50\"` is no number of calls per second: write one such as 49.5"),
        );
    }
}
