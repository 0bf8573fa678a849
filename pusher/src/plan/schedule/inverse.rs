//! [`Inverse`]: from calls to time, for every kind of curve.

use super::calls::Calls;
use super::constant::Constant;
use super::sine::Sine;
use super::stages::Stages;
use crate::plan::curve::Curve;

/// A curve, ready to be asked when a call is due: the inverse of the calls that it has made over
/// time.
#[derive(Clone, Debug)]
pub(super) enum Inverse {
    Constant(Constant),
    Stages(Stages),
    Sine(Sine),
}

impl Inverse {
    /// The calls of so many Workers along the curve, all in one row.
    pub(super) fn new(curve: &Curve, workers: u64) -> Inverse {
        match curve {
            Curve::Constant(rps) => Inverse::Constant(Constant::new(rps, workers)),
            Curve::Stages(segments) => Inverse::Stages(Stages::new(segments, workers)),
            Curve::Sine { from, to, period } => {
                Inverse::Sine(Sine::new([*from, *to], *period, workers))
            }
        }
    }

    /// The instant by which so many calls should have been made, in nanoseconds from the start,
    /// rounded down; none if that is never.
    pub(super) fn due_of(&self, calls: Calls) -> Option<u64> {
        match self {
            Inverse::Constant(constant) => constant.due_of(calls),
            Inverse::Stages(stages) => stages.due(calls),
            Inverse::Sine(sine) => sine.due(calls),
        }
    }
}
