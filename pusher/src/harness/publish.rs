//! [`Publisher`]: the verdict and the report of a load, on standard error and as `report.json`.

use std::cell::RefCell;
use std::time::Duration;

use super::baselines::Baselines;
use super::conditions::conditions_of;
use super::home::{Home, write_aside};
use super::published::{Published, PublishedLoad, SaidOfRun, Shelf};
use super::reserve::Reserve;
use super::say::{say, shown};
use super::suite::{Member, Test};
use crate::plan::terms::Terms;
use crate::plan::time;
use crate::plan::words::Judging;
use crate::report::first_run::FirstRun;
use crate::report::{Aborted, Asked, Data, Findings, Report};
use crate::verdict::judge::{judge_counts, judge_with};
use crate::work::{LooksAtOne, Measured, merged, together};

/// A load whose calls have been made, until the cause in `cut_short` ended them, if any did.
pub(crate) struct Made<'a> {
    /// Its Workers.
    pub(crate) side_by_side: &'a [Measured],
    pub(crate) cut_short: Option<&'a str>,
    pub(crate) looks: LooksAtOne<'a>,
    /// The other loads of its farm, in words.
    pub(crate) beside: Option<String>,
}

/// Writes reports into the folders of a test binary.
pub(crate) struct Publisher<'a> {
    pub(crate) home: &'a Home,
    pub(crate) reserve: &'a Reserve,
    pub(crate) baselines: &'a Baselines,
    /// The loads of a first run that failed, if this is the second.
    pub(crate) first: &'a [FirstRun],
    /// The loads that were judged, for a second run if this one has failed.
    pub(crate) judged: RefCell<Vec<FirstRun>>,
    /// The loads whose reports are written.
    pub(crate) published: Published,
}

impl Publisher<'_> {
    /// Removes the reports of earlier runs, of loads and of their Workers: whatever becomes of this
    /// process, none is to be taken for this run's.
    pub(crate) fn remove_old_reports(&self, test: &Test) {
        for member in &test.members {
            // There may be none.
            let _ = std::fs::remove_file(self.home.report(&member.name));
            let _ = std::fs::remove_file(self.home.first_report(&member.name));
            let copies = (0..).map(|copy| self.home.report(&name_of_copy(member, copy)));
            copies.take_while(|copy| std::fs::remove_file(copy).is_ok()).count();
        }
    }

    /// How many of the loads that were judged have not passed.
    pub(crate) fn not_passed(&self) -> usize {
        self.judged.borrow().iter().filter(|judged| !judged.has_passed()).count()
    }

    /// Puts the reports of a first run aside, for there is to be a second; with what the test says
    /// of the first, in which their paths are the new ones.
    pub(crate) fn keep_as_first(&self, test: &Test, mut failure: String) -> String {
        for member in &test.members {
            let [report, first] =
                [self.home.report(&member.name), self.home.first_report(&member.name)];
            // One that could not be written was told of.
            let _ = std::fs::rename(&report, &first);
            failure = failure.replace(&shown(&report), &shown(&first));
        }
        failure
    }

    /// Judges and publishes a load whose Workers have run side by side.
    ///
    /// # Errors
    ///
    /// The load has not passed; the text is what its failing test says.
    pub(crate) fn judged(
        &self,
        member: &Member,
        terms: &Terms,
        made: &Made<'_>,
    ) -> Result<(), String> {
        let Made { side_by_side, cut_short, looks, .. } = *made;
        let (side_by_side, other) = side_by_side.split_at(terms.workers as usize);
        let mut report = merged(&member.name, side_by_side);
        let compare = member.load.functions.compare;
        report.load.case = member.case_text();
        report.load.compare = compare.map(str::to_string);
        report.beside = made.beside.clone();
        report.load.built = Some(member.load.built);
        report.load.build_folder = self.home.profile().map(str::to_string);
        report.baseline = self.baselines.standing(&report, terms);
        report.other = compare.map(|name| Box::new(merged(name, other)));
        let answered = looks.answers(&report);
        let judge = match terms.judging {
            Judging::On => judge_with,
            Judging::Counts => judge_counts,
        };
        report.judge_by(judge, &answered, &terms.thresholds);
        // A load of a farm that was over by then was not aborted.
        let was_at_work = |by: &&Aborted| side_by_side.iter().any(|one| one.ended() >= by.at);
        report.aborted = looks.aborted().filter(was_at_work).cloned();
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
        let conditions = conditions_of(&report.load, report.beside.as_deref(), terms);
        self.publish_judged(member, PublishedLoad { report, conditions: Some(conditions) })
    }

    /// Publishes a load whose calls were made and judged: if it has not passed, it may be made once
    /// more.
    ///
    /// # Errors
    ///
    /// The load has not passed; the text is what its failing test says.
    pub(super) fn publish_judged(
        &self,
        member: &Member,
        mut load: PublishedLoad,
    ) -> Result<(), String> {
        let first = self.first.iter().find(|first| first.name == member.name);
        load.report.first_run = first.cloned();
        self.judged.borrow_mut().push(load.report.as_first_run());
        self.publish(member, load)
    }

    /// A teardown of a load has failed, or something else of all loads, if none is named: behind
    /// their reports, which say it from now on.
    pub(super) fn fail_afterwards(&self, load: Option<&str>, why: &str) {
        self.published.fail(load, why, self.shelf());
    }

    /// Saves the runs of a test that has passed, its teardowns too, as baselines, if that was asked
    /// for.
    pub(super) fn save(&self) -> Vec<SaidOfRun> {
        self.published.save(self.baselines, self.shelf())
    }

    /// Says that the runs of a test that has failed are not saved.
    pub(super) fn save_none(&self) -> Vec<SaidOfRun> {
        self.published.save_none(self.baselines)
    }

    fn shelf(&self) -> Shelf<'_> {
        Shelf { home: self.home, reserve: self.reserve }
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
        self.publish(member, PublishedLoad { report, conditions: None })
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
    fn publish(&self, member: &Member, mut load: PublishedLoad) -> Result<(), String> {
        let report = &mut load.report;
        report.file = Some(member.load.file.to_string());
        report.line = Some(member.load.line);
        report.load.case = member.case_text();
        report.load.compare = member.load.functions.compare.map(str::to_string);
        report.load.built = Some(member.load.built);
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
        let passes = report.passes_its_test();
        let outcome = if passes { Ok(()) } else { Err(format!("{}{line}", report.failure())) };
        self.published.add(load);
        outcome
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
    if let Some(aborted) = report.why_aborted() {
        let then = cut_short.map(|cause| format!("then cut short by {cause}"));
        return [Some(aborted), then, stopped].into_iter().flatten().collect();
    }
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
