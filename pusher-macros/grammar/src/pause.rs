//! [`Pause`]: how long a caller of a closed loop waits between two calls, always the same or drawn
//! at random.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use crate::time;

/// The time of a caller of a closed loop between two calls: always the same, or each time one
/// between two, drawn evenly.
///
/// It is made of a `Duration`, or of a range of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pause {
    /// The shortest one.
    pub least: Duration,
    /// The longest one.
    pub most: Duration,
}

/// What is suggested if nobody can tell what was meant.
const EXAMPLE: &str = "1s..3s";

impl Pause {
    /// Reads a time such as `50ms`, or two such as `1s..3s`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to write instead.
    pub fn parse(text: &str) -> Result<Pause, String> {
        let Some((least, most)) = text.split_once("..") else {
            return time::parse(text).map(Pause::from).map_err(|wrong| match meant(text) {
                Some(meant) => format!("`{text}` is no duration: write \"{meant}\""),
                None => wrong,
            });
        };
        let [least, most] = [least, most].map(str::trim);
        match (least.is_empty(), most.is_empty()) {
            (true, true) => Err(format!("`{text}` has no ends: write both, such as \"{EXAMPLE}\"")),
            (true, false) => {
                let suggested = Pause::parse(&format!("0s..{most}")).map(|pause| pause.to_string());
                let suggested = suggested.unwrap_or(EXAMPLE.to_string());
                Err(format!("`{text}` has no least time: write both, such as \"{suggested}\""))
            }
            (false, true) => {
                Err(format!("`{text}` has no longest time: write both, such as \"{EXAMPLE}\""))
            }
            (false, false) => match most.trim_start_matches(['=', '.']) {
                ends if ends.len() < most.len() => {
                    let suggested = Pause::parse(&format!("{least}..{ends}"));
                    let suggested = suggested.map_or(EXAMPLE.to_string(), |it| it.to_string());
                    Err(format!("`{text}` has more than two dots: write \"{suggested}\""))
                }
                _ => Pause { least: time::parse(least)?, most: time::parse(most)? }.checked(),
            },
        }
    }

    /// # Errors
    ///
    /// It ends before it begins.
    pub fn checked(self) -> Result<Pause, String> {
        let Pause { least, most } = self;
        if least <= most {
            return Ok(self);
        }
        let turned = Pause { least: most, most: least };
        Err(format!("`{self}` ends before it begins: write \"{turned}\""))
    }

    /// Whether it is drawn.
    pub fn is_random(self) -> bool {
        self.least < self.most
    }
}

/// The pause that is written with another sign between its ends: `1s-3s`, `1s to 3s`.
fn meant(text: &str) -> Option<Pause> {
    ["-", "–", " to ", ","].iter().find_map(|sign| {
        let (least, most) = text.split_once(sign)?;
        Pause::parse(&format!("{least}..{most}")).ok()
    })
}

impl fmt::Display for Pause {
    /// Writes a pause the way [`Pause::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pause { least, most } = self;
        if least == most {
            f.pad(&time::format(*least))
        } else {
            f.pad(&format!("{}..{}", time::format(*least), time::format(*most)))
        }
    }
}

impl From<Duration> for Pause {
    fn from(time: Duration) -> Pause {
        Pause { least: time, most: time }
    }
}

impl From<Range<Duration>> for Pause {
    fn from(Range { start, end }: Range<Duration>) -> Pause {
        Pause { least: start, most: end }
    }
}

impl From<RangeInclusive<Duration>> for Pause {
    fn from(range: RangeInclusive<Duration>) -> Pause {
        Pause { least: *range.start(), most: *range.end() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MILLI: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn reads_one_time_or_two() {
        for (text, least, most) in [
            ("50ms", 50, 50),
            ("0s", 0, 0),
            ("1s..3s", 1_000, 3_000),
            (" 1s .. 1m 30s ", 1_000, 90_000),
            ("0s..3s", 0, 3_000),
            ("1s..1s", 1_000, 1_000),
        ] {
            let pause = Pause { least: MILLI(least), most: MILLI(most) };
            assert_eq!(Pause::parse(text), Ok(pause), "{text}");
            assert_eq!(pause.is_random(), least != most, "{text}");
        }
    }

    #[test]
    fn says_what_to_write_instead() {
        let no_duration = |text: &str| {
            format!(
                "`{text}` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
                 \"1m 30s\""
            )
        };
        for (text, message) in [
            ("3s..1s", "`3s..1s` ends before it begins: write \"1s..3s\"".to_string()),
            ("1s..", "`1s..` has no longest time: write both, such as \"1s..3s\"".to_string()),
            ("..3s", "`..3s` has no least time: write both, such as \"0s..3s\"".to_string()),
            ("..3", "`..3` has no least time: write both, such as \"1s..3s\"".to_string()),
            ("..", "`..` has no ends: write both, such as \"1s..3s\"".to_string()),
            ("1s..=3s", "`1s..=3s` has more than two dots: write \"1s..3s\"".to_string()),
            ("1s...4s", "`1s...4s` has more than two dots: write \"1s..4s\"".to_string()),
            ("1s-4s", "`1s-4s` is no duration: write \"1s..4s\"".to_string()),
            ("1s to 4s", "`1s to 4s` is no duration: write \"1s..4s\"".to_string()),
            ("-1s..3s", no_duration("-1s")),
            ("1..3s", no_duration("1")),
            ("1s..soon", no_duration("soon")),
            ("50", no_duration("50")),
            ("", no_duration("")),
            (
                "1s..1month",
                "`1month` has the unit `month`, which has no fixed length: write days, such as \
                 \"30d\""
                    .to_string(),
            ),
        ] {
            assert_eq!(Pause::parse(text), Err(message), "{text}");
        }
    }

    #[test]
    fn a_range_of_durations_is_one() {
        let pause = Pause { least: MILLI(1), most: MILLI(3) };
        assert_eq!(Pause::from(MILLI(1)..MILLI(3)), pause);
        assert_eq!(Pause::from(MILLI(1)..=MILLI(3)), pause);
        let message = "`3ms..1ms` ends before it begins: write \"1ms..3ms\"";
        assert_eq!(Pause::from(MILLI(3)..MILLI(1)).checked(), Err(message.to_string()));
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(least in 0u64..1_000_000_000_000, more in 0u64..1_000_000_000_000) {
            let [least, most] = [least, least + more].map(Duration::from_nanos);
            let pause = Pause { least, most };
            prop_assert_eq!(Pause::parse(&pause.to_string()), Ok(pause));
        }
    }
}
