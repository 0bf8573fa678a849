//! [`did_you_mean`] and [`listed`]: parts of sentences that many messages have.

use std::fmt::Display;

/// The question that comes before the rest of a message, if there is a word that may be meant.
pub fn did_you_mean(word: Option<impl Display>) -> String {
    word.map(|word| format!("did you mean `{word}`? ")).unwrap_or_default()
}

/// Words with a comma between them, and before the last one of several `and` or `or`.
pub fn listed(words: impl IntoIterator<Item: Display>, before_last: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|word| word.to_string()).collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("{} {before_last} {last}", others.join(", "))
        }
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_words_has_another_word_before_it() {
        for (words, sentence) in [
            (&[][..], ""),
            (&["ramp"], "ramp"),
            (&["ramp", "hold"], "ramp and hold"),
            (&["ramp", "hold", "spike"], "ramp, hold and spike"),
        ] {
            assert_eq!(listed(words, "and"), sentence);
        }
    }

    #[test]
    fn nothing_is_asked_if_nothing_is_meant() {
        assert_eq!(did_you_mean(Some("ramp")), "did you mean `ramp`? ");
        assert_eq!(did_you_mean(None::<&str>), "");
    }
}
