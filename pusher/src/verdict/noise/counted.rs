//! [`more`] and [`fewer`]: whether a share of calls has grown, and whether a rate has fallen, beyond
//! a limit and beyond noise.

use super::difference::{Beside, Difference, NotCompared, RunFigure};
use super::groups::{GROUPS, ends};
use super::slower::Allowance;

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

/// The fewest calls of a run whose share is compared, and how many are enough, as for times.
const FEWEST: u64 = 2_000;
const ENOUGH: u64 = 10_000;

/// Whether a share of calls is more than in a baseline, which is one run or more; each run has the
/// parts of its slices. Shares that differ by less than independent calls would are never worse.
pub(crate) fn more(
    base: &[&[PartOf]],
    new: &[PartOf],
    allowed: Allowance,
) -> Result<Difference, NotCompared> {
    let runs = base.iter().map(|run| share_in(run, GROUPS)).collect::<Result<Vec<_>, _>>()?;
    let new = share_in(new, GROUPS)?;
    if runs.is_empty() {
        return Err(NotCompared::TooFew { samples: 0, needed: FEWEST });
    }
    let samples = runs.iter().map(|run| run.calls).fold(new.calls, u64::min);
    // Of all runs, and never zero, so that the first error after none is not beyond all chance.
    let calls = |run: &GroupedShare| run.calls as f64;
    let all = runs.iter().map(calls).sum::<f64>() + calls(&new);
    let parts = |run: &GroupedShare| run.share * calls(run);
    let likely = (runs.iter().map(parts).sum::<f64>() + parts(&new) + 0.5) / (all + 1.0);
    let figure = |run: GroupedShare| RunFigure {
        whole: run.share,
        independent: (likely * (1.0 - likely) / calls(&run)).sqrt(),
        groups: run.groups,
    };
    let new = figure(new);
    let figures: Vec<RunFigure> = runs.into_iter().map(figure).collect();
    let of_chance = |run: &RunFigure| run.independent.powi(2);
    let before: f64 = figures.iter().map(of_chance).sum::<f64>() / (figures.len().pow(2) as f64);
    let least_noise = (of_chance(&new) + before).sqrt();
    let base_share = figures.iter().map(|run| run.whole).sum::<f64>() / figures.len() as f64;
    let limit = allowed.of(base_share) - base_share;
    let found = Beside::of(&figures, &new, least_noise).judged(limit, |change| change);
    Ok(Difference { is_weak: samples < ENOUGH, ..found })
}

/// Whether a rate is less than in a baseline, which is one run or more; each run has the counts of
/// slices of equal time. The change is the part that is lost, and so is what is allowed.
pub(crate) fn fewer(base: &[&[u64]], new: &[u64], allowed: f64) -> Result<Difference, NotCompared> {
    let figure = |counts: &[u64]| rate_of(counts).ok_or(NotCompared::InFewSlices);
    let figures = base.iter().map(|run| figure(run)).collect::<Result<Vec<_>, _>>()?;
    let new = figure(new)?;
    if figures.is_empty() {
        return Err(NotCompared::TooFew { samples: 0, needed: 1 });
    }
    let limit = -(1.0 - allowed.clamp(0.0, 1.0)).ln();
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

/// Less the logarithm of the rate of a run, for each slice, and of its groups of as many slices.
fn rate_of(counts: &[u64]) -> Option<RunFigure> {
    let log = |counts: &[u64]| {
        let per_slice = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
        (per_slice > 0.0).then(|| -per_slice.ln())
    };
    let border = |nth: usize| nth * counts.len() / GROUPS;
    let groups = (0..GROUPS).map(|nth| log(counts.get(border(nth)..border(nth + 1))?));
    Some(RunFigure {
        whole: log(counts)?,
        groups: groups.collect::<Option<_>>()?,
        independent: 0.0,
    })
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
    use super::super::simulation::{Dice, count};
    use super::*;

    /// Errors of 10,000 calls in 100 slices, of which each has its own chance to fail.
    fn errors(dice: &mut Dice, chance: f64, spread: f64) -> Vec<PartOf> {
        let slice = |dice: &mut Dice| {
            let chance = chance * (spread * dice.normal()).exp();
            let part = (0..100).filter(|_| dice.uniform() < chance).count() as u64;
            PartOf { part, whole: 100 }
        };
        (0..100).map(|_| slice(dice)).collect()
    }

    fn found(chances: [f64; 2], spread: f64, allowed: Allowance) -> u64 {
        count(300, |dice| {
            let [base, new] = chances.map(|chance| errors(dice, chance, spread));
            more(&[&base], &new, allowed).unwrap().is_worse
        })
    }

    #[test]
    fn equal_shares_are_told_to_be_equal() {
        for (chance, spread) in [(0.0, 0.0), (0.0002, 0.0), (0.01, 0.0), (0.01, 0.5), (0.3, 0.0)] {
            let alarms = found([chance; 2], spread, Allowance::default());
            assert!(alarms <= 1, "{chance}, {spread}: {alarms} of 300");
        }
    }

    #[test]
    fn more_errors_are_found() {
        let one_percent_more = Allowance { relative: 0.0, absolute: 0.01 };
        assert!(found([0.01, 0.03], 0.5, one_percent_more) >= 285);
        assert_eq!(found([0.01, 0.015], 0.0, one_percent_more), 0);
        assert_eq!(found([0.0, 0.01], 0.0, Allowance::default()), 300);
    }

    #[test]
    fn a_share_of_few_calls_is_not_compared() {
        let few = [PartOf { part: 0, whole: 100 }; 19];
        let refused = NotCompared::TooFew { samples: 1_900, needed: 2_000 };
        assert_eq!(more(&[&few], &few, Allowance::default()), Err(refused));
        let weak = [PartOf { part: 0, whole: 100 }; 99];
        assert!(more(&[&weak], &weak, Allowance::default()).unwrap().is_weak);
    }

    #[test]
    fn a_rate_that_falls_is_found() {
        let (base, less) = ([100; 40], [85; 40]);
        let difference = fewer(&[&base], &less, 0.1).unwrap();
        assert!((difference.change - 0.15).abs() < 1e-9);
        assert!(difference.is_worse);
        assert!((difference.could_have_seen - 0.101).abs() < 0.001);
        assert!(!fewer(&[&base], &less, 0.2).unwrap().is_worse);
        assert!(!fewer(&[&less], &base, 0.0).unwrap().is_worse);
        assert_eq!(fewer(&[&base], &[1; 7], 0.1), Err(NotCompared::InFewSlices));
        assert_eq!(fewer(&[&base], &[0; 40], 0.1), Err(NotCompared::InFewSlices));
    }
}
