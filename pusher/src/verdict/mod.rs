//! What the figures mean: thresholds are compared with them, and there is a `Verdict`.

mod doubts;
pub(crate) mod judge;
mod unseen;
#[cfg(test)]
mod told;
pub(crate) mod evidence;
