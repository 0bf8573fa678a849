//! What the figures mean: thresholds are compared with them, and there is a `Verdict`.

mod blame;
mod doubts;
pub(crate) mod evidence;
pub(crate) mod judge;
mod punctual;
mod reach;
#[cfg(test)]
mod told;
mod unseen;
pub(crate) mod whole;
