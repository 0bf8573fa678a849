//! [`Shape`]: `stages(..)`, `steps(..)` and `sine(..)`, rates over time.

use proc_macro2::{Group, TokenStream};
use pusher_load_grammar::curve::{Curve, Segment, check_by, steps_between};
use pusher_load_grammar::limits::MOST_STAGES;
use pusher_load_grammar::nearest::nearest;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Ident, Result, Token, token};

use crate::list::{self, AllErrors, is_at_end};
use crate::value::{level, positive_time, wrong};

/// A shape that was read.
pub(crate) struct ReadShape {
    /// Calls of the run time's `Attribute`: methods with their arguments.
    pub(crate) methods: Vec<(Ident, TokenStream)>,
    /// The shape itself, if it is known here.
    pub(crate) curve: Option<Curve>,
}

/// The stages there are, each as it is written.
const STAGES: [StageForm; 3] = [
    StageForm { name: "ramp", example: "ramp(0, 100, \"10s\")", parts: &["from", "to", "time"] },
    StageForm { name: "hold", example: "hold(100, \"1m\")", parts: &["rate", "time"] },
    StageForm { name: "spike", example: "spike(500, \"5s\")", parts: &["rate", "time"] },
];

struct StageForm {
    name: &'static str,
    example: &'static str,
    parts: &'static [&'static str],
}

pub(crate) const STEPS: Parts<4> = Parts {
    names: ["from", "to", "by", "each"],
    example: "steps(from = 10, to = 100, by = 10, each = \"10s\")",
};

const SINE: Parts<3> = Parts {
    names: ["from", "to", "period"],
    example: "sine(from = 10, to = 100, period = \"1d\")",
};

/// Reads the tokens between the parentheses of a shape's key.
pub(crate) fn read(key: &Ident, tokens: TokenStream) -> Result<ReadShape> {
    match key.to_string().as_str() {
        "stages" => stages(key, tokens),
        "steps" => steps(key, tokens),
        _ => sine(key, tokens),
    }
}

/// What changes over time.
#[derive(Clone, Copy)]
pub(crate) enum Quantity {
    Rates,
    Callers,
}

impl Quantity {
    fn one(self) -> &'static str {
        match self {
            Quantity::Rates => "rate",
            Quantity::Callers => "callers",
        }
    }

    fn several(self) -> &'static str {
        match self {
            Quantity::Rates => "rates",
            Quantity::Callers => "callers",
        }
    }

    /// What of the library takes any number of stages.
    fn in_library(self) -> &'static str {
        match self {
            Quantity::Rates => "pusher::Shape::stages",
            Quantity::Callers => "pusher::ClosedLoop::stages",
        }
    }
}

/// The parts of a stage, as many as it takes.
pub(crate) struct StageParts {
    pub(crate) name: Ident,
    pub(crate) values: Vec<Expr>,
    pub(crate) time: Expr,
}

fn stages(key: &Ident, tokens: TokenStream) -> Result<ReadShape> {
    let mut methods = Vec::new();
    let mut segments = Some(Vec::new());
    each_stage(Quantity::Rates, key, tokens, |parts| {
        let (method, segment) = stage(parts)?;
        methods.push(method);
        segments = segments.take().zip(segment).map(|(mut segments, segment)| {
            segments.push(segment);
            segments
        });
        Ok(())
    })?;
    let curve = segments.map(|segments| Curve::stages("stages", segments)).transpose();
    Ok(ReadShape { methods, curve: curve.map_err(|message| wrong(key, message))? })
}

/// Reads stages, one after the other.
pub(crate) fn each_stage(
    of: Quantity,
    key: &Ident,
    tokens: TokenStream,
    mut take: impl FnMut(StageParts) -> Result<()>,
) -> Result<()> {
    let mut count = 0;
    let entries = |input: ParseStream| {
        list::entries(input, |input| {
            count += 1;
            take(StageParts::read(of, input)?)
        })
    };
    entries.parse2(tokens)?;
    if count > MOST_STAGES {
        let message = format!(
            "stages has {count} stages, and {MOST_STAGES} are the most here: `{}` takes more",
            of.in_library()
        );
        return Err(wrong(key, message));
    }
    if count == 0 {
        return Err(wrong(
            key,
            "stages has no stage: write some, as in \
             `stages(ramp(0, 100, \"10s\"), hold(100, \"1m\"))`",
        ));
    }
    Ok(())
}

impl StageParts {
    fn read(of: Quantity, input: ParseStream) -> Result<StageParts> {
        let Ok(name) = input.call(Ident::parse_any) else {
            return Err(input.error(
                "expected a stage such as `ramp(0, 100, \"10s\")`: the stages are ramp, hold and \
                 spike",
            ));
        };
        let StageForm { example, parts, .. } = kind_of_stage(&name)?;
        if !input.peek(token::Paren) {
            return Err(wrong(
                &name,
                format!("{name} has no times and {}: write it as in `{example}`", of.several()),
            ));
        }
        let mut values = arguments(input)?;
        if values.len() != parts.len()
            || values.iter().any(|value| matches!(value, Expr::Assign(_)))
        {
            let parts = parts.join(", ").replace("rate", of.one());
            let message = format!("{name} takes {parts}: write it as in `{example}`");
            return Err(wrong(&name, message));
        }
        let time = values.pop().expect("a stage has a time");
        Ok(StageParts { name, values, time })
    }
}

/// Reads one stage: a method with its arguments, and the segment, if it is known here.
fn stage(parts: StageParts) -> Result<((Ident, TokenStream), Option<Segment>)> {
    let StageParts { name, values: rates, time } = parts;
    let mut errors = AllErrors::default();
    let rates: Vec<_> = rates.iter().map(|rate| errors.kept(level("stages", rate))).collect();
    let time_given = errors.kept(positive_time("a time in stages", &time));
    errors.into_result()?;
    let (rates, length): (Vec<_>, _) = (rates.into_iter().flatten().collect(), time_given);
    let (from, to) =
        (rates.first().and_then(|rate| rate.known), rates.last().and_then(|rate| rate.known));
    let known = from.zip(to).zip(length.as_ref().and_then(|length| length.known));
    let segment = known.map(|((from, to), length)| Segment::new("stages", [from, to], length));
    let segment = segment.transpose().map_err(|message| wrong(&time, message))?;
    let rates = rates.into_iter().map(|rate| rate.tokens);
    let length = length.map(|length| length.tokens);
    Ok(((name, quote!(#(#rates,)* #length)), segment))
}

fn kind_of_stage(name: &Ident) -> Result<&'static StageForm> {
    let text = name.to_string();
    STAGES.iter().find(|stage| stage.name == text).ok_or_else(|| {
        let meant = nearest(&text, STAGES.iter().map(|stage| stage.name))
            .map(|known| format!("did you mean `{known}`? "))
            .unwrap_or_default();
        wrong(name, format!("`{text}` is no stage: {meant}the stages are ramp, hold and spike"))
    })
}

/// Reads `(A, B, ..)`.
fn arguments(input: ParseStream) -> Result<Vec<Expr>> {
    let tokens = input.parse::<Group>()?.stream();
    let parser = syn::punctuated::Punctuated::<Expr, Token![,]>::parse_terminated;
    Ok(parser.parse2(tokens)?.into_iter().collect())
}

fn steps(key: &Ident, tokens: TokenStream) -> Result<ReadShape> {
    let [from, to, by, each] = STEPS.read(key, tokens)?;
    let mut errors = AllErrors::default();
    let rates = [&from, &to, &by].map(|rate| errors.kept(level("steps", rate)));
    let each = errors.kept(positive_time("each in steps", &each));
    errors.into_result()?;
    let ([Some(from), Some(to), Some(height)], Some(each)) = (rates, each) else {
        unreachable!("no error, so all are there")
    };
    let of_by = |message: String| wrong(&by, message);
    if let Some(height) = height.known {
        check_by(height).map_err(of_by)?;
    }
    let rates = from.known.zip(to.known).zip(height.known);
    if let Some(((from, to), height)) = rates {
        steps_between(from, to, height).map_err(of_by)?;
    }
    let curve = rates.zip(each.known).map(|(((from, to), by), each)| {
        Curve::steps(from, to, by, each).map_err(|message| wrong(key, message))
    });
    let (from, to, height, each) = (from.tokens, to.tokens, height.tokens, each.tokens);
    let methods = vec![(key.clone(), quote!(#from, #to, #height, #each))];
    Ok(ReadShape { methods, curve: curve.transpose()? })
}

fn sine(key: &Ident, tokens: TokenStream) -> Result<ReadShape> {
    let [from, to, period] = SINE.read(key, tokens)?;
    let mut errors = AllErrors::default();
    let rates = [&from, &to].map(|rate| errors.kept(level("sine", rate)));
    let period = errors.kept(positive_time("period in sine", &period));
    errors.into_result()?;
    let ([Some(from), Some(to)], Some(period)) = (rates, period) else {
        unreachable!("no error, so all are there")
    };
    let known = from.known.zip(to.known).zip(period.known);
    let curve = known.map(|((from, to), period)| {
        Curve::sine(from, to, period).map_err(|message| wrong(key, message))
    });
    let (from, to, period) = (from.tokens, to.tokens, period.tokens);
    let methods = vec![(key.clone(), quote!(#from, #to, #period))];
    Ok(ReadShape { methods, curve: curve.transpose()? })
}

/// The parts of a shape that have names.
pub(crate) struct Parts<const N: usize> {
    names: [&'static str; N],
    example: &'static str,
}

impl<const N: usize> Parts<N> {
    /// Reads `NAME = VALUE` for each of the names, in any order.
    pub(crate) fn read(&self, key: &Ident, tokens: TokenStream) -> Result<[Expr; N]> {
        let mut values: [Option<Expr>; N] = [const { None }; N];
        let entries = |input: ParseStream| {
            list::entries(input, |input| {
                let (nth, value) = self.named_value(key, input)?;
                if values[nth].is_some() {
                    let name = self.names[nth];
                    return Err(wrong(
                        value,
                        format!("{name} in {key} is given twice: keep one of the two"),
                    ));
                }
                values[nth] = Some(value);
                Ok(())
            })
        };
        entries.parse2(tokens)?;
        match values.iter().position(Option::is_none) {
            None => Ok(values.map(|value| value.expect("none is missing"))),
            Some(missing) => {
                Err(wrong(key, format!("{key} has no `{}`: {}", self.names[missing], self.as_in())))
            }
        }
    }

    fn as_in(&self) -> String {
        format!("write it as in `{}`", self.example)
    }

    /// Reads one of them: which it is, and its value.
    fn named_value(&self, key: &Ident, input: ParseStream) -> Result<(usize, Expr)> {
        let as_in = self.as_in();
        let Ok(name) = input.call(Ident::parse_any) else {
            let error = input.error(format!("{key} takes names with values: {as_in}"));
            // The rest of them is no other mistake.
            input.parse::<TokenStream>()?;
            return Err(error);
        };
        let Some(nth) = self.names.iter().position(|known| name == known) else {
            return Err(wrong(&name, format!("`{name}` is no part of {key}: {as_in}")));
        };
        if !input.peek(Token![=]) {
            return Err(wrong(&name, format!("{name} in {key} has no value: {as_in}")));
        }
        input.parse::<Token![=]>()?;
        if is_at_end(input) {
            Err(Error::new(name.span(), format!("{name} in {key} has no value: {as_in}")))
        } else {
            Ok((nth, input.parse()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a shape: how many ticks it makes, or the errors.
    fn outcome(key: &str, tokens: &str) -> String {
        let key = Ident::new(key, proc_macro2::Span::call_site());
        match read(&key, tokens.parse().unwrap()) {
            Ok(shape) => shape
                .curve
                .and_then(|curve| curve.ticks())
                .map_or("unknown".to_string(), |ticks| ticks.to_string()),
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
            ("stages", r#"hold("7/m", "1h"), ramp("7/m", 0, "2m")"#, "427"),
            ("steps", r#"from = "20/m", to = 1, by = "20/m", each = "3s""#, "6"),
        ] {
            assert_eq!(outcome(key, tokens), ticks, "{key}({tokens})");
        }
    }

    /// A shape of that key is refused with these words.
    fn refused(key: &str, cases: &[(&str, &str)]) {
        for (tokens, message) in cases {
            assert_eq!(outcome(key, tokens), *message, "{key}({tokens})");
        }
    }

    #[test]
    fn stages_are_some_of_three_that_make_a_tick() {
        refused(
            "stages",
            &[
                (
                    "",
                    "stages has no stage: write some, as in `stages(ramp(0, 100, \"10s\"), \
                     hold(100, \"1m\"))`",
                ),
                (
                    r#"hold(0, "1s")"#,
                    "stages makes no tick: give a stage whose rate is above zero, such as \
                     `hold(50, \"1m\")`",
                ),
                (
                    r#"rmap(0, 1, "1s")"#,
                    "`rmap` is no stage: did you mean `ramp`? the stages are ramp, hold and spike",
                ),
                (
                    "5",
                    "expected a stage such as `ramp(0, 100, \"10s\")`: the stages are ramp, hold \
                     and spike",
                ),
                (
                    &r#"hold(1, "1s"), "#.repeat(501),
                    "stages has 501 stages, and 500 are the most here: `pusher::Shape::stages` \
                     takes more",
                ),
            ],
        );
    }

    #[test]
    fn a_stage_has_its_rates_and_its_time() {
        refused(
            "stages",
            &[
                ("hold", r#"hold has no times and rates: write it as in `hold(100, "1m")`"#),
                (
                    r#"ramp(5, "1s")"#,
                    r#"ramp takes from, to, time: write it as in `ramp(0, 100, "10s")`"#,
                ),
                (
                    r#"ramp(from = 5, to = 6, "1s")"#,
                    r#"ramp takes from, to, time: write it as in `ramp(0, 100, "10s")`"#,
                ),
                (
                    r#"ramp(-1, "a", "0s")"#,
                    "a rate in stages is -1: give a number from 0 to 1000000000, such as 50 or \
                     0.5; a rate in stages is \"a\": give a number from 0 to 1000000000, such as \
                     50 or 0.5, or a text such as \"7/m\" or \"100/3s\"; a time in stages is zero: \
                     give a time, such as \"30s\"",
                ),
            ],
        );
    }

    #[test]
    fn the_parts_of_steps_have_names_and_values() {
        for (tokens, wrong) in [
            ("from = 10, to = 100, by = 10", "steps has no `each`"),
            ("form = 10", "`form` is no part of steps"),
            ("from", "from in steps has no value"),
            ("from =", "from in steps has no value"),
            ("10, 100", "steps takes names with values"),
        ] {
            let example = r#"write it as in `steps(from = 10, to = 100, by = 10, each = "10s")`"#;
            refused("steps", &[(tokens, &format!("{wrong}: {example}"))]);
        }
        let twice = "from in steps is given twice: keep one of the two";
        refused("steps", &[("from = 10, from = 100", twice)]);
    }

    #[test]
    fn steps_lead_somewhere_and_make_a_tick() {
        refused(
            "steps",
            &[
                (
                    r#"from = 1, to = 2, by = 0, each = "1s""#,
                    "by in steps is 0, which leads nowhere: give a rate above zero, such as a \
                     tenth of `to`",
                ),
                (
                    r#"from = 0, to = 10_000, by = 1, each = "1s""#,
                    "by in steps leads to more than 10000 steps: give a larger one, such as a \
                     tenth of `to`",
                ),
                (
                    r#"from = 0, to = 0, by = 1, each = "1s""#,
                    "steps makes no tick: give a stage whose rate is above zero, such as \
                     `hold(50, \"1m\")`",
                ),
            ],
        );
    }

    #[test]
    fn a_sine_makes_a_tick() {
        let message = "sine makes no tick: give a rate above zero, such as `sine(from = 10, to = \
                       100, period = \"1d\")`";
        refused("sine", &[(r#"from = 0, to = 0, period = "1s""#, message)]);
    }
}
