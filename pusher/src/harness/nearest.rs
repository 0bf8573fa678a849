//! [`nearest`]: the flag, key or profile that was likely meant by a word that is none.

use crate::plan::nearest::distance;

/// The word that was likely meant: with two letters wrong at most, or begun but not ended.
pub(crate) fn nearest<'a>(
    typed: &str,
    words: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let mut begun = words.clone().filter(|word| typed.len() >= 3 && word.starts_with(typed));
    let alike = words
        .filter(|word| word.len() > 2)
        .map(|word| (distance(word, typed), word))
        .min_by_key(|(wrong, _)| *wrong);
    let alike = alike.filter(|(wrong, _)| *wrong <= 2 && *wrong < typed.chars().count());
    alike.map(|(_, word)| word).or_else(|| begun.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_likely_meant() {
        const KNOWN: [&str; 4] = ["duration", "rps", "include-ignored", "Z"];
        for (typed, meant) in [
            ("durations", Some("duration")),
            ("rsp", Some("rps")),
            ("include", Some("include-ignored")),
            ("x", None),
            ("nothing", None),
        ] {
            assert_eq!(nearest(typed, KNOWN.into_iter()), meant, "{typed}");
        }
        assert_eq!(nearest("any", std::iter::empty()), None);
    }
}
