//! The attribute of `pusher`; its documentation stands where it is imported from, at
//! `pusher::load`.

mod args;
mod cases;
mod decimal;
mod expand;
mod item;
mod list;
mod nearest;
mod rules;
mod shape;
mod threshold;
mod ticks;
mod time;
mod value;

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
