//! [`Arguments`]: the keys between the parentheses of `#[load(..)]`, with their spans until the
//! last error is written.

use proc_macro2::{Group, TokenStream};
use pusher_load_grammar::foreign;
use pusher_load_grammar::key::{self, KEYS, Key, Takes};
use pusher_load_grammar::nearest::nearest;
use pusher_load_grammar::pause::Pause;
use pusher_load_grammar::rate::Rps;
use pusher_load_grammar::words::{Arrivals, ItemOrder, Word};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, ExprPath, Ident, LitStr, Result, Token, token};

use crate::callers;
use crate::cases::{self, Cases};
use crate::expected::{DataEnd, Expected, Known, Spacing};
use crate::item::Function;
use crate::list::{self, AllErrors, is_at_end};
use crate::threshold::{self, Condition};
use crate::value::{
    count, name, path, pause, positive_time, rate, time, without_quotes, word, wrong,
};
use crate::{rules, shape};

/// All that the attribute says.
#[derive(Default)]
pub(crate) struct Arguments {
    /// Calls of the run time's `Attribute`: a method, of the key's name, and its arguments.
    pub(crate) methods: Vec<(Ident, TokenStream)>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) setup: Option<ExprPath>,
    pub(crate) teardown: Option<ExprPath>,
    pub(crate) setup_worker: Option<ExprPath>,
    pub(crate) teardown_worker: Option<ExprPath>,
    pub(crate) data: Option<ExprPath>,
    pub(crate) cases: Option<Cases>,
    pub(crate) name: Option<LitStr>,
    pub(crate) farm: Option<LitStr>,
    pub(crate) path_of_crate: Option<ExprPath>,
    expected: Expected,
}

/// Reads all that stands between the parentheses. The error is of all that is wrong.
pub(crate) fn read(tokens: TokenStream) -> Result<Arguments> {
    let mut arguments = Arguments::default();
    let mut seen = Vec::new();
    let entries =
        |input: ParseStream| list::entries(input, |input| arguments.entry(&mut seen, input));
    entries.parse2(tokens)?;
    rules::check(&seen, &arguments.expected)?;
    arguments.check_spread(&seen)?;
    arguments.check_percentiles()?;
    Ok(arguments)
}

/// A key where it stands in the attribute.
struct ReadEntry {
    ident: Ident,
    key: &'static Key,
}

impl Arguments {
    fn entry(&mut self, seen: &mut Vec<Ident>, input: ParseStream) -> Result<()> {
        let entry = key(input)?;
        only_once(&entry, seen)?;
        match entry.key.takes {
            Takes::Thresholds => {
                self.conditions = threshold::read.parse2(parenthesized(&entry, input)?)?;
            }
            Takes::Shape => {
                let shape = shape::read(&entry.ident, parenthesized(&entry, input)?)?;
                self.expected.shape = Known::given(shape.curve);
                self.methods.extend(shape.methods);
            }
            _ => {
                let value = value(&entry, input)?;
                self.set(entry, &value)?;
            }
        }
        Ok(())
    }

    fn set(&mut self, entry: ReadEntry, value: &Expr) -> Result<()> {
        let key = entry.key.name;
        match key {
            "setup" => self.setup = Some(path(key, value)?),
            "teardown" => self.teardown = Some(path(key, value)?),
            "setup_worker" => self.setup_worker = Some(path(key, value)?),
            "teardown_worker" => self.teardown_worker = Some(path(key, value)?),
            "data" => self.data = Some(path(key, value)?),
            "crate" => self.path_of_crate = Some(path(key, value)?),
            "args" => self.cases = Some(cases::read(key, value)?),
            "name" => self.name = Some(name(key, value)?),
            "farm" => self.farm = Some(name(key, value)?),
            "concurrency" => match callers::read(value)? {
                Some(callers) => {
                    self.expected.callers = Some(callers.shape);
                    self.methods.extend(callers.methods);
                }
                None => {
                    let tokens = self.checked(entry.key, value)?;
                    self.methods.push((entry.ident, tokens));
                }
            },
            _ => {
                let tokens = self.checked(entry.key, value)?;
                // A method `time` would be one of too many meanings.
                let method = if key == "time" {
                    Ident::new("clock", entry.ident.span())
                } else {
                    entry.ident
                };
                self.methods.push((method, tokens));
            }
        }
        Ok(())
    }

    /// The tokens of a value that is handed on.
    fn checked(&mut self, key: &Key, value: &Expr) -> Result<TokenStream> {
        Ok(match key.takes {
            Takes::Rate => {
                let rate = rate(key.name, value)?;
                self.expected.rate = Known::given(rate.known);
                rate.tokens
            }
            Takes::Count(numbers) => {
                let count = count(key.name, value, numbers)?;
                match key.name {
                    "calls" => self.expected.calls = Known::given(count.known),
                    "workers" => self.expected.workers = Known::given(count.known),
                    _ => {}
                }
                count.tokens
            }
            Takes::Word(words) => {
                let word = word(key.name, value, words)?;
                if key.name == "arrivals" && word.known != Some(Arrivals::Uniform.word()) {
                    self.expected.arrivals = Spacing::Random;
                }
                if key.name == "data_order"
                    && word.known.is_none_or(|order| order == ItemOrder::Once.word())
                {
                    self.expected.data = DataEnd::MayBe;
                }
                word.tokens
            }
            Takes::PositiveTime => {
                let time = positive_time(key.name, value)?;
                if key.name == "duration" {
                    self.expected.duration = Known::given(time.known);
                }
                time.tokens
            }
            Takes::Pause => {
                let pause = pause(key.name, value)?;
                if pause.known.is_none_or(Pause::is_random) {
                    self.expected.pauses = Spacing::Random;
                }
                pause.tokens
            }
            _ => time(key.name, value)?.tokens,
        })
    }

    /// Refuses an argument that the fn has no parameter for: it has none at all.
    pub(crate) fn check_parameters(&self, function: &Function) -> Result<()> {
        let mut errors = AllErrors::default();
        if function.parameters.is_empty() {
            let name = &function.ident;
            if let Some(cases) = &self.cases {
                let message = format!(
                    "args gives `{name}` a value, and it takes none: add a parameter of the \
                     values' type"
                );
                errors.add(wrong(&cases.values, message));
            }
            if let Some(data) = &self.data {
                let message = format!(
                    "data gives `{name}` an item, and it takes none: add a parameter of the \
                     items' type"
                );
                errors.add(wrong(data, message));
            }
        }
        errors.into_result()
    }

    /// Refuses more calls than can be spread over the duration, if no rate is given.
    fn check_spread(&self, seen: &[Ident]) -> Result<()> {
        let calls = seen.iter().find(|key| *key == "calls");
        let (Some(key), false) = (calls, seen.iter().any(rules::is_pace)) else { return Ok(()) };
        match (&self.expected.calls, &self.expected.duration) {
            (Known::As(calls), Known::As(duration)) => {
                Rps::spread(*calls, *duration).map(drop).map_err(|message| wrong(key, message))
            }
            _ => Ok(()),
        }
    }

    fn check_percentiles(&self) -> Result<()> {
        let mut errors = AllErrors::default();
        self.conditions
            .iter()
            .filter_map(|condition| condition.unresolved(&self.expected))
            .for_each(|error| errors.add(error));
        errors.into_result()
    }
}

/// Reads a key, and refuses an unknown one.
fn key(input: ParseStream) -> Result<ReadEntry> {
    let Ok(ident) = input.call(Ident::parse_any) else {
        return Err(
            input.error(format!("expected a key such as `rps = 50`: the keys are {}", keys()))
        );
    };
    let text = ident.to_string();
    if let Some(key) = key::find(&text) {
        return Ok(ReadEntry { ident, key });
    }
    let meant = foreign::key(&text)
        .or_else(|| nearest(&text, KEYS.iter().map(|key| key.name)))
        .map(|known| format!("did you mean `{known}`? "))
        .unwrap_or_default();
    Err(wrong(&ident, format!("`{text}` is no key: {meant}the keys are {}", keys())))
}

fn keys() -> String {
    let [others @ .., last] = KEYS.each_ref().map(|key| key.name);
    format!("{} and {last}", others.join(", "))
}

fn only_once(ReadEntry { ident, key }: &ReadEntry, seen: &mut Vec<Ident>) -> Result<()> {
    if seen.iter().any(|seen| seen == ident) {
        let way_out = match key.takes {
            Takes::Thresholds => "put all of them into one",
            _ => "keep one of the two",
        };
        return Err(wrong(ident, format!("{ident} is given twice: {way_out}")));
    }
    seen.push(ident.clone());
    Ok(())
}

/// Reads `= VALUE`.
fn value(entry: &ReadEntry, input: ParseStream) -> Result<Expr> {
    if !input.peek(Token![=]) {
        return Err(entry.no_value());
    }
    input.parse::<Token![=]>()?;
    if is_at_end(input) {
        return Err(entry.no_value());
    }
    // A word that rustc keeps for itself, such as `virtual`, is no expression.
    if let Takes::Word(words) = entry.key.takes
        && let Ok(typed) = input.fork().call(Ident::parse_any)
        && let Some(word) = words.find(&typed.to_string())
    {
        return Err(without_quotes(&typed, entry.key.name, word));
    }
    input.parse()
}

/// Reads `( .. )`.
fn parenthesized(entry: &ReadEntry, input: ParseStream) -> Result<TokenStream> {
    if input.peek(Token![=]) {
        let ReadEntry { ident, key } = entry;
        return Err(wrong(
            ident,
            format!("{ident} is written with parentheses: write it as in `{}`", key.example),
        ));
    }
    if !input.peek(token::Paren) {
        return Err(entry.no_value());
    }
    Ok(input.parse::<Group>()?.stream())
}

impl ReadEntry {
    fn no_value(&self) -> Error {
        let ReadEntry { ident, key } = self;
        wrong(ident, format!("{ident} has no value: write it as in `{}`", key.example))
    }
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
        check(quote!(rps = 50, data = users, data_order = "once"), &[]);
        check(quote!(concurrency = 5, data = users, data_order = ORDER), &[]);
        check(
            quote!(concurrency = 5, data = users, data_order = "random"),
            &["duration is missing: add `duration = \"1m\"`, or `calls = 10_000`"],
        );
        check(
            quote!(data = users, data_order = "once"),
            &["rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = \
               20`"],
        );
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
                "teardown_worker has nothing to tear down: add `setup_worker = connect`, or write \
                 `teardown`",
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
            quote!(rps = 5, duration = "1m", thresholds(max < "1s"), thresholds(errors == 0)),
            &["thresholds is given twice: put all of them into one"],
        );
        check(
            quote!(rps = 5, duration = "1m", time = virtual, arrivals = poisson),
            &[
                "`virtual` is not in quotes: write time = \"virtual\"",
                "`poisson` is not in quotes: write arrivals = \"poisson\"",
            ],
        );
        check(
            quote!(rps = 0, duration = "soon"),
            &[
                "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
                "duration: `soon` is no duration: write a number and a unit, such as \"250ms\", \
                 \"30s\" or \"1m 30s\"",
            ],
        );
        let foreign = |theirs: &str, ours: &str| {
            format!("`{theirs}` is no key: did you mean `{ours}`? the keys are {}", keys())
        };
        check(
            quote!(rate = 50, duration = "1m", users = 5, max_in_flight = 7),
            &[
                &foreign("rate", "rps"),
                &foreign("users", "concurrency"),
                &foreign("max_in_flight", "overtime"),
            ],
        );
        check(quote!(), &["rps and duration are missing: add `rps = 50, duration = \"1m\"`"]);
        check(
            quote!(rps = 50, duration = "1m", workers = 0, farm = FARM),
            &[
                "workers is 0: give a whole number from 1 to 1000, such as 5",
                "farm is no literal, and tests are listed without running anything: write text of \
                 letters, digits, `_` and `-`, with `::` between parts, such as \"cart::add\"",
            ],
        );
        check(quote!(rps, duration = "1m"), &["rps has no value: write it as in `rps = 50`"]);
        check(
            quote!(rps = 50 duration = "1m"),
            &["this stands after a complete entry: write a `,` between two entries"],
        );
    }

    #[test]
    fn counts_ticks_exactly() {
        check(quote!(rps = 10, duration = "10s", thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 9.9, duration = "10s", thresholds(lag.p99 < "1s", max < "1s")),
            &["lag.p99 needs 100 ticks, and rps × duration makes 99 ticks: raise duration to \
               \"11s\", raise rps, or take a lower percentile or max"],
        );
        check(quote!(rps = RPS, duration = "10s", thresholds(p99.99 < "1s")), &[]);
    }

    #[test]
    fn keys_that_do_not_go_together_are_refused() {
        let rules = [
            (
                quote!(rps = 50, stages(hold(5, "1s"))),
                "stages and rps both say when calls are made: keep one of the two",
            ),
            (
                quote!(concurrency = 5, calls = 10, sine(from = 1, to = 2, period = "1s")),
                "sine and concurrency both say when calls are made: keep one of the two",
            ),
            (
                quote!(stages(hold(5, "1s")), duration = "1m"),
                "stages have times of their own: remove duration",
            ),
            (
                quote!(steps(from = 1, to = 2, by = 1, each = "1s"), duration = "1m"),
                "steps have times of their own: remove duration",
            ),
            (
                quote!(concurrency = 5, calls = 10, overtime = 5),
                "overtime is for an open loop, and a closed one never has more calls in flight \
                 than `concurrency`: remove overtime",
            ),
            (
                quote!(concurrency = 5, calls = 10, arrivals = "uniform"),
                "arrivals is for an open loop, and a closed one makes a call when one has ended: \
                 remove arrivals",
            ),
            (
                quote!(rps = 5, calls = 10, pause = "1s"),
                "pause is between the calls of a closed loop: add `concurrency = 20`, or remove it",
            ),
            (
                quote!(rps = 5, calls = 10, seed = 1),
                "seed has nothing to decide here: add `arrivals = \"poisson\"` or `data_order = \
                 \"random\"`, or remove it",
            ),
            (quote!(rps = 5), "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`"),
            (
                quote!(concurrency = 5),
                "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
            ),
            (
                quote!(duration = "1m"),
                "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = \
                 20`",
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
        check(quote!(concurrency = 20, duration = "1m", pause = "1s..3s", seed = 7), &[]);
        check(quote!(concurrency = 20, duration = "1m", pause = PAUSE, seed = 7), &[]);
        check(quote!(concurrency = 20, duration = "1m", pause = SHORT..LONG, seed = 7), &[]);
    }

    #[test]
    fn words_and_counts_are_checked() {
        check(
            quote!(rps = 5, calls = 0),
            &["calls is 0: give a whole number above 0, such as 10000"],
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
                "poisson arrivals make 100 on average but may make as few as 60: raise the rate \
                 or the time",
            )],
        );
        check(quote!(rps = 10, calls = 100, arrivals = "poisson", thresholds(p99 < "1s")), &[]);
        check(quote!(rps = 15, duration = "10s", arrivals = ARRIVALS, thresholds(p99 < "1s")), &[]);
    }

    #[test]
    fn counts_the_ticks_of_all_workers() {
        check(quote!(rps = 1, duration = "20s", workers = 5, thresholds(p99 < "1s")), &[]);
        check(quote!(rps = 0.1, duration = "20s", workers = 50, thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 1, duration = "4s", workers = 5, thresholds(p99 < "1s")),
            &["p99 needs 100 ticks, and rps × duration × workers makes 20 ticks: raise duration \
               to \"20s\", raise rps or workers, or take a lower percentile or max"],
        );
        check(quote!(rps = 1, duration = "20s", workers = WORKERS, thresholds(p99.99 < "1s")), &[]);
        // They deal the ticks of one schedule, which are no more than its rate makes.
        check(
            quote!(rps = 0.1, duration = "11s", workers = 50, thresholds(p99 < "1s")),
            &["p99 needs 100 ticks, and rps × duration × workers makes 55 ticks: raise duration \
               to \"20s\", raise rps or workers, or take a lower percentile or max"],
        );
        check(
            quote!(stages(hold("1/3s", "10s")), workers = 2, thresholds(p90 < "1s")),
            &["p90 needs 10 ticks, and the shape × workers makes 7 ticks: give it more time or \
               higher rates, or raise workers, or take a lower percentile or max"],
        );
    }

    #[test]
    fn a_rate_is_a_text_too() {
        check(quote!(rps = "7/m", duration = "1h"), &[]);
        check(quote!(rps = "50", duration = "1m"), &[]);
        check(quote!(stages(ramp("7/m", "100/3s", "1m"), hold(5, "1m"))), &[]);
        check(quote!(rps = "7/m", duration = "1h", thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = "7/m", duration = "10m", thresholds(p99 < "1s")),
            &["p99 needs 100 ticks, and rps × duration makes 70 ticks: raise duration to \
               \"14m 18s\", raise rps, or take a lower percentile or max"],
        );
        let rate = "give a number above 0 and up to 1000000000, such as 50 or 0.5, or a text such \
                    as \"7/m\" or \"100/3s\"";
        check(quote!(rps = "7/x", duration = "1m"), &[&format!("rps is \"7/x\": {rate}")]);
        check(
            quote!(stages(hold("1/999983s", "1h"), hold("1/1000033s", "1h"))),
            &["the rates 1/11days 13h 46m 23s and 1/11days 13h 47m 13s in stages share no \
               denominator below 1000000000000: write both for the same time, such as \"7/m\" and \
               \"30/m\""],
        );
    }

    #[test]
    fn calls_are_spread_over_a_duration_without_a_rate() {
        check(quote!(calls = 10, duration = "5m"), &[]);
        check(quote!(calls = 100, duration = "5m", thresholds(p99 < "1s")), &[]);
        check(
            quote!(calls = 99, duration = "5m", thresholds(p99 < "1s")),
            &["p99 needs 100 ticks, and calls makes 99: raise calls, or take a lower \
                 percentile or max"],
        );
        check(
            quote!(calls = 11, duration = "10ns"),
            &["11 calls in 10ns are more than 1000000000 per second: give fewer `calls`, or a \
               longer `duration`"],
        );
        check(quote!(calls = 10), &[pusher_load_grammar::key::NO_PACE]);
    }
}
