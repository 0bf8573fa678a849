//! [`Columns`]: times in rows, with a column for each figure.

use std::fmt::{self, Write};
use std::time::Duration;

use super::lines::{WIDTH, cut};
use crate::plan::threshold::Figure;
use crate::plan::time;
use crate::statistics::latency::Latency;
use crate::statistics::samples::{Bound, Reading};

const FIGURES: [&str; 8] = ["min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"];

/// The widths of its columns, each of which has a space before it.
///
/// ```text
///     response        2990 1.02ms 7.14ms
///     └─ name, count ────┘ └────┘ └────┘
/// ```
pub(super) struct Columns {
    /// Of the name and the count together: what the figures leave.
    head: usize,
    figures: [usize; 8],
}

impl Columns {
    /// A table for these times, in which no column touches another.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Latency>) -> Columns {
        // As wide as most figures, so that most tables look the same.
        let mut figures = [6; 8];
        for row in rows {
            for (width, cell) in figures.iter_mut().zip(cells(row)) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let wide: usize = figures.iter().map(|width| width + 1).sum();
        Columns { head: (WIDTH - 2).saturating_sub(wide), figures }
    }

    /// Writes the heads of the columns.
    pub(super) fn write_heads(&self, f: &mut impl Write, of: &str) -> fmt::Result {
        self.write(f, (of, "count"), FIGURES.map(str::to_string))
    }

    /// Writes the figures of these times. A name that is longer than its column is cut.
    pub(super) fn write_row(
        &self,
        f: &mut impl Write,
        name: &str,
        latency: &Latency,
    ) -> fmt::Result {
        self.write(f, (name, &latency.count().to_string()), cells(latency))
    }

    /// Writes a row of other cells, one for each figure that has one.
    pub(super) fn write_cells(
        &self,
        f: &mut impl Write,
        name: &str,
        cell: impl Fn(&str) -> Option<String>,
    ) -> fmt::Result {
        let mut row = String::new();
        self.write(&mut row, (name, ""), FIGURES.map(|figure| cell(figure).unwrap_or_default()))?;
        writeln!(f, "{}", row.trim_end())
    }

    fn write(
        &self,
        f: &mut impl Write,
        (name, count): (&str, &str),
        cells: [String; 8],
    ) -> fmt::Result {
        let name = cut(name, self.head.saturating_sub(count.len() + 1).max(1));
        let left = self.head.saturating_sub(name.chars().count() + 1);
        write!(f, "  {name} {count:>left$}")?;
        let mut cells = cells.iter().zip(self.figures);
        cells.try_for_each(|(cell, width)| write!(f, " {cell:>width$}"))?;
        writeln!(f)
    }
}

fn cells(latency: &Latency) -> [String; 8] {
    FIGURES.map(|figure| {
        cell(Figure::parse(figure).ok().and_then(|figure| latency.samples().resolved(figure)))
    })
}

/// A time, or a dash if there are too few samples to tell it.
fn cell(time: Option<Reading>) -> String {
    let Some(Reading { whole, bound, .. }) = time else { return "-".to_string() };
    format!("{}{}", sign(bound).trim_end(), time::rounded(Duration::from_nanos(whole)))
}

/// What stands before a figure that is known on one side alone.
pub(super) fn sign(bound: Bound) -> &'static str {
    match bound {
        Bound::Exact => "",
        Bound::AtLeast => "≥ ",
        Bound::AtMost => "≤ ",
    }
}
