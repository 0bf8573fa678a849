//! [`Comparison`]: what a baseline says of a threshold whose limit follows it.

use serde::Serialize;

/// The figure of a baseline, and how far from it the observed one is. All but the figure is
/// relative: 0.1 is 10 % more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Comparison {
    /// Under which name it was saved.
    pub(crate) name: String,
    /// Of how many runs it is.
    pub(crate) runs: usize,
    /// In the unit of the limit.
    pub(crate) figure: f64,
    pub(crate) difference: f64,
    /// A difference that is not above this may be chance.
    pub(crate) noise: f64,
    /// A change for the worse of so much, or more, would have been found in 95 of 100 such runs.
    pub(crate) could_have_seen: f64,
    /// Whether there are so few calls that equal services seem different more often.
    pub(crate) weak: bool,
}
