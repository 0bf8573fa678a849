//! `Curve::most_within`: how many ticks come due in the busiest window of a curve.
//!
//! ```text
//!   rate            ╱╲
//!                 ╱    ╲____        as far as a window goes along straight lines, its ticks are a
//!               ╱           ╲       parabola of its begin: so the most are where a window begins
//!             ╱              ╲      or ends at a corner, or where the rate is the same at both of
//!                 |─────|           its ends
//! ```

use std::f64::consts::PI;

use crate::curve::{Curve, Segment};

impl Curve {
    /// How many ticks one Worker makes in the busiest window of so many nanoseconds that is in the
    /// curve, up to rounding.
    pub fn most_within(&self, window: u64) -> f64 {
        let seconds = window as f64 / 1e9;
        match self {
            Curve::Constant(rps) => rps.per_second() * seconds,
            Curve::Stages(segments) => most_of_stages(segments, seconds),
            Curve::Sine { from, to, period } => {
                let (from, to) = (from.to_f64(), to.to_f64());
                let (mean, height, period) =
                    (0.5 * (from + to), 0.5 * (to - from).abs(), *period as f64 / 1e9);
                // Around a crest.
                mean * seconds + height * period / PI * (PI * seconds / period).sin().abs()
            }
        }
    }
}

fn most_of_stages(segments: &[Segment], window: f64) -> f64 {
    let mut corners = vec![0.0];
    for segment in segments {
        corners.push(corners[corners.len() - 1] + segment.length as f64 / 1e9);
    }
    let last = corners[corners.len() - 1] - window;
    if last <= 0.0 {
        return ticks_by(segments, last + window);
    }
    let ends = corners.iter().map(|corner| corner - window);
    let mut begins: Vec<f64> =
        corners.iter().copied().chain(ends).filter(|begin| (0.0..=last).contains(begin)).collect();
    begins.sort_by(f64::total_cmp);
    // Between two of them both rates change along a line.
    let same = begins.windows(2).filter_map(|both| {
        let [begin, end] = [both[0], both[1]];
        let width = end - begin;
        let rise = |at: f64| rate_at(segments, at + window) - rate_at(segments, at);
        // Just inside, for a rate may jump at a corner.
        let [first, second] = [rise(begin + 1e-6 * width), rise(end - 1e-6 * width)];
        (first * second < 0.0).then(|| begin + width * first / (first - second))
    });
    let same: Vec<f64> = same.collect();
    let ticks = |begin: f64| ticks_by(segments, begin + window) - ticks_by(segments, begin);
    begins.into_iter().chain(same).map(ticks).fold(0.0, f64::max)
}

/// How many ticks are due by so many seconds.
fn ticks_by(segments: &[Segment], mut seconds: f64) -> f64 {
    let mut ticks = 0.0;
    for Segment { from, to, length } in segments {
        let (from, to, length) = (from.to_f64(), to.to_f64(), *length as f64 / 1e9);
        let part = seconds.clamp(0.0, length);
        ticks += part * (from + 0.5 * (to - from) * part / length);
        seconds -= length;
    }
    ticks
}

fn rate_at(segments: &[Segment], mut seconds: f64) -> f64 {
    for Segment { from, to, length } in segments {
        let length = *length as f64 / 1e9;
        if seconds < length {
            return from.to_f64() + (to.to_f64() - from.to_f64()) * seconds / length;
        }
        seconds -= length;
    }
    0.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::level::Level;
    use crate::rate::{self, Rps};

    const SECOND: u64 = 1_000_000_000;

    fn level(rate: u32) -> Level {
        rate::level(&rate.to_string()).unwrap()
    }

    fn stages(parts: &[(u32, u32, u64)]) -> Curve {
        let segment = |(from, to, seconds): &(u32, u32, u64)| Segment {
            from: level(*from),
            to: level(*to),
            length: seconds * SECOND,
        };
        Curve::Stages(parts.iter().map(segment).collect())
    }

    #[test]
    fn the_busiest_window_is_found() {
        let ramp = stages(&[(0, 100, 10), (100, 0, 10)]);
        let spike = stages(&[(10, 10, 10), (200, 200, 2), (10, 10, 10)]);
        let uneven = stages(&[(0, 100, 10), (100, 0, 30)]);
        let sine = Curve::sine(level(10), level(50), Duration::from_secs(20)).unwrap();
        for (curve, seconds, most) in [
            (Curve::Constant(Rps::new(50).unwrap()), 2, 100.0),
            (ramp.clone(), 10, 750.0),
            (ramp.clone(), 20, 1_000.0),
            (ramp, 60, 1_000.0),
            (spike.clone(), 1, 200.0),
            (spike, 4, 420.0),
            // From 7.5 s to 17.5 s, at 75/s both.
            (uneven, 10, 875.0),
            (sine.clone(), 20, 600.0),
            (sine.clone(), 10, 30.0 * 10.0 + 20.0 * 20.0 / PI),
            (sine, 1, 30.0 + 20.0 * 20.0 / PI * (PI / 20.0).sin()),
        ] {
            let seen = curve.most_within(seconds * SECOND);
            assert!((seen - most).abs() < 0.01, "{curve} in {seconds}s: {seen} and not {most}");
        }
    }

    /// No window of any begin has more.
    #[test]
    fn no_window_is_busier() {
        let curve = stages(&[(3, 40, 7), (90, 20, 3), (20, 60, 11), (0, 5, 2), (70, 70, 1)]);
        let Curve::Stages(segments) = &curve else { unreachable!() };
        for window in [1, 2, 3, 5, 8, 13, 21] {
            let most = curve.most_within(window * SECOND);
            let window = window as f64;
            let ticks = |nth: i32| {
                let begin = f64::from(nth) * (24.0 - window) / 10_000.0;
                ticks_by(segments, begin + window) - ticks_by(segments, begin)
            };
            let seen = (0..=10_000).map(ticks).fold(0.0, f64::max);
            assert!(seen <= most + 1e-6 && seen > most - 0.1, "{window}: {seen} and {most}");
        }
    }
}
