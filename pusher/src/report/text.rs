//! `Report` as text: the summary of one screen, and the message of a failing test.

mod capacity;
mod generator;
mod notes;
mod other;
mod observation;
mod stages;
mod intervals;
mod windows;
mod numbers;
mod table;
mod lines;

use std::fmt::{self, Write};

use capacity::not_told_apart;
use lines::{INDENT, head, in_lines, or_none, short, wrapped};
use lines::{write_advice, write_below, write_lines, write_wrapped};
use numbers::plain;
use other::TimesRow;
use stages::write_stages;
use table::Columns;

use super::first_run::{FILE, FirstRun};
use super::intervals::Intervals;
use super::{AfterSchedule, Report};
use crate::engine::lane_use::LaneUse;
use crate::plan::built::warning;
use crate::plan::settings::Setting;
use crate::plan::time;
use crate::plan::words::{Clock, Threads, Word};
use crate::verdict::judge::{Judged, Verdict};
use crate::verdict::part::instant;
use crate::verdict::past::Standing;

pub(crate) use lines::{WIDTH, cut, hanging, printable};

/// The most error groups that are shown.
const SHOWN_GROUPS: usize = 8;

/// The widths of the columns of thresholds: of the word, and of the threshold itself.
const WORD: usize = 10;
const LEAST_OF_THRESHOLD: usize = 24;
const MOST_OF_THRESHOLD: usize = 44;

/// The room that a figure needs for lines of its own beside its threshold.
const ROOM_FOR_LINES: usize = 24;

/// The most letters of a value of `args` that are shown.
const MOST_OF_CASE: usize = 40;

/// A warning about the times of a closed loop.
const CLOSED_LOOP: &str = "each caller waits for an answer before it asks again, so a slow service \
     gets less load; the queueing that users would feel is in none of these times";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_headline(f)?;
        if self.is_of_no_run {
            return Ok(());
        }
        self.write_capacity(f)?;
        self.write_ledger(f)?;
        // Those of many rates together say nothing.
        if self.capacity.is_none() {
            self.write_figures(f)?;
        }
        self.write_counts(f)?;
        self.write_records(f)?;
        self.write_thresholds(f)?;
        self.write_errors(f)?;
        self.write_step_errors(f)?;
        self.write_other_errors(f)?;
        self.unhooked.iter().try_for_each(|(gossiper, panic)| {
            write_wrapped(f, "unhooked", &format!("{gossiper} panicked and heard no more: {panic}"))
        })
    }
}

impl Report {
    /// Shares and times, each with how sure it is.
    fn write_figures(&self, f: &mut impl Write) -> fmt::Result {
        let (columns, intervals) = (self.columns(), self.intervals());
        self.write_shares(f, &intervals)?;
        self.write_times(f, (&columns, &intervals))?;
        self.write_compared(f)?;
        write_stages(f, &self.stages, &intervals.stages)?;
        self.write_steps(f, (&columns, &intervals))?;
        self.write_missing(f, &intervals)
    }

    /// The message of a failing test: where it is, why, the thresholds, the ledger and the errors.
    pub(crate) fn failure(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_headline(&mut text);
        if self.is_of_no_run {
            return text;
        }
        let _ = self
            .write_capacity(&mut text)
            .and_then(|()| self.write_thresholds(&mut text))
            .and_then(|()| self.write_missing_of_thresholds(&mut text))
            .and_then(|()| self.write_ledger(&mut text))
            .and_then(|()| self.write_errors(&mut text))
            .and_then(|()| self.write_step_errors(&mut text))
            .and_then(|()| self.write_other_errors(&mut text));
        text
    }

    fn write_headline(&self, f: &mut impl Write) -> fmt::Result {
        let mut headline = printable(&self.name);
        if let Some(verdict) = self.verdict {
            let again = self.after_failure(verdict);
            let (worst, unjudged) = (self.worst_window(), self.unjudged(verdict));
            headline += &format!(": {verdict}{again}{worst}{unjudged}");
            if let Some(source) = self.passes_inconclusive() {
                headline += &format!(", and its test passes all the same ({})", printable(source));
            }
        }
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            headline += &format!(" ({file}:{line})");
        }
        writeln!(f, "{}", hanging(&headline))?;
        for (nth, reason) in self.reasons.iter().enumerate() {
            write_wrapped(f, head("because", nth), reason)?;
        }
        if let Some(first) = &self.first_run {
            write_wrapped(f, "first run", &first.in_words())?;
        }
        let words = printable(&self.load_in_words());
        let last = words.matches(", ").count();
        let comma = |nth| if nth < last { "," } else { "" };
        let parts =
            words.split(", ").enumerate().map(|(nth, part)| format!("{part}{}", comma(nth)));
        write_lines(f, "load", &in_lines(parts, WIDTH - INDENT))?;
        if self.load.concurrency.is_some() {
            write_wrapped(f, "closed", CLOSED_LOOP)?;
        }
        for (nth, hint) in self.load.hints.iter().enumerate() {
            write_wrapped(f, head("hint", nth), hint)?;
        }
        self.write_settings(f)
    }

    /// What the headline says of a load that has passed, but not at once.
    fn after_failure(&self, verdict: Verdict) -> &'static str {
        let has_failed = self.first_run.as_ref().is_some_and(|first| !first.has_passed());
        if verdict == Verdict::Passed && has_failed { " after a first run that failed" } else { "" }
    }

    /// What there is to say of it if the load is made once more.
    pub(crate) fn as_first_run(&self) -> FirstRun {
        let broken = self.thresholds.iter().filter(|judged| judged.met == Some(false));
        let in_words = |judged: &Judged| {
            let (figure, bounds) = (judged.figure_in_words(), judged.bounds_in_words());
            format!("{} was {figure}{bounds}", judged.text)
        };
        FirstRun {
            name: self.name.clone(),
            verdict: self.verdict,
            reasons: self.reasons.clone(),
            broken: broken.map(in_words).collect(),
            report: FILE,
        }
    }

    fn load_in_words(&self) -> String {
        let mut words = self.load.words();
        if let Some(case) = self.case_beside_its_name() {
            words += &format!(", case {case}");
        }
        if !self.load.warmup.is_zero() {
            words += &format!(", warm-up {}", time::format(self.load.warmup));
        }
        if self.load.workers > 1 {
            words += &format!(", {} workers", self.load.workers);
        }
        if self.load.concurrency.is_none() {
            words += &format!(", overtime {}", self.load.overtime);
        }
        if self.load.time == Clock::Virtual.word() {
            words += ", virtual time";
        }
        if self.load.runtime == Some(Threads::MultiThread.word()) {
            words += ", multi-thread runtime";
        }
        let build = warning(self.load.built).map(|warning| format!(", {warning}"));
        words + &build.unwrap_or_default()
    }

    /// What the headline says of the first threshold that is broken in windows: when it was worst.
    fn worst_window(&self) -> String {
        let mut broken = self.thresholds.iter().filter(|judged| judged.met == Some(false));
        let worst = broken.find_map(|judged| judged.part.worst);
        worst.map_or_else(String::new, |worst| {
            format!(", worst from {} to {}", instant(worst.from), instant(worst.to))
        })
    }

    /// What the headline says of thresholds that were not judged: a load that has passed without
    /// them, or by its counts alone, has not shown that they hold. Windows that were not judged
    /// stand there whatever the verdict: one that has failed may be worse than they show.
    fn unjudged(&self, verdict: Verdict) -> String {
        let unjudged: Vec<&Judged> =
            self.thresholds.iter().filter(|judged| judged.met.is_none()).collect();
        if self.capacity.is_some() {
            let has_passed = verdict == Verdict::Passed;
            return if has_passed { not_told_apart(&unjudged) } else { String::new() };
        }
        let by_counts = self.load.only_counts().is_some();
        let windows = self.unjudged_windows().unwrap_or_default();
        if unjudged.is_empty() || !(by_counts || verdict == Verdict::Passed) {
            return windows;
        }
        let (some, all) = (unjudged.len(), self.thresholds.len());
        let which = if by_counts {
            let names: Vec<String> =
                unjudged.iter().map(|judged| judged.metric.to_string()).collect();
            names.join(", ")
        } else {
            first_of(&unjudged)
        };
        let which = printable(&which);
        format!(", {some} of {all} thresholds not judged: {which}{windows}")
    }

    /// The windows that were too small to judge, of the threshold that has the most of them.
    fn unjudged_windows(&self) -> Option<String> {
        let partly = self.thresholds.iter().filter(|judged| judged.met.is_some());
        let most = partly
            .filter_map(|judged| Some((judged.unjudged_windows()?, &judged.text)))
            .max_by_key(|((unjudged, _), _)| *unjudged);
        most.map(|((some, all), text)| {
            format!(", {some} of {all} windows of `{}` not judged", printable(text))
        })
    }

    /// The value of `args`, in quotes, if the name of the load does not end with it as it is.
    fn case_beside_its_name(&self) -> Option<String> {
        let case = self.load.case.as_deref()?;
        let is_in_name = self.name.rsplit_once("::").is_some_and(|(_, last)| last == case);
        (!is_in_name).then(|| format!("\"{}\"", cut(&printable(case), MOST_OF_CASE)))
    }

    /// The settings from outside of the attribute, and those of them that this load has no use for.
    fn write_settings(&self, f: &mut impl Write) -> fmt::Result {
        // The lines of the thresholds say it.
        let (used, unused): (Vec<&Setting>, Vec<&Setting>) = self
            .load
            .settings
            .iter()
            .filter(|set| !set.is_only_counts())
            .partition(|set| set.unused.is_none());
        if !used.is_empty() {
            let comma = |nth| if nth + 1 < used.len() { "," } else { "" };
            let words = used
                .iter()
                .enumerate()
                .map(|(nth, set)| printable(&format!("{}{}", in_words(set), comma(nth))));
            write_lines(f, "settings", &in_lines(words, WIDTH - INDENT))?;
        }
        unused.iter().enumerate().try_for_each(|(nth, set)| {
            let why = set.unused.unwrap_or_default();
            write_wrapped(f, head("not used", nth), &format!("{}: {why}", in_words(set)))
        })
    }

    fn ticks_in_words(&self) -> String {
        let ledger = &self.ledger;
        let late = match ledger.canceled_late {
            0 => String::new(),
            late => format!(" ({late} of them late)"),
        };
        format!(
            "{} scheduled = {} started + {} canceled{late}",
            ledger.scheduled, ledger.started, ledger.canceled
        )
    }

    fn calls_in_words(&self) -> String {
        let ledger = &self.ledger;
        format!(
            "{} ok, {} failed, {} timed out, {} panicked, {} interrupted",
            ledger.ok, ledger.failed, ledger.timed_out, ledger.panicked, ledger.interrupted
        )
    }

    fn write_ledger(&self, f: &mut impl Write) -> fmt::Result {
        write_wrapped(f, "ticks", &self.ticks_in_words())?;
        write_wrapped(f, "calls", &self.calls_in_words())?;
        if self.missing_callers > 0 {
            writeln!(f, "  callers     {} never made a call", self.missing_callers)?;
        }
        let warmup = &self.warmup_ledger;
        if warmup.canceled + warmup.errors() > 0 {
            let (ok, errors, canceled) = (warmup.ok, warmup.errors(), warmup.canceled);
            let text =
                format!("{ok} ok, {errors} errors, {canceled} canceled, none of it measured");
            write_wrapped(f, "warm-up", &text)?;
        }
        self.write_data(f)?;
        self.write_stood_still(f)?;
        if let Some(LaneUse { on_duty, of, busy }) = self.lanes {
            let share = (100.0 * busy).round();
            let text = format!("{on_duty} of {of}, busy {share}% of the time");
            write_wrapped(f, "lanes", &text)?;
        }
        self.write_generator(f)?;
        if let Some(warming) = &self.still_warming {
            write_wrapped(f, "warming up", &warming.sentence())?;
        }
        writeln!(
            f,
            "  throughput  {}/s over {}",
            plain(self.throughput),
            time::rounded(self.schedule)
        )?;
        self.write_after_schedule(f)?;
        self.write_other_ledger(f)
    }

    fn write_stood_still(&self, f: &mut impl Write) -> fmt::Result {
        match self.stood_still.in_words() {
            Some(words) => write_wrapped(f, "stood still", &words),
            None => Ok(()),
        }
    }

    fn write_after_schedule(&self, f: &mut impl Write) -> fmt::Result {
        let AfterSchedule { ok, errors, delayed } = self.after_schedule;
        if ok + errors == 0 {
            return Ok(());
        }
        let after = time::rounded(self.elapsed.saturating_sub(self.schedule));
        let late = match delayed {
            0 => String::new(),
            delayed => format!(" ({delayed} because they began late)"),
        };
        let text = format!("{ok} ok{late}, {errors} errors, up to {after} after the schedule");
        write_wrapped(f, "afterwards", &text)
    }

    fn write_data(&self, f: &mut impl Write) -> fmt::Result {
        let ticks = self.ledger.scheduled;
        let used_up = self.load.data.as_ref().filter(|data| data.used_up);
        match used_up.map(|data| data.enough_for) {
            Some(Some(enough)) => {
                writeln!(f, "  data        used up after {ticks} of {enough} ticks")
            }
            Some(None) => writeln!(f, "  data        used up after {ticks} ticks"),
            None => Ok(()),
        }
    }

    /// The times of calls and of steps stand in the same columns.
    fn columns(&self) -> Columns {
        let reports = [Some(self), self.other.as_deref()].into_iter().flatten();
        let calls =
            reports.flat_map(|it| [&it.response, &it.service, &it.lag, &it.failed_response]);
        Columns::of(calls.chain(self.shown_steps().map(|step| &step.times)))
    }

    fn write_times(
        &self,
        f: &mut impl Write,
        (columns, intervals): (&Columns, &Intervals),
    ) -> fmt::Result {
        // No call has begun or ended.
        if self.response.is_empty() && self.lag.is_empty() && self.failed_response.is_empty() {
            return Ok(());
        }
        columns.write_heads(f, "times")?;
        let of_other = self.other.as_ref().map(|other| other.intervals());
        let both = [Some(intervals), of_other.as_ref()];
        let rows: [TimesRow; 3] = [
            ("response", |it| &it.response, |it| &it.response),
            ("service", |it| &it.service, |it| &it.service),
            ("lag", |it| &it.lag, |it| &it.lag),
        ];
        rows.into_iter().try_for_each(|row| self.write_row_of_both(f, (columns, both), row))?;
        self.write_failed_of_both(f, columns)
    }

    fn write_thresholds(&self, f: &mut impl Write) -> fmt::Result {
        let widths = self.thresholds.iter().map(|judged| judged.text.chars().count());
        let width = widths.max().unwrap_or_default().clamp(LEAST_OF_THRESHOLD, MOST_OF_THRESHOLD);
        let by_counts = self.load.only_counts();
        if let Standing::Silent(absence) = &self.baseline {
            write_wrapped(f, "baseline", &absence.why)?;
        }
        if let Some(source) = by_counts {
            write_wrapped(f, "thresholds", &format!("counts ({source}): no others are judged"))?;
        }
        self.thresholds.iter().enumerate().try_for_each(|(nth, judged)| {
            let heading = if by_counts.is_some() { "" } else { head("thresholds", nth) };
            write!(f, "  {heading:<11} ")?;
            write_judged(f, judged, width)
        })
    }

    fn write_errors(&self, f: &mut impl Write) -> fmt::Result {
        for (nth, group) in self.errors.iter().take(SHOWN_GROUPS).enumerate() {
            // As the line of the calls writes it.
            let kind = group.kind.replace('_', " ");
            let text = format!("{} × {kind}: {}", group.count, or_none(printable(&group.text)));
            write_wrapped(f, head("errors", nth), &text)?;
            if group.example != group.text {
                write_below(f, &format!("such as: {}", short(&printable(&group.example))))?;
            }
            let mut said = self.errors[..nth].iter().map(|group| group.advice);
            write_advice(f, group.advice.filter(|advice| said.all(|said| said != Some(*advice))))?;
        }
        let full_list = if self.file.is_some() { "report.json" } else { "`Report::errors`" };
        let calls: u64 = self.errors.iter().skip(SHOWN_GROUPS).map(|group| group.count).sum();
        match self.errors.len().saturating_sub(SHOWN_GROUPS) {
            0 => Ok(()),
            1 => writeln!(f, "  {:<11} {calls} × 1 more group, in {full_list}", ""),
            more => writeln!(f, "  {:<11} {calls} × {more} more groups, in {full_list}", ""),
        }
    }
}

/// The first of the thresholds that were not judged, with the reason, and how many more there are:
/// `p99 < 1s (never seen) and 2 more`.
fn first_of(unjudged: &[&Judged]) -> String {
    let Some(first) = unjudged.first() else { return String::new() };
    let why = first.not_judged.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    let others = match unjudged.len() - 1 {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    format!("{}{why}{others}", first.text)
}

/// Writes a threshold in a column of this width, and its figure beside it; or below it, if there is
/// no room.
fn write_judged(f: &mut impl Write, judged: &Judged, width: usize) -> fmt::Result {
    let word = match judged.met {
        // A condition of `abort(..)` that is met would read as if it had come true.
        Some(true) if judged.part.only_stops => "no abort",
        Some(true) => "met",
        Some(false) => "BROKEN",
        None => "not judged",
    };
    let figure = judged.not_judged.clone().unwrap_or_else(|| judged.observation());
    let (text, begin) = (&judged.text, INDENT + WORD + 1);
    let room = WIDTH - begin - width - 1;
    // What a baseline says, or the other fn, is a long sentence.
    let is_long = judged.baseline.is_some() || judged.other.is_some();
    let fits = figure.chars().count() <= room || room >= ROOM_FOR_LINES && !is_long;
    if text.chars().count() > width || !fits {
        writeln!(f, "{word:<WORD$} {text}")?;
        let figure = wrapped(&figure, WIDTH - begin - 2);
        return figure.iter().try_for_each(|line| writeln!(f, "{:begin$}  {line}", ""));
    }
    let gap = format!("\n{:indent$}", "", indent = WIDTH - room);
    writeln!(f, "{word:<WORD$} {text:<width$} {}", wrapped(&figure, room).join(&gap))
}

/// `duration 2s (profile smoke)`.
fn in_words(set: &Setting) -> String {
    format!("{} {} ({})", set.key, set.value, set.source)
}

#[cfg(test)]
mod tests;
