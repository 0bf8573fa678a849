//! `Report::other` as text: what the fn came to that the load's is compared with.

use std::fmt::{self, Write};

use super::lines::{INDENT, WIDTH, cut, head, or_none, printable, short};
use super::lines::{write_advice, write_below, write_wrapped};
use super::numbers::signed_percent;
use super::table::Columns;
use crate::report::Report;
use crate::report::intervals::{Intervals, TimeIntervals};
use crate::statistics::latency::Latency;
use crate::verdict::compared::PairedFigure;

/// The most of its error groups that are shown.
const SHOWN_GROUPS: usize = 4;

/// A row of the table: its name, and which times and intervals stand in it.
pub(super) type TimesRow =
    (&'static str, fn(&Report) -> &Latency, fn(&Intervals) -> &TimeIntervals);

impl Report {
    /// Where its ticks went, behind those of the load's own fn.
    pub(super) fn write_other_ledger(&self, f: &mut impl Write) -> fmt::Result {
        let Some(other) = &self.other else { return Ok(()) };
        let (ticks, calls) = (other.ticks_in_words(), other.calls_in_words());
        let name = printable(&other.name);
        write_wrapped(f, "other", &format!("{name}: {ticks}"))?;
        write_wrapped(f, "", &calls)
    }

    /// A row of times with their intervals, and below it that of the other fn, if there is one.
    pub(super) fn write_row_of_both(
        &self,
        f: &mut impl Write,
        (columns, [own, other]): (&Columns, [Option<&Intervals>; 2]),
        (name, times, intervals): TimesRow,
    ) -> fmt::Result {
        let below = self.other.as_deref().map(|it| (format!("  {}", printable(&it.name)), it));
        let rows = [Some((name.to_string(), self)), below].into_iter().flatten();
        rows.zip([own, other]).try_for_each(|((name, report), found)| {
            columns.write_row(f, &name, times(report))?;
            match found {
                Some(found) => columns.write_intervals(f, times(report), intervals(found)),
                None => Ok(()),
            }
        })
    }

    /// The times of calls that failed, if one did.
    pub(super) fn write_failed_of_both(
        &self,
        f: &mut impl Write,
        columns: &Columns,
    ) -> fmt::Result {
        let reports = [Some(self), self.other.as_deref()].into_iter().flatten();
        if reports.clone().all(|it| it.failed_response.is_empty()) {
            return Ok(());
        }
        columns.write_row(f, "of failed", &self.failed_response)?;
        let Some(other) = &self.other else { return Ok(()) };
        columns.write_row(f, &format!("  {}", printable(&other.name)), &other.failed_response)
    }

    /// How both differ, each percentile of response and beside it that of service time: in pairs,
    /// in which interval that is, and by the whole.
    pub(super) fn write_compared(&self, f: &mut impl Write) -> fmt::Result {
        let Some(other) = &self.other else { return Ok(()) };
        let name = cut(&printable(&other.name), WIDTH - INDENT - 28);
        write_wrapped(f, "compared", &format!("with {name}: + is slower, - is faster"))?;
        let (response, service) = self.compared.split_at(self.compared.len() / 2);
        let is_told = |found: &PairedFigure| found.difference.or(found.whole).is_some();
        if self.compared.iter().any(is_told) {
            let heads = format!("{:>8} {:>18} {:>7}", "in pairs", "in 95 of 100 loads", "whole");
            writeln!(f, "  {:<6}{:>25}{:>36}", "", "response", "service")?;
            writeln!(f, "  {:<6}{heads} {heads}", "")?;
        }
        let rows = response.iter().zip(service);
        for (response, service) in rows.filter(|(one, two)| is_told(one) || is_told(two)) {
            let cells = [response, service].map(differences_in_words).join(" ");
            writeln!(f, "  {:<6}{cells}", response.figure)?;
        }
        let mut told: Vec<&str> = Vec::new();
        for why in self.compared.iter().filter_map(|found| found.why.as_deref()) {
            if told.contains(&why) {
                continue;
            }
            told.push(why);
            let such = self.compared.iter().filter(|found| found.why.as_deref() == Some(why));
            let figures: Vec<&str> = such.map(|found| found.figure.as_str()).collect();
            write_wrapped(f, "", &format!("not in pairs: {}: {why}", figures.join(", ")))?;
        }
        Ok(())
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

fn differences_in_words(found: &PairedFigure) -> String {
    let interval = match found.low.zip(found.high) {
        Some((low, high)) => format!("{} to {}", signed_percent(low), signed_percent(high)),
        None => "-".to_string(),
    };
    let [difference, whole] = [found.difference, found.whole].map(percent);
    format!("{difference:>8} {interval:>18} {whole:>7}")
}

#[cfg(test)]
mod tests;
