//! Durations as people write them.

use std::time::Duration;

/// A duration, or text as [`humantime`] reads it (`"250ms"`, `"1m 30s"`): what the attribute takes
/// for a time.
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

/// A duration in whole nanoseconds, as far as 584 years.
pub(crate) fn nanos(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(duration.subsec_nanos()))
}

/// Reads a duration. Months and years are refused: they are of no certain length.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let units = text.split(|c: char| !c.is_alphabetic());
    if let Some(unit) = units.into_iter().find(|unit| is_calendar_unit(unit)) {
        return Err(format!(
            "`{text}` has the unit `{unit}`, which is of no certain length: write days, such as \"30d\""
        ));
    }
    humantime::parse_duration(text)
        .map_err(|_| format!("`{text}` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\""))
}

fn is_calendar_unit(unit: &str) -> bool {
    matches!(unit, "M" | "month" | "months" | "y" | "yr" | "yrs" | "year" | "years")
}

/// Writes a duration the way [`parse`] reads it: `1m 30s`, `250ms`, `400days`.
pub(crate) fn format(duration: Duration) -> String {
    const DAY: u64 = 86_400;
    let days = duration.as_secs() / DAY;
    let rest = duration - Duration::from_secs(days * DAY);
    let s = if days == 1 { "" } else { "s" };
    match (days, rest.is_zero()) {
        (0, _) => humantime::format_duration(rest).to_string(),
        (_, true) => format!("{days}day{s}"),
        (_, false) => format!("{days}day{s} {}", humantime::format_duration(rest)),
    }
}

/// Writes a measured duration with three significant digits: `1.23ms`, `250ms`, `61.0s`.
pub(crate) fn rounded(duration: Duration) -> String {
    const UNITS: [(&str, f64); 4] = [("ns", 1e3), ("µs", 1e3), ("ms", 1e3), ("s", f64::INFINITY)];
    let mut value = duration.as_secs_f64() * 1e9;
    for (unit, next) in UNITS {
        // What would round up to 1000 is one of the next unit.
        if value < next - 0.5 {
            let places = if unit == "ns" || value >= 99.95 {
                0
            } else if value >= 9.995 {
                1
            } else {
                2
            };
            return format!("{value:.places$}{unit}");
        }
        value /= next;
    }
    unreachable!("seconds have no next unit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_humantime_reads() {
        for (text, nanos) in [
            ("250ms", 250_000_000),
            ("1m 30s", 90_000_000_000),
            ("1us", 1_000),
            ("2h", 7_200_000_000_000),
            ("400days 1h", 34_563_600_000_000_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
            assert_eq!(
                parse(&format(Duration::from_nanos(nanos))),
                Ok(Duration::from_nanos(nanos))
            );
        }
    }

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

    #[test]
    fn says_what_to_write_instead() {
        let message = "`fast` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"";
        assert_eq!(parse("fast").unwrap_err(), message);
        assert_eq!(parse("10").unwrap_err(), message.replace("fast", "10"));
        let message = "`1 month` has the unit `month`, which is of no certain length: write days, such as \"30d\"";
        assert_eq!(parse("1 month").unwrap_err(), message);
    }
}
