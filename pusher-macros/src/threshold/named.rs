//! `step("login").p95`, `count("bytes")`, `record("depth").p99`: metrics of what calls tell, by
//! name.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Error, Ident, LitStr, Result, token};

use super::{Measure, Metric, percentile, wrong};
use crate::nearest::nearest;

/// The kinds of what calls tell, with a metric of each.
const KINDS: [(&str, &str); 3] = [
    ("step", "step(\"login\").p95"),
    ("count", "count(\"bytes\")"),
    ("record", "record(\"depth\").p99"),
];

/// Reads what comes after a word, if that is one of the kinds or was meant to be.
pub(super) fn read(word: &Ident, input: ParseStream) -> Result<Option<Metric>> {
    let text = word.to_string();
    let Some((kind, example)) = KINDS.into_iter().find(|(kind, _)| *kind == text) else {
        let meant = nearest(&text, KINDS.map(|(kind, _)| kind)).filter(|_| is_named(input));
        return match meant {
            Some(meant) => {
                Err(wrong(word, format!("`{text}` is no metric: did you mean `{meant}(..)`?")))
            }
            None => Ok(None),
        };
    };
    let mut tokens = word.to_token_stream();
    let name = name(word, input, &mut tokens).map_err(|place| {
        let written = tokens_without_spaces(&place);
        wrong(
            place,
            format!("`{written}` has no {kind}'s name in quotes: write it as in `{example}`"),
        )
    })?;
    check(&name)?;
    let figure = super::figure_after(input, &mut tokens)?;
    let metric = format!("{text}({:?})", name.value());
    let measure =
        measure(kind, figure.as_deref(), &metric).map_err(|message| wrong(&tokens, message))?;
    // The name as it is, without the escapes of a literal.
    let text = format!(
        "{text}(\"{}\"){}",
        name.value(),
        figure.map(|figure| format!(".{figure}")).unwrap_or_default()
    );
    Ok(Some(Metric { text, tokens, measure }))
}

/// Whether a name in quotes stands in parentheses here.
fn is_named(input: ParseStream) -> bool {
    input
        .cursor()
        .group(proc_macro2::Delimiter::Parenthesis)
        .is_some_and(|(inside, ..)| inside.literal().is_some())
}

/// The name; or else the tokens that should be one.
fn name(
    word: &Ident,
    input: ParseStream,
    tokens: &mut TokenStream,
) -> std::result::Result<LitStr, TokenStream> {
    let group =
        if input.peek(token::Paren) { input.parse::<proc_macro2::Group>().ok() } else { None };
    let group = group.ok_or_else(|| word.to_token_stream())?;
    group.to_tokens(tokens);
    (|input: ParseStream| input.parse::<LitStr>())
        .parse2(group.stream())
        .map_err(|_| quote!(#word #group))
}

fn check(name: &LitStr) -> Result<()> {
    let text = name.value();
    let message = if text.is_empty() {
        "the name is empty: write the one that the call gives, such as \"login\"".to_string()
    } else if text.contains('"') {
        format!(
            "the name {text:?} has a quotation mark: give it, and what the call tells, a name without"
        )
    } else if text.chars().any(char::is_control) {
        format!(
            "the name {text:?} has a control character: give it, and what the call tells, a name that can be shown"
        )
    } else {
        return Ok(());
    };
    Err(Error::new(name.span(), message))
}

fn measure(kind: &str, figure: Option<&str>, metric: &str) -> std::result::Result<Measure, String> {
    let of_figures = if kind == "step" { Measure::Time } else { Measure::Number };
    match (kind, figure) {
        ("count", None) => Ok(Measure::NumberPerSecond),
        ("count", Some(_)) => {
            Err(format!("a count is judged per second and has no figure: write `{metric}`"))
        }
        ("step", Some("errors")) => Ok(Measure::Share),
        (_, Some("min" | "mean" | "max")) => Ok(of_figures),
        (_, None) => Err(format!("`{metric}` has no figure: write one, as in `{metric}.p95`")),
        (_, Some(figure)) => match percentile(figure) {
            Some(percentile) if percentile.is_percentile() => Ok(of_figures),
            Some(_) => Err(super::no_percentile(figure)),
            None => Err(no_figure(kind, figure)),
        },
    }
}

fn no_figure(kind: &str, figure: &str) -> String {
    let (figures, others) = if kind == "step" {
        (&["min", "mean", "max", "errors"][..], ", max or errors")
    } else {
        (&["min", "mean", "max"][..], " or max")
    };
    let meant = nearest(figure, figures.iter().copied())
        .map(|meant| format!("did you mean `{meant}`? "))
        .unwrap_or_default();
    format!(
        "`{figure}` is no figure of a {kind}: {meant}write a percentile such as p95, or min, mean{others}"
    )
}

fn tokens_without_spaces(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}
