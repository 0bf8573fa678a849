//! The grammar of the attribute of [pusher](https://docs.rs/pusher-load): one truth for the macro,
//! which reads literals, and for the run time, which reads const expressions, flags and profiles.
//!
//! Plain data and the functions that read it, in words that a user meets; no tokens and no clock.
//! It is a part of `pusher-load` and has no API of its own: depend on `pusher-load`.

// The keys, and the values that they take.
pub mod key;

pub mod count;
pub mod curve;
pub mod rate;
pub mod words;

// The parts of a threshold.
pub mod operator;

pub mod limit;
pub mod metric;
pub mod named;

pub mod figure;

// What all of them are made of.
pub mod decimal;
pub mod nearest;
pub mod time;

pub mod limits;
