//! [`Note`]: a message of a call about itself: its steps, and numbers of its own.

use std::time::Duration;

/// What a call tells of itself while it is made, by [`step`](crate::Call::step),
/// [`count`](crate::Call::count) or [`record`](crate::Call::record): what
/// [`Gossiper::note`](crate::Gossiper::note) hears.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Note<'a> {
    /// The number of the call's tick, from 0.
    pub seq: u64,
    /// The name that the call gives.
    pub name: &'a str,
    /// The thing that has this name.
    pub kind: NoteKind<'a>,
    /// Whether the schedule had ended before.
    pub(crate) after_schedule: bool,
}

impl<'a> Note<'a> {
    /// Of a call whose schedule has not ended.
    pub(crate) fn new(seq: u64, name: &'a str, kind: NoteKind<'a>) -> Note<'a> {
        Note { seq, name, kind, after_schedule: false }
    }
}

/// The thing that a note tells of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum NoteKind<'a> {
    /// A step begins.
    StepBegan,
    /// A step has come to its end. One that is dropped before, with its call or without it, is
    /// heard of no more.
    StepEnded {
        /// From the step's begin to its end.
        time: Duration,
        /// What went wrong, if the step gave an `Err`.
        error: Option<&'a str>,
    },
    /// So many more of the thing that is counted.
    Count(u64),
    /// One recorded value.
    Record(u64),
}

/// Who takes notes while the call's run goes on.
pub(crate) trait TakeNotes: Send + Sync {
    fn take(&self, note: &Note<'_>);
}
