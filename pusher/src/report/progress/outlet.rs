//! [`Outlet`]: where the progress is shown.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write, stderr};
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::oneshot;

use super::beat::Beat;
use super::bottom_line::{BottomLine, Size};
use crate::engine::sync::lock;
use crate::report::text::{WIDTH, cut};

/// Where the progress is shown, on standard error.
pub(super) enum Outlet {
    /// A line now and then: into a file or a pipe, and into the log of a CI.
    Lines,
    /// The last line of a terminal.
    Bottom,
}

/// The bottom line, while loads are made on a terminal. It belongs to the process, for code of the
/// user's may end that.
static BOTTOM: Mutex<Option<BottomLine>> = Mutex::new(None);

impl Outlet {
    pub(super) fn of_this_process() -> Outlet {
        let variable = |name: &str| std::env::var_os(name);
        let size = Size::of_stderr().filter(|_| stderr().is_terminal() && is_for_people(variable));
        if size.is_none() {
            return Outlet::Lines;
        }
        *lock(&BOTTOM) = Some(BottomLine::default());
        Outlet::Bottom
    }

    pub(super) fn beat<'a>(&self, done: &'a mut oneshot::Receiver<()>) -> io::Result<Beat<'a>> {
        match self {
            Outlet::Lines => Beat::of_a_log(done),
            Outlet::Bottom => Beat::of_a_terminal(done),
        }
    }

    /// How often something is shown.
    pub(super) fn period(&self) -> Duration {
        Duration::from_secs(match self {
            Outlet::Lines => 10,
            Outlet::Bottom => 1,
        })
    }

    /// Shows how far the test of this name is.
    pub(super) fn show(&self, test: &str, line: &str) {
        match self {
            Outlet::Lines => tell(&format!("{}\n", named(test, line))),
            Outlet::Bottom => on_bottom(|bottom| bottom.draw(line, Size::of_stderr())),
        }
    }

    /// Leaves the terminal to itself until something is shown again.
    pub(super) fn hide(&self) {
        match self {
            Outlet::Lines => {}
            Outlet::Bottom => on_bottom(BottomLine::give_back),
        }
    }

    /// Leaves no trace on a terminal.
    pub(super) fn end(self) {
        give_back();
    }
}

/// Gives the last line of the terminal back for good, if the progress is there. It is for a process
/// that ends, too: any thread may call it at any time.
pub(crate) fn give_back() {
    let mut stderr = stderr().lock();
    if let Some(mut bottom) = lock(&BOTTOM).take() {
        let _ = stderr.write_all(bottom.give_back().as_bytes());
    }
}

/// Writes on the terminal what the bottom line says. Standard error is locked first, always: a
/// thread that has locked it may be the one that ends the process.
fn on_bottom(text: impl FnOnce(&mut BottomLine) -> String) {
    let mut stderr = stderr().lock();
    if let Some(bottom) = &mut *lock(&BOTTOM) {
        let _ = stderr.write_all(text(bottom).as_bytes());
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
