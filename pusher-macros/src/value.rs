//! The [`Checked`] value of one key: a literal is checked here, all else at run time.

use std::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use pusher_load_grammar::count::Count;
use pusher_load_grammar::curve::read_level;
use pusher_load_grammar::level::Level;
use pusher_load_grammar::pause::Pause;
use pusher_load_grammar::rate::{self, Rps};
use pusher_load_grammar::time;
use pusher_load_grammar::words::Words;
use quote::{ToTokens, quote};
use syn::{Error, Expr, ExprLit, ExprPath, ExprUnary, Ident, Lit, LitStr, Result, UnOp};

/// A value: its tokens, for the run time, and the value itself if it is a literal.
pub(crate) struct Checked<T> {
    pub(crate) tokens: TokenStream,
    pub(crate) known: Option<T>,
}

/// A literal: its text, and its meaning.
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) says: Says,
}

pub(crate) enum Says {
    /// A number as the run time shows it: without exponent, perhaps with a sign.
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
    const TYPES: [&str; 15] = [
        "", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64",
    ];
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    // The run time gets a float, and shows it in its shortest form.
    let shown = if is_whole {
        Some(digits.to_string())
    } else {
        digits.parse().ok().map(|number: f64| number.to_string())
    };
    shown.filter(|_| TYPES.contains(&suffix)).map_or(Says::Other, Says::Number)
}

/// A number. A literal that `read` refuses is an error, in the words of `wrong_as`.
fn number<T>(
    value: &Expr,
    read: impl Fn(&str) -> Option<T>,
    wrong_as: impl Fn(&str) -> String,
) -> Result<Checked<T>> {
    let Some(Written { text, says }) = written(value) else { return Ok(at_run_time(value)) };
    let number = match &says {
        Says::Number(number) => read(number).map(|known| (number, known)),
        Says::Text(_) | Says::Other => None,
    };
    match number {
        Some((number, known)) => {
            Ok(Checked { tokens: number_tokens(number, value), known: Some(known) })
        }
        None => Err(wrong(value, wrong_as(&text))),
    }
}

/// A rate.
pub(crate) fn rate(key: &str, value: &Expr) -> Result<Checked<Rps>> {
    number_or_text(value, Rps::parse, |text| rate::wrong(key, text))
}

/// A rate of a shape, which may be zero for a while.
pub(crate) fn level(key: &str, value: &Expr) -> Result<Checked<Level>> {
    number_or_text(value, |text| read_level(key, text).ok(), |text| rate::wrong_level(key, text))
}

/// A number, or a text that stands for one.
fn number_or_text<T>(
    value: &Expr,
    read: impl Fn(&str) -> Option<T>,
    wrong_as: impl Fn(&str) -> String,
) -> Result<Checked<T>> {
    match written(value) {
        Some(Written { text, says: Says::Text(given) }) => match read(&given) {
            Some(known) => Ok(Checked { known: Some(known), ..at_run_time(value) }),
            None => Err(wrong(value, wrong_as(&text))),
        },
        _ => number(value, read, wrong_as),
    }
}

/// A whole number.
pub(crate) fn count(key: &str, value: &Expr, count: &Count) -> Result<Checked<u64>> {
    number(value, |text| count.read(key, text).ok(), |text| count.wrong(key, text))
}

/// The error of one of a few words that is not in quotes.
pub(crate) fn without_quotes(typed: &Ident, key: &str, word: &str) -> Error {
    wrong(typed, format!("`{word}` is not in quotes: write {key} = {word:?}"))
}

/// One of a few words.
pub(crate) fn word(key: &str, value: &Expr, words: Words) -> Result<Checked<&'static str>> {
    let Some(Written { text, says }) = written(value) else {
        return Ok(at_run_time(value));
    };
    let known = match &says {
        Says::Text(word) => words.find(word),
        Says::Number(_) | Says::Other => None,
    };
    match known {
        Some(word) => Ok(Checked { known: Some(word), ..at_run_time(value) }),
        None => Err(wrong(value, words.wrong(key, &text))),
    }
}

/// `true` or `false`. The expansion depends on it, so it cannot wait for the run time.
pub(crate) fn switch(key: &str, value: &Expr) -> Result<bool> {
    match bare(value) {
        Expr::Lit(ExprLit { lit: Lit::Bool(switch), .. }) => Ok(switch.value),
        _ => {
            let text = value.to_token_stream();
            Err(wrong(value, format!("{key} is {text}: write `{key} = true`, or leave it out")))
        }
    }
}

/// A time.
pub(crate) fn time(key: &str, value: &Expr) -> Result<Checked<Duration>> {
    let Some(Written { text, says }) = written(value) else { return Ok(at_run_time(value)) };
    match says {
        Says::Text(text) => match time::parse(&text) {
            Ok(time) => Ok(Checked { known: Some(time), ..at_run_time(value) }),
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

/// A pause: a time, or two between which each is drawn.
pub(crate) fn pause(key: &str, value: &Expr) -> Result<Checked<Pause>> {
    if let Some(Written { says: Says::Text(text), .. }) = written(value) {
        return match Pause::parse(&text) {
            Ok(pause) => Ok(Checked { known: Some(pause), ..at_run_time(value) }),
            Err(message) => Err(wrong(value, format!("{key}: {message}"))),
        };
    }
    match bare(value) {
        Expr::Range(range) if [&range.start, &range.end].into_iter().any(is_written) => {
            let text = range.to_token_stream().to_string().replace([' ', '"'], "");
            let meant = Pause::parse(&text).map_or("1s..3s".to_string(), |pause| pause.to_string());
            Err(wrong(value, format!("{key} is a range of literals: write \"{meant}\"")))
        }
        // A literal is a time that lacks its unit, or its quotes.
        _ => time(key, value)
            .map(|Checked { tokens, known }| Checked { tokens, known: known.map(Pause::from) }),
    }
}

/// Whether an end of a range is a literal.
fn is_written(end: &Option<Box<Expr>>) -> bool {
    end.as_deref().is_some_and(|end| written(end).is_some())
}

/// A time that cannot be zero.
pub(crate) fn positive_time(key: &str, value: &Expr) -> Result<Checked<Duration>> {
    let time = time(key, value)?;
    match time.known.map(|known| time::positive(key, known)) {
        Some(Err(message)) => Err(wrong(value, message)),
        Some(Ok(_)) | None => Ok(time),
    }
}

/// A value as it stands, which is not known here.
fn at_run_time<T>(value: &Expr) -> Checked<T> {
    Checked { tokens: bare(value).to_token_stream(), known: None }
}

/// A literal that is the same number in whatever form it was written. It has a type, lest a large
/// one be read as an `i32`.
pub(crate) fn number_tokens(text: &str, value: &Expr) -> TokenStream {
    let mut literal = match (text.parse::<u64>(), text.parse::<u128>()) {
        (Ok(whole), _) => Literal::u64_suffixed(whole),
        (_, Ok(whole)) => Literal::u128_suffixed(whole),
        _ => Literal::f64_suffixed(text.parse().unwrap_or(f64::MAX)),
    };
    literal.set_span(first_span(value).resolved_at(Span::mixed_site()));
    literal.into_token_stream()
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
                    "{key} is no literal, and tests are listed without running anything: write \
                     text of {rule}"
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
        "compare" => format!(
            "the path of an async fn alone, such as `compare = {}`",
            called(value).unwrap_or("old_checkout".to_string())
        ),
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

/// The fn's path, if it was called instead of named, or named in quotes.
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
