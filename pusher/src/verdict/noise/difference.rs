//! [`Difference`]: how the figures of two runs differ, and whether that is more than noise; for
//! figures of any kind, as [`RunFigure`]s.

use std::fmt;

use super::groups::{GROUPS, mean_and_variance, share_below};
use super::student;
use crate::plan::threshold::Figure;

/// What there is to say of a run beside another, or beside several.
///
/// All is relative: 0.1 is 10 % more, and of a rate 10 % less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    /// By how much the figure is worse.
    pub(crate) change: f64,
    /// Where the change is in 95 of 100 such pairs.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether it is worse beyond what is allowed, and beyond noise.
    pub(crate) is_worse: bool,
    /// A change of so much, or more, would have been found in 95 of 100 such pairs.
    pub(crate) could_have_seen: f64,
    /// Whether there were fewer calls than are enough; see [`Needed`].
    pub(crate) is_weak: bool,
}

/// Why figures are not compared, or have no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotCompared {
    /// One of the runs has so many samples, and it takes more.
    TooFew { samples: u64, needed: u64 },
    /// Nearly all samples are in a few slices.
    InFewSlices,
    /// What was measured over time is not that of this run alone.
    NoSlices,
    /// Parts of the run differ because it was asked for.
    RateChanges,
    /// The figure is that of a call that was cut off.
    CutOff,
    /// The figure is that of a single call, `min` or `max`.
    OneCall(Figure),
    /// The samples are kept as a whole, and in no slices.
    NotOverTime,
    /// The same of a step, since slices have others.
    StepNotOverTime,
    /// The figure was chosen because it is the worst of those of many windows.
    WorstOfMany,
    /// All samples are of one slice.
    OneSlice,
    /// It was measured all the time, and not by samples.
    NoSample,
}

impl NotCompared {
    /// Whether it is the reason of the whole run, and not of a figure.
    pub(crate) fn is_of_run(&self) -> bool {
        matches!(self, NotCompared::NoSlices | NotCompared::RateChanges)
    }

    /// Whether the reason is the same, save the number of samples.
    pub(crate) fn is_like(&self, other: &NotCompared) -> bool {
        match (self, other) {
            (NotCompared::TooFew { needed, .. }, NotCompared::TooFew { needed: of_other, .. }) => {
                needed == of_other
            }
            _ => self == other,
        }
    }
}

/// How many samples a comparison takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    /// With fewer there is none.
    pub(crate) any: u64,
    /// With fewer it is weak: a few in 100 pairs of equal services seem different.
    pub(crate) enough: u64,
}

/// How many samples of each run a comparison of this figure takes, or its interval; none if the
/// figure is that of a single call.
///
/// 2,000 and 10,000, because the groups have to be long, whatever the figure; and 20 and 100 on the
/// far side of a percentile, as a p99 has of them.
pub(crate) fn needed(figure: Figure) -> Option<Needed> {
    let share = share_below(figure);
    let far_side = share.min(1.0 - share);
    let with = |samples: f64| (samples / far_side - 1e-3).ceil() as u64;
    (far_side > 0.0).then(|| Needed { any: with(20.0).max(2_000), enough: with(100.0).max(10_000) })
}

/// A figure of a run on a scale on which differences add up, such as the logarithm of a time. More
/// is worse.
pub(super) struct RunFigure {
    /// That of the whole run.
    pub(super) whole: f64,
    /// Those of its groups.
    pub(super) groups: Vec<f64>,
    /// As how many groups they count.
    pub(super) parts: f64,
    /// What its standard error would be if calls were independent; zero if that is not known.
    pub(super) independent: f64,
}

/// How many times its noise a difference has to be: so many if the groups of a run differ no more
/// than those of independent calls would, and so many if they differ by far more, so that calls
/// that are near one another fare alike. Then the groups may depend on each other a little too.
pub(super) const TIMES_IF_INDEPENDENT: f64 = 3.5;
const TIMES_IF_NOT: f64 = 4.25;

/// From which ratio of the two on it is more, and by how much for each unit of it.
const FROM_RATIO: f64 = 1.3;
const SLOPE: f64 = 1.5;

/// How likely a figure may be called worse than in many runs before, if it is not.
const BY_CHANCE: f64 = 0.005;

/// From so many runs on, their spread is part of the noise.
const SPREAD_COUNTS: usize = 3;

/// From so many runs on, their spread is known well enough to be the noise.
pub(crate) const SPREAD_IS_KNOWN: usize = 5;

/// What a normal distribution exceeds in 5 of 100 cases.
pub(super) const NORMAL_95: f64 = 1.645;

/// A new figure beside those of the runs of a baseline.
pub(super) struct Beside {
    /// How much worse it is.
    pub(super) change: f64,
    /// The standard error of that.
    noise: f64,
    /// How much the change has to be, to be more than noise.
    least: f64,
    /// How much it has to be in truth, so that 95 of 100 are more than noise.
    sure: f64,
    /// Half of the interval that the change is in, in 95 of 100 cases.
    half: f64,
}

impl Beside {
    /// Compares with the mean of one run or more. `digits` is the least noise, that of the numbers
    /// themselves.
    pub(super) fn of(base: &[RunFigure], new: &RunFigure, digits: f64) -> Beside {
        let runs = base.len() as f64;
        let wholes: Vec<f64> = base.iter().map(|run| run.whole).collect();
        let change = new.whole - wholes.iter().sum::<f64>() / runs;
        let variance =
            |of: fn(&RunFigure) -> f64| of(new) + base.iter().map(of).sum::<f64>() / runs.powi(2);
        let within = variance(RunFigure::variance).sqrt().max(digits);
        let independent = variance(|run| run.independent.powi(2)).sqrt().max(digits);
        let times = times_noise(within / independent);
        let within = Beside {
            change,
            noise: within,
            least: times * within,
            sure: sure(times, within, 2 * (GROUPS as u32 - 1)),
            half: student::quantile(GROUPS as u32 - 1, 0.025) * within,
        };
        if base.len() < SPREAD_COUNTS {
            return within;
        }
        let between = (mean_and_variance(&wholes).1 * (1.0 + 1.0 / runs)).sqrt();
        let degrees = base.len() as u32 - 1;
        let times = if base.len() < SPREAD_IS_KNOWN {
            times
        } else {
            student::quantile(degrees, BY_CHANCE)
        };
        Beside {
            change,
            noise: within.noise.max(between),
            least: within.least.max(times * between),
            sure: within.sure.max(sure(times, between, degrees)),
            half: within.half.max(student::quantile(degrees, 0.025) * between),
        }
    }

    /// The difference, if so much more is allowed, in the words of `shown`: what a change on this
    /// scale is to people.
    pub(super) fn judged(&self, limit: f64, shown: fn(f64) -> f64) -> Difference {
        Difference {
            change: shown(self.change),
            low: shown(self.change - self.half),
            high: shown(self.change + self.half),
            is_worse: self.change > limit && self.change > self.least,
            could_have_seen: shown(self.sure.max(limit + NORMAL_95 * self.noise)),
            is_weak: false,
        }
    }
}

impl RunFigure {
    /// The square of its standard error.
    fn variance(&self) -> f64 {
        mean_and_variance(&self.groups).1 / self.parts
    }
}

/// The true difference of which 95 of 100 that are seen are above so many times the noise, if that
/// itself is known with so many degrees of freedom.
pub(super) fn sure(times: f64, noise: f64, degrees: u32) -> f64 {
    let both = (1.0 + times * times / (2.0 * f64::from(degrees))).sqrt();
    (times + NORMAL_95 * both) * noise
}

/// The noise of one set of groups is known with half of the degrees of freedom that those of two
/// runs have, and so counts for more: (t(7) / t(14))², at 0.25 %.
pub(super) const LESS_KNOWN: f64 = 1.46;

/// Leaves of all groups only how those of the new run differ from the same of the others, if the
/// load changes as it is asked to, in all runs alike. The others lie around zero then.
pub(super) fn part_by_part(base: &[RunFigure], new: &RunFigure) -> (Vec<RunFigure>, RunFigure) {
    let mean =
        |of: &dyn Fn(&RunFigure) -> f64| base.iter().map(of).sum::<f64>() / base.len() as f64;
    let middle = mean(&|run| run.whole);
    let differs = |(nth, group): (usize, &f64)| group - mean(&|run: &RunFigure| run.groups[nth]);
    let groups = new.groups.iter().enumerate().map(differs).collect();
    let still = |run: &RunFigure| RunFigure {
        whole: run.whole - middle,
        groups: vec![0.0; run.groups.len()],
        ..*run
    };
    let parts = new.parts / LESS_KNOWN;
    let new = RunFigure { whole: new.whole - middle, groups, parts, independent: 0.0 };
    (base.iter().map(still).collect(), new)
}

fn times_noise(ratio: f64) -> f64 {
    (TIMES_IF_INDEPENDENT + SLOPE * (ratio - FROM_RATIO)).clamp(TIMES_IF_INDEPENDENT, TIMES_IF_NOT)
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotCompared::TooFew { samples, needed } => {
                write!(f, "it takes {needed} samples, and there were {samples}")
            }
            NotCompared::InFewSlices => f.write_str(
                "nearly all samples come from a small part of the time, so that nobody knows how \
                 much they vary: give the load more time",
            ),
            NotCompared::NoSlices => {
                f.write_str("what was measured over time is that of all Workers together")
            }
            NotCompared::RateChanges => f.write_str(
                "the rate changes over time, and figures with it, so that noise cannot be told \
                 apart: a constant rate has them",
            ),
            NotCompared::CutOff => f.write_str(
                "calls were cut off before they had taken so long: raise `timeout` or `grace`, or \
                 judge a lower percentile",
            ),
            NotCompared::OneCall(figure) => {
                write!(f, "a single call decides the {figure}: compare a percentile")
            }
            NotCompared::NotOverTime => f.write_str("they are kept as a whole, and not over time"),
            NotCompared::StepNotOverTime => {
                f.write_str("only the first 20 steps are kept over time")
            }
            NotCompared::WorstOfMany => {
                f.write_str("it is the worst of many windows, and not that of the service")
            }
            NotCompared::OneSlice => f.write_str(
                "calls of one slice fare alike, so nobody knows how much they vary: a stage, or \
                 the whole, has an interval",
            ),
            NotCompared::NoSample => {
                f.write_str("it was measured all the time, and not by samples")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(whole: f64, spread: f64) -> RunFigure {
        let groups = (0..8).map(|nth| if nth % 2 == 0 { whole - spread } else { whole + spread });
        RunFigure { whole, groups: groups.collect(), parts: 8.0, independent: 0.0 }
    }

    #[test]
    fn a_difference_has_to_be_beyond_the_limit_and_beyond_noise() {
        for (new, spread, limit, is_worse) in [
            (1.2, 0.0, 0.1, true),
            (1.1, 0.0, 0.11, false),
            (1.2, 0.2, 0.1, false),
            (0.5, 0.0, 0.0, false),
        ] {
            let beside = Beside::of(&[run(1.0, 0.0)], &run(new, spread), 1e-6);
            assert_eq!(beside.judged(limit, |log| log).is_worse, is_worse, "{new} {spread}");
        }
    }

    /// Eight groups that lie 0.7 from their mean have a variance of 0.56, and their mean 0.07.
    #[test]
    fn the_noise_of_two_runs_is_that_of_their_groups() {
        let beside = Beside::of(&[run(1.0, 0.0)], &run(1.0, 0.7), 0.01);
        assert!((beside.noise - 0.07_f64.sqrt()).abs() < 1e-12);
        assert_eq!(beside.least, TIMES_IF_NOT * beside.noise);
        let still = Beside::of(&[run(1.0, 0.0)], &run(1.0, 0.0), 0.01);
        assert_eq!(still.noise, 0.01);
        assert_eq!(still.least, TIMES_IF_INDEPENDENT * 0.01);
    }

    #[test]
    fn from_three_runs_on_their_spread_is_noise_too() {
        let runs = |count: usize| -> Vec<RunFigure> {
            (0..count).map(|nth| run(nth as f64 % 2.0, 0.0)).collect()
        };
        let noise = |count: usize| Beside::of(&runs(count), &run(0.5, 0.0), 0.01).noise;
        assert_eq!(noise(2), 0.01);
        // Of 0, 1, 0 the variance is a third; of 0, 1, 0, 1, 0 it is 0.3.
        assert!((noise(3) - (4.0_f64 / 9.0).sqrt()).abs() < 1e-12);
        let five = Beside::of(&runs(5), &run(0.5, 0.0), 0.01);
        assert!((five.noise - 0.6).abs() < 1e-12);
        assert!((five.least - 4.604 * 0.6).abs() < 1e-3);
    }

    #[test]
    fn the_more_calls_depend_on_their_neighbours_the_more_it_takes() {
        for (ratio, times) in [(0.5, 3.5), (1.3, 3.5), (1.5, 3.8), (1.8, 4.25), (9.0, 4.25)] {
            assert!((times_noise(ratio) - times).abs() < 1e-12, "{ratio}");
        }
    }

    #[test]
    fn says_why_figures_are_not_compared() {
        let few = NotCompared::TooFew { samples: 1_500, needed: 2_000 };
        for (why, text) in [
            (few, "it takes 2000 samples, and there were 1500"),
            (
                NotCompared::InFewSlices,
                "nearly all samples come from a small part of the time, so that nobody knows how \
                 much they vary: give the load more time",
            ),
            (NotCompared::NoSlices, "what was measured over time is that of all Workers together"),
            (
                NotCompared::RateChanges,
                "the rate changes over time, and figures with it, so that noise cannot be told \
                 apart: a constant rate has them",
            ),
            (
                NotCompared::CutOff,
                "calls were cut off before they had taken so long: raise `timeout` or `grace`, or \
                 judge a lower percentile",
            ),
            (
                NotCompared::OneCall(Figure::Max),
                "a single call decides the max: compare a percentile",
            ),
            (NotCompared::NotOverTime, "they are kept as a whole, and not over time"),
            (NotCompared::StepNotOverTime, "only the first 20 steps are kept over time"),
            (
                NotCompared::WorstOfMany,
                "it is the worst of many windows, and not that of the service",
            ),
            (
                NotCompared::OneSlice,
                "calls of one slice fare alike, so nobody knows how much they vary: a stage, or \
                 the whole, has an interval",
            ),
            (NotCompared::NoSample, "it was measured all the time, and not by samples"),
        ] {
            assert_eq!(why.to_string(), text);
        }
    }
}
