//! `Notes`: the steps, counts and records that calls told of themselves, each under its name.

use super::distribution::Distribution;
use super::errors::{ErrorGroup, ErrorKind, Errors};
use super::latency::Latency;
use super::names::Names;
use crate::plan::note::{Note, NoteKind};
use crate::plan::time::nanos;

/// The most names of each kind that are told apart.
const MOST_NAMES: usize = 100;

type FirstNames = Names<MOST_NAMES>;

/// A named part of the calls, made by [`Call::step`](crate::Call::step). A
/// [`Report`](crate::Report) has them in `steps`, in the order in which they first began.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let target = async |call: pusher::Call| {
///     call.step("login", async { Err::<(), _>("no such user") }).await
/// };
/// let report = pusher::work(100, Duration::from_millis(50), target).await?;
/// let login = &report.steps[0];
/// assert_eq!(login.name, "login");
/// assert_eq!(login.ok, 0);
/// assert_eq!(login.failed, 5);
/// assert_eq!(login.unfinished, 0);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StepReport {
    /// The name; `(other steps)` for all names after the hundredth.
    pub name: String,
    /// Steps that returned `()` or `Ok`.
    pub ok: u64,
    /// Steps that returned an `Err`.
    pub failed: u64,
    /// Steps that did not come to their end, because their call timed out, panicked, was
    /// interrupted, or dropped them.
    pub unfinished: u64,
    /// The errors of failed steps, grouped; the largest group first.
    pub errors: Vec<ErrorGroup>,
    /// The times, without pauses, of the steps that ended `ok`, and after which time the unfinished
    /// ones were cut off; a step that ended with a panic is in neither.
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

/// The numbers that calls [counted](crate::Call::count) under one name. A
/// [`Report`](crate::Report) has them in `counts`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CountReport {
    /// The name; `(other counts)` for all names after the hundredth.
    pub name: String,
    /// The sum over all calls.
    pub total: u64,
    /// What was counted while the schedule ran, per second of it: see
    /// [`Report::schedule`](crate::Report::schedule).
    pub per_second: f64,
    /// The sum over all calls, per started call.
    pub per_call: f64,
    /// Whether there was more than a `total` can say, which then is as large as it can be.
    pub at_least: bool,
}

/// What the calls of a load are divided by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Per {
    /// How long the schedule ran.
    pub(crate) seconds: f64,
    /// How many calls were started.
    pub(crate) calls: u64,
}

/// The values that calls [recorded](crate::Call::record) under one name. A
/// [`Report`](crate::Report) has them in `records`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordReport {
    /// The name; `(other records)` for all names after the hundredth.
    pub name: String,
    /// The distribution of the values.
    pub values: Distribution,
}

/// The steps, counts and records so far.
#[derive(Clone, Default)]
pub(crate) struct Notes {
    steps: ByName<Step>,
    counts: ByName<CountSum>,
    records: ByName<Distribution>,
}

/// The names that calls gave, which are the same for all threads.
#[derive(Default)]
pub(crate) struct KnownNames {
    steps: FirstNames,
    counts: FirstNames,
    records: FirstNames,
}

/// Values under their names, and one value for all names without a number.
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

/// A value under one name, which several threads and Workers have parts of.
trait Merge: Clone + Default {
    fn merge(&mut self, other: &Self);
}

/// The unfinished steps are those that began and did not end. To count dropped steps would not do:
/// nobody drops a step whose thread is blocked for ever.
#[derive(Clone, Default)]
struct Step {
    began: u64,
    failed: u64,
    times: Latency,
    errors: Errors,
}

/// The sum of what was counted; 128 bits have room for all that calls can count.
#[derive(Clone, Copy, Default)]
struct CountSum {
    total: u128,
    /// The part of it that came when the schedule had ended.
    late: u128,
}

impl Notes {
    pub(crate) fn take(&mut self, note: &Note<'_>, known: &KnownNames) {
        let name = note.name;
        match note.kind {
            NoteKind::StepBegan => self.steps.of(name, &known.steps).began += 1,
            // What it tells at its end is without its pauses.
            NoteKind::StepPaused { .. } | NoteKind::StepResumed { .. } => {}
            NoteKind::StepDropped { time } => {
                self.steps.of(name, &known.steps).times.record_cut_off(nanos(time))
            }
            // It is unfinished, and it was not cut off.
            NoteKind::StepPanicked => {}
            NoteKind::StepEnded { time, error: None } => {
                self.steps.of(name, &known.steps).times.record(nanos(time))
            }
            NoteKind::StepEnded { error: Some(error), .. } => {
                let step = self.steps.of(name, &known.steps);
                step.failed += 1;
                step.errors.record(ErrorKind::Failed, error);
            }
            NoteKind::Count(n) => {
                let total = u128::from(n);
                let late = if note.after_schedule { total } else { 0 };
                self.counts.of(name, &known.counts).merge(&CountSum { total, late });
            }
            NoteKind::Record(value) => self.records.of(name, &known.records).record(value),
        }
    }

    /// Takes a step that was cut off, after so many nanoseconds, with the run.
    pub(super) fn cut_off(&mut self, step: Option<usize>, nanos: u64, known: &KnownNames) {
        let step = step.and_then(|number| known.step_name(number));
        match step {
            Some(name) => self.steps.of(name, &known.steps),
            None => self.steps.rest.get_or_insert_default(),
        }
        .times
        .record_cut_off(nanos);
    }

    pub(crate) fn add(&mut self, other: &Notes) {
        self.steps.merge(&other.steps);
        self.counts.merge(&other.counts);
        self.records.merge(&other.records);
    }

    /// Sorts the names in the order in which they first came.
    pub(crate) fn sort(&mut self, known: &KnownNames) {
        self.steps.sort(&known.steps);
        self.counts.sort(&known.counts);
        self.records.sort(&known.records);
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

    pub(crate) fn counts(&self, per: Per) -> Vec<CountReport> {
        let Per { seconds, calls } = per;
        self.counts.report("(other counts)", |name, CountSum { total, late }| CountReport {
            name,
            total: u64::try_from(*total).unwrap_or(u64::MAX),
            per_second: if seconds > 0.0 { (total - late) as f64 / seconds } else { 0.0 },
            per_call: if calls > 0 { *total as f64 / calls as f64 } else { 0.0 },
            at_least: u64::try_from(*total).is_err(),
        })
    }

    /// The same of a load whose schedule goes on until the last answer: nothing came after it.
    pub(crate) fn with_no_end(mut self) -> Notes {
        self.counts.each(|count| count.late = 0);
        self
    }

    pub(crate) fn records(&self) -> Vec<RecordReport> {
        self.records
            .report("(other records)", |name, values| RecordReport { name, values: values.clone() })
    }
}

impl KnownNames {
    /// The number of a step's name; none if the name has none.
    pub(super) fn step(&self, name: &str) -> Option<usize> {
        self.steps.number(name)
    }

    /// The name of a step that has this number.
    pub(super) fn step_name(&self, number: usize) -> Option<&str> {
        self.steps.name(number)
    }
}

impl<T: Merge> ByName<T> {
    /// There are so few names that a look at each is cheaper than a hash.
    fn of(&mut self, name: &str, names: &FirstNames) -> &mut T {
        let at = self.named.iter().position(|(named, _)| named == name).or_else(|| {
            names.number(name)?;
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

    fn each(&mut self, change: impl FnMut(&mut T)) {
        self.named.iter_mut().map(|(_, value)| value).chain(&mut self.rest).for_each(change);
    }

    fn sort(&mut self, names: &FirstNames) {
        self.named.sort_by_key(|(name, _)| names.number(name));
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

impl Merge for CountSum {
    fn merge(&mut self, other: &CountSum) {
        self.total += other.total;
        self.late += other.late;
    }
}

impl Merge for Distribution {
    fn merge(&mut self, other: &Distribution) {
        self.add(other);
    }
}

#[cfg(test)]
mod tests;
