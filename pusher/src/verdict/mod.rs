//! What the figures mean: thresholds are compared with them, and there is a `Verdict`.

mod doubts;
pub(crate) mod evidence;
pub(crate) mod judge;
mod resolve;
#[cfg(test)]
mod told;
mod unseen;
