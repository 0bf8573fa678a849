//! [`slower`]: whether a run is slower than another, beyond a limit and beyond noise; the answer is
//! a [`Difference`].

use std::fmt;

use super::groups::{GROUPS, Groups, mean_and_variance, share_below};
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
    /// In the unit of the figure: nanoseconds for a time.
    pub(crate) absolute: f64,
}

/// What there is to say of a run beside another. All is relative: 0.1 is 10 % more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    /// By how much the figure is more.
    pub(crate) change: f64,
    /// Where the change is in 95 of 100 such pairs.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether that is beyond what is allowed, and beyond noise.
    pub(crate) is_worse: bool,
    /// A change of so much, or more, would have been found in 95 of 100 such pairs.
    pub(crate) could_have_seen: f64,
    /// Whether there are fewer calls than [`calls_needed`] has as `enough`.
    pub(crate) is_weak: bool,
}

/// Why two runs are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotCompared {
    /// One of them has so many samples of this figure, and it takes more.
    TooFew { figure: Figure, samples: u64, needed: u64 },
    /// Nearly all samples are in a few slices.
    InFewSlices,
    /// The figure is that of a call that was cut off.
    CutOff,
    /// The figure is that of a single call, `min` or `max`.
    OneCall(Figure),
}

/// How many samples a comparison takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    /// With fewer there is none.
    pub(crate) any: u64,
    /// With fewer it is weak: of pairs of equal services, a few in 100 seem different.
    pub(crate) enough: u64,
}

/// How many times the noise a difference must be. Student's t of seven degrees of freedom exceeds
/// 3.75 in 0.36 % of all cases.
const TIMES_NOISE: f64 = 3.75;

/// How sure it must be that more calls are above the baseline's figure than were.
const SURE_OF_EXCESS: f64 = 0.02;

/// The noise of a figure that was read with two or three digits.
const DIGITS: f64 = 0.002;

/// What a normal distribution exceeds in 5 of 100 cases.
const NORMAL_95: f64 = 1.645;

/// Whether the figure of `new` is more than that of `base`.
///
/// It is worse if D, the logarithm of their ratio, is above that of the limit and above k times its
/// noise, which the spread between eight groups of each run tells; and if, besides, more calls are
/// above the baseline's figure than there were in it.
pub(crate) fn slower(
    figure: Figure,
    base: TimedRun<'_>,
    new: TimedRun<'_>,
    allowed: Allowance,
) -> Result<Difference, NotCompared> {
    let needed = calls_needed(figure).ok_or(NotCompared::OneCall(figure))?;
    let fewest = count(base).min(count(new));
    if fewest < needed.any {
        return Err(NotCompared::TooFew { figure, samples: fewest, needed: needed.any });
    }
    let [base_groups, new_groups] = [base, new].map(|run| Groups::of(run.slices, GROUPS));
    let base_groups = base_groups.ok_or(NotCompared::InFewSlices)?;
    let new_groups = new_groups.ok_or(NotCompared::InFewSlices)?;
    if is_cut_off(base, figure) {
        return Err(NotCompared::CutOff);
    }
    let log = |run: TimedRun<'_>| run.figure.max(1.0).ln();
    let limit = allowed.of(base.figure.max(1.0)).ln() - log(base);
    let noise = noise_of(&base_groups.logs(figure), &new_groups.logs(figure));
    let change = log(new) - log(base);
    let is_beyond = change > limit && change > TIMES_NOISE * noise;
    // It took longer than that, and nobody knows how much.
    if is_cut_off(new, figure) && change <= limit {
        return Err(NotCompared::CutOff);
    }
    let rises = figure == Figure::Mean
        || has_risen(&base_groups.above(base.figure), &new_groups.above(base.figure));
    let wide = student::quantile(GROUPS as u32 - 1, 0.025) * noise;
    Ok(Difference {
        change: change.exp_m1(),
        low: (change - wide).exp_m1(),
        high: (change + wide).exp_m1(),
        is_worse: is_beyond && rises,
        could_have_seen: (limit.max(TIMES_NOISE * noise) + NORMAL_95 * noise).exp_m1(),
        is_weak: fewest < needed.enough,
    })
}

/// How many samples a comparison of this figure takes; none if it is that of a single call.
///
/// 2,000 and 10,000, because the groups have to be long, whatever the figure; and 20 and 100 on the
/// far side of a percentile, as a p99 has of them.
pub(crate) fn calls_needed(figure: Figure) -> Option<Needed> {
    let share = share_below(figure);
    let far_side = share.min(1.0 - share);
    let with = |samples: f64| (samples / far_side - 1e-3).ceil() as u64;
    (far_side > 0.0).then(|| Needed { any: with(20.0).max(2_000), enough: with(100.0).max(10_000) })
}

impl Allowance {
    /// The limit, beside a baseline.
    pub(crate) fn of(self, base: f64) -> f64 {
        base * (1.0 + self.relative) + self.absolute
    }
}

fn count(run: TimedRun<'_>) -> u64 {
    run.slices.iter().map(|slice| slice.count()).sum()
}

/// Whether the figure is that of a call that was cut off.
fn is_cut_off(run: TimedRun<'_>, figure: Figure) -> bool {
    let cut_off: u64 = run.slices.iter().map(|slice| slice.cut_off.count()).sum();
    match figure {
        Figure::Percentile(percentile) => percentile.rank(count(run)) > count(run) - cut_off,
        _ => cut_off > 0,
    }
}

/// The standard error of the difference of two figures, of which these are the values in groups.
fn noise_of(base: &[f64], new: &[f64]) -> f64 {
    let variance = |values| mean_and_variance(values).1 / values.len() as f64;
    (variance(base) + variance(new)).sqrt().max(DIGITS)
}

/// Welch's test, with a whole number of degrees of freedom.
fn has_risen(base: &[f64], new: &[f64]) -> bool {
    let [(base_mean, base), (new_mean, new)] = [base, new].map(|shares| {
        let (mean, variance) = mean_and_variance(shares);
        (mean, variance / GROUPS as f64)
    });
    let of_each = GROUPS as f64 - 1.0;
    let degrees = of_each * (base + new).powi(2) / (base.powi(2) + new.powi(2));
    let degrees = if degrees.is_finite() { degrees as u32 } else { GROUPS as u32 - 1 };
    new_mean - base_mean > student::quantile(degrees, SURE_OF_EXCESS) * (base + new).sqrt()
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotCompared::TooFew { figure, samples, needed } => {
                write!(f, "{samples} samples are too few to compare a {figure}: it takes {needed}")
            }
            NotCompared::InFewSlices => f.write_str(
                "nearly all samples come from a small part of the time, so that nobody knows how \
                 much they vary: give the load more time",
            ),
            NotCompared::CutOff => f.write_str(
                "calls were cut off before that time: raise `timeout` or `grace`, or judge a lower \
                 percentile",
            ),
            NotCompared::OneCall(figure) => {
                write!(f, "a single call decides the {figure}: compare a percentile")
            }
        }
    }
}

#[cfg(test)]
mod tests;
