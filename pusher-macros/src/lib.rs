//! [`load`] and [`capacity`](macro@capacity), the attributes of `pusher`; their documentation
//! stands where they are imported from, at `pusher::load`. And [`harness_test`], a part of
//! `pusher::main!`.
//!
//! The crate `pusher-load-grammar` knows every key, and which values are right; the run time reads
//! const expressions with it. This crate knows the tokens: it points at a wrong one, and expands
//! the right ones.

mod expand;
mod opt_level;
mod harness;

mod capacity;
mod args;

mod entry;
mod rules;

mod cases;
mod callers;
mod shape;
mod stages;
mod parts;
mod threshold;
mod modifier;

mod relative;

mod expected;

mod item;

mod value;

mod list;

#[cfg(test)]
mod agreement;

use proc_macro::TokenStream;
use syn::Result;

/// Makes a load test of an async fn. See `pusher::load`.
#[proc_macro_attribute]
pub fn load(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expanded(args::read(arguments.into()), item)
}

/// Makes a search for the capacity of a service. See `pusher::capacity`.
#[proc_macro_attribute]
pub fn capacity(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expanded(capacity::read(arguments.into()), item)
}

fn expanded(arguments: Result<args::Arguments>, item: TokenStream) -> TokenStream {
    let item = item::read(item.into());
    match (arguments, item.function) {
        (Ok(arguments), Ok(function)) => match arguments.check_parameters(&function) {
            Ok(()) => expand::expand(&arguments, &function, &item.tokens).into(),
            Err(error) => expand::errors([error], &item.usable).into(),
        },
        (arguments, function) => {
            expand::errors(arguments.err().into_iter().chain(function.err()), &item.usable).into()
        }
    }
}

/// Makes the test that `pusher::main!()` has where no load would be made.
#[proc_macro]
pub fn harness_test(_: TokenStream) -> TokenStream {
    harness::test().into()
}
