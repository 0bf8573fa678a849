//! [`Node`]: TOML as a tree, and the line on which a part of it stands.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Keys and values in the parser's order; no key twice.
pub(super) type Table = Vec<(String, Node)>;

#[derive(Debug, PartialEq)]
pub(super) enum Node {
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
        Ok(Node::Table(table)) => Ok(table),
        // A document is a table.
        Ok(_) => Ok(Vec::new()),
        Err(error) => Err(format!("{error}{}", hint(text, &error))),
    }
}

/// The way out of the most common mistake.
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

/// The number, from 1, of the line on which the part at this path begins.
///
/// Parsers of TOML tell where a mistake stands, but not where a value does. So the text is parsed
/// up to the end of its first line, of its second, and so on. The part begins right after the
/// longest of these pieces that is TOML and does not have it yet.
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
        Some((_, Node::Table(table))) => has(table, rest),
        Some(_) => rest.is_empty(),
        None => false,
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Text(text) => write!(f, "{text:?}"),
            Node::Number(number) => f.write_str(number),
            Node::Switch(switch) => switch.fmt(f),
            Node::List => f.write_str("a list"),
            Node::Table(_) => f.write_str("a table"),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_bool<E>(self, switch: bool) -> Result<Node, E> {
        Ok(Node::Switch(switch))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        while list.next_element::<Node>()?.is_some() {}
        Ok(Node::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut table = Vec::new();
        while let Some(pair) = map.next_entry()? {
            table.push(pair);
        }
        Ok(Node::Table(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let text = "a = 'x'\nb = 1_000\nc = 0.1\nd = 1e3\ne = true\nf = [1, 'x', [2]]\n\
                    [g.\"h::i\"]\nj.k = -1\n[g]\nl = { m = inf }\n";
        let number = |text: &str| Node::Number(text.to_string());
        let table = |pairs: Vec<(&str, Node)>| {
            pairs.into_iter().map(|(key, value)| (key.to_string(), value)).collect::<Table>()
        };
        let g = table(vec![
            (
                "h::i",
                Node::Table(table(vec![("j", Node::Table(table(vec![("k", number("-1"))])))])),
            ),
            ("l", Node::Table(table(vec![("m", number("inf"))]))),
        ]);
        let all = vec![
            ("a", Node::Text("x".to_string())),
            ("b", number("1000")),
            ("c", number("0.1")),
            ("d", number("1000")),
            ("e", Node::Switch(true)),
            ("f", Node::List),
            ("g", Node::Table(g)),
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
                "expected a right bracket, found a colon at line 1 column 11; a name with colons \
                 needs quotes, as in [profile.smoke.load.\"cart::add\"]",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), wrong, "{text}");
        }
    }

    #[test]
    fn finds_the_line_of_whatever_was_read() {
        let text = "# a comment\r\n\r\n[profile.smoke]\nduration = '2s'\n\n  # another\n\
            list = [\n  1,\n]\ntext = \"\"\"\n[a]\nb = 1\n\"\"\"\n\
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
