//! [`StagesOf`]: what stands in `stages(ramp(..), hold(..), spike(..))`, of rates or of callers.

use std::time::Duration;

use proc_macro2::{Group, TokenStream};
use pusher_load_grammar::limits::MOST_STAGES;
use pusher_load_grammar::nearest::nearest;
use pusher_load_grammar::sentence::{did_you_mean, listed};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Result, Token, token};

use crate::list::{self, AllErrors};
use crate::value::{Checked, positive_time, wrong};

/// Stages in which a `V` changes over time, each of which makes an `S`.
pub(crate) struct StagesOf<V, S> {
    /// What one value is called, and several.
    pub(crate) one: &'static str,
    pub(crate) several: &'static str,
    /// What of the library takes any number of stages.
    pub(crate) in_library: &'static str,
    /// Reads a value.
    pub(crate) value: fn(&Expr) -> Result<Checked<V>>,
    /// Makes a stage of its two ends, which may be the same, and its time.
    pub(crate) stage: fn([V; 2], Duration) -> std::result::Result<S, String>,
}

/// Stages that were read.
pub(crate) struct ReadStages<S> {
    /// The name of each, with its arguments.
    pub(crate) calls: Vec<(Ident, TokenStream)>,
    /// The stages, if all of them are known here.
    pub(crate) known: Option<Vec<S>>,
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

/// The parts of a stage, as many as it takes.
struct StageParts {
    name: Ident,
    values: Vec<Expr>,
    time: Expr,
}

impl<V: Copy, S> StagesOf<V, S> {
    /// Reads stages, one after the other.
    pub(crate) fn read(&self, key: &Ident, tokens: TokenStream) -> Result<ReadStages<S>> {
        let (mut calls, mut stages) = (Vec::new(), Vec::new());
        let entries = |input: ParseStream| {
            list::entries(input, |input| {
                let (call, stage) = self.stage(self.parts(input)?)?;
                calls.push(call);
                stages.push(stage);
                Ok(())
            })
        };
        entries.parse2(tokens)?;
        let count = calls.len();
        if count > MOST_STAGES {
            let message = format!(
                "stages has {count} stages, and {MOST_STAGES} are the most here: `{}` takes more",
                self.in_library
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
        Ok(ReadStages { calls, known: stages.into_iter().collect() })
    }

    fn parts(&self, input: ParseStream) -> Result<StageParts> {
        let Ok(name) = input.call(Ident::parse_any) else {
            let names = listed(names(), "and");
            return Err(input.error(format!(
                "expected a stage such as `ramp(0, 100, \"10s\")`: the stages are {names}"
            )));
        };
        let StageForm { example, parts, .. } = kind_of_stage(&name)?;
        if !input.peek(token::Paren) {
            return Err(wrong(
                &name,
                format!("{name} has no times and {}: write it as in `{example}`", self.several),
            ));
        }
        let mut values = arguments(input)?;
        if values.len() != parts.len()
            || values.iter().any(|value| matches!(value, Expr::Assign(_)))
        {
            let parts = parts.join(", ").replace("rate", self.one);
            let message = format!("{name} takes {parts}: write it as in `{example}`");
            return Err(wrong(&name, message));
        }
        let time = values.pop().expect("a stage has a time");
        Ok(StageParts { name, values, time })
    }

    /// The name of a stage with its arguments, and the stage, if it is known here.
    fn stage(&self, parts: StageParts) -> Result<((Ident, TokenStream), Option<S>)> {
        let StageParts { name, values, time } = parts;
        let mut errors = AllErrors::default();
        let values: Vec<_> = values.iter().map(|value| errors.kept((self.value)(value))).collect();
        let length = errors.kept(positive_time("a time in stages", &time));
        errors.into_result()?;
        let values: Vec<_> = values.into_iter().flatten().collect();
        let end = |value: Option<&Checked<V>>| value.and_then(|value| value.known);
        let ends = end(values.first()).zip(end(values.last()));
        let known = ends.zip(length.as_ref().and_then(|length| length.known));
        let stage = known.map(|((from, to), length)| (self.stage)([from, to], length)).transpose();
        let stage = stage.map_err(|message| wrong(&time, message))?;
        let (values, length) =
            (values.iter().map(|value| &value.tokens), length.map(|length| length.tokens));
        Ok(((name, quote!(#(#values,)* #length)), stage))
    }
}

fn kind_of_stage(name: &Ident) -> Result<&'static StageForm> {
    let text = name.to_string();
    STAGES.iter().find(|stage| stage.name == text).ok_or_else(|| {
        let meant = did_you_mean(nearest(&text, names()));
        wrong(
            name,
            format!("`{text}` is no stage: {meant}the stages are {}", listed(names(), "and")),
        )
    })
}

/// The stages there are.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    STAGES.iter().map(|stage| stage.name)
}

/// Reads `(A, B, ..)`.
fn arguments(input: ParseStream) -> Result<Vec<Expr>> {
    let tokens = input.parse::<Group>()?.stream();
    let parser = syn::punctuated::Punctuated::<Expr, Token![,]>::parse_terminated;
    Ok(parser.parse2(tokens)?.into_iter().collect())
}
