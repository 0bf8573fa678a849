//! [`expand()`]: what the attribute becomes. The fn stays as it came in, and beside it stand one
//! constant that registers the load, and one test that is red if nothing makes the load.
//!
//! The names in there begin with `__pusher`, so that none hides what a value or a path of the
//! user's means.

use proc_macro2::{Span, TokenStream};
use pusher_load_grammar::key::TEST_PREFIX;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Error, ExprPath, Ident, ReturnType};

use crate::args::Arguments;
use crate::cases::Cases;
use crate::expected::Futures;
use crate::harness::is_of_a_binary;
use crate::item::Function;
use crate::opt_level::opt_level;
use crate::threshold::Condition;

/// The fn beside its registration.
pub(crate) fn expand(
    arguments: &Arguments,
    function: &Function,
    item: &TokenStream,
) -> TokenStream {
    let here = Span::mixed_site();
    let path = arguments
        .path_of_crate
        .as_ref()
        .map_or_else(|| quote_spanned!(Span::call_site()=> ::pusher), ToTokens::into_token_stream);
    let (terms, cases) = (terms(arguments), arguments.cases.as_ref().map(cases));
    let (prepare, load) = (prepare(arguments, function), load(arguments, function));
    let (test, cfgs) = (test(&path, function), &function.cfgs);
    quote_spanned! {here=>
        #item
        #(#cfgs)*
        const _: () = {
            use #path::__private as __pusher;
            #terms
            #cases
            #prepare
            __pusher::submit! { #load }
        };
        #(#cfgs)*
        #test
    }
}

/// A test for cargo's own harness, which makes no load. It stands beside the constant, for rustc
/// runs no test in one. Editors take it for the test of the fn, so the run time takes its name for
/// that of the load. In a binary no such run time is asked, and a green line should not look like
/// a load that was made: there the name says what the test looks for.
fn test(path: &TokenStream, function: &Function) -> TokenStream {
    let (here, fn_name) = (Span::mixed_site(), function.ident.unraw());
    let looks_for = if is_of_a_binary() { "_needs_main" } else { "" };
    let ident = Ident::new(
        &format!("{TEST_PREFIX}{fn_name}{looks_for}"),
        here.located_at(function.ident.span()),
    );
    let fn_name = fn_name.to_string();
    quote_spanned! {here=>
        #[::core::prelude::v1::test]
        fn #ident() {
            #path::__private::must_run(&#path::__private::Site {
                function: #fn_name,
                module: ::core::module_path!(),
                target_tmpdir: ::core::option_env!("CARGO_TARGET_TMPDIR"),
                binary: ::core::option_env!("CARGO_BIN_NAME"),
            });
        }
    }
}

/// The errors beside the item, which stays usable so that nothing that names it fails as well.
pub(crate) fn errors(errors: impl IntoIterator<Item = Error>, item: &TokenStream) -> TokenStream {
    let errors = errors.into_iter().map(Error::into_compile_error);
    quote!(#item #(#errors)*)
}

/// The load as plain data.
fn load(arguments: &Arguments, function: &Function) -> TokenStream {
    let (name, farm) = (option(arguments.name.as_ref()), option(arguments.farm.as_ref()));
    let cases = option(
        arguments.cases.as_ref().map(|_| quote_spanned!(Span::mixed_site()=> __pusher_cases)),
    );
    let (ident, ignored) = (function.ident.unraw().to_string(), &function.ignored);
    let functions = functions(arguments);
    let opt_level = option(opt_level());
    quote_spanned! {Span::mixed_site()=>
        __pusher::Load {
            name: #name,
            function: #ident,
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            built: __pusher::Built {
                opt_level: #opt_level,
                debug_assertions: ::core::cfg!(debug_assertions),
            },
            farm: #farm,
            ignored: #ignored,
            functions: #functions,
            terms: __pusher_terms,
            cases: #cases,
            prepare: __pusher_prepare,
        }
    }
}

/// The fns that keys name, as their paths are written.
fn functions(arguments: &Arguments) -> TokenStream {
    let text = |path: &Option<ExprPath>| option(path.as_ref().map(as_written));
    let (setup, setup_worker) = (text(&arguments.setup), text(&arguments.setup_worker));
    let (teardown, teardown_worker) = (text(&arguments.teardown), text(&arguments.teardown_worker));
    let data = text(&arguments.data);
    let (compare, compare_setup) = (text(&arguments.compare), text(&arguments.compare_setup));
    quote_spanned! {Span::mixed_site()=>
        __pusher::Functions {
            setup: #setup,
            compare: #compare,
            compare_setup: #compare_setup,
            data: #data,
            setup_worker: #setup_worker,
            teardown_worker: #teardown_worker,
            teardown: #teardown,
        }
    }
}

/// A path without the spaces that stand between tokens: `cart::open`.
fn as_written(path: &ExprPath) -> String {
    let is_of_a_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let parts = path.to_token_stream().to_string();
    parts.split(' ').fold(String::new(), |mut text, part| {
        if is_of_a_word(text.chars().next_back()) && is_of_a_word(part.chars().next()) {
            text.push(' ');
        }
        text + part
    })
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// A fn that evaluates the values; each is handed to the method of `Attribute` that bears the key's
/// name.
fn terms(arguments: &Arguments) -> TokenStream {
    let here = Span::mixed_site();
    let methods = arguments
        .methods
        .iter()
        .map(|(method, value)| quote_spanned!(method.span().resolved_at(here)=> .#method(#value)));
    let thresholds = arguments
        .conditions
        .iter()
        .flat_map(Condition::calls)
        .map(|(method, values)| quote_spanned!(method.span()=> .#method(#values)));
    quote_spanned! {here=>
        fn __pusher_terms() -> ::core::result::Result<__pusher::Terms, __pusher::String> {
            __pusher::Attribute::new() #(#methods)* #(#thresholds)* .terms()
        }
    }
}

/// A fn that gives the texts of which the names of the tests are made.
fn cases(cases: &Cases) -> TokenStream {
    let texts = match &cases.texts {
        Some(texts) => quote_spanned!(Span::mixed_site()=> __pusher::values([#(#texts),*])),
        None => values(cases),
    };
    quote_spanned! {Span::mixed_site()=>
        fn __pusher_cases() -> __pusher::Vec<__pusher::String> {
            __pusher::texts(#texts)
        }
    }
}

/// The values of `args`.
fn values(cases: &Cases) -> TokenStream {
    let values = &cases.values;
    let (first, _) = ends(values);
    let checked = quote_spanned!(first=> __pusher::values);
    quote!(#checked(#values))
}

/// A fn that runs the setup and gives the load, with what else is to be run.
fn prepare(arguments: &Arguments, function: &Function) -> TokenStream {
    let here = Span::mixed_site();
    let case = match &arguments.cases {
        Some(cases) => {
            let values = values(cases);
            quote_spanned!(here=> __pusher::case(#values, __pusher_nth)?)
        }
        None => quote_spanned!(here=> __pusher::NoCase),
    };
    let setup =
        arguments.setup.as_ref().map_or_else(|| quote_spanned!(here=> __pusher::no_setup()), setup);
    let data =
        arguments.data.as_ref().map_or_else(|| quote_spanned!(here=> __pusher::no_data()), data);
    let teardown_worker = arguments.teardown_worker.as_ref();
    let stations = match (&arguments.setup_worker, arguments.futures()) {
        (Some(path), Futures::Send) => stations(path, teardown_worker),
        (Some(path), Futures::Local) => lane_stations(path, teardown_worker),
        (None, _) => quote_spanned!(here=> __pusher::no_setup_worker()),
    };
    let teardown =
        teardown("teardown", arguments.teardown.as_ref(), &quote_spanned!(here=> __pusher_state));
    let compared = arguments.compare.as_ref().map(|path| compared(arguments, path));
    let ways = ways(function);
    let prepared = prepared(arguments, function);
    quote_spanned! {here=>
        fn __pusher_prepare(
            __pusher_nth: ::core::primitive::usize,
            __pusher_shared: __pusher::SharedState,
        ) -> __pusher::Boxed<::core::result::Result<__pusher::Prepared, __pusher::String>> {
            __pusher::Box::pin(async move {
                let _ = __pusher_nth;
                let __pusher_case = #case;
                {
                    use __pusher::methods::*;
                    let __pusher_state = #setup;
                    let __pusher_items = #data;
                    let __pusher_stations = #stations;
                    let __pusher_phases =
                        __pusher::phases(&__pusher_items, &__pusher_stations, #teardown);
                    #compared
                    #ways
                    #prepared
                }
            })
        }
    }
}

/// The state that the setup makes. Which of the methods `start` and `state` are meant, the types
/// decide.
fn setup(path: &ExprPath) -> TokenStream {
    made(path, &start("setup", path, &["__pusher_shared"]), "state")
}

/// What begins a fn, of that kind, which may take one of the values.
fn start(kind: &str, path: &ExprPath, values: &[&str]) -> TokenStream {
    let (first, last) = ends(path);
    let kind = Ident::new(kind, first);
    let values = values.iter().map(|value| {
        let value = Ident::new(value, first);
        quote_spanned!(first=> , ::core::clone::Clone::clone(&#value))
    });
    let routine = quote_spanned!(first=> (&&&&&&&__pusher::#kind(#path #(#values)*)));
    let start = quote_spanned!(last=> .start());
    quote!(#routine #start)
}

/// What a setup that was started makes in the end: that method gives it.
fn made(path: &ExprPath, started: &TokenStream, method: &str) -> TokenStream {
    let (first, last) = ends(path);
    let method = Ident::new(method, last);
    let (made, value) = (
        quote_spanned! {first=>
            (&&&&&__pusher::Returned::new(
                (&&&__pusher::FromPhase::of(#started?.await)).with_causes()
            ))
        },
        quote_spanned!(last=> .#method()?),
    );
    quote!(#made #value)
}

/// The items that a fn gives, which is not called yet. The types decide which methods `open` and
/// `items` are meant.
fn data(path: &ExprPath) -> TokenStream {
    let (first, last) = ends(path);
    let (source, open) =
        (quote_spanned!(first=> (&&&&&&__pusher::Source(#path))), quote_spanned!(last=> .open()));
    let (opened, items) =
        (quote_spanned!(first=> (&&&&&&#source #open)), quote_spanned!(last=> .items()));
    quote_spanned!(Span::mixed_site()=> __pusher::DealtItems::new(#opened #items))
}

/// What a setup makes for each station, with the teardown that is owed for it.
fn stations(setup: &ExprPath, teardown_of: Option<&ExprPath>) -> TokenStream {
    let here = Span::mixed_site();
    let start = start("setup_worker", setup, &["__pusher_owner", "__pusher_common"]);
    let made = made(setup, &quote_spanned!(ends(setup).0=> __pusher_started), "state");
    let teardown = teardown("teardown_worker", teardown_of, &quote_spanned!(here=> __pusher_made));
    quote_spanned! {here=>
        {
            let __pusher_owner = ::core::clone::Clone::clone(&__pusher_state);
            let __pusher_common = ::core::clone::Clone::clone(&__pusher_shared);
            __pusher::Stations::new(move || {
                let __pusher_started = #start;
                __pusher::Box::pin(async move {
                    let __pusher_made = #made;
                    let __pusher_teardown = #teardown;
                    __pusher::equipped(__pusher_made, __pusher_teardown)
                })
            })
        }
    }
}

/// What a setup makes for each lane, with the teardown of each.
fn lane_stations(setup: &ExprPath, teardown_of: Option<&ExprPath>) -> TokenStream {
    let here = Span::mixed_site();
    let start = start("lane_setup", setup, &["__pusher_owner", "__pusher_common"]);
    let made = made(setup, &quote_spanned!(ends(setup).0=> __pusher_started), "kept");
    let torn_down = teardown_of.map(|path| {
        let body = torn_down("lane_teardown", path);
        quote_spanned!(here=> .torn_down_by(|__pusher_owed| { #body }))
    });
    quote_spanned! {here=>
        {
            let __pusher_owner = ::core::clone::Clone::clone(&__pusher_state);
            let __pusher_common = ::core::clone::Clone::clone(&__pusher_shared);
            __pusher::LaneStations::new(move || {
                let __pusher_started = #start;
                __pusher::Box::pin(async move { __pusher::made_on_lane(#made) })
            })
            #torn_down
            .of_all_lanes()
        }
    }
}

/// The teardown that is owed for a value, if there is one.
fn teardown(kind: &str, path: Option<&ExprPath>, value: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let Some(path) = path else { return quote_spanned!(here=> __pusher::no_teardown()) };
    let body = torn_down(kind, path);
    quote_spanned! {here=>
        {
            let __pusher_owed = ::core::clone::Clone::clone(&#value);
            __pusher::owed(move || { #body })
        }
    }
}

/// Starts a teardown, and gives its end.
fn torn_down(kind: &str, path: &ExprPath) -> TokenStream {
    let (first, last) = ends(path);
    let start = start(kind, path, &["__pusher_owed"]);
    let (ended, outcome) = (
        quote_spanned! {first=>
            (&&&__pusher::Returned::new(
                (&&&__pusher::FromPhase::of(__pusher_started?.await)).with_causes()
            ))
        },
        quote_spanned!(last=> .outcome()),
    );
    quote_spanned! {Span::mixed_site()=>
        let __pusher_started = #start;
        __pusher::Box::pin(async move { #ended #outcome })
    }
}

/// The ways on which calls get what the fn takes. Which of the methods `way` is meant, the types
/// decide.
fn ways(function: &Function) -> TokenStream {
    let ways = function.parameters.iter().enumerate().map(|(nth, parameter)| {
        let ((first, last), name) = (ends(parameter), way(nth));
        let of = quote_spanned!(first=>
            (&&&&__pusher::Parameter::<#parameter, _, _, _, _>::of(&__pusher_gifts)));
        let way = quote_spanned!(last=> .way());
        quote_spanned!(Span::mixed_site()=> let #name = #of #way;)
    });
    let gifts = gifts();
    quote_spanned! {Span::mixed_site()=>
        #gifts
        #(#ways)*
        let __pusher_missing = __pusher_gifts.missing();
    }
}

/// All that can be given to calls.
fn gifts() -> TokenStream {
    let supply = supply();
    quote_spanned! {Span::mixed_site()=>
        #supply
        let __pusher_gifts = __pusher::Gifts::of(&__pusher_supply, __pusher_shared);
    }
}

fn supply() -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        let __pusher_supply = __pusher::Supply {
            state: &__pusher_state,
            stations: &*__pusher_stations,
            items: &__pusher_items,
            case: &__pusher_case,
        };
    }
}

/// The way of the nth parameter.
fn way(nth: usize) -> Ident {
    Ident::new(&format!("__pusher_way_{nth}"), Span::mixed_site())
}

/// A closure that calls the fn with all that it takes.
fn call(arguments: &Arguments, function: &Function) -> TokenStream {
    let ident = &function.ident;
    let parameters = function.parameters.iter().map(ends).enumerate();
    let parameters: Vec<TokenStream> = parameters.map(|(nth, place)| picked(nth, place)).collect();
    call_of(arguments, &quote!(#ident(#(#parameters),*)), parameters.len())
}

/// What a call gets on the nth way, told of at that place.
fn picked(nth: usize, (first, last): (Span, Span)) -> TokenStream {
    let (mut way, from) = (way(nth), quote_spanned!(first=> &));
    way.set_span(last);
    let pick = quote_spanned!(first=> __pusher);
    quote_spanned!(last=> #pick::pick(&__pusher_given, #from #way))
}

/// A closure that makes a call, on so many ways.
fn call_of(arguments: &Arguments, call: &TokenStream, ways: usize) -> TokenStream {
    let here = Span::mixed_site();
    let of = Ident::new(
        match arguments.futures() {
            Futures::Send => "of",
            Futures::Local => "of_local",
        },
        here,
    );
    let with_data = arguments.data.as_ref().map(|_| quote_spanned!(here=> .with_data()));
    let with_args = arguments.cases.as_ref().map(|_| quote_spanned!(here=> .with_args()));
    let has_values = arguments.setup_worker.is_some() && arguments.futures() == Futures::Send;
    let by = (0..ways).filter(|_| has_values).map(way).map(|way| {
        quote_spanned!(here=>
            let __pusher_future = (&&__pusher::By(&#way)).calling(__pusher_future);)
    });
    let supply = supply();
    quote_spanned! {here=>
        move |__pusher_call: __pusher::Coming<'_>| {
            #supply
            let __pusher_given =
                __pusher::Given::new(__pusher_call, __pusher_supply) #with_data #with_args;
            let __pusher_future = (&&&&__pusher_given).calling(#call);
            #(#by)*
            (&&&__pusher::FromCall::#of(__pusher_future)).with_causes()
        }
    }
}

/// How many parameters a fn may have that is compared with a load's: rustc knows how many there
/// are, and the others get nothing.
const MOST_PARAMETERS: usize = 8;

/// One more phase, which makes ready the fn that this one is compared with.
fn compared(arguments: &Arguments, path: &ExprPath) -> TokenStream {
    let here = Span::mixed_site();
    let setup = arguments.compare_setup.as_ref().map(|setup| {
        let started = start("compare_setup", setup, &["__pusher_state", "__pusher_shared"]);
        let made = made(setup, &started, "state");
        quote_spanned!(here=> let __pusher_state = #made;)
    });
    let (first, last) = ends(path);
    let compared = quote_spanned!(first=> __pusher::ComparedFn::new);
    let kinds: Vec<Ident> =
        (0..MOST_PARAMETERS).map(|nth| Ident::new(&format!("__pusher_kind_{nth}"), here)).collect();
    let kinds_of = quote_spanned!(first=> __pusher_compared.kinds());
    let ways = kinds.iter().enumerate().map(|(nth, kind)| {
        let name = way(nth);
        let of = quote_spanned!(first=>
            (&&&&__pusher::Parameter::of_kind(&__pusher_gifts, #kind)));
        let way = quote_spanned!(last=> .way());
        quote_spanned!(here=> let #name = #of #way;)
    });
    let picked = (0..MOST_PARAMETERS).map(|nth| picked(nth, (first, last)));
    let call = quote_spanned!(first=> __pusher_compared.call((#(#picked,)*)));
    let call = call_of(arguments, &call, MOST_PARAMETERS);
    let other = Ident::new(
        match arguments.futures() {
            Futures::Send => "other",
            Futures::Local => "other_local",
        },
        last,
    );
    let (pusher, gifts) = (quote_spanned!(first=> __pusher), gifts());
    let other = quote_spanned!(last=> #pusher::#other(#call, __pusher_gifts_missing));
    quote_spanned! {here=>
        let __pusher_phases = {
            let __pusher_state = ::core::clone::Clone::clone(&__pusher_state);
            let __pusher_stations = ::core::clone::Clone::clone(&__pusher_stations);
            let __pusher_items = ::core::clone::Clone::clone(&__pusher_items);
            let __pusher_case = ::core::clone::Clone::clone(&__pusher_case);
            let __pusher_shared = ::core::clone::Clone::clone(&__pusher_shared);
            __pusher_phases.compared_with(move || __pusher::Box::pin(async move {
                #setup
                let __pusher_compared = #compared(#path);
                let (#(#kinds,)*) = #kinds_of;
                #gifts
                #(#ways)*
                let __pusher_gifts_missing = __pusher_gifts.missing();
                #other
            }))
        };
    }
}

/// The load that is ready. This makes demands on the fn's future, so it stands where the fn says
/// what it returns.
fn prepared(arguments: &Arguments, function: &Function) -> TokenStream {
    let call = call(arguments, function);
    let (first, last) = match &function.output {
        ReturnType::Type(_, output) => ends(output),
        ReturnType::Default => ends(&function.ident),
    };
    let pusher = quote_spanned!(first=> __pusher);
    let prepared = Ident::new(
        match arguments.futures() {
            Futures::Send => "prepared",
            Futures::Local => "prepared_local",
        },
        last,
    );
    quote_spanned!(last=> #pusher::#prepared(#call, __pusher_phases, __pusher_missing))
}

/// Where a piece of the user's code begins and ends. rustc shows that piece if it has to say
/// something of tokens of ours that stand there.
fn ends(place: &impl ToTokens) -> (Span, Span) {
    let here = Span::mixed_site();
    let spans: Vec<Span> =
        place.to_token_stream().into_iter().map(|token| token.span().resolved_at(here)).collect();
    (spans.first().copied().unwrap_or(here), spans.last().copied().unwrap_or(here))
}
