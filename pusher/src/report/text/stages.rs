//! `write_stages`: a table with a line for each stage, so that the rate can be read at which a
//! service becomes slow.

use std::fmt::{self, Write};

use super::numbers::plain;
use super::table::cell;
use crate::plan::threshold::Figure;
use crate::plan::time;
use crate::statistics::stages::{StageReport, StageTimes};

/// How many of the first stages are shown, and how many of the last.
const SHOWN: usize = 20;

/// As wide as most figures, so that most tables look the same.
const WIDTH_OF_MOST: usize = 6;

/// Writes the table; nothing without stages.
pub(super) fn write_stages(f: &mut impl Write, stages: &[StageReport]) -> fmt::Result {
    let Some(first) = stages.first() else { return Ok(()) };
    let asked = if first.asked.is_some() { "asked" } else { "callers" };
    let heads = ["stages", asked, "made", "p50", "p90", "p99", "max", "service.p99", "errors"];
    let mut lines = vec![heads.map(str::to_string).to_vec()];
    if first.asked.is_some() {
        lines[0].push("canceled".to_string());
    }
    let left_out = stages.len().saturating_sub(2 * SHOWN);
    let shown =
        stages.iter().enumerate().filter(|(nth, _)| *nth < SHOWN || *nth >= SHOWN + left_out);
    lines.extend(shown.map(|(_, stage)| cells(stage)));
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.fold(WIDTH_OF_MOST, usize::max)
    };
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    for (nth, line) in lines.iter().enumerate() {
        if nth == SHOWN + 1 && left_out > 0 {
            writeln!(f, "  .. and {left_out} more, in report.json")?;
        }
        write!(f, "  {:<width$}", line[0], width = widths[0])?;
        for (cell, width) in line.iter().zip(&widths).skip(1) {
            write!(f, " {cell:>width$}")?;
        }
        writeln!(f)?;
    }
    Ok(())
}

/// When it begins, its rates or callers, and its figures.
fn cells(stage: &StageReport) -> Vec<String> {
    let StageReport { from, asked, made, response, service, errors, canceled, .. } = stage;
    let of = |times: &StageTimes, figure: &str| {
        cell(Figure::parse(figure).ok().and_then(|figure| times.resolved(figure)))
    };
    let asked = asked.map(plain);
    let mut cells = vec![time::brief(*from), asked.clone().unwrap_or_else(|| callers(stage))];
    cells.push(plain(*made));
    cells.extend(["p50", "p90", "p99", "max"].map(|figure| of(response, figure)));
    cells.extend([of(service, "p99"), errors.to_string()]);
    cells.extend(asked.map(|_| canceled.to_string()));
    cells
}

/// The callers that a stage of a closed loop asks for, without the word.
fn callers(stage: &StageReport) -> String {
    stage.asks.replace(" callers", "").replace(" caller", "")
}

#[cfg(test)]
mod tests;
