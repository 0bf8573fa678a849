//! `Report::other` as text: what the fn came to that the load's is compared with.

use std::fmt::{self, Write};

use super::lines::{INDENT, WIDTH, cut, head, or_none, printable, short};
use super::lines::{write_advice, write_below, write_wrapped};
use super::numbers::signed_percent;
use super::table::Columns;
use crate::report::Report;
use crate::statistics::latency::Latency;
use crate::verdict::compared::PairedFigure;

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

    /// How both differ: each figure in pairs, in which interval that is, and by the whole.
    pub(super) fn write_compared(&self, f: &mut impl Write) -> fmt::Result {
        let Some(other) = &self.other else { return Ok(()) };
        let name = cut(&printable(&other.name), WIDTH - INDENT - 28);
        write_wrapped(f, "compared", &format!("with {name}: + is slower, - is faster"))?;
        writeln!(
            f,
            "  {:<13} {:>11} {:>24} {:>11}",
            "", "in pairs", "in 95 of 100 loads", "whole"
        )?;
        let is_told = |found: &&PairedFigure| found.difference.or(found.whole).is_some();
        for PairedFigure { figure, difference, low, high, whole, .. } in
            self.compared.iter().filter(is_told)
        {
            let [difference, whole] = [difference, whole].map(|part| percent(*part));
            let interval = match low.zip(*high) {
                Some((low, high)) => format!("{} to {}", percent(Some(low)), percent(Some(high))),
                None => "-".to_string(),
            };
            writeln!(f, "    {figure:<11} {difference:>11} {interval:>24} {whole:>11}")?;
        }
        let mut reasons: Vec<&str> = Vec::new();
        for why in self.compared.iter().filter_map(|found| found.why.as_deref()) {
            if !reasons.contains(&why) {
                reasons.push(why);
            }
        }
        let figures = |why: &str| {
            let such = self.compared.iter().filter(|found| found.why.as_deref() == Some(why));
            such.map(|found| found.figure.as_str()).collect::<Vec<_>>().join(", ")
        };
        reasons.into_iter().try_for_each(|why| {
            write_wrapped(f, "", &format!("not in pairs: {}: {why}", figures(why)))
        })
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

fn percent(difference: Option<f64>) -> String {
    difference.map_or("-".to_string(), signed_percent)
}

#[cfg(test)]
mod tests;
