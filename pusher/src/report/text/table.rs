//! `write_row`: a table of times, with a column for each figure.

use std::fmt::{self, Write};

use super::lines::cut;
use crate::plan::time;
use crate::statistics::latency::Latency;

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
    let percentiles = [50.0, 90.0, 95.0, 99.0, 99.9].map(|percent| latency.percentile(percent));
    for time in
        [latency.min(), latency.mean()].into_iter().chain(percentiles).chain([latency.max()])
    {
        let shown = if latency.is_empty() { "-".to_string() } else { time::rounded(time) };
        write!(f, " {shown:>8}")?;
    }
    writeln!(f)
}
