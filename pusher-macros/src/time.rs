//! Durations as people write them, read as `pusher` reads them at run time and refused in the same
//! words.

use std::time::Duration;

/// Reads a duration. Months and years are refused: they are of no certain length.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    if let Some(unit) = text.split(|c: char| !c.is_alphabetic()).find(|unit| is_calendar_unit(unit))
    {
        return Err(format!(
            "`{text}` has the unit `{unit}`, which is of no certain length: write days, such as \"30d\""
        ));
    }
    humantime::parse_duration(text).map_err(|_| no_duration(text))
}

pub(crate) fn no_duration(text: &str) -> String {
    format!(
        "`{text}` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\""
    )
}

fn is_calendar_unit(unit: &str) -> bool {
    matches!(unit, "M" | "month" | "months" | "y" | "yr" | "yrs" | "year" | "years")
}

/// Writes whole seconds the way [`parse`] reads them: in the largest unit that leaves no rest.
pub(crate) fn format_seconds(seconds: u128) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    match units.into_iter().find(|(length, _)| seconds > 0 && seconds.is_multiple_of(*length)) {
        Some((length, unit)) => format!("{}{unit}", seconds / length),
        None => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_to_write_instead() {
        let message = "`fast` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"";
        assert_eq!(parse("fast").unwrap_err(), message);
        assert_eq!(parse("10").unwrap_err(), message.replace("fast", "10"));
        let message = "`1 month` has the unit `month`, which is of no certain length: write days, such as \"30d\"";
        assert_eq!(parse("1 month").unwrap_err(), message);
    }

    #[test]
    fn writes_what_it_reads() {
        for (seconds, text) in
            [(0, "0s"), (59, "59s"), (60, "1m"), (90, "90s"), (7_200, "2h"), (86_400 * 40, "40d")]
        {
            assert_eq!(format_seconds(seconds), text);
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds as u64)));
        }
    }
}
