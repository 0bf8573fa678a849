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
    /// When the call's tick was due, in nanoseconds from the start of the measured time. Only steps
    /// say it.
    pub(crate) due: u64,
    /// When the step began that this tells of, in nanoseconds from the start of the measured time.
    pub(crate) began: u64,
    /// A number that no other step has which the call has open: two may have one name and begin.
    pub(crate) step: usize,
    /// Whether the schedule had ended before.
    pub(crate) after_schedule: bool,
}

impl<'a> Note<'a> {
    /// Of a call whose schedule has not ended.
    pub(crate) fn new(seq: u64, name: &'a str, kind: NoteKind<'a>) -> Note<'a> {
        Note { seq, name, kind, due: 0, began: 0, step: 0, after_schedule: false }
    }
}

/// The thing that a note tells of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum NoteKind<'a> {
    /// A step begins.
    StepBegan,
    /// A step pauses, by [`Call::pause`](crate::Call::pause) in it.
    StepPaused {
        /// From the step's begin to the pause, without its earlier pauses.
        time: Duration,
    },
    /// A step goes on after a pause.
    StepResumed {
        /// All its pauses until then.
        paused: Duration,
    },
    /// A step has come to its end.
    StepEnded {
        /// From the step's begin to its end, without its pauses.
        time: Duration,
        /// What went wrong, if the step gave an `Err`.
        error: Option<&'a str>,
    },
    /// A step was dropped before its end, with its call or without it. If its call is interrupted,
    /// or blocks its thread, that may come too late to be heard.
    StepDropped {
        /// From the step's begin until it was dropped, without its pauses.
        time: Duration,
    },
    /// A step came to no end because of a panic.
    StepPanicked,
    /// So many more of the thing that is counted.
    Count(u64),
    /// One recorded value.
    Record(u64),
}

/// A number that [`Call::record`](crate::Call::record) takes: any whole number from 0 on that is a
/// `u64`, or a [`Duration`], which is recorded in nanoseconds.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let target = async |call: pusher::Call| {
///     call.record("page", vec![0; 512].len());
///     call.record("wait", Duration::from_millis(3));
/// };
/// let report = pusher::work(100, Duration::from_millis(50), target).await?;
/// let max = |nth: usize| report.records[nth].values.max();
/// assert_eq!((max(0), max(1)), (512, 3_000_000));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded",
    label = "neither a whole number nor a `Duration`",
    note = "give a whole number, or a `Duration`, which is recorded in nanoseconds; of a float, \
            such as a share, give a whole number of thousandths"
)]
pub trait Recorded: Copy + sealed::Sealed {
    /// The same as a `u64`, if it is one.
    #[doc(hidden)]
    fn recorded(self) -> Result<u64, String>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! recorded {
    ($($number:ty)*) => {
        $(
            impl Recorded for $number {
                #[inline]
                fn recorded(self) -> Result<u64, String> {
                    u64::try_from(self).map_err(|_| self.to_string())
                }
            }
            impl sealed::Sealed for $number {}
        )*
    };
}
recorded!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl Recorded for Duration {
    #[inline]
    fn recorded(self) -> Result<u64, String> {
        u64::try_from(self.as_nanos()).map_err(|_| format!("{self:?}"))
    }
}

impl sealed::Sealed for Duration {}

/// Who takes notes while the call's run goes on.
pub(crate) trait TakeNotes: Send + Sync {
    fn take(&self, note: &Note<'_>);

    /// The call asks to end its load.
    fn stop(&self, why: String);

    /// The call of the tick with that number, of the warm-up or not, begins to pause.
    fn begin_pause(&self, call: (u64, bool));

    /// It goes on.
    fn end_pause(&self, call: (u64, bool));
}
