//! [`OpenSteps`]: the steps that have begun, and whose end nobody has told yet.
//!
//! A call that is interrupted can be dropped after its run is over, or never, if it blocks its
//! thread. Its steps tell nothing then. So the begin of each step is kept until its end.

use std::collections::HashMap;
use std::sync::Mutex;

use super::notes::KnownNames;
use crate::engine::sync::lock;
use crate::plan::note::{Note, NoteKind};

/// All of them, in parts, so that threads seldom wait for one another.
pub(super) struct OpenSteps(Box<[Part]>);

/// Those of every so manieth call, on cache lines of their own.
#[repr(align(128))]
#[derive(Default)]
struct Part(Mutex<HashMap<BegunStep, u32>>);

/// A step. A call may have several that are equal: of one name, begun at one instant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct BegunStep {
    /// Of its call.
    seq: u64,
    /// The number of its name.
    name: Option<usize>,
    /// In nanoseconds from the start of the measured time.
    began: u64,
}

impl OpenSteps {
    pub(super) fn new(parts: usize) -> OpenSteps {
        OpenSteps((0..parts).map(|_| Part::default()).collect())
    }

    /// Follows a step from its begin to its end.
    pub(super) fn follow(&self, note: &Note<'_>, known: &KnownNames) {
        let begins = match note.kind {
            NoteKind::StepBegan => true,
            NoteKind::StepEnded { .. } | NoteKind::StepDropped { .. } | NoteKind::StepPanicked => {
                false
            }
            NoteKind::Count(_) | NoteKind::Record(_) => return,
        };
        let step = BegunStep { seq: note.seq, name: known.step(note.name), began: note.began };
        let mut part = lock(&self.0[note.seq as usize % self.0.len()].0);
        let equal = part.entry(step).or_insert(0);
        *equal = if begins { *equal + 1 } else { equal.saturating_sub(1) };
        if *equal == 0 {
            part.remove(&step);
        }
    }

    /// Visits the number of its name, and the begin, of each step that is open.
    pub(super) fn each(&self, mut visit: impl FnMut(Option<usize>, u64)) {
        for part in &self.0 {
            for (step, equal) in lock(&part.0).iter() {
                (0..*equal).for_each(|_| visit(step.name, step.began));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn note<'a>(seq: u64, name: &'a str, kind: NoteKind<'static>) -> Note<'a> {
        Note { began: 7, ..Note::new(seq, name, kind) }
    }

    fn open(notes: &[Note<'_>]) -> Vec<(Option<usize>, u64)> {
        let (steps, known) = (OpenSteps::new(3), KnownNames::default());
        notes.iter().for_each(|note| steps.follow(note, &known));
        let mut open = Vec::new();
        steps.each(|name, began| open.push((name, began)));
        open.sort_unstable();
        open
    }

    #[test]
    fn a_step_is_open_from_its_begin_to_its_end() {
        let time = Duration::ZERO;
        let began = || note(4, "pay", NoteKind::StepBegan);
        assert_eq!(open(&[began()]), [(Some(0), 7)]);
        for end in [
            NoteKind::StepEnded { time, error: None },
            NoteKind::StepDropped { time },
            NoteKind::StepPanicked,
        ] {
            assert_eq!(open(&[began(), note(4, "pay", end)]), []);
            let other = open(&[began(), note(5, "pay", NoteKind::StepBegan), note(5, "pay", end)]);
            assert_eq!(other, [(Some(0), 7)]);
            assert_eq!(open(&[began(), began(), note(4, "pay", end)]), [(Some(0), 7)]);
        }
        assert_eq!(open(&[note(4, "pay", NoteKind::Count(1))]), []);
    }
}
