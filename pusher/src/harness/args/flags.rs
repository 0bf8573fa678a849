//! [`Split`]: arguments, told apart into flags and filters; all flags there are; and `--help`.

use crate::harness::overrides;
use crate::harness::overrides::flag::{Flag, dashed, option, switch};
use crate::plan::foreign;
use crate::plan::nearest::nearest;

const TESTS: &[Flag] = &[
    switch("list", "List the tests, and run none"),
    switch("exact", "Filters are whole names of tests"),
    option("skip", "FILTER", "Leave out tests whose names contain FILTER; may be repeated"),
    switch("ignored", "Run only ignored tests"),
    switch("include-ignored", "Run ignored tests too"),
    switch("test", "Run tests, even if --bench is given too"),
    switch("bench", "Run only benchmarks: every load is a test, and is ignored"),
    switch("fail-fast", "Start no load after one has failed"),
    switch("shuffle", "Run the tests in random order"),
    option("shuffle-seed", "SEED", "Repeat the order of an earlier --shuffle"),
    Flag {
        name: "quiet",
        short: Some('q'),
        value: None,
        help: "Print one character for each test, as --format terse does",
    },
    option("format", "pretty|terse|json", "How results are printed"),
    option("color", "auto|always|never", "Whether results are colored"),
    option("logfile", "PATH", "Write the results to PATH, not to standard output"),
    Flag { name: "help", short: Some('h'), value: None, help: "Print this text" },
];

/// Flags of libtest that change nothing here, each with the reason.
const IDLE: &[Flag] = &[
    option("test-threads", "N", "loads run one at a time"),
    switch("no-capture", "no output is captured"),
    switch("nocapture", "no output is captured"),
    switch("show-output", "no output is captured"),
    switch("report-time", "the reports have the times"),
    switch("ensure-time", "`duration` and `grace` limit a load"),
    switch("exclude-should-panic", "loads have no `#[should_panic]`"),
    switch("force-run-in-process", "loads always run in this process"),
    Flag {
        name: "Z",
        short: Some('Z'),
        value: Some("unstable-options"),
        help: "no flag is unstable",
    },
];

fn all() -> impl Iterator<Item = &'static Flag> + Clone {
    overrides::flags().chain(TESTS).chain(IDLE)
}

/// A flag among the arguments, with its value.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) flag: &'static Flag,
    pub(super) value: Option<String>,
}

/// All arguments, told apart.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) flags: Vec<Argument>,
    pub(super) filters: Vec<String>,
}

/// Tells flags from filters by the rules of libtest: `--flag value`, `--flag=value`, `-qZ value`,
/// and only filters after `--`.
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
            let flag = all().find(|flag| is_called(flag, name)).ok_or_else(|| unknown(name))?;
            split.flags.push(argument(flag, value, &mut args)?);
        } else if let Some(letters) = arg.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            split_letters(letters, &mut args, &mut split.flags)?;
        } else {
            split.filters.push(arg);
        }
    }
    Ok(split)
}

/// Flags of one letter after one dash; the first that has a value takes the rest as its value.
fn split_letters(
    letters: &str,
    args: &mut impl Iterator<Item = String>,
    flags: &mut Vec<Argument>,
) -> Result<(), String> {
    for (index, letter) in letters.char_indices() {
        let flag = all()
            .find(|flag| flag.short == Some(letter))
            .ok_or_else(|| unknown(letter.encode_utf8(&mut [0; 4])))?;
        let rest = &letters[index + letter.len_utf8()..];
        let takes_rest = flag.value.is_some() && !rest.is_empty();
        flags.push(argument(flag, takes_rest.then(|| rest.to_string()), args)?);
        if flag.value.is_some() {
            break;
        }
    }
    Ok(())
}

/// libtest takes `--q` for `-q`.
fn is_called(flag: &Flag, name: &str) -> bool {
    flag.name == name || flag.short.is_some_and(|short| name.strip_prefix(short) == Some(""))
}

/// A flag with the value that is attached to it, or else with the next argument, if it needs one.
fn argument(
    flag: &'static Flag,
    attached: Option<String>,
    args: &mut impl Iterator<Item = String>,
) -> Result<Argument, String> {
    let written = flag.dashed();
    let value = match (flag.value, attached) {
        (None, Some(value)) => {
            return Err(format!("{written} takes no value, but has `{value}`: write {written}"));
        }
        (None, None) => None,
        (Some(_), Some(value)) => Some(value),
        (Some(called), None) => Some(
            args.next()
                .ok_or_else(|| format!("{written} has no value: write {written} {called}"))?,
        ),
    };
    Ok(Argument { flag, value })
}

fn unknown(name: &str) -> String {
    let names = || all().map(|flag| flag.name);
    let ours = foreign::key(name).filter(|ours| names().any(|name| name == *ours));
    let way_out = match ours.or_else(|| nearest(name, names())) {
        Some(flag) => format!("did you mean {}?", dashed(flag)),
        None => {
            format!("the flags are {}", all().map(Flag::dashed).collect::<Vec<_>>().join(", "))
        }
    };
    format!("{} is no flag: {way_out}", dashed(name))
}

/// The column in which the sentences of `--help` begin.
const COLUMN: usize = 30;
const WIDTH: usize = 100;

pub(super) fn help() -> String {
    let mut text = "\
        Usage: cargo test --test NAME -- [OPTIONS] [FILTERS...]\n\
        \n\
        Runs the loads whose names contain one of the filters, or all if there is no filter.\n\
        The exit code is 0 if all passed, and 101 if one did not.\n\
        \n\
        Overrides, for all loads. A flag wins over its variable, and both win over pusher.toml:\n"
        .to_string();
    for flag in overrides::flags() {
        let variable = format!("[env: {}]", flag.variable());
        let last = flag.help.lines().last().unwrap_or_default();
        let is_long = 2 + COLUMN + last.len() + 1 + variable.len() > WIDTH;
        let gap = if is_long { "\n" } else { " " };
        text += &help_line(flag, &format!("{}{gap}{variable}", flag.help));
    }
    text += "\nFlags of libtest:\n";
    TESTS.iter().for_each(|flag| text += &help_line(flag, flag.help));
    text += "\nMore flags of libtest, which change nothing:\n";
    for flag in IDLE {
        text += &help_line(flag, &format!("Accepted, without effect: {}", flag.help));
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
    let written = format!("{short}{}{value}", flag.dashed());
    let help = help.replace('\n', &format!("\n  {:COLUMN$}", ""));
    format!("  {written:COLUMN$}{help}\n")
}
