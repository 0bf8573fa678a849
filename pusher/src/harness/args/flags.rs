//! The flags there are, and how they are written.

use super::keys::KEYS;
use crate::plan::key::Override;
use crate::plan::nearest::nearest;

/// One flag. A one-letter name is written with one dash.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flag {
    pub(super) name: &'static str,
    short: Option<char>,
    /// What its value is called; `None` for a switch.
    value: Option<&'static str>,
    help: &'static str,
}

const fn switch(name: &'static str, help: &'static str) -> Flag {
    Flag { name, short: None, value: None, help }
}

const fn option(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { name, short: None, value: Some(value), help }
}

/// The flag of what is declared for the attribute's keys.
pub(super) const fn declared(over: &'static Override) -> Flag {
    option(over.name, over.value, over.sentence)
}

pub(super) static PROFILE: Flag = option("profile", "NAME", "The profile of pusher.toml to go by");

pub(super) static REPORT_DIR: Flag = option(
    "report-dir",
    "DIR",
    "Where reports go instead of <target dir>/pusher; cargo runs\ntests in the package's folder",
);

const TESTS: &[Flag] = &[
    switch("list", "List the tests"),
    switch("exact", "Filters are whole names"),
    option("skip", "FILTER", "Leave out the tests whose names contain FILTER; may be\nrepeated"),
    switch("ignored", "Run ignored tests only"),
    switch("include-ignored", "Run ignored tests too"),
    switch("test", "Run tests; they are run anyway, even with --bench"),
    switch("bench", "Run benchmarks: a load is a test and then ignored"),
    switch("fail-fast", "Begin no load after the first that failed"),
    switch("shuffle", "Run in random order"),
    option("shuffle-seed", "SEED", "Run in the order of an earlier --shuffle"),
    Flag {
        name: "quiet",
        short: Some('q'),
        value: None,
        help: "One character a test, like --format terse",
    },
    option("format", "pretty|terse|json", "How tests are shown"),
    option("color", "auto|always|never", "Whether in color"),
    option("logfile", "PATH", "Write to the file what standard output would get"),
    Flag { name: "help", short: Some('h'), value: None, help: "Show this" },
];

/// What libtest takes and what changes nothing here.
const IDLE: &[Flag] = &[
    option("test-threads", "N", "One load runs at a time"),
    switch("no-capture", "Nothing is captured"),
    switch("nocapture", "The same"),
    switch("show-output", "Nothing is captured"),
    switch("report-time", "Reports have the times"),
    switch("ensure-time", "Give `duration`, `timeout` and `grace` instead"),
    switch("exclude-should-panic", "No load is one"),
    switch("force-run-in-process", "All loads are run there"),
    Flag {
        name: "Z",
        short: Some('Z'),
        value: Some("unstable-options"),
        help: "Nothing is unstable",
    },
];

fn all() -> impl Iterator<Item = &'static Flag> + Clone {
    overrides().chain(TESTS).chain(IDLE)
}

/// What variables can say too.
fn overrides() -> impl Iterator<Item = &'static Flag> + Clone {
    KEYS.iter().map(|key| &key.flag).chain([&PROFILE, &REPORT_DIR])
}

#[derive(Debug)]
pub(super) struct Given {
    pub(super) flag: &'static Flag,
    pub(super) value: Option<String>,
}

/// Arguments, told apart.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) flags: Vec<Given>,
    pub(super) filters: Vec<String>,
}

/// Tells flags from filters, by the rules of libtest: `--flag value`, `--flag=value`, `-qZ value`,
/// and filters only after `--`.
pub(super) fn split(args: Vec<String>) -> Result<Split, String> {
    let mut split = Split::default();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            split.filters.extend(args.by_ref());
        } else if let Some(long) = arg.strip_prefix("--") {
            let (name, value) = long
                .split_once('=')
                .map_or((long, None), |(name, value)| (name, Some(value.to_string())));
            let flag = all().find(|flag| flag.is_called(name)).ok_or_else(|| unknown(name))?;
            split.flags.push(flag.take(value, &mut args)?);
        } else if let Some(letters) = arg.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            short(letters, &mut args, &mut split.flags)?;
        } else {
            split.filters.push(arg);
        }
    }
    Ok(split)
}

fn short(
    letters: &str,
    args: &mut impl Iterator<Item = String>,
    flags: &mut Vec<Given>,
) -> Result<(), String> {
    for (index, letter) in letters.char_indices() {
        let flag = all()
            .find(|flag| flag.short == Some(letter))
            .ok_or_else(|| unknown(letter.encode_utf8(&mut [0; 4])))?;
        let rest = &letters[index + letter.len_utf8()..];
        let takes_rest = flag.value.is_some() && !rest.is_empty();
        flags.push(flag.take(takes_rest.then(|| rest.to_string()), args)?);
        if flag.value.is_some() {
            break;
        }
    }
    Ok(())
}

impl Flag {
    /// The environment variable that says the same.
    pub(super) fn variable(&self) -> String {
        format!("PUSHER_{}", self.name.to_uppercase().replace('-', "_"))
    }

    /// libtest takes `--q` for `-q`.
    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.short.is_some_and(|short| name.strip_prefix(short) == Some(""))
    }

    fn take(
        &'static self,
        value: Option<String>,
        args: &mut impl Iterator<Item = String>,
    ) -> Result<Given, String> {
        let written = dashed(self.name);
        let value = match (self.value, value) {
            (None, Some(value)) => {
                return Err(format!(
                    "{written} takes no value, and `{value}` is one: write {written} alone"
                ));
            }
            (None, None) => None,
            (Some(_), Some(value)) => Some(value),
            (Some(called), None) => Some(
                args.next()
                    .ok_or_else(|| format!("{written} has no value: write {written} {called}"))?,
            ),
        };
        Ok(Given { flag: self, value })
    }
}

fn dashed(name: &str) -> String {
    format!("{}{name}", if name.chars().count() == 1 { "-" } else { "--" })
}

fn unknown(name: &str) -> String {
    let way_out = match nearest(name, all().map(|flag| flag.name)) {
        Some(flag) => format!("did you mean {}?", dashed(flag)),
        None => format!(
            "there are {}",
            all().map(|flag| dashed(flag.name)).collect::<Vec<_>>().join(", ")
        ),
    };
    format!("{} is no flag: {way_out}", dashed(name))
}

const COLUMN: usize = 30;
const WIDTH: usize = 100;

pub(super) fn help() -> String {
    let mut text = "Usage: cargo test --test NAME -- [OPTIONS] [FILTERS...]\n\n\
        Runs the loads whose names contain one of the filters, or all. Exit code 0 when all\n\
        passed, 101 when one did not.\n"
        .to_string();
    text += "\nOverrides, for all loads of the run; a flag wins over its variable, and that over pusher.toml:\n";
    overrides().for_each(|flag| {
        let variable = format!("[env: {}]", flag.variable());
        let last = flag.help.lines().last().unwrap_or_default();
        let is_long = 2 + COLUMN + last.len() + 1 + variable.len() > WIDTH;
        let gap = if is_long { "\n" } else { " " };
        text += &help_line(flag, &format!("{}{gap}{variable}", flag.help));
    });
    for (title, flags) in
        [("What libtest takes", TESTS), ("What libtest takes, without an effect here", IDLE)]
    {
        text += &format!("\n{title}:\n");
        flags.iter().for_each(|flag| text += &help_line(flag, flag.help));
    }
    text
}

fn help_line(flag: &Flag, help: &str) -> String {
    let short = flag
        .short
        .filter(|_| flag.name.len() > 1)
        .map(|short| format!("-{short}, "))
        .unwrap_or_default();
    let value = flag.value.map(|value| format!(" {value}")).unwrap_or_default();
    let written = format!("{short}{}{value}", dashed(flag.name));
    let help = help.replace('\n', &format!("\n  {:COLUMN$}", ""));
    format!("  {written:COLUMN$}{help}\n")
}
