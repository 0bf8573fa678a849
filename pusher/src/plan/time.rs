//! [`Time`]: a duration or the text of one.

use std::time::Duration;

pub(crate) use pusher_load_grammar::time::{brief, format, nanos, parse, positive, rounded};

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
