//! [`Terminal`]: as far as the bottom line and a program that logs make use of one.

use super::super::Size;

/// Some lines, those that scrolled out first, and the cursor among them.
pub(super) struct Terminal {
    pub(super) size: Size,
    habits: Habits,
    /// The lines that have scrolled out at the top.
    history: Vec<Row>,
    pub(super) lines: Vec<Row>,
    row: usize,
    column: usize,
    saved: (usize, usize),
    /// The last row that scrolls.
    bottom: usize,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    text: Vec<char>,
    /// Whether it goes on in the next line, for it was longer than the terminal is wide.
    goes_on: bool,
}

/// What terminals do differently when they are resized.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    /// Breaks long lines anew, as tmux and VTE do. xterm cuts them off.
    breaks_anew: bool,
    /// Shows lines of the history again when it becomes higher.
    goes_back: bool,
    /// Drops the lines below the cursor when it becomes lower, as tmux does. VTE drops empty ones.
    drops_below: bool,
    margins: Margins,
}

/// What becomes of the margins.
#[derive(Clone, Copy, Debug, Default)]
enum Margins {
    #[default]
    Go,
    /// They go if the number of rows changes.
    GoWithRows,
    /// They stay, as far as there are rows.
    Stay,
}

impl Row {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text.iter().copied().eq(text.chars())
    }
}

impl Habits {
    pub(super) fn all() -> impl Iterator<Item = Habits> {
        [Margins::Go, Margins::GoWithRows, Margins::Stay].into_iter().flat_map(|margins| {
            (0..8).map(move |bits| Habits {
                breaks_anew: bits & 1 > 0,
                goes_back: bits & 2 > 0,
                drops_below: bits & 4 > 0,
                margins,
            })
        })
    }
}

impl Terminal {
    /// The cursor is in a row, and all is empty.
    pub(super) fn at(row: usize, rows: u16, columns: u16) -> Terminal {
        Terminal {
            size: Size { rows, columns },
            habits: Habits::default(),
            history: Vec::new(),
            lines: vec![Row::default(); usize::from(rows)],
            row,
            column: 0,
            saved: (0, 0),
            bottom: usize::from(rows) - 1,
        }
    }

    pub(super) fn with(self, habits: Habits) -> Terminal {
        Terminal { habits, ..self }
    }

    pub(super) fn write(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '\x1b' => rest = self.escape(rest),
                '\r' => self.column = 0,
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
            self.lines[self.row].goes_on = true;
            self.down();
            self.column = 0;
        }
        let text = &mut self.lines[self.row].text;
        text.resize(text.len().max(self.column + 1), ' ');
        text[self.column] = c;
        self.column += 1;
    }

    fn down(&mut self) {
        if self.row == self.bottom {
            self.history.push(self.lines.remove(0));
            self.lines.insert(self.bottom, Row::default());
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
                ("J", []) => {
                    self.lines[self.row].text.truncate(self.column);
                    self.lines[self.row].goes_on = false;
                    self.lines[self.row + 1..].fill(Row::default());
                }
                ("K", [2]) => self.lines[self.row] = Row::default(),
                ("H", [row, column]) => (self.row, self.column) = (row - 1, column - 1),
                ("m", []) => {}
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

    pub(super) fn resize(&mut self, size: Size) {
        let before = std::mem::replace(&mut self.size, size);
        if size == before {
            return;
        }
        if size.columns != before.columns {
            self.change_columns();
        }
        self.change_rows();
        let last = self.lines.len() - 1;
        self.bottom = match self.habits.margins {
            Margins::GoWithRows if size.rows == before.rows => self.bottom,
            Margins::Go | Margins::GoWithRows => last,
            Margins::Stay => self.bottom.min(last),
        };
    }

    fn change_columns(&mut self) {
        let columns = usize::from(self.size.columns);
        if !self.habits.breaks_anew {
            self.lines.iter_mut().for_each(|line| line.text.truncate(columns));
            self.column = self.column.min(columns - 1);
            return;
        }
        let (rows, mut cursor) = (self.lines.len(), self.history.len() + self.row);
        let old: Vec<Row> = self.history.drain(..).chain(self.lines.drain(..)).collect();
        let (mut new, mut whole, mut place) = (Vec::new(), Vec::new(), None);
        for (nth, mut line) in old.into_iter().enumerate() {
            if nth == cursor {
                place = Some(whole.len() + self.column);
            }
            whole.append(&mut line.text);
            if line.goes_on {
                continue;
            }
            if let Some(place) = place.take() {
                let first = new.len();
                (cursor, self.column) = (first + place / columns, place % columns);
            }
            broken(&std::mem::take(&mut whole), columns, &mut new);
        }
        new.resize(new.len().max(cursor + 1), Row::default());
        self.lines = new.split_off(new.len().saturating_sub(rows));
        self.history = new;
        self.row = cursor.checked_sub(self.history.len()).unwrap();
    }

    fn change_rows(&mut self) {
        let rows = usize::from(self.size.rows);
        while self.lines.len() > rows {
            let below = self.lines.len() - 1;
            let drops = self.habits.drops_below || self.lines[below].text.is_empty();
            if self.row == 0 || (self.row < below && drops) {
                self.lines.pop();
            } else {
                self.history.push(self.lines.remove(0));
                self.row -= 1;
            }
        }
        while self.lines.len() < rows {
            let from_history = if self.habits.goes_back { self.history.pop() } else { None };
            match from_history {
                Some(line) => {
                    self.lines.insert(0, line);
                    self.row += 1;
                }
                None => self.lines.push(Row::default()),
            }
        }
    }

    /// All lines, those that scrolled out first, without empty ones at the end and the beginning.
    pub(super) fn all(&self) -> Vec<String> {
        let mut text = String::new();
        for line in self.history.iter().chain(&self.lines) {
            text.extend(&line.text);
            text.extend((!line.goes_on).then_some('\n'));
        }
        text.trim_matches('\n').split('\n').map(str::to_string).collect()
    }

    pub(super) fn last(&self) -> String {
        self.lines.last().unwrap().text.iter().collect()
    }
}

/// Breaks a line anew, behind those that are broken already.
fn broken(text: &[char], columns: usize, lines: &mut Vec<Row>) {
    let first = lines.len();
    lines.extend(text.chunks(columns).map(|part| Row { text: part.to_vec(), goes_on: true }));
    if lines.len() == first {
        lines.push(Row::default());
    }
    lines.last_mut().unwrap().goes_on = false;
}
