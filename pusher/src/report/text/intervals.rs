//! The [`Intervals`] of a `Report`: a row below each row of times, and a line for shares and for
//! figures without one.

use std::fmt::{self, Write};

use super::lines::{INDENT, WIDTH, head, in_lines, printable, write_lines, write_wrapped};
use super::numbers::share_in_percent;
use super::table::Columns;
use crate::plan::threshold::Figure;
use crate::report::Report;
use crate::report::intervals::{Intervals, StageIntervals, TimeIntervals};
use crate::statistics::latency::Latency;
use crate::verdict::judge::{IntervalField, Judged};
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::{Interval, IntervalOrNot};

/// The name of a row of them.
const ROW: &str = "  95 of 100 runs";

/// The most lines about figures without one.
const MOST_REASONS: usize = 8;

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
            let share = share_in_percent(*part as f64 / *whole as f64);
            let [low, high] = [low, high].map(share_in_percent);
            Some(format!("{name} {share} ({low} to {high})"))
        });
        let mut known: Vec<String> = known.collect();
        let last = known.len().saturating_sub(1);
        known.iter_mut().take(last).for_each(|text| text.push(','));
        if known.is_empty() {
            return Ok(());
        }
        write_lines(f, "shares", &in_lines(known.into_iter(), WIDTH - INDENT))
    }

    /// Which figures have no interval, and why.
    pub(super) fn write_missing(&self, f: &mut impl Write, intervals: &Intervals) -> fmt::Result {
        let but_stages = but_stages(&intervals.stages);
        let mut missing = Missing { but_stages, ..Missing::default() };
        self.missing_of_calls("", intervals, &mut missing);
        let steps = self.shown_steps().zip(&intervals.steps);
        steps.for_each(|(step, found)| {
            missing.add_row(&printable(&step.name), told(&step.times, &found.times));
        });
        if let Some(other) = self.other.as_deref() {
            let name = format!("{} ", printable(&other.name));
            other.missing_of_calls(&name, &other.intervals(), &mut missing);
        }
        self.missing_of_stages(&intervals.stages, &mut missing);
        let are_told = |latency: &Latency| latency.samples().resolved(Figure::nearest(50.0));
        let has_failed = are_told(&self.failed_response).is_some();
        let of = match (has_failed, !self.records.is_empty()) {
            (true, true) => "failed calls and for records",
            (true, false) => "failed calls",
            _ => "records",
        };
        if has_failed || !self.records.is_empty() {
            missing.add(of, NotCompared::NotOverTime);
        }
        self.missing_of_thresholds(&mut missing);
        missing.write(f)
    }

    /// The same of thresholds alone.
    pub(super) fn write_missing_of_thresholds(&self, f: &mut impl Write) -> fmt::Result {
        let mut missing = Missing::default();
        self.missing_of_thresholds(&mut missing);
        missing.write(f)
    }

    fn missing_of_calls(&self, of: &str, intervals: &Intervals, missing: &mut Missing) {
        let calls = [
            (&self.response, "response", &intervals.response),
            (&self.service, "service", &intervals.service),
            (&self.lag, "lag", &intervals.lag),
        ];
        for (latency, name, found) in calls {
            missing.add_row(&format!("{of}{name}"), told(latency, found));
        }
    }

    fn missing_of_stages(&self, intervals: &[StageIntervals], missing: &mut Missing) {
        let mut of_stages: Vec<(usize, NotCompared)> = Vec::new();
        for found in intervals {
            let Some(why) = found.response.each().find_map(|(_, found)| found.err()) else {
                continue;
            };
            match of_stages.iter_mut().find(|(_, other)| other.is_like(&why)) {
                Some((count, _)) => *count += 1,
                None => of_stages.push((1, why)),
            }
        }
        for (count, why) in of_stages {
            let of = match intervals.len() {
                all if all == count => "stages".to_string(),
                all => format!("{count} of {all} stages"),
            };
            missing.add(&of, why);
        }
    }

    fn missing_of_thresholds(&self, missing: &mut Missing) {
        let reason = |judged: &Judged| judged.interval.and_then(|IntervalField(found)| found.err());
        let mut without: Vec<(Vec<String>, NotCompared)> = Vec::new();
        for judged in &self.thresholds {
            let Some(why) = reason(judged).filter(|why| !missing.has_said(why)) else { continue };
            // It is neither a percentile nor a share.
            if matches!(why, NotCompared::OneCall(_)) {
                continue;
            }
            let name = format!("`{}`", printable(&judged.text));
            match without.iter_mut().find(|(_, other)| other.is_like(&why)) {
                Some((names, _)) => names.push(name),
                None => without.push((vec![name], why)),
            }
        }
        let all = self.thresholds.iter().filter(|judged| judged.interval.is_some()).count();
        for (names, why) in without {
            let is_all = all > 1 && names.len() == all;
            let of = if is_all { "the thresholds".to_string() } else { names.join(", ") };
            missing.add(&of, why);
        }
    }
}

/// ` for the whole and for 2 of 3 stages`, if the others have some.
fn but_stages(intervals: &[StageIntervals]) -> String {
    let reasons =
        || intervals.iter().map(|stage| stage.response.each().find_map(|(_, found)| found.err()));
    let changing = reasons().flatten().filter(NotCompared::is_of_run).count();
    match intervals.len() {
        _ if reasons().all(|why| why.is_some()) => String::new(),
        _ if changing == 0 => " for the whole".to_string(),
        all => format!(" for the whole and for {changing} of {all} stages"),
    }
}

/// Lines about figures without an interval; a reason is told once for all that share it.
#[derive(Default)]
struct Missing {
    lines: Vec<String>,
    /// Behind the word, if there are some for stages, though there are none for the whole.
    but_stages: String,
    /// The figures of a row that have none, and why.
    said: Vec<(Vec<&'static str>, NotCompared)>,
}

impl Missing {
    /// A row of times, with the figures that are told in it.
    fn add_row(&mut self, name: &str, told: Vec<(&'static str, &IntervalOrNot)>) {
        let missing = || told.iter().filter_map(|(figure, found)| Some((*figure, found.err()?)));
        let Some((_, why)) = missing().next() else { return };
        let figures: Vec<&str> = missing().map(|(figure, _)| figure).collect();
        // One reason is enough for the response, the service and the lag.
        let is_said = |(others, other): &(Vec<&str>, NotCompared)| {
            other.is_of_run() || *others == figures && other.is_like(&why)
        };
        if self.said.iter().any(is_said) {
            return;
        }
        let which = match figures.len() == told.len() {
            true if self.said.is_empty() => format!("none{}", self.but_stages),
            true => format!("none for {name}"),
            // It is the first row, and thresholds name it so too.
            false if name == "response" => format!("none for {}", figures.join(", ")),
            false => format!("none for {name} {}", figures.join(", ")),
        };
        self.lines.push(format!("{which}: {why}"));
        self.said.push((figures, why));
    }

    /// Something whose figures have none, all for one reason.
    fn add(&mut self, what: &str, why: NotCompared) {
        if !self.has_said(&why) {
            self.lines.push(format!("none for {what}: {why}"));
            self.said.push((Vec::new(), why));
        }
    }

    fn has_said(&self, why: &NotCompared) -> bool {
        self.said.iter().any(|(_, other)| other.is_of_run() || other.is_like(why))
    }

    fn write(&self, f: &mut impl Write) -> fmt::Result {
        let mut lines = self.lines.iter().take(MOST_REASONS).enumerate();
        lines.try_for_each(|(nth, line)| write_wrapped(f, head("intervals", nth), line))?;
        match self.lines.len().saturating_sub(MOST_REASONS) {
            0 => Ok(()),
            more => write_wrapped(f, "", &format!("and {more} more reasons, in report.json")),
        }
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
}
