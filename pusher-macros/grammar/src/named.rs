//! [`Named`]: metrics of what calls tell, by name: `step("login").p95`, `count("bytes")`,
//! `record("depth").p99`.

use std::fmt;

use crate::figure::{self, Figure};
use crate::foreign;
use crate::nearest::nearest;

/// Which part of what calls tell under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// The times of a step.
    StepTime(Figure),
    /// The share of begun steps that did not end `ok`.
    StepErrors,
    /// What is counted, per second.
    Count,
    /// All that is counted.
    CountTotal,
    /// What is counted, per started call.
    CountPerCall,
    /// The values that are recorded.
    Record(Figure),
}

/// The words with which such a metric begins, each with an example.
pub const KINDS: [(&str, &str); 3] = [
    ("step", "step(\"login\").p95"),
    ("count", "count(\"bytes\")"),
    ("record", "record(\"depth\").p99"),
];

/// What to say of a metric whose name is no text in quotes: of its kind, as it was written.
///
/// None if there is no such kind.
pub fn no_name(kind: &str, written: &str) -> Option<String> {
    let (_, example) = KINDS.iter().find(|(known, _)| *known == kind)?;
    Some(format!("`{written}` has no {kind}'s name in quotes: write it as in `{example}`"))
}

/// Reads a text that begins with one of the [`KINDS`]; none if it does not.
pub(crate) fn parse(text: &str) -> Option<Result<(Named, String), String>> {
    let (kind, rest) = text.split_at(text.find(['(', '.']).unwrap_or(text.len()));
    let no_name = no_name(kind, text)?;
    Some(name_and_figure(rest).ok_or(no_name).and_then(|(name, figure)| {
        check_name(name)?;
        Ok((read(kind, name, figure)?, name.to_string()))
    }))
}

/// The name, and the figure after it, of `("login").p95`.
fn name_and_figure(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = text.strip_prefix("(\"")?.split_once('"')?;
    match rest.strip_prefix(')')? {
        "" => Some((name, None)),
        figure => Some((name, Some(figure.strip_prefix('.')?))),
    }
}

/// Refuses a name that cannot be shown between quotes.
///
/// # Errors
///
/// What is wrong with it.
pub fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        Err("the name is empty: write the one that the call gives, such as \"login\"".to_string())
    } else if name.contains('"') {
        Err(format!(
            "the name {name:?} has a quotation mark: use a name without one, here and in the call"
        ))
    } else if name.chars().any(char::is_control) {
        Err(format!(
            "the name {name:?} has a control character: use a name without one, here and in the \
             call"
        ))
    } else {
        Ok(())
    }
}

/// The metric of a kind, of that name, with the figure that stands after it.
fn read(kind: &str, name: &str, figure: Option<&str>) -> Result<Named, String> {
    match (kind, figure) {
        ("step", Some("errors")) => Ok(Named::StepErrors),
        ("step", Some(figure)) => Ok(Named::StepTime(read_figure(kind, figure)?)),
        ("record", Some(figure)) => Ok(Named::Record(read_figure(kind, figure)?)),
        ("count", None | Some("per_second")) => Ok(Named::Count),
        ("count", Some("total")) => Ok(Named::CountTotal),
        ("count", Some("per_call")) => Ok(Named::CountPerCall),
        ("count", Some(figure)) => Err(format!(
            "`{figure}` is no figure of a count: write `count(\"{name}\").total` for all of it, \
             `count(\"{name}\").per_call`, or `count(\"{name}\")` for so many per second"
        )),
        _ => {
            let metric = format!("{kind}(\"{name}\")");
            Err(format!("`{metric}` has no figure: write one, as in `{metric}.p95`"))
        }
    }
}

fn read_figure(kind: &str, text: &str) -> Result<Figure, String> {
    Figure::parse(text).map_err(|wrong| wrong.unwrap_or_else(|| no_figure(kind, text)))
}

fn no_figure(kind: &str, text: &str) -> String {
    let (own, last) =
        if kind == "step" { (&["errors"][..], ", max or errors") } else { (&[][..], " or max") };
    let known = figure::WORDS.iter().chain(own).copied();
    let errors = || foreign::metric(text).filter(|ours| ours == "errors" && kind == "step");
    let ours = foreign::figure(text).or_else(errors);
    let ours = ours.or_else(|| nearest(text, known).map(String::from));
    let meant = ours.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    format!(
        "`{text}` is no figure of a {kind}: {meant}write a percentile such as p95, or min, \
         mean{last}"
    )
}

impl Named {
    /// Writes it with the name under which calls tell it.
    pub(crate) fn fmt_with(self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Named::StepTime(figure) => write!(f, "step(\"{name}\").{figure}"),
            Named::StepErrors => write!(f, "step(\"{name}\").errors"),
            Named::Count => write!(f, "count(\"{name}\")"),
            Named::CountTotal => write!(f, "count(\"{name}\").total"),
            Named::CountPerCall => write!(f, "count(\"{name}\").per_call"),
            Named::Record(figure) => write!(f, "record(\"{name}\").{figure}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_to_write_instead() {
        for (text, message) in [
            (
                "step(\"login\")",
                "`step(\"login\")` has no figure: write one, as in `step(\"login\").p95`",
            ),
            (
                "record(\"depth\")",
                "`record(\"depth\")` has no figure: write one, as in `record(\"depth\").p95`",
            ),
            (
                "count(\"bytes\").p95",
                "`p95` is no figure of a count: write `count(\"bytes\").total` for all of it, \
                 `count(\"bytes\").per_call`, or `count(\"bytes\")` for so many per second",
            ),
            (
                "step(\"login\").p100",
                "`p100` is no percentile: write one above p0 and below p100, or min or max",
            ),
            (
                "step(\"a\").avg",
                "`avg` is no figure of a step: did you mean `mean`? write a percentile such as \
                 p95, or min, mean, max or errors",
            ),
            (
                "step(\"a\").error",
                "`error` is no figure of a step: did you mean `errors`? write a percentile such \
                 as p95, or min, mean, max or errors",
            ),
            (
                "record(\"a\").errors",
                "`errors` is no figure of a record: write a percentile such as p95, or min, mean \
                 or max",
            ),
            ("step", "`step` has no step's name in quotes: write it as in `step(\"login\").p95`"),
            (
                "count(bytes)",
                "`count(bytes)` has no count's name in quotes: write it as in `count(\"bytes\")`",
            ),
            (
                "record(\"a\"b\").p9",
                "`record(\"a\"b\").p9` has no record's name in quotes: write it as in \
                 `record(\"depth\").p99`",
            ),
            (
                "step(\"\").p95",
                "the name is empty: write the one that the call gives, such as \"login\"",
            ),
            (
                "step(\"a\n\").p95",
                "the name \"a\\n\" has a control character: use a name without one, here and in \
                 the call",
            ),
        ] {
            assert_eq!(parse(text), Some(Err(message.to_string())));
        }
        assert_eq!(
            check_name("a\"b").unwrap_err(),
            "the name \"a\\\"b\" has a quotation mark: use a name without one, here and in the \
             call"
        );
    }

    #[test]
    fn what_speaks_of_nothing_that_is_told_is_left_to_others() {
        for text in ["p99", "steps(\"login\").p95", "service.max"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_kind_has_an_example_that_is_right() {
        for (_, example) in KINDS {
            assert!(parse(example).is_some_and(|read| read.is_ok()), "{example}");
        }
    }
}
