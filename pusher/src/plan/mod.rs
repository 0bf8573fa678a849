//!
//! Nothing here reads a clock or does I/O.

pub(crate) mod asked;
pub(crate) mod closed;
pub(crate) mod data;
pub(crate) mod decimal;
pub(crate) mod error;
pub(crate) mod nearest;
pub(crate) mod note;
pub(crate) mod offer;
pub(crate) mod order;
pub(crate) mod random;
pub(crate) mod rate;
pub(crate) mod schedule;
pub(crate) mod settings;
pub(crate) mod target;
pub(crate) mod threshold;
pub(crate) mod time;
