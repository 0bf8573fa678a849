//! [`Regression`]: the share of calls over a limit as a function of the rate, fitted to probes.
//!
//! ```text
//!   share over     │            ∙ ∕
//!   the limit,     │          ∙ ∕          ln(−ln(1 − share)) = a + b · ln(rate)
//!   on its scale   │─ ─ ─ ─ ─ ∕─ ─ ─ most
//!                  │       ∕∙ ┊
//!                  │     ∕ ∙  ┊
//!                  └──────────┴───────── ln(rate)
//!                             capacity
//! ```
//!
//! Calls over a limit come in bursts, so their number in a probe varies more than that of
//! independent calls would: it is negative binomial, with the variance *m* + κ *m*². The interval
//! is that of the profile likelihood.

/// A probe in the window of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The logarithm of its rate over that in the middle.
    pub(super) x: f64,
    pub(super) calls: f64,
    pub(super) over: f64,
}

/// A fit of points, for a share that may be over the limit.
#[derive(Clone, Debug)]
pub(super) struct Regression<'a> {
    points: &'a [Point],
    /// The share, on the scale of the fit.
    level: f64,
    /// What is expected of the logarithm of the slope.
    expected_slope: Option<f64>,
    /// How much more the counts vary than those of independent calls.
    spread: f64,
}

/// Where the share is as large as it may be, and how steep it is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Crossing {
    pub(super) x: f64,
    pub(super) slope: f64,
    deviance: f64,
}

/// The slopes that are thought possible.
const SLOPES: [f64; 2] = [0.7, 500.0];
/// How far the logarithm of the slope is from the expected one, as a standard deviation.
const SLOPE_DEVIATION: f64 = 0.7;
/// The most that counts are thought to vary.
const MOST_SPREAD: f64 = 4.0;
const GOLDEN: f64 = 0.618_033_988_749_895;

impl<'a> Regression<'a> {
    /// A fit of points that vary by a middling amount.
    pub(super) fn new(points: &'a [Point], share: f64) -> Regression<'a> {
        let level = (-(1.0 - share).ln()).ln();
        Regression { points, level, expected_slope: None, spread: 0.3 }
    }

    /// The same, about as steep as that.
    pub(super) fn about_as_steep_as(self, slope: f64) -> Regression<'a> {
        Regression { expected_slope: Some(slope.ln()), ..self }
    }

    /// The same, with as much variation as the points show, and where it crosses the share.
    pub(super) fn fitted(mut self, width: f64) -> (Regression<'a>, Crossing) {
        self.spread = 0.1;
        let mut crossing = self.crossing(width);
        for _ in 0..3 {
            self.spread = self.spread_about(crossing);
            crossing = self.crossing(width);
        }
        (self, crossing)
    }

    /// Where the share is as large as it may be, at most `width` from the middle.
    pub(super) fn crossing(&self, width: f64) -> Crossing {
        const GRID: i32 = 16;
        let at = |nth: i32| width * (2.0 * f64::from(nth) / f64::from(GRID) - 1.0);
        let best = (0..=GRID).map(|nth| (at(nth), self.profile(at(nth)).1));
        let best = best.reduce(|one, two| if two.1 < one.1 { two } else { one });
        let middle = best.map_or(0.0, |(x, _)| x);
        let step = 2.0 * width / f64::from(GRID);
        let (x, deviance) = least(middle - step, middle + step, 12, |x| self.profile(x).1);
        Crossing { x, slope: self.profile(x).0, deviance }
    }

    /// How far from a crossing, in that direction (1 or −1), it could be as well: where the
    /// deviance has grown by the square of so many standard deviations.
    pub(super) fn reach(&self, crossing: Crossing, direction: f64, deviations: f64) -> f64 {
        let (mut near, mut far) = (0.0, 0.4);
        for _ in 0..16 {
            let middle = (near + far) / 2.0;
            let grown = self.profile(crossing.x + direction * middle).1 - crossing.deviance;
            *if grown > deviations * deviations { &mut far } else { &mut near } = middle;
        }
        near
    }

    /// How many deviations a point is above a fit that crosses there, if its counts vary like
    /// those of the others.
    pub(super) fn excess(&self, crossing: Crossing, point: &Point) -> f64 {
        let mean = self.mean(crossing.x, crossing.slope, point).max(1.0);
        (point.over - mean) / (mean + self.spread * mean * mean).sqrt()
    }

    /// The best slope if the share is crossed at `x`, and the deviance with it.
    fn profile(&self, x: f64) -> (f64, f64) {
        let [least_slope, most_slope] = SLOPES.map(f64::ln);
        let (slope, deviance) =
            least(least_slope, most_slope, 16, |slope| self.deviance(x, slope.exp()));
        (slope.exp(), deviance)
    }

    fn deviance(&self, x: f64, slope: f64) -> f64 {
        let of_points = self.points.iter().map(|point| {
            let (over, mean) = (point.over, self.mean(x, slope, point));
            let own = if over > 0.0 { over * (over / mean).ln() } else { 0.0 };
            let common = if self.spread > 1e-6 {
                let (size, spread) = (1.0 / self.spread, self.spread);
                (over + size) * ((1.0 + spread * over) / (1.0 + spread * mean)).ln()
            } else {
                over - mean
            };
            2.0 * (own - common)
        });
        let of_slope =
            self.expected_slope.map(|expected| (slope.ln() - expected) / SLOPE_DEVIATION);
        of_points.sum::<f64>() + of_slope.map_or(0.0, |deviation| deviation * deviation)
    }

    /// How many calls of a point are expected to be over the limit.
    fn mean(&self, x: f64, slope: f64, point: &Point) -> f64 {
        let scaled = (self.level + slope * (point.x - x)).clamp(-40.0, 3.0);
        point.calls * -(-scaled.exp()).exp_m1() + 1e-9
    }

    /// The spread with which the squares of the residuals are as large as they should be.
    fn spread_about(&self, crossing: Crossing) -> f64 {
        let freedom = (self.points.len() as f64 - 2.0).max(1.0);
        let squares = |spread: f64| -> f64 {
            let square = |point: &Point| {
                let mean = self.mean(crossing.x, crossing.slope, point).max(0.2);
                (point.over - mean).powi(2) / (mean + spread * mean * mean)
            };
            self.points.iter().map(square).sum()
        };
        if squares(0.0) <= freedom {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, MOST_SPREAD);
        for _ in 0..24 {
            let middle = (low + high) / 2.0;
            *if squares(middle) > freedom { &mut low } else { &mut high } = middle;
        }
        low
    }
}

/// Where a function with one valley is lowest, and how low: by golden sections.
fn least(mut low: f64, mut high: f64, steps: u32, function: impl Fn(f64) -> f64) -> (f64, f64) {
    let mut left = high - GOLDEN * (high - low);
    let mut right = low + GOLDEN * (high - low);
    let (mut at_left, mut at_right) = (function(left), function(right));
    for _ in 0..steps {
        if at_left < at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = function(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = function(right);
        }
    }
    if at_left < at_right { (left, at_left) } else { (right, at_right) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of a share that is 1 % at 0.02 and grows with the fifth power of the rate.
    fn exact() -> Vec<Point> {
        let point = |x: f64| {
            let scaled = (-(0.99f64.ln())).ln() + 5.0 * (x - 0.02);
            Point { x, calls: 1e6, over: 1e6 * -(-scaled.exp()).exp_m1() }
        };
        [-0.06, -0.03, 0.0, 0.03].map(point).to_vec()
    }

    #[test]
    fn exact_points_give_the_crossing_and_the_slope() {
        let points = exact();
        let (fit, crossing) = Regression::new(&points, 0.01).fitted(0.12);
        assert!((crossing.x - 0.02).abs() < 1e-4, "{crossing:?}");
        assert!((crossing.slope - 5.0).abs() < 0.02, "{crossing:?}");
        assert_eq!(fit.spread, 0.0, "independent calls vary no less");
    }

    /// Four points with 10,000 calls over the limit each.
    #[test]
    fn the_interval_is_as_wide_as_the_counts_vary() {
        let points = exact();
        let (fit, crossing) = Regression::new(&points, 0.01).fitted(0.12);
        let width = fit.reach(crossing, 1.0, 1.96);
        assert!((0.001..0.01).contains(&width), "{width}");
        let noisy: Vec<Point> = points
            .iter()
            .zip([0.5, 1.5, 0.6, 1.6])
            .map(|(point, factor)| Point { over: point.over * factor, ..*point })
            .collect();
        let (fit, crossing) = Regression::new(&noisy, 0.01).about_as_steep_as(5.0).fitted(0.12);
        assert!(fit.spread > 0.05, "{}", fit.spread);
        assert!(fit.reach(crossing, 1.0, 1.96) > 10.0 * width);
    }

    #[test]
    fn without_calls_over_the_limit_the_crossing_is_at_the_edge() {
        let none = [-0.05, 0.05].map(|x| Point { x, calls: 1e4, over: 0.0 });
        let crossing = Regression::new(&none, 0.01).crossing(0.12);
        assert!(crossing.x > 0.1, "{crossing:?}");
    }
}
