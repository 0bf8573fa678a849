use super::*;

/// A terminal, as far as this file and a program that logs make use of one.
struct Terminal {
    size: Size,
    /// The lines that have scrolled out at the top.
    history: Vec<String>,
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
    saved: (usize, usize),
    /// The last row that scrolls.
    bottom: usize,
}

impl Terminal {
    /// The cursor is in a row, and all is empty.
    fn at(row: usize, rows: u16, columns: u16) -> Terminal {
        Terminal {
            size: Size { rows, columns },
            history: Vec::new(),
            lines: vec![Vec::new(); usize::from(rows)],
            row,
            column: 0,
            saved: (0, 0),
            bottom: usize::from(rows) - 1,
        }
    }

    fn write(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '\x1b' => rest = self.escape(rest),
                '\n' => {
                    self.down();
                    self.column = 0;
                }
                _ => self.put(c),
            }
        }
    }

    fn put(&mut self, c: char) {
        if self.column == usize::from(self.size.columns) {
            self.down();
            self.column = 0;
        }
        let line = &mut self.lines[self.row];
        line.resize(line.len().max(self.column + 1), ' ');
        line[self.column] = c;
        self.column += 1;
    }

    fn down(&mut self) {
        if self.row == self.bottom {
            self.history.push(self.lines.remove(0).into_iter().collect());
            self.lines.insert(self.bottom, Vec::new());
        } else {
            self.row = (self.row + 1).min(self.lines.len() - 1);
        }
    }

    /// Obeys what begins here, and gives the text after it.
    fn escape<'t>(&mut self, text: &'t str) -> &'t str {
        if let Some(rest) = text.strip_prefix('[') {
            let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            let numbers: Vec<usize> =
                rest[..end].split(';').filter_map(|number| number.parse().ok()).collect();
            match (&rest[end..=end], &numbers[..]) {
                ("A", []) => self.row = self.row.saturating_sub(1),
                ("K", [2]) => self.lines[self.row].clear(),
                ("H", [row, column]) => (self.row, self.column) = (row - 1, column - 1),
                ("r", bounds) => {
                    self.bottom = bounds.get(1).map_or(self.lines.len() - 1, |bottom| bottom - 1);
                    (self.row, self.column) = (0, 0);
                }
                other => panic!("what is {other:?}?"),
            }
            return &rest[end + 1..];
        }
        match &text[..1] {
            "7" => self.saved = (self.row, self.column),
            "8" => (self.row, self.column) = self.saved,
            "D" => self.down(),
            other => panic!("what is {other:?}?"),
        }
        &text[1..]
    }

    /// All lines, those that scrolled out first, without empty ones at the end and the beginning.
    fn all(&self) -> Vec<String> {
        let lines = self.lines.iter().map(|line| line.iter().collect());
        let all: Vec<String> = self.history.iter().cloned().chain(lines).collect();
        let text = all.join("\n");
        text.trim_matches('\n').split('\n').map(str::to_string).collect()
    }

    fn last(&self) -> String {
        self.lines.last().unwrap().iter().collect()
    }
}

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
        terminal.write(&line.end());
        assert_eq!(terminal.all(), expected, "{logs} lines from row {row}");
        assert_eq!(terminal.last(), "", "from row {row}");
        let next = format!("{}\n", "y".repeat(100)).repeat(30);
        terminal.write(&next);
        assert_eq!(terminal.all().len(), expected.len() + 60, "all lines scroll again");
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
        terminal.write(&line.end());
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

#[test]
fn it_moves_when_the_terminal_is_resized() {
    let (large, small) = (Size { rows: 40, columns: 80 }, Size { rows: 24, columns: 80 });
    let mut terminal = Terminal::at(0, 24, 80);
    let mut line = BottomLine(Some(large));
    terminal.write(&line.draw("1s of 1m", Some(small)));
    terminal.write(&"a log\n".repeat(50));
    assert_eq!(terminal.last(), "  1s of 1m");
    terminal.write(&line.draw("2s of 1m", None));
    assert_eq!(terminal.last(), "  2s of 1m", "its size is that before");
    terminal.write(&line.end());
    assert_eq!(terminal.all(), ["a log"; 50]);
}

#[test]
fn a_line_that_was_never_drawn_writes_nothing() {
    assert_eq!(BottomLine::default().draw("1s of 1m", None), "");
    assert_eq!(BottomLine::default().end(), "");
}

#[test]
fn a_terminal_without_room_is_left_alone() {
    let with_room = |rows, columns| Size { rows, columns }.with_room().is_some();
    assert!(with_room(4, 20));
    assert!(!with_room(3, 80));
    assert!(!with_room(24, 19));
    assert!(!with_room(0, 0), "of which nobody knows the size");
}
