//! [`read`]: what stands between the parentheses of `#[capacity(..)]`: keys, and limits beside
//! them.
//!
//! ```text
//!   capacity(p99 < "200ms", errors == 0, at_least = 500)
//!            └─ limits ────────────────┘ └─ a key: one `=` behind its name
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use pusher_load_grammar::capacity::{self, NO_ITEMS_ONCE, NO_LIMIT};
use pusher_load_grammar::foreign;
use pusher_load_grammar::nearest::nearest;
use pusher_load_grammar::sentence::{did_you_mean, listed};
use pusher_load_grammar::words::{Arrivals, ItemOrder, Word};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Result, Token, token};

use crate::args::Arguments;
use crate::entry::ReadEntry;
use crate::list::{self, AllErrors, is_at_end};
use crate::rules;
use crate::threshold::Condition;
use crate::value::{Says, written, wrong};

/// Reads all that stands between the parentheses. The error is of all that is wrong.
pub(crate) fn read(tokens: TokenStream) -> Result<Arguments> {
    let mut arguments = Arguments::default();
    let mut seen = Vec::new();
    let entries = |input: ParseStream| {
        list::entries(input, |input| {
            if is_key(input) {
                return key(&mut arguments, &mut seen, input);
            }
            let condition: Condition = input.parse()?;
            check(&condition)?;
            arguments.conditions.push(condition);
            Ok(())
        })
    };
    entries.parse2(tokens)?;
    let mut errors = AllErrors::default();
    if arguments.conditions.is_empty() {
        errors.add(Error::new(Span::call_site(), NO_LIMIT));
    }
    rules::check_company(&seen, &arguments.expected, &mut errors);
    errors.into_result()?;
    let mut method = |name: &str, value: TokenStream| {
        arguments.methods.push((Ident::new(name, Span::mixed_site()), value));
    };
    method("capacity", TokenStream::new());
    if !seen.iter().any(|key| key == "arrivals") {
        let poisson = Arrivals::Poisson.word();
        method("arrivals", quote!(#poisson));
    }
    Ok(arguments)
}

/// Whether a key comes next, and no limit: a word with one `=` behind it, or a word that is a key
/// and no metric.
fn is_key(input: ParseStream) -> bool {
    let ahead = input.fork();
    let Ok(word) = ahead.call(Ident::parse_any) else { return false };
    let is_alone = is_at_end(&ahead) || ahead.peek(token::Paren);
    let is_known = !matches!(capacity::find(&word.to_string()), Ok(None));
    (ahead.peek(Token![=]) && !ahead.peek(Token![==])) || (is_alone && is_known)
}

fn key(arguments: &mut Arguments, seen: &mut Vec<Ident>, input: ParseStream) -> Result<()> {
    let ident = input.call(Ident::parse_any)?;
    let text = ident.to_string();
    let key = match capacity::find(&text) {
        Ok(Some(key)) => key,
        Ok(None) => return Err(unknown(&ident)),
        Err(message) => return Err(wrong(&ident, message)),
    };
    let entry = ReadEntry { ident, key };
    entry.only_once(seen)?;
    let value = entry.value(input)?;
    refuse_items_once(&entry, &value)?;
    arguments.set(entry, &value)
}

fn unknown(ident: &Ident) -> Error {
    let text = ident.to_string();
    let names = || capacity::keys().map(|key| key.name);
    let foreign = foreign::key(&text).filter(|meant| names().any(|name| name == *meant));
    let meant = did_you_mean(foreign.or_else(|| nearest(&text, names())));
    let keys = listed(names(), "and");
    wrong(ident, format!("`{text}` is no key: {meant}the keys are {keys}"))
}

fn refuse_items_once(entry: &ReadEntry, value: &Expr) -> Result<()> {
    let once = ItemOrder::Once.word();
    match written(value).map(|written| written.says) {
        Some(Says::Text(order)) if entry.key.name == "data_order" && order == once => {
            Err(wrong(value, NO_ITEMS_ONCE))
        }
        _ => Ok(()),
    }
}

fn check(condition: &Condition) -> Result<()> {
    if let Some(error) = condition.unfit_for_search() {
        return Err(error);
    }
    let (metric, operator) = (condition.metric(), condition.operator());
    match condition.known_limit() {
        Some(limit) => capacity::check_limit(metric, operator, limit),
        None => capacity::check_metric(metric, operator),
    }
    .map_err(|message| condition.wrong(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what is told of an attribute with these tokens: nothing if it is right.
    fn check(tokens: TokenStream, messages: &[&str]) {
        let errors = read(tokens.clone())
            .err()
            .map(|error| error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>());
        assert_eq!(errors.unwrap_or_default(), messages, "{tokens}");
    }

    #[test]
    fn keys_and_limits_stand_side_by_side() {
        check(quote!(p99 < "200ms"), &[]);
        check(quote!(p99.9 <= LIMIT, errors == 0, at_least = 500, overtime = 1000), &[]);
        check(quote!(at_least = "7/m", service.p50 < "1s", budget = "1h", canceled < "1%"), &[]);
        check(quote!(p99 < "1s", arrivals = "uniform", data = users, setup = open), &[]);
    }

    #[test]
    fn a_limit_is_needed() {
        check(quote!(), &[NO_LIMIT]);
        check(quote!(at_least = 500), &[NO_LIMIT]);
    }

    #[test]
    fn keys_that_mean_nothing_to_a_search_are_refused_with_what_to_do() {
        check(
            quote!(p99 < "1s", rps = 50, stages(hold(5, "1s")), duration = "1m", calls = 5),
            &[
                "the rate is what is searched for: remove rps, or write `at_least = 500`",
                "the rate is what is searched for: remove stages",
                "a search takes as long as it needs: remove duration, or write `budget = \"5m\"`",
                "a search makes as many calls as it needs: remove calls, or write `budget = \
                 \"5m\"`",
            ],
        );
        check(
            quote!(thresholds(p99 < "1s"), p99 < "1s", farm = "shop", concurrency = 5),
            &[
                "limits stand beside the keys: write them without `thresholds(..)`",
                "a capacity is that of one load alone: remove farm",
                "callers that wait for answers ask no more than a service can take: remove \
                 concurrency, or write `overtime` for the most calls in flight",
            ],
        );
        check(quote!(p99 < "1s", data = users, data_order = "once"), &[NO_ITEMS_ONCE]);
        check(
            quote!(p99 < "1s", compare = old, compare_setup = start, abort(errors > "5%")),
            &[
                "a capacity is that of one fn: remove compare",
                "a capacity is that of one fn: remove compare_setup",
                "a search has to break its limits to find the rate: remove abort",
            ],
        );
    }

    #[test]
    fn a_limit_is_a_figure_of_the_whole_probe() {
        check(
            quote!(
                p99 < "1s" over "10s",
                p95 < "1s" after "1s" abort,
                p90 < baseline + "10%",
                p50 < other
            ),
            &[
                "a search judges each probe as a whole: remove `over`",
                "a search judges each probe as a whole: remove `after` and `abort`",
                "a capacity is within a limit, not beside `baseline`: write \"250ms\"",
                "a capacity is within a limit, not beside `other`: write \"250ms\"",
            ],
        );
    }

    #[test]
    fn wrong_values_and_names_are_told() {
        check(
            quote!(p99 < "1s", at_least = 0, budget = "0s", at_least = 5),
            &[
                "at_least is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
                "budget is zero: give a time, such as \"30s\"",
                "at_least is given twice: keep one of the two",
            ],
        );
        let keys = listed(capacity::keys().map(|key| key.name), "and");
        check(
            quote!(p99 < "1s", bugdet = "5m"),
            &[&format!("`bugdet` is no key: did you mean `budget`? the keys are {keys}")],
        );
        check(
            quote!(p99 < "1s", time = "virtual", runtime = "lanes"),
            &["runtime is for the real clock, and virtual time has one thread of its own: remove \
               runtime, or write `time = \"real\"`"],
        );
        check(
            quote!(p99 < "1s", mean < "1s", errors < 5),
            &[
                "`mean` cannot be a limit here: write a percentile, errors or canceled, each of \
                 which is a share of the calls, such as `p99 < \"200ms\"`",
                "5 in all mean nothing to a search, which makes as many calls as it needs: write \
                 a share such as \"1%\"",
            ],
        );
    }
}
