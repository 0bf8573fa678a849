//! When each tick is due: arithmetic alone, no clock. Tick *k* is due when the rate, added up over
//! time, reaches *k*.
//!
//! ```text
//! calls that the
//! rate has made                      ___       Curve says what the rate does over time.
//!    |                         __---
//!  3 |- - - - - - - - - - - ,-'                An Inverse goes the other way, from calls to time:
//!  2 |- - - - - - - - - ,-' :                  constant, in stages, or a sine.
//!  1 |- - - - - - - ,-' :   :
//!  0 |________,,--'_:___:___:______ time       A Timetable is the instants found so, evenly spaced
//!                   1   2   3      is due      in calls or at random (Poisson), or a Schedule.
//! ```

// The instants.
pub(crate) mod shape;
mod timetable;
mod share;

mod custom;
mod poisson;
mod search;

// From calls to time, for each kind of curve.
mod inverse;

mod constant;
mod sine;
mod stages;

// What all of them count in.
mod calls;
mod wide;

#[cfg(test)]
mod tests;

pub(crate) use super::limits::FOREVER;
pub use custom::Schedule;
pub(crate) use search::first_not;
pub(crate) use share::{Half, Share};
pub(crate) use timetable::{Cursor, Timetable};
