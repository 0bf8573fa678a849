//! `stages(..)`, `steps(..)` and `sine(..)`: rates over time.

use proc_macro2::{Group, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Ident, Result, Token, token};

use crate::decimal::{Area, Decimal};
use crate::list::{self, Errors, is_at_end};
use crate::nearest::nearest;
use crate::value::{level, positive_time, wrong};

/// A shape that was read.
pub(crate) struct Shape {
    /// What is handed to `Asked`: methods with their arguments.
    pub(crate) asked: Vec<(Ident, TokenStream)>,
    /// How many ticks it makes, if that is known here.
    pub(crate) area: Option<Area>,
}

/// The stages there are, each as it is written.
const STAGES: [(&str, &str, &[&str]); 3] = [
    ("ramp", "ramp(0, 100, \"10s\")", &["from", "to", "time"]),
    ("hold", "hold(100, \"1m\")", &["rate", "time"]),
    ("spike", "spike(500, \"5s\")", &["rate", "time"]),
];

/// Each is a call in a chain, and chains are deep water for rustc.
const MOST_STAGES: usize = 500;

/// Reads what stands between the parentheses of a shape's key.
pub(crate) fn read(key: &Ident, tokens: TokenStream) -> Result<Shape> {
    match key.to_string().as_str() {
        "stages" => stages(key, tokens),
        "steps" => steps(key, tokens),
        _ => sine(key, tokens),
    }
}

fn stages(key: &Ident, tokens: TokenStream) -> Result<Shape> {
    let mut shape = Shape { asked: Vec::new(), area: Some(Area::default()) };
    let entries = |input: ParseStream| list::entries(input, |input| shape.stage(input));
    entries.parse2(tokens)?;
    if shape.asked.len() > MOST_STAGES {
        let message = format!(
            "stages has {} stages, and {MOST_STAGES} are the most here: `pusher::Shape::stages` takes more",
            shape.asked.len()
        );
        return Err(wrong(key, message));
    }
    if shape.asked.is_empty() {
        return Err(wrong(
            key,
            "stages has no stage: write some, as in `stages(ramp(0, 100, \"10s\"), hold(100, \"1m\"))`",
        ));
    }
    if shape.area.is_some_and(|area| area.is_empty()) {
        return Err(wrong(
            key,
            "stages makes no tick: give a stage whose rate is above zero, such as `hold(50, \"1m\")`",
        ));
    }
    Ok(shape)
}

impl Shape {
    fn stage(&mut self, input: ParseStream) -> Result<()> {
        let Ok(name) = input.call(Ident::parse_any) else {
            return Err(input.error("expected a stage such as `ramp(0, 100, \"10s\")`: the stages are ramp, hold and spike"));
        };
        let text = name.to_string();
        let Some((_, example, parts)) = STAGES.iter().find(|(known, ..)| *known == text) else {
            let meant = nearest(&text, STAGES.map(|(known, ..)| known))
                .map(|known| format!("did you mean `{known}`? "))
                .unwrap_or_default();
            return Err(wrong(
                &name,
                format!("`{text}` is no stage: {meant}the stages are ramp, hold and spike"),
            ));
        };
        let given = arguments(&name, input, example)?;
        if given.len() != parts.len() || given.iter().any(|value| matches!(value, Expr::Assign(_)))
        {
            let message = format!("{text} takes {}: write it as in `{example}`", parts.join(", "));
            return Err(wrong(&name, message));
        }
        let (rates, time) = given.split_at(parts.len() - 1);
        let mut errors = Errors::default();
        let rates: Vec<_> = rates.iter().map(|rate| errors.kept(level("stages", rate))).collect();
        let time = errors.kept(positive_time("a time in stages", &time[0]));
        errors.into_result()?;
        let known = |rate: &Option<(TokenStream, Option<Decimal>)>| {
            rate.as_ref().and_then(|(_, known)| *known)
        };
        let length = time.as_ref().and_then(|(_, known)| *known);
        let (from, to) = (rates.first().and_then(known), rates.last().and_then(known));
        self.area = self
            .area
            .zip(from.zip(to).zip(length))
            .and_then(|(area, ((from, to), length))| area.plus(from, to, length));
        let rates = rates.into_iter().flatten().map(|(tokens, _)| tokens);
        let time = time.map(|(tokens, _)| tokens);
        self.asked.push((name, quote!(#(#rates,)* #time)));
        Ok(())
    }
}

/// Reads `(A, B, ..)`.
fn arguments(name: &Ident, input: ParseStream, example: &str) -> Result<Vec<Expr>> {
    if !input.peek(token::Paren) {
        return Err(wrong(
            name,
            format!("{name} has no times and rates: write it as in `{example}`"),
        ));
    }
    let tokens = input.parse::<Group>()?.stream();
    let parser = syn::punctuated::Punctuated::<Expr, Token![,]>::parse_terminated;
    Ok(parser.parse2(tokens)?.into_iter().collect())
}

fn steps(key: &Ident, tokens: TokenStream) -> Result<Shape> {
    let example = "steps(from = 10, to = 100, by = 10, each = \"10s\")";
    let [from, to, by, each] = named(key, tokens, ["from", "to", "by", "each"], example)?;
    let mut errors = Errors::default();
    let rates = [&from, &to, &by].map(|rate| errors.kept(level("steps", rate)));
    let each = errors.kept(positive_time("each in steps", &each));
    errors.into_result()?;
    let [Some((from, first)), Some((to, last)), Some((by_tokens, step))] = rates else {
        unreachable!("no error, so all are there")
    };
    if step.is_some_and(Decimal::is_zero) {
        return Err(wrong(
            &by,
            "by in steps is 0, which leads nowhere: give a rate above zero, such as a tenth of `to`",
        ));
    }
    if first
        .zip(last)
        .zip(step)
        .is_some_and(|((first, last), step)| first.is_too_many_steps_from(last, step))
    {
        return Err(wrong(
            &by,
            "by in steps leads to more than 10000 steps: give a larger one, such as a tenth of `to`",
        ));
    }
    let (each, length) =
        each.map_or((TokenStream::new(), None), |(tokens, length)| (tokens, length));
    let known = first.zip(last).zip(step.zip(length));
    let area =
        known.and_then(|((first, last), (step, length))| Area::of_steps(first, last, step, length));
    if area.is_some_and(|area| area.is_empty()) {
        return Err(wrong(key, "steps makes no tick: give a rate above zero"));
    }
    Ok(Shape { asked: vec![(key.clone(), quote!(#from, #to, #by_tokens, #each))], area })
}

fn sine(key: &Ident, tokens: TokenStream) -> Result<Shape> {
    let [from, to, period] =
        named(key, tokens, ["from", "to", "period"], "sine(from = 10, to = 100, period = \"1d\")")?;
    let mut errors = Errors::default();
    let rates = [&from, &to].map(|rate| errors.kept(level("sine", rate)));
    let period = errors.kept(positive_time("period in sine", &period));
    errors.into_result()?;
    let [Some((from, low)), Some((to, high))] = rates else {
        unreachable!("no error, so both are there")
    };
    let (period, length) =
        period.map_or((TokenStream::new(), None), |(tokens, length)| (tokens, length));
    // The mean of a whole period is that of its ends.
    let area = low
        .zip(high)
        .zip(length)
        .and_then(|((low, high), length)| Area::default().plus(low, high, length));
    if area.is_some_and(|area| area.is_empty()) {
        return Err(wrong(key, "sine makes no tick: give a rate above zero"));
    }
    Ok(Shape { asked: vec![(key.clone(), quote!(#from, #to, #period))], area })
}

/// Reads `NAME = VALUE` for each of the names, in any order.
fn named<const N: usize>(
    key: &Ident,
    tokens: TokenStream,
    names: [&str; N],
    example: &str,
) -> Result<[Expr; N]> {
    let mut values: [Option<Expr>; N] = [const { None }; N];
    let entries = |input: ParseStream| {
        list::entries(input, |input| {
            let (place, value) = named_value(key, input, names, example)?;
            if values[place].is_some() {
                return Err(wrong(
                    value,
                    format!("{} in {key} is given twice: keep one of the two", names[place]),
                ));
            }
            values[place] = Some(value);
            Ok(())
        })
    };
    entries.parse2(tokens)?;
    match values.iter().position(Option::is_none) {
        None => Ok(values.map(|value| value.expect("none is missing"))),
        Some(missing) => Err(wrong(
            key,
            format!("{key} has no `{}`: write it as in `{example}`", names[missing]),
        )),
    }
}

fn named_value<const N: usize>(
    key: &Ident,
    input: ParseStream,
    names: [&str; N],
    example: &str,
) -> Result<(usize, Expr)> {
    let as_in = format!("write it as in `{example}`");
    let Ok(name) = input.call(Ident::parse_any) else {
        let error = input.error(format!("{key} takes names with values: {as_in}"));
        // The rest of them is no other mistake.
        input.parse::<TokenStream>()?;
        return Err(error);
    };
    let Some(place) = names.iter().position(|known| name == known) else {
        return Err(wrong(&name, format!("`{name}` is no part of {key}: {as_in}")));
    };
    if !input.peek(Token![=]) {
        return Err(wrong(&name, format!("{name} in {key} has no value: {as_in}")));
    }
    input.parse::<Token![=]>()?;
    if is_at_end(input) {
        Err(Error::new(name.span(), format!("{name} in {key} has no value: {as_in}")))
    } else {
        Ok((place, input.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a shape: how many ticks it makes, or the errors.
    fn outcome(key: &str, tokens: &str) -> String {
        let key = Ident::new(key, proc_macro2::Span::call_site());
        match read(&key, tokens.parse().unwrap()) {
            Ok(shape) => shape.area.map_or("unknown".to_string(), |area| area.ticks().to_string()),
            Err(errors) => {
                errors.into_iter().map(|error| error.to_string()).collect::<Vec<_>>().join("; ")
            }
        }
    }

    #[test]
    fn counts_the_ticks_of_a_shape() {
        for (key, tokens, ticks) in [
            (
                "stages",
                r#"ramp(0, 100, "10s"), hold(100, "1m"), spike(500, "5s"), ramp(100, 0, "5s")"#,
                "9250",
            ),
            ("stages", r#"hold(0.1, "30s"), hold(0, "1h")"#, "3"),
            ("stages", r#"ramp(0, RATE, "10s")"#, "unknown"),
            ("stages", r#"hold(5, TIME), hold(0.0000001, "1s")"#, "unknown"),
            ("steps", r#"from = 10, to = 100, by = 10, each = "10s""#, "5500"),
            ("steps", r#"each = "4s", from = 1, to = 0.25, by = 0.5"#, "7"),
            ("steps", r#"from = 5, to = 5, by = 1, each = "1s""#, "5"),
            ("steps", r#"from = LOW, to = 5, by = 1, each = "1s""#, "unknown"),
            ("sine", r#"from = 10, to = 100, period = "1d""#, "4752000"),
        ] {
            assert_eq!(outcome(key, tokens), ticks, "{key}({tokens})");
        }
    }

    #[test]
    fn says_what_to_write_instead() {
        let steps = r#"write it as in `steps(from = 10, to = 100, by = 10, each = "10s")`"#;
        let rate = "give a number from 0 to 1000000000, such as 50 or 0.5";
        for (key, tokens, message) in [
            ("stages", "", r#"stages has no stage: write some, as in `stages(ramp(0, 100, "10s"), hold(100, "1m"))`"#.to_string()),
            (
                "stages",
                r#"hold(0, "1s")"#,
                r#"stages makes no tick: give a stage whose rate is above zero, such as `hold(50, "1m")`"#.to_string(),
            ),
            ("stages", r#"rmap(0, 1, "1s")"#, "`rmap` is no stage: did you mean `ramp`? the stages are ramp, hold and spike".to_string()),
            ("stages", "5", "expected a stage such as `ramp(0, 100, \"10s\")`: the stages are ramp, hold and spike".to_string()),
            ("stages", "hold", r#"hold has no times and rates: write it as in `hold(100, "1m")`"#.to_string()),
            ("stages", r#"ramp(5, "1s")"#, r#"ramp takes from, to, time: write it as in `ramp(0, 100, "10s")`"#.to_string()),
            ("stages", r#"ramp(from = 5, to = 6, "1s")"#, r#"ramp takes from, to, time: write it as in `ramp(0, 100, "10s")`"#.to_string()),
            (
                "stages",
                &r#"hold(1, "1s"), "#.repeat(501),
                "stages has 501 stages, and 500 are the most here: `pusher::Shape::stages` takes more".to_string(),
            ),
            (
                "stages",
                r#"ramp(-1, "a", "0s")"#,
                format!(
                    "a rate in stages is -1: {rate}; a rate in stages is \"a\": {rate}; a time in stages is zero: give a time, such as \"30s\""
                ),
            ),
            ("steps", r#"from = 10, to = 100, by = 10"#, format!("steps has no `each`: {steps}")),
            ("steps", r#"from = 10, from = 100"#, "from in steps is given twice: keep one of the two".to_string()),
            ("steps", r#"form = 10"#, format!("`form` is no part of steps: {steps}")),
            ("steps", "from", format!("from in steps has no value: {steps}")),
            ("steps", "from =", format!("from in steps has no value: {steps}")),
            ("steps", "10, 100", format!("steps takes names with values: {steps}")),
            (
                "steps",
                r#"from = 1, to = 2, by = 0, each = "1s""#,
                "by in steps is 0, which leads nowhere: give a rate above zero, such as a tenth of `to`".to_string(),
            ),
            (
                "steps",
                r#"from = 0, to = 10_000, by = 1, each = "1s""#,
                "by in steps leads to more than 10000 steps: give a larger one, such as a tenth of `to`".to_string(),
            ),
            ("steps", r#"from = 0, to = 0, by = 1, each = "1s""#, "steps makes no tick: give a rate above zero".to_string()),
            ("sine", r#"from = 0, to = 0, period = "1s""#, "sine makes no tick: give a rate above zero".to_string()),
        ] {
            assert_eq!(outcome(key, tokens), message, "{key}({tokens})");
        }
    }
}
