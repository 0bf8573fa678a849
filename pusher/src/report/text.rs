//! The summary of one screen, and what a failing test says.

mod notes;

use std::fmt::{self, Write};
use std::time::Duration;

use super::Report;
use crate::plan::settings::Setting;
use crate::plan::threshold::Unit;
use crate::plan::time;
use crate::statistics::latency::Latency;
use crate::verdict::judge::Judged;

/// How many error groups a screen has room for.
const MOST_GROUPS: usize = 8;
/// How wide a screen is, and where on it the second column begins.
const WIDTH: usize = 110;
const INDENT: usize = 14;

/// What everybody is to know who reads the times of a closed loop.
const CLOSED: &str = "  closed      a caller asks again when it has its answer: a slow service gets less load, and the queueing that users
              would feel is in none of these times";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_headline(f)?;
        self.write_ledger(f)?;
        self.write_times(f)?;
        self.write_steps(f)?;
        self.write_counts(f)?;
        self.write_records(f)?;
        self.write_thresholds(f)?;
        self.write_errors(f)?;
        self.write_step_errors(f)?;
        for (gossiper, panic) in &self.unhooked {
            writeln!(
                f,
                "  unhooked    {gossiper} panicked and heard no more: {}",
                printable(panic)
            )?;
        }
        Ok(())
    }
}

impl Report {
    /// What a failing test prints: the place, why, the thresholds, the ledger and the errors.
    pub(crate) fn failure(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_headline(&mut text).and_then(|()| self.write_thresholds(&mut text));
        let _ = self
            .write_ledger(&mut text)
            .and_then(|()| self.write_errors(&mut text))
            .and_then(|()| self.write_step_errors(&mut text));
        text
    }

    fn write_headline(&self, f: &mut impl Write) -> fmt::Result {
        write!(f, "{}", printable(&self.name))?;
        if let Some(verdict) = self.verdict {
            write!(f, ": {verdict}")?;
        }
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            write!(f, " ({file}:{line})")?;
        }
        writeln!(f)?;
        for (nth, reason) in self.reasons.iter().enumerate() {
            write_wrapped(f, head("because", nth), reason)?;
        }
        write!(f, "  load        {}", printable(&self.load.words()))?;
        if !self.load.warmup.is_zero() {
            write!(f, ", warm-up {}", time::format(self.load.warmup))?;
        }
        if self.load.workers > 1 {
            write!(f, ", {} workers", self.load.workers)?;
        }
        if self.load.concurrency.is_none() {
            write!(f, ", overtime {}", self.load.overtime)?;
        }
        if self.load.time == "virtual" {
            write!(f, ", virtual time")?;
        }
        writeln!(f, "{}", if super::IS_DEBUG_BUILD { ", debug build" } else { "" })?;
        match self.load.concurrency {
            None => Ok(()),
            Some(_) => writeln!(f, "{CLOSED}"),
        }?;
        self.write_settings(f)
    }

    /// What was said in the place of the attribute, and what of it means nothing for this load.
    fn write_settings(&self, f: &mut impl Write) -> fmt::Result {
        // That thresholds are off is said where they stand.
        let is_off = |said: &&Setting| said.key == "thresholds" && said.value == "off";
        let (used, unused): (Vec<&Setting>, Vec<&Setting>) = self
            .load
            .settings
            .iter()
            .filter(|said| !is_off(said))
            .partition(|said| said.unused.is_none());
        if !used.is_empty() {
            let comma = |nth| if nth + 1 < used.len() { "," } else { "" };
            let said = used
                .iter()
                .enumerate()
                .map(|(nth, said)| printable(&format!("{}{}", in_words(said), comma(nth))));
            write_lines(f, "settings", &in_lines(said, WIDTH - INDENT))?;
        }
        unused.iter().enumerate().try_for_each(|(nth, said)| {
            let why = said.unused.unwrap_or_default();
            write_wrapped(f, head("not used", nth), &format!("{}: {why}", in_words(said)))
        })
    }

    fn write_ledger(&self, f: &mut impl Write) -> fmt::Result {
        let ledger = &self.ledger;
        writeln!(
            f,
            "  ticks       {} scheduled = {} started + {} canceled",
            ledger.scheduled, ledger.started, ledger.canceled
        )?;
        writeln!(
            f,
            "  calls       {} ok, {} failed, {} timed out, {} panicked, {} interrupted",
            ledger.ok, ledger.failed, ledger.timed_out, ledger.panicked, ledger.interrupted
        )?;
        if self.missing_callers > 0 {
            writeln!(f, "  callers     {} never got to a call", self.missing_callers)?;
        }
        let warmup = &self.warmup_ledger;
        if warmup.canceled + warmup.errors() > 0 {
            let (ok, errors, canceled) = (warmup.ok, warmup.errors(), warmup.canceled);
            writeln!(
                f,
                "  warm-up     {ok} ok, {errors} errors, {canceled} canceled, none of it measured"
            )?;
        }
        self.write_data(f)?;
        writeln!(
            f,
            "  throughput  {}/s over {}",
            plain(self.throughput),
            time::rounded(self.elapsed)
        )
    }

    fn write_data(&self, f: &mut impl Write) -> fmt::Result {
        let (ticks, warmup) = (self.ledger.scheduled, self.warmup_ledger.scheduled);
        match self
            .load
            .data
            .as_ref()
            .filter(|data| data.is_used_up(ticks, warmup))
            .map(|data| data.enough_for)
        {
            Some(Some(enough)) => {
                writeln!(f, "  data        used up after {ticks} of {enough} ticks")
            }
            Some(None) => writeln!(f, "  data        used up after {ticks} ticks"),
            None => Ok(()),
        }
    }

    fn write_times(&self, f: &mut impl Write) -> fmt::Result {
        write_heads(f, "times")?;
        write_row(f, "response", &self.response)?;
        write_row(f, "service", &self.service)?;
        write_row(f, "lag", &self.lag)?;
        if self.failed_response.is_empty() {
            Ok(())
        } else {
            write_row(f, "of failed", &self.failed_response)
        }
    }

    fn write_thresholds(&self, f: &mut impl Write) -> fmt::Result {
        let width = self
            .thresholds
            .iter()
            .map(|judged| judged.text.chars().count())
            .max()
            .unwrap_or_default()
            .max(24);
        let off = self.load.thresholds_off();
        if let Some(source) = off {
            write_wrapped(f, "thresholds", &format!("off ({source})"))?;
        }
        self.thresholds.iter().enumerate().try_for_each(|(nth, judged)| {
            let word = match judged.met {
                Some(true) => "met",
                Some(false) => "BROKEN",
                None if off.is_some() => "off",
                None => "not judged",
            };
            let heading = if off.is_some() { "" } else { head("thresholds", nth) };
            write!(f, "  {heading:<11} {word:<10} {:<width$} ", judged.text)?;
            match &judged.not_judged {
                Some(why) => writeln!(f, "{why}"),
                None => writeln!(f, "{}", judged.observation()),
            }
        })
    }

    fn write_errors(&self, f: &mut impl Write) -> fmt::Result {
        for (nth, group) in self.errors.iter().take(MOST_GROUPS).enumerate() {
            // The ledger's word, as the line of the calls has it.
            let kind = group.kind.replace('_', " ");
            writeln!(
                f,
                "  {:<11} {} × {kind}: {}",
                head("errors", nth),
                group.count,
                or_none(printable(&group.text))
            )?;
            if group.example != group.text {
                writeln!(f, "  {:<11}   such as: {}", "", short(&printable(&group.example)))?;
            }
        }
        let place = if self.file.is_some() { "report.json" } else { "`Report::errors`" };
        let calls: u64 = self.errors.iter().skip(MOST_GROUPS).map(|group| group.count).sum();
        match self.errors.len().saturating_sub(MOST_GROUPS) {
            0 => Ok(()),
            1 => writeln!(f, "  {:<11} {calls} × 1 more group, in {place}", ""),
            more => writeln!(f, "  {:<11} {calls} × {more} more groups, in {place}", ""),
        }
    }
}

impl Judged {
    /// What was seen, in the unit in which the threshold is written: rounded, unless that would
    /// make it look like the limit.
    fn observation(&self) -> String {
        let Some(observed) = self.observed else { return "no sample".to_string() };
        let looks_like_the_limit =
            observed != self.limit && self.rounded(observed) == self.rounded(self.limit);
        if looks_like_the_limit { self.exact(observed) } else { self.rounded(observed) }
    }

    fn rounded(&self, figure: f64) -> String {
        match self.metric.unit() {
            Unit::Time => time::rounded(Duration::from_nanos(figure as u64)),
            Unit::Share => format!("{}%", plain(figure * 100.0)),
            Unit::CallsPerSecond | Unit::PerSecond => format!("{}/s", plain(figure)),
            Unit::Number => plain(figure),
        }
    }

    fn exact(&self, figure: f64) -> String {
        match self.metric.unit() {
            Unit::Time => time::format(Duration::from_nanos(figure as u64)),
            Unit::Share => format!("{}%", decimal(figure * 100.0, 9)),
            Unit::CallsPerSecond | Unit::PerSecond => format!("{}/s", decimal(figure, 9)),
            Unit::Number => decimal(figure, 9),
        }
    }
}

/// A heading stands before the first of its lines only.
fn head(heading: &'static str, nth: usize) -> &'static str {
    if nth == 0 { heading } else { "" }
}

fn write_heads(f: &mut impl Write, of: &str) -> fmt::Result {
    write!(f, "  {of:<11}")?;
    ["count", "min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"]
        .iter()
        .try_for_each(|head| write!(f, " {head:>8}"))?;
    writeln!(f)
}

/// A heading, and beside it a text in as many lines as it needs.
fn write_wrapped(f: &mut impl Write, heading: &str, text: &str) -> fmt::Result {
    write_lines(f, heading, &wrapped(&printable(text), WIDTH - INDENT))
}

fn write_lines(f: &mut impl Write, heading: &str, lines: &[String]) -> fmt::Result {
    writeln!(f, "  {heading:<11} {}", lines.join(&format!("\n{:INDENT$}", "")))
}

fn in_words(said: &Setting) -> String {
    format!("{} {} ({})", said.key, said.value, said.source)
}

/// A name that is longer than its column goes on where the count leaves room.
fn write_row(f: &mut impl Write, name: &str, latency: &Latency) -> fmt::Result {
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

/// Four digits, about.
fn plain(number: f64) -> String {
    let places = if number >= 1_000.0 {
        0
    } else if number >= 10.0 {
        1
    } else {
        4
    };
    decimal(number, places)
}

/// A number without zeros at its end that say nothing.
fn decimal(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

/// Text that came from elsewhere, on one line and without what would steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| if steers(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// Control characters, and those that part lines or turn the direction of writing.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text in lines of at most so many characters, save for words that are longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    in_lines(text.split(' ').map(str::to_string), width)
}

/// The same for parts that stay whole, with a space between two.
fn in_lines(parts: impl Iterator<Item = String>, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for part in parts {
        let line = lines.last_mut().expect("there is a first line");
        if line.is_empty() {
            line.push_str(&part);
        } else if line.chars().count() + 1 + part.chars().count() <= width {
            line.push(' ');
            line.push_str(&part);
        } else {
            lines.push(part);
        }
    }
    lines
}

fn or_none(text: String) -> String {
    if text.is_empty() { "(no text)".to_string() } else { text }
}

fn short(text: &str) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// Text of at most so many characters, of which the last says whether there is more.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_string()
    } else {
        text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests;
