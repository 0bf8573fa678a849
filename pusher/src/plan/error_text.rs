//! [`ErrorText`]: an error in words, with its causes, on one line.

use std::error::Error;
use std::fmt::{self, Display, Write};
use std::ops::Range;

/// The most causes that are asked for: a chain that leads back into itself has no end.
const MOST_CAUSES: usize = 32;

/// An error in words, on one line: `cannot reach the shop: Connection refused (os error 111)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorText {
    text: String,
    /// Where in the text the deepest cause stands, if the error says what caused it.
    cause: Option<Range<usize>>,
}

impl ErrorText {
    /// What `{:#}` writes: for an error of anyhow or eyre that is the chain of its causes, for most
    /// others the same as `{}`. A cause that the text before it ends in is not repeated, nor is the
    /// colon between two.
    pub(crate) fn displayed(error: &(impl Display + ?Sized)) -> ErrorText {
        let text = in_one_line(written(format_args!("{error:#}")));
        let text = without_repetition(text.replace(": : ", ": ").replace(":: ", ": "));
        ErrorText { text, cause: None }
    }

    /// The error, its cause, the cause of that, and so on, with a colon between two. A cause that
    /// the text before it has already is not repeated.
    pub(crate) fn with_causes<E: Error + ?Sized>(error: &E) -> ErrorText {
        let mut all = in_one_line(written(format_args!("{error}")));
        let mut deepest = None;
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        for cause in causes.take(MOST_CAUSES) {
            let cause = in_one_line(written(format_args!("{cause}")));
            if !cause.is_empty() {
                let start = find(&all, &cause).unwrap_or_else(|| append(&mut all, &cause));
                deepest = Some(start..start + cause.len());
            }
        }
        ErrorText { text: all, cause: deepest }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text of the deepest cause, if the error says what caused it.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.clone().map(|cause| &self.text[cause])
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }
}

impl Display for ErrorText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What has been written, even if the error's own code says that it cannot write itself.
fn written(error: fmt::Arguments<'_>) -> String {
    let mut text = String::new();
    let _ = text.write_fmt(error);
    text
}

/// The lines of a text side by side.
fn in_one_line(text: String) -> String {
    let ends_line = |c: char| matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if !text.contains(ends_line) {
        return text;
    }
    let lines: Vec<&str> =
        text.split(ends_line).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// A chain of causes without those, at its end, that the text before them ends in.
fn without_repetition(mut text: String) -> String {
    let repeats = |text: &str| {
        let mut ends = text.match_indices(": ").map(|(colon, _)| colon);
        ends.find(|&colon| {
            let (before, cause) = (&text[..colon], &text[colon + 2..]);
            let is_repeated = |start| start + cause.len() == before.len();
            !cause.is_empty() && find(before, cause).is_some_and(is_repeated)
        })
    };
    while let Some(colon) = repeats(&text) {
        text.truncate(colon);
    }
    text
}

/// Where the cause stands in the text, as whole words.
fn find(text: &str, cause: &str) -> Option<usize> {
    let is_whole = |start: &usize| {
        let (before, after) = (&text[..*start], &text[start + cause.len()..]);
        let goes_on = |a: Option<char>, b: Option<char>| {
            a.is_some_and(char::is_alphanumeric) && b.is_some_and(char::is_alphanumeric)
        };
        !goes_on(before.chars().next_back(), cause.chars().next())
            && !goes_on(cause.chars().next_back(), after.chars().next())
    };
    text.rmatch_indices(cause).map(|(start, _)| start).find(is_whole)
}

/// Where the cause stands that is appended to the text, which may end in its own colon.
fn append(text: &mut String, cause: &str) -> usize {
    let length = text.trim_end().trim_end_matches(':').trim_end().len();
    if text[length..].contains(':') {
        text.truncate(length);
    }
    if !text.is_empty() {
        text.push_str(": ");
    }
    text.push_str(cause);
    text.len() - cause.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error with this text and this cause.
    #[derive(Debug)]
    struct Link(&'static str, Option<Box<Link>>);

    impl Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|cause| cause as &dyn Error)
        }
    }

    fn chain(texts: &[&'static str]) -> Link {
        let mut texts = texts.iter().rev();
        let deepest = Link(texts.next().unwrap(), None);
        texts.fold(deepest, |cause, text| Link(text, Some(Box::new(cause))))
    }

    #[track_caller]
    fn check(texts: &[&'static str], text: &str, cause: Option<&str>) {
        let found = ErrorText::with_causes(&chain(texts));
        assert_eq!(found.text(), text);
        assert_eq!(found.cause(), cause, "{text}");
    }

    #[test]
    fn causes_follow_the_error() {
        check(&["sold out"], "sold out", None);
        check(&["no shop", "refused"], "no shop: refused", Some("refused"));
        check(
            &["error sending request", "client error (Connect)", "refused (os error 111)"],
            "error sending request: client error (Connect): refused (os error 111)",
            Some("refused (os error 111)"),
        );
    }

    #[test]
    fn one_colon_stands_before_a_cause() {
        for outer in ["outer", "outer:", "outer: ", "outer :\t", "outer::"] {
            check(&[outer, "inner"], "outer: inner", Some("inner"));
        }
        check(&[":", "inner"], "inner", Some("inner"));
        check(&["outer:", "inner: ", "core"], "outer: inner: core", Some("core"));
        check(&["outer:", ""], "outer:", None);
        // Written by anyhow, say.
        for written in ["outer:: inner", "outer: : inner"] {
            assert_eq!(ErrorText::displayed(written).text(), "outer: inner", "{written}");
        }
        assert_eq!(ErrorText::displayed("no shop::cart").text(), "no shop::cart");
    }

    #[test]
    fn an_end_that_is_repeated_is_written_once() {
        for (written, text) in [
            (
                "no shop: send: refused (os error 111): refused (os error 111)",
                "no shop: send: refused (os error 111)",
            ),
            ("a: b: c: b: c: c", "a: b: c"),
            ("refused: refused", "refused"),
            ("refused: used", "refused: used"),
            ("a: b", "a: b"),
            ("a: ", "a: "),
            (": ", ": "),
            ("", ""),
        ] {
            assert_eq!(ErrorText::displayed(written).text(), text, "{written}");
        }
    }

    #[test]
    fn a_cause_that_the_text_has_is_not_repeated() {
        check(&["no shop: refused", "refused"], "no shop: refused", Some("refused"));
        check(&["refused", "refused"], "refused", Some("refused"));
        check(&["a (b) at c", "b", "d"], "a (b) at c: d", Some("d"));
        check(&["a: b: c", "b: c", "c"], "a: b: c", Some("c"));
        check(&["no shop", ""], "no shop", None);
        check(&["", "refused"], "refused", Some("refused"));
        // A part of a word is no cause.
        check(&["cannot", "no"], "cannot: no", Some("no"));
        check(&["cannot no", "no"], "cannot no", Some("no"));
        check(&["größe", "e"], "größe: e", Some("e"));
    }

    #[test]
    fn all_is_in_one_line() {
        check(
            &["  no shop\n\n Caused by:\r\n\trefused", "line one\u{2028}line two\n"],
            "no shop Caused by: refused: line one line two",
            Some("line one line two"),
        );
        assert_eq!(ErrorText::displayed("a\n  b\n").text(), "a b");
        assert_eq!(ErrorText::displayed("a  b ").text(), "a  b ");
    }

    /// As the errors of anyhow and eyre do.
    #[test]
    fn the_alternate_form_is_asked_for() {
        struct Both;
        impl Display for Both {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(if f.alternate() { "outer: inner" } else { "outer" })
            }
        }
        let text = ErrorText::displayed(&Both);
        assert_eq!(text.text(), "outer: inner");
        assert_eq!(text.cause(), None);
    }

    #[test]
    fn an_error_that_causes_itself_has_an_end() {
        #[derive(Debug)]
        struct Endless;
        impl Display for Endless {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("again")
            }
        }
        impl Error for Endless {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(self)
            }
        }
        assert_eq!(ErrorText::with_causes(&Endless).text(), "again");
    }

    #[test]
    fn an_error_that_cannot_write_itself_is_no_panic() {
        struct Broken;
        impl Display for Broken {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("half")?;
                Err(fmt::Error)
            }
        }
        assert_eq!(ErrorText::displayed(&Broken).text(), "half");
    }
}
