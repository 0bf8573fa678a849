//! [`Named`]: metrics of what calls tell, by name: `step("login").p95`, `count("bytes")`,
//! `record("depth").p99`; and [`NoteWord`], with which they begin.

use std::fmt;

use crate::figure::{self, Figure};
use crate::foreign;
use crate::nearest::nearest;
use crate::sentence::did_you_mean;
use crate::words::Word;

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

/// The three things of a call that have names: each is the word with which such a metric begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteWord {
    /// A part of the call.
    Step,
    /// What adds up.
    Count,
    /// What has a distribution.
    Record,
}

impl Word for NoteWord {
    const ALL: &'static [NoteWord] = &[NoteWord::Step, NoteWord::Count, NoteWord::Record];

    fn word(self) -> &'static str {
        match self {
            NoteWord::Step => "step",
            NoteWord::Count => "count",
            NoteWord::Record => "record",
        }
    }
}

impl NoteWord {
    /// What to say of a metric whose name is no text in quotes, as it was written.
    pub fn no_name(self, written: &str) -> String {
        let (word, example) = (self.word(), self.example());
        format!("`{written}` has no {word}'s name in quotes: write it as in `{example}`")
    }

    fn example(self) -> &'static str {
        match self {
            NoteWord::Step => "step(\"login\").p95",
            NoteWord::Count => "count(\"bytes\")",
            NoteWord::Record => "record(\"depth\").p99",
        }
    }
}

/// Reads a text that begins with a [`NoteWord`]; none if it does not.
pub(crate) fn parse(text: &str) -> Option<Result<(Named, String), String>> {
    let (word, rest) = text.split_at(text.find(['(', '.']).unwrap_or(text.len()));
    let word = NoteWord::find(word)?;
    let parts = name_and_figure(rest).ok_or_else(|| word.no_name(text));
    Some(parts.and_then(|(name, figure)| {
        check_name(name)?;
        Ok((read(word, name, figure)?, name.to_string()))
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

/// The metric that begins with a word, of that name, with the figure that stands after it.
fn read(word: NoteWord, name: &str, figure: Option<&str>) -> Result<Named, String> {
    match (word, figure) {
        (NoteWord::Step, Some("errors")) => Ok(Named::StepErrors),
        (NoteWord::Step, Some(figure)) => Ok(Named::StepTime(read_figure(word, figure)?)),
        (NoteWord::Record, Some(figure)) => Ok(Named::Record(read_figure(word, figure)?)),
        (NoteWord::Count, None | Some("per_second")) => Ok(Named::Count),
        (NoteWord::Count, Some("total")) => Ok(Named::CountTotal),
        (NoteWord::Count, Some("per_call")) => Ok(Named::CountPerCall),
        (NoteWord::Count, Some(figure)) => Err(format!(
            "`{figure}` is no figure of a count: write `count(\"{name}\").total` for all of it, \
             `count(\"{name}\").per_call`, or `count(\"{name}\")` for so many per second"
        )),
        (NoteWord::Step | NoteWord::Record, None) => {
            let metric = format!("{}(\"{name}\")", word.word());
            Err(format!("`{metric}` has no figure: write one, as in `{metric}.p95`"))
        }
    }
}

fn read_figure(word: NoteWord, text: &str) -> Result<Figure, String> {
    Figure::parse(text).map_err(|wrong| wrong.unwrap_or_else(|| no_figure(word, text)))
}

fn no_figure(word: NoteWord, text: &str) -> String {
    let is_step = word == NoteWord::Step;
    let (own, last) =
        if is_step { (&["errors"][..], ", max or errors") } else { (&[][..], " or max") };
    let known = figure::WORDS.iter().chain(own).copied();
    let errors = || foreign::metric(text).filter(|ours| ours == "errors" && is_step);
    let ours = foreign::figure(text).or_else(errors);
    let ours = ours.or_else(|| nearest(text, known).map(String::from));
    let meant = did_you_mean(ours);
    format!(
        "`{text}` is no figure of a {}: {meant}write a percentile such as p95, or min, mean{last}",
        word.word()
    )
}

impl Named {
    /// The word with which it begins.
    pub fn note_word(self) -> NoteWord {
        match self {
            Named::StepTime(_) | Named::StepErrors => NoteWord::Step,
            Named::Count | Named::CountTotal | Named::CountPerCall => NoteWord::Count,
            Named::Record(_) => NoteWord::Record,
        }
    }

    /// Writes it with the name under which calls tell it.
    pub(crate) fn fmt_with(self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(\"{name}\")", self.note_word().word())?;
        match self {
            Named::StepTime(figure) | Named::Record(figure) => write!(f, ".{figure}"),
            Named::StepErrors => f.write_str(".errors"),
            Named::Count => Ok(()),
            Named::CountTotal => f.write_str(".total"),
            Named::CountPerCall => f.write_str(".per_call"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is refused with these words.
    fn refused<const N: usize>(cases: [(&str, &str); N]) {
        for (text, message) in cases {
            assert_eq!(parse(text), Some(Err(message.to_string())));
        }
    }

    #[test]
    fn each_word_has_figures_of_its_own() {
        refused([
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
        ]);
    }

    #[test]
    fn a_name_is_a_text_in_quotes_that_can_be_shown() {
        refused([
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
        ]);
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
    fn every_word_has_an_example_that_is_right() {
        for word in NoteWord::ALL {
            let (named, _) = parse(word.example()).unwrap().unwrap();
            assert_eq!(named.note_word(), *word);
        }
    }
}
