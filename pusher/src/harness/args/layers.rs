//! Which of several values for a key holds, and how it comes into the terms of a load.

use super::keys::{KEYS, Key, Value};
use crate::plan::settings::Setting;
use crate::plan::terms::{Pace, Terms};

/// A value, and where it was said: `--rps`, `PUSHER_RPS` or `profile smoke`.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) key: &'static Key,
    pub(crate) value: Value,
    pub(crate) source: String,
}

/// What one source says, each key once at most.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer(Vec<Said>);

impl Layer {
    /// None where it both gives a rate and multiplies one, so that nobody can tell what is meant.
    pub(crate) fn new(said: Vec<Said>) -> Option<Layer> {
        let layer = Layer(said);
        let has_both = layer.get("rps").is_some() && layer.get("rps-scale").is_some();
        (!has_both).then_some(layer)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Said> {
        self.0.iter().find(|said| said.key.name() == key)
    }
}

/// What [`Layer::new`] has nothing for.
pub(crate) fn exclude_each_other(one: &str, other: &str) -> String {
    format!("{one} and {other} exclude each other: give one of them")
}

/// What holds for each key: the word of the first layer that has one. A rate makes void what weaker
/// layers multiply it with.
fn strongest<'a>(layers: &[&'a Layer]) -> Vec<&'a Said> {
    let find = |key: &str| {
        layers.iter().enumerate().find_map(|(weakness, layer)| Some((weakness, layer.get(key)?)))
    };
    let is_void =
        find("rps").zip(find("rps-scale")).is_some_and(|((rps, _), (scale, _))| rps < scale);
    let keys = KEYS.iter().map(Key::name).filter(|key| !(is_void && *key == "rps-scale"));
    keys.filter_map(|key| Some(find(key)?.1)).collect()
}

/// Puts it into the terms, and writes down there what came from where.
///
/// # Errors
///
/// A rate that is multiplied with too much.
pub(super) fn apply(layers: &[&Layer], terms: &mut Terms) -> Result<(), String> {
    for said in strongest(layers) {
        let Said { key, value, source } = said;
        let unused = value.means_nothing(terms);
        if unused.is_none() {
            value
                .put_into(terms)
                .map_err(|wrong| format!("{} {value} ({source}): {wrong}", key.name()))?;
        }
        terms.settings.said.push(Setting {
            key: key.name(),
            value: value.to_string(),
            source: source.clone(),
            unused,
        });
    }
    Ok(())
}

impl Value {
    /// Why it means nothing for a load, if so.
    fn means_nothing(&self, terms: &Terms) -> Option<&'static str> {
        match (self, &terms.pace) {
            (Value::Rps(_) | Value::RpsScale(_), Pace::Closed { .. }) => {
                Some("a closed loop has no rate")
            }
            (Value::Overtime(_), Pace::Closed { .. }) => {
                Some("a closed loop has as many calls in flight as callers")
            }
            (Value::Seed(_), _) if !terms.is_random() => Some("nothing here is random"),
            (Value::Concurrency(_), Pace::Open { .. }) => Some("an open loop has no callers"),
            _ => None,
        }
    }

    fn put_into(self, terms: &mut Terms) -> Result<(), String> {
        match self {
            Value::Rps(rps) => terms.set_rps(rps),
            Value::RpsScale(scale) => terms.scale_rates(scale)?,
            Value::Duration(duration) => terms.set_duration(duration),
            Value::Calls(calls) => terms.calls = Some(calls),
            Value::Concurrency(callers) => terms.set_concurrency(callers),
            Value::Overtime(calls) => terms.offer.overtime = calls,
            Value::Warmup(time) => terms.offer.warmup = time,
            Value::Timeout(time) => terms.offer.timeout = Some(time),
            Value::Grace(time) => terms.offer.grace = time,
            Value::Seed(seed) => terms.seed = Some(seed),
            Value::Thresholds(judging) => terms.judging = judging,
        }
        Ok(())
    }
}
