//! [`Setter`], and [`SETTERS`]: what can be said of a load outside of its attribute.
//!
//! Flags, variables and `pusher.toml` are read from this one table, with the same parsers and the
//! same words for a wrong value.

use std::fmt;
use std::time::Duration;

use super::flag::{Flag, declared};
use crate::plan::count;
use crate::plan::decimal::Decimal;
use crate::plan::key;
use crate::plan::rate::{self, Rps};
use crate::plan::time;
use crate::plan::words::{Inconclusive, Judging, Word, Words};

/// A key, as `--rps`, as `PUSHER_RPS` and as `rps = ..` in a profile.
#[derive(Debug)]
pub(crate) struct Setter {
    pub(crate) flag: Flag,
    /// How its value is written in TOML.
    pub(crate) toml: Toml,
    /// Reads a value (the second argument) that was said at a source (the first).
    read: fn(&str, &str) -> Result<Value, String>,
}

/// How a value is written in TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toml {
    Number,
    Text,
    /// A rate may be a text such as `7/m`. The largest number of TOML is half of the largest seed,
    /// so a seed may be a text too.
    NumberOrText,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Rps(Rps),
    RpsScale(Decimal),
    Duration(Duration),
    Calls(u64),
    Concurrency(u64),
    Overtime(u64),
    Warmup(Duration),
    Timeout(Duration),
    Grace(Duration),
    Seed(u64),
    Thresholds(Judging),
    Inconclusive(Inconclusive),
}

const fn key(flag: Flag, toml: Toml, read: fn(&str, &str) -> Result<Value, String>) -> Setter {
    Setter { flag, toml, read }
}

/// In the order in which they are applied: a rate before the scale of all rates.
pub(crate) static SETTERS: [Setter; 12] = [
    key(declared(&key::RPS), Toml::NumberOrText, rps),
    key(declared(&key::RPS_SCALE), Toml::Number, rps_scale),
    key(declared(&key::DURATION), Toml::Text, |source, text| {
        Ok(Value::Duration(positive(source, text)?))
    }),
    key(declared(&key::CALLS), Toml::Number, |source, text| {
        count::CALLS.read(source, text).map(Value::Calls)
    }),
    key(declared(&key::CONCURRENCY), Toml::Number, |source, text| {
        count::CONCURRENCY.read(source, text).map(Value::Concurrency)
    }),
    key(declared(&key::OVERTIME), Toml::Number, |source, text| {
        count::OVERTIME.read(source, text).map(Value::Overtime)
    }),
    key(declared(&key::WARMUP), Toml::Text, |source, text| {
        Ok(Value::Warmup(read_time(source, text)?))
    }),
    key(declared(&key::TIMEOUT), Toml::Text, |source, text| {
        Ok(Value::Timeout(positive(source, text)?))
    }),
    key(declared(&key::GRACE), Toml::Text, |source, text| {
        Ok(Value::Grace(read_time(source, text)?))
    }),
    key(declared(&key::SEED), Toml::NumberOrText, |source, text| {
        count::SEED.read(source, text).map(Value::Seed)
    }),
    key(declared(&key::THRESHOLDS), Toml::Text, thresholds),
    key(declared(&key::INCONCLUSIVE), Toml::Text, |source, text| {
        let wrong = || Words::of::<Inconclusive>().wrong(source, text);
        Inconclusive::find(text).map(Value::Inconclusive).ok_or_else(wrong)
    }),
];

impl Setter {
    pub(crate) fn name(&self) -> &'static str {
        self.flag.name
    }

    /// Reads a value that was said at a source, such as `--rps` or `rps in [profile.smoke]`.
    ///
    /// # Errors
    ///
    /// The mistake, with the source, and what to give instead.
    pub(crate) fn read(&self, source: &str, text: &str) -> Result<Value, String> {
        (self.read)(source, text)
    }
}

fn rps(source: &str, text: &str) -> Result<Value, String> {
    Rps::parse(text).map(Value::Rps).ok_or_else(|| rate::wrong(source, text))
}

fn rps_scale(source: &str, text: &str) -> Result<Value, String> {
    let wrong =
        || format!("{source} is {text}: give a number above 0 and up to 1000000000, such as 0.1");
    rate::scale(text).map(Value::RpsScale).ok_or_else(wrong)
}

fn read_time(source: &str, text: &str) -> Result<Duration, String> {
    time::parse(text).map_err(|wrong| format!("{source}: {wrong}"))
}

fn positive(source: &str, text: &str) -> Result<Duration, String> {
    time::positive(source, read_time(source, text)?)
}

fn thresholds(source: &str, text: &str) -> Result<Value, String> {
    // `off` is what it was called when no threshold was judged.
    let text = if text == "off" { Judging::Counts.word() } else { text };
    let wrong = || Words::of::<Judging>().wrong(source, text);
    Judging::find(text).map(Value::Thresholds).ok_or_else(wrong)
}

/// In a form that could have been given.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Rps(rps) => rps.fmt(f),
            Value::RpsScale(scale) => scale.fmt(f),
            Value::Duration(time)
            | Value::Warmup(time)
            | Value::Timeout(time)
            | Value::Grace(time) => f.write_str(&time::format(*time)),
            Value::Calls(count)
            | Value::Concurrency(count)
            | Value::Overtime(count)
            | Value::Seed(count) => count.fmt(f),
            Value::Thresholds(judging) => f.write_str(judging.word()),
            Value::Inconclusive(inconclusive) => f.write_str(inconclusive.word()),
        }
    }
}
