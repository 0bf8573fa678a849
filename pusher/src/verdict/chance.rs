//! [`Chance`]: how likely it is that the worst of many windows is as bad as it was, if all calls of
//! the load come from one distribution and none depends on another.
//!
//! In a window of *n* calls a percentile is over the limit if more than a few of them are. How many
//! are is binomial; and each window has its chance, so that the worst of many is far above the
//! percentile of the whole: 1.3 times for a p99 of exponential times, in an hour of windows of
//! 1,000 calls.

/// The worst window, and the load around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chance {
    /// How many calls are in the window.
    pub(super) calls: u64,
    /// So many of them are over the limit.
    pub(super) bad: u64,
    /// The share of such calls in the whole load.
    pub(super) share: f64,
    pub(super) windows: u64,
}

/// What happens more rarely than so is not put down to chance.
const RARE: f64 = 0.05;

impl Chance {
    /// Whether it may well be chance. All windows count as if they had no call in common, which is
    /// on the side of chance.
    pub(super) fn explains(self) -> bool {
        self.of_one_window() * self.windows as f64 >= RARE
    }

    /// How likely so many bad calls are in one window.
    fn of_one_window(self) -> f64 {
        let Chance { calls, bad, share, .. } = self;
        if bad == 0 || share >= 1.0 {
            return 1.0;
        }
        if share <= 0.0 || bad > calls {
            return 0.0;
        }
        // The terms from `bad` on: the first by its logarithm, each other by its ratio to the one
        // before.
        let odds = share / (1.0 - share);
        let mut term = (log_choose(calls, bad)
            + bad as f64 * share.ln()
            + (calls - bad) as f64 * (-share).ln_1p())
        .exp();
        let mut sum = term;
        for bad in bad..calls {
            term *= odds * (calls - bad) as f64 / (bad + 1) as f64;
            sum += term;
            if term < sum * 1e-12 && odds * ((calls - bad) as f64) < (bad + 1) as f64 {
                break;
            }
        }
        sum.min(1.0)
    }
}

/// The logarithm of the number of ways to choose so many of all.
fn log_choose(all: u64, some: u64) -> f64 {
    let some = some.min(all - some);
    (1..=some).map(|nth| ((all - some + nth) as f64 / nth as f64).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::random::SplitMix;

    #[track_caller]
    fn check(calls: u64, bad: u64, share: f64, expected: f64) {
        let chance = Chance { calls, bad, share, windows: 1 }.of_one_window();
        assert!((chance - expected).abs() < 1e-6, "{bad} of {calls}: {chance}");
    }

    #[test]
    fn one_window_is_binomial() {
        check(10, 0, 0.1, 1.0);
        check(10, 1, 0.1, 0.651_321_56);
        check(10, 10, 0.5, 0.000_976_562_5);
        check(1_000, 11, 0.01, 0.416_959_2);
        check(1_000, 1_000, 1.0, 1.0);
        check(10, 1, 0.0, 0.0);
    }

    /// A random number from 0 to 1.
    fn uniform(random: &mut SplitMix) -> f64 {
        (random.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Loads of exponential times, whose p99 is 4.6, in 60 windows of 500 calls, of which those of
    /// one window are slower by a factor: how many break `p99 < 5` in a window, and how many of
    /// these are put down to chance.
    fn explained(factor: f64) -> (usize, usize) {
        let mut random = SplitMix::of_stream(7, 1);
        let (mut broken, mut explained) = (0, 0);
        for _ in 0..400 {
            let over_limit = |factor: f64, random: &mut SplitMix| {
                (0..500).filter(|_| -factor * (1.0 - uniform(random)).ln() >= 5.0).count() as u64
            };
            let bad: Vec<u64> = (0..60)
                .map(|window| over_limit(if window == 30 { factor } else { 1.0 }, &mut random))
                .collect();
            let most = bad.iter().copied().max().unwrap_or_default();
            // p99 of 500 is the 495th.
            if most > 5 {
                let share = bad.iter().sum::<u64>() as f64 / 30_000.0;
                let chance = Chance { calls: 500, bad: most, share, windows: 60 };
                broken += 1;
                explained += usize::from(chance.explains());
            }
        }
        (explained, broken)
    }

    #[test]
    fn the_worst_window_of_a_healthy_load_is_put_down_to_chance() {
        let (explained, broken) = explained(1.0);
        assert!(broken > 390, "{broken}");
        assert!(explained * 100 >= broken * 95, "{explained} of {broken}");
    }

    #[test]
    fn the_window_of_a_service_that_was_twice_as_slow_is_not() {
        assert_eq!(explained(2.0), (0, 400));
    }
}
