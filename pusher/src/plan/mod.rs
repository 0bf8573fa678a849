//! What is asked of a load: arithmetic and plain data. Nothing here reads a clock or does I/O.
//!
//! What the macro has to know too, and all words for a wrong value, are in the crate
//! `pusher-load-grammar`. From the ground up:

pub(crate) use pusher_load_grammar::{count, curve, decimal, key, limits, nearest};

// Values, as users write them.
pub(crate) mod error;
pub(crate) mod rate;
pub(crate) mod threshold;
pub(crate) mod time;

// What the parts of an attribute say.
pub(crate) mod offer;
pub(crate) mod random;
pub(crate) mod settings;

pub(crate) mod data;

// All that is asked of a load.
pub(crate) mod terms;

// When calls are made, and what a Worker is to do.
pub(crate) mod closed;
pub(crate) mod schedule;

pub(crate) mod order;

// The attribute, which is read into terms.
pub(crate) mod attribute;

// The call under test, and what it tells.
pub(crate) mod note;
pub(crate) mod outcome;

pub(crate) mod target;
