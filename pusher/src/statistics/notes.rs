//! What calls told of themselves: steps, counts and records, each kept under its name.

use std::sync::OnceLock;

use super::distribution::Distribution;
use super::errors::{ErrorGroup, ErrorKind, Errors};
use super::latency::Latency;
use crate::plan::note::{Note, NoteKind};
use crate::plan::time::nanos;

/// How many names are told apart, of each kind.
const MOST_NAMES: usize = 100;

/// A named part of the calls, as [`Call::step`](crate::Call::step) made it: what a
/// [`Report`](crate::Report) has in `steps`, in the order in which they first began.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let target = async |call: pusher::Call| call.step("login", async { Err::<(), _>("no such user") }).await;
/// let report = pusher::work(100, Duration::from_millis(50), target).await?;
/// let login = &report.steps[0];
/// assert_eq!((login.name.as_str(), login.ok, login.failed, login.unfinished), ("login", 0, 5, 0));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StepReport {
    /// The name, or `(other steps)` for all that are beyond the hundredth.
    pub name: String,
    /// Steps that gave `()` or `Ok`.
    pub ok: u64,
    /// Steps that gave an `Err`.
    pub failed: u64,
    /// Steps that did not come to their end: their call timed out, panicked, was interrupted, or
    /// dropped them.
    pub unfinished: u64,
    /// The errors of failed steps, grouped; the largest group first.
    pub errors: Vec<ErrorGroup>,
    /// How long steps took that ended `ok`.
    pub times: Latency,
}

impl StepReport {
    /// Steps that did not end `ok`.
    pub fn errors(&self) -> u64 {
        self.failed + self.unfinished
    }

    /// Steps that began.
    pub fn began(&self) -> u64 {
        self.ok + self.errors()
    }
}

/// What calls [counted](crate::Call::count) under one name: what a [`Report`](crate::Report) has in
/// `counts`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CountReport {
    /// The name, or `(other counts)` for all that are beyond the hundredth.
    pub name: String,
    /// What all calls counted together.
    pub total: u64,
    /// The same per second of the measured time.
    pub per_second: f64,
}

/// What calls [recorded](crate::Call::record) under one name: what a [`Report`](crate::Report) has
/// in `records`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordReport {
    /// The name, or `(other records)` for all that are beyond the hundredth.
    pub name: String,
    /// The distribution of the values.
    pub values: Distribution,
}

/// All that was told so far.
#[derive(Clone, Default)]
pub(crate) struct Notes {
    steps: ByName<Step>,
    counts: ByName<u64>,
    records: ByName<Distribution>,
}

/// The names that were told, which are the same for all threads.
#[derive(Default)]
pub(crate) struct Names {
    steps: Ranks,
    counts: Ranks,
    records: Ranks,
}

/// The rank of each of the first names, by the order in which they came; a later name never takes
/// it away.
#[derive(Default)]
struct Ranks(OnceLock<Box<[OnceLock<Box<str>>]>>);

/// Values under their names; those whose names have no rank are kept together.
#[derive(Clone)]
struct ByName<T> {
    named: Vec<(String, T)>,
    rest: Option<T>,
}

impl<T> Default for ByName<T> {
    fn default() -> ByName<T> {
        ByName { named: Vec::new(), rest: None }
    }
}

/// What is kept for one name, and can be put together from several threads and Workers.
trait Merge: Clone + Default {
    fn merge(&mut self, other: &Self);
}

/// Begins are counted, and not what was dropped: a step whose thread is blocked for ever is dropped
/// by nobody.
#[derive(Clone, Default)]
struct Step {
    began: u64,
    failed: u64,
    times: Latency,
    errors: Errors,
}

impl Notes {
    pub(crate) fn take(&mut self, note: &Note<'_>, names: &Names) {
        let name = note.name;
        match note.kind {
            NoteKind::StepBegan => self.steps.of(name, &names.steps).began += 1,
            NoteKind::StepEnded { time, error: None } => {
                self.steps.of(name, &names.steps).times.record(nanos(time))
            }
            NoteKind::StepEnded { error: Some(error), .. } => {
                let step = self.steps.of(name, &names.steps);
                step.failed += 1;
                step.errors.record(ErrorKind::Failed, error);
            }
            NoteKind::Count(n) => self.counts.of(name, &names.counts).merge(&n),
            NoteKind::Record(value) => self.records.of(name, &names.records).record(value),
        }
    }

    pub(crate) fn add(&mut self, other: &Notes) {
        self.steps.merge(&other.steps);
        self.counts.merge(&other.counts);
        self.records.merge(&other.records);
    }

    /// Puts names in the order in which they first came.
    pub(crate) fn sort(&mut self, names: &Names) {
        self.steps.sort(&names.steps);
        self.counts.sort(&names.counts);
        self.records.sort(&names.records);
    }

    pub(crate) fn steps(&self) -> Vec<StepReport> {
        self.steps.report("(other steps)", |name, step| StepReport {
            name,
            ok: step.times.count(),
            failed: step.failed,
            unfinished: step.began.saturating_sub(step.times.count() + step.failed),
            errors: step.errors.groups(),
            times: step.times.clone(),
        })
    }

    /// `seconds` is the measured time.
    pub(crate) fn counts(&self, seconds: f64) -> Vec<CountReport> {
        let per_second = |total: u64| if seconds > 0.0 { total as f64 / seconds } else { 0.0 };
        self.counts.report("(other counts)", |name, total| CountReport {
            name,
            total: *total,
            per_second: per_second(*total),
        })
    }

    pub(crate) fn records(&self) -> Vec<RecordReport> {
        self.records
            .report("(other records)", |name, values| RecordReport { name, values: values.clone() })
    }
}

impl Ranks {
    /// The name's rank, which a new name takes if one is left; none if none is.
    fn rank(&self, name: &str) -> Option<usize> {
        let ranks = self.0.get_or_init(|| (0..MOST_NAMES).map(|_| OnceLock::new()).collect());
        ranks.iter().position(|taken| **taken.get_or_init(|| name.into()) == *name)
    }
}

impl<T: Merge> ByName<T> {
    /// A look at each is cheaper than a hash for as few as there are.
    fn of(&mut self, name: &str, ranks: &Ranks) -> &mut T {
        let at = self.named.iter().position(|(named, _)| named == name).or_else(|| {
            ranks.rank(name)?;
            self.named.push((name.to_string(), T::default()));
            Some(self.named.len() - 1)
        });
        match at {
            Some(at) => &mut self.named[at].1,
            None => self.rest.get_or_insert_default(),
        }
    }

    fn merge(&mut self, other: &ByName<T>) {
        for (name, theirs) in &other.named {
            if let Some((_, ours)) = self.named.iter_mut().find(|(named, _)| named == name) {
                ours.merge(theirs);
            } else if self.named.len() < MOST_NAMES {
                self.named.push((name.clone(), theirs.clone()));
            } else {
                self.rest.get_or_insert_default().merge(theirs);
            }
        }
        if let Some(theirs) = &other.rest {
            self.rest.get_or_insert_default().merge(theirs);
        }
    }

    fn sort(&mut self, ranks: &Ranks) {
        self.named.sort_by_key(|(name, _)| ranks.rank(name));
    }

    fn report<R>(&self, rest: &str, report: impl Fn(String, &T) -> R) -> Vec<R> {
        let named = self.named.iter().map(|(name, value)| report(name.clone(), value));
        named.chain(self.rest.iter().map(|value| report(rest.to_string(), value))).collect()
    }
}

impl Merge for Step {
    fn merge(&mut self, other: &Step) {
        self.began += other.began;
        self.failed += other.failed;
        self.times.add(&other.times);
        self.errors.merge(&other.errors);
    }
}

impl Merge for u64 {
    fn merge(&mut self, other: &u64) {
        *self = self.saturating_add(*other);
    }
}

impl Merge for Distribution {
    fn merge(&mut self, other: &Distribution) {
        self.add(other);
    }
}

#[cfg(test)]
mod tests;
