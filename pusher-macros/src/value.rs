//! The value of one key: what is written out as a literal is checked here, all else at run time.

use std::ops::RangeInclusive;
use std::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Expr, ExprPath, ExprUnary, Lit, LitStr, Result, UnOp};

use crate::decimal::Decimal;
use crate::time;

/// A literal as it was written, and what it says.
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) says: Says,
}

pub(crate) enum Says {
    /// A decimal number without exponent, perhaps with a sign.
    Number(String),
    Text(String),
    /// A literal that no key takes, such as `true` or `30s`.
    Other,
}

/// The literal that an expression is, if it is one. Parentheses, and the invisible ones of
/// `macro_rules`, do not matter.
pub(crate) fn written(expr: &Expr) -> Option<Written> {
    match bare(expr) {
        Expr::Lit(literal) => {
            let text = literal.lit.to_token_stream().to_string();
            let says = match &literal.lit {
                Lit::Str(text) => Says::Text(text.value()),
                Lit::Int(number) => number_says(number.base10_digits(), number.suffix()),
                Lit::Float(number) => number_says(number.base10_digits(), number.suffix()),
                _ => Says::Other,
            };
            Some(Written { text, says })
        }
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match written(expr)? {
            Written { text, says: Says::Number(number) } => {
                Some(Written { text: format!("-{text}"), says: Says::Number(format!("-{number}")) })
            }
            _ => None,
        },
        _ => None,
    }
}

pub(crate) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        _ => expr,
    }
}

fn number_says(digits: &str, suffix: &str) -> Says {
    let is_number = [
        "", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64",
    ]
    .contains(&suffix);
    let plain = if digits.contains(['e', 'E']) {
        digits.parse().ok().map(|number: f64| number.to_string())
    } else {
        Some(digits.to_string())
    };
    plain.filter(|_| is_number).map_or(Says::Other, Says::Number)
}

/// A rate: the tokens to hand on, and the number if it is known.
pub(crate) fn rate(key: &str, value: &Expr) -> Result<(TokenStream, Option<Decimal>)> {
    let Some(Written { text, says }) = written(value) else {
        return Ok((bare(value).to_token_stream(), None));
    };
    let known = match &says {
        Says::Number(number) if number.contains(|c| matches!(c, '1'..='9')) => {
            Decimal::parse(number)
        }
        _ => None,
    };
    match (says, known.filter(|number| number.is_at_most(1_000_000_000))) {
        // A rate so low that no digit of it is left here is still a rate for the schedule.
        (Says::Number(number), Some(known)) => {
            Ok((number_tokens(&number, value), Some(known).filter(|known| !known.is_zero())))
        }
        _ => Err(wrong(
            value,
            format!(
                "{key} is {text}: give a number above 0 and up to 1000000000, such as 50 or 0.5"
            ),
        )),
    }
}

/// A rate of a shape, which may be zero for a while: the tokens to hand on, and the number if it is
/// known.
pub(crate) fn level(key: &str, value: &Expr) -> Result<(TokenStream, Option<Decimal>)> {
    let Some(Written { text, says }) = written(value) else {
        return Ok((bare(value).to_token_stream(), None));
    };
    let known = match &says {
        Says::Number(number) => Decimal::parse(number),
        _ => None,
    };
    match (says, known.filter(|number| number.is_level())) {
        (Says::Number(number), Some(known)) => Ok((number_tokens(&number, value), Some(known))),
        _ => Err(wrong(
            value,
            format!(
                "a rate in {key} is {text}: give a number from 0 to 1000000000, such as 50 or 0.5"
            ),
        )),
    }
}

/// The most calls in flight. None at all is fine: it cancels every tick.
pub(crate) fn overtime(key: &str, value: &Expr) -> Result<TokenStream> {
    count(key, value, 0..=u64::MAX, "a whole number of calls, such as 10").map(|(tokens, _)| tokens)
}

/// So many Workers: the tokens to hand on, and the number if it is known.
pub(crate) fn workers(key: &str, value: &Expr) -> Result<(TokenStream, Option<u64>)> {
    count(key, value, 1..=1_000, "a whole number from 1 to 1000, such as 5")
}

/// How many callers a closed loop has.
pub(crate) fn concurrency(key: &str, value: &Expr) -> Result<TokenStream> {
    count(key, value, 1..=100_000, "a whole number from 1 to 100000, such as 20")
        .map(|(tokens, _)| tokens)
}

/// The most measured calls: the tokens to hand on, and the number if it is known.
pub(crate) fn calls(key: &str, value: &Expr) -> Result<(TokenStream, Option<u64>)> {
    count(key, value, 1..=u64::MAX, "a whole number above 0, such as 10_000")
}

/// What random numbers begin from.
pub(crate) fn seed(key: &str, value: &Expr) -> Result<TokenStream> {
    count(key, value, 0..=u64::MAX, "a whole number from 0 to 18446744073709551615, such as 7")
        .map(|(tokens, _)| tokens)
}

/// One of a few words.
pub(crate) fn word<const N: usize>(
    key: &str,
    value: &Expr,
    words: [&str; N],
) -> Result<TokenStream> {
    let Some(Written { text, says }) = written(value) else {
        let tokens = bare(value).to_token_stream();
        return match words.iter().find(|word| tokens.to_string() == **word) {
            Some(word) => {
                Err(wrong(value, format!("`{word}` is not in quotes: write {key} = {word:?}")))
            }
            None => Ok(tokens),
        };
    };
    match says {
        Says::Text(word) if words.contains(&word.as_str()) => Ok(bare(value).to_token_stream()),
        _ => {
            let quoted = words.map(|word| format!("{word:?}"));
            let (last, others) = quoted.split_last().expect("there are words");
            Err(wrong(value, format!("{key} is {text}: give {} or {last}", others.join(", "))))
        }
    }
}

fn count(
    key: &str,
    value: &Expr,
    range: RangeInclusive<u64>,
    rule: &str,
) -> Result<(TokenStream, Option<u64>)> {
    let Some(Written { text, says }) = written(value) else {
        return Ok((bare(value).to_token_stream(), None));
    };
    let number = match says {
        Says::Number(number) => number.parse().ok().filter(|number| range.contains(number)),
        Says::Text(_) | Says::Other => None,
    };
    match number {
        Some(number) => Ok((number_tokens(&number.to_string(), value), Some(number))),
        None => Err(wrong(value, format!("{key} is {text}: give {rule}"))),
    }
}

/// A literal that is the same number in whatever form it was written. It has a type, lest a large
/// one be read as an `i32`.
fn number_tokens(text: &str, value: &Expr) -> TokenStream {
    let mut literal = match text.parse::<u64>() {
        Ok(whole) => Literal::u64_suffixed(whole),
        Err(_) => Literal::f64_suffixed(text.parse().unwrap_or(f64::MAX)),
    };
    literal.set_span(first_span(value).resolved_at(Span::mixed_site()));
    literal.into_token_stream()
}

/// A time: the tokens to hand on, and the time if it is known.
pub(crate) fn time(key: &str, value: &Expr) -> Result<(TokenStream, Option<Duration>)> {
    let Some(Written { text, says }) = written(value) else {
        return Ok((bare(value).to_token_stream(), None));
    };
    match says {
        Says::Text(text) => match time::parse(&text) {
            Ok(time) => Ok((bare(value).to_token_stream(), Some(time))),
            Err(message) => Err(wrong(value, format!("{key}: {message}"))),
        },
        Says::Number(_) | Says::Other => {
            let example =
                if time::parse(&text).is_ok_and(|time| !time.is_zero()) { &text } else { "30s" };
            Err(wrong(
                value,
                format!(
                    "{key} is {text}: give a time as text with its unit, such as \"{example}\""
                ),
            ))
        }
    }
}

/// A time that cannot be zero.
pub(crate) fn positive_time(key: &str, value: &Expr) -> Result<(TokenStream, Option<Duration>)> {
    match time(key, value)? {
        (_, Some(Duration::ZERO)) => {
            Err(wrong(value, format!("{key} is zero: give a time, such as \"30s\"")))
        }
        positive => Ok(positive),
    }
}

/// The name of a test, or of a load in one, which is a path of words as file names have them.
pub(crate) fn name(key: &str, value: &Expr) -> Result<LitStr> {
    let rule = "letters, digits, `_` and `-`, with `::` between parts, such as \"cart::add\"";
    let literal = match bare(value) {
        Expr::Lit(literal) => &literal.lit,
        _ => {
            return Err(wrong(
                value,
                format!(
                    "{key} is no literal, and tests are listed without running anything: write text of {rule}"
                ),
            ));
        }
    };
    let is_name = |text: &str| {
        text.split("::").all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        })
    };
    match literal {
        Lit::Str(text) if is_name(&text.value()) => Ok(text.clone()),
        literal => Err(wrong(
            value,
            format!("{key} is {}: write text of {rule}", literal.to_token_stream()),
        )),
    }
}

/// The path of a fn, or of the crate.
pub(crate) fn path(key: &str, value: &Expr) -> Result<ExprPath> {
    let example = match key {
        "crate" => "the path of the crate alone, such as `crate = ::pusher`".to_string(),
        "data" => "the path of a fn alone, such as `data = users`".to_string(),
        _ => format!(
            "the path of a fn or an async fn alone, such as `{key} = {}`",
            called(value).unwrap_or("prepare".to_string())
        ),
    };
    match bare(value) {
        Expr::Path(path) => Ok(path.clone()),
        _ => Err(wrong(value, format!("{key} is no path: write {example}"))),
    }
}

/// The fn's path, where it was called instead of named, or named in quotes.
fn called(value: &Expr) -> Option<String> {
    let path = match bare(value) {
        Expr::Call(call) => call.func.to_token_stream().to_string().replace(' ', ""),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            _ => return None,
        },
        _ => return None,
    };
    syn::parse_str::<ExprPath>(&path).ok().map(|_| path)
}

/// An error on the whole of a value.
pub(crate) fn wrong(value: impl ToTokens, message: impl std::fmt::Display) -> Error {
    Error::new_spanned(value, message)
}

fn first_span(tokens: impl ToTokens) -> Span {
    quote!(#tokens).into_iter().next().map_or_else(Span::call_site, |token| token.span())
}
