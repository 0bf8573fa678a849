//! What flags, variables and profiles put in the place of what attributes say.

use std::ffi::OsString;
use std::path::PathBuf;

use super::flags::{Flag, PROFILE, REPORT_DIR};
use super::keys::KEYS;
use super::layers::{Layer, Said, apply, exclude_each_other};
use crate::harness::profile::{Profile, Profiles};
use crate::plan::nearest::nearest;
use crate::plan::terms::Terms;

/// For a quick look, or a longer soak.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    flags: Layer,
    variables: Layer,
    /// The name of the profile that was asked for.
    profile: Option<Given>,
    /// What applies of `pusher.toml`: the profile that was asked for, then `default`.
    profiles: Vec<Profile>,
    pub(crate) report_dir: Option<PathBuf>,
}

/// A text and where it comes from: `--profile` or `PUSHER_PROFILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) source: String,
    pub(crate) text: String,
}

impl Overrides {
    /// A flag wins over its variable, which is then not looked at; an empty variable is none.
    pub(super) fn read(
        flag: impl Fn(&str) -> Option<String>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Overrides, String> {
        let flags = layer(|known| from_flag(known, &flag), "--rps", "--rps-scale")?;
        let unless_flagged = |known: &Flag| {
            if flags.get(known.name).is_some() { Ok(None) } else { from_variable(known, &variable) }
        };
        let variables = layer(unless_flagged, "PUSHER_RPS", "PUSHER_RPS_SCALE")?;
        let either = |known: &Flag| match from_flag(known, &flag)? {
            None => from_variable(known, &variable),
            given => Ok::<_, String>(given),
        };
        let report_dir = either(&REPORT_DIR)?.map(|given| given.text.into());
        Ok(Overrides {
            profile: either(&PROFILE)?,
            flags,
            variables,
            report_dir,
            profiles: Vec::new(),
        })
    }

    /// Chooses what applies of the profiles there are.
    ///
    /// # Errors
    ///
    /// A profile was asked for that is not among them.
    pub(super) fn take(&mut self, profiles: Profiles) -> Result<(), String> {
        self.profiles = profiles.choose(self.profile.as_ref())?;
        Ok(())
    }

    /// Puts what was said into the terms of a load: flag before variable before profile, and in a
    /// profile each of its names before the next, and all loads last.
    ///
    /// # Errors
    ///
    /// A rate that is multiplied with too much.
    pub(crate) fn apply(&self, names: &[&str], terms: &mut Terms) -> Result<(), String> {
        let mut layers = vec![&self.flags, &self.variables];
        for profile in &self.profiles {
            layers.extend(names.iter().filter_map(|name| profile.of_load(name)));
            layers.push(&profile.layer);
        }
        terms.settings.profile = self.profile.as_ref().map(|given| given.text.clone());
        apply(&layers, terms)
    }

    /// A line for each load that a profile names, that is none of these, and that looks as if it
    /// were meant to be one. The others are most likely of another test binary.
    pub(crate) fn strangers(&self, names: &[&str]) -> Vec<String> {
        let mut lines = Vec::new();
        for (profile, load) in self
            .profiles
            .iter()
            .flat_map(|profile| profile.loads().map(move |load| (profile, load)))
        {
            let in_it =
                |name: &&str| name.strip_prefix(load).is_some_and(|rest| rest.starts_with("::"));
            let meant =
                nearest(load, names.iter().copied()).or_else(|| names.iter().copied().find(in_it));
            if let Some(meant) = meant.filter(|_| !names.contains(&load)) {
                let line = format!(
                    "{}: no load here is named `{load}`: did you mean `{meant}`?",
                    profile.file
                );
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        lines
    }
}

/// What is given of all keys; the last two are what a rate and its scale are called there.
fn layer(
    given: impl Fn(&Flag) -> Result<Option<Given>, String>,
    rps: &str,
    scale: &str,
) -> Result<Layer, String> {
    let mut said = Vec::new();
    for key in &KEYS {
        if let Some(Given { source, text }) = given(&key.flag)? {
            said.push(Said { key, value: key.read(&source, &text)?, source });
        }
    }
    Layer::new(said).ok_or_else(|| exclude_each_other(rps, scale))
}

fn from_flag(known: &Flag, flag: impl Fn(&str) -> Option<String>) -> Result<Option<Given>, String> {
    let source = format!("--{}", known.name);
    match flag(known.name) {
        Some(text) if text.is_empty() => {
            Err(format!("{source} is empty: give a value, or leave the flag out"))
        }
        given => Ok(given.map(|text| Given { source, text })),
    }
}

fn from_variable(
    known: &Flag,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Given>, String> {
    let source = known.variable();
    let Some(value) = variable(&source).filter(|value| !value.is_empty()) else { return Ok(None) };
    let text = value.into_string().map_err(|value| format!("{source} is no UTF-8: {value:?}"))?;
    Ok(Some(Given { source, text }))
}

#[cfg(test)]
mod tests;
