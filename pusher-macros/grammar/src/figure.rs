//! [`Figure`]: which figure of a distribution a threshold speaks of; and [`Percentile`].

use std::fmt;

use crate::decimal::Decimal;
use crate::foreign;
use crate::limits::MOST_PERCENT_DIGITS;
use crate::sentence::did_you_mean;

/// Which figure of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The least value.
    Min,
    /// The mean of all values.
    Mean,
    /// The largest value.
    Max,
    /// The value that so many percent of all values do not exceed.
    Percentile(Percentile),
}

/// A percentile between 0 and 100, exactly as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentile(Decimal);

/// The figures that have a word of their own.
pub const WORDS: [&str; 3] = ["min", "mean", "max"];

impl Figure {
    /// Reads `p99.9`, `min`, `mean` or `max`.
    ///
    /// # Errors
    ///
    /// What is wrong with a percentile; nothing if the text speaks of no figure at all.
    pub fn parse(text: &str) -> Result<Figure, Option<String>> {
        match text {
            "min" => return Ok(Figure::Min),
            "mean" => return Ok(Figure::Mean),
            "max" => return Ok(Figure::Max),
            _ => {}
        }
        let number = text.strip_prefix('p').and_then(Decimal::parse).ok_or(None)?;
        Percentile::parse(text, number).map(Figure::Percentile).map_err(Some)
    }

    /// The percentile nearest to a number, for those who ask a report for one: for 0 and less it
    /// is the minimum, for 100 and more the maximum.
    pub fn nearest(percent: f64) -> Figure {
        match Percentile::nearest(percent) {
            Some(percentile) => Figure::Percentile(percentile),
            None if percent > 50.0 => Figure::Max,
            None => Figure::Min,
        }
    }

    /// The fewest samples that tell it.
    pub fn samples_needed(self) -> u128 {
        match self {
            Figure::Percentile(percentile) => percentile.samples_needed(),
            _ => 0,
        }
    }

    /// Whether so many samples tell it.
    pub fn is_resolved_by(self, samples: u64) -> bool {
        u128::from(samples) >= self.samples_needed()
    }
}

impl Percentile {
    fn parse(text: &str, number: Decimal) -> Result<Percentile, String> {
        if !is_within(number) {
            let meant = did_you_mean(foreign::figure(text));
            Err(format!(
                "`{text}` is no percentile: {meant}write one above p0 and below p100, or min or max"
            ))
        } else if number.scale > MOST_PERCENT_DIGITS {
            Err(format!(
                "`{text}` has more than {MOST_PERCENT_DIGITS} digits behind the point: write \
                 fewer, as in `p99.9`"
            ))
        } else {
            Ok(Percentile(number))
        }
    }

    /// There is none at 0, at 100 and beyond.
    fn nearest(percent: f64) -> Option<Percentile> {
        Decimal::parse(&format!("{percent:.12}"))
            .filter(|number| is_within(*number))
            .map(Percentile)
    }

    /// The rank of this percentile among `count` samples in order, counted from 1:
    /// ceil(p × count / 100).
    pub fn rank(self, count: u64) -> u64 {
        (u128::from(count) * self.0.digits).div_ceil(100 * self.0.divisor()).max(1) as u64
    }

    /// The share of the samples that may be above it: 0.01 of p99.
    pub fn rest(self) -> f64 {
        let all = 100 * self.0.divisor();
        (all - self.0.digits) as f64 / all as f64
    }

    /// The fewest samples that resolve it: samples × (100 − p) ≥ 100.
    pub fn samples_needed(self) -> u128 {
        let all = 100 * self.0.divisor();
        all.div_ceil(all - self.0.digits)
    }
}

fn is_within(number: Decimal) -> bool {
    !number.is_zero() && number.digits < 100 * number.divisor()
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Min => f.write_str("min"),
            Figure::Mean => f.write_str("mean"),
            Figure::Max => f.write_str("max"),
            Figure::Percentile(percentile) => write!(f, "p{}", percentile.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_needs_samples_beyond_it() {
        for (figure, needed) in [
            ("p50", 2),
            ("p90", 10),
            ("p99", 100),
            ("p99.9", 1_000),
            ("p99.99", 10_000),
            ("p12.5", 2),
            ("p99.999999999999", 100_000_000_000_000),
        ] {
            let Ok(Figure::Percentile(percentile)) = Figure::parse(figure) else {
                panic!("{figure}")
            };
            assert_eq!(percentile.samples_needed(), needed, "{figure}");
        }
        assert_eq!(Figure::Max.samples_needed(), 0);
    }

    #[test]
    fn says_what_is_no_percentile() {
        for text in ["p0", "p100", "p100.5"] {
            let message = format!(
                "`{text}` is no percentile: write one above p0 and below p100, or min or max"
            );
            assert_eq!(Figure::parse(text), Err(Some(message)));
        }
        let message = "`p99.9999999999999` has more than 12 digits behind the point: write fewer, \
                       as in `p99.9`";
        assert_eq!(Figure::parse("p99.9999999999999"), Err(Some(message.to_string())));
        for text in ["p", "p-1", "avg", "99"] {
            assert_eq!(Figure::parse(text), Err(None), "{text}");
        }
    }

    #[test]
    fn every_word_is_a_figure() {
        for word in WORDS {
            assert_eq!(Figure::parse(word).unwrap().to_string(), word);
        }
    }

    #[test]
    fn ranks_are_exact() {
        for (percent, count, rank) in [
            (95.0, 10_000, 9_500),
            (99.9, 1_000, 999),
            (99.9, 1_001, 1_000),
            (50.0, 1, 1),
            (0.1, 10, 1),
            (29.0, 100, 29),
            (100.0 / 3.0, 3, 1),
        ] {
            let percentile = Percentile::nearest(percent).unwrap();
            assert_eq!(percentile.rank(count), rank, "p{percent} of {count}");
        }
    }

    #[test]
    fn the_ends_and_what_is_beyond_them_are_no_percentiles() {
        for percent in [0.0, -1.0, f64::NAN] {
            assert_eq!(Figure::nearest(percent), Figure::Min, "p{percent}");
        }
        for percent in [100.0, 101.0] {
            assert_eq!(Figure::nearest(percent), Figure::Max, "p{percent}");
        }
    }
}
