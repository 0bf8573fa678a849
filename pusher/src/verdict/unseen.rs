//! Names that `Evidence` lacks: thresholds on a step, a count or a record that no call gave.

use super::evidence::Evidence;
use crate::plan::nearest::nearest;
use crate::plan::sentence::listed;
use crate::plan::threshold::{Metric, NoteWord, Threshold};
use crate::plan::words::Word;

/// The most names that a reason lists.
const MOST_LISTED: usize = 20;

impl Evidence<'_> {
    /// Whether a call gave the name in the metric, if there is a name in it.
    pub(super) fn has_seen(&self, metric: &Metric) -> bool {
        match metric {
            Metric::Named(named, name) => self.names(named.note_word()).contains(&name.as_str()),
            _ => true,
        }
    }

    /// A sentence for each name that thresholds are on and that no call gave; none if there was no
    /// call that could have given it.
    pub(super) fn unseen(&self, thresholds: &[Threshold]) -> Vec<String> {
        let mut unseen = Vec::new();
        for threshold in thresholds {
            let Metric::Named(named, name) = &threshold.metric else { continue };
            let reason = self.reason(named.note_word(), name);
            if self.ledger.started > 0
                && !self.has_seen(&threshold.metric)
                && !unseen.contains(&reason)
            {
                unseen.push(reason);
            }
        }
        unseen
    }

    fn reason(&self, word: NoteWord, name: &str) -> String {
        let (noun, names, code) = (word.word(), self.names(word), code(word, name));
        if names.is_empty() {
            return format!(
                "a threshold is on the {noun} {name:?}, which no call gave: write {code}"
            );
        }
        let way_out = match nearest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => format!("write {code}, or take another name."),
        };
        format!(
            "a threshold is on the {noun} {name:?}, which no call gave: {way_out} \
             The {noun}s that calls gave are {}",
            some_of(&names)
        )
    }

    fn names(&self, word: NoteWord) -> Vec<&str> {
        match word {
            NoteWord::Step => self.steps.iter().map(|step| step.name.as_str()).collect(),
            NoteWord::Count => self.counts.iter().map(|count| count.name.as_str()).collect(),
            NoteWord::Record => self.records.iter().map(|record| record.name.as_str()).collect(),
        }
    }
}

/// The code in a target that gives the name.
fn code(word: NoteWord, name: &str) -> String {
    match word {
        NoteWord::Step => format!("`call.step(\"{name}\", async {{ .. }}).await` in the target"),
        NoteWord::Count => format!(
            "`call.count(\"{name}\", n)` in the target, with 0 if there is nothing to count"
        ),
        NoteWord::Record => format!("`call.record(\"{name}\", value)` in the target"),
    }
}

/// `"a", "b" and "c"`.
fn some_of(names: &[&str]) -> String {
    let mut shown: Vec<String> =
        names.iter().take(MOST_LISTED).map(|name| format!("{name:?}")).collect();
    if names.len() > MOST_LISTED {
        shown.push(format!("{} more", names.len() - MOST_LISTED));
    }
    listed(shown, "and")
}

#[cfg(test)]
mod tests;
