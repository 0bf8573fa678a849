//! [`Outcome`] and [`StepOutcome`]: the results that a call and a step may have.

use std::any::Any;
use std::convert::Infallible;
use std::fmt::Display;

use super::error_text::ErrorText;

/// What a target may return: `()`, or a `Result<T, E>` whose error can be shown. An `Err` is a
/// failed call, whose text is what `{:#}` writes of the error, on one line.
///
/// An error of anyhow or eyre writes the chain of its causes then. A type that implements
/// [`Error`](std::error::Error) mostly writes itself alone: turn it into one of those
/// (`.map_err(anyhow::Error::from)`) to see its causes. A load with the attribute needs no such
/// step: there the causes follow the error by themselves.
///
/// ```
/// fn is_an_outcome<O: pusher::Outcome>() {}
/// is_an_outcome::<()>();
/// is_an_outcome::<Result<u64, std::io::Error>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "a target cannot return `{Self}`",
    label = "`{Self}` does not say whether the call succeeded",
    note = "return `()`, or a `Result<T, E>` with `T: Send + 'static` and an `E` that implements \
            `Display`"
)]
pub trait Outcome: sealed::Sealed {
    /// The value of a successful call: `()`, or the `T` of a `Result<T, E>`.
    type Value: Any + Send;
    /// The error of a failed call.
    type Failure: Display;

    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Value, Self::Failure>;

    /// The error in words.
    #[doc(hidden)]
    fn text(failure: &Self::Failure) -> ErrorText {
        ErrorText::displayed(failure)
    }
}

impl Outcome for () {
    type Value = ();
    type Failure = Infallible;

    fn into_result(self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl<T: Any + Send, E: Display> Outcome for Result<T, E> {
    type Value = T;
    type Failure = E;

    fn into_result(self) -> Result<T, E> {
        self
    }
}

/// What a step may give: `()`, or a `Result<T, E>` whose error can be shown. An `Err` is a failed
/// step, whose text is what `{:#}` writes of the error, on one line.
///
/// Nothing is asked of `T`: a step may give what it has borrowed.
///
/// ```
/// fn is_an_outcome<O: pusher::StepOutcome>() {}
/// is_an_outcome::<()>();
/// is_an_outcome::<Result<&mut Vec<u8>, std::io::Error>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "a step cannot give `{Self}`",
    label = "`{Self}` does not say whether the step succeeded",
    note = "end it with `()`, or with a `Result<T, E>` whose `E` implements `Display`: \
            `Ok::<_, String>(..)` if nothing can fail"
)]
pub trait StepOutcome: sealed::Sealed {
    #[doc(hidden)]
    fn error(&self) -> Option<&dyn Display>;
}

impl StepOutcome for () {
    fn error(&self) -> Option<&dyn Display> {
        None
    }
}

impl<T, E: Display> StepOutcome for Result<T, E> {
    fn error(&self) -> Option<&dyn Display> {
        self.as_ref().err().map(|error| error as &dyn Display)
    }
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl<T, E> Sealed for Result<T, E> {}
}
