//! `CapacityField`: the capacity of a service in `report.json`.

use serde::Serialize;

use crate::plan::time::nanos;
use crate::report::capacity::{Capacity, CapacityPoint, PointIntervals};
use crate::report::intervals::{NoInterval, nanos_or_null, share_or_null};
use crate::verdict::noise::interval::IntervalOrNot;

#[derive(Serialize)]
pub(super) struct CapacityField<'a> {
    rps: Option<f64>,
    low: f64,
    high: Option<f64>,
    at_least: Option<f64>,
    told_apart: Option<bool>,
    limit: Option<&'a str>,
    limits: &'a [String],
    end: &'a str,
    budget: u64,
    curve: Vec<PointField>,
}

#[derive(Serialize)]
struct PointField {
    rps: f64,
    calls: u64,
    over: f64,
    p99: Option<u64>,
    /// The figures that are at least what is given.
    at_least: &'static [&'static str],
    errors: f64,
    canceled: f64,
    held: bool,
    late: bool,
    intervals: IntervalsField,
}

/// The bounds, in the unit of the figure, or null and the reason.
#[derive(Serialize)]
struct IntervalsField {
    #[serde(serialize_with = "share_or_null")]
    over: IntervalOrNot,
    #[serde(serialize_with = "nanos_or_null")]
    p99: IntervalOrNot,
    #[serde(serialize_with = "share_or_null")]
    errors: IntervalOrNot,
    #[serde(serialize_with = "share_or_null")]
    canceled: IntervalOrNot,
    none: Vec<NoInterval>,
}

impl CapacityField<'_> {
    pub(super) fn of(capacity: &Capacity) -> CapacityField<'_> {
        CapacityField {
            rps: capacity.rps,
            low: capacity.low,
            high: capacity.high,
            at_least: capacity.at_least,
            told_apart: capacity.told_apart,
            limit: capacity.limit.as_deref(),
            limits: &capacity.limits,
            end: capacity.end,
            budget: nanos(capacity.budget),
            curve: capacity.curve.iter().map(PointField::of).collect(),
        }
    }
}

impl PointField {
    fn of(point: &CapacityPoint) -> PointField {
        let CapacityPoint { rps, calls, over, p99, errors, canceled, held, late, .. } = *point;
        let intervals = IntervalsField::of(&point.intervals);
        PointField {
            rps,
            calls,
            over,
            p99: p99.map(nanos),
            at_least: if point.p99_is_at_least { &["p99"] } else { &[] },
            errors,
            canceled,
            held,
            late,
            intervals,
        }
    }
}

impl IntervalsField {
    fn of(intervals: &PointIntervals) -> IntervalsField {
        let PointIntervals { over, p99, errors, canceled } = *intervals;
        let mut none = Vec::new();
        for (figure, found) in
            [("over", over), ("p99", p99), ("errors", errors), ("canceled", canceled)]
        {
            NoInterval::add(&mut none, figure.to_string(), &found);
        }
        IntervalsField { over, p99, errors, canceled, none }
    }
}
