//! What the attribute becomes: the fn as it came in, and beside it one constant that registers the load.
//!
//! The names in there begin with `__pusher`, so that none hides what a value or a path of the user's means.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Error, ExprPath, LitStr, ReturnType};

use crate::args::Arguments;
use crate::item::Function;

/// The fn beside its registration.
pub(crate) fn expand(arguments: &Arguments, function: &Function, item: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let path = arguments.path_of_crate.as_ref().map_or_else(|| quote_spanned!(Span::call_site()=> ::pusher), ToTokens::into_token_stream);
    let (terms, prepare, load) = (terms(arguments), prepare(arguments, function), load(arguments, function));
    let cfgs = &function.cfgs;
    quote_spanned! {here=>
        #item
        #(#cfgs)*
        const _: () = {
            use #path::__private as __pusher;
            #terms
            #prepare
            __pusher::submit! { #load }
        };
    }
}

/// The errors beside the item, which stays usable so that nothing that names it fails as well.
pub(crate) fn errors(errors: impl Iterator<Item = Error>, item: &TokenStream) -> TokenStream {
    let errors = errors.map(Error::into_compile_error);
    quote!(#item #(#errors)*)
}

/// The load as plain data.
fn load(arguments: &Arguments, function: &Function) -> TokenStream {
    let (name, farm) = (option(arguments.name.as_ref()), option(arguments.farm.as_ref()));
    let (ident, ignored) = (function.ident.unraw().to_string(), &function.ignored);
    quote_spanned! {Span::mixed_site()=>
        __pusher::Load {
            name: #name,
            function: #ident,
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            farm: #farm,
            ignored: #ignored,
            terms: __pusher_terms,
            prepare: __pusher_prepare,
        }
    }
}

fn option(text: Option<&LitStr>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

/// A fn that evaluates the values; each is handed to the method of `Asked` that bears the key's name.
fn terms(arguments: &Arguments) -> TokenStream {
    let here = Span::mixed_site();
    let asked = arguments.asked.iter().map(|(key, value)| quote_spanned!(key.span().resolved_at(here)=> .#key(#value)));
    let thresholds = arguments.thresholds.iter().map(|threshold| {
        let arguments = threshold.arguments();
        quote_spanned!(here=> .threshold(#arguments))
    });
    quote_spanned! {here=>
        fn __pusher_terms() -> ::core::result::Result<__pusher::Terms, __pusher::String> {
            __pusher::Asked::new() #(#asked)* #(#thresholds)* .terms()
        }
    }
}

/// A fn that runs the setup and gives the load that is then ready.
fn prepare(arguments: &Arguments, function: &Function) -> TokenStream {
    let here = Span::mixed_site();
    let setup = arguments.setup.as_ref().map_or_else(|| quote_spanned!(here=> __pusher::no_setup()), setup);
    let owed =
        arguments.teardown.as_ref().map(|_| quote_spanned!(here=> let __pusher_owed = ::core::clone::Clone::clone(&__pusher_state);));
    let teardown = arguments.teardown.as_ref().map_or_else(|| quote_spanned!(here=> __pusher::no_teardown), teardown);
    let prepared = prepared(function, &call(function), &teardown);
    quote_spanned! {here=>
        fn __pusher_prepare() -> __pusher::Boxed<::core::result::Result<__pusher::Prepared, __pusher::String>> {
            use __pusher::methods::*;
            __pusher::Box::pin(async move {
                let __pusher_state = #setup;
                #owed
                #prepared
            })
        }
    }
}

/// The state that the setup makes. Which of the methods `start` and `state` are meant, the types decide.
fn setup(path: &ExprPath) -> TokenStream {
    let (first, last) = ends(path);
    let (setup, start) = (quote_spanned!(first=> (&&&&__pusher::Setup(#path))), quote_spanned!(last=> .start()));
    let (made, state) = (quote_spanned!(first=> (&&&&__pusher::Made::new(#setup #start.await))), quote_spanned!(last=> .state()?));
    quote!(#made #state)
}

/// A closure that runs the teardown, by whichever method `run` the types decide on.
fn teardown(path: &ExprPath) -> TokenStream {
    let (first, last) = ends(path);
    let (teardown, run) = (quote_spanned!(first=> (&&&&&__pusher::Teardown(#path, __pusher_owed))), quote_spanned!(last=> .run()));
    quote_spanned!(Span::mixed_site()=> move || #teardown #run)
}

/// A closure that calls the fn with all that it takes.
fn call(function: &Function) -> TokenStream {
    let ident = &function.ident;
    let parameters = function.parameters.iter().map(|parameter| {
        let (first, last) = ends(parameter);
        let (pick, given) = (quote_spanned!(first=> __pusher::Pick), quote_spanned!(first=> &));
        quote_spanned!(last=> #pick::pick(#given __pusher_given))
    });
    quote_spanned! {Span::mixed_site()=>
        move |__pusher_call: __pusher::Call| {
            let __pusher_given = __pusher::Given::new(__pusher_call, &__pusher_state);
            __pusher_given.calling(#ident(#(#parameters),*))
        }
    }
}

/// The load that is ready. This makes demands on the fn's future, so it stands where the fn says what it returns.
fn prepared(function: &Function, call: &TokenStream, teardown: &TokenStream) -> TokenStream {
    let (first, last) = match &function.output {
        ReturnType::Type(_, output) => ends(output),
        ReturnType::Default => ends(&function.ident),
    };
    let pusher = quote_spanned!(first=> __pusher);
    quote_spanned!(last=> #pusher::prepared(#call, #teardown))
}

/// Where a piece of the user's code begins and ends. rustc shows that piece if it has to say something of tokens of ours
/// that stand there.
fn ends(place: &impl ToTokens) -> (Span, Span) {
    let here = Span::mixed_site();
    let spans: Vec<Span> = place.to_token_stream().into_iter().map(|token| token.span().resolved_at(here)).collect();
    (spans.first().copied().unwrap_or(here), spans.last().copied().unwrap_or(here))
}
