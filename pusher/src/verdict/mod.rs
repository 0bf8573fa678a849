//! What it means: thresholds are held against what was seen.

pub(crate) mod judge;
