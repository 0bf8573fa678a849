//! [`Metric`]: what a threshold looks at; and [`Unit`], in which it is measured.

use std::fmt;

use crate::figure::{self, Figure};
use crate::foreign;
use crate::named::{self, Named};
use crate::nearest::nearest;
use crate::sentence::did_you_mean;
use crate::words::Word;

/// What a threshold looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metric {
    /// One of the three times of a call.
    Time(Timing, Figure),
    /// The started calls that did not end `ok`: so many, or a share of all.
    Errors,
    /// The scheduled ticks that were canceled: so many, or a share of all.
    Canceled,
    /// Successful calls per second.
    Throughput,
    /// What calls tell of themselves, under the name that they give it.
    Named(Named, String),
}

/// Which of the three times that are kept for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// From the instant at which the tick was due to the end of the call.
    Response,
    /// From the start of the call to its end.
    Service,
    /// From the instant at which the tick was due to the start of the call.
    Lag,
}

/// What a metric is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A time, in nanoseconds.
    Time,
    /// A part of a whole: a share, written as a percentage, or so many in all.
    Share,
    /// Calls per second.
    CallsPerSecond,
    /// Something that calls count, per second.
    PerSecond,
    /// A plain number, such as one that calls record.
    Number,
}

/// The metrics that are one word.
const WITHOUT_FIGURE: [Metric; 3] = [Metric::Errors, Metric::Canceled, Metric::Throughput];

impl Word for Timing {
    const ALL: &'static [Timing] = &[Timing::Response, Timing::Service, Timing::Lag];

    fn word(self) -> &'static str {
        match self {
            Timing::Response => "response",
            Timing::Service => "service",
            Timing::Lag => "lag",
        }
    }
}

impl Metric {
    /// Reads a metric such as `p99`, `lag.max`, `errors` or `step("login").p95`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to write instead.
    pub fn parse(text: &str) -> Result<Metric, String> {
        if let Some(share) = without_figure(text) {
            return Ok(share);
        }
        if let Some(named) = named::parse(text) {
            let (named, name) = named?;
            return Ok(Metric::Named(named, name));
        }
        let (timing, figure) = timing_and_figure(text);
        let figure = Figure::parse(figure);
        figure
            .map(|figure| Metric::Time(timing, figure))
            .map_err(|wrong| wrong.unwrap_or_else(|| no_metric(text)))
    }

    /// What it is measured in.
    pub fn unit(&self) -> Unit {
        match self {
            Metric::Time(..) | Metric::Named(Named::StepTime(_), _) => Unit::Time,
            Metric::Errors | Metric::Canceled | Metric::Named(Named::StepErrors, _) => Unit::Share,
            Metric::Throughput => Unit::CallsPerSecond,
            Metric::Named(Named::Count, _) => Unit::PerSecond,
            Metric::Named(Named::CountTotal | Named::CountPerCall | Named::Record(_), _) => {
                Unit::Number
            }
        }
    }

    /// Whether it speaks of counts, and not of times or of what calls record.
    pub fn is_count(&self) -> bool {
        matches!(self, Metric::Named(Named::CountTotal | Named::CountPerCall, _))
            || matches!(self.unit(), Unit::Share | Unit::CallsPerSecond | Unit::PerSecond)
    }

    /// The figure of the distribution that it speaks of, if it speaks of one.
    pub fn figure(&self) -> Option<Figure> {
        match self {
            Metric::Time(_, figure)
            | Metric::Named(Named::StepTime(figure) | Named::Record(figure), _) => Some(*figure),
            _ => None,
        }
    }

    /// The fewest samples that make it worth judging.
    pub fn samples_needed(&self) -> u128 {
        self.figure().map_or(0, Figure::samples_needed)
    }

    /// Whether `thresholds = "counts"` judges it: it speaks of what went wrong, which is wrong in a
    /// short run too, and neither of times nor of something per second.
    pub fn is_judged_by_counts(&self) -> bool {
        self.unit() == Unit::Share
            || matches!(self, Metric::Named(Named::CountTotal | Named::CountPerCall, _))
    }
}

fn without_figure(text: &str) -> Option<Metric> {
    WITHOUT_FIGURE.into_iter().find(|metric| metric.to_string() == text)
}

fn timing_and_figure(text: &str) -> (Timing, &str) {
    text.split_once('.')
        .and_then(|(word, figure)| Some((Timing::find(word)?, figure)))
        .unwrap_or((Timing::Response, text))
}

/// What to say of a text that is no metric.
fn no_metric(text: &str) -> String {
    let meant = did_you_mean(meant(text));
    format!(
        "`{text}` is no metric: {meant}write a percentile such as p99, min, mean or max for the \
         response time (`service.p99` and `lag.p99` for the other two times); errors, canceled or \
         throughput; or, for what calls tell, `step(\"login\").p99`, `count(\"bytes\")` or \
         `record(\"depth\").p99`"
    )
}

/// The metric that was most likely meant.
fn meant(text: &str) -> Option<String> {
    if let Some(ours) = foreign::metric(text) {
        return Some(ours);
    }
    let is_metric = |text: &str| {
        without_figure(text).is_some() || Figure::parse(timing_and_figure(text).1).is_ok()
    };
    let plain = text.trim_matches('"').to_lowercase().replace('_', ".");
    if plain != text && is_metric(&plain) {
        return Some(plain);
    }
    let (timing, last) =
        plain.split_once('.').map_or(("", plain.as_str()), |(timing, last)| (timing, last));
    let mut metrics: Vec<String> = WITHOUT_FIGURE.iter().map(Metric::to_string).collect();
    metrics.extend(figure::WORDS.map(String::from));
    for timing in Timing::ALL {
        let figures = figure::WORDS.into_iter().chain([last]);
        metrics.extend(figures.map(|figure| format!("{}.{figure}", timing.word())));
    }
    metrics.retain(|metric| is_metric(metric) && (timing.is_empty() || metric.contains('.')));
    nearest(&plain, metrics.iter().map(String::as_str)).map(String::from)
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Metric::Time(Timing::Response, figure) => figure.fmt(f),
            Metric::Time(timing, figure) => write!(f, "{}.{figure}", timing.word()),
            Metric::Errors => f.write_str("errors"),
            Metric::Canceled => f.write_str("canceled"),
            Metric::Throughput => f.write_str("throughput"),
            Metric::Named(named, name) => named.fmt_with(name, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_every_metric() {
        for (text, shown) in [
            ("p99", "p99"),
            ("p99.90", "p99.9"),
            ("response.p50", "p50"),
            ("service.max", "service.max"),
            ("lag.mean", "lag.mean"),
            ("min", "min"),
            ("errors", "errors"),
            ("canceled", "canceled"),
            ("throughput", "throughput"),
            ("step(\"login\").p95", "step(\"login\").p95"),
            ("step(\"log in, (1).p9\").min", "step(\"log in, (1).p9\").min"),
            ("step(\"größe\").errors", "step(\"größe\").errors"),
            ("count(\"bytes\")", "count(\"bytes\")"),
            ("count(\"bytes\").per_second", "count(\"bytes\")"),
            ("count(\"bytes\").total", "count(\"bytes\").total"),
            ("count(\"bytes\").per_call", "count(\"bytes\").per_call"),
            ("record(\"queue_depth\").p99.90", "record(\"queue_depth\").p99.9"),
            ("record(\"errors\").mean", "record(\"errors\").mean"),
        ] {
            assert_eq!(Metric::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_metric_has_one_unit() {
        for (text, unit) in [
            ("p99", Unit::Time),
            ("lag.max", Unit::Time),
            ("step(\"login\").mean", Unit::Time),
            ("errors", Unit::Share),
            ("canceled", Unit::Share),
            ("step(\"login\").errors", Unit::Share),
            ("throughput", Unit::CallsPerSecond),
            ("count(\"bytes\")", Unit::PerSecond),
            ("count(\"bytes\").total", Unit::Number),
            ("count(\"bytes\").per_call", Unit::Number),
            ("record(\"depth\").p99", Unit::Number),
        ] {
            assert_eq!(Metric::parse(text).unwrap().unit(), unit, "{text}");
        }
    }

    #[test]
    fn counts_are_what_went_wrong() {
        for (text, is_judged) in [
            ("errors", true),
            ("canceled", true),
            ("step(\"login\").errors", true),
            ("p99", false),
            ("throughput", false),
            ("step(\"login\").p99", false),
            ("count(\"bytes\")", false),
            ("count(\"bytes\").total", true),
            ("count(\"bytes\").per_call", true),
            ("record(\"depth\").max", false),
        ] {
            assert_eq!(Metric::parse(text).unwrap().is_judged_by_counts(), is_judged, "{text}");
        }
    }

    #[test]
    fn counts_are_counts_however_they_are_told() {
        for text in ["errors", "throughput", "step(\"a\").errors", "count(\"a\").total"] {
            assert!(Metric::parse(text).unwrap().is_count(), "{text}");
        }
        for text in ["p99", "step(\"a\").max", "record(\"a\").max"] {
            assert!(!Metric::parse(text).unwrap().is_count(), "{text}");
        }
    }

    #[test]
    fn says_what_to_write_instead() {
        let metrics = "write a percentile such as p99, min, mean or max for the response time \
                       (`service.p99` and `lag.p99` for the other two times); errors, canceled or \
                       throughput; or, for what calls tell, `step(\"login\").p99`, \
                       `count(\"bytes\")` or `record(\"depth\").p99`";
        for (text, message) in [
            ("p", format!("`p` is no metric: {metrics}")),
            ("service.errors", format!("`service.errors` is no metric: {metrics}")),
            (
                "service.p999",
                "`p999` is no percentile: did you mean `p99.9`? write one above p0 and below p100, \
                 or min or max"
                    .to_string(),
            ),
            ("error", format!("`error` is no metric: did you mean `errors`? {metrics}")),
            (
                "lag.p0",
                "`p0` is no percentile: write one above p0 and below p100, or min or max"
                    .to_string(),
            ),
        ] {
            assert_eq!(Metric::parse(text), Err(message));
        }
    }

    #[test]
    fn finds_the_metric_that_was_meant() {
        for (text, found) in [
            ("cancelled", Some("canceled")),
            ("error", Some("errors")),
            ("P99", Some("p99")),
            ("p99_9", Some("p99.9")),
            ("servce.p99", Some("service.p99")),
            ("lag.maxx", Some("lag.max")),
            ("avg", Some("mean")),
            ("lag.avg", Some("lag.mean")),
            ("http_req_failed", Some("errors")),
            ("service.errors", None),
        ] {
            assert_eq!(meant(text).as_deref(), found, "{text}");
        }
    }
}
