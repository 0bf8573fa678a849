//! [`Overrides`]: what flags, variables and profiles say in the place of the attribute.
//!
//! ```text
//!   --rps 5 ──────┐  flag, profile: what was said, and where
//!   PUSHER_RPS=5 ─┼─► keys: its value ─► layers: the strongest wins ─► the terms of a load
//!   pusher.toml ──┘
//! ```

pub(crate) mod profile;
pub(crate) mod layers;
pub(crate) mod keys;
pub(crate) mod flag;

use std::ffi::OsString;
use std::path::PathBuf;

use crate::plan::foreign;
use crate::plan::nearest::nearest;
use crate::plan::terms::Terms;
use flag::{Flag, SourcedText, option};
use keys::SETTERS;
use layers::{Layer, Said, apply, exclude_each_other};
use profile::{Profile, Profiles};

static PROFILE: Flag = option("profile", "NAME", "Use this profile of pusher.toml");

static REPORT_DIR: Flag = option(
    "report-dir",
    "DIR",
    "Write reports below DIR, not below <target dir>/pusher; a\n\
     relative DIR is below the package's folder",
);

/// All flags that a variable can stand for.
pub(crate) fn flags() -> impl Iterator<Item = &'static Flag> + Clone {
    SETTERS.iter().map(|key| &key.flag).chain([&PROFILE, &REPORT_DIR])
}

/// How all variables of ours begin.
const OURS: &str = "PUSHER_";

/// A line for each of these variables that begins as ours do and is none of them. None of them is
/// read, and nobody would know.
pub(crate) fn strange_variables(names: impl Iterator<Item = OsString>) -> Vec<String> {
    let known: Vec<String> =
        flags().map(|flag| flag.variable().trim_start_matches(OURS).to_string()).collect();
    let mut strange: Vec<String> = names
        .filter_map(|name| Some(name.into_string().ok()?.strip_prefix(OURS)?.to_string()))
        .filter(|name| !known.contains(name))
        .collect();
    strange.sort_unstable();
    let line = |name: String| {
        let theirs = foreign::key(&name).map(str::to_uppercase);
        let meant = theirs
            .filter(|key| known.contains(key))
            .or_else(|| nearest(&name, known.iter().map(String::as_str)).map(String::from));
        let way_out = match meant {
            Some(meant) => format!("did you mean {OURS}{meant}?"),
            None => {
                let all: Vec<String> = known.iter().map(|name| format!("{OURS}{name}")).collect();
                format!("the variables are {}", all.join(", "))
            }
        };
        format!("{OURS}{name} is no variable of pusher, and changes nothing: {way_out}")
    };
    strange.into_iter().map(line).collect()
}

/// What was said in the place of the attributes, for all loads of this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    flags: Layer,
    variables: Layer,
    /// The name of the profile that was asked for.
    profile: Option<SourcedText>,
    /// The profiles that apply: the one that was asked for, then `default`.
    profiles: Vec<Profile>,
    pub(crate) report_dir: Option<PathBuf>,
}

impl Overrides {
    /// Reads flags and variables; `values` finds the value of a flag by its name, and `variables`
    /// that of a variable. A flag wins over its variable, which is then not read.
    ///
    /// # Errors
    ///
    /// A value that the key does not take, or a rate beside a scale of rates.
    pub(crate) fn read(
        values: impl Fn(&str) -> Option<String>,
        variables: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Overrides, String> {
        let by_flag = layer(|flag| flag.on_the_command_line(&values))?
            .ok_or_else(|| exclude_each_other("--rps", "--rps-scale"))?;
        let unless_by_flag = |flag: &Flag| match by_flag.get(flag.name) {
            Some(_) => Ok(None),
            None => flag.in_the_environment(&variables),
        };
        let by_variable = layer(unless_by_flag)?
            .ok_or_else(|| exclude_each_other("PUSHER_RPS", "PUSHER_RPS_SCALE"))?;
        let either = |flag: &Flag| match flag.on_the_command_line(&values)? {
            None => flag.in_the_environment(&variables),
            written => Ok::<_, String>(written),
        };
        let report_dir = either(&REPORT_DIR)?.map(|written| written.text.into());
        Ok(Overrides {
            profile: either(&PROFILE)?,
            flags: by_flag,
            variables: by_variable,
            report_dir,
            profiles: Vec::new(),
        })
    }

    /// Takes over the profiles that apply.
    ///
    /// # Errors
    ///
    /// There is no profile of the name that was asked for.
    pub(crate) fn take(&mut self, profiles: Profiles) -> Result<(), String> {
        self.profiles = profiles.choose(self.profile.as_ref())?;
        Ok(())
    }

    /// Puts the overrides of a load into its terms. Flags win over variables, and these over
    /// profiles. In a profile, the tables of single loads win over what it says of all; the tables
    /// of this load have these names, the strongest first.
    ///
    /// # Errors
    ///
    /// A scale makes a rate too high, or gives it too many digits.
    pub(crate) fn apply(&self, names: &[&str], terms: &mut Terms) -> Result<(), String> {
        let mut layers = vec![&self.flags, &self.variables];
        for profile in &self.profiles {
            layers.extend(names.iter().filter_map(|name| profile.of_load(name)));
            layers.push(&profile.layer);
        }
        terms.settings.profile = self.profile.as_ref().map(|written| written.text.clone());
        apply(&layers, terms)
    }

    /// A line for each table of a profile whose name is none of these, but looks like one of them.
    /// Other names most likely belong to another test binary.
    pub(crate) fn strangers(&self, names: &[&str]) -> Vec<String> {
        let mut lines = Vec::new();
        for profile in &self.profiles {
            for load in profile.loads().filter(|load| !names.contains(load)) {
                let Some(meant) = likely_meant(load, names) else { continue };
                let line = format!(
                    "{}: this test binary has no load `{load}`: did you mean `{meant}`?",
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

/// The name that is spelled alike, else the first of a module with this name.
fn likely_meant<'a>(load: &str, names: &[&'a str]) -> Option<&'a str> {
    let is_in_it = |name: &&str| name.strip_prefix(load).is_some_and(|rest| rest.starts_with("::"));
    nearest(load, names.iter().copied()).or_else(|| names.iter().copied().find(is_in_it))
}

/// What a source says of all keys; there is no layer if they exclude each other.
fn layer(
    written: impl Fn(&Flag) -> Result<Option<SourcedText>, String>,
) -> Result<Option<Layer>, String> {
    let mut overrides = Vec::new();
    for key in &SETTERS {
        if let Some(SourcedText { source, text }) = written(&key.flag)? {
            overrides.push(Said { key, value: key.read(&source, &text)?, source });
        }
    }
    Ok(Layer::new(overrides))
}

#[cfg(test)]
mod tests;
