//! What flags and variables put in the place of what attributes say.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::plan::error::Error;
use crate::plan::offer::Terms;
use crate::plan::rate::Rps;
use crate::plan::time;

/// For a quick look, or a longer soak.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overrides {
    pub(crate) rps: Option<Rps>,
    pub(crate) duration: Option<Duration>,
    pub(crate) overtime: Option<u64>,
    pub(crate) seed: Option<u64>,
    pub(crate) report_dir: Option<PathBuf>,
}

impl Overrides {
    /// A flag wins over its variable, which is then not looked at; an empty variable is none.
    pub(super) fn read(flag: impl Fn(&str) -> Option<String>, variable: impl Fn(&str) -> Option<OsString>) -> Result<Overrides, String> {
        let text = |name: &str| match flag(name) {
            Some(text) if text.is_empty() => Err(format!("--{name} is empty: give a value, or leave the flag out")),
            Some(text) => Ok(Some(Given { source: format!("--{name}"), text })),
            None => from_variable(&format!("PUSHER_{}", name.to_uppercase().replace('-', "_")), &variable),
        };
        Ok(Overrides {
            rps: text("rps")?.map(Given::rps).transpose()?,
            duration: text("duration")?.map(Given::duration).transpose()?,
            overtime: text("overtime")?.map(Given::calls).transpose()?,
            seed: text("seed")?.map(Given::seed).transpose()?,
            report_dir: text("report-dir")?.map(|given| given.text.into()),
        })
    }

    pub(crate) fn apply(&self, terms: &mut Terms) {
        if let Some(rps) = self.rps {
            terms.set_rps(rps);
        }
        if let Some(duration) = self.duration {
            terms.set_duration(duration);
        }
        terms.seed = self.seed.or(terms.seed);
        terms.offer.overtime = self.overtime.unwrap_or(terms.offer.overtime);
    }
}

/// A text and where it comes from: `--rps` or `PUSHER_RPS`.
struct Given {
    source: String,
    text: String,
}

fn from_variable(name: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Given>, String> {
    let Some(value) = variable(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    let text = value.into_string().map_err(|value| format!("{name} is no UTF-8: {value:?}"))?;
    Ok(Some(Given { source: name.to_string(), text }))
}

impl Given {
    fn rps(self) -> Result<Rps, String> {
        let Given { source, text } = self;
        // As it stands, so that it stays exact, or as a float, for `1e3`.
        let rps = Rps::parse(&text).or_else(|| Rps::new(text.parse::<f64>().ok()?).ok());
        // The words for a wrong rate are the same as everywhere, under the name that was given here.
        rps.ok_or_else(|| Error::InvalidRps(text).to_string().replacen("rps", &source, 1))
    }

    fn duration(self) -> Result<Duration, String> {
        let Given { source, text } = self;
        match time::parse(&text) {
            Ok(duration) if duration.is_zero() => Err(format!("{source} is zero: give a time, such as \"30s\"")),
            Ok(duration) => Ok(duration),
            Err(wrong) => Err(format!("{source}: {wrong}")),
        }
    }

    fn seed(self) -> Result<u64, String> {
        let Given { source, text } = self;
        text.parse().map_err(|_| format!("{source} is {text}: give a whole number from 0 to 18446744073709551615, such as 7"))
    }

    fn calls(self) -> Result<u64, String> {
        let Given { source, text } = self;
        text.parse().map_err(|_| format!("{source} is {text}: give a whole number of calls, such as 10"))
    }
}
