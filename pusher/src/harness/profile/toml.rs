//! TOML as a tree, and the line on which a part of it stands.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Keys and values in the order in which the parser comes to them; no key twice.
pub(super) type Table = Vec<(String, Value)>;

#[derive(Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// The shortest text that reads back as this number.
    Number(String),
    Switch(bool),
    List,
    Table(Table),
}

/// # Errors
///
/// The parser's words, with line and column.
pub(super) fn parse(text: &str) -> Result<Table, String> {
    match basic_toml::from_str(text) {
        Ok(Value::Table(table)) => Ok(table),
        // A document is a table.
        Ok(_) => Ok(Vec::new()),
        Err(error) => Err(format!("{error}{}", hint(text, &error))),
    }
}

/// The one thing that most people get wrong.
fn hint(text: &str, error: &basic_toml::Error) -> &'static str {
    let line = error.line_col().and_then(|(line, _)| text.lines().nth(line)).unwrap_or_default();
    let is_bare_path =
        line.trim_start().starts_with('[') && line.contains("::") && !line.contains(['"', '\'']);
    if is_bare_path {
        "; a name with colons needs quotes, as in [profile.smoke.load.\"cart::add\"]"
    } else {
        ""
    }
}

/// The line, from 1, on which that begins which puts something at this path. Parsers of TOML tell
/// where they do not understand it, and not where what they have read stood. But a text that is cut
/// off at the end of a line is TOML if nothing is under way there: so it is the line after the
/// longest such beginning that does not have the path yet.
pub(super) fn line_of(text: &str, path: &[&str]) -> Option<usize> {
    let (mut end, mut without) = (0, 0);
    for (nth, line) in text.split_inclusive('\n').enumerate() {
        end += line.len();
        match parse(&text[..end]) {
            Ok(table) if has(&table, path) => return Some(without + 1),
            Ok(_) => without = nth + 1,
            Err(_) => (),
        }
    }
    None
}

fn has(table: &Table, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match table.iter().find(|(key, _)| key == first) {
        Some((_, Value::Table(table))) => has(table, rest),
        Some(_) => rest.is_empty(),
        None => false,
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Number(number) => f.write_str(number),
            Value::Switch(switch) => switch.fmt(f),
            Value::List => f.write_str("a list"),
            Value::Table(_) => f.write_str("a table"),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number.to_string()))
    }

    fn visit_bool<E>(self, switch: bool) -> Result<Value, E> {
        Ok(Value::Switch(switch))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<Value>()?.is_some() {}
        Ok(Value::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut table = Vec::new();
        while let Some(pair) = map.next_entry()? {
            table.push(pair);
        }
        Ok(Value::Table(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let text = "a = 'x'\nb = 1_000\nc = 0.1\nd = 1e3\ne = true\nf = [1, 'x', [2]]\n[g.\"h::i\"]\nj.k = -1\n[g]\nl = { m = inf }\n";
        let number = |text: &str| Value::Number(text.to_string());
        let table = |pairs: Vec<(&str, Value)>| {
            pairs.into_iter().map(|(key, value)| (key.to_string(), value)).collect::<Table>()
        };
        let g = table(vec![
            (
                "h::i",
                Value::Table(table(vec![("j", Value::Table(table(vec![("k", number("-1"))])))])),
            ),
            ("l", Value::Table(table(vec![("m", number("inf"))]))),
        ]);
        let all = vec![
            ("a", Value::Text("x".to_string())),
            ("b", number("1000")),
            ("c", number("0.1")),
            ("d", number("1000")),
            ("e", Value::Switch(true)),
            ("f", Value::List),
            ("g", Value::Table(g)),
        ];
        assert_eq!(parse(text), Ok(table(all)));
    }

    #[test]
    fn says_where_the_parser_does_not_understand() {
        for (text, wrong) in [
            ("a = ", "unexpected eof encountered at line 1 column 5"),
            ("\n[a\nb = 1", "expected a right bracket, found a newline at line 2 column 3"),
            ("a = 1\na = 2", "duplicate key: `a` at line 2 column 1"),
            ("[a]\nb = 1\n[a]\nc = 1", "redefinition of table `a` for key `a` at line 3 column 1"),
            ("a = 2024-01-01", "invalid number at line 1 column 5"),
            (
                "[load.cart::add]",
                "expected a right bracket, found a colon at line 1 column 11; a name with colons needs quotes, as in \
                 [profile.smoke.load.\"cart::add\"]",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), wrong, "{text}");
        }
    }

    #[test]
    fn finds_the_line_of_whatever_was_read() {
        let text = "# a comment\r\n\r\n[profile.smoke]\nduration = '2s'\n\n  # another\nlist = [\n  1,\n]\ntext = \"\"\"\n[a]\nb = 1\n\"\"\"\n\
            [a.'b::c'] # here\nd.e = { f = 1 }";
        for (path, line) in [
            (&["profile"][..], Some(3)),
            (&["profile", "smoke"], Some(3)),
            (&["profile", "smoke", "duration"], Some(4)),
            (&["profile", "smoke", "list"], Some(7)),
            (&["profile", "smoke", "text"], Some(10)),
            (&["a", "b::c"], Some(14)),
            (&["a", "b::c", "d", "e", "f"], Some(15)),
            (&["a", "b"], None),
            (&["profile", "smoke", "duration", "x"], None),
        ] {
            assert_eq!(line_of(text, path), line, "{path:?}");
        }
    }
}
