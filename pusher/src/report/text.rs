//! `Report` as text: the summary of one screen, and the message of a failing test.

mod notes;
mod observation;
mod numbers;
mod table;
mod lines;

use std::fmt::{self, Write};

use lines::{INDENT, WIDTH, cut, head, in_lines, or_none, short};
use lines::{write_advice, write_lines, write_wrapped};
use numbers::plain;
use table::{write_heads, write_row};

use super::{AfterSchedule, Report};
use crate::plan::settings::Setting;
use crate::plan::time;
use crate::verdict::judge::{Judged, Verdict};

pub(crate) use lines::printable;

/// The most error groups that are shown.
const SHOWN_GROUPS: usize = 8;

/// The most letters of a value of `args` that are shown.
const MOST_OF_CASE: usize = 40;

/// A warning about the times of a closed loop.
const CLOSED_LOOP: &str = "each caller waits for an answer before it asks again, so a slow service \
     gets less load; the queueing that users would feel is in none of these times";

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
    /// The message of a failing test: where it is, why, the thresholds, the ledger and the errors.
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
            write!(f, ": {verdict}{}", self.unjudged(verdict))?;
        }
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            write!(f, " ({file}:{line})")?;
        }
        writeln!(f)?;
        for (nth, reason) in self.reasons.iter().enumerate() {
            write_wrapped(f, head("because", nth), reason)?;
        }
        write!(f, "  load        {}", printable(&self.load.words()))?;
        if let Some(case) = self.case_beside_its_name() {
            write!(f, ", case {case}")?;
        }
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
        if self.load.concurrency.is_some() {
            write_wrapped(f, "closed", CLOSED_LOOP)?;
        }
        for (nth, hint) in self.load.hints.iter().enumerate() {
            write_wrapped(f, head("hint", nth), hint)?;
        }
        self.write_settings(f)
    }

    /// What the headline says of thresholds that were not judged: a load that has passed without
    /// them, or by its counts alone, has not shown that they hold.
    fn unjudged(&self, verdict: Verdict) -> String {
        let unjudged: Vec<&Judged> =
            self.thresholds.iter().filter(|judged| judged.met.is_none()).collect();
        let by_counts = self.load.only_counts().is_some();
        if unjudged.is_empty() || !(by_counts || verdict == Verdict::Passed) {
            return String::new();
        }
        let (some, all) = (unjudged.len(), self.thresholds.len());
        let which = if by_counts {
            let names: Vec<String> =
                unjudged.iter().map(|judged| judged.metric.to_string()).collect();
            format!(": {}", printable(&names.join(", ")))
        } else {
            String::new()
        };
        format!(", {some} of {all} thresholds not judged{which}")
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
        let is_by_counts = |set: &&Setting| set.key == "thresholds" && set.value == "counts";
        let (used, unused): (Vec<&Setting>, Vec<&Setting>) = self
            .load
            .settings
            .iter()
            .filter(|set| !is_by_counts(set))
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

    fn write_ledger(&self, f: &mut impl Write) -> fmt::Result {
        let ledger = &self.ledger;
        let late = match ledger.canceled_late {
            0 => String::new(),
            late => format!(" ({late} of them late)"),
        };
        writeln!(
            f,
            "  ticks       {} scheduled = {} started + {} canceled{late}",
            ledger.scheduled, ledger.started, ledger.canceled
        )?;
        writeln!(
            f,
            "  calls       {} ok, {} failed, {} timed out, {} panicked, {} interrupted",
            ledger.ok, ledger.failed, ledger.timed_out, ledger.panicked, ledger.interrupted
        )?;
        if self.missing_callers > 0 {
            writeln!(f, "  callers     {} never made a call", self.missing_callers)?;
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
            time::rounded(self.schedule)
        )?;
        self.write_after_schedule(f)
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
        writeln!(
            f,
            "  afterwards  {ok} ok{late}, {errors} errors, up to {after} after the schedule"
        )
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
        let by_counts = self.load.only_counts();
        if let Some(source) = by_counts {
            write_wrapped(f, "thresholds", &format!("counts ({source}): no others are judged"))?;
        }
        self.thresholds.iter().enumerate().try_for_each(|(nth, judged)| {
            let word = match judged.met {
                Some(true) => "met",
                Some(false) => "BROKEN",
                None => "not judged",
            };
            let heading = if by_counts.is_some() { "" } else { head("thresholds", nth) };
            write!(f, "  {heading:<11} {word:<10} {:<width$} ", judged.text)?;
            match &judged.not_judged {
                Some(why) => writeln!(f, "{why}"),
                None => writeln!(f, "{}", judged.observation()),
            }
        })
    }

    fn write_errors(&self, f: &mut impl Write) -> fmt::Result {
        for (nth, group) in self.errors.iter().take(SHOWN_GROUPS).enumerate() {
            // As the line of the calls writes it.
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

/// `duration 2s (profile smoke)`.
fn in_words(set: &Setting) -> String {
    format!("{} {} ({})", set.key, set.value, set.source)
}

#[cfg(test)]
mod tests;
