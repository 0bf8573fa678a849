//! `thresholds(METRIC OP LIMIT, ..)`: read, and refused in the words that `pusher` has for it at
//! run time.

mod named;

use proc_macro2::{Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, Lit, Result, Token};

use crate::decimal::Decimal;
use crate::list::{self, is_at_end};
use crate::nearest::nearest;
use crate::ticks::Ticks;
use crate::time;
use crate::value::{Says, bare, written, wrong};

/// One threshold: what is handed on to be read once more, with what is not literal.
pub(crate) struct Threshold {
    metric: Metric,
    operator: String,
    limit: TokenStream,
}

/// A metric as it was written.
struct Metric {
    text: String,
    tokens: TokenStream,
    measure: Measure,
}

/// What a metric is held against.
#[derive(Clone, Copy)]
enum Measure {
    Time,
    Share,
    /// Calls per second.
    PerSecond,
    NumberPerSecond,
    Number,
}

/// Reads what stands between the parentheses of `thresholds(..)`.
pub(crate) fn read(input: ParseStream) -> Result<Vec<Threshold>> {
    let mut thresholds = Vec::new();
    list::entries(input, |input| {
        thresholds.push(input.parse()?);
        Ok(())
    })?;
    Ok(thresholds)
}

impl Parse for Threshold {
    fn parse(input: ParseStream) -> Result<Threshold> {
        let metric: Metric = input.parse()?;
        let measure = metric.measure;
        if is_at_end(input) {
            return Err(wrong(&metric.tokens, no_limit(&metric.text, "<", measure)));
        }
        let operator = operator(input)?;
        if is_at_end(input) {
            return Err(wrong(&metric.tokens, no_limit(&metric.text, &operator, measure)));
        }
        Ok(Threshold { limit: limit(input, measure)?, metric, operator })
    }
}

impl Threshold {
    /// The three arguments of `Asked::threshold`.
    pub(crate) fn arguments(&self) -> TokenStream {
        let (metric, operator, limit) = (&self.metric.text, &self.operator, &self.limit);
        quote!(#metric, #operator, #limit)
    }

    /// What is wrong with a percentile that needs more ticks than there will be.
    pub(crate) fn unresolved(&self, ticks: &Ticks) -> Option<Error> {
        let metric = &self.metric.text;
        let needed = percentile(figure(metric))?.ticks_needed();
        let too_few = ticks.too_few_for(needed)?;
        Some(wrong(
            &self.metric.tokens,
            format!(
                "{metric} needs {needed} ticks, and {too_few}, or take a lower percentile or max"
            ),
        ))
    }
}

impl Parse for Metric {
    /// Reads `p99.9`, which is a word, a point and a number to rustc.
    fn parse(input: ParseStream) -> Result<Metric> {
        let Ok(word) = input.call(Ident::parse_any) else {
            let token: TokenTree = input.fork().parse()?;
            return Err(wrong(&token, no_metric(&token.to_string())));
        };
        if let Some(named) = named::read(&word, input)? {
            return Ok(named);
        }
        let mut tokens = word.to_token_stream();
        let figure = figure_after(input, &mut tokens)?;
        let text =
            format!("{word}{}", figure.map(|figure| format!(".{figure}")).unwrap_or_default());
        let measure = measure(&text).ok_or_else(|| wrong(&tokens, no_metric(&text)))?;
        Ok(Metric { text, tokens, measure })
    }
}

/// Reads what comes after a point, with more points in it.
fn figure_after(input: ParseStream, tokens: &mut TokenStream) -> Result<Option<String>> {
    let mut figure = TokenStream::new();
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?.to_tokens(&mut figure);
        if input.peek(Ident) || input.peek(Lit) {
            figure.extend([input.parse::<TokenTree>()?]);
        }
    }
    let text: String = figure.clone().into_iter().map(|token| token.to_string()).collect();
    figure.to_tokens(tokens);
    Ok(text.strip_prefix('.').map(String::from))
}

fn measure(metric: &str) -> Option<Measure> {
    match (metric, figure(metric)) {
        ("errors" | "canceled", _) => Some(Measure::Share),
        ("throughput", _) => Some(Measure::PerSecond),
        (_, "min" | "mean" | "max") => Some(Measure::Time),
        (_, figure) => percentile(figure)
            .filter(|percentile| percentile.is_percentile())
            .map(|_| Measure::Time),
    }
}

/// The metric without the time that it speaks of.
fn figure(metric: &str) -> &str {
    let prefixes = ["response.", "service.", "lag."];
    prefixes.into_iter().find_map(|prefix| metric.strip_prefix(prefix)).unwrap_or(metric)
}

fn percentile(figure: &str) -> Option<Decimal> {
    figure.strip_prefix('p').and_then(Decimal::parse)
}

/// What is wrong with a metric that is held against nothing.
fn no_metric(metric: &str) -> String {
    let figure = figure(metric);
    if percentile(figure).is_some() {
        return no_percentile(figure);
    }
    let meant =
        meant(metric).map(|metric| format!("did you mean `{metric}`? ")).unwrap_or_default();
    format!(
        "`{metric}` is no metric: {meant}write a percentile such as p99, or min, mean, max (of the response time; `service.p99` and `lag.p99` for the other two times), errors, canceled or throughput, or, of what calls tell, `step(\"login\").p99`, `count(\"bytes\")` or `record(\"depth\").p99`"
    )
}

fn no_percentile(figure: &str) -> String {
    format!("`{figure}` is no percentile: write one above p0 and below p100, or min or max")
}

/// The metric that was most likely meant.
fn meant(text: &str) -> Option<String> {
    let plain = text.trim_matches('"').to_lowercase().replace('_', ".");
    if plain != text && measure(&plain).is_some() {
        return Some(plain);
    }
    let (time, last) =
        plain.split_once('.').map_or(("", plain.as_str()), |(time, last)| (time, last));
    let mut metrics: Vec<String> =
        ["errors", "canceled", "throughput", "min", "mean", "max"].map(String::from).to_vec();
    for time in ["response", "service", "lag"] {
        metrics.extend(["min", "mean", "max", last].map(|figure| format!("{time}.{figure}")));
    }
    metrics.retain(|metric| measure(metric).is_some() && (time.is_empty() || metric.contains('.')));
    nearest(&plain, metrics.iter().map(String::as_str)).map(String::from)
}

/// Reads the comparison, however many signs were typed for it.
fn operator(input: ParseStream) -> Result<String> {
    let mut signs: Vec<Punct> = Vec::new();
    while signs.last().is_none_or(|sign| sign.spacing() == Spacing::Joint)
        && ["<", ">", "=", "!"].iter().any(|sign| next_is(input, sign))
    {
        signs.push(input.parse()?);
    }
    let text: String = signs.iter().map(Punct::as_char).collect();
    if ["<", "<=", ">", ">=", "=="].contains(&text.as_str()) {
        return Ok(text);
    }
    if signs.is_empty() {
        let token: TokenTree = input.parse()?;
        return Err(wrong(
            &token,
            format!("`{token}` is no comparison: write one of < <= > >= =="),
        ));
    }
    Err(wrong(quote!(#(#signs)*), format!("`{text}` is no comparison: write one of < <= > >= ==")))
}

fn next_is(input: ParseStream, sign: &str) -> bool {
    input.cursor().punct().is_some_and(|(punct, _)| sign.starts_with(punct.as_char()))
}

/// Reads the limit, and checks it if it is a literal.
fn limit(input: ParseStream, measure: Measure) -> Result<TokenStream> {
    if let Some(percentage) = bare_percentage(input)? {
        let text = percentage.to_string().replace(' ', "");
        return Err(wrong(&percentage, format!("`{text}` is not in quotes: write {text:?}")));
    }
    let limit: Expr = input.parse()?;
    let Some(literal) = written(&limit) else { return Ok(bare(&limit).to_token_stream()) };
    let shown = match &literal.says {
        Says::Text(text) => text,
        Says::Number(_) | Says::Other => &literal.text,
    };
    let text = match (measure, &literal.says) {
        (Measure::Time, Says::Text(text)) => time::parse(text).map(|_| text.clone()),
        (Measure::Time, _) if time::parse(&literal.text).is_ok() => {
            Err(format!("`{shown}` is not in quotes: write {shown:?}"))
        }
        (Measure::Time, _) => Err(time::no_duration(shown)),
        (Measure::Share, Says::Text(text) | Says::Number(text)) if is_share(text) => {
            Ok(text.clone())
        }
        (Measure::Share, _) => {
            Err(format!("`{shown}` is no share: write a percentage such as \"1%\", or 0"))
        }
        (_, Says::Number(number)) if Decimal::parse(number).is_some() => Ok(number.clone()),
        (Measure::PerSecond, _) => Err(format!(
            "`{}` is no number of calls per second: write one such as 49.5",
            literal.text
        )),
        (Measure::NumberPerSecond, _) => {
            Err(format!("`{}` is no number per second: write one such as 49.5", literal.text))
        }
        (Measure::Number, _) => {
            Err(format!("`{}` is no number: write one such as 49.5", literal.text))
        }
    };
    text.map(ToTokens::into_token_stream).map_err(|message| wrong(&limit, message))
}

/// Takes `1%` without quotes, which is no expression.
fn bare_percentage(input: ParseStream) -> Result<Option<TokenStream>> {
    let ahead = input.fork();
    let is_percentage =
        ahead.parse::<Lit>().is_ok() && ahead.parse::<Token![%]>().is_ok() && is_at_end(&ahead);
    if !is_percentage {
        return Ok(None);
    }
    let (number, sign): (Lit, Token![%]) = (input.parse()?, input.parse()?);
    Ok(Some(quote!(#number #sign)))
}

/// Whether a text is `1%`, `0.5 %` or `0`.
fn is_share(text: &str) -> bool {
    match text.trim().strip_suffix('%') {
        Some(percent) => {
            Decimal::parse(percent.trim_end()).is_some_and(|percent| percent.is_at_most(100))
        }
        None => Decimal::parse(text).is_some_and(Decimal::is_zero),
    }
}

fn no_limit(metric: &str, operator: &str, measure: Measure) -> String {
    let limit = match measure {
        Measure::Time => "\"250ms\"",
        Measure::Share => "\"1%\"",
        Measure::PerSecond | Measure::NumberPerSecond | Measure::Number => "49.5",
    };
    format!("{metric} has no limit: write one, such as `{metric} {operator} {limit}`")
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::*;

    /// What becomes of one threshold: the arguments that are handed on, or the error.
    fn outcome(tokens: &str) -> String {
        let tokens: TokenStream = tokens.parse().unwrap();
        match read.parse2(tokens) {
            Ok(thresholds) => {
                thresholds.iter().map(|threshold| threshold.arguments().to_string()).collect()
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn reads_what_pusher_reads() {
        for (tokens, arguments) in [
            (r#"p99 < "250ms""#, r#""p99" , "<" , "250ms""#),
            (r#"p99.9<="1m 30s""#, r#""p99.9" , "<=" , "1m 30s""#),
            (r#"lag.p99.09 < "1s""#, r#""lag.p99.09" , "<" , "1s""#),
            (r#"service.max > LIMIT"#, r#""service.max" , ">" , LIMIT"#),
            (r#"errors < "1%""#, r#""errors" , "<" , "1%""#),
            (r#"errors <= "100 %""#, r#""errors" , "<=" , "100 %""#),
            ("canceled == 0", r#""canceled" , "==" , "0""#),
            ("throughput >= 49.5", r#""throughput" , ">=" , "49.5""#),
            ("throughput > 1e3", r#""throughput" , ">" , "1000""#),
            (r#"step("login").p95 < "100ms""#, r#""step(\"login\").p95" , "<" , "100ms""#),
            (
                r##"step(r#"log in\, (1)"#).p99.9 < LIMIT"##,
                r#""step(\"log in\\, (1)\").p99.9" , "<" , LIMIT"#,
            ),
            (r#"step("login").errors == 0"#, r#""step(\"login\").errors" , "==" , "0""#),
            (r#"count("bytes") > 1_000_000"#, r#""count(\"bytes\")" , ">" , "1000000""#),
            (
                r#"record("queue_depth").mean<=0.5"#,
                r#""record(\"queue_depth\").mean" , "<=" , "0.5""#,
            ),
            ("", ""),
        ] {
            assert_eq!(outcome(tokens), arguments, "{tokens}");
        }
    }

    #[test]
    fn says_what_to_write_instead() {
        for (tokens, message) in [
            (
                r#"p100 < "1s""#,
                "`p100` is no percentile: write one above p0 and below p100, or min or max",
            ),
            (
                r#"lag.p0 < "1s""#,
                "`p0` is no percentile: write one above p0 and below p100, or min or max",
            ),
            (r#"p99 != "1s""#, "`!=` is no comparison: write one of < <= > >= =="),
            (r#"p99 = "1s""#, "`=` is no comparison: write one of < <= > >= =="),
            (r#"p99: "1s""#, "`:` is no comparison: write one of < <= > >= =="),
            (
                r#"p99 < "fast""#,
                r#"`fast` is no duration: write a number and a unit, such as "250ms", "30s" or "1m 30s""#,
            ),
            (
                "p99 < 250",
                r#"`250` is no duration: write a number and a unit, such as "250ms", "30s" or "1m 30s""#,
            ),
            ("p99 < 250ms", r#"`250ms` is not in quotes: write "250ms""#),
            ("errors < 0.01", r#"`0.01` is no share: write a percentage such as "1%", or 0"#),
            ("errors < -1", r#"`-1` is no share: write a percentage such as "1%", or 0"#),
            (
                r#"canceled < "101%""#,
                r#"`101%` is no share: write a percentage such as "1%", or 0"#,
            ),
            ("errors < 1%", r#"`1%` is not in quotes: write "1%""#),
            ("throughput > -1", "`-1` is no number of calls per second: write one such as 49.5"),
            (
                r#"throughput > "50""#,
                r#"`"50"` is no number of calls per second: write one such as 49.5"#,
            ),
            (
                r#"step("login").p95 < 100"#,
                r#"`100` is no duration: write a number and a unit, such as "250ms", "30s" or "1m 30s""#,
            ),
            (r#"step("login").p95 < 100ms"#, r#"`100ms` is not in quotes: write "100ms""#),
            (
                r#"step("login").errors < 0.01"#,
                r#"`0.01` is no share: write a percentage such as "1%", or 0"#,
            ),
            (
                r#"count("bytes") > "1MB""#,
                r#"`"1MB"` is no number per second: write one such as 49.5"#,
            ),
            (r#"record("depth").p99 < "9ms""#, r#"`"9ms"` is no number: write one such as 49.5"#),
            (
                r#"step("login")"#,
                r#"`step("login")` has no figure: write one, as in `step("login").p95`"#,
            ),
            (
                r#"step("login") < "1s""#,
                r#"`step("login")` has no figure: write one, as in `step("login").p95`"#,
            ),
            (
                r#"count("bytes").p95 < 1"#,
                r#"a count is judged per second and has no figure: write `count("bytes")`"#,
            ),
            (
                r#"step("login").p100 < "1s""#,
                "`p100` is no percentile: write one above p0 and below p100, or min or max",
            ),
            (
                r#"step("a").avg < "1s""#,
                "`avg` is no figure of a step: write a percentile such as p95, or min, mean, max or errors",
            ),
            (
                r#"step("a").error < "1%""#,
                "`error` is no figure of a step: did you mean `errors`? write a percentile such as p95, or min, mean, max or errors",
            ),
            (
                r#"record("a").errors < 1"#,
                "`errors` is no figure of a record: write a percentile such as p95, or min, mean or max",
            ),
            (
                r#"step.p95 < "1s""#,
                r#"`step` has no step's name in quotes: write it as in `step("login").p95`"#,
            ),
            (
                r#"step(login).p95 < "1s""#,
                r#"`step(login)` has no step's name in quotes: write it as in `step("login").p95`"#,
            ),
            (
                "count() < 1",
                r#"`count()` has no count's name in quotes: write it as in `count("bytes")`"#,
            ),
            (
                r#"record("a", "b").max < 1"#,
                r#"`record("a","b")` has no record's name in quotes: write it as in `record("depth").p99`"#,
            ),
            (
                r#"step("").p95 < "1s""#,
                r#"the name is empty: write the one that the call gives, such as "login""#,
            ),
            (
                r#"step("a\"b").p95 < "1s""#,
                r#"the name "a\"b" has a quotation mark: give it, and what the call tells, a name without"#,
            ),
            (
                r#"step("a\n").p95 < "1s""#,
                r#"the name "a\n" has a control character: give it, and what the call tells, a name that can be shown"#,
            ),
            (r#"steps("login").p95 < "1s""#, "`steps` is no metric: did you mean `step(..)`?"),
            (
                r#"step("login").p95"#,
                r#"step("login").p95 has no limit: write one, such as `step("login").p95 < "250ms"`"#,
            ),
            (
                r#"count("bytes") >"#,
                r#"count("bytes") has no limit: write one, such as `count("bytes") > 49.5`"#,
            ),
            ("p99", r#"p99 has no limit: write one, such as `p99 < "250ms"`"#),
            ("errors <=", r#"errors has no limit: write one, such as `errors <= "1%"`"#),
        ] {
            assert_eq!(outcome(tokens), message, "{tokens}");
        }
    }

    #[test]
    fn finds_the_metric_that_was_meant() {
        for (metric, meant) in [
            ("cancelled", Some("canceled")),
            ("error", Some("errors")),
            ("P99", Some("p99")),
            ("p99_9", Some("p99.9")),
            ("servce.p99", Some("service.p99")),
            ("lag.maxx", Some("lag.max")),
            ("avg", None),
            ("service.errors", None),
        ] {
            assert_eq!(super::meant(metric).as_deref(), meant, "{metric}");
        }
    }
}
