//! `Report::other` as text: what the fn came to that the load's is compared with.

use std::fmt::{self, Write};

use super::lines::short;
use super::lines::{head, or_none, printable, write_advice, write_below, write_wrapped};
use super::table::Columns;
use crate::report::Report;
use crate::statistics::latency::Latency;

/// The most of its error groups that are shown.
const SHOWN_GROUPS: usize = 4;

impl Report {
    /// Where its ticks went, behind those of the load's own fn.
    pub(super) fn write_other_ledger(&self, f: &mut impl Write) -> fmt::Result {
        let Some(other) = &self.other else { return Ok(()) };
        let (ticks, calls) = (other.ticks_in_words(), other.calls_in_words());
        let name = printable(&other.name);
        write_wrapped(f, "other", &format!("{name}: {ticks}"))?;
        write_wrapped(f, "", &calls)
    }

    /// A row of times, and below it that of the other fn, if there is one.
    pub(super) fn write_row_of_both(
        &self,
        f: &mut impl Write,
        columns: &Columns,
        (name, of): (&str, fn(&Report) -> &Latency),
    ) -> fmt::Result {
        columns.write_row(f, name, of(self))?;
        let Some(other) = &self.other else { return Ok(()) };
        columns.write_row(f, &format!("  {}", printable(&other.name)), of(other))
    }

    pub(super) fn write_other_errors(&self, f: &mut impl Write) -> fmt::Result {
        let Some(other) = &self.other else { return Ok(()) };
        for (nth, group) in other.errors.iter().take(SHOWN_GROUPS).enumerate() {
            let kind = group.kind.replace('_', " ");
            let text = or_none(printable(&group.text));
            let text = format!("{}: {} × {kind}: {text}", printable(&other.name), group.count);
            write_wrapped(f, head("other", nth), &text)?;
            if group.example != group.text {
                write_below(f, &format!("such as: {}", short(&printable(&group.example))))?;
            }
            write_advice(f, group.advice)?;
        }
        match other.errors.len().saturating_sub(SHOWN_GROUPS) {
            0 => Ok(()),
            more => write_wrapped(f, "", &format!("and {more} more kinds, in report.json")),
        }
    }
}
