//! [`Key`], and [`KEYS`]: what can be said of a load outside of its attribute.
//!
//! Flags, variables and `pusher.toml` are read from this one table, with the same parsers and the
//! same words for a wrong value.

use std::fmt;
use std::time::Duration;

use super::flag::{Flag, option};
use crate::plan::closed;
use crate::plan::decimal::Decimal;
use crate::plan::error::Error;
use crate::plan::offer::Judging;
use crate::plan::rate::Rps;
use crate::plan::time;

/// A key, as `--rps`, as `PUSHER_RPS` and as `rps = ..` in a profile.
#[derive(Debug)]
pub(crate) struct Key {
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
    /// The largest number of TOML is half of the largest seed, so a seed may be a text.
    NumberOrText,
}

/// The value of a key.
#[derive(Clone, Copy, Debug, PartialEq)]
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
}

const fn key(flag: Flag, toml: Toml, read: fn(&str, &str) -> Result<Value, String>) -> Key {
    Key { flag, toml, read }
}

/// In the order in which they are applied: a rate before the scale of all rates.
pub(crate) static KEYS: [Key; 11] = [
    key(option("rps", "N", "Ticks per second"), Toml::Number, rps),
    key(
        option("rps-scale", "N", "What rates are multiplied with, such as 0.1"),
        Toml::Number,
        rps_scale,
    ),
    key(
        option("duration", "TIME", "How long ticks are scheduled, such as 10s"),
        Toml::Text,
        |source, text| Ok(Value::Duration(positive(source, text)?)),
    ),
    key(
        option("calls", "N", "Most calls of a Worker that are measured"),
        Toml::Number,
        |source, text| match whole(source, text, "a whole number above 0, such as 10000")? {
            0 => Err(format!("{source} is 0: give a whole number above 0, such as 10000")),
            calls => Ok(Value::Calls(calls)),
        },
    ),
    key(option("concurrency", "N", "Callers of a closed loop"), Toml::Number, |source, text| {
        let read = closed::read_concurrency(text);
        // In the words of the attribute, but with the name of this source.
        read.map(Value::Concurrency).map_err(|wrong| wrong.replacen("concurrency", source, 1))
    }),
    key(option("overtime", "N", "Most calls in flight"), Toml::Number, |source, text| {
        whole(source, text, "a whole number of calls, such as 10").map(Value::Overtime)
    }),
    key(
        option("warmup", "TIME", "A time before, whose calls are not measured"),
        Toml::Text,
        |source, text| Ok(Value::Warmup(read_time(source, text)?)),
    ),
    key(option("timeout", "TIME", "How long a call may take"), Toml::Text, |source, text| {
        Ok(Value::Timeout(positive(source, text)?))
    }),
    key(
        option("grace", "TIME", "How long calls in flight may take at the end"),
        Toml::Text,
        |source, text| Ok(Value::Grace(read_time(source, text)?)),
    ),
    key(
        option("seed", "N", "What random arrivals and data begin from"),
        Toml::NumberOrText,
        |source, text| {
            whole(source, text, "a whole number from 0 to 18446744073709551615, such as 7")
                .map(Value::Seed)
        },
    ),
    key(option("thresholds", "on|off", "Whether thresholds are judged"), Toml::Text, thresholds),
];

impl Key {
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
    // In the words that a wrong rate has everywhere, but with the name of this source.
    let wrong = || Error::InvalidRps(text.to_string()).to_string().replacen("rps", source, 1);
    rate(text).map(Value::Rps).ok_or_else(wrong)
}

fn rps_scale(source: &str, text: &str) -> Result<Value, String> {
    let wrong =
        || format!("{source} is {text}: give a number above 0 and up to 1000000000, such as 0.1");
    rate(text).map(|scale| Value::RpsScale(scale.decimal())).ok_or_else(wrong)
}

/// A decimal stays exact as it is written; anything else, such as `1e3`, is read as a float.
fn rate(text: &str) -> Option<Rps> {
    Rps::parse(text).or_else(|| Rps::new(text.parse::<f64>().ok()?).ok())
}

fn whole(source: &str, text: &str, rule: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{source} is {text}: give {rule}"))
}

fn read_time(source: &str, text: &str) -> Result<Duration, String> {
    time::parse(text).map_err(|wrong| format!("{source}: {wrong}"))
}

fn positive(source: &str, text: &str) -> Result<Duration, String> {
    match read_time(source, text)? {
        Duration::ZERO => Err(format!("{source} is zero: give a time, such as \"30s\"")),
        time => Ok(time),
    }
}

fn thresholds(source: &str, text: &str) -> Result<Value, String> {
    match text {
        "on" => Ok(Value::Thresholds(Judging::On)),
        "off" => Ok(Value::Thresholds(Judging::Off)),
        _ => Err(format!("{source} is {text}: give \"on\" or \"off\"")),
    }
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
            Value::Thresholds(Judging::On) => f.write_str("on"),
            Value::Thresholds(Judging::Off) => f.write_str("off"),
        }
    }
}
