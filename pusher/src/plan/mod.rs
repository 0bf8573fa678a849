//! The request: what a load is asked to do, as arithmetic and plain data. Nothing here reads a
//! clock or does I/O.
//!
//! The macro needs a part of it too. That part, with the words for every wrong value, is the crate
//! `pusher-load-grammar`. From the top down:

pub(crate) use pusher_load_grammar::{
    count, curve, decimal, foreign, headcount, key, level, limits, nearest, sentence, words,
};

// The task of one Worker, made of the terms: the instants of its calls.
pub(crate) mod order;

pub(crate) mod parts;

pub(crate) mod closed;
pub(crate) mod schedule;

// What is most likely not meant as it is written.
pub(crate) mod sense;

// The attribute, which is read into terms.
pub(crate) mod attribute;
pub(crate) mod windows;
pub(crate) mod terms;
pub(crate) mod strides;
pub(crate) mod capacity;

// The parts of both, as users write them.
pub(crate) mod against;
pub(crate) mod built;
pub(crate) mod data;
pub(crate) mod error;
pub(crate) mod offer;
pub(crate) mod partner;
pub(crate) mod pause;
pub(crate) mod settings;
pub(crate) mod threshold;
pub(crate) mod random;

pub(crate) mod rate;
pub(crate) mod time;
pub(crate) mod caused;

// The call under test, its outcome and its notes.
pub(crate) mod target;

pub(crate) mod note;

pub(crate) mod outcome;
pub(crate) mod error_text;
