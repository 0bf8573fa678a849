//! [`Args`]: the arguments and the environment of this process.
//!
//! libtest-mimic refuses some flags of libtest, and knows a single filter. So the arguments are
//! read here, and libtest-mimic gets its own struct, filled in.

mod flags;

use std::ffi::OsString;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, ColorSetting, FormatSetting};

use super::overrides::profile::Profiles;
use super::overrides::{Overrides, strange_variables};
use super::say::say;
use crate::plan::key::TEST_PREFIX;
use crate::plan::random::SplitMix;

/// Why no load is made under `cargo bench`.
const NO_BENCHMARK: &str =
    "a load is a test, and --bench is for benchmarks: write `cargo bench -- --test`";

/// What to run, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    /// Names of tests, or parts of names: a test runs if one of them fits, or if there is none.
    pub(crate) filters: Vec<String>,
    pub(crate) skip: Vec<String>,
    /// Whether filters are whole names.
    pub(crate) exact: bool,
    /// Only the list of tests is to be printed; none is to run.
    pub(crate) list: bool,
    /// No load is to start after one has failed.
    pub(crate) fail_fast: bool,
    /// Tests are to be [`shuffle`]d with this seed.
    pub(crate) seed: Option<u64>,
    pub(crate) overrides: Overrides,
    /// Lines for standard error before the first test.
    pub(crate) notices: Vec<String>,
    /// The file that gets the results instead of standard output.
    pub(crate) logfile: Option<String>,
    ignored: bool,
    include_ignored: bool,
    test: bool,
    bench: bool,
    quiet: bool,
    color: Option<ColorSetting>,
    format: Option<FormatSetting>,
}

/// The text with which the process ends before any test.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EarlyExit {
    /// The text that `--help` asks for.
    Help(String),
    /// The mistake in an argument, in a variable, in `pusher.toml` or in the loads.
    Mistake(String),
}

impl EarlyExit {
    /// Prints the text and gives the exit code: 0, or 101 for a mistake, as libtest has it.
    /// libtest-mimic would give 2, which tools that read exit codes of tests do not know.
    pub(crate) fn print(&self) -> ExitCode {
        match self {
            EarlyExit::Help(text) => {
                // It may be piped into `head`, which closes its end early.
                let _ = write!(std::io::stdout(), "{text}");
                ExitCode::SUCCESS
            }
            EarlyExit::Mistake(text) => {
                say(&format!("error: {text}\n"));
                ExitCode::from(101)
            }
        }
    }
}

impl Args {
    /// Reads the arguments and variables of this process, and the profiles of the package in this
    /// folder.
    ///
    /// # Errors
    ///
    /// Help is asked for, or something is wrong.
    pub(crate) fn from_process(package: &Path) -> Result<Args, EarlyExit> {
        let mut args = Args::parse(std::env::args_os().skip(1), |name| std::env::var_os(name))?;
        Profiles::of_package(package)
            .and_then(|profiles| args.overrides.take(profiles))
            .map_err(EarlyExit::Mistake)?;
        if !args.list {
            args.notices.extend(strange_variables(std::env::vars_os().map(|(name, _)| name)));
        }
        Ok(args)
    }

    /// Reads arguments without the program's name; `env` reads an environment variable. If a flag
    /// is given several times, the last one counts; each `--skip` does.
    pub(crate) fn parse(
        args: impl IntoIterator<Item = OsString>,
        env: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Args, EarlyExit> {
        let split = text(args).and_then(flags::split).map_err(EarlyExit::Mistake)?;
        let mut args = Args { filters: split.filters, ..Args::default() };
        for argument in &split.flags {
            if argument.flag.name == "help" {
                return Err(EarlyExit::Help(flags::help()));
            }
            args.set(argument.flag.name, argument.value.as_deref().unwrap_or_default())
                .map_err(EarlyExit::Mistake)?;
        }
        if args.ignored && args.include_ignored {
            return Err(EarlyExit::Mistake(
                "--ignored and --include-ignored exclude each other: give one of them".to_string(),
            ));
        }
        let last = |flag: &str| {
            let given = split.flags.iter().rev().find(|argument| argument.flag.name == flag)?;
            Some(given.value.clone().unwrap_or_default())
        };
        args.overrides = Overrides::read(last, env).map_err(EarlyExit::Mistake)?;
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
            // Overrides are read later; the other flags have no effect.
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
                    "pusher: --format junit is not supported: results are printed as pretty"
                        .to_string(),
                );
                Ok(FormatSetting::Pretty)
            }
            _ => Err(format!("--format is {value}: give pretty, terse, json or junit")),
        }
    }

    /// Tools read the list of tests: it goes to standard output, and nothing else is printed.
    fn keep_quiet_in_lists(&mut self) {
        if self.list {
            self.notices.clear();
            self.logfile = None;
        } else if let Some(seed) = self.seed {
            self.notices
                .push(format!("pusher: shuffled; --shuffle-seed {seed} repeats this order"));
        }
    }

    /// Whether filters and `--skip` let a test run that has these names: its own, and those of its
    /// loads. One name is enough, for a farm runs whole or not at all.
    pub(crate) fn selects(&self, names: &[String]) -> bool {
        let is_called = |name: &String, pattern: &String| {
            // All paths by which editors know loads have a part in common, which selects nothing.
            let is_whole = self.exact || name.contains(TEST_PREFIX);
            if is_whole { name == pattern } else { name.contains(pattern.as_str()) }
        };
        let is_meant = |pattern| names.iter().any(|name| is_called(name, pattern));
        (self.filters.is_empty() || self.filters.iter().any(is_meant))
            && !self.skip.iter().any(is_meant)
    }

    /// Why a test is to be told as ignored, instead of being run or listed; `own` is why its load
    /// is to be ignored.
    pub(crate) fn leaves_out<'a>(&self, own: Option<&'a str>) -> Option<&'a str> {
        match own {
            _ if self.list => None,
            _ if self.bench && !self.test => Some(NO_BENCHMARK),
            Some(_) if self.ignored || self.include_ignored => None,
            own => own,
        }
    }

    /// The arguments of libtest-mimic, for tests of which those of these names are not to run.
    ///
    /// It takes one filter, but any number of names to skip. So it gets these, and counts them as
    /// "filtered out". The number of threads is for [`Results`](super::results::Results) to say.
    pub(crate) fn libtest(&self, skip: Vec<String>) -> Arguments {
        Arguments {
            skip,
            exact: true,
            list: self.list,
            ignored: self.ignored,
            include_ignored: self.include_ignored,
            test: self.test,
            // With `--bench` it would say that tests are ignored, but not why.
            bench: false,
            quiet: self.quiet && self.format.is_none(),
            color: self.color,
            format: self.format,
            ..Arguments::default()
        }
    }
}

fn text(args: impl IntoIterator<Item = OsString>) -> Result<Vec<String>, String> {
    let as_text = |(index, arg): (usize, OsString)| {
        arg.into_string().map_err(|arg| format!("argument {} is not UTF-8: {arg:?}", index + 1))
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

/// Puts items into an order that the seed decides, by the method of Fisher and Yates.
pub(crate) fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut random = SplitMix::new(seed);
    for end in (1..items.len()).rev() {
        items.swap(end, random.below(end as u64 + 1) as usize);
    }
}

#[cfg(test)]
mod tests;
