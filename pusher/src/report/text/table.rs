//! `write_row`: a table of times, with a column for each figure.

use std::fmt::{self, Write};
use std::time::Duration;

use super::lines::cut;
use crate::plan::threshold::Figure;
use crate::plan::time;
use crate::statistics::latency::Latency;
use crate::statistics::samples::{Bound, Reading};

/// Writes the heads of the columns.
pub(super) fn write_heads(f: &mut impl Write, of: &str) -> fmt::Result {
    write!(f, "  {of:<11}")?;
    ["count", "min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"]
        .iter()
        .try_for_each(|head| write!(f, " {head:>8}"))?;
    writeln!(f)
}

/// Writes the figures of these times. A name that is longer than its column uses the room beside
/// the count.
pub(super) fn write_row(f: &mut impl Write, name: &str, latency: &Latency) -> fmt::Result {
    const WIDTH: usize = 20;
    let count = latency.count().to_string();
    let name = cut(name, WIDTH.saturating_sub(count.len() + 1));
    write!(f, "  {name}{count:>width$}", width = WIDTH.saturating_sub(name.chars().count()))?;
    let figures = ["min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"];
    for figure in figures.map(Figure::parse).into_iter().flatten() {
        write!(f, " {:>8}", cell(latency.samples().resolved(figure)))?;
    }
    writeln!(f)
}

/// A time, or a dash if there are too few samples to tell it.
fn cell(time: Option<Reading>) -> String {
    let Some(Reading { whole, bound, .. }) = time else { return "-".to_string() };
    format!("{}{}", sign(bound), time::rounded(Duration::from_nanos(whole)))
}

/// What stands before a figure that is known on one side alone.
pub(super) fn sign(bound: Bound) -> &'static str {
    match bound {
        Bound::Exact => "",
        Bound::AtLeast => "≥ ",
        Bound::AtMost => "≤ ",
    }
}
