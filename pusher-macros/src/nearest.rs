//! What a misspelled word was most likely meant to be.

/// The candidate that is only a slip or two away from `word`, if there is one.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    let distances = candidates.into_iter().map(|candidate| (distance(word, candidate), candidate));
    distances
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, left out, changed, or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for i in 0..from.len() {
        let mut row = vec![i + 1];
        for j in 0..to.len() {
            let changed = last[j] + usize::from(from[i] != to[j]);
            let mut fewest = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j] {
                fewest = fewest.min(before[j - 1] + 1);
            }
            row.push(fewest);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[to.len()]
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
        let keys = ["rps", "duration", "setup", "setup_timeout", "timeout"];
        for (word, found) in [
            ("rsp", Some("rps")),
            ("duratoin", Some("duration")),
            ("set_up", Some("setup")),
            ("setuptimeout", Some("setup_timeout")),
            ("tiemout", Some("timeout")),
            ("users", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, keys), found, "{word}");
        }
    }
}
