//! [`BaselinePage`]: the fields of a baseline's file. Times are in nanoseconds. A histogram is a
//! list of pairs, each of a time and how many samples there are of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::plan::threshold::Figure;
use crate::statistics::ledger::{Endings, Ledger};
use crate::statistics::slices::{Slice, SliceStep, SliceTimes, Slices};
use crate::statistics::sparse::{Sparse, bounds_of, bucket_of};
use crate::verdict::past::{PastRun, PastTimes};

/// The figures of times that a file has, as Rust has them and as JSON does.
pub(super) const FIGURES: [(&str, &str); 8] = [
    ("min", "min"),
    ("mean", "mean"),
    ("p50", "p50"),
    ("p90", "p90"),
    ("p95", "p95"),
    ("p99", "p99"),
    ("p99.9", "p99_9"),
    ("max", "max"),
];

/// More of anything than a run can have: so that sums have room.
const MOST: u64 = 1 << 50;

/// More slices than a file has.
const MOST_READ: usize = 1_000;

/// What every form of the file begins with.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) schema: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct BaselinePage {
    pub(super) schema: u64,
    pub(super) name: String,
    pub(super) conditions: BTreeMap<String, String>,
    pub(super) runs: Vec<RunField>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RunField {
    saved: String,
    ledger: LedgerField,
    throughput: f64,
    response: BTreeMap<String, Number>,
    service: BTreeMap<String, Number>,
    steps: Vec<PastStepField>,
    /// How long the schedule ran.
    schedule: u64,
    /// How long each slice is.
    width: u64,
    slices: Vec<SavedSlice>,
}

#[derive(Serialize, Deserialize)]
struct LedgerField {
    scheduled: u64,
    canceled: u64,
    ok: u64,
    failed: u64,
    timed_out: u64,
    panicked: u64,
    interrupted: u64,
}

#[derive(Serialize, Deserialize)]
struct PastStepField {
    name: String,
    times: BTreeMap<String, Number>,
}

/// What was due in a slice; and how many calls ended `ok` in it, whenever they were due.
#[derive(Serialize, Deserialize)]
struct SavedSlice {
    scheduled: u64,
    ended_ok: u64,
    response: HistogramField,
    service: HistogramField,
    /// In the order of the steps of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    steps: Vec<HistogramField>,
}

#[derive(Serialize, Deserialize)]
struct HistogramField {
    ended: Vec<(u64, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cut_off: Vec<(u64, u64)>,
}

impl RunField {
    pub(super) fn new(saved: &str, run: &PastRun) -> RunField {
        let PastRun { ledger, throughput, response, service, steps, slices } = run;
        let Ledger { scheduled, canceled, ok, failed, timed_out, panicked, interrupted, .. } =
            *ledger;
        let step = |(name, times): &(String, PastTimes)| PastStepField {
            name: name.clone(),
            times: figures(times),
        };
        // Slices know the first steps only, in an order of their own.
        let number = |name| slices.steps.iter().position(|step| step == name);
        let numbers: Vec<Option<usize>> = steps.iter().map(|(name, _)| number(name)).collect();
        RunField {
            saved: saved.to_string(),
            ledger: LedgerField {
                scheduled,
                canceled,
                ok,
                failed,
                timed_out,
                panicked,
                interrupted,
            },
            throughput: *throughput,
            response: figures(response),
            service: figures(service),
            steps: steps.iter().map(step).collect(),
            schedule: slices.end,
            width: slices.width,
            slices: slices.slices.iter().map(|slice| SavedSlice::new(slice, &numbers)).collect(),
        }
    }

    /// None if a number is larger than it can be, or too many slices are there.
    pub(super) fn read(self) -> Option<(String, PastRun)> {
        let LedgerField { scheduled, canceled, ok, failed, timed_out, panicked, interrupted } =
            self.ledger;
        let counts = [scheduled, canceled, ok, failed, timed_out, panicked, interrupted];
        let is_possible = counts.iter().all(|count| *count <= MOST)
            && canceled <= scheduled
            && self.slices.len() <= MOST_READ
            && self.width > 0
            && self.throughput >= 0.0;
        if !is_possible {
            return None;
        }
        let endings = Endings { ok, failed, timed_out, panicked, interrupted };
        let steps: Option<Vec<_>> = self
            .steps
            .into_iter()
            .map(|step| Some((step.name, read_figures(&step.times)?)))
            .collect();
        let steps: Vec<(String, PastTimes)> = steps?;
        let slices: Option<Vec<Slice>> = self.slices.into_iter().map(SavedSlice::read).collect();
        let run = PastRun {
            ledger: Ledger::new(scheduled, canceled, &endings),
            throughput: self.throughput,
            response: read_figures(&self.response)?,
            service: read_figures(&self.service)?,
            slices: Slices {
                width: self.width,
                end: self.schedule,
                slices: slices?,
                steps: steps.iter().map(|(name, _)| name.clone()).collect(),
                ..Slices::default()
            },
            steps,
        };
        Some((self.saved, run))
    }
}

impl SavedSlice {
    fn new(slice: &Slice, steps: &[Option<usize>]) -> SavedSlice {
        let none = SliceTimes::default();
        let times = |number: &Option<usize>| {
            number.and_then(|number| slice.steps.get(number)).map_or(&none, |step| &step.times)
        };
        SavedSlice {
            scheduled: slice.scheduled,
            ended_ok: slice.ended_ok,
            response: HistogramField::new(&slice.response),
            service: HistogramField::new(&slice.service),
            steps: steps.iter().map(|number| HistogramField::new(times(number))).collect(),
        }
    }

    fn read(self) -> Option<Slice> {
        let step = |histogram: HistogramField| {
            Some(SliceStep { times: histogram.read()?, ..SliceStep::default() })
        };
        let steps: Option<Vec<SliceStep>> = self.steps.into_iter().map(step).collect();
        let is_possible = self.scheduled <= MOST && self.ended_ok <= MOST;
        is_possible.then_some(())?;
        Some(Slice {
            scheduled: self.scheduled,
            ended_ok: self.ended_ok,
            response: self.response.read()?,
            service: self.service.read()?,
            steps: steps?,
            ..Slice::default()
        })
    }
}

impl HistogramField {
    fn new(times: &SliceTimes) -> HistogramField {
        HistogramField { ended: pairs(&times.ended), cut_off: pairs(&times.cut_off) }
    }

    fn read(self) -> Option<SliceTimes> {
        Some(SliceTimes { ended: histogram(self.ended)?, cut_off: histogram(self.cut_off)? })
    }
}

fn pairs(samples: &Sparse) -> Vec<(u64, u64)> {
    samples.buckets().map(|(bucket, count)| (bounds_of(bucket).1, count)).collect()
}

/// None if there are more samples than there can be.
fn histogram(mut pairs: Vec<(u64, u64)>) -> Option<Sparse> {
    let mut samples = Sparse::default();
    pairs.sort_unstable();
    let total = pairs.iter().try_fold(0, |all: u64, (_, count)| all.checked_add(*count))?;
    if total > MOST / MOST_READ as u64 {
        return None;
    }
    let mut buckets: Vec<(u16, u64)> = Vec::new();
    for (value, count) in pairs {
        match buckets.last_mut() {
            Some((last, all)) if *last == bucket_of(value) => *all += count,
            _ => buckets.push((bucket_of(value), count)),
        }
    }
    samples.add_buckets(buckets.into_iter());
    Some(samples)
}

fn figures(times: &PastTimes) -> BTreeMap<String, Number> {
    let key = |figure: &Figure| {
        let text = figure.to_string();
        FIGURES.iter().find(|(known, _)| *known == text).map(|(_, key)| (*key).to_string())
    };
    times.0.iter().filter_map(|(figure, value)| Some((key(figure)?, number(*value)?))).collect()
}

/// Whole numbers are written as such.
fn number(value: f64) -> Option<Number> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        Some(Number::from(value as u64))
    } else {
        Number::from_f64(value)
    }
}

/// None if one is no time.
fn read_figures(figures: &BTreeMap<String, Number>) -> Option<PastTimes> {
    let read = |(text, key): &(&str, &str)| {
        Some((Figure::parse(text).ok()?, figures.get(*key)?.as_f64()?))
    };
    let is_time = |value: f64| (0.0..=u64::MAX as f64).contains(&value);
    let is_possible = figures.values().all(|value| value.as_f64().is_some_and(is_time));
    is_possible.then(|| PastTimes(FIGURES.iter().filter_map(read).collect()))
}
