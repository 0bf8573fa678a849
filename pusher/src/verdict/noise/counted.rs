//! [`fewer`]: whether a rate has fallen, beyond a limit and beyond noise; and shares of calls, as
//! [`PartOf`].

use super::difference::{Beside, Difference, NotCompared, RunFigure, part_by_part};
use super::groups::{GROUPS, ends};
use super::unfit::Unfit;

/// A part of some calls: of those of a slice, or of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PartOf {
    pub(crate) part: u64,
    pub(crate) whole: u64,
}

/// A share of the calls of a run.
pub(super) struct GroupedShare {
    pub(super) calls: u64,
    pub(super) share: f64,
    /// The same in each of its groups.
    pub(super) groups: Vec<f64>,
}

/// The fewest calls whose share has an interval, as for times.
const FEWEST: u64 = 2_000;

/// Whether a rate is less than in a baseline, which is one run or more; each run has the counts of
/// slices of equal time. The change is the part that is lost, and so is what is allowed.
pub(crate) fn fewer(base: &[&[u64]], new: &[u64], allowed: f64) -> Result<Difference, Unfit> {
    let figures: Option<Vec<RunFigure>> = base.iter().map(|run| rate_of(run)).collect();
    let figures = figures.ok_or(Unfit::Baseline(NotCompared::InFewSlices))?;
    if figures.is_empty() {
        return Err(Unfit::Baseline(NotCompared::TooFew { samples: 0, needed: 1 }));
    }
    let new = fallen(new).or_else(|| rate_of(new)).ok_or(Unfit::Run(NotCompared::InFewSlices))?;
    let limit = -(1.0 - allowed.clamp(0.0, 1.0)).ln();
    // A rate that changes does so because it is asked to.
    let (figures, new) = part_by_part(&figures, &new);
    Ok(Beside::of(&figures, &new, LEAST_NOISE_OF_RATES).judged(limit, |change| -(-change).exp_m1()))
}

/// Less than that nobody wants to know of a rate.
const LEAST_NOISE_OF_RATES: f64 = 0.001;

/// The share of a run and of its groups of as many calls each.
pub(super) fn share_in(slices: &[PartOf], groups: usize) -> Result<GroupedShare, NotCompared> {
    let run = sum(slices);
    if run.whole < FEWEST {
        return Err(NotCompared::TooFew { samples: run.whole, needed: FEWEST });
    }
    let wholes: Vec<u64> = slices.iter().map(|slice| slice.whole).collect();
    let ends = ends(&wholes, groups).ok_or(NotCompared::InFewSlices)?;
    let begins = [0].into_iter().chain(ends.iter().copied());
    let group = |(begin, end): (usize, &usize)| sum(&slices[begin..*end]).share();
    let groups = begins.zip(&ends).map(group).collect();
    Ok(GroupedShare { calls: run.whole, share: run.share(), groups })
}

/// The rate of a run in a part of which nothing came at all, though its slices are enough: that is
/// no noise. None of another run.
fn fallen(counts: &[u64]) -> Option<RunFigure> {
    let border = |nth: usize| nth * counts.len() / GROUPS;
    let is_empty =
        |nth: usize| counts[border(nth)..border(nth + 1)].iter().all(|count| *count == 0);
    if counts.len() < GROUPS || !(0..GROUPS).any(is_empty) {
        return None;
    }
    let per_slice = counts.iter().sum::<u64>().max(1) as f64 / counts.len() as f64;
    let groups = vec![-per_slice.ln(); GROUPS];
    Some(RunFigure { whole: -per_slice.ln(), groups, parts: GROUPS as f64, independent: 0.0 })
}

/// Less the logarithm of the rate of a run, for each slice, and of its groups of as many slices.
fn rate_of(counts: &[u64]) -> Option<RunFigure> {
    let log = |counts: &[u64]| {
        let per_slice = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
        (per_slice > 0.0).then(|| -per_slice.ln())
    };
    let border = |nth: usize| nth * counts.len() / GROUPS;
    let groups = (0..GROUPS).map(|nth| log(counts.get(border(nth)..border(nth + 1))?));
    let (whole, groups) = (log(counts)?, groups.collect::<Option<_>>()?);
    Some(RunFigure { whole, groups, parts: GROUPS as f64, independent: 0.0 })
}

fn sum(slices: &[PartOf]) -> PartOf {
    slices.iter().fold(PartOf::default(), |all, slice| all.with(slice))
}

impl PartOf {
    fn with(self, other: &PartOf) -> PartOf {
        PartOf { part: self.part + other.part, whole: self.whole + other.whole }
    }

    fn share(self) -> f64 {
        self.part as f64 / self.whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_falls_is_found() {
        let (base, less) = ([100; 40], [85; 40]);
        let difference = fewer(&[&base], &less, 0.1).unwrap();
        assert!((difference.change - 0.15).abs() < 1e-9);
        assert!(difference.is_worse);
        assert!((difference.could_have_seen - 0.101).abs() < 0.001);
        assert!(!fewer(&[&base], &less, 0.2).unwrap().is_worse);
        assert!(!fewer(&[&less], &base, 0.0).unwrap().is_worse);
        let [ramp, lower] =
            [100, 85].map(|most| [10, 20, 30, 40, 50, 60, 80, 100].map(|part| part * most));
        assert!(fewer(&[&ramp], &lower, 0.1).unwrap().is_worse);
        assert!(!fewer(&[&ramp], &ramp, 0.0).unwrap().is_worse);
        let in_few = NotCompared::InFewSlices;
        assert_eq!(fewer(&[&base], &[1; 7], 0.1), Err(Unfit::Run(in_few)));
        assert!(fewer(&[&base], &[0; 40], 0.1).unwrap().is_worse);
        assert_eq!(fewer(&[&[0; 40]], &base, 0.1), Err(Unfit::Baseline(in_few)));
    }

    #[test]
    fn a_service_that_dies_is_no_noise() {
        let base = [100; 40];
        let mut dead = base;
        dead[35..].fill(0);
        let difference = fewer(&[&base], &dead, 0.05).unwrap();
        assert!((difference.change - 0.125).abs() < 1e-9);
        assert!(difference.is_worse);
        assert!(!fewer(&[&base], &dead, 0.2).unwrap().is_worse);
    }
}
