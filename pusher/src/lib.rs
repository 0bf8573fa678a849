//! Load tests for Rust services as ordinary `cargo test` tests.

pub(crate) mod engine;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod statistics;
pub(crate) mod verdict;
pub(crate) mod work;

pub use engine::gossip::{Ending, Gossip, Gossiper};
pub use engine::worker::{Config, Worker};
pub use plan::error::Error;
pub use plan::schedule::Rate;
pub use plan::target::{Call, Outcome, Target};
pub use report::{Asked, Report};
pub use statistics::errors::ErrorGroup;
pub use statistics::latency::Latency;
pub use statistics::ledger::Ledger;
pub use verdict::judge::{Judged, Verdict};
pub use work::{farm, force, work};
