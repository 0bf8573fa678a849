//! [`Publisher`]: the verdict and the report of a load, on standard error and as `report.json`.

use std::time::Duration;

use super::home::{Home, write_aside};
use super::reserve::Reserve;
use super::say::{say, shown};
use super::suite::{Member, Test};
use crate::plan::terms::Terms;
use crate::plan::time;
use crate::plan::words::Judging;
use crate::report::{Asked, Data, Findings, Report};
use crate::verdict::judge::{Verdict, judge, judge_counts};
use crate::work::{Measured, merged, together};

/// Writes reports into the folders of a test binary.
pub(crate) struct Publisher<'a> {
    pub(crate) home: &'a Home,
    pub(crate) reserve: &'a Reserve,
}

impl Publisher<'_> {
    /// Removes the reports of earlier runs, of loads and of their Workers: whatever becomes of this
    /// process, none is to be taken for this run's.
    pub(crate) fn remove_old_reports(&self, test: &Test) {
        for member in &test.members {
            // There may be none.
            let _ = std::fs::remove_file(self.home.report(&member.name));
            let copies = (0..).map(|copy| self.home.report(&name_of_copy(member, copy)));
            copies.take_while(|copy| std::fs::remove_file(copy).is_ok()).count();
        }
    }

    /// Judges and publishes a load whose Workers have run side by side, until the cause in
    /// `cut_short` ended them, if any did.
    ///
    /// # Errors
    ///
    /// The load has not passed; the text is what its failing test says.
    pub(crate) fn judged(
        &self,
        member: &Member,
        terms: &Terms,
        side_by_side: &[Measured],
        cut_short: Option<&str>,
    ) -> Result<(), String> {
        let mut report = merged(&member.name, side_by_side);
        report.set_judgement(match terms.judging {
            Judging::On => judge(&terms.thresholds, &report.evidence()),
            Judging::Counts => judge_counts(&terms.thresholds, &report.evidence()),
        });
        let why = why_ended_early(&report, cut_short, side_by_side[0].ended());
        if !why.is_empty() {
            let doubts = report.evidence().lateness_and_causes();
            report.reasons.clear();
            why.into_iter().for_each(|why| report.fail(why));
            report.reasons.extend(doubts);
        }
        if let Some(stuck) = side_by_side.iter().find_map(Measured::stuck) {
            report.fail(stuck);
        }
        if terms.workers > 1 {
            self.write_copies(member, side_by_side, &mut report);
        }
        self.publish(member, report)
    }

    /// Publishes a load without calls.
    ///
    /// # Errors
    ///
    /// Always: the text is what its failing test says.
    pub(crate) fn not_run(&self, member: &Member, terms: &Terms, why: &str) -> Result<(), String> {
        let of_each: Vec<Asked> =
            (0..terms.workers).map(|worker| Asked::of_terms(terms, &terms.order(worker))).collect();
        let load = Asked { data: Data::of_terms(terms, 0), ..together(of_each.iter()) };
        let mut report = Report::new(&member.name, Findings::default(), load);
        report.is_of_no_run = true;
        report.fail(why.to_string());
        self.publish(member, report)
    }

    /// Writes a report for each Worker; an error fails the load.
    fn write_copies(&self, member: &Member, side_by_side: &[Measured], whole: &mut Report) {
        for (copy, measured) in side_by_side.iter().enumerate() {
            let path = self.home.report(&name_of_copy(member, copy));
            let mut report = measured.report();
            report.load.case = member.case_text();
            let text = report.to_json();
            if let Err(error) = self.reserve.spend(|| write_aside(&path, &text)) {
                whole.fail(format!("the report of a worker cannot be written: {error}"));
            }
        }
    }

    /// Writes `report.json` and prints the summary; an error is what the failing test says.
    pub(crate) fn publish(&self, member: &Member, mut report: Report) -> Result<(), String> {
        report.file = Some(member.load.file.to_string());
        report.line = Some(member.load.line);
        report.load.case = member.case_text();
        let path = self.home.report(&member.name);
        let text = report.to_json();
        let line = match self.reserve.spend(|| write_aside(&path, &text)) {
            Ok(()) => format!("  report      {}\n", shown(&path)),
            Err(error) => {
                report.fail(format!("the report cannot be written: {error}"));
                String::new()
            }
        };
        say(&format!("\n{report}{line}"));
        if report.verdict == Some(Verdict::Passed) {
            Ok(())
        } else {
            Err(format!("{}{line}", report.failure()))
        }
    }
}

/// The name under which a Worker of a load has its own report.
fn name_of_copy(member: &Member, copy: usize) -> String {
    format!("{}::{copy}", member.name)
}

/// What ended a load early: a call that asked for it, the cause in `cut_short`, or one after the
/// other.
pub(crate) fn why_ended_early(
    report: &Report,
    cut_short: Option<&str>,
    ended: Duration,
) -> Vec<String> {
    let stopped = report.why_stopped();
    let why = if report.is_ended_by_a_call() {
        [stopped, cut_short.map(|cause| format!("then cut short by {cause}"))]
    } else {
        [cut_short.map(|cause| why_cut_short(cause, ended, &report.load)), stopped]
    };
    why.into_iter().flatten().collect()
}

fn why_cut_short(cause: &str, ended: Duration, load: &Asked) -> String {
    if ended.is_zero() && !load.warmup.is_zero() {
        return format!("cut short by {cause} during the warm-up");
    }
    format!("cut short by {cause} after {}{}", time::rounded(ended), load.of_whole())
}
