//! Student's t distribution: [`quantile`].

use std::f64::consts::FRAC_PI_2;

/// The number that a t of so many degrees of freedom exceeds with the probability `beyond`, which
/// is below one half.
pub(crate) fn quantile(degrees: u32, beyond: f64) -> f64 {
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    // The angle is known to the last digit then.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if exceeded(degrees, middle) > beyond { low = middle } else { high = middle }
    }
    high.tan() * f64::from(degrees).sqrt()
}

/// The probability that t exceeds tan `angle` · √`degrees`: Abramowitz and Stegun, Handbook of
/// Mathematical Functions, 26.7.3 and 26.7.4.
fn exceeded(degrees: u32, angle: f64) -> f64 {
    let (sine, cosine) = angle.sin_cos();
    let is_odd = degrees % 2 == 1;
    let (mut term, mut sum) = if is_odd { (cosine, 0.0) } else { (1.0, 0.0) };
    let first = if is_odd { 1 } else { 0 };
    for nth in (first..degrees.saturating_sub(1)).step_by(2) {
        sum += term;
        term *= cosine * cosine * f64::from(nth + 1) / f64::from(nth + 2);
    }
    let within = if is_odd { (angle + sine * sum) / FRAC_PI_2 } else { sine * sum };
    0.5 * (1.0 - within)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the tables of the same book, 26.10, and of NIST.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (degrees, beyond, expected) in [
            (1, 0.025, 12.706),
            (2, 0.005, 9.925),
            (3, 0.05, 2.353),
            (4, 0.005, 4.604),
            (7, 0.005, 3.499),
            (7, 0.025, 2.365),
            (14, 0.02, 2.264),
            (30, 0.005, 2.750),
            (49, 0.005, 2.680),
            (120, 0.025, 1.980),
        ] {
            let seen = quantile(degrees, beyond);
            assert!((seen - expected).abs() < 6e-4, "t of {degrees} at {beyond}: {seen}");
        }
    }
}
