//! [`Refining`]: probes around an estimate, four at a time, and a fit after every four.

use super::bracket::Bracket;
use super::effort::Estimate;
use super::found::{Conclusion, Sustained};
use super::probe::Shown;
use super::probing::Probing;
use super::regression::{Crossing, Point, Regression};

/// An estimate that gets better with each four probes.
pub(super) struct Refining {
    estimate: Estimate,
    round: usize,
    /// The calls for all probes of it.
    allowance: f64,
    pub(super) answer: Option<Sustained>,
}

/// The rates of four probes, as factors of the estimate.
const FACTORS: [f64; 4] = [0.94, 0.97, 1.0, 1.03];
/// How far the rates of a fit are from the estimate.
const WINDOW: [f64; 2] = [0.9, 1.1];
/// The same for a fit that only tells how steep the curve is.
const WIDE_WINDOW: [f64; 2] = [0.45, 1.11];
/// The steepest slope from which lengths are computed.
const STEEPEST: f64 = 200.0;
/// No interval is narrower than that on either side.
const LEAST_WIDTH: f64 = 0.025;
/// How many deviations an interval is wide, with probes without end.
const DEVIATIONS: f64 = 1.8;
/// A probe with so many deviations more calls over the limit than the others say is left out.
const OUTLYING: f64 = 8.0;
/// Among the others it has so many at the least.
const SUSPECT: f64 = 2.0;

/// Which probes are meant: those between two factors of a rate, of that length at the least.
#[derive(Clone, Copy)]
struct Near {
    middle: f64,
    window: [f64; 2],
    shortest: f64,
}

/// What a fit of one limit says.
struct Fitted {
    limit: usize,
    crossing: Crossing,
    /// The interval below and above, as logarithms.
    below: f64,
    above: f64,
}

impl Refining {
    /// Begins with the bracket, and a first fit of all that was probed near it.
    pub(super) fn begin(probing: &Probing<'_>, bracket: Bracket) -> Refining {
        let middle = (bracket.low * bracket.high).sqrt();
        let mut estimate = Estimate { rate: middle, slope: 20.0 };
        let crossing = (0..probing.ceilings.len())
            .filter_map(|limit| {
                let points =
                    points(probing, limit, Near { middle, window: [0.4, 1.5], shortest: 0.0 });
                let has_any = points.len() >= 2 && points.iter().any(|point| point.over > 0.0);
                has_any.then(|| Regression::new(&points, share(probing, limit)).crossing(0.5))
            })
            .min_by(|one, two| one.x.total_cmp(&two.x));
        if let Some(crossing) = crossing {
            estimate.rate *= crossing.x.clamp(-0.35, 0.07).exp();
            estimate.slope = crossing.slope.min(60.0);
        }
        if let Some(most) = probing.saturation(|_| true, 0.0).filter(|m| *m > 0.93 * bracket.low) {
            estimate.rate = estimate.rate.min(most);
        }
        let calls = probing.effort.most_calls(middle) - probing.calls;
        let allowance = calls.min(0.95 * probing.left() * estimate.rate);
        Refining { estimate, round: 0, allowance, answer: None }
    }

    /// Makes probes until their calls are used up.
    pub(super) fn go_on(&mut self, probing: &mut Probing<'_>) -> Result<(), Conclusion> {
        if !probing.effort.is_enough(self.allowance, self.estimate.rate) {
            return Err(Conclusion::Budget);
        }
        let most = probing.calls + self.allowance;
        loop {
            let left = 1.03 * most - probing.calls;
            let mut probe = probing.effort.refining(self.estimate, self.allowance, self.round);
            let mut calls = 4.0 * self.estimate.rate * (probe.warmup + probe.length);
            // The last four take what is left.
            if self.round >= 2 && left < calls && left > 0.5 * calls {
                (probe.warmup, probe.length) =
                    (probe.warmup * left / calls, probe.length * left / calls);
                calls = left;
            }
            if self.round >= 1 && calls > 1.01 * left {
                return Ok(());
            }
            let mut four = Vec::new();
            for factor in FACTORS {
                probe.rate = rounded(factor * self.estimate.rate);
                four.push(probing.make(&probe)?);
            }
            self.round += 1;
            let is_late = |shown: &&Shown| shown.late.is_some() && probing.is_broken(shown);
            let mut late = four.iter().filter(is_late).filter_map(|shown| shown.late.clone());
            if let (Some(why), Some(_)) = (late.next(), late.next()) {
                return Err(Conclusion::Late(why));
            }
            match four.iter().filter(|shown| !shown.is_swamped()).count() {
                few @ 0..2 => self.walk_down(probing, few),
                _ => self.fit(probing, probe.length),
            }
        }
    }

    /// The estimate is far too high.
    fn walk_down(&mut self, probing: &Probing<'_>, held: usize) {
        let was = self.estimate.rate;
        let begin = probing.shown.len() - FACTORS.len();
        let four = &probing.shown[begin..];
        let swamped = || four.iter().filter(|shown| shown.is_swamped());
        let seconds: f64 = swamped().map(|shown| shown.length).sum();
        let most = swamped().map(|shown| shown.length * shown.ended).sum::<f64>() / seconds;
        let mut rate = was * if held == 0 { 0.91 } else { 0.95 };
        if 0.8 * was < most && most < was {
            rate = rate.max(0.98 * most).min(0.97 * was);
        }
        self.estimate.rate = rate;
        let binding = swamped().next().and_then(|shown| probing.first_broken(shown));
        let high = Some(was.min(1.02 * most).max(rate));
        self.answer = Some(Sustained { rate: Some(rate), low: 0.9 * rate, high, binding });
    }

    /// Fits each limit; the one that is reached first binds.
    fn fit(&mut self, probing: &Probing<'_>, length: f64) {
        let fits = |middle: f64| -> Vec<Fitted> {
            let limits = 0..probing.ceilings.len();
            limits.filter_map(|limit| fitted(probing, limit, middle, 0.4 * length)).collect()
        };
        let first = |fits: &[Fitted]| -> Option<f64> {
            fits.iter().map(|fit| fit.crossing.x).min_by(f64::total_cmp)
        };
        let middle = self.estimate.rate;
        let middle = middle * first(&fits(middle)).unwrap_or_default().clamp(-0.1, 0.1).exp();
        let all = fits(middle);
        let Some(binding) = all.iter().min_by(|a, b| a.crossing.x.total_cmp(&b.crossing.x)) else {
            self.estimate.rate = middle;
            self.answer = None;
            return;
        };
        let most = self.saturation(probing, middle, length);
        let rate = (middle * binding.crossing.x.exp()).min(most);
        let bound = |offset: fn(&Fitted) -> f64| {
            let bounds = all.iter().map(|fit| middle * (fit.crossing.x + offset(fit)).exp());
            bounds.fold(f64::INFINITY, f64::min)
        };
        let low = bound(|fit| -fit.below).min(rate * (-binding.below).exp());
        let high = bound(|fit| fit.above).min(rate * binding.above.exp());
        let binding_limit = Some(binding.limit);
        self.answer =
            Some(Sustained { rate: Some(rate), low, high: Some(high), binding: binding_limit });
        self.estimate = Estimate {
            rate: rate.clamp(0.95 * middle, 1.05 * middle),
            slope: binding.crossing.slope.min(STEEPEST),
        };
    }

    /// The most calls that end a second, which no rate can be above; infinite if nothing says so,
    /// or if a rate well above it has held the limits, as with a service that ends fewer calls the
    /// more it has.
    fn saturation(&self, probing: &Probing<'_>, middle: f64, length: f64) -> f64 {
        let near = |shown: &Shown| shown.rate < 1.35 * middle;
        let Some(most) = probing.saturation(near, 4_000.0) else { return f64::INFINITY };
        let has_held = |shown: &&Shown| {
            let mut both = probing.ceilings.iter().zip(&shown.over);
            let within = both.all(|(limit, (over, of))| *over as f64 <= *of as f64 * limit.share);
            shown.length >= 0.9 * length && within
        };
        let held = probing.shown.iter().filter(has_held).map(Shown::made).fold(0.0, f64::max);
        if held < 1.06 * most { most } else { f64::INFINITY }
    }
}

/// The share of a limit, or the least that a fit can tell from none.
fn share(probing: &Probing<'_>, limit: usize) -> f64 {
    probing.ceilings[limit].share.max(probing.effort.least_share())
}

/// The probes that are meant, as points of a fit.
fn points(probing: &Probing<'_>, limit: usize, near: Near) -> Vec<Point> {
    let Near { middle, window, shortest } = near;
    let [low, high] = window.map(|factor| factor * middle);
    let is_meant = |shown: &&Shown| {
        let is_near = low <= shown.rate && shown.rate <= high;
        let is_late = shown.late.is_some() && probing.is_broken(shown);
        is_near && shown.length >= shortest && !shown.is_swamped() && !is_late
    };
    let point = |shown: &Shown| {
        let (over, of) = shown.over[limit];
        Point { x: (shown.made() / middle).ln(), calls: of as f64, over: over as f64 }
    };
    probing.shown.iter().filter(is_meant).map(point).collect()
}

fn fitted(probing: &Probing<'_>, limit: usize, middle: f64, shortest: f64) -> Option<Fitted> {
    let share = share(probing, limit);
    let mut points = points(probing, limit, Near { middle, window: WINDOW, shortest });
    let wide = Near { middle, window: WIDE_WINDOW, shortest: 0.0 };
    let wide = self::points(probing, limit, wide);
    if points.len() < 3 {
        return None;
    }
    let slope = Regression::new(&wide, share).crossing(0.3).slope;
    without_outliers(&mut points, share, slope);
    let (fit, crossing) = Regression::new(&points, share).about_as_steep_as(slope).fitted(0.12);
    let freedom = (points.len() as f64 - 2.0).max(1.0);
    let deviations = DEVIATIONS * (1.0 + 1.5 / freedom);
    let reach = |direction| fit.reach(crossing, direction, deviations).max(LEAST_WIDTH);
    let below = reach(-1.0) + unsettled(&points, crossing.slope, share);
    Some(Fitted { limit, crossing, below, above: reach(1.0) })
}

/// How much lower the capacity may be for want of calls: a queue that settles slowly is shorter in
/// a probe, which begins without one, than it would be in the long run.
fn unsettled(points: &[Point], slope: f64, share: f64) -> f64 {
    let calls: f64 = points.iter().map(|point| point.calls).sum();
    let settled = calls / (0.2 * slope.min(STEEPEST).powi(2));
    -0.6 * share.ln() / slope * (100.0 / settled).sqrt().min(1.0)
}

/// Leaves out a probe of eight at most that has nothing to do with the others: something else
/// happened meanwhile.
fn without_outliers(points: &mut Vec<Point>, share: f64, slope: f64) {
    for _ in 0..points.len() / 8 {
        let all = Regression::new(points, share).about_as_steep_as(slope);
        let (all, crossing) = all.fitted(0.12);
        let excess = |nth: &usize| all.excess(crossing, &points[*nth]);
        let worst = (0..points.len()).max_by(|a, b| excess(a).total_cmp(&excess(b)));
        let Some(worst) = worst.filter(|nth| excess(nth) > SUSPECT) else { return };
        let mut others = points.clone();
        let point = others.remove(worst);
        let (fit, crossing) = Regression::new(&others, share).about_as_steep_as(slope).fitted(0.12);
        if fit.excess(crossing, &point) < OUTLYING {
            return;
        }
        *points = others;
    }
}

/// A rate of four digits.
pub(super) fn rounded(rate: f64) -> f64 {
    format!("{rate:.3e}").parse().unwrap_or(rate)
}
