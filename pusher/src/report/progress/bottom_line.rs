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
//! A terminal that is resized moves and breaks its lines, and often forgets which of them scroll:
//! each kind of terminal does that in its own way. But the cursor stays at the end of what was
//! written, so all lines below it are ours or empty. They are erased at once, and the last line is
//! reserved anew when the size is settled.
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
/// No color, which may be that of a log line that is written in parts.
const PLAIN: &str = "\x1b[m";
const CLEAR_LINE: &str = "\x1b[2K";
/// From the beginning of the line to the end of the screen.
const CLEAR_FROM_HERE: &str = "\r\x1b[J";
/// One line down, in the same column; at the end of what scrolls, all scrolls by a line.
const DOWN: &str = "\x1bD";
const UP: &str = "\x1b[A";

impl BottomLine {
    /// The text that draws the line anew, and reserves it if it is not. The size is that of now: a
    /// terminal may be resized, also to one that has no room.
    pub(super) fn draw(&mut self, line: &str, size: Option<Size>) -> String {
        let Some(size) = size else { return self.give_back() };
        let before = self.0.replace(size);
        let reserve = if before == Some(size) { String::new() } else { reserve(size) };
        let line = cut(line, usize::from(size.columns) - 3);
        let row = size.rows;
        format!("{reserve}{SAVE}{PLAIN}\x1b[{row};1H{CLEAR_LINE}  {line}{RESTORE}")
    }

    /// The text that gives the line back, empty, to a terminal that may have been resized.
    pub(super) fn give_back(&mut self) -> String {
        self.0.take().map(|_| clear_below("")).unwrap_or_default()
    }
}

/// All but the last line scroll.
fn reserve(size: Size) -> String {
    let all_but_one = size.rows - 1;
    clear_below(&format!("\x1b[1;{all_but_one}r"))
}

/// Erases all below the line of the cursor, and sets the margins. The cursor stays where it is; if
/// that is the last line, all scrolls by one, so that there is room below it.
fn clear_below(margins: &str) -> String {
    let room_below = format!("{SAVE}{ALL_SCROLLS}{RESTORE}{DOWN}");
    format!("{room_below}{SAVE}{PLAIN}{CLEAR_FROM_HERE}{margins}{RESTORE}{UP}")
}

#[cfg(test)]
mod tests;
