//! [`Lines`]: JSON in a form that version control can compare: in lines down to a depth, and below
//! that each value in one line.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// How many brackets are open where lines end: those of the file, its runs, a run, and its slices.
const DEEPEST: usize = 4;

/// Writes what is in more brackets than [`DEEPEST`] in one line.
#[derive(Default)]
struct Lines {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

/// The text, with an end of line.
pub(super) fn to_json(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, Lines::default());
    value.serialize(&mut serializer).expect("plain data with text keys becomes JSON");
    text.push(b'\n');
    String::from_utf8(text).expect("JSON is text")
}

/// Leaves a method to the formatter for this depth.
macro_rules! by_depth {
    ($($method:ident($($flag:ident: $of_type:ty)?);)*) => {
        $(
            fn $method<W: ?Sized + Write>(
                &mut self,
                writer: &mut W,
                $($flag: $of_type)?
            ) -> Result<()> {
                if self.depth <= DEEPEST {
                    self.pretty.$method(writer $(, $flag)?)
                } else {
                    CompactFormatter.$method(writer $(, $flag)?)
                }
            }
        )*
    };
}

/// Opens a bracket, or closes one.
macro_rules! brackets {
    ($($open:ident, $close:ident;)*) => {
        $(
            fn $open<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
                self.depth += 1;
                if self.depth <= DEEPEST {
                    self.pretty.$open(writer)
                } else {
                    CompactFormatter.$open(writer)
                }
            }

            fn $close<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
                self.depth -= 1;
                if self.depth < DEEPEST {
                    self.pretty.$close(writer)
                } else {
                    CompactFormatter.$close(writer)
                }
            }
        )*
    };
}

impl Formatter for Lines {
    brackets! {
        begin_array, end_array;
        begin_object, end_object;
    }

    by_depth! {
        begin_array_value(first: bool);
        end_array_value();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_down_to_a_depth() {
        let value = serde_json::json!({ "a": [{ "b": [{ "c": [1, 2] }, {}], "d": { "e": 3 } }] });
        let text = "{\n  \"a\": [\n    {\n      \"b\": [\n        {\"c\":[1,2]},\n        {}\n      \
                    ],\n      \"d\": {\n        \"e\": 3\n      }\n    }\n  ]\n}\n";
        assert_eq!(to_json(&value), text);
        assert_eq!(serde_json::from_str::<serde_json::Value>(text).unwrap(), value);
    }
}
