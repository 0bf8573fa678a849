//! [`ReadCallers`]: `concurrency = stages(..)` and `concurrency = steps(..)`, callers over time.

use proc_macro2::TokenStream;
use pusher_load_grammar::count;
use pusher_load_grammar::headcount::{Headcount, Leg, caller_steps, in_key};
use quote::{ToTokens, quote};
use syn::{Expr, Ident, Result};

use crate::list::AllErrors;
use crate::shape::STEPS;
use crate::stages::{self, ReadStages, StagesOf};
use crate::value::{Checked, bare, count, positive_time, wrong};

/// Callers over time that were read.
pub(crate) struct ReadCallers {
    /// Calls of the run time's `Attribute`: methods with their arguments.
    pub(crate) methods: Vec<(Ident, TokenStream)>,
    /// `stages` or `steps`.
    pub(crate) shape: &'static str,
}

const CALLERS: StagesOf<u64, Leg> = StagesOf {
    one: "callers",
    several: "callers",
    in_library: "pusher::ClosedLoop::stages",
    value: |callers| number("stages", callers),
    stage: |ends, length| Leg::new("stages", ends, length),
};

/// Reads the value of `concurrency`, if it is a shape and no number.
pub(crate) fn read(value: &Expr) -> Result<Option<ReadCallers>> {
    let Expr::Call(call) = bare(value) else { return Ok(None) };
    let Expr::Path(path) = &*call.func else { return Ok(None) };
    let Some(word) = path.path.get_ident() else { return Ok(None) };
    let tokens = call.args.to_token_stream();
    let (shape, methods) = match word.to_string().as_str() {
        "stages" => ("stages", stages(word, tokens)?),
        "steps" => ("steps", steps(word, tokens)?),
        "sine" => {
            let message = "callers go along no sine: write `concurrency = stages(..)` or \
                           `concurrency = steps(..)`";
            return Err(wrong(value, message));
        }
        stage if stages::names().any(|name| name == stage) => {
            let message = format!(
                "{stage} is a stage: write it as in \
                 `concurrency = stages(ramp(0, 20, \"10s\"), hold(20, \"1m\"))`"
            );
            return Err(wrong(value, message));
        }
        _ => return Ok(None),
    };
    Ok(Some(ReadCallers { methods, shape }))
}

fn stages(key: &Ident, tokens: TokenStream) -> Result<Vec<(Ident, TokenStream)>> {
    let ReadStages { calls, known } = CALLERS.read(key, tokens)?;
    let headcount = known.map(|legs| Headcount::stages("stages", legs)).transpose();
    headcount.map_err(|message| wrong(key, message))?;
    Ok(calls.into_iter().map(|(stage, arguments)| (method(&stage), arguments)).collect())
}

fn steps(key: &Ident, tokens: TokenStream) -> Result<Vec<(Ident, TokenStream)>> {
    let [from, to, by, each] = STEPS.read(key, tokens)?;
    let mut errors = AllErrors::default();
    let ends = [&from, &to].map(|value| errors.kept(number("steps", value)));
    let height = errors.kept(count("by in steps", &by, &count::CONCURRENCY));
    let each = errors.kept(positive_time("each in steps", &each));
    errors.into_result()?;
    let ([Some(from), Some(to)], Some(height), Some(each)) = (ends, height, each) else {
        unreachable!("no error, so all are there")
    };
    if let Some(((from, to), height)) = from.known.zip(to.known).zip(height.known) {
        caller_steps(from, to, height).map_err(|message| wrong(&by, message))?;
        let headcount = each.known.map(|each| Headcount::steps(from, to, height, each));
        headcount.transpose().map_err(|message| wrong(key, message))?;
    }
    let (from, to, height, each) = (from.tokens, to.tokens, height.tokens, each.tokens);
    Ok(vec![(method(key), quote!(#from, #to, #height, #each))])
}

/// The run time's method for a part of the shape.
fn method(part: &Ident) -> Ident {
    Ident::new(&format!("callers_{part}"), part.span())
}

/// A number of callers.
fn number(key: &str, value: &Expr) -> Result<Checked<u64>> {
    count(&in_key(key), value, &count::CALLERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a value of `concurrency`: the methods that are called, or the errors.
    fn outcome(value: &str) -> String {
        match read(&syn::parse_str(value).unwrap()) {
            Ok(None) => "a number".to_string(),
            Ok(Some(read)) => {
                let call = |(method, values): &(Ident, TokenStream)| format!("{method}({values})");
                read.methods.iter().map(call).collect::<Vec<_>>().join(" ")
            }
            Err(errors) => {
                errors.into_iter().map(|error| error.to_string()).collect::<Vec<_>>().join("; ")
            }
        }
    }

    #[test]
    fn hands_on_what_is_written() {
        for (value, outcome_of_it) in [
            ("20", "a number"),
            ("CALLERS", "a number"),
            ("shop::stages(1)", "a number"),
            ("many(1)", "a number"),
            (
                r#"stages(ramp(0, 2_0, "10s"), hold(MOST, TIME), spike(5, "1s"))"#,
                "callers_ramp(0u64 , 20u64 , \"10s\") callers_hold(MOST , TIME) \
                 callers_spike(5u64 , \"1s\")",
            ),
            (
                r#"(steps(each = "1s", from = 5, to = 1, by = 2))"#,
                "callers_steps(5u64 , 1u64 , 2u64 , \"1s\")",
            ),
        ] {
            assert_eq!(outcome(value), outcome_of_it, "{value}");
        }
    }

    /// Callers like these are refused with these words.
    fn refused(cases: &[(&str, &str)]) {
        for (value, message) in cases {
            assert_eq!(outcome(value), *message, "{value}");
        }
    }

    #[test]
    fn stages_are_some_with_a_caller() {
        refused(&[
            (
                r#"stages(hold(0, "1s"), ramp(0, 1, "1s"))"#,
                "stages has no caller at any time: give a stage with some, such as `hold(20, \
                 \"1m\")`",
            ),
            (
                "stages()",
                "stages has no stage: write some, as in `stages(ramp(0, 100, \"10s\"), \
                 hold(100, \"1m\"))`",
            ),
            (
                &format!("stages({})", r#"hold(1, "1s"), "#.repeat(501)),
                "stages has 501 stages, and 500 are the most here: `pusher::ClosedLoop::stages` \
                 takes more",
            ),
        ]);
    }

    #[test]
    fn a_stage_has_its_callers_and_its_time() {
        refused(&[
            ("stages(hold)", r#"hold has no times and callers: write it as in `hold(100, "1m")`"#),
            ("stages(hold(5))", r#"hold takes callers, time: write it as in `hold(100, "1m")`"#),
        ]);
        let number = "give a whole number from 0 to 100000, such as 20";
        let each_wrong = format!(
            "a number of callers in stages is 0.5: {number}; a time in stages is zero: give a \
             time, such as \"30s\"; a number of callers in stages is \"7/m\": {number}; a number \
             of callers in stages is 100_001: {number}"
        );
        refused(&[(r#"stages(hold(0.5, "0s"), ramp("7/m", 100_001, "1s"))"#, &each_wrong)]);
    }

    #[test]
    fn steps_lead_somewhere_and_have_a_caller() {
        refused(&[
            (
                r#"steps(from = -1, to = 5, by = 0, each = "1s")"#,
                "a number of callers in steps is -1: give a whole number from 0 to 100000, such \
                 as 20; by in steps is 0: give a whole number from 1 to 100000, such as 20",
            ),
            (
                r#"steps(from = 0, to = 10_000, by = 1, each = "1s")"#,
                "by in steps leads to more than 10000 steps: give a larger one, such as a tenth \
                 of `to`",
            ),
            (
                r#"steps(from = 0, to = 0, by = 1, each = "1s")"#,
                "steps has no caller at any time: give a stage with some, such as `hold(20, \
                 \"1m\")`",
            ),
        ]);
    }

    #[test]
    fn callers_go_along_stages_or_steps() {
        refused(&[
            (
                r#"sine(from = 1, to = 5, period = "1d")"#,
                "callers go along no sine: write `concurrency = stages(..)` or `concurrency = \
                 steps(..)`",
            ),
            (
                r#"ramp(0, 20, "10s")"#,
                "ramp is a stage: write it as in `concurrency = stages(ramp(0, 20, \"10s\"), \
                 hold(20, \"1m\"))`",
            ),
        ]);
    }
}
