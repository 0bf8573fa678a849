//! [`Modifiers`]: what may stand behind the limit of a threshold, and says when it has to hold, and
//! whether the load ends if it does not.
//!
//! ```text
//! p99 < "250ms" over "10s" for "20s" after "30s" abort
//!               |          |         |           |____ Stops
//!               |          |         |________________ ticks before that do not count
//!               |          |__________________________ so long a breach has to last
//!               |_____________________________________ the length of each window
//! ```

use std::fmt;
use std::time::Duration;

use crate::limits::{LEAST_WINDOW, MOST_WINDOW};
use crate::time::{format, positive};

/// A word that may stand behind a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// `over`
    Over,
    /// `for`
    For,
    /// `after`
    After,
    /// `abort`
    Abort,
}

/// What such words say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// How long each window is in which it has to hold; none if it has to hold for all calls
    /// together.
    pub over: Option<Duration>,
    /// How long a breach has to last.
    pub lasting: Option<Duration>,
    /// Ticks that are due before do not count, nor windows that begin before.
    pub after: Option<Duration>,
    /// Whether the condition ends the load.
    pub stops: Stops,
}

/// Whether a condition ends the load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stops {
    /// It is a threshold, which is judged at the end.
    #[default]
    Never,
    /// It is a threshold, and ends the load as soon as it is broken.
    AsWell,
    /// It is there for that alone: `abort(errors > "50%")`.
    Only,
}

impl Modifier {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Modifier; 4] =
        [Modifier::Over, Modifier::For, Modifier::After, Modifier::Abort];

    /// The word as it is written.
    pub fn word(self) -> &'static str {
        match self {
            Modifier::Over => "over",
            Modifier::For => "for",
            Modifier::After => "after",
            Modifier::Abort => "abort",
        }
    }

    /// The modifier with this word.
    pub fn find(word: &str) -> Option<Modifier> {
        Modifier::ALL.into_iter().find(|modifier| modifier.word() == word)
    }

    /// The modifier as one writes it behind a limit.
    pub fn example(self) -> &'static str {
        match self {
            Modifier::Over => "over \"10s\"",
            Modifier::For => "for \"20s\"",
            Modifier::After => "after \"30s\"",
            Modifier::Abort => "abort",
        }
    }

    /// A time of this modifier that can be right.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to write instead.
    pub fn check(self, time: Duration) -> Result<Duration, String> {
        if self != Modifier::Over {
            return positive(self.word(), time);
        }
        if (LEAST_WINDOW..=MOST_WINDOW).contains(&time) {
            return Ok(time);
        }
        let [least, most] = [LEAST_WINDOW, MOST_WINDOW].map(format);
        Err(format!(
            "`over {}` is no window that pusher can read: write a time from {least} to {most}",
            format(time)
        ))
    }
}

/// What to say of a `for` without an `over`.
pub const FOR_WITHOUT_OVER: &str = "`for` says how long a breach has to last, and whether it lasts \
     is read from windows: add `over \"10s\"`, or remove `for`";

impl Modifiers {
    /// Whether there are none.
    pub fn are_none(&self) -> bool {
        *self == Modifiers::default()
    }

    /// Whether the condition is judged in windows.
    pub fn is_windowed(&self) -> bool {
        self.over.is_some()
    }

    /// Whether the condition is there to end the load, and for nothing else.
    pub fn only_stops(&self) -> bool {
        self.stops == Stops::Only
    }

    /// Whether the condition can end the load.
    pub fn can_stop(&self) -> bool {
        self.stops != Stops::Never
    }

    /// What is wrong with them together, in a load of that length, if it is known: none of them
    /// may ask for more time than the load has, for then nothing could break the condition.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn check(&self, length: Option<Duration>) -> Result<(), String> {
        if self.lasting.is_some() && !self.is_windowed() {
            return Err(FOR_WITHOUT_OVER.to_string());
        }
        let times = [self.over, self.lasting, self.after];
        let takes =
            times.into_iter().flatten().fold(Duration::ZERO, |sum, time| sum.saturating_add(time));
        match length {
            Some(length) if takes > length || self.after == Some(length) => {
                let words = self.phrases(" ").join(" ");
                let (takes, has) = (format(takes), format(length));
                Err(format!(
                    "`{words}` takes {takes} of a load that has {has}, so that nothing could break \
                     this: make the load longer, or the time shorter"
                ))
            }
            _ => Ok(()),
        }
    }

    /// The words with their times, and that sign between the two.
    fn phrases(&self, sign: &str) -> Vec<String> {
        let times = [
            (Modifier::Over, self.over),
            (Modifier::For, self.lasting),
            (Modifier::After, self.after),
        ];
        let phrase = |(modifier, time): (Modifier, Option<Duration>)| {
            time.map(|time| format!("{}{sign}{}", modifier.word(), format(time)))
        };
        times.into_iter().filter_map(phrase).collect()
    }

    /// The condition as it is shown, which is this comparison without them.
    pub fn around(&self, comparison: &str) -> String {
        match self.stops {
            Stops::Only => {
                let all: Vec<String> =
                    [comparison.to_string()].into_iter().chain(self.phrases(" = ")).collect();
                format!("abort({})", all.join(", "))
            }
            Stops::Never | Stops::AsWell => format!("{comparison}{self}"),
        }
    }
}

impl fmt::Display for Modifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.phrases(" ").iter().try_for_each(|phrase| write!(f, " {phrase}"))?;
        if self.stops == Stops::AsWell { f.write_str(" abort") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn all() -> Modifiers {
        Modifiers {
            over: Some(10 * SECOND),
            lasting: Some(20 * SECOND),
            after: Some(30 * SECOND),
            stops: Stops::AsWell,
        }
    }

    #[test]
    fn stand_behind_the_limit_in_one_order() {
        assert_eq!(all().to_string(), " over 10s for 20s after 30s abort");
        assert_eq!(Modifiers::default().to_string(), "");
        let threshold = Modifiers { lasting: None, stops: Stops::Never, ..all() };
        assert_eq!(threshold.around("p99 < 1s"), "p99 < 1s over 10s after 30s");
        let only = Modifiers { stops: Stops::Only, over: None, lasting: None, ..all() };
        assert_eq!(only.around("errors > 50%"), "abort(errors > 50%, after = 30s)");
    }

    #[test]
    fn each_is_found_by_its_word() {
        for modifier in Modifier::ALL {
            assert_eq!(Modifier::find(modifier.word()), Some(modifier));
            assert!(modifier.example().starts_with(modifier.word()));
        }
        assert_eq!(Modifier::find("within"), None);
    }

    #[test]
    fn a_window_is_neither_tiny_nor_endless() {
        let over = |time| Modifier::Over.check(time);
        assert_eq!(over(SECOND), Ok(SECOND));
        let message =
            "`over 99ms` is no window that pusher can read: write a time from 100ms to 1h";
        assert_eq!(over(Duration::from_millis(99)), Err(message.to_string()));
        assert_eq!(over(3_601 * SECOND), Err(message.replace("99ms", "1h 1s")));
        let zero = "after is zero: give a time, such as \"30s\"".to_string();
        assert_eq!(Modifier::After.check(Duration::ZERO), Err(zero));
    }

    #[test]
    fn do_not_take_more_time_than_there_is() {
        assert_eq!(all().check(None), Ok(()));
        assert_eq!(all().check(Some(60 * SECOND)), Ok(()));
        let message = "`over 10s for 20s after 30s` takes 1m of a load that has 59s, so that \
                       nothing could break this: make the load longer, or the time shorter";
        assert_eq!(all().check(Some(59 * SECOND)), Err(message.to_string()));
        let after = Modifiers { after: Some(SECOND), ..Modifiers::default() };
        assert_eq!(after.check(Some(2 * SECOND)), Ok(()));
        assert!(after.check(Some(SECOND)).unwrap_err().starts_with("`after 1s` takes 1s of"));
    }

    #[test]
    fn a_breach_lasts_in_windows() {
        let lasting = Modifiers { over: None, ..all() };
        assert_eq!(lasting.check(None), Err(FOR_WITHOUT_OVER.to_string()));
    }
}
