//! The notes of a `Report`: a table of the steps that calls made, and a line for each count and
//! record.

use std::fmt::{self, Write};

use super::lines::{INDENT, WIDTH, cut, head, in_lines, or_none, printable, short};
use super::lines::{write_advice, write_lines, write_wrapped};
use super::numbers::plain;
use super::table::Columns;
use crate::plan::threshold::Figure;
use crate::report::Report;
use crate::report::intervals::Intervals;
use crate::statistics::notes::StepReport;
use crate::statistics::samples::Samples;

/// The most names of each kind that are shown.
const SHOWN_NAMES: usize = 16;

impl Report {
    /// The steps whose times are shown.
    pub(super) fn shown_steps(&self) -> impl Iterator<Item = &StepReport> {
        self.steps.iter().take(SHOWN_NAMES)
    }

    pub(super) fn write_steps(
        &self,
        f: &mut impl Write,
        (columns, intervals): (&Columns, &Intervals),
    ) -> fmt::Result {
        if !self.steps.is_empty() {
            columns.write_heads(f, "steps")?;
        }
        self.shown_steps().zip(&intervals.steps).try_for_each(|(step, found)| {
            columns.write_row(f, &printable(&step.name), &step.times)?;
            columns.write_intervals(f, &step.times, &found.times)
        })?;
        self.write_more(f, self.steps.len(), "steps", "Report::steps")
    }

    pub(super) fn write_counts(&self, f: &mut impl Write) -> fmt::Result {
        for (nth, count) in self.counts.iter().take(SHOWN_NAMES).enumerate() {
            let (name, total, per_call) =
                (printable(&count.name), count.total, plain(count.per_call));
            let line = if count.at_least {
                format!("{name}: at least {total}")
            } else {
                format!("{name}: {total}, {}/s, {per_call} per call", plain(count.per_second))
            };
            write_line(f, head("counts", nth), &line)?;
        }
        self.write_more(f, self.counts.len(), "counts", "Report::counts")
    }

    pub(super) fn write_records(&self, f: &mut impl Write) -> fmt::Result {
        for (nth, record) in self.records.iter().take(SHOWN_NAMES).enumerate() {
            let (name, values) = (printable(&record.name), &record.values);
            let percentile = |figure: Figure| {
                let told = Samples::of(values).resolved(figure).map(|told| told.whole.to_string());
                format!("{figure} {},", told.as_deref().unwrap_or("-"))
            };
            let percentiles = ["p50", "p90", "p99", "p99.9"].map(Figure::parse);
            let percentiles = percentiles.into_iter().flatten().map(percentile);
            let parts = [
                cut(&format!("{name}:"), WIDTH - INDENT),
                format!("{} recorded,", values.count()),
                format!("min {},", values.min()),
                format!("mean {},", plain(values.mean())),
            ];
            let parts =
                parts.into_iter().chain(percentiles).chain([format!("max {}", values.max())]);
            write_lines(f, head("records", nth), &in_lines(parts, WIDTH - INDENT))?;
        }
        self.write_more(f, self.records.len(), "records", "Report::records")
    }

    /// Steps that did not end `ok`. They are below the errors of the calls, which may be the same.
    pub(super) fn write_step_errors(&self, f: &mut impl Write) -> fmt::Result {
        let with_errors = || self.steps.iter().filter(|step| step.errors() > 0);
        for (nth, step) in with_errors().take(SHOWN_NAMES).enumerate() {
            write_wrapped(f, head("in steps", nth), &short(&what_went_wrong(step)))?;
            let mut said = with_errors().take(nth).filter_map(|step| step.errors.first());
            let is_new = |advice: &&str| {
                !self.errors.iter().any(|group| group.advice == Some(*advice))
                    && !said.any(|group| group.advice == Some(*advice))
            };
            write_advice(f, step.errors.first().and_then(|group| group.advice).filter(is_new))?;
        }
        self.write_more(f, with_errors().count(), "steps", "Report::steps")
    }

    fn write_more(&self, f: &mut impl Write, names: usize, what: &str, field: &str) -> fmt::Result {
        let full_list =
            if self.file.is_some() { "report.json".to_string() } else { format!("`{field}`") };
        match names.saturating_sub(SHOWN_NAMES) {
            0 => Ok(()),
            more => writeln!(f, "  {:<11} and {more} more {what}, in {full_list}", ""),
        }
    }
}

/// `login: 3 unfinished, 7 failed: 503 Service Unavailable`.
fn what_went_wrong(step: &StepReport) -> String {
    let mut parts = Vec::new();
    if step.unfinished > 0 {
        parts.push(format!("{} unfinished", step.unfinished));
    }
    if let [largest, others @ ..] = &step.errors[..] {
        let with = if others.is_empty() { "" } else { ", most with" };
        parts.push(format!("{} failed{with}: {}", step.failed, or_none(printable(&largest.text))));
    }
    format!("{}: {}", printable(&step.name), parts.join(", "))
}

fn write_line(f: &mut impl Write, heading: &str, line: &str) -> fmt::Result {
    writeln!(f, "  {heading:<11} {}", cut(line, WIDTH - INDENT))
}

#[cfg(test)]
mod tests;
