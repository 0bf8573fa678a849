//! The [`Intervals`] of a `Report`: a row below each row of times, and a line for shares and for
//! figures without one.

use std::fmt::{self, Write};

use super::lines::{INDENT, WIDTH, in_lines, printable, write_lines, write_wrapped};
use super::numbers::decimal;
use super::table::Columns;
use crate::plan::threshold::Figure;
use crate::report::Report;
use crate::report::intervals::{IntervalOrNot, Intervals, TimeIntervals};
use crate::statistics::latency::Latency;
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::Interval;

/// The name of a row of them.
const ROW: &str = "  95 of 100 runs";

/// The most lines about figures without one.
const MOST_REASONS: usize = 4;

impl Report {
    /// The shares and their intervals.
    pub(super) fn write_shares(&self, f: &mut impl Write, intervals: &Intervals) -> fmt::Result {
        let ledger = &self.ledger;
        let shares = [
            ("errors", ledger.errors(), ledger.started, &intervals.errors),
            ("canceled", ledger.canceled, ledger.scheduled, &intervals.canceled),
        ];
        let known = shares.iter().filter_map(|(name, part, whole, found)| {
            let Interval { low, high } = (*found).ok()?;
            let share = percent(*part as f64 / *whole as f64);
            Some(format!("{name} {share} ({} to {})", percent(low), percent(high)))
        });
        let mut known: Vec<String> = known.collect();
        let last = known.len().saturating_sub(1);
        known.iter_mut().take(last).for_each(|text| text.push(','));
        if known.is_empty() {
            return Ok(());
        }
        write_lines(f, "shares", &in_lines(known.into_iter(), WIDTH - INDENT))
    }

    /// Which figures of the tables have no interval, and why.
    pub(super) fn write_missing(&self, f: &mut impl Write, intervals: &Intervals) -> fmt::Result {
        let calls = [
            (&self.response, "response", &intervals.response),
            (&self.service, "service", &intervals.service),
            (&self.lag, "lag", &intervals.lag),
        ];
        let calls = calls.map(|(latency, name, found)| (latency, name.to_string(), found));
        let steps = self.shown_steps().zip(&intervals.steps);
        let steps = steps.map(|(step, found)| (&step.times, printable(&step.name), &found.times));
        let mut said: Vec<(Vec<&str>, NotCompared)> = Vec::new();
        let mut lines = Vec::new();
        for (latency, name, found) in calls.into_iter().chain(steps) {
            let told = told(latency, found);
            let Some((_, Err(why))) = told.iter().find(|(_, found)| found.is_err()) else {
                continue;
            };
            let missing = told.iter().filter(|(_, found)| found.is_err());
            let figures: Vec<&str> = missing.map(|(figure, _)| *figure).collect();
            // One reason is enough for the response, the service and the lag.
            let is_said = |(others, other): &(Vec<&str>, NotCompared)| {
                other.is_of_run() || *others == figures && other.is_like(why)
            };
            if said.iter().any(is_said) {
                continue;
            }
            let which = match figures.len() == told.len() {
                true if said.is_empty() => "none".to_string(),
                true => format!("none of {name}"),
                // It is the first row, and thresholds name it so too.
                false if name == "response" => format!("none of {}", figures.join(", ")),
                false => format!("none of {name} {}", figures.join(", ")),
            };
            lines.push(format!("{which}: {why}"));
            said.push((figures, *why));
        }
        let heading = |nth: usize| if nth == 0 { "intervals" } else { "" };
        lines
            .iter()
            .take(MOST_REASONS)
            .enumerate()
            .try_for_each(|(nth, line)| write_wrapped(f, heading(nth), line))
    }
}

/// The intervals of the figures that the table shows.
fn told<'a>(latency: &Latency, found: &'a TimeIntervals) -> Vec<(&'static str, &'a IntervalOrNot)> {
    let is_told = |figure: &str| {
        let samples = latency.samples();
        samples.count() > 0
            && Figure::parse(figure).is_ok_and(|figure| samples.resolved(figure).is_some())
    };
    found.each().filter(|(figure, _)| is_told(figure)).collect()
}

impl Columns {
    /// Writes the intervals below the row of these times, as the part that a figure may be more or
    /// less; nothing if there is none.
    pub(super) fn write_intervals(
        &self,
        f: &mut impl Write,
        latency: &Latency,
        found: &TimeIntervals,
    ) -> fmt::Result {
        let told = told(latency, found);
        if told.iter().all(|(_, found)| found.is_err()) {
            return Ok(());
        }
        self.write_cells(f, ROW, |figure| {
            let (_, found) = told.iter().find(|(told, _)| *told == figure)?;
            let interval = found.ok()?;
            Some(within(interval))
        })
    }
}

/// The part by which the upper bound is more than the figure, and the lower bound nearly as much
/// less.
pub(super) fn within(Interval { low, high }: Interval) -> String {
    match 100.0 * ((high / low).sqrt() - 1.0) {
        _ if high <= 0.0 => "±0".to_string(),
        part if part < 9.95 => format!("±{part:.1}%"),
        part if part < 99.5 => format!("±{part:.0}%"),
        _ => "±>99%".to_string(),
    }
}

/// A share with two digits or, near to all, as many as tell it from that.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let distance = percent.min(100.0 - percent);
    let digits = if distance <= 0.0 { 0.0 } else { (1.0 - distance.log10().floor()).max(0.0) };
    format!("{}%", decimal(percent, digits as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_told_by_their_distance() {
        for (low, high, text) in [
            (100.0, 102.0, "±1.0%"),
            (90.9, 110.0, "±10%"),
            (50.0, 200.0, "±>99%"),
            (10.0, 10.0, "±0.0%"),
            (0.0, 0.0, "±0"),
            (0.0, 5.0, "±>99%"),
        ] {
            assert_eq!(within(Interval { low, high }), text);
        }
    }

    #[test]
    fn shares_have_two_digits() {
        for (share, text) in [
            (0.0, "0%"),
            (0.000_384_2, "0.038%"),
            (0.003_333, "0.33%"),
            (0.25, "25%"),
            (0.123, "12%"),
            (0.999_6, "99.96%"),
            (1.0, "100%"),
        ] {
            assert_eq!(percent(share), text);
        }
    }
}
