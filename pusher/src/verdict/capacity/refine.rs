//! [`Refining`]: probes around an estimate, and a fit after each.

use super::bracket::Bracket;
use super::effort::Estimate;
use super::found::{Conclusion, Sustained};
use super::posterior::{Fit, Point, Posterior};
use super::probe::Shown;
use super::probing::Probing;

/// An estimate that gets better with each probe.
pub(super) struct Refining {
    /// The rate of which the logarithm is zero in fits.
    middle: f64,
    estimate: Estimate,
    /// How many probes there were.
    probes: usize,
    /// The calls for all probes of it.
    allowance: f64,
    pub(super) answer: Option<Sustained>,
    /// The first probe that counts in a fit.
    first: usize,
    /// The answer when half of the calls were used up, and how many probes there were then.
    half: Option<(Sustained, usize)>,
}

/// The rates of three probes: so many steps from the estimate.
const STEPS: [f64; 3] = [-1.0, 1.0, 0.0];
/// The least and the largest step, as logarithms: with one the share grows by the factor *e* at
/// most.
const STEP: [f64; 2] = [0.005, 0.06];
/// The least and the largest distance from the estimate at which a probe counts half.
const NEAR: [f64; 2] = [0.05, 0.12];
/// The same before there was any probe around the estimate.
const NEAR_AT_FIRST: f64 = 0.3;
/// The rates that may be the capacity, as logarithms over the middle.
const RANGE: [f64; 2] = [-0.8, 0.4];
/// The rates at which only what is over the limit at any rate is, as a factor of the estimate.
const CALM: f64 = 0.62;
/// The most that this may be, as a factor of what the limit allows.
const MOST_AT_ANY_RATE: f64 = 0.6;
/// What lies within the quantiles of an answer; and how much wider its interval is, because no
/// service is just like the curve of a fit: by that factor, and that logarithm.
const OUTSIDE: f64 = 0.03;
const WIDER: f64 = 1.3;
const WIDER_BY: f64 = 0.008;
/// A probe is contradicted by one at no lower rate with so many times fewer calls over the limit.
const CONTRADICTED: f64 = 8.0;
/// The share of calls over a limit with which a probe is made again, if its rate is well below one
/// that has held: by that factor.
const BAD: f64 = 0.25;
const BELOW: f64 = 0.9;
/// The least part of the allowance that is worth a probe.
const REST: f64 = 0.03;

impl Refining {
    /// Begins with the bracket, and a first fit of all that was probed.
    pub(super) fn begin(probing: &Probing<'_>, bracket: Bracket) -> Refining {
        let middle = (bracket.low * bracket.high).sqrt();
        let estimate = Estimate { rate: middle, slope: 20.0 };
        let mut begun = Refining {
            middle,
            estimate,
            probes: 0,
            allowance: 0.0,
            answer: None,
            first: 0,
            half: None,
        };
        begun.fit(probing);
        begun.answer = None;
        let calls = probing.effort.most_calls(middle) - probing.calls;
        begun.allowance = calls.min(0.95 * probing.left() * begun.estimate.rate);
        begun
    }

    /// Makes probes until their calls are used up.
    pub(super) fn go_on(&mut self, probing: &mut Probing<'_>) -> Result<(), Conclusion> {
        if !probing.effort.is_enough(self.allowance, self.estimate.rate) {
            return Err(Conclusion::Budget);
        }
        let most = probing.calls + self.allowance;
        loop {
            let left = most - probing.calls;
            if left < REST * self.allowance {
                self.compare_halves(probing);
                return Ok(());
            }
            if left < 0.5 * self.allowance && self.half.is_none() {
                self.half = self.answer.map(|answer| (answer, probing.shown.len()));
            }
            let calls = probing.effort.calls_of_a_probe(self.allowance, left);
            let step = (0.8 / self.estimate.slope).clamp(STEP[0], STEP[1]);
            let step = step * STEPS[self.probes % STEPS.len()];
            let rate = rounded(self.estimate.rate * step.exp());
            let probe = probing.effort.refining(Estimate { rate, ..self.estimate }, calls);
            let highest = probing.highest_that_held();
            let shown = probing.make(&probe)?;
            self.probes += 1;
            let is_bad = shown.worst() > BAD && shown.late.is_none() && rate < BELOW * highest;
            if is_bad && most - probing.calls >= calls {
                // One bad probe says nothing: if it is one, this one contradicts it.
                probing.make(&probe)?;
                self.probes += 1;
            }
            let last = probing.shown.iter().rev().take(self.probes.min(4));
            let is_late = |shown: &&Shown| shown.late.is_some() && probing.is_broken(shown);
            let mut late = last.filter(is_late).filter_map(|shown| shown.late.clone());
            if let (Some(why), Some(_)) = (late.next(), late.next()) {
                return Err(Conclusion::Late(why));
            }
            probing.confirm_if_in_doubt(self.probes)?;
            self.fit(probing);
        }
    }

    /// A service that got slower or faster has two capacities, and the interval has both: the rate
    /// of the probes until the half, and that of those after it.
    fn compare_halves(&mut self, probing: &Probing<'_>) {
        let (Some(whole), Some((until, first))) = (self.answer, self.half) else { return };
        self.first = first;
        self.fit(probing);
        let since = self.answer.unwrap_or(until);
        let outside = |rate: Option<f64>, of: Sustained| {
            let high = of.high.unwrap_or(f64::INFINITY);
            rate.is_some_and(|rate| rate < of.low || high < rate)
        };
        let are_two = outside(until.rate, since) && outside(since.rate, until);
        let rates = || [until.rate, since.rate].into_iter().flatten();
        let both = || Sustained {
            low: rates().fold(whole.low, f64::min),
            high: whole.high.map(|high| rates().fold(high, f64::max)),
            ..whole
        };
        self.answer = Some(if are_two { both() } else { whole });
    }

    /// Fits each limit; the one that is reached first binds.
    fn fit(&mut self, probing: &Probing<'_>) {
        let limits = 0..probing.ceilings.len();
        let (reached, unreached): (Vec<_>, Vec<_>) = limits
            .map(|limit| (limit, self.points(probing, limit)))
            .partition(|(_, points)| points.iter().any(|point| point.over > 0.0));
        // A limit that no call was over says nothing beside one that some were.
        let of_any = if reached.is_empty() { unreached } else { reached };
        let range = [RANGE[0], self.highest(probing)];
        let fit = |(limit, points): &(usize, Vec<Point>)| {
            let (share, base) = (share(probing, *limit), self.base(probing, *limit));
            (*limit, Fit { points, share, base }.posterior(range))
        };
        let fits: Vec<(usize, Posterior)> = of_any.iter().map(fit).collect();
        let quantile = |share: f64| {
            let of_each = fits.iter().map(|(_, posterior)| posterior.quantile(share));
            of_each.fold(f64::INFINITY, f64::min)
        };
        let middle = quantile(0.5);
        let binding = fits.iter().find(|(_, posterior)| posterior.quantile(0.5) <= middle);
        let Some((binding, posterior)) = binding else { return };
        let rate = self.middle * middle.exp();
        let wider = |far: f64| (WIDER * far + WIDER_BY).exp();
        self.answer = Some(Sustained {
            rate: Some(rate),
            low: rate / wider(middle - quantile(OUTSIDE)),
            high: Some(rate * wider(quantile(1.0 - OUTSIDE) - middle)),
            binding: Some(*binding),
        });
        self.estimate = Estimate { rate, slope: posterior.slope };
    }

    /// The probes that pusher made in time, as points of a fit.
    fn points(&self, probing: &Probing<'_>, limit: usize) -> Vec<Point> {
        let near = match self.probes {
            0 => NEAR_AT_FIRST,
            _ => (1.5 / self.estimate.slope).clamp(NEAR[0], NEAR[1]),
        };
        let point = |shown: &Shown| {
            let (over, of) = shown.over[limit];
            let distance = (shown.made() / self.estimate.rate).ln() / near;
            Point {
                x: (shown.made() / self.middle).ln(),
                calls: of as f64,
                over: over as f64,
                weight: 1.0 / (1.0 + distance * distance),
                is_contradicted: is_contradicted(&probing.shown[self.first..], shown, limit),
            }
        };
        probing.of_the_service_since(self.first).map(point).collect()
    }

    /// The share of calls over a limit at rates that are no trouble.
    fn base(&self, probing: &Probing<'_>, limit: usize) -> f64 {
        let calm = probing.of_the_service().filter(|shown| shown.rate < CALM * self.estimate.rate);
        let (over, of) = calm.fold((0, 0), |(over, of), shown| {
            (over + shown.over[limit].0, of + shown.over[limit].1)
        });
        let base = over as f64 / (of as f64 + 0.5 * probing.effort.unit());
        base.min(MOST_AT_ANY_RATE * share(probing, limit))
    }

    /// The highest rate that may be the capacity, as a logarithm: not far above the rate at which
    /// calls end if there are too many, unless a rate well above that has held the limits, as with
    /// a service that ends fewer calls the more it has.
    fn highest(&self, probing: &Probing<'_>) -> f64 {
        let near = |shown: &Shown| shown.rate < 2.1 * self.middle;
        let Some(most) = probing.saturation(near, 4_000.0) else { return RANGE[1] };
        let has_held = |shown: &&Shown| {
            let mut both = probing.ceilings.iter().zip(&shown.over);
            let within = both.all(|(limit, (over, of))| *over as f64 <= *of as f64 * limit.share);
            shown.calls as f64 >= 0.04 * self.allowance && within
        };
        let held = probing.shown.iter().filter(has_held).map(Shown::made).fold(0.0, f64::max);
        let highest = if held < 1.06 * most { (1.03 * most / self.middle).ln() } else { RANGE[1] };
        highest.clamp(RANGE[0] + 0.1, RANGE[1])
    }
}

/// Whether a probe at no lower rate, and of half as many calls at the least, had far fewer of them
/// over the limit.
fn is_contradicted(all: &[Shown], one: &Shown, limit: usize) -> bool {
    let share = |shown: &Shown| shown.over[limit].0 as f64 / shown.over[limit].1.max(1) as f64;
    let contradicts = |other: &Shown| {
        let is_above = other.made() >= 0.99 * one.made() && 2 * other.calls >= one.calls;
        is_above && CONTRADICTED * share(other) < share(one)
    };
    all.iter().any(contradicts)
}

/// The share of a limit, or the least that a fit can tell from none.
fn share(probing: &Probing<'_>, limit: usize) -> f64 {
    probing.ceilings[limit].share.max(probing.effort.least_share())
}

/// A rate of four digits.
pub(super) fn rounded(rate: f64) -> f64 {
    format!("{rate:.3e}").parse().unwrap_or(rate)
}
