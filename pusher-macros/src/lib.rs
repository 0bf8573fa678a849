//! The attribute of `pusher`; its documentation stands where it is imported from, at
//! `pusher::load`.
//!
//! What a key, a value or a threshold may be is in the crate `pusher-load-grammar`, which the run
//! time reads const expressions with. Here are the tokens: where each value stands, and the
//! expansion.

mod expand;

mod args;

mod expected;
mod rules;

mod cases;
mod shape;
mod threshold;

mod value;

mod item;
mod list;

#[cfg(test)]
mod agreement;

use proc_macro::TokenStream;

/// Makes a load test of an async fn. See `pusher::load`.
#[proc_macro_attribute]
pub fn load(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = item::read(item.into());
    match (args::read(arguments.into()), item.function) {
        (Ok(arguments), Ok(function)) => match arguments.check_parameters(&function) {
            Ok(()) => expand::expand(&arguments, &function, &item.tokens).into(),
            Err(error) => expand::errors([error], &item.usable).into(),
        },
        (arguments, function) => {
            expand::errors(arguments.err().into_iter().chain(function.err()), &item.usable).into()
        }
    }
}
