//! [`Layer`]: what one source says of a load. The strongest layer that has a key decides on it.

use std::time::Duration;

use super::keys::{SETTERS, Setter, Value};
use crate::plan::curve::Curve;
use crate::plan::key::{RPS, RPS_SCALE};
use crate::plan::settings::Setting;
use crate::plan::terms::{Pace, Terms};
use crate::plan::time::nanos;

/// A value for a key, and the source that gave it: `--rps`, `PUSHER_RPS` or `profile smoke`.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) key: &'static Setter,
    pub(crate) value: Value,
    pub(crate) source: String,
}

/// All overrides of one source, each key once at most.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer(Vec<Said>);

impl Layer {
    /// A layer with both a rate and a scale of rates contradicts itself: then there is none.
    pub(crate) fn new(overrides: Vec<Said>) -> Option<Layer> {
        let layer = Layer(overrides);
        let has_both = layer.get(RPS.name).is_some() && layer.get(RPS_SCALE.name).is_some();
        (!has_both).then_some(layer)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Said> {
        self.0.iter().find(|found| found.key.name() == key)
    }
}

/// The error if [`Layer::new`] gives nothing.
pub(crate) fn exclude_each_other(one: &str, other: &str) -> String {
    format!("{one} and {other} exclude each other: give one of them")
}

/// For each key, the override of the first layer that has one. If a stronger layer sets `rps`, an
/// `rps-scale` from a weaker one is ignored.
fn strongest<'a>(layers: &[&'a Layer]) -> Vec<&'a Said> {
    let find = |key: &str| {
        layers.iter().enumerate().find_map(|(weakness, layer)| Some((weakness, layer.get(key)?)))
    };
    let both = find(RPS.name).zip(find(RPS_SCALE.name));
    let is_ignored = both.is_some_and(|((rps, _), (scale, _))| rps < scale);
    let keys =
        SETTERS.iter().map(Setter::name).filter(|key| !(is_ignored && *key == RPS_SCALE.name));
    keys.filter_map(|key| Some(find(key)?.1)).collect()
}

/// How many calls a Worker is to make, as far as that is known without a timetable.
fn ticks(terms: &Terms) -> Option<u64> {
    let by_time = match &terms.pace {
        Pace::Open { curve: Curve::Constant(rps), .. } => {
            terms.duration.map(|duration| rps.ticks_in(nanos(duration)))
        }
        Pace::Open { curve, .. } => curve.ticks().and_then(|ticks| u64::try_from(ticks).ok()),
        Pace::Closed { .. } => None,
    };
    [terms.calls, by_time].into_iter().flatten().min()
}

/// Puts the strongest overrides into the terms of a load, and notes the source of each there.
///
/// # Errors
///
/// A scale makes a rate too high, or gives it too many digits.
pub(super) fn apply(layers: &[&Layer], terms: &mut Terms) -> Result<(), String> {
    let whole_ticks = ticks(terms).map(|ticks| ticks.saturating_mul(terms.workers));
    terms.settings.whole_ticks = whole_ticks;
    for Said { key, value, source } in strongest(layers) {
        let unused = value.means_nothing(terms);
        if unused.is_none() {
            terms.settings.shortened |= value.shortens(terms);
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
    /// The reason why it means nothing for this load, if there is one.
    fn means_nothing(&self, terms: &Terms) -> Option<&'static str> {
        if terms.capacity.is_some() {
            return self.means_nothing_to_a_search();
        }
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

    fn means_nothing_to_a_search(&self) -> Option<&'static str> {
        match self {
            Value::Rps(_) | Value::RpsScale(_) => Some("a search for a capacity has no rate"),
            Value::Calls(_) => Some("a search for a capacity makes as many calls as it needs"),
            Value::Concurrency(_) => Some("an open loop has no callers"),
            Value::Thresholds(_) => Some("a search for a capacity needs all of its limits"),
            _ => None,
        }
    }

    /// Whether it asks for less than there is: a lower rate, a shorter time, fewer calls or fewer
    /// callers.
    fn shortens(&self, terms: &Terms) -> bool {
        match (self, &terms.pace) {
            (Value::Rps(rps), Pace::Open { curve, .. }) => curve.goes_above(rps),
            (Value::RpsScale(scale), _) => scale.to_f64() < 1.0,
            (Value::Duration(duration), pace) => {
                let own = match pace {
                    Pace::Open { curve, .. } => curve.own_length().map(Duration::from_nanos),
                    Pace::Closed { .. } => None,
                };
                terms.duration.or(own).is_none_or(|before| *duration < before)
            }
            (Value::Calls(calls), _) => ticks(terms).is_none_or(|before| *calls < before),
            (Value::Concurrency(callers), Pace::Closed { concurrency, .. }) => {
                callers < concurrency
            }
            _ => false,
        }
    }

    fn put_into(&self, terms: &mut Terms) -> Result<(), String> {
        match self {
            Value::Rps(rps) => terms.set_rps(rps.clone()),
            Value::RpsScale(scale) => terms.scale_rates(*scale)?,
            Value::Duration(duration) => terms.set_duration(*duration)?,
            Value::Calls(calls) => terms.set_calls(*calls)?,
            Value::Concurrency(callers) => terms.set_concurrency(*callers),
            Value::Overtime(calls) => terms.offer.overtime = *calls,
            Value::Warmup(time) => terms.offer.warmup = *time,
            Value::Timeout(time) => terms.offer.timeout = Some(*time),
            Value::Grace(time) => terms.offer.grace = *time,
            Value::Seed(seed) => terms.seed = Some(*seed),
            Value::Thresholds(judging) => terms.judging = *judging,
            Value::Inconclusive(inconclusive) => terms.inconclusive = *inconclusive,
        }
        Ok(())
    }
}
