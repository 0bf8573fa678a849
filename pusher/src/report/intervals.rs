//! [`Intervals`]: where the true figures of a service are, in 95 of 100 runs like that of a report.

use serde::{Serialize, Serializer};

use super::Report;
use crate::plan::threshold::Figure;
use crate::statistics::latency::Latency;
use crate::statistics::notes::StepReport;
use crate::statistics::slices::{Slice, SliceTimes};
use crate::verdict::noise::counted::PartOf;
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::{Grouped, Interval, interval_of_share};
use crate::verdict::noise::slower::TimedRun;
use crate::verdict::noise::steady::rate_changes;

/// The interval of a figure, or why there is none.
pub(crate) type IntervalOrNot = Result<Interval, NotCompared>;

/// Those of all figures of a report.
#[derive(Serialize)]
pub(crate) struct Intervals {
    /// In which share of all runs the true figure is in them.
    of: f64,
    pub(crate) response: TimeIntervals,
    pub(crate) service: TimeIntervals,
    pub(crate) lag: TimeIntervals,
    #[serde(serialize_with = "share_or_null")]
    pub(crate) errors: IntervalOrNot,
    #[serde(serialize_with = "share_or_null")]
    pub(crate) canceled: IntervalOrNot,
    /// In the order of the report.
    pub(crate) steps: Vec<StepIntervals>,
    none: Vec<NoInterval>,
}

/// Those of one time.
#[derive(Serialize)]
pub(crate) struct TimeIntervals {
    #[serde(serialize_with = "nanos_or_null")]
    mean: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    p50: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    p90: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    p95: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    pub(crate) p99: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    p99_9: IntervalOrNot,
}

/// Those of one step.
#[derive(Serialize)]
pub(crate) struct StepIntervals {
    name: String,
    pub(crate) times: TimeIntervals,
    #[serde(serialize_with = "share_or_null")]
    errors: IntervalOrNot,
}

/// Why figures have none.
#[derive(Serialize)]
pub(crate) struct NoInterval {
    why: String,
    figures: Vec<String>,
}

impl Report {
    pub(crate) fn intervals(&self) -> Intervals {
        let slices = &self.slices.slices;
        let steady = self.is_steady();
        let times = |latency: &Latency, of: fn(&Slice) -> &SliceTimes| {
            TimeIntervals::new(latency, steady.map(|()| slices.iter().map(of).collect()))
        };
        let share = |of: fn(&Slice) -> PartOf| {
            steady.and_then(|()| interval_of_share(&slices.iter().map(of).collect::<Vec<_>>()))
        };
        let step = |step: &StepReport| {
            let name = |name: &String| *name == step.name;
            let nth = self.slices.steps.iter().position(name).ok_or(NotCompared::NoSlices);
            let nth = steady.and(nth);
            let of = |nth: usize| slices.iter().filter_map(move |slice| slice.steps.get(nth));
            let part = |nth: usize| {
                let parts = of(nth).map(|step| PartOf {
                    part: step.began.saturating_sub(step.times.ended.count()),
                    whole: step.began,
                });
                interval_of_share(&parts.collect::<Vec<_>>())
            };
            let slices = nth.map(|nth| of(nth).map(|step| &step.times).collect());
            StepIntervals {
                name: step.name.clone(),
                times: TimeIntervals::new(&step.times, slices),
                errors: nth.and_then(part),
            }
        };
        let mut intervals = Intervals {
            of: 0.95,
            response: times(&self.response, |slice| &slice.response),
            service: times(&self.service, |slice| &slice.service),
            lag: times(&self.lag, |slice| &slice.lag),
            errors: share(errors_in),
            canceled: share(canceled_in),
            steps: self.steps.iter().map(step).collect(),
            none: Vec::new(),
        };
        intervals.none = intervals.none();
        intervals
    }

    /// Why parts of the run differ by more than noise, if they do.
    pub(crate) fn is_steady(&self) -> Result<(), NotCompared> {
        let slices = &self.slices.slices;
        if slices.is_empty() {
            return Err(NotCompared::NoSlices);
        }
        let changes = match self.load.concurrency {
            Some(_) => self.load.has_headcount,
            None => rate_changes(&slices.iter().map(|slice| slice.scheduled).collect::<Vec<_>>()),
        };
        if changes { Err(NotCompared::RateChanges) } else { Ok(()) }
    }
}

fn errors_in(slice: &Slice) -> PartOf {
    PartOf { part: slice.endings.errors(), whole: slice.scheduled - slice.canceled }
}

fn canceled_in(slice: &Slice) -> PartOf {
    PartOf { part: slice.canceled, whole: slice.scheduled }
}

impl Intervals {
    fn none(&self) -> Vec<NoInterval> {
        let mut none: Vec<NoInterval> = Vec::new();
        let mut add = |figure: String, found: &IntervalOrNot| {
            NoInterval::add(&mut none, figure, found);
        };
        let calls = [("response", &self.response), ("service", &self.service), ("lag", &self.lag)];
        for (time, intervals) in calls {
            intervals.each().for_each(|(figure, found)| add(format!("{time}.{figure}"), found));
        }
        add("errors".to_string(), &self.errors);
        add("canceled".to_string(), &self.canceled);
        for StepIntervals { name, times, errors } in &self.steps {
            let step = format!("step({name:?})");
            times.each().for_each(|(figure, found)| add(format!("{step}.{figure}"), found));
            add(format!("{step}.errors"), errors);
        }
        none
    }
}

impl NoInterval {
    /// Adds a figure to those of its reason, if it has one.
    pub(crate) fn add(none: &mut Vec<NoInterval>, figure: String, found: &IntervalOrNot) {
        let Some(why) = found.err().map(|why| why.to_string()) else { return };
        match none.iter_mut().find(|other| other.why == why) {
            Some(other) => other.figures.push(figure),
            None => none.push(NoInterval { why, figures: vec![figure] }),
        }
    }
}

impl TimeIntervals {
    fn new(latency: &Latency, slices: Result<Vec<&SliceTimes>, NotCompared>) -> TimeIntervals {
        let slices_or_none = slices.as_deref().unwrap_or_default();
        let grouped = Grouped::new(TimedRun { slices: slices_or_none, figure: 0.0 });
        let interval = |figure: &str| {
            slices.as_ref().map_err(|why| *why)?;
            let figure = Figure::parse(figure).unwrap_or(Figure::Mean);
            let reading = latency.samples().reading(figure);
            grouped.interval(figure, reading.map_or(0.0, |reading| reading.exact))
        };
        TimeIntervals {
            mean: interval("mean"),
            p50: interval("p50"),
            p90: interval("p90"),
            p95: interval("p95"),
            p99: interval("p99"),
            p99_9: interval("p99.9"),
        }
    }

    /// All of them, with the figures as users write them.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, &IntervalOrNot)> {
        let TimeIntervals { mean, p50, p90, p95, p99, p99_9 } = self;
        let all = [mean, p50, p90, p95, p99, p99_9];
        ["mean", "p50", "p90", "p95", "p99", "p99.9"].into_iter().zip(all)
    }
}

pub(crate) fn nanos_or_null<S: Serializer>(
    found: &IntervalOrNot,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let bounds = found.map(|Interval { low, high }| [low.round() as u64, high.round() as u64]);
    bounds.ok().serialize(serializer)
}

pub(crate) fn share_or_null<S: Serializer>(
    found: &IntervalOrNot,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    found.map(|Interval { low, high }| [low, high]).ok().serialize(serializer)
}
