//! [`BottomLine`]: the last line of a terminal, which nothing else is written on.
//!
//! Subtleness ahead! The program under test writes to the same terminal, when and what it likes. A
//! line that is drawn where the cursor is would be torn by its next line, or stick to it. So the
//! terminal is told to scroll all of its lines but the last:
//!
//! ```text
//!        1  ┌─────────────────────────────┐
//!           │ WARN shop: out of stock     │  all that is written scrolls here, and goes to the
//!           │ test checkout ... ok        │  history of the terminal as it does without margins
//!   rows-1  │ █ the cursor                │
//!           ├─────────────────────────────┤
//!     rows  │ 12s of 1m 5s: 3 in flight,  │  drawn anew each second, from where the cursor is and
//!           └─────────────────────────────┘  back to there
//! ```
//!
//! Each text is written at once, so that nothing comes between its parts.

use crate::report::text::cut;

/// Its terminal has so many rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    rows: u16,
    columns: u16,
}

impl Size {
    /// The size of the terminal that standard error is, if it is one of which that is known, and
    /// has room for a line of ours.
    #[cfg(unix)]
    pub(super) fn of_stderr() -> Option<Size> {
        let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok()?;
        Size { rows: size.ws_row, columns: size.ws_col }.with_room()
    }

    #[cfg(not(unix))]
    pub(super) fn of_stderr() -> Option<Size> {
        None
    }

    fn with_room(self) -> Option<Size> {
        (self.rows >= 4 && self.columns >= 20).then_some(self)
    }
}

/// The last line, with the size of the terminal in which it is reserved, if it is.
#[derive(Debug, Default)]
pub(super) struct BottomLine(Option<Size>);

const SAVE: &str = "\x1b7";
const RESTORE: &str = "\x1b8";
const ALL_SCROLLS: &str = "\x1b[r";
const CLEAR_LINE: &str = "\x1b[2K";
/// One line down, in the same column; at the end of what scrolls, all scrolls by a line.
const DOWN: &str = "\x1bD";
const UP: &str = "\x1b[A";

impl BottomLine {
    /// The text that draws the line anew, and reserves it if it is not. The size is that of now: a
    /// terminal may be resized.
    pub(super) fn draw(&mut self, line: &str, size: Option<Size>) -> String {
        let Some(size) = size.or(self.0) else { return String::new() };
        let before = self.0.replace(size);
        let reserve = if before == Some(size) { String::new() } else { reserve(size) };
        let line = cut(line, usize::from(size.columns) - 3);
        format!("{reserve}{SAVE}{}  {line}{RESTORE}", clear(size))
    }

    /// The text that gives the line back, empty.
    pub(super) fn end(self) -> String {
        let end = |size| format!("{SAVE}{ALL_SCROLLS}{}{RESTORE}", clear(size));
        self.0.map(end).unwrap_or_default()
    }
}

/// If the cursor is in the last line, this makes room below it; else it stays where it is.
fn reserve(size: Size) -> String {
    let all_but_one = size.rows - 1;
    format!("{SAVE}{ALL_SCROLLS}{RESTORE}{DOWN}{SAVE}\x1b[1;{all_but_one}r{RESTORE}{UP}")
}

fn clear(size: Size) -> String {
    format!("\x1b[{};1H{CLEAR_LINE}", size.rows)
}

#[cfg(test)]
mod tests;
