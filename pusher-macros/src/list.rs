//! [`entries`] between commas, in which a wrong entry does not hide the mistakes of the next; and
//! [`AllErrors`]: mistakes, which are reported together.

use proc_macro2::TokenTree;
use syn::parse::ParseStream;
use syn::{Error, Result, Token};

/// Reads one entry after the other, and gives the errors of all that are wrong.
pub(crate) fn entries(
    input: ParseStream,
    mut entry: impl FnMut(ParseStream) -> Result<()>,
) -> Result<()> {
    let mut errors = AllErrors::default();
    while !input.is_empty() {
        if let Err(error) = entry(input).and_then(|()| ends(input)) {
            errors.add(error);
            skip(input)?;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    errors.into_result()
}

fn ends(input: ParseStream) -> Result<()> {
    if is_at_end(input) {
        Ok(())
    } else {
        Err(input.error("this stands after a complete entry: write a `,` between two entries"))
    }
}

/// Whether an entry has nothing more to read.
pub(crate) fn is_at_end(input: ParseStream) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn skip(input: ParseStream) -> Result<()> {
    while !is_at_end(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Mistakes, which are reported together.
#[derive(Default)]
pub(crate) struct AllErrors(Option<Error>);

impl AllErrors {
    pub(crate) fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// What was read, or nothing if an error had to be added.
    pub(crate) fn kept<T>(&mut self, read: Result<T>) -> Option<T> {
        read.map_err(|error| self.add(error)).ok()
    }

    pub(crate) fn into_result(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}
