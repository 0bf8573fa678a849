//! What the figures mean: thresholds are compared with them, and there is a `Verdict`.

pub(crate) mod capacity;
pub(crate) mod windows;
mod later;
mod doubts;
mod fewer_than_before;
mod relative;
pub(crate) mod judge;
pub(crate) mod compared;
mod resolve;
mod blame;
mod awake;
mod punctual;
mod unseen;
pub(crate) mod whole;
pub(crate) mod still_warming;
pub(crate) mod evidence;
pub(crate) mod generator;
pub(crate) mod reach;
pub(crate) mod noise;
pub(crate) mod past;
mod times_of;
pub(crate) mod comparison;
pub(crate) mod part;
mod chance;
mod runs;

#[cfg(test)]
mod told;
