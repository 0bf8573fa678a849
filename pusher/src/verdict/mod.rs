//! What the figures mean: thresholds are compared with them, and there is a `Verdict`.

mod doubts;
pub(crate) mod judge;
mod resolve;
mod blame;
mod punctual;
mod reach;
mod unseen;
pub(crate) mod whole;
pub(crate) mod evidence;

#[cfg(test)]
mod told;
