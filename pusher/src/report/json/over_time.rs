//! [`SlicesField`] and [`StageField`]: what was measured over time. Each slice is one line of the
//! file, because there may be hundreds of them.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::plan::threshold::Figure;
use crate::plan::time::nanos;
use crate::statistics::ledger::Endings;
use crate::statistics::samples::{Bound, Reading};
use crate::statistics::slices::{Slice, SliceTimes, Slices};
use crate::statistics::stages::{StageReport, StageTimes};

#[derive(Serialize)]
pub(super) struct SlicesField {
    /// In nanoseconds; null without slices.
    width: Option<u64>,
    ended_after: u64,
    slices: Vec<Box<RawValue>>,
}

#[derive(Serialize)]
struct SliceField {
    scheduled: u64,
    canceled: u64,
    ok: u64,
    errors: u64,
    ended: u64,
    in_flight: u64,
    asked: f64,
    made: f64,
    response: SliceFigures,
    service: SliceFigures,
    lag: SliceFigures,
}

/// The figures of a slice, in nanoseconds.
#[derive(Serialize)]
struct SliceFigures {
    p50: Option<u64>,
    p99: Option<u64>,
    max: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    at_least: Vec<&'static str>,
}

#[derive(Serialize)]
pub(super) struct StageField<'a> {
    asks: &'a str,
    from: u64,
    to: u64,
    scheduled: u64,
    canceled: u64,
    ok: u64,
    errors: u64,
    asked: Option<f64>,
    made: f64,
    response: OfStage,
    service: OfStage,
}

/// The figures of a stage, in nanoseconds.
#[derive(Serialize)]
struct OfStage {
    count: u64,
    cut_off: u64,
    p50: Option<u64>,
    p90: Option<u64>,
    p99: Option<u64>,
    max: Option<u64>,
    at_least: Vec<&'static str>,
}

impl SlicesField {
    pub(super) fn new(all: &Slices) -> SlicesField {
        let slices = all.slices.iter().zip(all.in_flight()).enumerate();
        let line = |(nth, (slice, in_flight)): (usize, (&Slice, u64))| {
            let field = SliceField::new(slice, in_flight, all.seconds(nth));
            to_raw_value(&field).expect("plain data with text keys becomes JSON")
        };
        let width = (!all.slices.is_empty()).then_some(all.width);
        SlicesField { width, ended_after: all.ended_after, slices: slices.map(line).collect() }
    }
}

impl SliceField {
    fn new(slice: &Slice, in_flight: u64, seconds: f64) -> SliceField {
        // Three digits say what these rates say.
        let per_second = |count: u64| {
            if seconds > 0.0 { (count as f64 / seconds * 1e3).round() / 1e3 } else { 0.0 }
        };
        let Slice { scheduled, canceled, endings, ended, .. } = slice;
        let Endings { ok, .. } = endings;
        SliceField {
            scheduled: *scheduled,
            canceled: *canceled,
            ok: *ok,
            errors: endings.errors(),
            ended: *ended,
            in_flight,
            asked: per_second(*scheduled),
            made: per_second(slice.begun()),
            response: SliceFigures::of(&slice.response, slice.longest),
            service: SliceFigures::of(&slice.service, slice.longest),
            lag: SliceFigures::of(&slice.lag, u64::MAX),
        }
    }
}

impl SliceFigures {
    /// Those of times of which none that ended is longer than that.
    fn of(times: &SliceTimes, longest: u64) -> SliceFigures {
        let told = |figure: &str| {
            times.resolved(Figure::parse(figure).ok()?).map(|reading| reading.within(longest))
        };
        let whole = |figure| told(figure).map(|reading| reading.whole);
        SliceFigures {
            p50: whole("p50"),
            p99: whole("p99"),
            max: whole("max"),
            at_least: at_least(["p50", "p99", "max"], told),
        }
    }
}

impl StageField<'_> {
    pub(super) fn new(stage: &StageReport) -> StageField<'_> {
        let StageReport { asks, from, to, scheduled, canceled, ok, errors, asked, made, .. } =
            stage;
        StageField {
            asks,
            from: nanos(*from),
            to: nanos(*to),
            scheduled: *scheduled,
            canceled: *canceled,
            ok: *ok,
            errors: *errors,
            asked: *asked,
            made: *made,
            response: OfStage::of(&stage.response),
            service: OfStage::of(&stage.service),
        }
    }
}

impl OfStage {
    fn of(times: &StageTimes) -> OfStage {
        let told = |figure: &str| times.resolved(Figure::parse(figure).ok()?);
        let whole = |figure| told(figure).map(|reading| reading.whole);
        OfStage {
            count: times.count(),
            cut_off: times.cut_off(),
            p50: whole("p50"),
            p90: whole("p90"),
            p99: whole("p99"),
            max: whole("max"),
            at_least: at_least(["p50", "p90", "p99", "max"], told),
        }
    }
}

/// The keys of the figures that are at least what is given.
fn at_least<const N: usize>(
    keys: [&'static str; N],
    told: impl Fn(&str) -> Option<Reading>,
) -> Vec<&'static str> {
    let is_so = |key: &&str| told(key).is_some_and(|reading| reading.bound == Bound::AtLeast);
    keys.into_iter().filter(is_so).collect()
}
