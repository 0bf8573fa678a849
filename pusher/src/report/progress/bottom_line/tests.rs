mod terminal;

use super::*;
use terminal::{Habits, Terminal};

/// Wherever the cursor is when it begins, and however much is written.
#[test]
fn it_never_sticks_to_a_line_and_leaves_no_trace() {
    for (row, logs) in [(0, 0), (0, 5), (0, 50), (5, 50), (22, 50), (23, 0), (23, 50)] {
        let mut terminal = Terminal::at(row, 24, 80);
        terminal.write("$ cargo test\n");
        let mut line = BottomLine::default();
        let mut expected = vec!["$ cargo test".to_string()];
        for nth in 0..logs {
            let (shown, log) = (format!("{nth}s of 1m"), format!("WARN shop: order {nth} is late"));
            terminal.write(&line.draw(&shown, Some(terminal.size)));
            terminal.write(&format!("{log}\n"));
            assert_eq!(terminal.last(), format!("  {shown}"), "from row {row}");
            expected.push(log);
        }
        terminal.write(&line.give_back());
        assert_eq!(terminal.all(), expected, "{logs} lines from row {row}");
        assert_eq!(terminal.last(), "", "from row {row}");
        let next = format!("{}\n", "y".repeat(100)).repeat(30);
        terminal.write(&next);
        assert_eq!(terminal.all().len(), expected.len() + 30, "all lines scroll again");
    }
}

/// A program may write a line in parts.
#[test]
fn a_line_goes_on_where_it_stopped() {
    for row in [0, 22, 23] {
        let mut terminal = Terminal::at(row, 24, 80);
        terminal.write("connecting ..");
        let mut line = BottomLine::default();
        terminal.write(&line.draw("1s of 1m", Some(terminal.size)));
        terminal.write(". connected\n");
        terminal.write(&line.give_back());
        assert_eq!(terminal.all(), ["connecting ... connected"], "from row {row}");
    }
}

/// The last column stays free: a terminal may go on to the next line when it is written.
#[test]
fn it_fits_the_width() {
    let mut terminal = Terminal::at(0, 24, 30);
    let mut line = BottomLine::default();
    let long = "12s of 1m 5s: 3 in flight, 590 ok, 10 errors";
    terminal.write(&line.draw(long, Some(terminal.size)));
    assert_eq!(terminal.last(), "  12s of 1m 5s: 3 in flight,…");
    assert_eq!(terminal.last().chars().count(), 29);
}

/// Logs some lines on a terminal that is resized again and again, wherever the cursor is and
/// whatever terminals do; the first part of a log line is there when it is resized.
fn check_resizes(sizes: &[(u16, u16)], resize: impl Fn(&mut Terminal, &mut BottomLine, Size)) {
    for (habits, row) in Habits::all().flat_map(|habits| [4, 12, 18, 19].map(|row| (habits, row))) {
        let mut terminal = Terminal::at(row, 20, 80).with(habits);
        let (mut line, mut expected) = (BottomLine::default(), Vec::new());
        for nth in 0..4 {
            terminal.write(&format!("before {nth}\n"));
            expected.push(format!("before {nth}"));
        }
        let shown = "12s of 1m 5s: 3 in flight, 590 ok, 10 errors, 7 canceled";
        terminal.write(&line.draw(shown, Some(terminal.size)));
        for (rows, columns) in sizes {
            let size = Size { rows: *rows, columns: *columns };
            terminal.write("a log, ");
            resize(&mut terminal, &mut line, size);
            let size = terminal.size;
            terminal.write("whole\nanother\n");
            terminal.write(&line.draw(shown, Some(size)));
            let cut = cut(shown, usize::from(size.columns) - 3);
            let what = format!("{habits:?} from row {row} to {size:?}");
            assert_eq!(terminal.last(), format!("  {cut}"), "{what}");
            expected.extend(["a log, whole", "another"].map(str::to_string));
            terminal.write(&"more\n".repeat(3));
            expected.extend(["more"; 3].map(str::to_string));
            assert_eq!(terminal.last(), format!("  {cut}"), "{what}: it stays");
        }
        terminal.write(&line.give_back());
        assert_eq!(terminal.all(), expected, "{habits:?} from row {row}");
        let before = terminal.all().len();
        terminal.write(&"next\n".repeat(60));
        assert_eq!(terminal.all().len(), before + 60);
        assert!(terminal.lines[..terminal.lines.len() - 1].iter().all(|line| line.is("next")));
    }
}

/// One that tells of it at once.
fn told(terminal: &mut Terminal, line: &mut BottomLine, size: Size) {
    terminal.resize(size);
    terminal.write(&line.give_back());
}

/// The next line that is drawn finds another size.
fn untold(terminal: &mut Terminal, line: &mut BottomLine, size: Size) {
    terminal.resize(size);
    terminal.write(&line.draw("12s of 1m 5s: 4 in flight", Some(size)));
}

/// It has its old size again before that is told.
fn and_back(terminal: &mut Terminal, line: &mut BottomLine, size: Size) {
    let before = terminal.size;
    terminal.resize(size);
    told(terminal, line, before);
}

#[test]
fn a_terminal_that_is_resized_keeps_nothing_of_it() {
    for sizes in [
        &[(35, 80)][..],
        &[(12, 80)],
        &[(20, 45)],
        &[(20, 120)],
        &[(35, 45)],
        &[(12, 45)],
        &[(12, 120)],
        &[(35, 120)],
        &[(35, 45), (12, 120), (20, 80), (60, 30), (4, 20), (20, 80)],
    ] {
        check_resizes(sizes, told);
        check_resizes(sizes, untold);
        check_resizes(sizes, and_back);
    }
}

#[test]
fn a_terminal_that_becomes_too_small_has_no_line() {
    let (large, logs) = (Size { rows: 20, columns: 80 }, ["a log", "more", "more", "more", "more"]);
    for (habits, size) in Habits::all().flat_map(|habits| {
        [(3, 80), (20, 15)].map(|(rows, columns)| (habits, Size { rows, columns }))
    }) {
        let what = format!("{habits:?} with {size:?}");
        let mut terminal = Terminal::at(12, 20, 80).with(habits);
        let mut line = BottomLine::default();
        terminal.write("a log\n");
        terminal.write(&line.draw("1s of 1m", Some(large)));
        terminal.resize(size);
        terminal.write(&line.draw("2s of 1m", None));
        assert_eq!(terminal.all(), ["a log"], "{what}");
        terminal.write(&"more\n".repeat(4));
        assert_eq!(line.draw("3s of 1m", None), "", "{what}");
        terminal.resize(large);
        terminal.write(&line.draw("4s of 1m", Some(large)));
        assert_eq!(terminal.last(), "  4s of 1m", "{what}");
        terminal.write(&line.give_back());
        assert_eq!(terminal.all(), logs, "{what}");
    }
}

/// A log line may be written in parts, the second of them after the line is drawn.
#[test]
fn it_has_no_color_of_a_log_line() {
    let mut line = BottomLine::default();
    let drawn = line.draw("1s of 1m", Some(Size { rows: 24, columns: 80 }));
    for text in [drawn, line.give_back()] {
        for (at, erases) in text.match_indices(['J', 'K']) {
            let plain = text[..at].rfind("\x1b[m");
            assert!(plain > text[..at].rfind("\x1b8"), "{erases} in {text:?}");
        }
    }
}

#[test]
fn a_line_that_was_never_drawn_writes_nothing() {
    assert_eq!(BottomLine::default().draw("1s of 1m", None), "");
    assert_eq!(BottomLine::default().give_back(), "");
}

#[test]
fn a_terminal_without_room_is_left_alone() {
    let with_room = |rows, columns| Size { rows, columns }.with_room().is_some();
    assert!(with_room(4, 20));
    assert!(!with_room(3, 80));
    assert!(!with_room(24, 19));
    assert!(!with_room(0, 0), "of which nobody knows the size");
}
