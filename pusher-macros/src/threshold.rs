//! [`Condition`]: one threshold of `thresholds(METRIC OP LIMIT, ..)`, with its tokens.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use pusher_load_grammar::limit::{Limit, Unread};
use pusher_load_grammar::metric::{Metric, Unit};
use pusher_load_grammar::named::{self, NoteWord};
use pusher_load_grammar::nearest::nearest;
use pusher_load_grammar::operator::Operator;
use pusher_load_grammar::time;
use pusher_load_grammar::words::Word;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{BinOp, Error, Expr, Ident, Lit, LitStr, Result, Token, token};

use crate::expected::Expected;
use crate::list::{self, is_at_end};
use crate::value::{Says, bare, number_tokens, written, wrong};

/// One threshold. The run time reads it once more, for its limit may be a const expression.
pub(crate) struct Condition {
    subject: Subject,
    operator: Operator,
    limit: TokenStream,
}

/// A metric as it was written.
struct Subject {
    text: String,
    tokens: TokenStream,
    metric: Metric,
}

/// Reads the tokens between the parentheses of `thresholds(..)`.
pub(crate) fn read(input: ParseStream) -> Result<Vec<Condition>> {
    let mut conditions = Vec::new();
    list::entries(input, |input| {
        conditions.push(input.parse()?);
        Ok(())
    })?;
    Ok(conditions)
}

impl Parse for Condition {
    fn parse(input: ParseStream) -> Result<Condition> {
        let subject: Subject = input.parse()?;
        if is_at_end(input) {
            return Err(subject.without_limit(Operator::Less));
        }
        let operator = operator(input)?;
        if is_at_end(input) {
            return Err(subject.without_limit(operator));
        }
        Ok(Condition { limit: limit(input, subject.metric.unit())?, subject, operator })
    }
}

impl Condition {
    /// The three arguments of `Attribute::threshold`.
    pub(crate) fn arguments(&self) -> TokenStream {
        let (metric, operator, limit) =
            (&self.subject.text, self.operator.to_string(), &self.limit);
        quote!(#metric, #operator, #limit)
    }

    /// The error of a percentile of a call's times that needs more ticks than there will be.
    pub(crate) fn unresolved(&self, expected: &Expected) -> Option<Error> {
        let Subject { text, tokens, metric } = &self.subject;
        // Of steps and records nobody knows how many there will be.
        if !matches!(metric, Metric::Time(..)) {
            return None;
        }
        let needed = metric.samples_needed();
        let too_few = expected.too_few_for(needed)?;
        Some(wrong(
            tokens,
            format!(
                "{text} needs {needed} ticks, and {too_few}, or take a lower percentile or max"
            ),
        ))
    }
}

impl Parse for Subject {
    /// Reads `p99.9`, which is a word, a point and a number to rustc, or `step("login").p95`.
    fn parse(input: ParseStream) -> Result<Subject> {
        let Ok(word) = input.call(Ident::parse_any) else {
            let token: TokenTree = input.fork().parse()?;
            let literal = input.fork().parse::<LitStr>().ok();
            if let Some(message) = literal.and_then(|text| whole_in_quotes(&text.value())) {
                return Err(wrong(&token, message));
            }
            let text = token.to_string();
            let message = Metric::parse(&text).err().unwrap_or_else(|| text.clone());
            return Err(wrong(&token, message));
        };
        let name = name(&word, input)?;
        let (mut text, mut tokens) = (word.to_string(), word.to_token_stream());
        if let Some((group, name)) = name {
            // The name as it is, without the escapes of a literal.
            text = format!("{text}(\"{name}\")");
            group.to_tokens(&mut tokens);
        }
        text.push_str(&figure(input, &mut tokens)?);
        let metric = Metric::parse(&text).map_err(|message| wrong(&tokens, message))?;
        Ok(Subject { text, tokens, metric })
    }
}

/// What to say of a whole threshold in quotes; none if it is no comparison.
fn whole_in_quotes(text: &str) -> Option<String> {
    let at = text.find(['<', '>', '=', '!'])?;
    let (metric, rest) = (text[..at].trim(), &text[at..]);
    let end = rest.find(|c| !"<>=!".contains(c)).unwrap_or(rest.len());
    let (operator, limit) = (&rest[..end], rest[end..].trim().trim_matches('\''));
    let unquoted = || {
        let unit = Metric::parse(metric).ok()?.unit();
        Operator::parse(operator).ok()?;
        if limit.parse::<f64>().is_ok()
            && Limit::read(unit, &Unread::Number(limit.to_string())).is_ok()
        {
            return Some(format!("{metric} {operator} {limit}"));
        }
        let part = limit.parse::<f64>().ok().filter(|part| unit == Unit::Share && *part < 1.0);
        let limit = match part {
            Some(part) => format!("{}%", (part * 1e8).round() / 1e6),
            None => limit.to_string(),
        };
        Limit::read(unit, &Unread::Text(limit.clone())).ok()?;
        Some(format!("{metric} {operator} {limit:?}"))
    };
    let way_out = match unquoted() {
        Some(threshold) => format!("and write `{threshold}`"),
        None => "as in `p99 < \"250ms\"`".to_string(),
    };
    Some(format!("{text:?} is in quotes: remove them, {way_out}"))
}

impl Subject {
    fn without_limit(&self, operator: Operator) -> Error {
        let (text, limit) = (&self.text, self.metric.unit().example());
        wrong(
            &self.tokens,
            format!("{text} has no limit: write one, such as `{text} {operator} {limit}`"),
        )
    }
}

/// Reads `("login")` after a word that asks for a name; none after any other.
fn name(word: &Ident, input: ParseStream) -> Result<Option<(Group, String)>> {
    let text = word.to_string();
    let Some(note_word) = NoteWord::find(&text) else {
        let known = NoteWord::ALL.iter().map(|known| known.word());
        return match nearest(&text, known).filter(|_| has_literal_in_parentheses(input)) {
            Some(meant) => {
                Err(wrong(word, format!("`{text}` is no metric: did you mean `{meant}(..)`?")))
            }
            None => Ok(None),
        };
    };
    let group = if input.peek(token::Paren) { Some(input.parse::<Group>()?) } else { None };
    let literal = group.as_ref().and_then(|group| {
        (|input: ParseStream| input.parse::<LitStr>()).parse2(group.stream()).ok()
    });
    let (Some(group), Some(literal)) = (&group, literal) else {
        let tokens = quote!(#word #group);
        let written = tokens.to_string().replace(' ', "");
        return Err(wrong(tokens, note_word.no_name(&written)));
    };
    let name = literal.value();
    named::check_name(&name).map_err(|message| Error::new(literal.span(), message))?;
    Ok(Some((group.clone(), name)))
}

/// Whether text or a number stands in parentheses here.
fn has_literal_in_parentheses(input: ParseStream) -> bool {
    let group = input.cursor().group(Delimiter::Parenthesis);
    group.is_some_and(|(inside, ..)| inside.literal().is_some())
}

/// Reads a point and what comes after it, with more points in it: `.p99.9`, or nothing.
fn figure(input: ParseStream, tokens: &mut TokenStream) -> Result<String> {
    let mut figure = TokenStream::new();
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?.to_tokens(&mut figure);
        if input.peek(Ident) || input.peek(Lit) {
            figure.extend([input.parse::<TokenTree>()?]);
        }
    }
    figure.to_tokens(tokens);
    Ok(figure.into_iter().map(|token| token.to_string()).collect())
}

/// Reads the comparison, however many signs were typed for it.
fn operator(input: ParseStream) -> Result<Operator> {
    let mut signs: Vec<Punct> = Vec::new();
    while signs.last().is_none_or(|sign| sign.spacing() == Spacing::Joint)
        && ["<", ">", "=", "!"].iter().any(|sign| next_is(input, sign))
    {
        signs.push(input.parse()?);
    }
    let mut tokens = quote!(#(#signs)*);
    let mut text: String = signs.iter().map(Punct::as_char).collect();
    if signs.is_empty() {
        let token: TokenTree = input.parse()?;
        text = token.to_string();
        tokens = token.into();
    }
    Operator::parse(&text).map_err(|message| wrong(tokens, message))
}

fn next_is(input: ParseStream, sign: &str) -> bool {
    input.cursor().punct().is_some_and(|(punct, _)| sign.starts_with(punct.as_char()))
}

/// Reads the limit, and checks it if it is a literal.
fn limit(input: ParseStream, unit: Unit) -> Result<TokenStream> {
    if let Some(percentage) = bare_percentage(input)? {
        let text = percentage.to_string().replace(' ', "");
        return Err(wrong(&percentage, not_in_quotes(&text)));
    }
    let limit: Expr = input.parse()?;
    if let Some(error) = joined(&limit) {
        return Err(error);
    }
    let as_it_is = || bare(&limit).to_token_stream();
    let Some(literal) = written(&limit) else { return Ok(as_it_is()) };
    let (given, tokens) = match literal.says {
        Says::Text(text) => (Unread::Text(text), as_it_is()),
        Says::Number(number) => {
            let tokens = number_tokens(&number, &limit);
            (Unread::Number(number), tokens)
        }
        Says::Other if unit == Unit::Time && time::parse(&literal.text).is_ok() => {
            return Err(wrong(&limit, not_in_quotes(&literal.text)));
        }
        Says::Other => return Err(wrong(&limit, unit.wrong(&literal.text))),
    };
    Limit::read(unit, &given).map(|_| tokens).map_err(|message| wrong(&limit, message))
}

/// The error of two thresholds with `&&` or `||` between them, which rustc reads as one limit.
fn joined(limit: &Expr) -> Option<Error> {
    let mut limit = limit;
    loop {
        let Expr::Binary(both) = limit else { return None };
        let message = match both.op {
            BinOp::And(_) => "write a `,` between two thresholds: all of them must hold",
            BinOp::Or(_) => {
                "all thresholds must hold: no `||` can stand between two of them, but a `,`"
            }
            _ => {
                limit = &both.left;
                continue;
            }
        };
        return Some(wrong(both.op, message.to_string()));
    }
}

fn not_in_quotes(text: &str) -> String {
    format!("`{text}` is not in quotes: write {text:?}")
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

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::*;

    /// What becomes of one threshold: the arguments that are handed on, or the error.
    fn outcome(tokens: &str) -> String {
        let tokens: TokenStream = tokens.parse().unwrap();
        match read.parse2(tokens) {
            Ok(conditions) => {
                conditions.iter().map(|condition| condition.arguments().to_string()).collect()
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
            ("canceled == 0", r#""canceled" , "==" , 0u64"#),
            ("errors < 5", r#""errors" , "<" , 5u64"#),
            (r#"step("login").errors <= 5.0"#, r#""step(\"login\").errors" , "<=" , 5u64"#),
            (r#"count("429").total < 5"#, r#""count(\"429\").total" , "<" , 5u64"#),
            (r#"count("429").per_call < 0.5"#, r#""count(\"429\").per_call" , "<" , 0.5f64"#),
            ("throughput >= 49.5", r#""throughput" , ">=" , 49.5f64"#),
            ("throughput > 1e3", r#""throughput" , ">" , 1000u64"#),
            (r#"step("login").p95 < "100ms""#, r#""step(\"login\").p95" , "<" , "100ms""#),
            (
                r##"step(r#"log in\, (1)"#).p99.9 < LIMIT"##,
                r#""step(\"log in\\, (1)\").p99.9" , "<" , LIMIT"#,
            ),
            (r#"step("login").errors == 0"#, r#""step(\"login\").errors" , "==" , 0u64"#),
            (r#"count("bytes") > 1_000_000"#, r#""count(\"bytes\")" , ">" , 1000000u64"#),
            (
                r#"record("queue_depth").mean<=0.5"#,
                r#""record(\"queue_depth\").mean" , "<=" , 0.5f64"#,
            ),
            ("", ""),
        ] {
            assert_eq!(outcome(tokens), arguments, "{tokens}");
        }
    }

    /// Each is refused with these words.
    fn refused<const N: usize>(cases: [(&str, &str); N]) {
        for (tokens, message) in cases {
            assert_eq!(outcome(tokens), message, "{tokens}");
        }
    }

    #[test]
    fn a_condition_has_a_limit() {
        refused([
            (
                r#"step("login").p95"#,
                "step(\"login\").p95 has no limit: write one, such as `step(\"login\").p95 < \
                 \"250ms\"`",
            ),
            (
                r#"count("bytes") >"#,
                r#"count("bytes") has no limit: write one, such as `count("bytes") > 49.5`"#,
            ),
            ("p99", r#"p99 has no limit: write one, such as `p99 < "250ms"`"#),
            ("errors <=", r#"errors has no limit: write one, such as `errors <= "1%"`"#),
        ]);
    }

    #[test]
    fn a_comma_stands_between_two_conditions() {
        refused([
            (
                r#"p99 < "250ms" && errors < "1%""#,
                "write a `,` between two thresholds: all of them must hold",
            ),
            (
                r#"p99 < LIMIT || errors < 5 && canceled == 0"#,
                "all thresholds must hold: no `||` can stand between two of them, but a `,`",
            ),
        ]);
    }

    #[test]
    fn a_comparison_is_one_of_five() {
        refused([
            (r#"p99 != "1s""#, "`!=` is no comparison: write one of < <= > >= =="),
            (r#"p99 = "1s""#, "`=` is no comparison: write one of < <= > >= =="),
            (r#"p99: "1s""#, "`:` is no comparison: write one of < <= > >= =="),
        ]);
    }

    #[test]
    fn a_name_is_a_text_in_quotes_that_can_be_shown() {
        refused([
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
                "`record(\"a\",\"b\")` has no record's name in quotes: write it as in \
                 `record(\"depth\").p99`",
            ),
            (
                r#"step("").p95 < "1s""#,
                r#"the name is empty: write the one that the call gives, such as "login""#,
            ),
            (
                r#"step("a\"b").p95 < "1s""#,
                "the name \"a\\\"b\" has a quotation mark: use a name without one, here and in \
                 the call",
            ),
            (
                r#"step("a\n").p95 < "1s""#,
                "the name \"a\\n\" has a control character: use a name without one, here and in \
                 the call",
            ),
            (r#"steps("login").p95 < "1s""#, "`steps` is no metric: did you mean `step(..)`?"),
        ]);
    }

    #[test]
    fn what_is_told_by_name_has_figures_of_its_own() {
        refused([
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
                "`p95` is no figure of a count: write `count(\"bytes\").total` for all of it, \
                 `count(\"bytes\").per_call`, or `count(\"bytes\")` for so many per second",
            ),
            (
                r#"step("login").p100 < "1s""#,
                "`p100` is no percentile: write one above p0 and below p100, or min or max",
            ),
            (
                r#"step("a").avg < "1s""#,
                "`avg` is no figure of a step: did you mean `mean`? write a percentile such as \
                 p95, or min, mean, max or errors",
            ),
            (
                r#"step("a").error < "1%""#,
                "`error` is no figure of a step: did you mean `errors`? write a percentile such \
                 as p95, or min, mean, max or errors",
            ),
            (
                r#"record("a").errors < 1"#,
                "`errors` is no figure of a record: write a percentile such as p95, or min, mean \
                 or max",
            ),
        ]);
    }

    #[test]
    fn a_percentile_is_above_0_and_below_100() {
        refused([
            (
                r#"p100 < "1s""#,
                "`p100` is no percentile: write one above p0 and below p100, or min or max",
            ),
            (
                r#"lag.p0 < "1s""#,
                "`p0` is no percentile: write one above p0 and below p100, or min or max",
            ),
        ]);
    }

    #[test]
    fn a_limit_of_a_time_is_a_duration() {
        refused([
            (
                r#"p99 < "fast""#,
                "`fast` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
                 \"1m 30s\"",
            ),
            (
                "p99 < 250",
                "`250` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
                 \"1m 30s\"",
            ),
            ("p99 < 250ms", r#"`250ms` is not in quotes: write "250ms""#),
            (
                r#"step("login").p95 < 100"#,
                "`100` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \
                 \"1m 30s\"",
            ),
            (r#"step("login").p95 < 100ms"#, r#"`100ms` is not in quotes: write "100ms""#),
        ]);
    }

    #[test]
    fn a_limit_of_a_share_is_a_percentage_or_a_whole_number() {
        refused([
            (
                "errors < 0.01",
                "`0.01` is no whole number: write \"1%\" for a share, or a whole number such as 5 \
                 for so many in all",
            ),
            (
                "errors < -1",
                "`-1` is no share and no whole number: write a percentage such as \"1%\", or 5 \
                 for so many in all",
            ),
            (
                r#"errors < "5""#,
                "`5` has no percent sign: write \"5%\" for a share, or 5 without quotes for so \
                 many in all",
            ),
            (
                r#"canceled < "101%""#,
                "`101%` is no share and no whole number: write a percentage such as \"1%\", or 5 \
                 for so many in all",
            ),
            ("errors < 1%", r#"`1%` is not in quotes: write "1%""#),
            (
                r#"step("login").errors < 0.01"#,
                "`0.01` is no whole number: write \"1%\" for a share, or a whole number such as 5 \
                 for so many in all",
            ),
        ]);
    }

    #[test]
    fn a_limit_of_a_number_is_a_number() {
        refused([
            ("throughput > -1", "`-1` is no number of calls per second: write one such as 49.5"),
            (
                r#"throughput > "50""#,
                r#"`"50"` is no number of calls per second: write one such as 49.5"#,
            ),
            (
                r#"count("bytes") > "1MB""#,
                r#"`"1MB"` is no number per second: write one such as 49.5"#,
            ),
            (r#"record("depth").p99 < "9ms""#, r#"`"9ms"` is no number: write one such as 49.5"#),
        ]);
    }
}
