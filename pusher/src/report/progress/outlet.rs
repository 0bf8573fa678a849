//! [`Outlet`]: where the progress is shown.

use std::ffi::OsString;
use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use super::bottom_line::{BottomLine, Size};
use crate::report::text::{WIDTH, cut};

/// Where the progress is shown, on standard error.
pub(super) enum Outlet {
    /// A line now and then: into a file or a pipe, and into the log of a CI.
    Lines,
    /// The last line of a terminal.
    Bottom(BottomLine),
}

impl Outlet {
    pub(super) fn of_this_process() -> Outlet {
        let variable = |name: &str| std::env::var_os(name);
        let size = Size::of_stderr().filter(|_| stderr().is_terminal() && is_for_people(variable));
        size.map_or(Outlet::Lines, |_| Outlet::Bottom(BottomLine::default()))
    }

    /// How often something is shown.
    pub(super) fn period(&self) -> Duration {
        Duration::from_secs(match self {
            Outlet::Lines => 10,
            Outlet::Bottom(_) => 1,
        })
    }

    /// Shows how far the test of this name is.
    pub(super) fn show(&mut self, test: &str, line: &str) {
        match self {
            Outlet::Lines => tell(&format!("{}\n", named(test, line))),
            Outlet::Bottom(bottom) => tell(&bottom.draw(line, Size::of_stderr())),
        }
    }

    /// Leaves no trace on a terminal.
    pub(super) fn end(self) {
        if let Outlet::Bottom(line) = self {
            tell(&line.end());
        }
    }
}

/// Writes all at once, so that it does not mix with what others write. A standard error that is
/// closed is no reason to stop a load.
pub(super) fn tell(text: &str) {
    let _ = stderr().write_all(text.as_bytes());
}

/// Whether a person sees the terminal, and nothing but this process and its parents writes to it.
fn is_for_people(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is = |name: &str, texts: &[&str]| {
        variable(name).is_some_and(|value| texts.iter().any(|text| value == *text))
    };
    let is_ci = variable("CI").is_some() && !is("CI", &["", "0", "false"]);
    let is_plain = variable("TERM").is_none() || is("TERM", &["", "dumb"]);
    !is_ci && !is_plain && variable("NEXTEST").is_none()
}

/// A line for readers who may not see the beginning: with the name of the test, as far as there is
/// room for it.
fn named(test: &str, line: &str) -> String {
    const LEAST: usize = 8;
    match WIDTH.saturating_sub(line.chars().count() + 2) {
        LEAST.. => {
            let room = WIDTH - line.chars().count() - 2;
            format!("{}: {line}", cut(test, room))
        }
        _ => cut(line, WIDTH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_name_of_its_test_as_far_as_there_is_room() {
        let line = "12s of 1m 5s: 3 in flight, 590 ok, 10 errors, 7 canceled";
        assert_eq!(named("checkout", line), format!("checkout: {line}"));
        let long = "cart::checkout::with_many_items";
        assert_eq!(named(long, line), format!("cart::checkout::with_…: {line}"));
        let numbers = "1day 12h 59m 59s of 1day 13h: 1000000 in flight, 123456789 ok, 12 errors";
        assert_eq!(named(long, numbers), numbers);
        assert_eq!(named(long, &"x".repeat(90)), format!("{}…", "x".repeat(79)));
    }

    #[test]
    fn a_terminal_is_for_people_if_nothing_says_otherwise() {
        let check = |set: &[(&str, &str)], expected: bool| {
            let variable = |name: &str| {
                set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
            };
            assert_eq!(is_for_people(variable), expected, "{set:?}");
        };
        check(&[("TERM", "xterm")], true);
        check(&[("TERM", "xterm"), ("CI", "false")], true);
        check(&[("TERM", "xterm"), ("CI", "true")], false);
        check(&[("TERM", "xterm"), ("NEXTEST", "1")], false);
        check(&[("TERM", "dumb")], false);
        check(&[], false);
    }
}
