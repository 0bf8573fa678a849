//! The grammar of the attribute of [pusher](https://docs.rs/pusher-load): one truth for the macro,
//! which reads literals, and for the run time, which reads const expressions, flags and profiles.
//!
//! Plain data and the functions that read it, in words that a user meets; no tokens and no clock.
//! It is a part of `pusher-load` and has no API of its own: depend on `pusher-load`.

// The keys, and the values that they take.
pub mod capacity;
pub mod key;

pub mod headcount;
mod busiest;
pub mod curve;
pub mod rate;
pub mod pause;

// The parts of a threshold.
pub mod modifier;
pub mod limit;
pub mod relative;

pub mod operator;
pub mod metric;
pub mod named;
pub mod figure;

pub mod level;

// What all of them are made of.
pub mod count;
pub mod words;

pub mod decimal;
pub mod foreign;
pub mod nearest;
pub mod sentence;
pub mod time;

pub mod limits;
