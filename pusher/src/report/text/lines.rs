//! `write_lines` and its kind: text in lines that fit a screen.

use std::fmt::{self, Write};

/// The width of a screen: that of a terminal of which nobody has made more.
pub(crate) const WIDTH: usize = 80;
/// The column in which the text beside a heading begins.
pub(super) const INDENT: usize = 14;

/// The heading for the first of several lines, and nothing for the others.
pub(super) fn head(heading: &'static str, nth: usize) -> &'static str {
    if nth == 0 { heading } else { "" }
}

/// Writes a heading, and beside it a text in as many lines as it needs.
pub(super) fn write_wrapped(f: &mut impl Write, heading: &str, text: &str) -> fmt::Result {
    write_lines(f, heading, &wrapped(&printable(text), WIDTH - INDENT))
}

/// Writes a heading, and beside it these lines.
pub(super) fn write_lines(f: &mut impl Write, heading: &str, lines: &[String]) -> fmt::Result {
    writeln!(f, "  {heading:<11} {}", lines.join(&format!("\n{:INDENT$}", "")))
}

/// Writes whose limit an error is below its group, if it is one of the generator's own.
pub(super) fn write_advice(f: &mut impl Write, advice: Option<&str>) -> fmt::Result {
    advice.map_or(Ok(()), |advice| write_below(f, advice))
}

/// Writes what belongs to the line above.
pub(super) fn write_below(f: &mut impl Write, text: &str) -> fmt::Result {
    let lines = wrapped(text, WIDTH - INDENT - 2);
    lines.iter().try_for_each(|line| writeln!(f, "{:INDENT$}  {line}", ""))
}

/// Text that begins at the left, in lines of which the others begin below that beside a heading.
pub(crate) fn hanging(text: &str) -> String {
    let mut lines = wrapped(text, WIDTH);
    let first = lines.remove(0);
    match text.get(first.len() + 1..) {
        None => first,
        Some(rest) => {
            let gap = format!("\n{:INDENT$}", "");
            format!("{first}{gap}{}", wrapped(rest, WIDTH - INDENT).join(&gap))
        }
    }
}

/// Foreign text on one line, with escapes for the characters that would steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| if steers(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// Whether this is a control character, or one that ends a line or turns the direction of writing.
pub(super) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text in lines of at most `width` characters. A longer word has a line to itself.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    in_lines(text.split(' ').map(str::to_string), width)
}

/// The same for parts that stay whole, with a space between two parts.
pub(super) fn in_lines(parts: impl Iterator<Item = String>, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for part in parts {
        let line = lines.last_mut().expect("there is a first line");
        if line.is_empty() {
            line.push_str(&part);
        } else if line.chars().count() + 1 + part.chars().count() <= width {
            line.push(' ');
            line.push_str(&part);
        } else {
            lines.push(part);
        }
    }
    lines
}

/// The text, or a word for an empty one.
pub(super) fn or_none(text: String) -> String {
    if text.is_empty() { "(no text)".to_string() } else { text }
}

/// Text cut to about a line and a half.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// Text cut to `most` characters; it then ends in `…`.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_string()
    } else {
        text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_longer_than_a_line_is_left_whole() {
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrapped("see /a/long/path now", 5), ["see", "/a/long/path", "now"]);
        assert_eq!(wrapped("größe µs", 8), ["größe µs"]);
    }

    #[test]
    fn a_line_that_hangs_goes_on_beside_the_headings() {
        assert_eq!(hanging(""), "");
        assert_eq!(hanging("checkout: passed"), "checkout: passed");
        let (first, rest) = ("é".repeat(78), "x".repeat(66));
        assert_eq!(
            hanging(&format!("{first} y {rest} z")),
            format!("{first} y\n{:14}{rest}\n{:14}z", "", "")
        );
    }
}
