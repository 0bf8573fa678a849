//! [`Compared`]: a threshold whose limit follows a baseline, judged: broken is what is worse by
//! more than the limit allows, and by more than noise explains.
//!
//! ```text
//!   baseline       limit   observed
//!      ├─────────────┤         ·
//!      ├── noise ──┤           ·      broken
//!      ├───── noise ─────┤     ·      broken
//!      ├───────── noise ───────·─┤    met: such a difference may be chance
//! ```

use std::time::Duration;

use super::comparison::Comparison;
use super::evidence::Evidence;
use super::judge::Judged;
use super::noise::counted::fewer;
use super::noise::difference::{Difference, NotCompared};
use super::noise::slower::{Allowance, TimedRun, slower, slower_though_few};
use super::noise::unfit::Unfit;
use super::past::{Absence, Past, Standing};
use crate::plan::decimal::Decimal;
use crate::plan::threshold::{Base, Figure, Limit, Relative, Threshold, Unit};
use crate::statistics::slices::{SliceTimes, Slices};

/// A run beside a baseline.
struct Compared {
    comparison: Comparison,
    is_worse: bool,
}

/// The figures that are compared: of the run, and what its limit follows.
#[derive(Clone, Copy)]
struct Facing<'a> {
    past: &'a Past,
    slices: &'a Slices,
    observed: f64,
    allowed: Allowance,
}

/// How times are compared: [`slower`], or the same of few samples.
type ComparesTimes =
    fn(Figure, &[TimedRun<'_>], TimedRun<'_>, Allowance) -> Result<Difference, Unfit>;

impl Threshold {
    /// The same with a figure for its limit, if it follows one that is known.
    pub(super) fn with_limit(self, evidence: &Evidence<'_>) -> Threshold {
        let Limit::Relative(relative) = self.limit else { return self };
        let figure = match relative.base {
            Base::Baseline => evidence.past(relative).and_then(|past| past.figure(&self.metric)),
            Base::Other => evidence.other.and_then(|other| other.figure(&self.metric)),
        };
        let Some(figure) = figure else { return self };
        let limit = in_unit(self.metric.unit(), relative.limit(figure));
        Threshold { limit, follows: Some(relative), ..self }
    }

    /// Judges one that follows a figure, given what would be said if noise did not matter.
    pub(super) fn judge_relative(&self, judged: Judged, evidence: &Evidence<'_>) -> Judged {
        if !evidence.has_seen(&self.metric) {
            return judged;
        }
        let unjudged = |judged: Judged, why: String| Judged {
            met: None,
            advice: None,
            not_judged: Some(why),
            ..judged
        };
        let Some(relative) = self.follows else {
            let why = self.why_without_figure(evidence);
            return unjudged(judged, why);
        };
        if let (Base::Other, Some(other)) = (relative.base, evidence.other) {
            return match other.compared(self, evidence) {
                Ok((comparison, met)) => {
                    Judged { met: Some(met), other: Some(comparison), ..judged }
                }
                Err(why) => unjudged(judged, why.to_string()),
            };
        }
        let (Some(past), Some(observed)) = (evidence.past(relative), judged.observed) else {
            return judged;
        };
        let allowed = Allowance { relative: relative.share(), absolute: relative.rest() };
        let beside = Facing { past, slices: evidence.slices, observed, allowed };
        let is_beyond = judged.met == Some(false) && observed > judged.limit;
        let unfit = match self.compared(beside) {
            Ok(Compared { comparison, is_worse }) => {
                return Judged { met: Some(!is_worse), baseline: Some(comparison), ..judged };
            }
            // It took longer than that, and so meets no upper limit.
            Err(Unfit::Baseline(NotCompared::CutOff) | Unfit::Run(NotCompared::CutOff))
                if judged.at_least && is_beyond =>
            {
                return judged;
            }
            Err(unfit) => unfit,
        };
        if unfit.is_of_few() && self.metric.figure().is_some() && !evidence.shortened {
            match self.compared_though_few(beside) {
                Ok(Compared { comparison, is_worse: true }) => {
                    return Judged { met: Some(false), baseline: Some(comparison), ..judged };
                }
                // They are too few to know their noise, though the service was asked for enough.
                Err(Unfit::Run(NotCompared::InFewSlices)) if is_beyond => return judged,
                Ok(_) | Err(_) => {}
            }
        }
        unjudged(judged, unfit.in_words(&past.name))
    }

    fn compared(&self, beside: Facing<'_>) -> Result<Compared, Unfit> {
        let found = match self.metric.figure() {
            Some(of) => self.times_beside(slower, of, beside)?,
            None => rates_beside(self.figure_of(beside.past), beside)?,
        };
        Ok(self.in_comparison(found, beside.past))
    }

    /// The same of a time, if the run alone has too few samples.
    fn compared_though_few(&self, beside: Facing<'_>) -> Result<Compared, Unfit> {
        let figure = self.metric.figure().unwrap_or(Figure::Mean);
        let found = self.times_beside(slower_though_few, figure, beside)?;
        Ok(self.in_comparison(found, beside.past))
    }

    /// Why the times of a run are not compared with those of a baseline; none if they are.
    pub(super) fn unfit_beside(&self, past: &Past, evidence: &Evidence<'_>) -> Option<Unfit> {
        let (samples, figure) = evidence.samples(&self.metric)?;
        let observed = samples.reading(figure)?.exact;
        let (slices, allowed) = (evidence.slices, Allowance::default());
        self.compared(Facing { past, slices, observed, allowed }).err()
    }

    fn figure_of(&self, past: &Past) -> f64 {
        past.figure(&self.metric).unwrap_or_default()
    }

    fn in_comparison(&self, found: Difference, past: &Past) -> Compared {
        let Difference { change, low, high, is_worse, could_have_seen, is_weak } = found;
        let comparison = Comparison {
            name: past.name.clone(),
            runs: past.runs.len(),
            figure: self.figure_of(past),
            difference: if self.operator.is_upper() { change } else { -change },
            noise: 0.5 * (high - low),
            could_have_seen,
            weak: is_weak,
        };
        Compared { comparison, is_worse }
    }

    fn times_beside(
        &self,
        compare: ComparesTimes,
        figure: Figure,
        beside: Facing<'_>,
    ) -> Result<Difference, Unfit> {
        let Facing { past, slices, observed, allowed } = beside;
        let times = |slices| Slices::times(slices, &self.metric).unwrap_or_default();
        let before: Vec<(Vec<&SliceTimes>, f64)> = past
            .runs
            .iter()
            .map(|run| (times(&run.slices), run.figure(&self.metric).unwrap_or_default()))
            .collect();
        let before: Vec<TimedRun<'_>> =
            before.iter().map(|(slices, figure)| TimedRun { slices, figure: *figure }).collect();
        let now = times(slices);
        compare(figure, &before, TimedRun { slices: &now, figure: observed }, allowed)
    }

    /// Why nobody knows the figure that it follows.
    fn why_without_figure(&self, evidence: &Evidence<'_>) -> String {
        if !self.is_against(Base::Baseline) {
            return match evidence.other {
                Some(other) => format!("{} has no {}", other.name, self.metric),
                None => "there is no other target to compare with".to_string(),
            };
        }
        match evidence.baseline {
            Standing::Silent(Absence { name, short, .. })
            | Standing::Wanted(Absence { name, short, .. }) => format!("baseline {name} {short}"),
            Standing::Here(past) => format!("baseline {} has no {}", past.name, self.metric),
            Standing::Unused => "there is no baseline to compare with".to_string(),
        }
    }
}

impl Evidence<'_> {
    /// The runs whose figures such a limit follows.
    pub(super) fn past(&self, limit: Relative) -> Option<&Past> {
        match (limit.base, self.baseline) {
            (Base::Baseline, Standing::Here(past)) => Some(past),
            _ => None,
        }
    }

    /// That there should be a baseline, if a threshold follows one.
    pub(super) fn wanted_baseline(&self, thresholds: &[Threshold]) -> Option<String> {
        let is_followed = thresholds.iter().any(|threshold| threshold.is_against(Base::Baseline));
        match self.baseline {
            Standing::Wanted(absence) if is_followed => Some(absence.why.clone()),
            _ => None,
        }
    }
}

/// Compares the calls that ended `ok` in each slice.
fn rates_beside(figure: f64, beside: Facing<'_>) -> Result<Difference, Unfit> {
    let Facing { past, slices, allowed, .. } = beside;
    let runs = || past.runs.iter().map(|run| &run.slices);
    let width = runs().chain([slices]).map(|slices| slices.width).max().unwrap_or_default();
    // The part that may be lost.
    let allowed = allowed.relative + allowed.absolute / figure.max(f64::MIN_POSITIVE);
    let compare = |counts: &dyn Fn(&Slices) -> Vec<u64>| {
        let before: Vec<Vec<u64>> = runs().map(counts).collect();
        let before: Vec<&[u64]> = before.iter().map(Vec::as_slice).collect();
        fewer(&before, &counts(slices), allowed)
    };
    match compare(&|slices| slices.ended_ok(width)) {
        // One took so much longer, for the same calls, that slices of both are too wide for the
        // other: then those of each are its own, as if they were as wide.
        Err(Unfit::Baseline(NotCompared::InFewSlices) | Unfit::Run(NotCompared::InFewSlices)) => {
            compare(&|slices| {
                let times = width / slices.width.max(1);
                slices.ended_ok(slices.width).iter().map(|count| count * times).collect()
            })
        }
        found => found,
    }
}

/// A limit as it is compared: a time to the nanosecond, or a number.
fn in_unit(unit: Unit, limit: f64) -> Limit {
    if unit == Unit::Time {
        Limit::Time(Duration::from_nanos(limit.round() as u64))
    } else {
        Limit::Number(Decimal::parse(&format!("{limit:.9}")).unwrap_or(Decimal::ZERO))
    }
}

#[cfg(test)]
mod tests;
