//! [`slower`]: whether a time of a run is worse than in a baseline, beyond a limit and beyond noise.

use super::difference::{Beside, Difference, NotCompared, RunFigure, needed};
use super::groups::{GROUPS, Groups, mean_and_variance};
use super::student;
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
    /// In the unit of the figure: nanoseconds for a time, 0.01 for one percent of all calls.
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

/// The noise of a figure that was read with two or three digits.
pub(super) const DIGITS: f64 = 0.002;

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
) -> Result<Difference, NotCompared> {
    let needed = needed(figure).ok_or(NotCompared::OneCall(figure))?;
    let counts = base.iter().map(TimedRun::count).chain([new.count()]);
    let samples = counts.min().unwrap_or_default();
    if base.is_empty() || samples < needed.any {
        return Err(NotCompared::TooFew { samples, needed: needed.any });
    }
    if base.iter().any(|run| run.is_cut_off(figure)) {
        return Err(NotCompared::CutOff);
    }
    let base_groups = base.iter().map(TimedRun::groups).collect::<Result<Vec<_>, _>>()?;
    let new_groups = new.groups()?;
    let figures: Vec<RunFigure> =
        base.iter().zip(&base_groups).map(|(run, groups)| run.figure(figure, groups)).collect();
    let mean_log = figures.iter().map(|run| run.whole).sum::<f64>() / figures.len() as f64;
    let base_figure = mean_log.exp();
    let limit = allowed.of(base_figure).ln() - mean_log;
    let beside = Beside::of(&figures, &new.figure(figure, &new_groups), DIGITS);
    // It took longer than that, and nobody knows how much.
    if new.is_cut_off(figure) && beside.change <= limit {
        return Err(NotCompared::CutOff);
    }
    let found = beside.judged(limit, f64::exp_m1);
    // A mean can rise though fewer calls are above that of the baseline.
    let rises = || {
        let before: Vec<f64> =
            base_groups.iter().flat_map(|groups| groups.above(base_figure)).collect();
        figure == Figure::Mean || has_risen(&before, &new_groups.above(base_figure))
    };
    Ok(Difference {
        is_worse: found.is_worse && rises(),
        is_weak: samples < needed.enough,
        ..found
    })
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
            independent: groups.error_if_independent(figure),
        }
    }

    /// Whether the figure is that of a call that was cut off.
    pub(super) fn is_cut_off(&self, figure: Figure) -> bool {
        let cut_off: u64 = self.slices.iter().map(|slice| slice.cut_off.count()).sum();
        match figure {
            Figure::Percentile(percentile) => {
                percentile.rank(self.count()) > self.count() - cut_off
            }
            _ => cut_off > 0,
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
