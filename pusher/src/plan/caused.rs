//! [`Caused`]: the outcome of a load's fn, if its error can be asked for its causes.

use std::any::Any;
use std::error::Error;
use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::Deref;

use super::error_text::ErrorText;
use super::outcome::{Outcome, sealed};

/// How the causes of an `E` are found.
pub trait Ask<E> {
    fn text(error: &E) -> ErrorText;
}

/// It is an [`Error`].
pub struct Itself;

impl<E: Error> Ask<E> for Itself {
    fn text(error: &E) -> ErrorText {
        ErrorText::with_causes(error)
    }
}

/// It derefs to an [`Error`]: `Box<dyn Error>`, and the errors of anyhow and eyre.
pub struct Pointed;

impl<E: Deref<Target: Error>> Ask<E> for Pointed {
    fn text(error: &E) -> ErrorText {
        ErrorText::with_causes(&**error)
    }
}

/// It cannot be asked: it shows all that there is.
pub(crate) struct Alone;

impl<E: Display> Ask<E> for Alone {
    fn text(error: &E) -> ErrorText {
        ErrorText::displayed(error)
    }
}

/// A `Result`, and how the causes of its error are found.
pub struct Caused<T, E, A> {
    result: Result<T, E>,
    ask: PhantomData<fn() -> A>,
}

impl<T, E, A> Caused<T, E, A> {
    pub(crate) fn new(result: Result<T, E>) -> Caused<T, E, A> {
        Caused { result, ask: PhantomData }
    }
}

impl<T, E, A> sealed::Sealed for Caused<T, E, A> {}

#[diagnostic::do_not_recommend]
impl<T: Any + Send, E: Display, A: Ask<E>> Outcome for Caused<T, E, A> {
    type Value = T;
    type Failure = E;

    fn into_result(self) -> Result<T, E> {
        self.result
    }

    fn text(failure: &E) -> ErrorText {
        A::text(failure)
    }
}
