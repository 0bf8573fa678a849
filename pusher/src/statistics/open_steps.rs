//! [`OpenSteps`]: the steps that have begun, and whose end nobody has told yet.
//!
//! A call that is interrupted can be dropped after its run is over, or never, if it blocks its
//! thread. Its steps tell nothing then. So the begin of each step is kept until its end.

use std::collections::HashMap;
use std::sync::Mutex;

use super::notes::KnownNames;
use crate::engine::sync::lock;
use crate::plan::note::{Note, NoteKind};
use crate::plan::time::nanos;

/// All of them, in parts, so that threads seldom wait for one another.
pub(super) struct OpenSteps(Box<[Part]>);

/// Those of every so manieth call, on cache lines of their own.
#[repr(align(128))]
#[derive(Default)]
struct Part(Mutex<HashMap<StepNumber, StillOpen>>);

/// A step that is open.
#[derive(Clone, Copy, Default)]
pub(super) struct StillOpen {
    /// The number of its name.
    pub(super) name: Option<usize>,
    /// When the tick of its call was due, in nanoseconds from the start of the measured time.
    pub(super) due: u64,
    /// In nanoseconds from the start of the measured time.
    began: u64,
    /// How long it has paused, in nanoseconds.
    paused: u64,
    /// The time that it had taken when the pause began that goes on.
    before_pause: Option<u64>,
}

/// The tick of a step's call, and its number among the steps that are open.
type StepNumber = (u64, usize);

impl OpenSteps {
    pub(super) fn new(parts: usize) -> OpenSteps {
        OpenSteps((0..parts).map(|_| Part::default()).collect())
    }

    /// Follows a step from its begin to its end.
    pub(super) fn follow(&self, note: &Note<'_>, known: &KnownNames) {
        if let NoteKind::Count(_) | NoteKind::Record(_) = note.kind {
            return;
        }
        let step = (note.seq, note.step);
        let mut part = lock(&self.0[note.seq as usize % self.0.len()].0);
        match note.kind {
            NoteKind::StepBegan => {
                let name = known.step(note.name);
                let open =
                    StillOpen { name, due: note.due, began: note.began, ..StillOpen::default() };
                part.insert(step, open);
            }
            NoteKind::StepPaused { time } => {
                part.entry(step).and_modify(|open| open.before_pause = Some(nanos(time)));
            }
            NoteKind::StepResumed { paused } => {
                part.entry(step).and_modify(|open| {
                    (open.paused, open.before_pause) = (nanos(paused), None);
                });
            }
            _ => drop(part.remove(&step)),
        }
    }

    /// Visits each step that is open, with the time that it has taken until `now`, without its
    /// pauses.
    pub(super) fn each(&self, now: u64, mut visit: impl FnMut(&StillOpen, u64)) {
        for part in &self.0 {
            for open in lock(&part.0).values() {
                let time = now.saturating_sub(open.began).saturating_sub(open.paused);
                visit(open, open.before_pause.unwrap_or(time));
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
        steps.each(100, |step, time| open.push((step.name, time)));
        open.sort_unstable();
        open
    }

    #[test]
    fn a_step_is_open_from_its_begin_to_its_end() {
        let time = Duration::ZERO;
        let began = || note(4, "pay", NoteKind::StepBegan);
        assert_eq!(open(&[began()]), [(Some(0), 93)]);
        for end in [
            NoteKind::StepEnded { time, error: None },
            NoteKind::StepDropped { time },
            NoteKind::StepPanicked,
        ] {
            assert_eq!(open(&[began(), note(4, "pay", end)]), []);
            let other = open(&[began(), note(5, "pay", NoteKind::StepBegan), note(5, "pay", end)]);
            assert_eq!(other, [(Some(0), 93)]);
            let beside = |kind| Note { step: 1, ..note(4, "pay", kind) };
            let both = [began(), beside(NoteKind::StepBegan), beside(end)];
            assert_eq!(open(&both), [(Some(0), 93)]);
        }
        assert_eq!(open(&[note(4, "pay", NoteKind::Count(1))]), []);
    }

    /// It began at 7, and is looked at at 100.
    #[test]
    fn the_pauses_of_an_open_step_are_not_in_its_time() {
        let nanos = Duration::from_nanos;
        let began = note(4, "pay", NoteKind::StepBegan);
        let paused = note(4, "pay", NoteKind::StepPaused { time: nanos(20) });
        let resumed = note(4, "pay", NoteKind::StepResumed { paused: nanos(30) });
        assert_eq!(open(&[began, paused]), [(Some(0), 20)]);
        assert_eq!(open(&[began, paused, resumed]), [(Some(0), 63)]);
        let again = note(4, "pay", NoteKind::StepPaused { time: nanos(25) });
        assert_eq!(open(&[began, paused, resumed, again]), [(Some(0), 25)]);
        let ended = note(4, "pay", NoteKind::StepEnded { time: nanos(9), error: None });
        assert_eq!(open(&[began, paused, resumed, ended]), []);
        // One beside it that is alike does not pause.
        let beside = Note { step: 1, ..began };
        assert_eq!(open(&[began, beside, paused, resumed]), [(Some(0), 63), (Some(0), 93)]);
    }
}
