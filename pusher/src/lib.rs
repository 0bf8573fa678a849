//! Load tests for Rust services, as ordinary `cargo test` tests.
//!
//! One attribute on an async fn makes a load test. pusher calls the fn at a rate, whatever the
//! service does about it, and the test fails if a threshold does not hold.
//!
//! ```no_run
//! # mod load {
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
//! # }
//! # fn main() {}
//! ```
//!
//! # The promise
//!
//! pusher is an **open loop**. A *tick* is one scheduled call: tick *i* is due at start + *i* /
//! rate, so 50 per second for a minute are 3,000 ticks, and a slow answer delays none of them. Each
//! call has three times, and all three are in the report:
//!
//! * **response** time, from due to end: how long a user of the service waited,
//! * **service** time, from start to end: how long the service took,
//! * **lag**, from due to start: how late pusher itself was.
//!
//! [Pauses](Call::pause) of the call itself are in none of them. So [coordinated omission] has
//! nowhere to hide.
//!
//! The **ledger** is exact: after any fault, every tick is in it once. *Overtime* is the most calls
//! in flight at once; a tick that comes due while that many are in flight is *canceled*. `scheduled
//! = started + canceled`, and `started = ok + failed + timed_out + panicked + interrupted`. A part
//! of `canceled` is `canceled_late`: ticks that pusher refused more than 2 ms after they were due,
//! or for want of a slot that a call held which had begun so late.
//!
//! [coordinated omission]: https://www.scylladb.com/2021/04/22/on-coordinated-omission/
//!
//! # The parts
//!
//! * [`load`] is the attribute, with all its keys. [`main!`] makes the `main` of a test binary.
//!   [`suite!`] marks a library of loads.
//! * [`work`], [`Worker`], [`farm`] and [`force`] are the library under it, for loads in programs
//!   of your own.
//! * [`Shape`] and [`Schedule`] are for rates that change. [`ClosedLoop`] has callers instead of a
//!   rate.
//! * [`Call::step`], [`Call::count`] and [`Call::record`] report parts of a call and numbers of its
//!   own. Both may have thresholds.
//! * [`Call::pause`] is think time in a call, which is in none of its times. [`Call::stop`] ends a
//!   load early, which has failed then.
//! * [`Gossiper`] hears of each tick as it happens. The built-in statistics are a gossiper.
//! * [`Report`] is the result.
//!
//! # Profiles
//!
//! Flags (`cargo test --test load -- --duration 10m`), variables (`PUSHER_DURATION=10m`) and the
//! profiles of a `pusher.toml` replace values of the attribute, for all loads or for one: see
//! [`main!`](main!#profiles).
//!
//! # The verdict
//!
//! A load has *passed*, has *failed*, or is *inconclusive*, if the measurement itself cannot be
//! trusted. An inconclusive load fails its test too, unless `--inconclusive pass` lets it pass.
//! These rules apply in this order:
//!
//! 1. A threshold on a count is broken (`errors`, `canceled`, `throughput`, the `errors` of a step,
//!    `count(..)`), and not by late ticks or stand-stills alone; or a call or a signal cut the load
//!    short: failed.
//! 2. A threshold on response time, service time or the time of a step is broken, and would be by
//!    the service time (of a step, by its time) less the lag at the same figure, and without
//!    stand-stills: failed, however late pusher was.
//! 3. The measurement cannot be trusted, for one of these reasons: inconclusive.
//!    * No call succeeded.
//!    * Lag is above 100 ms at p99.
//!    * The data ends before the duration, the calls or the shape.
//!    * A threshold is on a step, a count or a record that no call gave.
//!    * The fn under [`compare`](macro@load#compare-compare_setup) breaks a threshold on `errors`
//!      or `canceled`, so that there is nothing to compare with.
//!    * There are too few samples for a threshold on a percentile, and no override made the load
//!      smaller. If one did, the report says what was not judged.
//!    * Another threshold on response time, service time or the time of a step is broken, and lag
//!      is above a tenth of the limit at the same figure.
//!    * The same, with less lag than that, and a figure of the generator is past its limit, such as
//!      how busy the machine was: see [`Generator`].
//!    * Late ticks alone break a threshold on `canceled`, `throughput` or `count(..)`: it would
//!      hold if those that were canceled late had been made and had fared as the others did, and
//!      if no call had ended after the schedule because it began late.
//!    * The whole process stood still, for it was stopped, or the machine did not let it run, and
//!      that alone breaks a threshold: one on response time, service time or the time of a step, if
//!      it would hold without that time in as many calls as were in flight; or, in a closed loop,
//!      one on `throughput` or `count(..)`, if it would hold over the rest of the schedule. See
//!      [`StandStills`].
//! 4. Any other threshold is broken: failed.
//! 5. Otherwise: passed.
//!
//! A load that has failed tells the reasons of 3 as well.

#[allow(missing_docs, reason = "it is not public API")]
mod private;

pub(crate) mod harness;
pub(crate) mod work;
pub(crate) mod report;
pub(crate) mod verdict;
pub(crate) mod statistics;
pub(crate) mod engine;
pub(crate) mod plan;

#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
    pub use pusher_load_macros::harness_test;
}

pub use engine::channel::{GossipReceiver, GossipSender, Heard, channel};
pub use engine::gossip::{Ending, Gossip};
pub use engine::lane_use::LaneUse;
pub use engine::stand_stills::StandStills;
pub use engine::stop_sign::EarlyStop;
pub use engine::worker::{Config, Gossiper, Worker};
pub use harness::skip::skip;
pub use plan::closed::ClosedLoop;
pub use plan::data::DataOrder;
pub use plan::error::Error;
pub use plan::note::{Note, NoteKind, Recorded};
pub use plan::outcome::{Outcome, StepOutcome};
pub use plan::pause::Pause;
pub use plan::rate::Rate;
pub use plan::schedule::Schedule;
pub use plan::schedule::shape::{Shape, Stage};
pub use plan::settings::Setting;
pub use plan::target::{Call, Target};
pub use report::{Aborted, AfterSchedule, Asked, Capacity, CapacityPoint, Data, Report};
pub use statistics::distribution::Distribution;
pub use statistics::errors::ErrorGroup;
pub use statistics::latency::Latency;
pub use statistics::ledger::Ledger;
pub use statistics::notes::{CountReport, RecordReport, StepReport};
pub use statistics::stages::{StageReport, StageTimes};
pub use verdict::compared::PairedFigure;
pub use verdict::generator::{Gauge, Generator};
pub use verdict::judge::{Judged, Verdict};
pub use verdict::still_warming::StillWarming;
pub use work::{farm, force, work};

#[doc = include_str!("load.md")]
pub use pusher_load_macros::load;

#[doc = include_str!("capacity.md")]
pub use pusher_load_macros::capacity;
