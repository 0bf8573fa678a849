//! [`Shape`]: `stages(..)`, `steps(..)` and `sine(..)`, rates over time.

use proc_macro2::TokenStream;
use pusher_load_grammar::curve::{Curve, Segment, check_by, steps_between};
use pusher_load_grammar::level::Level;
use quote::quote;
use syn::{Ident, Result};

use crate::list::AllErrors;
use crate::parts::Parts;
use crate::stages::{ReadStages, StagesOf};
use crate::value::{level, positive_time, wrong};

/// A shape that was read.
pub(crate) struct ReadShape {
    /// Calls of the run time's `Attribute`: methods with their arguments.
    pub(crate) methods: Vec<(Ident, TokenStream)>,
    /// The shape itself, if it is known here.
    pub(crate) curve: Option<Curve>,
}

const RATES: StagesOf<Level, Segment> = StagesOf {
    one: "rate",
    several: "rates",
    in_library: "pusher::Shape::stages",
    value: |rate| level("stages", rate),
    stage: |ends, length| Segment::new("stages", ends, length),
};

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

fn stages(key: &Ident, tokens: TokenStream) -> Result<ReadShape> {
    let ReadStages { calls, known } = RATES.read(key, tokens)?;
    let curve = known.map(|segments| Curve::stages("stages", segments)).transpose();
    Ok(ReadShape { methods: calls, curve: curve.map_err(|message| wrong(key, message))? })
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
