//! The keys between the parentheses of `#[load(..)]`, with their spans until the last error is
//! written.

use proc_macro2::{Group, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, ExprPath, Ident, LitStr, Result, Token, token};

use crate::cases::{self, Cases};
use crate::item::Function;
use crate::list::{self, Errors, is_at_end};
use crate::nearest::nearest;
use crate::threshold::{self, Threshold};
use crate::ticks::Ticks;
use crate::value::{
    Says, Written, calls, concurrency, name, overtime, path, positive_time, rate, seed, time, word,
    workers, written, wrong,
};
use crate::{rules, shape};

/// Every key there is, as it is written.
const KEYS: [(&str, &str); 28] = [
    ("rps", "rps = 50"),
    ("stages", "stages(ramp(0, 100, \"10s\"), hold(100, \"1m\"))"),
    ("steps", "steps(from = 10, to = 100, by = 10, each = \"10s\")"),
    ("sine", "sine(from = 10, to = 100, period = \"1d\")"),
    ("concurrency", "concurrency = 20"),
    ("duration", "duration = \"1m\""),
    ("calls", "calls = 10_000"),
    ("pause", "pause = \"50ms\""),
    ("arrivals", "arrivals = \"poisson\""),
    ("seed", "seed = 7"),
    ("time", "time = \"virtual\""),
    ("overtime", "overtime = 10"),
    ("workers", "workers = 5"),
    ("warmup", "warmup = \"5s\""),
    ("timeout", "timeout = \"2s\""),
    ("grace", "grace = \"10s\""),
    ("setup", "setup = start"),
    ("teardown", "teardown = stop"),
    ("setup_worker", "setup_worker = connect"),
    ("teardown_worker", "teardown_worker = disconnect"),
    ("setup_timeout", "setup_timeout = \"2m\""),
    ("data", "data = users"),
    ("data_order", "data_order = \"once\""),
    ("args", "args = [1, 10, 100]"),
    ("name", "name = \"cart::add\""),
    ("farm", "farm = \"shop\""),
    ("thresholds", "thresholds(p99 < \"250ms\")"),
    ("crate", "crate = ::pusher"),
];

/// What the attribute says.
#[derive(Default)]
pub(crate) struct Arguments {
    /// What is handed to `Asked` by a method of the key's name.
    pub(crate) asked: Vec<(Ident, TokenStream)>,
    pub(crate) thresholds: Vec<Threshold>,
    pub(crate) setup: Option<ExprPath>,
    pub(crate) teardown: Option<ExprPath>,
    pub(crate) setup_worker: Option<ExprPath>,
    pub(crate) teardown_worker: Option<ExprPath>,
    pub(crate) data: Option<ExprPath>,
    pub(crate) cases: Option<Cases>,
    pub(crate) name: Option<LitStr>,
    pub(crate) farm: Option<LitStr>,
    pub(crate) path_of_crate: Option<ExprPath>,
    ticks: Ticks,
}

/// Reads all that stands between the parentheses; the error is of all that is wrong.
pub(crate) fn read(tokens: TokenStream) -> Result<Arguments> {
    let mut arguments = Arguments::default();
    let mut seen = Vec::new();
    let entries =
        |input: ParseStream| list::entries(input, |input| arguments.entry(&mut seen, input));
    entries.parse2(tokens)?;
    rules::check(&seen)?;
    arguments.check_percentiles()?;
    Ok(arguments)
}

impl Arguments {
    fn entry(&mut self, seen: &mut Vec<Ident>, input: ParseStream) -> Result<()> {
        let key = key(input)?;
        only_once(&key, seen)?;
        match key.to_string().as_str() {
            "thresholds" => {
                self.thresholds = threshold::read.parse2(parenthesized(&key, input)?)?
            }
            "stages" | "steps" | "sine" => {
                let shape = shape::read(&key, parenthesized(&key, input)?)?;
                self.ticks.shape = Some(shape.area);
                self.asked.extend(shape.asked);
            }
            _ => {
                let value = value(&key, input)?;
                self.set(key, &value)?;
            }
        }
        Ok(())
    }

    fn set(&mut self, key: Ident, value: &Expr) -> Result<()> {
        let text = key.to_string();
        match text.as_str() {
            "setup" => self.setup = Some(path(&text, value)?),
            "teardown" => self.teardown = Some(path(&text, value)?),
            "setup_worker" => self.setup_worker = Some(path(&text, value)?),
            "teardown_worker" => self.teardown_worker = Some(path(&text, value)?),
            "data" => self.data = Some(path(&text, value)?),
            "crate" => self.path_of_crate = Some(path(&text, value)?),
            "args" => self.cases = Some(cases::read(&text, value)?),
            "name" => self.name = Some(name(&text, value)?),
            "farm" => self.farm = Some(name(&text, value)?),
            _ => {
                let tokens = self.checked(&text, value)?;
                // `time` is what `Asked` calls other things, too.
                let method = if text == "time" { Ident::new("clock", key.span()) } else { key };
                self.asked.push((method, tokens));
            }
        }
        Ok(())
    }

    /// The tokens of a value that is handed on.
    fn checked(&mut self, key: &str, value: &Expr) -> Result<TokenStream> {
        Ok(match key {
            "rps" => self.ticks.keep_rate(rate(key, value)?),
            "duration" => self.ticks.keep_duration(positive_time(key, value)?),
            "timeout" | "setup_timeout" => positive_time(key, value)?.0,
            "data_order" => word(key, value, ["round-robin", "random", "once"])?,
            "overtime" => overtime(key, value)?,
            "workers" => self.ticks.keep_workers(workers(key, value)?),
            "calls" => self.ticks.keep_calls(calls(key, value)?),
            "concurrency" => concurrency(key, value)?,
            "seed" => seed(key, value)?,
            "arrivals" => {
                self.ticks.is_random = !matches!(written(value), Some(Written { says: Says::Text(word), .. }) if word == "uniform");
                word(key, value, ["uniform", "poisson"])?
            }
            "time" => word(key, value, ["real", "virtual"])?,
            _ => time(key, value)?.0,
        })
    }

    /// Refuses what the fn would have to take, and does not: it has no parameter at all.
    pub(crate) fn check_parameters(&self, function: &Function) -> Result<()> {
        let mut errors = Errors::default();
        if function.parameters.is_empty() {
            let name = &function.ident;
            if let Some(cases) = &self.cases {
                let message = format!(
                    "args gives `{name}` a value, and it takes none: add a parameter of the values' type"
                );
                errors.add(wrong(&cases.values, message));
            }
            if let Some(data) = &self.data {
                errors.add(wrong(data, format!("data gives `{name}` an item, and it takes none: add a parameter of the items' type")));
            }
        }
        errors.into_result()
    }

    fn check_percentiles(&self) -> Result<()> {
        let mut errors = Errors::default();
        self.thresholds
            .iter()
            .filter_map(|threshold| threshold.unresolved(&self.ticks))
            .for_each(|error| errors.add(error));
        errors.into_result()
    }
}

/// Reads a key, and refuses one that there is not.
fn key(input: ParseStream) -> Result<Ident> {
    let Ok(key) = input.call(Ident::parse_any) else {
        return Err(
            input.error(format!("expected a key such as `rps = 50`: the keys are {}", keys()))
        );
    };
    let text = key.to_string();
    if KEYS.iter().any(|(known, _)| *known == text) {
        return Ok(key);
    }
    let meant = nearest(&text, KEYS.map(|(known, _)| known))
        .map(|known| format!("did you mean `{known}`? "))
        .unwrap_or_default();
    Err(wrong(&key, format!("`{text}` is no key: {meant}the keys are {}", keys())))
}

fn keys() -> String {
    let [others @ .., last] = KEYS.map(|(key, _)| key);
    format!("{} and {last}", others.join(", "))
}

fn only_once(key: &Ident, seen: &mut Vec<Ident>) -> Result<()> {
    if seen.iter().any(|seen| seen == key) {
        return Err(wrong(key, format!("{key} is given twice: keep one of the two")));
    }
    seen.push(key.clone());
    Ok(())
}

/// Reads `= VALUE`.
fn value(key: &Ident, input: ParseStream) -> Result<Expr> {
    if !input.peek(Token![=]) {
        return Err(no_value(key));
    }
    input.parse::<Token![=]>()?;
    if is_at_end(input) { Err(no_value(key)) } else { input.parse() }
}

/// Reads `( .. )`.
fn parenthesized(key: &Ident, input: ParseStream) -> Result<TokenStream> {
    if input.peek(Token![=]) {
        return Err(wrong(
            key,
            format!("{key} is written with parentheses: write it as in `{}`", example(key)),
        ));
    }
    if !input.peek(token::Paren) {
        return Err(no_value(key));
    }
    Ok(input.parse::<Group>()?.stream())
}

fn no_value(key: &Ident) -> Error {
    wrong(key, format!("{key} has no value: write it as in `{}`", example(key)))
}

fn example(key: &Ident) -> &'static str {
    KEYS.iter().find(|(known, _)| key == known).map_or("rps = 50", |(_, example)| example)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn check(tokens: TokenStream, messages: &[&str]) {
        let errors = read(tokens.clone())
            .err()
            .map(|error| error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>());
        assert_eq!(errors.unwrap_or_default(), messages, "{tokens}");
    }

    #[test]
    fn takes_every_key_and_every_form_of_value() {
        check(quote!(rps = 50, duration = "1m"), &[]);
        check(
            quote!(rps = 1e3, duration = ("1m"), overtime = 0, warmup = "0s", grace = "0s",),
            &[],
        );
        check(
            quote!(
                rps = RATE * 2,
                duration = Duration::from_secs(9),
                overtime = u32::MAX,
                timeout = limits::<u8>(1)
            ),
            &[],
        );
        check(
            quote!(
                rps = 0x32_u8,
                duration = "1h",
                setup = self::shop,
                teardown = close::<Shop>,
                crate = ::pu,
                thresholds()
            ),
            &[],
        );
        check(
            quote!(
                rps = 50,
                duration = "1m",
                workers = 1_000,
                name = "add",
                farm = "cart::rush-hour"
            ),
            &[],
        );
        check(quote!(rps = 50, duration = "1m", workers = WORKERS + 1, farm = ("shop")), &[]);
    }

    #[test]
    fn takes_what_is_handed_to_the_fn() {
        check(
            quote!(
                rps = 50,
                duration = "1m",
                setup_worker = connect,
                teardown_worker = self::disconnect,
                args = SIZES
            ),
            &[],
        );
        check(
            quote!(
                rps = 50,
                duration = "1m",
                data = Vec::<u8>::new,
                data_order = "once",
                args = [1, 10]
            ),
            &[],
        );
        check(quote!(rps = 50, duration = "1m", data = users, data_order = ORDER, seed = 7), &[]);
        check(
            quote!(
                rps = 50,
                duration = "1m",
                data_order = "often",
                teardown_worker = disconnect,
                args = []
            ),
            &[
                "data_order is \"often\": give \"round-robin\", \"random\" or \"once\"",
                "args is empty: give a value for each test, such as `args = [1, 10, 100]`",
            ],
        );
        check(
            quote!(rps = 50, duration = "1m", data_order = "once", teardown_worker = disconnect),
            &[
                "teardown_worker has nothing to tear down: add `setup_worker = connect`, or write `teardown`",
                "data_order has nothing to hand out: add `data = users`, or remove it",
            ],
        );
    }

    #[test]
    fn reports_each_mistake_once() {
        let unknown =
            format!("`duratoin` is no key: did you mean `duration`? the keys are {}", keys());
        check(
            quote!(rps = 50, duratoin = "1m", rps = 5),
            &[&unknown, "rps is given twice: keep one of the two"],
        );
        check(
            quote!(rps = 0, duration = "soon"),
            &[
                "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
                "duration: `soon` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"",
            ],
        );
        check(quote!(), &["rps and duration are missing: add `rps = 50, duration = \"1m\"`"]);
        check(
            quote!(rps = 50, duration = "1m", workers = 0, farm = FARM),
            &[
                "workers is 0: give a whole number from 1 to 1000, such as 5",
                "farm is no literal, and tests are listed without running anything: write text of letters, digits, `_` and `-`, with `::` between parts, such as \"cart::add\"",
            ],
        );
        check(quote!(rps, duration = "1m"), &["rps has no value: write it as in `rps = 50`"]);
        check(
            quote!(rps = 50 duration = "1m"),
            &["this does not belong to what stands before it: write a `,` between two entries"],
        );
    }

    #[test]
    fn counts_ticks_exactly() {
        check(quote!(rps = 10, duration = "10s", thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 9.9, duration = "10s", thresholds(lag.p99 < "1s", max < "1s")),
            &[
                "lag.p99 needs 100 ticks, and rps × duration makes 99 ticks: raise duration to \"11s\", raise rps, or take a lower percentile or max",
            ],
        );
        check(quote!(rps = RPS, duration = "10s", thresholds(p99.99 < "1s")), &[]);
    }

    #[test]
    fn keys_that_do_not_go_together_are_refused() {
        let rules = [
            (
                quote!(rps = 50, stages(hold(5, "1s"))),
                "stages stands in for rps: keep one of the two",
            ),
            (
                quote!(concurrency = 5, calls = 10, sine(from = 1, to = 2, period = "1s")),
                "sine stands in for concurrency: keep one of the two",
            ),
            (
                quote!(stages(hold(5, "1s")), duration = "1m"),
                "stages have times of their own: remove it",
            ),
            (
                quote!(steps(from = 1, to = 2, by = 1, each = "1s"), duration = "1m"),
                "steps have times of their own: remove it",
            ),
            (
                quote!(concurrency = 5, calls = 10, overtime = 5),
                "overtime is for an open loop, and a closed one never has more calls in flight than `concurrency`: remove it",
            ),
            (
                quote!(concurrency = 5, calls = 10, arrivals = "uniform"),
                "arrivals is for an open loop, and a closed one makes a call when one has ended: remove it",
            ),
            (
                quote!(rps = 5, calls = 10, pause = "1s"),
                "pause is between the calls of a closed loop: add `concurrency = 20`, or remove it",
            ),
            (
                quote!(rps = 5, calls = 10, seed = 1),
                "seed has nothing to decide here: add `arrivals = \"poisson\"` or `data_order = \"random\"`, or remove it",
            ),
            (quote!(rps = 5), "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`"),
            (
                quote!(concurrency = 5),
                "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
            ),
            (
                quote!(duration = "1m"),
                "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = 20`",
            ),
        ];
        rules.into_iter().for_each(|(tokens, message)| check(tokens, &[message]));
        check(
            quote!(
                sine(from = 1, to = 2, period = "1s"),
                arrivals = "poisson",
                seed = 0,
                time = "virtual"
            ),
            &[],
        );
        check(quote!(concurrency = 20, duration = "1m", calls = 10_000, pause = "0s"), &[]);
    }

    #[test]
    fn words_and_counts_are_checked() {
        check(
            quote!(rps = 5, calls = 0),
            &["calls is 0: give a whole number above 0, such as 10_000"],
        );
        check(
            quote!(concurrency = 0, calls = 1),
            &["concurrency is 0: give a whole number from 1 to 100000, such as 20"],
        );
        check(
            quote!(rps = 5, calls = 1, arrivals = "even"),
            &["arrivals is \"even\": give \"uniform\" or \"poisson\""],
        );
        check(quote!(rps = 5, calls = 1, time = 5), &["time is 5: give \"real\" or \"virtual\""]);
        check(
            quote!(rps = 5, calls = 1, arrivals = "poisson", seed = -1),
            &["seed is -1: give a whole number from 0 to 18446744073709551615, such as 7"],
        );
    }

    #[test]
    fn counts_the_ticks_of_shapes_and_calls() {
        let few = |what: &str| {
            format!("p99 needs 100 ticks, and {what}, or take a lower percentile or max")
        };
        check(
            quote!(stages(ramp(0, 9, "10s")), thresholds(p99 < "1s")),
            &[&few("the shape makes 45 ticks: give it more time or higher rates")],
        );
        check(quote!(stages(ramp(0, 9, "10s")), workers = 3, thresholds(p99 < "1s")), &[]);
        check(quote!(stages(ramp(0, RATE, "10s")), thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 50, calls = 99, thresholds(p99 < "1s")),
            &[&few("calls makes 99: raise calls")],
        );
        check(
            quote!(rps = 50, duration = "1m", calls = 99, thresholds(p99 < "1s")),
            &[&few("calls makes 99: raise calls")],
        );
        check(
            quote!(concurrency = 5, calls = 30, workers = 3, thresholds(p99 < "1s")),
            &[&few("calls × workers makes 90: raise calls or workers")],
        );
        check(quote!(concurrency = 5, duration = "1s", thresholds(p99.99 < "1s")), &[]);
        check(quote!(rps = 50, calls = 100, thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 10, duration = "10s", arrivals = "uniform", thresholds(p99 < "1s")),
            &[],
        );
        check(
            quote!(rps = 10, duration = "10s", arrivals = "poisson", thresholds(p99 < "1s")),
            &[&few(
                "poisson arrivals may make as few as 60 where there are 100 on average: raise the rate or the time",
            )],
        );
        check(quote!(rps = 10, calls = 100, arrivals = "poisson", thresholds(p99 < "1s")), &[]);
        check(quote!(rps = 15, duration = "10s", arrivals = ARRIVALS, thresholds(p99 < "1s")), &[]);
    }

    #[test]
    fn counts_the_ticks_of_all_workers() {
        check(quote!(rps = 1, duration = "20s", workers = 5, thresholds(p99 < "1s")), &[]);
        check(quote!(rps = 0.1, duration = "11s", workers = 50, thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 1, duration = "4s", workers = 5, thresholds(p99 < "1s")),
            &[
                "p99 needs 100 ticks, and rps × duration × workers makes 20 ticks: raise duration to \"20s\", raise rps or workers, or take a lower percentile or max",
            ],
        );
        check(quote!(rps = 1, duration = "20s", workers = WORKERS, thresholds(p99.99 < "1s")), &[]);
    }
}
