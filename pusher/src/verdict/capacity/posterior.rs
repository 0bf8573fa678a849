//! [`Posterior`]: how likely each rate is to be the capacity, by what probes near it showed.
//!
//! ```text
//!   share over     │            ∙ ∕
//!   the limit,     │          ∙ ∕          1 − (1 − base) · exp(−exp(a + b · ln(rate)))
//!   on its scale   │─ ─ ─ ─ ─ ∕─ ─ ─ most
//!                  │       ∕∙ ┊
//!             base │─∙─∙∙∕─∙  ┊
//!                  └──────────┴───────── ln(rate)
//!                             capacity
//! ```
//!
//! Subtle: calls over a limit come in bursts. The steeper the curve, the longer the bursts: near
//! its saturation a queue forgets slowly, after about (*b* / ln *P*)² calls, where *P* is the share
//! that the limit allows. So the count of a probe is beta-binomial, and as uncertain as if it had
//! that many times fewer calls. With that the likelihood of each slope is computed for each rate,
//! and summed over the slopes.

use std::iter;

/// What a probe near the capacity showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The logarithm of its rate over that in the middle.
    pub(super) x: f64,
    pub(super) calls: f64,
    pub(super) over: f64,
    /// How much it counts: 1 at the capacity, and less farther away.
    pub(super) weight: f64,
    /// Whether a probe at no lower rate showed far less, so that something else may have happened.
    pub(super) is_contradicted: bool,
}

/// Points, and what the limit allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit<'a> {
    pub(super) points: &'a [Point],
    /// The most of all calls that may be over the limit.
    pub(super) share: f64,
    /// How many are over it at any rate.
    pub(super) base: f64,
}

/// How likely rates are that are equally far from each other.
#[derive(Clone, Debug)]
pub(super) struct Posterior {
    from: f64,
    step: f64,
    likely: Vec<f64>,
    /// How steeply the share grows with the rate, on its scale.
    pub(super) slope: f64,
}

/// A slope with a spread: how many times fewer independent calls would vary as much.
struct Steepness {
    slope: f64,
    spread: f64,
    /// The logarithm of how likely it was before.
    prior: f64,
}

const SLOPES: u32 = 14;
const LEAST_SLOPE: f64 = 0.8;
const MOST_SLOPE: f64 = 500.0;
/// The spread of a queue, by its slope, as simulated.
const SPREAD_OF_A_QUEUE: f64 = 5.3;
/// A service may differ from it by that factor, in either direction.
const UNLIKE_A_QUEUE: f64 = 3.0;
/// How likely it is that something else happened in a probe: if another one contradicts it, and if
/// none does.
const DISTURBED: [f64; 2] = [0.02, 1e-20];
/// How many rates are looked at: first to see which are likely at all, and then among these.
const COARSE: usize = 40;
const FINE: usize = 48;

impl Fit<'_> {
    /// How likely the rates of a range are, given as logarithms.
    pub(super) fn posterior(&self, [from, to]: [f64; 2]) -> Posterior {
        let coarse = self.over([from, to], COARSE);
        let [low, high] = [0.0005, 0.9995].map(|share| coarse.quantile(share));
        self.over([low - coarse.step, high + coarse.step], FINE)
    }

    fn over(&self, [from, to]: [f64; 2], cells: usize) -> Posterior {
        let step = (to - from) / cells as f64;
        let rates: Vec<f64> = (0..=cells).map(|nth| from + step * nth as f64).collect();
        let steepnesses = self.steepnesses();
        let logs: Vec<Vec<f64>> =
            steepnesses.iter().map(|steepness| self.of_steepness(steepness, &rates)).collect();
        let most = logs.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut likely = vec![0.0; rates.len()];
        let (mut slopes, mut all) = (0.0, 0.0);
        for (steepness, logs) in iter::zip(&steepnesses, &logs) {
            for (likely, log) in iter::zip(&mut likely, logs) {
                let part = (log - most).exp();
                *likely += part;
                slopes += part * steepness.slope.ln();
                all += part;
            }
        }
        likely.iter_mut().for_each(|likely| *likely /= all);
        Posterior { from, step, likely, slope: (slopes / all).exp() }
    }

    fn steepnesses(&self) -> Vec<Steepness> {
        let slope = |nth: u32| {
            LEAST_SLOPE * (MOST_SLOPE / LEAST_SLOPE).powf(f64::from(nth) / f64::from(SLOPES - 1))
        };
        let spreads = [(1.0 / UNLIKE_A_QUEUE, 0.25f64), (1.0, 0.5), (UNLIKE_A_QUEUE, 0.25)];
        let of_slope = |slope: f64| {
            let queue = 0.5 + SPREAD_OF_A_QUEUE * (slope / self.share.ln()).powi(2);
            spreads.map(|(factor, prior)| Steepness {
                slope,
                spread: factor * queue,
                prior: prior.ln(),
            })
        };
        (0..SLOPES).map(slope).flat_map(of_slope).collect()
    }

    /// The logarithms of how likely what was seen is with that steepness, for each rate.
    fn of_steepness(&self, steepness: &Steepness, rates: &[f64]) -> Vec<f64> {
        let own = (self.share - self.base) / (1.0 - self.base);
        let level = (-(1.0 - own).ln()).ln();
        let mut logs = vec![steepness.prior; rates.len()];
        for point in self.points {
            let Point { calls, over, .. } = *point;
            let size = (calls / steepness.spread).max(1e-3);
            let common = ln_choose(calls, over) + ln_gamma(size) - ln_gamma(calls + size);
            let disturbed = DISTURBED[usize::from(!point.is_contradicted)];
            for (log, rate) in iter::zip(&mut logs, rates) {
                let scaled = (level + steepness.slope * (point.x - rate)).clamp(-40.0, 1.1);
                let within = (1.0 - self.base) * (-scaled.exp()).exp();
                let (alpha, beta) = (((1.0 - within) * size).max(1e-12), within * size);
                let of_over =
                    if over > 0.0 { ln_gamma(over + alpha) - ln_gamma(alpha) } else { 0.0 };
                let of_within = ln_gamma(calls - over + beta) - ln_gamma(beta);
                let seen = (common + of_over + of_within).exp();
                let mixed = (1.0 - disturbed) * seen + disturbed / (calls + 1.0);
                *log += point.weight * mixed.ln();
            }
        }
        logs
    }
}

impl Posterior {
    /// The rate below which the capacity is with so much likelihood.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let mut sum = 0.0;
        for (nth, likely) in self.likely.iter().enumerate() {
            if sum + likely >= share {
                let within = (share - sum) / likely - 0.5;
                return self.from + self.step * (nth as f64 + within);
            }
            sum += likely;
        }
        self.from + self.step * (self.likely.len() - 1) as f64
    }
}

fn ln_choose(all: f64, some: f64) -> f64 {
    ln_gamma(all + 1.0) - ln_gamma(some + 1.0) - ln_gamma(all - some + 1.0)
}

/// The logarithm of the gamma function of a positive number, by the series of Stirling.
fn ln_gamma(mut number: f64) -> f64 {
    const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;
    let mut product = 1.0f64;
    while number < 6.0 {
        product *= number;
        number += 1.0;
    }
    let inverse = 1.0 / number;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1_260.0));
    (number - 0.5) * number.ln() - number + HALF_LN_TWO_PI + series - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f64, calls: f64, over: f64) -> Point {
        Point { x, calls, over, weight: 1.0, is_contradicted: false }
    }

    /// Points of a share that is 1 % at 0.02 and grows with the fifth power of the rate.
    fn exact(calls: f64) -> Vec<Point> {
        let of_rate = |x: f64| {
            let scaled = (-(0.99f64.ln())).ln() + 5.0 * (x - 0.02);
            point(x, calls, (calls * -(-scaled.exp()).exp_m1()).round())
        };
        [-0.06, -0.03, 0.0, 0.03, 0.06, 0.1].map(of_rate).to_vec()
    }

    fn of(points: &[Point]) -> Posterior {
        Fit { points, share: 0.01, base: 0.0 }.posterior([-0.8, 0.4])
    }

    fn width(posterior: &Posterior) -> f64 {
        posterior.quantile(0.95) - posterior.quantile(0.05)
    }

    #[test]
    fn exact_points_give_the_rate_at_which_the_share_is_reached() {
        let middle = of(&exact(1e6)).quantile(0.5);
        assert!((middle - 0.02).abs() < 0.005, "{middle}");
    }

    #[test]
    fn more_calls_make_it_narrower() {
        let [few, many] = [1e4, 1e6].map(|calls| width(&of(&exact(calls))));
        assert!(many < few / 4.0, "{few}, {many}");
    }

    #[test]
    fn a_probe_that_others_contradict_counts_for_little() {
        let mut points = exact(1e5);
        let without = of(&points).quantile(0.5);
        points.push(Point { is_contradicted: true, ..point(-0.05, 1e5, 3e4) });
        let with = of(&points).quantile(0.5);
        assert!((with - without).abs() < 0.005, "{without}, {with}");
    }

    #[test]
    fn what_is_over_the_limit_at_any_rate_is_no_slope() {
        let points = [(-0.1, 302.0), (-0.05, 335.0), (0.0, 1_000.0), (0.03, 4_535.0)];
        let points = points.map(|(x, over)| point(x, 1e5, over));
        let steep = Fit { points: &points, share: 0.01, base: 0.003 }.posterior([-0.8, 0.4]);
        assert!(steep.quantile(0.5).abs() < 0.015, "{}", steep.quantile(0.5));
    }

    #[test]
    fn without_calls_over_the_limit_the_rate_is_above_all_of_them() {
        let none = [-0.05, 0.05].map(|x| point(x, 1e4, 0.0));
        assert!(of(&none).quantile(0.5) > 0.1);
    }

    #[test]
    fn the_gamma_function_is_that_of_the_factorials() {
        let mut factorial = 1.0f64;
        for number in 1..20 {
            assert!((ln_gamma(f64::from(number)) - factorial.ln()).abs() < 1e-8, "{number}");
            factorial *= f64::from(number);
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-8);
    }
}
