//! The capacity of a service in a `Report`: a sentence, and the curve as a table.

use std::fmt::{self, Write};

use super::lines::write_wrapped;
use super::numbers::decimal;
use crate::plan::time;
use crate::report::Report;
use crate::report::capacity::{Capacity, CapacityPoint};
use crate::verdict::capacity::found::shown_rate;

/// Rates that differ by less than this factor share a row.
const ALIKE: f64 = 1.015;

impl Report {
    pub(super) fn write_capacity(&self, f: &mut impl Write) -> fmt::Result {
        let Some(capacity) = &self.capacity else { return Ok(()) };
        write_wrapped(f, "capacity", &sentence(capacity))?;
        if capacity.curve.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "  {:<11} {:>10} {:>9} {:>9} {:>9} {:>8} {:>9}",
            "curve", "rate", "calls", "over", "p99", "errors", "canceled"
        )?;
        rows(&capacity.curve).iter().try_for_each(|row| write_row(f, row))
    }
}

/// What a service sustains, in words.
fn sentence(capacity: &Capacity) -> String {
    let limits = capacity.limits.join(", ");
    let by = match &capacity.limit {
        Some(limit) if capacity.limits.len() > 1 => format!("; the first to break is {limit}"),
        _ => String::new(),
    };
    let and = match capacity.end {
        "budget" => format!("; the budget of {} is used up", time::format(capacity.budget)),
        "cut_short" => "; the search was cut short".to_string(),
        _ => String::new(),
    };
    let [low, high] = [Some(capacity.low), capacity.high].map(|rate| rate.map(shown_rate));
    let low = low.unwrap_or_default();
    match (capacity.rps, high) {
        (Some(rate), Some(high)) if capacity.low < rate => {
            format!("sustains {} ({low} to {high}) within {limits}{by}{and}", shown_rate(rate))
        }
        (Some(rate), Some(high)) => {
            format!("between {} and {high} within {limits}{by}{and}", shown_rate(rate))
        }
        (Some(rate), None) => format!("at least {} within {limits}{and}", shown_rate(rate)),
        (None, Some(high)) => format!("below {high} within {limits}{by}{and}"),
        (None, None) => format!("not known within {limits}{and}"),
    }
}

/// The probes of one rate together, from the lowest rate to the highest.
fn rows(curve: &[CapacityPoint]) -> Vec<CapacityPoint> {
    let mut points = curve.to_vec();
    points.sort_by(|one, two| one.rps.total_cmp(&two.rps));
    let mut rows: Vec<CapacityPoint> = Vec::new();
    for point in points {
        match rows.last_mut().filter(|row| point.rps < ALIKE * row.rps) {
            Some(row) => add(row, &point),
            None => rows.push(point),
        }
    }
    rows
}

/// Puts the calls of two probes together; the p99 is the higher one.
fn add(row: &mut CapacityPoint, point: &CapacityPoint) {
    let (calls, more) = (row.calls as f64, point.calls as f64);
    let all = (calls + more).max(1.0);
    let mean = |one: f64, two: f64| (one * calls + two * more) / all;
    *row = CapacityPoint {
        rps: mean(row.rps, point.rps),
        calls: row.calls + point.calls,
        over: mean(row.over, point.over),
        p99: row.p99.max(point.p99),
        errors: mean(row.errors, point.errors),
        canceled: mean(row.canceled, point.canceled),
        held: row.held && point.held,
        late: row.late || point.late,
    };
}

fn write_row(f: &mut impl Write, row: &CapacityPoint) -> fmt::Result {
    let share = |share: f64| format!("{}%", decimal(100.0 * share, 2));
    let p99 = row.p99.map_or("-".to_string(), time::rounded);
    let late = if row.late { "  pusher was late" } else { "" };
    writeln!(
        f,
        "  {:<11} {:>10} {:>9} {:>9} {p99:>9} {:>8} {:>9}{late}",
        "",
        shown_rate(row.rps),
        row.calls,
        share(row.over),
        share(row.errors),
        share(row.canceled),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn point(rps: f64, over: f64) -> CapacityPoint {
        CapacityPoint {
            rps,
            calls: 1_000,
            over,
            p99: Some(Duration::from_millis(150)),
            errors: 0.0,
            canceled: 0.0,
            held: over < 0.01,
            late: false,
        }
    }

    fn capacity(rps: Option<f64>, low: f64, high: Option<f64>) -> Capacity {
        let limits = ["p99 < 200ms", "errors < 1%"].map(String::from).to_vec();
        Capacity {
            rps,
            low,
            high,
            limit: Some(limits[0].clone()),
            limits,
            end: "settled",
            budget: Duration::from_secs(300),
            curve: Vec::new(),
        }
    }

    #[test]
    fn says_what_a_service_sustains() {
        let within = "within p99 < 200ms, errors < 1%";
        let first = "the first to break is p99 < 200ms";
        for (capacity, words) in [
            (
                capacity(Some(812.0), 790.0, Some(835.0)),
                format!("sustains 812/s (790/s to 835/s) {within}; {first}"),
            ),
            (
                Capacity { end: "budget", ..capacity(Some(400.0), 400.0, Some(800.0)) },
                format!("between 400/s and 800/s {within}; {first}; the budget of 5m is used up"),
            ),
            (capacity(Some(400.0), 400.0, None), format!("at least 400/s {within}")),
            (capacity(None, 0.0, Some(50.0)), format!("below 50/s {within}; {first}")),
            (
                Capacity { end: "cut_short", ..capacity(None, 0.0, None) },
                format!("not known {within}; the search was cut short"),
            ),
        ] {
            assert_eq!(sentence(&capacity), words);
        }
    }

    #[test]
    fn probes_of_one_rate_share_a_row() {
        let curve = [point(200.0, 0.5), point(100.0, 0.0), point(201.0, 0.1)];
        let rows = rows(&curve);
        assert_eq!(rows.iter().map(|row| row.calls).collect::<Vec<_>>(), [1_000, 2_000]);
        assert_eq!(rows[1].rps, 200.5);
        assert!((rows[1].over - 0.3).abs() < 1e-9);
        let mut text = String::new();
        write_row(&mut text, &rows[1]).unwrap();
        let row = "                   200/s      2000       30%     150ms       0%        0%\n";
        assert_eq!(text, row);
    }
}
