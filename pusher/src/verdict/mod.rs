//! What the figures mean: thresholds are compared with them, and there is a `Verdict`.

pub(crate) mod capacity;
mod doubts;
pub(crate) mod judge;
mod resolve;
mod blame;
mod awake;
mod punctual;
mod unseen;
pub(crate) mod whole;
pub(crate) mod evidence;
pub(crate) mod reach;

#[cfg(test)]
mod told;
