//! The capacity of a service in a `Report`: a sentence, and the curve as a table.

use std::fmt::{self, Write};

use super::intervals::within;
use super::lines::write_wrapped;
use super::numbers::decimal;
use super::table::cell;
use crate::plan::time::{self, nanos};
use crate::report::Report;
use crate::report::capacity::{Capacity, CapacityPoint};
use crate::statistics::samples::{Bound, Reading};
use crate::verdict::capacity::found::shown_rate;
use crate::verdict::judge::Judged;
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::Interval;

impl Report {
    pub(super) fn write_capacity(&self, f: &mut impl Write) -> fmt::Result {
        let Some(capacity) = &self.capacity else { return Ok(()) };
        write_wrapped(f, "capacity", &sentence(capacity))?;
        if capacity.curve.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "  {:<5} {:>9} {:>7} {:>6} {:>13} {:>7} {:>6} {:>7} {:>8}",
            "curve", "rate", "calls", "over", "95 of 100", "p99", "", "errors", "canceled"
        )?;
        rows(&capacity.curve).iter().try_for_each(|row| write_row(f, row))?;
        write_missing(f, &capacity.curve)
    }
}

/// What the headline says of a search that has passed, though the capacity is not told apart from
/// the one that was asked for: the threshold, and from what.
pub(super) fn not_told_apart(unjudged: &[&Judged]) -> String {
    let in_words = |judged: &&Judged| {
        let why = judged.not_judged.as_deref().unwrap_or_default();
        format!(", {} {why}", judged.text)
    };
    unjudged.iter().map(in_words).collect()
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
        "changed" => "; the service changed while it was searched".to_string(),
        _ => String::new(),
    };
    let is_refined = capacity.rps.is_some_and(|rate| capacity.low < rate);
    let is_uncertain = is_refined && capacity.told_apart == Some(false);
    let and = match capacity.at_least.filter(|_| is_uncertain) {
        Some(at_least) => format!(
            "{and}; at_least = {} lies within what is uncertain, and is not told apart from \
             the rate",
            shown_rate(at_least)
        ),
        None => and,
    };
    let [low, high] = [Some(capacity.low), capacity.high].map(|rate| rate.map(shown_rate));
    let low = low.unwrap_or_default();
    match (capacity.rps, high) {
        (Some(rate), Some(high)) if is_refined => {
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

/// The probes, from the lowest rate to the highest.
fn rows(curve: &[CapacityPoint]) -> Vec<&CapacityPoint> {
    let mut rows: Vec<&CapacityPoint> = curve.iter().collect();
    rows.sort_by(|one, two| one.rps.total_cmp(&two.rps));
    rows
}

fn write_row(f: &mut impl Write, row: &CapacityPoint) -> fmt::Result {
    let number = |share: f64| decimal(100.0 * share, if share < 0.1 { 2 } else { 1 });
    let percent = |share: f64| format!("{}%", number(share));
    let of_over = match row.intervals.over {
        Ok(Interval { low, high }) => format!("{}..{}", number(low), percent(high)),
        Err(_) => "-".to_string(),
    };
    let of_p99 = row.intervals.p99.map_or("-".to_string(), within);
    let bound = if row.p99_is_at_least { Bound::AtLeast } else { Bound::Exact };
    let p99 = cell(row.p99.map(|p99| Reading { bound, ..Reading::exact(nanos(p99)) }));
    let late = if row.late { "  pusher was late" } else { "" };
    writeln!(
        f,
        "  {:<5} {:>9} {:>7} {:>6} {of_over:>13} {p99:>7} {of_p99:>6} {:>7} {:>8}{late}",
        "",
        shown_rate(row.rps),
        row.calls,
        percent(row.over),
        percent(row.errors),
        percent(row.canceled),
    )
}

/// Why rows have no interval; those of errors and of canceled ticks are in `report.json`.
fn write_missing(f: &mut impl Write, curve: &[CapacityPoint]) -> fmt::Result {
    let mut told: Vec<NotCompared> = Vec::new();
    for point in curve {
        let found = [point.intervals.over.err(), point.intervals.p99.err()];
        for why in found.into_iter().flatten() {
            if !told.iter().any(|other| other.is_like(&why)) {
                told.push(why);
            }
        }
    }
    told.iter().try_for_each(|why| {
        let why = match why {
            NotCompared::TooFew { needed, .. } => format!("it takes {needed} samples"),
            other => other.to_string(),
        };
        write_wrapped(f, "", &format!("no interval (-): {why}"))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::report::capacity::PointIntervals;

    fn point(rps: f64, over: f64) -> CapacityPoint {
        CapacityPoint {
            rps,
            calls: 1_000,
            over,
            p99: Some(Duration::from_millis(150)),
            p99_is_at_least: false,
            errors: 0.0,
            canceled: 0.0,
            held: over < 0.01,
            late: false,
            intervals: PointIntervals {
                over: Ok(Interval { low: 0.9 * over, high: 1.1 * over }),
                p99: Err(NotCompared::TooFew { samples: 1_000, needed: 2_000 }),
                errors: Ok(Interval { low: 0.0, high: 0.001 }),
                canceled: Ok(Interval { low: 0.0, high: 0.001 }),
            },
        }
    }

    fn capacity(rps: Option<f64>, low: f64, high: Option<f64>) -> Capacity {
        let limits = ["p99 < 200ms", "errors < 1%"].map(String::from).to_vec();
        Capacity {
            rps,
            low,
            high,
            at_least: None,
            told_apart: None,
            limit: Some(limits[0].clone()),
            limits,
            end: "settled",
            budget: Duration::from_secs(300),
            ended: Duration::ZERO,
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
                Capacity { end: "changed", ..capacity(None, 0.0, None) },
                format!("not known {within}; the service changed while it was searched"),
            ),
            (
                Capacity { end: "cut_short", ..capacity(None, 0.0, None) },
                format!("not known {within}; the search was cut short"),
            ),
        ] {
            assert_eq!(sentence(&capacity), words);
        }
    }

    #[test]
    fn a_rate_that_is_hoped_for_is_told_apart_or_not() {
        let words = |at_least, told_apart| {
            sentence(&Capacity {
                at_least: Some(at_least),
                told_apart: Some(told_apart),
                ..capacity(Some(497.0), 470.0, Some(521.0))
            })
        };
        let within = "; at_least = 500/s lies within what is uncertain, and is not told apart from \
                      the rate";
        assert!(words(500.0, false).ends_with(within), "{}", words(500.0, false));
        assert!(!words(470.0, true).contains("at_least"), "{}", words(470.0, true));
    }

    #[test]
    fn what_was_cut_off_is_at_least_so_long() {
        let mut text = String::new();
        write_row(&mut text, &CapacityPoint { p99_is_at_least: true, ..point(200.0, 0.5) })
            .unwrap();
        let row =
            "            200/s    1000    50%       45..55%  ≥150ms      -      0%       0%\n";
        assert_eq!(text, row);
    }

    #[test]
    fn each_probe_has_a_row_with_its_intervals() {
        let curve = [point(200.0, 0.5), point(100.0, 0.0), point(201.0, 0.1)];
        let rows = rows(&curve);
        assert_eq!(rows.iter().map(|row| row.rps).collect::<Vec<_>>(), [100.0, 200.0, 201.0]);
        let mut text = String::new();
        write_row(&mut text, rows[1]).unwrap();
        let row =
            "            200/s    1000    50%       45..55%   150ms      -      0%       0%\n";
        assert_eq!(text, row);
    }

    #[test]
    fn a_row_without_an_interval_has_a_reason() {
        let mut text = String::new();
        write_missing(&mut text, &[point(100.0, 0.0), point(200.0, 0.5)]).unwrap();
        assert_eq!(text.trim(), "no interval (-): it takes 2000 samples");
    }
}
