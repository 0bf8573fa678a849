//! [`paired`]: how a time of two targets differs that were called side by side.
//!
//! What drifts, drifts for both. So the two are compared within each of many short groups, and what
//! these differences differ by is the noise.

use super::difference::{Difference, NORMAL_95, NotCompared, sure};
use super::groups::{Groups, mean_and_variance, share_below};
use super::slower::{Allowance, DIGITS, TimedRun};
use super::student;
use crate::plan::threshold::Figure;

/// How many groups there are at most and at least.
const MOST_GROUPS: u64 = 50;
const FEWEST_GROUPS: u64 = 8;

/// How likely the new one may be called slower, if it is not.
const BY_CHANCE: f64 = 0.001;

/// Whether a figure of `new` is more than that of `base`, whose slices are those of the same time,
/// with the other calls of the same pairs.
///
/// The change is the mean over groups. It is worse if it is beyond the limit and beyond noise, and
/// if the figures of the whole are beyond the limit too.
pub(crate) fn paired(
    figure: Figure,
    base: TimedRun<'_>,
    new: TimedRun<'_>,
    allowed: Allowance,
) -> Result<Difference, NotCompared> {
    let fewest = pairs_needed(figure).ok_or(NotCompared::OneCall(figure))?;
    let samples = base.count().min(new.count());
    if samples < fewest {
        return Err(NotCompared::TooFew { samples, needed: fewest });
    }
    if base.is_unknown(figure) {
        return Err(NotCompared::CutOff);
    }
    let groups = (samples * FEWEST_GROUPS / fewest).min(MOST_GROUPS);
    let differences = differences(figure, [base, new], groups).ok_or(NotCompared::InFewSlices)?;
    let (change, variance) = mean_and_variance(&differences);
    let noise = (variance / differences.len() as f64).sqrt().max(DIGITS);
    let log = |run: TimedRun<'_>| run.figure.max(1.0).ln();
    let limit = allowed.of(base.figure.max(1.0)).ln() - log(base);
    let of_whole = log(new) - log(base);
    if new.is_unknown(figure) && of_whole <= limit {
        return Err(NotCompared::CutOff);
    }
    let degrees = differences.len() as u32 - 1;
    let times = student::quantile(degrees, BY_CHANCE);
    let half = student::quantile(degrees, 0.025) * noise;
    Ok(Difference {
        change: change.exp_m1(),
        low: (change - half).exp_m1(),
        high: (change + half).exp_m1(),
        is_worse: change > limit && change > times * noise && of_whole > limit,
        could_have_seen: sure(times, noise, degrees).max(limit + NORMAL_95 * noise).exp_m1(),
        is_weak: false,
    })
}

/// How many calls of each target it takes: eight groups with a sample on the far side of the
/// percentile each, and 20 at least. None if the figure is that of a single call.
pub(crate) fn pairs_needed(figure: Figure) -> Option<u64> {
    let share = share_below(figure);
    let far_side = share.min(1.0 - share);
    (far_side > 0.0).then(|| FEWEST_GROUPS * ((1.0 / far_side - 1e-6).ceil() as u64).max(20))
}

/// The differences of the logarithms in groups of the same slices; in fewer groups, if slices are
/// too few for so many.
fn differences(figure: Figure, runs: [TimedRun<'_>; 2], groups: u64) -> Option<Vec<f64>> {
    let [base, new] = runs;
    let of = |groups: u64| Groups::of_both([base.slices, new.slices], groups as usize);
    let [base, new] = of(groups).or_else(|| of(FEWEST_GROUPS.min(groups)))?;
    let pairs = base.logs(figure).into_iter().zip(new.logs(figure));
    Some(pairs.map(|(base, new)| new - base).collect())
}

#[cfg(test)]
mod tests {
    use super::super::simulation::{Dice, Law, SimulatedPair, count};
    use super::*;

    const FIVE_PERCENT: Allowance = Allowance { relative: 0.05, absolute: 0.0 };

    fn figure(text: &str) -> Figure {
        Figure::parse(text).unwrap()
    }

    fn compared(text: &str, pair: SimulatedPair, dice: &mut Dice) -> Difference {
        let share = share_below(figure(text));
        let [base, new] = pair.runs(dice);
        let (base_slices, new_slices) = (base.slices(), new.slices());
        let base = TimedRun { slices: &base_slices, figure: base.quantile(share) };
        let new = TimedRun { slices: &new_slices, figure: new.quantile(share) };
        paired(figure(text), base, new, FIVE_PERCENT).unwrap()
    }

    #[test]
    fn a_fifth_is_found_whatever_drifts_and_nothing_else() {
        for block in [2, 20, 200, 2_000] {
            let equal = SimulatedPair { law: Law::Exponential, block, calls: 10_000, times: 1.0 };
            let slower = SimulatedPair { times: 1.2, ..equal };
            let is_worse = |pair| move |dice: &mut Dice| compared("p99", pair, dice).is_worse;
            let (alarms, found) = (count(400, is_worse(equal)), count(400, is_worse(slower)));
            assert!(alarms <= 2, "blocks of {block}: {alarms} false alarms of 400");
            assert!(found >= 380, "blocks of {block}: {found} of 400 found");
        }
    }

    #[test]
    fn the_interval_has_the_true_difference() {
        for (text, calls) in [("p50", 1_000), ("p99", 10_000), ("p99", 2_000), ("p99.9", 20_000)] {
            let pair = SimulatedPair { law: Law::Exponential, block: 200, calls, times: 1.2 };
            let has = |dice: &mut Dice| {
                let seen = compared(text, pair, dice);
                seen.low < 0.2 && 0.2 < seen.high
            };
            let having = count(400, has);
            assert!((370..=392).contains(&having), "{text} of {calls}: {having} of 400");
        }
    }

    #[test]
    fn a_difference_of_few_calls_is_none() {
        let none = TimedRun { slices: &[], figure: 0.0 };
        for (text, needed) in [("p50", 160), ("p99", 800), ("p99.9", 8_000)] {
            let refused = NotCompared::TooFew { samples: 0, needed };
            assert_eq!(paired(figure(text), none, none, FIVE_PERCENT), Err(refused), "{text}");
        }
        let refused = NotCompared::OneCall(Figure::Max);
        assert_eq!(paired(Figure::Max, none, none, FIVE_PERCENT), Err(refused));
    }
}
