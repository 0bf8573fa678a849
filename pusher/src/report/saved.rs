//! [`Saved`]: the file of a baseline, as JSON that people can read and version control can compare:
//! a line for each figure, and one for each slice of the time.

mod lines;
mod page;

use std::collections::BTreeMap;
use std::fmt;

use page::{BaselinePage, FIGURES, Header, RunField};

use super::Report;
use crate::plan::threshold::Figure;
use crate::statistics::latency::Latency;
use crate::statistics::slices::{Slice, Slices};
use crate::verdict::past::{Past, PastRun, PastTimes};

/// The most runs of a baseline: when there is one more, the oldest goes.
pub(crate) const MOST_RUNS: usize = 10;

/// The most slices of a run in a file. Noise is told by eight groups of them.
const MOST_SLICES: usize = 64;

/// The form of these files; a later form has a higher number.
const SCHEMA: u64 = 1;

/// Runs of one load on one machine.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    /// The load.
    pub(crate) name: String,
    pub(crate) conditions: Conditions,
    /// When each was saved, and what it came to; the oldest first.
    pub(crate) runs: Vec<(String, PastRun)>,
}

/// What makes two runs comparable, each under its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions(pub(crate) Vec<(String, String)>);

/// What is wrong with the text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It has a later form than this.
    Newer(u64),
    Damaged(String),
}

impl Saved {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// It is no file of a baseline, or one of a later pusher.
    pub(crate) fn read(text: &str) -> Result<Saved, Unreadable> {
        let damaged = |error: serde_json::Error| Unreadable::Damaged(error.to_string());
        let Header { schema } = serde_json::from_str(text).map_err(damaged)?;
        if schema > SCHEMA {
            return Err(Unreadable::Newer(schema));
        }
        let page: BaselinePage = serde_json::from_str(text).map_err(damaged)?;
        let wrong = |what: &str| Err(Unreadable::Damaged(what.to_string()));
        if page.runs.is_empty() || page.runs.len() > MOST_RUNS {
            return wrong("it has no run, or too many of them");
        }
        let runs: Option<Vec<_>> = page.runs.into_iter().map(RunField::read).collect();
        let Some(runs) = runs else {
            return wrong("a number in it is too large, or none that it can be");
        };
        let conditions = Conditions(page.conditions.into_iter().collect());
        Ok(Saved { name: page.name, conditions, runs })
    }

    /// The text of the file.
    pub(crate) fn to_json(&self) -> String {
        let conditions: BTreeMap<String, String> = self.conditions.0.iter().cloned().collect();
        let runs = self.runs.iter().map(|(saved, run)| RunField::new(saved, run)).collect();
        let page = BaselinePage { schema: SCHEMA, name: self.name.clone(), conditions, runs };
        lines::to_json(&page)
    }

    /// One more run; the oldest goes if there are too many.
    pub(crate) fn add(&mut self, when: String, run: PastRun) {
        self.runs.push((when, run));
        let too_many = self.runs.len().saturating_sub(MOST_RUNS);
        self.runs.drain(..too_many);
    }

    /// The runs as a baseline of this name.
    pub(crate) fn past(self, name: &str) -> Past {
        let runs = self.runs.into_iter().map(|(_, run)| run).collect();
        Past { name: name.to_string(), runs }
    }
}

impl Conditions {
    /// A sentence for each that was another one then; none if all are the same now.
    pub(crate) fn differences(&self, then: &Conditions) -> Vec<String> {
        let find = |name: &str| then.0.iter().find(|(known, _)| known == name);
        let told = |(name, now): &(String, String)| {
            let then = find(name).map_or("not known", |(_, then)| then.as_str());
            (then != now).then(|| format!("its {name} was {then}, and is {now} now"))
        };
        self.0.iter().filter_map(told).collect()
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Newer(schema) => {
                write!(f, "it was saved by a later pusher, in schema {schema}")
            }
            Unreadable::Damaged(why) => write!(f, "it is damaged: {why}"),
        }
    }
}

impl Report {
    /// What the run came to, to be saved.
    pub(crate) fn as_past_run(&self) -> PastRun {
        PastRun {
            ledger: self.ledger,
            throughput: self.throughput,
            response: past_times(&self.response),
            service: past_times(&self.service),
            steps: self
                .steps
                .iter()
                .map(|step| (step.name.clone(), past_times(&step.times)))
                .collect(),
            slices: coarse(&self.slices),
        }
    }
}

/// The figures that the samples tell.
fn past_times(latency: &Latency) -> PastTimes {
    let samples = latency.samples();
    let told = |(text, _): &(&str, _)| {
        let figure = Figure::parse(text).ok()?;
        Some((figure, samples.resolved(figure)?.exact))
    };
    PastTimes(FIGURES.iter().filter_map(told).collect())
}

/// The same in so few slices that a file stays small.
fn coarse(slices: &Slices) -> Slices {
    let of_each = slices.slices.len().div_ceil(MOST_SLICES).max(1);
    let merged = |some: &[Slice]| {
        some.iter().fold(Slice::default(), |mut all, slice| {
            all.add(slice);
            all
        })
    };
    let merged = slices.slices.chunks(of_each).map(merged).collect();
    Slices { width: slices.width * of_each as u64, slices: merged, ..slices.clone() }
}

#[cfg(test)]
mod tests;
