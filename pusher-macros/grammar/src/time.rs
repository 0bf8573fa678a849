//! Times as people write them: [`parse`] reads them, [`format()`] writes them, and [`rounded`] and
//! [`brief`] write them short.

use std::time::Duration;

/// Reads a time such as `250ms` or `1m 30s`. Months and years are refused: they have no fixed
/// length.
///
/// # Errors
///
/// What is wrong with it, and what to write instead.
pub fn parse(text: &str) -> Result<Duration, String> {
    let mut units = text.split(|c: char| !c.is_alphabetic());
    if let Some(unit) = units.find(|unit| is_calendar_unit(unit)) {
        return Err(format!(
            "`{text}` has the unit `{unit}`, which has no fixed length: write days, such as \
             \"30d\""
        ));
    }
    humantime::parse_duration(text).map_err(|_| wrong(text))
}

/// What to say of a text that is no time.
pub fn wrong(text: &str) -> String {
    format!(
        "`{text}` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
         \"1m 30s\""
    )
}

fn is_calendar_unit(unit: &str) -> bool {
    matches!(unit, "M" | "month" | "months" | "y" | "yr" | "yrs" | "year" | "years")
}

/// A time that is longer than nothing.
///
/// # Errors
///
/// That the time of this key is zero.
pub fn positive(key: &str, time: Duration) -> Result<Duration, String> {
    if time.is_zero() {
        Err(format!("{key} is zero: give a time, such as \"30s\""))
    } else {
        Ok(time)
    }
}

/// Whole nanoseconds, as far as 584 years. The engine asks for them at every call.
#[inline]
pub fn nanos(time: Duration) -> u64 {
    let seconds = time.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(u64::from(time.subsec_nanos()))
}

/// Writes a time the way [`parse`] reads it: `1m 30s`, `250ms`, `400days`.
pub fn format(time: Duration) -> String {
    const DAY: u64 = 86_400;
    let days = time.as_secs() / DAY;
    let rest = time - Duration::from_secs(days * DAY);
    let s = if days == 1 { "" } else { "s" };
    match (days, rest.is_zero()) {
        (0, _) => humantime::format_duration(rest).to_string(),
        (_, true) => format!("{days}day{s}"),
        (_, false) => format!("{days}day{s} {}", humantime::format_duration(rest)),
    }
}

/// Writes a measured duration with three significant digits: `1.23ms`, `250ms`, `61.0s`.
pub fn rounded(duration: Duration) -> String {
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

/// Writes a time as [`format()`] does, if it is short so. Else a time below a minute has three
/// significant digits, as in `1.33s`, and a longer one whole seconds.
pub fn brief(time: Duration) -> String {
    let exact = format(time);
    if exact.split(' ').count() <= 2 {
        exact
    } else if time < Duration::from_secs(60) {
        rounded(time)
    } else {
        format(Duration::from_secs(time.as_secs_f64().round() as u64))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        }
    }

    #[test]
    fn says_what_to_write_instead() {
        let message = "`fast` is no duration: write a number and a unit, such as \"250ms\", \
                       \"30s\" or \"1m 30s\"";
        assert_eq!(parse("fast").unwrap_err(), message);
        assert_eq!(parse("10").unwrap_err(), message.replace("fast", "10"));
        let message = "`1 month` has the unit `month`, which has no fixed length: write days, \
                       such as \"30d\"";
        assert_eq!(parse("1 month").unwrap_err(), message);
    }

    #[test]
    fn a_time_that_cannot_be_zero() {
        let message = "grace is zero: give a time, such as \"30s\"";
        assert_eq!(positive("grace", Duration::ZERO), Err(message.to_string()));
        assert_eq!(positive("grace", Duration::from_nanos(1)), Ok(Duration::from_nanos(1)));
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
    fn is_brief_if_it_would_be_long() {
        for (nanos, text) in [
            (0, "0s"),
            (1_500_000_000, "1s 500ms"),
            (90_000_000_000, "1m 30s"),
            (1_333_333_333, "1.33s"),
            (12_345_678, "12.3ms"),
            (59_999_999_999, "60.0s"),
            (90_000_000_001, "1m 30s"),
            (8_000_333_333_333, "2h 13m 20s"),
        ] {
            assert_eq!(brief(Duration::from_nanos(nanos)), text, "{nanos} ns");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(seconds: u64, nanos in 0u32..1_000_000_000) {
            let time = Duration::new(seconds, nanos);
            prop_assert_eq!(parse(&format(time)), Ok(time));
        }
    }
}
