//! [`Published`]: the loads of a test whose reports are written, until the test is over.
//!
//! A report comes before the teardowns, so that it is there whatever they do. If one fails, the
//! test has failed: then the report says so too, and no run of the test becomes a baseline.

use std::cell::RefCell;

use super::baselines::Baselines;
use super::home::{Home, write_aside};
use super::reserve::Reserve;
use crate::report::Report;
use crate::report::saved::Conditions;
use crate::verdict::judge::Verdict;

/// A load with a report.
pub(super) struct PublishedLoad {
    pub(super) report: Report,
    /// Those of a run that can be compared with others.
    pub(super) conditions: Option<Conditions>,
}

/// The loads of a test, in the order of their reports.
#[derive(Default)]
pub(crate) struct Published(RefCell<Vec<PublishedLoad>>);

/// Where reports are written.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub(super) home: &'a Home,
    pub(super) reserve: &'a Reserve,
}

const NOT_PASSED: &str = "only a load that has passed is";
const OF_SEARCH: &str = "a search for a capacity is compared with no other";

/// What became of a run that was to be saved.
pub(super) struct SaidOfRun {
    /// The load.
    pub(super) name: String,
    /// A sentence; an error fails the test.
    pub(super) said: Result<String, String>,
}

impl Published {
    pub(super) fn add(&self, load: PublishedLoad) {
        self.0.borrow_mut().push(load);
    }

    /// Something has gone wrong behind the report of a load, or of all loads if none is named.
    pub(super) fn fail(&self, load: Option<&str>, why: &str, shelf: Shelf<'_>) {
        let mut loads = self.0.borrow_mut();
        let is_meant =
            |published: &&mut PublishedLoad| load.is_none_or(|name| name == published.report.name);
        loads.iter_mut().filter(is_meant).for_each(|published| published.fail(why, shelf));
    }

    /// Saves the runs of a test that has passed, if that was asked for.
    pub(super) fn save(&self, baselines: &Baselines, shelf: Shelf<'_>) -> Vec<SaidOfRun> {
        self.tell_of_each(|published| {
            let Some(conditions) = &published.conditions else {
                return baselines.not_saved(OF_SEARCH).map(Ok);
            };
            if published.report.verdict != Some(Verdict::Passed) {
                return baselines.not_saved(NOT_PASSED).map(Ok);
            }
            let saved = baselines.save(&published.report, conditions)?;
            if let Err(why) = &saved {
                published.fail(why, shelf);
            }
            Some(saved)
        })
    }

    /// Says that no run of a test is saved that has failed, if that was asked for.
    pub(super) fn save_none(&self, baselines: &Baselines) -> Vec<SaidOfRun> {
        self.tell_of_each(|published| {
            let has_passed = published.report.verdict == Some(Verdict::Passed);
            let why = match (&published.conditions, has_passed) {
                (None, _) => OF_SEARCH,
                (_, true) => "its test has failed",
                (_, false) => NOT_PASSED,
            };
            baselines.not_saved(why).map(Ok)
        })
    }

    fn tell_of_each(
        &self,
        told: impl Fn(&mut PublishedLoad) -> Option<Result<String, String>>,
    ) -> Vec<SaidOfRun> {
        let mut loads = self.0.borrow_mut();
        let made = loads.iter_mut().filter(|published| !published.report.is_of_no_run);
        let of_each = made.filter_map(|published| {
            Some(SaidOfRun { said: told(published)?, name: published.report.name.clone() })
        });
        of_each.collect()
    }
}

impl PublishedLoad {
    /// Writes the report once more.
    fn fail(&mut self, why: &str, shelf: Shelf<'_>) {
        self.report.fail(why.to_string());
        let (path, text) = (shelf.home.report(&self.report.name), self.report.to_json());
        // If it cannot be written, that was said when it was written first.
        let _ = shelf.reserve.spend(|| write_aside(&path, &text));
    }
}
