//! `CapacityField`: the capacity of a service in `report.json`.

use serde::Serialize;

use crate::plan::time::nanos;
use crate::report::capacity::{Capacity, CapacityPoint};

#[derive(Serialize)]
pub(super) struct CapacityField<'a> {
    rps: Option<f64>,
    low: f64,
    high: Option<f64>,
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
    errors: f64,
    canceled: f64,
    held: bool,
    late: bool,
}

impl CapacityField<'_> {
    pub(super) fn of(capacity: &Capacity) -> CapacityField<'_> {
        CapacityField {
            rps: capacity.rps,
            low: capacity.low,
            high: capacity.high,
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
        let CapacityPoint { rps, calls, over, p99, errors, canceled, held, late } = *point;
        PointField { rps, calls, over, p99: p99.map(nanos), errors, canceled, held, late }
    }
}
