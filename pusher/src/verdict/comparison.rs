//! [`Comparison`]: what a baseline says of a threshold whose limit follows it; and
//! [`PairedComparison`], what another target says.

use serde::{Serialize, Serializer};

/// The figure of a baseline, and how far from it the observed one is. All but the figure is
/// relative: 0.1 is 10 % more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Comparison {
    /// Under which name it was saved.
    pub(crate) name: String,
    /// Of how many runs it is.
    pub(crate) runs: usize,
    /// In the unit of the limit.
    #[serde(serialize_with = "number")]
    pub(crate) figure: f64,
    pub(crate) difference: f64,
    /// A difference that is not above this may be chance.
    pub(crate) noise: f64,
    /// A change for the worse of so much, or more, would have been found in 95 of 100 such runs.
    pub(crate) could_have_seen: f64,
    /// Whether there are so few calls that equal services seem different more often.
    pub(crate) weak: bool,
}

/// The figure of the other target, and how far from it the observed one is. All but the figure is
/// relative: 0.1 is 10 % more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct PairedComparison {
    /// The path of the other fn.
    pub(crate) name: String,
    /// In the unit of the limit.
    #[serde(serialize_with = "number")]
    pub(crate) figure: f64,
    /// In pairs, or of the whole if it is no time.
    pub(crate) difference: f64,
    /// The interval in which the difference is in 95 of 100 such loads; none if it is no time.
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    /// Of the figures of the whole.
    pub(crate) whole: f64,
    /// A change for the worse of so much, or more, would have been found in 95 of 100 such loads.
    pub(crate) could_have_seen: Option<f64>,
}

/// Whole numbers are written as such: `250000000`, not `250000000.0`.
pub(crate) fn number<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}
