//! What the figures mean: thresholds are compared with them, and there is a `Verdict`.

mod blame;
mod doubts;
pub(crate) mod evidence;
pub(crate) mod judge;
mod reach;
#[cfg(test)]
mod told;
mod punctual;
mod unseen;
pub(crate) mod whole;
