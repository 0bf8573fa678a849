//! `write_stages`: a table with a line for each stage, so that the rate can be read at which a
//! service becomes slow.

use std::fmt::{self, Write};

use super::intervals::within;
use super::numbers::plain;
use super::table::cell;
use crate::plan::threshold::Figure;
use crate::plan::time;
use crate::report::intervals::{StageIntervals, StageTimeIntervals};
use crate::statistics::stages::{StageReport, StageTimes};

/// How many of the first stages are shown, and how many of the last.
const SHOWN: usize = 20;

/// What stands before intervals, below the instant at which a stage begins.
const BELOW: &str = "±";

/// As wide as most figures, so that most tables look the same.
const WIDTH_OF_MOST: usize = 6;

/// Writes the table; nothing without stages.
pub(super) fn write_stages(
    f: &mut impl Write,
    stages: &[StageReport],
    intervals: &[StageIntervals],
) -> fmt::Result {
    let Some(first) = stages.first() else { return Ok(()) };
    let asked = if first.asked.is_some() { "asked" } else { "callers" };
    let heads = ["stages", asked, "made", "p50", "p90", "p99", "max", "service.p99", "errors"];
    let mut lines = vec![heads.map(str::to_string).to_vec()];
    if first.asked.is_some() {
        lines[0].push("canceled".to_string());
    }
    let left_out = stages.len().saturating_sub(2 * SHOWN);
    let shown = |nth: &usize| *nth < SHOWN || *nth >= SHOWN + left_out;
    lines.extend((0..stages.len()).filter(shown).map(|nth| cells(&stages[nth])));
    let below: Vec<Option<Vec<String>>> = (0..stages.len())
        .filter(shown)
        .map(|nth| intervals_of(&stages[nth], intervals.get(nth)?))
        .collect();
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.fold(WIDTH_OF_MOST, usize::max)
    };
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    for (nth, line) in lines.iter().enumerate() {
        if nth == SHOWN + 1 && left_out > 0 {
            writeln!(f, "  .. and {left_out} more, in report.json")?;
        }
        write_cells(f, line, &widths)?;
        if let Some(below) = nth.checked_sub(1).and_then(|nth| below[nth].as_ref()) {
            write_cells(f, below, &widths)?;
        }
    }
    if below.iter().any(Option::is_some) {
        writeln!(f, "  {BELOW}  in 95 of 100 runs the true figure is so near to the one above")?;
    }
    Ok(())
}

fn write_cells(f: &mut impl Write, cells: &[String], widths: &[usize]) -> fmt::Result {
    let mut line = format!("{:<width$}", cells[0], width = widths[0]);
    for (cell, width) in cells.iter().zip(widths).skip(1) {
        line += &format!(" {cell:>width$}");
    }
    writeln!(f, "  {}", line.trim_end())
}

/// The intervals in the columns of a stage's figures; none if there is none.
fn intervals_of(stage: &StageReport, found: &StageIntervals) -> Option<Vec<String>> {
    let of = |times: &StageTimes, found: &StageTimeIntervals, which: &str| {
        let is_told = Figure::parse(which).is_ok_and(|it| times.resolved(it).is_some());
        let (_, found) = found.each().find(|(figure, _)| *figure == which && is_told)?;
        found.ok().map(within)
    };
    let response = ["p50", "p90", "p99"].map(|it| of(&stage.response, &found.response, it));
    let service = of(&stage.service, &found.service, "p99");
    if response.iter().chain([&service]).all(Option::is_none) {
        return None;
    }
    let mut cells = vec![BELOW.to_string(), String::new(), String::new()];
    cells.extend(response.map(Option::unwrap_or_default));
    cells.extend([String::new(), service.unwrap_or_default()]);
    Some(cells)
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
