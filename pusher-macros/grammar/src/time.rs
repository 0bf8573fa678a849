//! Times as people write them: [`parse`] reads them, [`format()`] writes them.

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

    proptest! {
        #[test]
        fn reads_what_it_writes(seconds: u64, nanos in 0u32..1_000_000_000) {
            let time = Duration::new(seconds, nanos);
            prop_assert_eq!(parse(&format(time)), Ok(time));
        }
    }
}
