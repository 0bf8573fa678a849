//! [`slower`]: whether a time of a run is worse than in a baseline, beyond a limit and beyond
//! noise.

use super::difference::{Beside, Difference, LESS_KNOWN, NotCompared, RunFigure};
use super::difference::{TIMES_IF_INDEPENDENT, needed, part_by_part};
use super::groups::{GROUPS, Groups, mean_and_variance};
use super::steady::rate_changes;
use super::student;
use super::unfit::Unfit;
use crate::plan::threshold::Figure;
use crate::statistics::slices::SliceTimes;

/// One of the times of a run.
#[derive(Clone, Copy)]
pub(crate) struct TimedRun<'a> {
    /// In the order of time.
    pub(crate) slices: &'a [&'a SliceTimes],
    /// The figure of the whole run that is compared, in nanoseconds.
    pub(crate) figure: f64,
}

/// How much more a figure may be than that of the baseline: so many times it, and so much.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Allowance {
    /// 0.1 is 10 %.
    pub(crate) relative: f64,
    /// In nanoseconds.
    pub(crate) absolute: f64,
}

impl Allowance {
    /// The limit that it is beside a baseline.
    pub(crate) fn of(self, base: f64) -> f64 {
        base * (1.0 + self.relative) + self.absolute
    }
}

/// How sure it must be that more calls are above the baseline's figure than were.
const SURE_OF_EXCESS: f64 = 0.02;

/// How many times what independent calls vary by the number of calls that were cut off has to rise.
const TIMES_OF_CUT_OFF: f64 = 3.0;

/// The noise of a figure that was read with two or three digits.
pub(super) const DIGITS: f64 = 0.002;

/// What a difference has to be more than, beside the noise that groups tell.
#[derive(Clone, Copy)]
struct Bar {
    limit: f64,
    /// The noise of the numbers themselves.
    digits: f64,
}

/// The least noise of a figure of these runs: that of numbers that were read with two or three
/// digits; or, if their times are whole milliseconds or so, as on a virtual clock, so much that the
/// next such number is no difference: all groups may have the same one, and the next run another.
fn digits<'a>(figure: Figure, runs: impl Iterator<Item = (&'a TimedRun<'a>, &'a Groups)>) -> f64 {
    let grain = match figure {
        Figure::Percentile(_) => {
            runs.map(|(run, groups)| groups.grain(run.figure)).fold(0.0, f64::max)
        }
        _ => 0.0,
    };
    // It is the last digit of a number that was read with it.
    DIGITS.max(1.01 * grain / TIMES_IF_INDEPENDENT)
}

/// Whether a figure of `new` is more than that of `base`, which is one run or more.
///
/// It is worse if D, the logarithm of their ratio, is above that of the limit and above its noise,
/// which the spread between eight groups of each run tells; and if, besides, more calls are above
/// the baseline's figure than there were in it. The figure of several runs is the geometric mean of
/// theirs. From three of them on, the spread between runs is part of the noise.
pub(crate) fn slower(
    figure: Figure,
    base: &[TimedRun<'_>],
    new: TimedRun<'_>,
    allowed: Allowance,
) -> Result<Difference, Unfit> {
    let samples = new.count();
    match needed(figure) {
        Some(needed) if samples < needed.any => {
            let few = NotCompared::TooFew { samples, needed: needed.any };
            // If both have too few, it is the load that is too small.
            fit_base(figure, base).and(Err(Unfit::Run(few)))
        }
        _ => slower_though_few(figure, base, new, allowed),
    }
}

/// The same, however few samples the new run has: it is weak then.
pub(crate) fn slower_though_few(
    figure: Figure,
    base: &[TimedRun<'_>],
    new: TimedRun<'_>,
    allowed: Allowance,
) -> Result<Difference, Unfit> {
    let base_groups = fit_base(figure, base)?;
    let new_groups = new.groups().map_err(Unfit::Run)?;
    let figures = base.iter().zip(&base_groups).map(|(run, groups)| run.figure(figure, groups));
    let figures: Vec<RunFigure> = figures.collect();
    let new_figure = new.figure(figure, &new_groups);
    let mean_log = figures.iter().map(|run| run.whole).sum::<f64>() / figures.len() as f64;
    let base_figure = mean_log.exp();
    let limit = allowed.of(base_figure).ln() - mean_log;
    // It took longer than that, and nobody knows how much.
    if new.is_unknown(figure) && new_figure.whole - mean_log <= limit {
        return Err(Unfit::Run(NotCompared::CutOff));
    }
    // In a mean a few calls that were cut off can count for more than all others.
    let is_chance = figure == Figure::Mean
        && new_groups.mean_of_ended() <= allowed.of(base_figure)
        && new.cut_off() > 0
        && !is_cut_off_more(base, new);
    let runs = || base.iter().zip(&base_groups).chain([(&new, &new_groups)]);
    let bar = Bar { limit, digits: digits(figure, runs()) };
    let found = if runs().any(|(run, _)| run.rate_changes()) {
        by_parts(&figures, &new_figure, bar, &new_groups.above(new.figure))
    } else {
        let found = Beside::of(&figures, &new_figure, bar.digits).judged(limit, f64::exp_m1);
        let before: Vec<f64> =
            base_groups.iter().flat_map(|groups| groups.above(base_figure)).collect();
        // A mean can rise though fewer calls are above that of the baseline.
        let rises = figure == Figure::Mean || has_risen(&before, &new_groups.above(base_figure));
        Difference { is_worse: found.is_worse && rises, ..found }
    };
    let samples = base.iter().chain([&new]).map(TimedRun::count).min().unwrap_or_default();
    let is_weak = needed(figure).is_some_and(|needed| samples < needed.enough);
    Ok(Difference { is_worse: found.is_worse && !is_chance, is_weak, ..found })
}

/// Whether more calls were cut off than in the baseline, beyond what chance brings of rare ones.
/// Square roots of such numbers vary by a half, however many there are.
fn is_cut_off_more(base: &[TimedRun<'_>], new: TimedRun<'_>) -> bool {
    let before = base.iter().map(TimedRun::cut_off).sum::<u64>() as f64;
    let times = new.count() as f64 / base.iter().map(TimedRun::count).sum::<u64>() as f64;
    let root = |cut_off: f64| (cut_off + 0.375).sqrt();
    let rise = root(new.cut_off() as f64) - times.sqrt() * root(before);
    rise > TIMES_OF_CUT_OFF * 0.5 * (1.0 + times).sqrt()
}

/// The groups of a baseline that others can be compared with.
fn fit_base(figure: Figure, base: &[TimedRun<'_>]) -> Result<Vec<Groups>, Unfit> {
    let needed = needed(figure).ok_or(Unfit::Baseline(NotCompared::OneCall(figure)))?.any;
    let samples = base.iter().map(TimedRun::count).min().unwrap_or_default();
    if samples < needed {
        return Err(Unfit::Baseline(NotCompared::TooFew { samples, needed }));
    }
    if base.iter().any(|run| run.is_unknown(figure)) {
        return Err(Unfit::Baseline(NotCompared::CutOff));
    }
    base.iter().map(TimedRun::groups).collect::<Result<_, _>>().map_err(Unfit::Baseline)
}

/// The same if the load changes as it is asked to, in all runs alike: each group of the new run is
/// compared with the same one of the others, and the noise is what these differences differ by.
///
/// The whole decides, with the noise of as many groups as have the calls above its figure, by their
/// shares of them; or the mean of all groups, if the whole is beyond the limit too.
fn by_parts(base: &[RunFigure], new: &RunFigure, bar: Bar, above: &[f64]) -> Difference {
    let Bar { limit, digits } = bar;
    let (still, new) = part_by_part(base, new);
    let judged = |whole: f64, parts: f64| {
        let groups = new.groups.clone();
        let figure = RunFigure { whole, groups, parts: parts / LESS_KNOWN, independent: 0.0 };
        Beside::of(&still, &figure, digits).judged(limit, f64::exp_m1)
    };
    let sum: f64 = above.iter().sum();
    let squares: f64 = above.iter().map(|share| share * share).sum();
    let parts = if squares > 0.0 { sum * sum / squares } else { 1.0 };
    let of_whole = judged(new.whole, parts);
    let of_groups = judged(mean_and_variance(&new.groups).0, GROUPS as f64);
    Difference {
        is_worse: of_whole.is_worse || of_groups.is_worse && of_whole.change > limit.exp_m1(),
        could_have_seen: of_whole.could_have_seen.min(of_groups.could_have_seen),
        ..of_whole
    }
}

impl TimedRun<'_> {
    pub(super) fn count(&self) -> u64 {
        self.slices.iter().map(|slice| slice.count()).sum()
    }

    fn groups(&self) -> Result<Groups, NotCompared> {
        Groups::of(self.slices, GROUPS).ok_or(NotCompared::InFewSlices)
    }

    fn figure(&self, figure: Figure, groups: &Groups) -> RunFigure {
        RunFigure {
            whole: self.figure.max(1.0).ln(),
            groups: groups.logs(figure),
            parts: GROUPS as f64,
            independent: groups.error_if_independent(figure),
        }
    }

    fn rate_changes(&self) -> bool {
        rate_changes(&self.slices.iter().map(|slice| slice.count()).collect::<Vec<_>>())
    }

    fn cut_off(&self) -> u64 {
        self.slices.iter().map(|slice| slice.cut_off.count()).sum()
    }

    /// Whether nobody knows the figure, for it is that of a call that was cut off. A mean is known:
    /// it takes these calls with the time after which they were.
    pub(super) fn is_unknown(&self, figure: Figure) -> bool {
        figure != Figure::Mean && self.is_cut_off(figure)
    }

    /// Whether the figure is that of a call that was cut off, or has some in it.
    pub(super) fn is_cut_off(&self, figure: Figure) -> bool {
        match figure {
            Figure::Percentile(percentile) => {
                percentile.rank(self.count()) > self.count() - self.cut_off()
            }
            _ => self.cut_off() > 0,
        }
    }
}

/// Welch's test, with a whole number of degrees of freedom.
fn has_risen(base: &[f64], new: &[f64]) -> bool {
    let [base, new] = [base, new].map(|shares| {
        let (mean, variance) = mean_and_variance(shares);
        let (count, variance) = (shares.len() as f64, variance / shares.len() as f64);
        (mean, variance, variance.powi(2) / (count - 1.0))
    });
    let variance = base.1 + new.1;
    let degrees = variance.powi(2) / (base.2 + new.2);
    let degrees = if degrees.is_finite() { degrees.max(1.0) as u32 } else { 1 };
    new.0 - base.0 > student::quantile(degrees, SURE_OF_EXCESS) * variance.sqrt()
}

#[cfg(test)]
mod tests;
