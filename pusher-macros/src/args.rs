//! The keys between the parentheses of `#[load(..)]`, with their spans until the last error is written.

use std::time::Duration;

use proc_macro2::{Group, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, ExprPath, Ident, LitStr, Result, Token, token};

use crate::decimal::Decimal;
use crate::list::{self, Errors, is_at_end};
use crate::nearest::nearest;
use crate::threshold::{self, Threshold};
use crate::value::{name, overtime, path, positive_time, rate, time, workers, wrong};

/// Every key there is, as it is written.
const KEYS: [(&str, &str); 14] = [
    ("rps", "rps = 50"),
    ("duration", "duration = \"1m\""),
    ("overtime", "overtime = 10"),
    ("workers", "workers = 5"),
    ("warmup", "warmup = \"5s\""),
    ("timeout", "timeout = \"2s\""),
    ("grace", "grace = \"10s\""),
    ("setup", "setup = start"),
    ("teardown", "teardown = stop"),
    ("setup_timeout", "setup_timeout = \"2m\""),
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
    pub(crate) name: Option<LitStr>,
    pub(crate) farm: Option<LitStr>,
    pub(crate) path_of_crate: Option<ExprPath>,
    rate: Option<Decimal>,
    duration: Option<Duration>,
    workers: Option<u64>,
}

/// Reads all that stands between the parentheses; the error is of all that is wrong.
pub(crate) fn read(tokens: TokenStream) -> Result<Arguments> {
    let mut arguments = Arguments { workers: Some(1), ..Arguments::default() };
    let mut seen = Vec::new();
    let entries = |input: ParseStream| list::entries(input, |input| arguments.entry(&mut seen, input));
    entries.parse2(tokens)?;
    refuse_missing(&seen)?;
    arguments.check_percentiles()?;
    Ok(arguments)
}

impl Arguments {
    fn entry(&mut self, seen: &mut Vec<String>, input: ParseStream) -> Result<()> {
        let key = key(input)?;
        only_once(&key, seen)?;
        if key == "thresholds" {
            self.thresholds = threshold::read.parse2(parenthesized(&key, input)?)?;
        } else {
            let value = value(&key, input)?;
            self.set(key, &value)?;
        }
        Ok(())
    }

    fn set(&mut self, key: Ident, value: &Expr) -> Result<()> {
        let text = key.to_string();
        match text.as_str() {
            "setup" => self.setup = Some(path(&text, value)?),
            "teardown" => self.teardown = Some(path(&text, value)?),
            "crate" => self.path_of_crate = Some(path(&text, value)?),
            "name" => self.name = Some(name(&text, value)?),
            "farm" => self.farm = Some(name(&text, value)?),
            _ => {
                let tokens = self.checked(&text, value)?;
                self.asked.push((key, tokens));
            }
        }
        Ok(())
    }

    /// The tokens of a value that is handed on.
    fn checked(&mut self, key: &str, value: &Expr) -> Result<TokenStream> {
        let tokens;
        match key {
            "rps" => (tokens, self.rate) = rate(key, value)?,
            "duration" => (tokens, self.duration) = positive_time(key, value)?,
            "timeout" | "setup_timeout" => (tokens, _) = positive_time(key, value)?,
            "overtime" => tokens = overtime(key, value)?,
            "workers" => (tokens, self.workers) = workers(key, value)?,
            _ => (tokens, _) = time(key, value)?,
        }
        Ok(tokens)
    }

    fn check_percentiles(&self) -> Result<()> {
        let mut errors = Errors::default();
        if let (Some(rate), Some(duration), Some(workers)) = (self.rate, self.duration, self.workers) {
            let unresolved = self.thresholds.iter().filter_map(|threshold| threshold.unresolved(rate, duration, workers));
            unresolved.for_each(|error| errors.add(error));
        }
        errors.into_result()
    }
}

/// Reads a key, and refuses one that there is not.
fn key(input: ParseStream) -> Result<Ident> {
    let Ok(key) = input.call(Ident::parse_any) else {
        return Err(input.error(format!("expected a key such as `rps = 50`: the keys are {}", keys())));
    };
    let text = key.to_string();
    if KEYS.iter().any(|(known, _)| *known == text) {
        return Ok(key);
    }
    let meant = nearest(&text, KEYS.map(|(known, _)| known)).map(|known| format!("did you mean `{known}`? ")).unwrap_or_default();
    Err(wrong(&key, format!("`{text}` is no key: {meant}the keys are {}", keys())))
}

fn keys() -> String {
    let [others @ .., last] = KEYS.map(|(key, _)| key);
    format!("{} and {last}", others.join(", "))
}

fn only_once(key: &Ident, seen: &mut Vec<String>) -> Result<()> {
    let text = key.to_string();
    if seen.contains(&text) {
        return Err(wrong(key, format!("{text} is given twice: keep one of the two")));
    }
    seen.push(text);
    Ok(())
}

fn refuse_missing(seen: &[String]) -> Result<()> {
    let is_missing = |key: &str| !seen.iter().any(|seen| seen == key);
    let message = match (is_missing("rps"), is_missing("duration")) {
        (false, false) => return Ok(()),
        (true, false) => "rps is missing: add `rps = 50`",
        (false, true) => "duration is missing: add `duration = \"1m\"`",
        (true, true) => "rps and duration are missing: add `rps = 50, duration = \"1m\"`",
    };
    Err(Error::new(Span::call_site(), message))
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
    if !input.peek(token::Paren) {
        return Err(no_value(key));
    }
    Ok(input.parse::<Group>()?.stream())
}

fn no_value(key: &Ident) -> Error {
    let example = KEYS.iter().find(|(known, _)| key == known).map_or("rps = 50", |(_, example)| example);
    wrong(key, format!("{key} has no value: write it as in `{example}`"))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn check(tokens: TokenStream, messages: &[&str]) {
        let errors = read(tokens.clone()).err().map(|error| error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>());
        assert_eq!(errors.unwrap_or_default(), messages, "{tokens}");
    }

    #[test]
    fn takes_every_key_and_every_form_of_value() {
        check(quote!(rps = 50, duration = "1m"), &[]);
        check(quote!(rps = 1e3, duration = ("1m"), overtime = 0, warmup = "0s", grace = "0s",), &[]);
        check(quote!(rps = RATE * 2, duration = Duration::from_secs(9), overtime = u32::MAX, timeout = limits::<u8>(1)), &[]);
        check(quote!(rps = 0x32_u8, duration = "1h", setup = self::shop, teardown = close::<Shop>, crate = ::pu, thresholds()), &[]);
        check(quote!(rps = 50, duration = "1m", workers = 1_000, name = "add", farm = "cart::rush-hour"), &[]);
        check(quote!(rps = 50, duration = "1m", workers = WORKERS + 1, farm = ("shop")), &[]);
    }

    #[test]
    fn reports_each_mistake_once() {
        let unknown = format!("`duratoin` is no key: did you mean `duration`? the keys are {}", keys());
        check(quote!(rps = 50, duratoin = "1m", rps = 5), &[&unknown, "rps is given twice: keep one of the two"]);
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
        check(quote!(rps = 50 duration = "1m"), &["this does not belong to what stands before it: write a `,` between two entries"]);
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
