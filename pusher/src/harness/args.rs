//! What the process was told, by its arguments and its environment.
//!
//! libtest-mimic ends the process over flags that libtest takes, and knows one filter only. So the
//! arguments are read here, and it gets its own struct, filled in.

mod flags;
mod keys;
mod layers;
mod overrides;

use std::ffi::OsString;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, ColorSetting, FormatSetting};

pub(crate) use keys::{KEYS, Key, Toml};
pub(crate) use layers::{Layer, Said, exclude_each_other};
pub(crate) use overrides::{Given, Overrides};

use super::profile::Profiles;
use crate::plan::random::SplitMix;

/// What to run, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    /// Names to run, or parts of them; any of them will do. All are run where there is none.
    pub(crate) filters: Vec<String>,
    pub(crate) skip: Vec<String>,
    /// Whether filters are whole names.
    pub(crate) exact: bool,
    /// Nothing is to run, and nothing but the list to be printed.
    pub(crate) list: bool,
    /// After a load that failed no other is to begin.
    pub(crate) fail_fast: bool,
    /// The order is to be [`shuffle`]d with this seed.
    pub(crate) seed: Option<u64>,
    pub(crate) overrides: Overrides,
    /// Lines to be printed on standard error before anything runs.
    pub(crate) notices: Vec<String>,
    /// The file that is written instead of standard output.
    pub(crate) logfile: Option<String>,
    ignored: bool,
    include_ignored: bool,
    test: bool,
    bench: bool,
    quiet: bool,
    color: Option<ColorSetting>,
    format: Option<FormatSetting>,
}

/// Why nothing is run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The help text was asked for.
    Help(String),
    /// An argument or a variable is wrong, in these words.
    Wrong(String),
}

impl Stop {
    /// Prints the text and gives the exit code: 0, or 101 as libtest has it for arguments that it
    /// does not take. libtest-mimic's own parser ends with 2, which tools that read exit codes
    /// of tests do not know.
    pub(crate) fn tell(&self) -> ExitCode {
        match self {
            Stop::Help(text) => {
                // A reader that has seen enough of it, such as `head`, is no reason to fail.
                let _ = write!(std::io::stdout(), "{text}");
                ExitCode::SUCCESS
            }
            Stop::Wrong(text) => {
                super::trial::say(&format!("error: {text}\n"));
                ExitCode::from(101)
            }
        }
    }
}

impl Args {
    /// Reads what this process was given, and the profiles of the package in this folder.
    ///
    /// # Errors
    ///
    /// [`Stop`], when nothing is to run.
    pub(crate) fn from_process(package: &Path) -> Result<Args, Stop> {
        let mut args = Args::parse(std::env::args_os().skip(1), |name| std::env::var_os(name))?;
        Profiles::of_package(package)
            .and_then(|profiles| args.overrides.take(profiles))
            .map_err(Stop::Wrong)?;
        args.begin_logfile().map_err(Stop::Wrong)?;
        Ok(args)
    }

    /// libtest-mimic panics where it cannot make the file.
    fn begin_logfile(&self) -> Result<(), String> {
        let Some(path) = &self.logfile else { return Ok(()) };
        File::create(path)
            .map(drop)
            .map_err(|error| format!("cannot write --logfile {path}: {error}"))
    }

    /// Reads arguments without the program's name; `env` reads an environment variable. A flag that
    /// is given several times counts as given last, save `--skip`.
    pub(crate) fn parse(
        args: impl IntoIterator<Item = OsString>,
        env: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Args, Stop> {
        let split = text(args).and_then(flags::split).map_err(Stop::Wrong)?;
        let mut args = Args { filters: split.filters, ..Args::default() };
        for given in &split.flags {
            if given.flag.name == "help" {
                return Err(Stop::Help(flags::help()));
            }
            args.set(given.flag.name, given.value.as_deref().unwrap_or_default())
                .map_err(Stop::Wrong)?;
        }
        if args.ignored && args.include_ignored {
            return Err(Stop::Wrong(
                "--ignored and --include-ignored exclude each other: give one of them".to_string(),
            ));
        }
        let last = |flag: &str| {
            split.flags.iter().rev().find(|given| given.flag.name == flag)?.value.clone()
        };
        args.overrides = Overrides::read(last, env).map_err(Stop::Wrong)?;
        args.keep_quiet_in_lists();
        Ok(args)
    }

    fn set(&mut self, flag: &str, value: &str) -> Result<(), String> {
        match flag {
            "list" => self.list = true,
            "exact" => self.exact = true,
            "skip" => self.skip.push(value.to_string()),
            "ignored" => self.ignored = true,
            "include-ignored" => self.include_ignored = true,
            "test" => self.test = true,
            "bench" => self.bench = true,
            "quiet" => self.quiet = true,
            "fail-fast" => self.fail_fast = true,
            "logfile" => self.logfile = Some(value.to_string()),
            "color" => self.color = Some(color(value)?),
            "format" => self.format = Some(self.format(value)?),
            "shuffle" => self.seed = self.seed.or_else(|| Some(RandomState::new().hash_one(flag))),
            "shuffle-seed" => self.seed = Some(number(flag, value)?),
            "test-threads" if number(flag, value)? == 0 => {
                return Err("--test-threads is 0: give a number above 0".to_string());
            }
            // The overrides are read later, and the rest has no effect.
            _ => (),
        }
        Ok(())
    }

    fn format(&mut self, value: &str) -> Result<FormatSetting, String> {
        match value {
            "pretty" => Ok(FormatSetting::Pretty),
            "terse" => Ok(FormatSetting::Terse),
            "json" => Ok(FormatSetting::Json),
            "junit" => {
                self.notices.push(
                    "pusher: there is no --format junit here: this is written as pretty"
                        .to_string(),
                );
                Ok(FormatSetting::Pretty)
            }
            _ => Err(format!("--format is {value}: give pretty, terse, json or junit")),
        }
    }

    /// Tools read what a list prints: it goes to standard output, and nothing else is said.
    fn keep_quiet_in_lists(&mut self) {
        if self.list {
            self.notices.clear();
            self.logfile = None;
        } else if let Some(seed) = self.seed {
            self.notices.push(format!("pusher: shuffle seed {seed}"));
        }
    }

    /// Whether a test is to run, as far as its name goes.
    pub(crate) fn selects(&self, name: &str) -> bool {
        let is_meant = |pattern: &String| {
            if self.exact { name == pattern } else { name.contains(pattern.as_str()) }
        };
        (self.filters.is_empty() || self.filters.iter().any(is_meant))
            && !self.skip.iter().any(is_meant)
    }

    /// What libtest-mimic gets, for tests of these names.
    ///
    /// It takes one filter, but any number of names to skip: so it gets those that are not to run,
    /// and counts them right as "filtered out". It always runs on two threads, whatever
    /// `--test-threads` says: on one it prints half a line before each test, and what a load
    /// says about itself while it runs would end up behind that. Loads take turns all the same,
    /// see [`Turns`](super::lock::Turns).
    pub(crate) fn libtest<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Arguments {
        Arguments {
            skip: names
                .into_iter()
                .filter(|name| !self.selects(name))
                .map(str::to_string)
                .collect(),
            exact: true,
            list: self.list,
            ignored: self.ignored,
            include_ignored: self.include_ignored,
            test: self.test,
            // With both flags, tests run.
            bench: self.bench && !self.test,
            quiet: self.quiet && self.format.is_none(),
            color: self.color,
            format: self.format,
            logfile: self.logfile.clone(),
            test_threads: Some(2),
            ..Arguments::default()
        }
    }
}

fn text(args: impl IntoIterator<Item = OsString>) -> Result<Vec<String>, String> {
    let as_text = |(index, arg): (usize, OsString)| {
        arg.into_string().map_err(|arg| format!("argument {} is no UTF-8: {arg:?}", index + 1))
    };
    args.into_iter().enumerate().map(as_text).collect()
}

fn color(value: &str) -> Result<ColorSetting, String> {
    match value {
        "auto" => Ok(ColorSetting::Auto),
        "always" => Ok(ColorSetting::Always),
        "never" => Ok(ColorSetting::Never),
        _ => Err(format!("--color is {value}: give auto, always or never")),
    }
}

fn number(flag: &str, value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("--{flag} is {value}: give a whole number, such as 4"))
}

/// Puts items into an order that the seed decides (Fisher and Yates).
pub(crate) fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut random = SplitMix::new(seed);
    for end in (1..items.len()).rev() {
        items.swap(end, random.below(end as u64 + 1) as usize);
    }
}

#[cfg(test)]
mod tests;
