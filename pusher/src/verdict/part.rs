//! [`PartField`]: what the report says of a threshold that has modifiers.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::plan::threshold::{Modifiers, Stops};
use crate::plan::time::{self, nanos};

/// The modifiers of a threshold, and what its windows came to. Times and instants are in
/// nanoseconds, instants from the start of the measured time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct PartField {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) over: Option<u64>,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub(crate) lasting: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) abort: bool,
    /// Whether it is a condition of `abort(..)`.
    #[serde(skip)]
    pub(crate) only_stops: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) windows: Option<WindowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) worst: Option<WorstWindow>,
}

/// How many windows there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct WindowCounts {
    pub(crate) count: u64,
    pub(crate) judged: u64,
    pub(crate) broken: u64,
    /// When the first broken one began.
    #[serde(rename = "first_broken", skip_serializing_if = "Option::is_none")]
    pub(crate) first: Option<u64>,
    /// How long the longest breach lasted, if it has to last: from the end of its first window to
    /// the end of its last, in nanoseconds.
    #[serde(rename = "longest_breach", skip_serializing_if = "Option::is_none")]
    pub(crate) longest: Option<u64>,
    /// Whether chance explains the worst.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_chance: bool,
}

/// The window with the worst figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct WorstWindow {
    pub(crate) from: u64,
    pub(crate) to: u64,
    #[serde(serialize_with = "figure")]
    pub(crate) observed: f64,
    /// How many calls, steps or records its figure is of.
    pub(crate) count: u64,
}

fn figure<S: Serializer>(figure: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if figure.fract() == 0.0 && figure.abs() < 9e15 {
        serializer.serialize_i64(*figure as i64)
    } else {
        serializer.serialize_f64(*figure)
    }
}

impl PartField {
    pub(super) fn of(modifiers: &Modifiers) -> PartField {
        PartField {
            over: modifiers.over.map(nanos),
            lasting: modifiers.lasting.map(nanos),
            after: modifiers.after.map(nanos),
            abort: modifiers.stops != Stops::Never,
            only_stops: modifiers.stops == Stops::Only,
            windows: None,
            worst: None,
        }
    }
}

/// An instant as a report names it: `12s`.
pub(crate) fn instant(nanos: u64) -> String {
    time::brief(Duration::from_nanos(nanos))
}
