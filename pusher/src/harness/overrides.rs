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
use crate::plan::settings::Setting;
use crate::plan::terms::Terms;
use crate::plan::threshold::Base;
use flag::{Flag, SourcedText, option, switch};
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

static SAVE_BASELINE: Flag =
    option("save-baseline", "NAME", "Save the runs that pass under NAME, up to ten of each load");

static BASELINE: Flag = option(
    "baseline",
    "NAME",
    "Compare with the runs saved under NAME, if a threshold follows\n\
     a baseline; without it, with those saved under main",
);

static BASELINE_DIR: Flag = option(
    "baseline-dir",
    "DIR",
    "Keep baselines below DIR, not below pusher-baselines; a\n\
     relative DIR is below the package's folder",
);

static CONFIRM: Flag =
    switch("confirm", "Make a load that failed once more; it fails if both runs do");

/// All flags that a variable can stand for.
pub(crate) fn flags() -> impl Iterator<Item = &'static Flag> + Clone {
    let others = [&PROFILE, &REPORT_DIR, &SAVE_BASELINE, &BASELINE, &BASELINE_DIR, &CONFIRM];
    SETTERS.iter().map(|key| &key.flag).chain(others)
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
    pub(crate) baselines: BaselineFlags,
    /// Whether a load that failed is made once more.
    pub(crate) confirm: bool,
}

/// What was said of baselines.
#[derive(Clone, Debug, Default)]
pub(crate) struct BaselineFlags {
    /// The name under which runs are saved.
    pub(crate) save: Option<SourcedText>,
    /// The name of those that runs are compared with.
    pub(crate) compare: Option<SourcedText>,
    pub(crate) folder: Option<PathBuf>,
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
        let baselines = BaselineFlags {
            save: either(&SAVE_BASELINE)?,
            compare: either(&BASELINE)?,
            folder: either(&BASELINE_DIR)?.map(|written| written.text.into()),
        };
        baselines.check()?;
        // On the command line it has no value.
        let confirm = match values(CONFIRM.name) {
            Some(_) => true,
            None => CONFIRM.is_on_in_the_environment(&variables)?,
        };
        Ok(Overrides {
            profile: either(&PROFILE)?,
            flags: by_flag,
            variables: by_variable,
            report_dir,
            baselines,
            confirm,
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
        apply(&layers, terms)?;
        terms.settings.said.extend(self.baselines.setting(terms));
        Ok(())
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

impl BaselineFlags {
    /// Refuses a name that is none of a folder.
    fn check(&self) -> Result<(), String> {
        [&self.save, &self.compare].into_iter().flatten().try_for_each(check_name)
    }

    /// What runs are compared with, for the report.
    fn setting(&self, terms: &Terms) -> Option<Setting> {
        let SourcedText { source, text } = self.compare.as_ref()?;
        let is_used = terms.follows(Base::Baseline);
        Some(Setting {
            key: BASELINE.name,
            value: text.clone(),
            source: source.clone(),
            unused: (!is_used)
                .then_some("no threshold follows a baseline, as `p99 < baseline + \"10%\"` does"),
        })
    }
}

/// Checks the name of a baseline, which is that of a folder.
fn check_name(said: &SourcedText) -> Result<(), String> {
    let SourcedText { source, text } = said;
    let is_plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    if text.chars().all(is_plain) && !text.starts_with('.') && text.len() <= 100 {
        return Ok(());
    }
    Err(format!(
        "{source} is `{text}`: write a name of letters, digits, `_`, `-` and `.`, such as main"
    ))
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
