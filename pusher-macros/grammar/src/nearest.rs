//! [`nearest`]: the word that was most likely meant by a misspelled one.

/// The known word that was most likely meant: one that is a slip or two away, or else one that
/// begins with what was typed.
///
/// A third of the letters may be slips, and always one; but not all of them. Whether a letter is
/// small or capital makes no difference.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let letters = typed.chars().count();
    let most = (letters / 3).max(1);
    let mut begun = None;
    let mut alike: Option<(usize, &str)> = None;
    for word in known {
        let small = word.to_lowercase();
        let slips = distance(&typed, &small);
        let is_nearer = alike.is_none_or(|(fewest, _)| slips < fewest);
        if slips <= most && slips < letters && is_nearer {
            alike = Some((slips, word));
        }
        if letters >= 3 && small.starts_with(&typed) {
            begun = begun.or(Some(word));
        }
    }
    alike.map(|(_, word)| word).or(begun)
}

/// How many letters must be put in, left out, changed, or swapped with the next one to make one
/// word of the other: the [optimal string alignment][1].
///
/// Row *i* tells how far the first *i* letters of one word are from each beginning of the other:
///
/// ```text
///          l  o  g  i  n
///       0  1  2  3  4  5
///    l  1  0  1  2  3  4
///    g  2  1  1  1  2  3
///    o  3  2  1  1  2  3     "lgo" is "log" with two letters swapped
/// ```
///
/// [1]: https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut fewest = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                fewest = fewest.min(rows[i - 2][j - 2] + 1);
            }
            row.push(fewest);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_slips() {
        for (from, to, slips) in [
            ("", "", 0),
            ("rps", "rps", 0),
            ("rsp", "rps", 1),
            ("", "abc", 3),
            ("durations", "duration", 1),
            ("name", "names", 1),
        ] {
            assert_eq!(distance(from, to), slips, "{from} to {to}");
            assert_eq!(distance(to, from), slips, "{to} to {from}");
        }
    }

    #[test]
    fn finds_the_nearest_unless_nothing_is_near() {
        let known = ["rps", "duration", "setup", "setup_timeout", "timeout", "log-in", "pay", "Z"];
        for (typed, meant) in [
            ("rsp", Some("rps")),
            ("duratoin", Some("duration")),
            ("durations", Some("duration")),
            ("set_up", Some("setup")),
            ("setuptimeout", Some("setup_timeout")),
            ("tiemout", Some("timeout")),
            ("logn-in", Some("log-in")),
            ("login", Some("log-in")),
            ("setu", Some("setup")),
            ("RPS", Some("rps")),
            ("z", Some("Z")),
            ("users", None),
            ("browse", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
        assert_eq!(nearest("login", []), None);
    }

    #[test]
    fn a_word_may_be_begun_and_not_ended() {
        let known = ["duration", "include-ignored"];
        for (typed, meant) in
            [("include", Some("include-ignored")), ("dur", Some("duration")), ("in", None)]
        {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
    }
}
