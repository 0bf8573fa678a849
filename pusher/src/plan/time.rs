//! [`Time`]: a duration or the text of one; and [`rounded`], the text of a measured one.

use std::time::Duration;

pub(crate) use pusher_load_grammar::time::{format, nanos, parse, positive};

/// A duration, or text such as `"250ms"` or `"1m 30s"`: what the attribute takes for a time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time",
    label = "neither text nor a `Duration`",
    note = "give a time as text with its unit, such as \"30s\", or as a `Duration`"
)]
pub trait Time {
    /// # Errors
    ///
    /// What is wrong with the text, and what to write instead.
    fn into_duration(self) -> Result<Duration, String>;
}

impl Time for Duration {
    fn into_duration(self) -> Result<Duration, String> {
        Ok(self)
    }
}

impl Time for &str {
    fn into_duration(self) -> Result<Duration, String> {
        parse(self)
    }
}

impl Time for String {
    fn into_duration(self) -> Result<Duration, String> {
        parse(&self)
    }
}

/// Writes a measured duration with three significant digits: `1.23ms`, `250ms`, `61.0s`.
pub(crate) fn rounded(duration: Duration) -> String {
    const UNITS: [(&str, f64); 4] = [("ns", 1e3), ("µs", 1e3), ("ms", 1e3), ("s", f64::INFINITY)];
    let mut value = duration.as_secs_f64() * 1e9;
    for (unit, next) in UNITS {
        // What would round up to 1000 is one of the next unit.
        if value < next - 0.5 {
            let digits = if unit == "ns" || value >= 99.95 {
                0
            } else if value >= 9.995 {
                1
            } else {
                2
            };
            return format!("{value:.digits$}{unit}");
        }
        value /= next;
    }
    unreachable!("seconds have no next unit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_three_digits() {
        for (nanos, text) in [
            (0, "0ns"),
            (999, "999ns"),
            (1_000, "1.00µs"),
            (9_996, "10.0µs"),
            (47_123, "47.1µs"),
            (99_960, "100µs"),
            (999_600, "1.00ms"),
            (250_000_000, "250ms"),
            (61_000_000_000, "61.0s"),
            (3_600_000_000_000, "3600s"),
        ] {
            assert_eq!(rounded(Duration::from_nanos(nanos)), text, "{nanos} ns");
        }
    }
}
