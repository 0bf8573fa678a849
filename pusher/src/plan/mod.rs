//! The request: what a load is asked to do, as arithmetic and plain data. Nothing here reads a
//! clock or does I/O.
//!
//! The macro needs a part of it too. That part, with the words for every wrong value, is the crate
//! `pusher-load-grammar`. From the ground up:

pub(crate) use pusher_load_grammar::{count, curve, decimal, key, limits, nearest};

// Values, as users write them.
pub(crate) mod error;
pub(crate) mod error_text;
pub(crate) mod rate;
pub(crate) mod threshold;
pub(crate) mod time;

// Parts of an attribute.
pub(crate) mod offer;
pub(crate) mod random;
pub(crate) mod settings;

pub(crate) mod data;

// The whole request, checked.
pub(crate) mod terms;

// The instants of calls, and the task of one Worker.
pub(crate) mod closed;
pub(crate) mod schedule;

pub(crate) mod order;

// The attribute, which is read into terms.
pub(crate) mod attribute;

// The call under test, its outcome and its notes.
pub(crate) mod note;
pub(crate) mod outcome;

pub(crate) mod caused;

pub(crate) mod target;
