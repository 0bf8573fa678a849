//! Load tests for Rust services as ordinary `cargo test` tests.
//!
//! One attribute on an async fn makes it a load test: it is called at a rate, whatever the service
//! does about it, and the test fails when a threshold does not hold.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! struct Shop { /* a client, an address */ }
//!
//! /// Runs once, before the clock starts.
//! async fn shop() -> Result<Shop, std::io::Error> {
//!     Ok(Shop {})
//! }
//!
//! #[pusher::load(
//!     rps = 50, duration = "1m", overtime = 10,
//!     setup = shop,
//!     thresholds(p99 < "250ms", errors < "1%", canceled == 0),
//! )]
//! async fn checkout(shop: Arc<Shop>) -> Result<(), std::io::Error> {
//!     // one call of the service
//!     Ok(())
//! }
//!
//! pusher::main!();
//! ```
//!
//! # The promise
//!
//! An **open loop**: tick *i* is due at start + *i* / rate, so 50 per second for a minute is 3,000
//! ticks, and a slow answer delays none of them. **Response** time is counted from the instant at
//! which a tick was due, **service** time from the start of its call, and **lag** is the
//! difference, the generator's own lateness: all three are kept for every call and reported together, so that [coordinated omission](https://www.scylladb.com/2021/04/22/on-coordinated-omission/)
//! has nowhere to hide.
//!
//! An **exact ledger**: every tick is accounted for once, after any fault. `scheduled = started +
//! canceled`, and `started = ok + failed + timed_out + panicked + interrupted`.
//!
//! # The parts
//!
//! * [`load`] is the attribute, with every key, and [`main!`] makes the `main` of a test binary of
//!   loads.
//! * [`work`], [`Worker`], [`farm`] and [`force`] are the library under it, for loads in programs
//!   of your own.
//! * [`Shape`] and [`Schedule`] say when ticks are due that come at no constant rate, and
//!   [`ClosedLoop`] has callers instead.
//! * [`Call::step`], [`Call::count`] and [`Call::record`] are how a call tells of itself: named
//!   parts, and numbers of its own, with thresholds on both.
//! * [`Gossiper`] listens to what happens to each tick; the built-in statistics are one.
//! * [`Report`] is what came of it.
//!
//! # Profiles
//!
//! Flags (`cargo test --test load -- --duration 10m`), variables (`PUSHER_DURATION=10m`) and the
//! profiles of a `pusher.toml` put other values in the place of the attribute's, for all loads or
//! for one: see [`main!`](main!#profiles).
//!
//! # The verdict
//!
//! A load has *passed*, has *failed*, or is *inconclusive* when the measurement itself cannot be
//! trusted, which fails the test too. In this order:
//!
//! 1. A broken threshold on counts (`errors`, `canceled`, `throughput`, a step's `errors`,
//!    `count(..)`): failed.
//! 2. No successful call; or p99 of lag above 100 ms; or a threshold on a step, a count or a record
//!    of a name that no call gave; or a broken threshold on response time that the service time
//!    meets while lag, at the same figure, is above a tenth of the limit: inconclusive.
//! 3. Any other broken threshold: failed. Else passed.

pub(crate) mod engine;
pub(crate) mod harness;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod statistics;
pub(crate) mod verdict;
pub(crate) mod work;

#[allow(missing_docs, reason = "it is not public API")]
mod private;

#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}

pub use engine::channel::{GossipReceiver, GossipSender, Heard, channel};
pub use engine::gossip::{Ending, Gossip, Gossiper};
pub use engine::worker::{Config, Worker};
pub use harness::skip::skip;
pub use plan::closed::ClosedLoop;
pub use plan::data::DataOrder;
pub use plan::error::Error;
pub use plan::note::{Note, NoteKind};
pub use plan::outcome::{Outcome, StepOutcome};
pub use plan::rate::Rate;
pub use plan::schedule::Schedule;
pub use plan::schedule::shape::{Shape, Stage};
pub use plan::settings::Setting;
pub use plan::target::{Call, Target};
pub use report::{Asked, Data, Report};
pub use statistics::distribution::Distribution;
pub use statistics::errors::ErrorGroup;
pub use statistics::latency::Latency;
pub use statistics::ledger::Ledger;
pub use statistics::notes::{CountReport, RecordReport, StepReport};
pub use verdict::judge::{Judged, Verdict};
pub use work::{farm, force, work};

#[doc = include_str!("load.md")]
pub use pusher_load_macros::load;
