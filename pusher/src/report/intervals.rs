//! [`Intervals`]: where the true figures of a service are, in 95 of 100 runs like that of a report.

use std::ops::Range;

use serde::{Serialize, Serializer};

use super::Report;
use crate::plan::threshold::{Figure, Metric, Named, Timing, Unit};
use crate::plan::time::nanos;
use crate::statistics::latency::Latency;
use crate::statistics::notes::StepReport;
use crate::statistics::slices::{Slice, SliceTimes};
use crate::statistics::stages::{StageReport, StageTimes};
use crate::verdict::generator::{Gauge, Generator};
use crate::verdict::judge::{IntervalField, Judged};
use crate::verdict::noise::counted::PartOf;
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::{Grouped, Interval, IntervalOrNot, interval_of_share};
use crate::verdict::noise::slower::TimedRun;
use crate::verdict::noise::steady::rate_changes;

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
    /// In the order of the report.
    pub(crate) stages: Vec<StageIntervals>,
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

/// Those of one stage.
#[derive(Serialize)]
pub(crate) struct StageIntervals {
    pub(crate) response: StageTimeIntervals,
    pub(crate) service: StageTimeIntervals,
}

/// Those of one time of a stage.
#[derive(Serialize)]
pub(crate) struct StageTimeIntervals {
    #[serde(serialize_with = "nanos_or_null")]
    p50: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    p90: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    p99: IntervalOrNot,
}

/// Why figures have none.
#[derive(Serialize)]
pub(crate) struct NoInterval {
    why: String,
    figures: Vec<String>,
}

/// The whole measured time.
const WHOLE: Range<u64> = 0..u64::MAX;

/// Which calls of a slice are the part of which others.
type PartIn = fn(&Slice) -> PartOf;

impl Report {
    pub(crate) fn intervals(&self) -> Intervals {
        let times = |latency: &Latency, timing| {
            TimeIntervals::new(latency, self.steady(WHOLE).map(|slices| of_calls(slices, timing)))
        };
        let mut intervals = Intervals {
            of: 0.95,
            response: times(&self.response, Timing::Response),
            service: times(&self.service, Timing::Service),
            lag: times(&self.lag, Timing::Lag),
            errors: self.interval_of_part(WHOLE, errors_in),
            canceled: self.interval_of_part(WHOLE, canceled_in),
            steps: self.steps.iter().map(|step| self.intervals_of_step(step)).collect(),
            none: Vec::new(),
            stages: self.stages.iter().map(|stage| self.intervals_of_stage(stage)).collect(),
        };
        intervals.none = self.without(&intervals);
        intervals
    }

    fn intervals_of_step(&self, step: &StepReport) -> StepIntervals {
        let slices = self.steady_of_step(WHOLE, &step.name);
        let times = slices.as_ref().map(|(slices, nth)| of_step(slices, *nth)).map_err(|why| *why);
        StepIntervals {
            name: step.name.clone(),
            times: TimeIntervals::new(&step.times, times),
            errors: slices.and_then(|(slices, nth)| step_errors(slices, nth)),
        }
    }

    fn intervals_of_stage(&self, stage: &StageReport) -> StageIntervals {
        let span = nanos(stage.from)..nanos(stage.to);
        let times = |times: &StageTimes, timing| {
            let slices = self.steady(span.clone()).map(|slices| of_calls(slices, timing));
            let all = times.count() + times.cut_off();
            StageTimeIntervals::new(times, slices.and_then(|slices| most_of(all, slices)))
        };
        StageIntervals {
            response: times(&stage.response, Timing::Response),
            service: times(&stage.service, Timing::Service),
        }
    }

    /// Sets the intervals of the figures that thresholds were compared with.
    pub(super) fn set_intervals(&mut self) {
        let found: Vec<_> = self.thresholds.iter().map(|judged| self.interval_of(judged)).collect();
        for (judged, found) in self.thresholds.iter_mut().zip(found) {
            let rounded = |Interval { low, high }| match judged.unit {
                Unit::Time => Interval { low: low.round(), high: high.round() },
                _ => Interval { low, high },
            };
            // That of a capacity is known already.
            let found = found.map(|found| IntervalField(found.map(rounded)));
            judged.interval = found.or(judged.interval);
        }
    }

    /// That of a figure of samples, or of a share; none of a rate or a sum, or if there is no
    /// figure.
    fn interval_of(&self, judged: &Judged) -> Option<IntervalOrNot> {
        let observed = judged.observed?;
        // A share without a window is that of the whole load.
        let in_windows = judged.part.worst.is_some();
        let of_times = |figure: &Figure, slices: Result<Vec<&SliceTimes>, NotCompared>| {
            let slices = slices?;
            Grouped::new(TimedRun { slices: &slices, figure: 0.0 }).interval(*figure, observed)
        };
        let span = judged.part.after.unwrap_or_default()..u64::MAX;
        // So many in all are a sum too.
        let is_share = judged.unit == Unit::Share && judged.whole.is_none();
        Some(match &judged.metric {
            Metric::Throughput => return None,
            Metric::Named(Named::Count | Named::CountTotal | Named::CountPerCall, _) => {
                return None;
            }
            Metric::Errors | Metric::Canceled | Metric::Named(Named::StepErrors, _)
                if !is_share =>
            {
                return None;
            }
            metric if matches!(metric.figure(), Some(Figure::Min | Figure::Max)) => {
                Err(NotCompared::OneCall(metric.figure()?))
            }
            _ if in_windows => Err(NotCompared::WorstOfMany),
            Metric::Named(Named::Record(_), _) => Err(NotCompared::NotOverTime),
            Metric::Time(timing, figure) => {
                of_times(figure, self.steady(span).map(|slices| of_calls(slices, *timing)))
            }
            Metric::Named(Named::StepTime(figure), name) => {
                let slices = self.steady_of_step(span, name);
                of_times(figure, slices.map(|(slices, nth)| of_step(slices, nth)))
            }
            Metric::Errors => self.interval_of_part(span, errors_in),
            Metric::Canceled => self.interval_of_part(span, canceled_in),
            Metric::Named(Named::StepErrors, name) => {
                self.steady_of_step(span, name).and_then(|(slices, nth)| step_errors(slices, nth))
            }
        })
    }

    fn interval_of_part(&self, span: Range<u64>, part: PartIn) -> IntervalOrNot {
        interval_of_share(&self.steady(span)?.iter().map(part).collect::<Vec<_>>())
    }

    /// The slices that are wholly within a time, or why parts of it differ by more than noise.
    pub(crate) fn steady(&self, span: Range<u64>) -> Result<&[Slice], NotCompared> {
        let all = &self.slices;
        if self.capacity.is_some() {
            return Err(NotCompared::RateChanges);
        }
        if all.slices.is_empty() {
            return Err(NotCompared::NoSlices);
        }
        let begins = |nth: &usize| all.bounds(*nth).0 >= span.start;
        let ends = |nth: &usize| all.bounds(*nth).1 <= span.end;
        let first = (0..all.slices.len()).find(begins).unwrap_or(all.slices.len());
        let within = (first..all.slices.len()).take_while(ends).count();
        let slices = &all.slices[first..first + within];
        let is_whole = within == all.slices.len();
        let changes = match self.load.concurrency {
            // As many calls as the service has answered.
            Some(_) if is_whole || !self.load.has_headcount => self.load.has_headcount,
            _ => rate_changes(&slices.iter().map(|slice| slice.scheduled).collect::<Vec<_>>()),
        };
        if changes { Err(NotCompared::RateChanges) } else { Ok(slices) }
    }

    /// The same, and the number of a step in them.
    fn steady_of_step(
        &self,
        span: Range<u64>,
        name: &str,
    ) -> Result<(&[Slice], usize), NotCompared> {
        let slices = self.steady(span)?;
        let nth = self.slices.steps.iter().position(|step| step == name);
        Ok((slices, nth.ok_or(NotCompared::StepNotOverTime)?))
    }

    /// All figures of `report.json` that have none, each with its reason.
    fn without(&self, found: &Intervals) -> Vec<NoInterval> {
        let mut none = found.none();
        let mut add = |why: NotCompared, figures: Vec<String>| {
            if !figures.is_empty() {
                NoInterval::add_all(&mut none, why, figures);
            }
        };
        let figures = |of: &str| -> Vec<String> {
            ["mean", "p50", "p90", "p95", "p99", "p99.9"].map(|it| format!("{of}.{it}")).to_vec()
        };
        let records = self.records.iter().flat_map(|it| figures(&format!("record({:?})", it.name)));
        let kept_as_a_whole = figures("failed_response").into_iter().chain(records);
        add(NotCompared::NotOverTime, kept_as_a_whole.collect());
        add(NotCompared::NoSample, self.measured_all_the_time());
        let slices = [("slices", &self.slices), ("warmup_slices", &self.warmup_slices)];
        let slices = slices.into_iter().filter(|(_, slices)| !slices.slices.is_empty());
        add(NotCompared::OneSlice, slices.map(|(name, _)| name.to_string()).collect());
        none
    }
}

impl Report {
    /// Shares of the time, as `report.json` names them.
    fn measured_all_the_time(&self) -> Vec<String> {
        let gauge = |of: fn(&Generator) -> &Option<Gauge>| {
            self.generator.as_ref().is_some_and(|generator| of(generator).is_some())
        };
        let all = [
            ("lanes.busy", self.lanes.is_some()),
            ("generator.cpu", gauge(|generator| &generator.cpu)),
            ("generator.machine", gauge(|generator| &generator.machine)),
            ("generator.steal", gauge(|generator| &generator.steal)),
            ("generator.threads", gauge(|generator| &generator.threads)),
        ];
        let known = all.into_iter().filter(|(_, is_known)| *is_known);
        known.map(|(name, _)| name.to_string()).collect()
    }
}

fn of_calls<'a>(slices: &'a [Slice], timing: Timing) -> Vec<&'a SliceTimes> {
    let times = |slice: &'a Slice| match timing {
        Timing::Response => &slice.response,
        Timing::Service => &slice.service,
        Timing::Lag => &slice.lag,
    };
    slices.iter().map(times).collect()
}

fn of_step(slices: &[Slice], nth: usize) -> Vec<&SliceTimes> {
    slices.iter().filter_map(|slice| slice.steps.get(nth)).map(|step| &step.times).collect()
}

fn step_errors(slices: &[Slice], nth: usize) -> IntervalOrNot {
    let steps = slices.iter().filter_map(|slice| slice.steps.get(nth));
    let parts = steps.map(|step| PartOf {
        part: step.began.saturating_sub(step.times.ended.count()),
        whole: step.began,
    });
    interval_of_share(&parts.collect::<Vec<_>>())
}

fn errors_in(slice: &Slice) -> PartOf {
    PartOf { part: slice.endings.errors(), whole: slice.scheduled - slice.canceled }
}

fn canceled_in(slice: &Slice) -> PartOf {
    PartOf { part: slice.canceled, whole: slice.scheduled }
}

/// Slices within a stage, if they have most of its samples: those at its borders are not among
/// them.
fn most_of(all: u64, slices: Vec<&SliceTimes>) -> Result<Vec<&SliceTimes>, NotCompared> {
    let within: u64 = slices.iter().map(|slice| slice.count()).sum();
    if 4 * within < 3 * all { Err(NotCompared::InFewSlices) } else { Ok(slices) }
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
        for (nth, StageIntervals { response, service }) in self.stages.iter().enumerate() {
            for (time, found) in [("response", response), ("service", service)] {
                let name = |figure| format!("stages[{nth}].{time}.{figure}");
                found.each().for_each(|(figure, found)| add(name(figure), found));
            }
        }
        none
    }
}

impl NoInterval {
    /// Adds a figure to those of its reason, if it has one.
    pub(crate) fn add(none: &mut Vec<NoInterval>, figure: String, found: &IntervalOrNot) {
        if let Err(why) = found {
            NoInterval::add_all(none, *why, vec![figure]);
        }
    }

    /// Adds figures to those of this reason.
    fn add_all(none: &mut Vec<NoInterval>, why: NotCompared, figures: Vec<String>) {
        let why = why.to_string();
        match none.iter_mut().find(|other| other.why == why) {
            Some(other) => other.figures.extend(figures),
            None => none.push(NoInterval { why, figures }),
        }
    }
}

impl TimeIntervals {
    fn new(latency: &Latency, slices: Result<Vec<&SliceTimes>, NotCompared>) -> TimeIntervals {
        let interval = each_of(slices.as_deref(), |figure| {
            latency.samples().reading(figure).map_or(0.0, |reading| reading.exact)
        });
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

impl StageTimeIntervals {
    fn new(
        times: &StageTimes,
        slices: Result<Vec<&SliceTimes>, NotCompared>,
    ) -> StageTimeIntervals {
        let interval = each_of(slices.as_deref(), |figure| {
            times.resolved(figure).map_or(0.0, |reading| reading.exact)
        });
        StageTimeIntervals { p50: interval("p50"), p90: interval("p90"), p99: interval("p99") }
    }

    /// All of them, with the figures as users write them.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, &IntervalOrNot)> {
        ["p50", "p90", "p99"].into_iter().zip([&self.p50, &self.p90, &self.p99])
    }
}

/// The interval of each figure of these samples, which is so many nanoseconds.
fn each_of<'a>(
    slices: Result<&'a [&'a SliceTimes], &'a NotCompared>,
    nanos: impl Fn(Figure) -> f64 + 'a,
) -> impl Fn(&str) -> IntervalOrNot + 'a {
    let grouped = Grouped::new(TimedRun { slices: slices.unwrap_or_default(), figure: 0.0 });
    move |figure| {
        slices.map_err(|why| *why)?;
        let figure = Figure::parse(figure).unwrap_or(Figure::Mean);
        grouped.interval(figure, nanos(figure))
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

#[cfg(test)]
mod tests;
