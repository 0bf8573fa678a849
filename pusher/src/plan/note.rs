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
    /// When the step began that this tells of, in nanoseconds from the start of the measured time.
    pub(crate) began: u64,
}

/// The thing that a note tells of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum NoteKind<'a> {
    /// A step begins.
    StepBegan,
    /// A step has come to its end.
    StepEnded {
        /// From the step's begin to its end.
        time: Duration,
        /// What went wrong, if the step gave an `Err`.
        error: Option<&'a str>,
    },
    /// A step was dropped before its end, with its call or without it. If its call is interrupted,
    /// or blocks its thread, that may come too late to be heard.
    StepDropped {
        /// From the step's begin until it was dropped.
        time: Duration,
    },
    /// A step came to no end because of a panic.
    StepPanicked,
    /// So many more of the thing that is counted.
    Count(u64),
    /// One recorded value.
    Record(u64),
}

/// Who takes notes while the call's run goes on.
pub(crate) trait TakeNotes: Send + Sync {
    fn take(&self, note: &Note<'_>);
}
