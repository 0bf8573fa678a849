//! Load tests for Rust services as ordinary `cargo test` tests.
//!
//! One attribute on an async fn makes it a load test: it is called at a rate, whatever the service does about it, and
//! the test fails when a threshold does not hold.
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
//! An **open loop**: tick *i* is due at start + *i* / rate, so 50 per second for a minute is 3,000 ticks, and a slow
//! answer delays none of them. **Response** time is counted from the instant at which a tick was due, **service** time
//! from the start of its call, and **lag** is the difference, the generator's own lateness: all three are kept for every
//! call and reported together, so that [coordinated omission](https://www.scylladb.com/2021/04/22/on-coordinated-omission/)
//! has nowhere to hide.
//!
//! An **exact ledger**: every tick is accounted for once, after any fault. `scheduled = started + canceled`, and
//! `started = ok + failed + timed_out + panicked + interrupted`.
//!
//! # The parts
//!
//! * [`load`] is the attribute, with every key, and [`main!`] makes the `main` of a test binary of loads.
//! * [`work`], [`Worker`], [`farm`] and [`force`] are the library under it, for loads in programs of your own.
//! * [`Gossiper`] listens to what happens to each tick; the built-in statistics are one.
//! * [`Report`] is what came of it.
//!
//! # The verdict
//!
//! A load has *passed*, has *failed*, or is *inconclusive* when the measurement itself cannot be trusted, which fails
//! the test too. In this order:
//!
//! 1. A broken threshold on counts (`errors`, `canceled`, `throughput`): failed.
//! 2. No successful call; or p99 of lag above 100 ms; or a broken threshold on response time that the service time meets
//!    while lag, at the same figure, is above a tenth of the limit: inconclusive.
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
pub use plan::closed::ClosedLoop;
pub use plan::error::Error;
pub use plan::rate::Rate;
pub use plan::schedule::Schedule;
pub use plan::schedule::shape::{Shape, Stage};
pub use plan::target::{Call, Outcome, Target};
pub use report::{Asked, Report};
pub use statistics::errors::ErrorGroup;
pub use statistics::latency::Latency;
pub use statistics::ledger::Ledger;
pub use verdict::judge::{Judged, Verdict};
pub use work::{farm, force, work};

/// Makes an async fn a load test.
///
/// The fn stays as it is written and can still be called. It takes what it needs, in any order: a [`Call`], and `Arc<S>`
/// with `S` what `setup` returns. It returns an [`Outcome`]: `()`, or a `Result<T, E>` whose error can be shown; an `Err`
/// is a failed call. `#[ignore]` works as on any test.
///
/// Values may be literals or const expressions: any primitive number for a rate, a `&str` or a
/// [`Duration`](std::time::Duration) for a time.
///
/// | key | meaning | default |
/// |---|---|---|
/// | `rps` | ticks per second; a fraction is fine | required |
/// | `duration` | how long ticks are scheduled | required |
/// | `overtime` | the most calls in flight | 1,000,000 |
/// | `workers` | so many Workers side by side, each at `rps` with an `overtime` of its own; one merged verdict | 1 |
/// | `warmup` | a time before `duration` whose calls are made but not measured | none |
/// | `timeout` | for each call | none |
/// | `grace` | how long calls in flight may take when the schedule has ended | `"30s"` |
/// | `setup`, `teardown` | paths to fns or async fns; run once, outside the clock | none |
/// | `setup_timeout` | for each of the two | `"1m"` |
/// | `name` | the test's name | the fn's path in its crate |
/// | `farm` | the test in which all loads of that farm are made side by side | none |
/// | `thresholds(..)` | what must hold | `errors == 0, canceled == 0` |
/// | `crate` | the path of this crate, where it is re-exported or renamed | `::pusher` |
///
/// # `rps`, `duration`
///
/// Tick *i* is due at start + *i* / rate while that is before the end: ceil(rate × duration) ticks. A time is written
/// as [`humantime`](https://docs.rs/humantime) reads it; months and years are refused.
///
/// ```
/// const RATE: f64 = 0.5;
///
/// #[pusher::load(rps = RATE, duration = "1m 30s")]
/// async fn checkout() {} // 45 ticks
/// # fn main() {}
/// ```
///
/// # `overtime`
///
/// A tick that comes due while so many calls are in flight is *canceled*: counted, and not made up for.
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m", overtime = 10, thresholds(canceled < "1%"))]
/// async fn checkout() {}
/// # fn main() {}
/// ```
///
/// # `workers`
///
/// From 1 to 1,000 Workers make the load side by side, each at `rps` and with an `overtime` of its own. The setup runs
/// once, and the thresholds hold for the report of all of them together.
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m", overtime = 10, workers = 5)]
/// async fn checkout() {} // 15,000 ticks, at most 50 calls in flight
/// # fn main() {}
/// ```
///
/// # `warmup`
///
/// Warm-up calls use the same slots and are in no histogram, no threshold and no ledger but their own.
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m", warmup = "5s")]
/// async fn checkout(call: pusher::Call) {
///     if !call.is_warmup() { /* .. */ }
/// }
/// # fn main() {}
/// ```
///
/// # `timeout`, `grace`
///
/// A call over its timeout, counted from its start, is dropped and counted as timed out. What is in flight when the
/// schedule ends gets the grace; then it is dropped and counted as interrupted.
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m", timeout = "2s", grace = "5s")]
/// async fn watch(call: pusher::Call) {
///     call.stopped().await; // resolves when the schedule ends
/// }
/// # fn main() {}
/// ```
///
/// # `setup`, `teardown`, `setup_timeout`
///
/// `setup` returns `S` or `Result<S, E>`, and every call gets the same `Arc<S>`. `teardown` takes the `Arc<S>` or nothing
/// and may return a `Result`. It runs after the report is written, whatever became of the calls, if the setup succeeded.
/// Plain fns run where they may block. An error or a panic in either fails the test.
///
/// ```
/// use std::sync::Arc;
///
/// struct Shop(String);
///
/// async fn open() -> Result<Shop, std::io::Error> {
///     Ok(Shop("http://127.0.0.1:8080".to_string()))
/// }
///
/// fn close(shop: Arc<Shop>) {
///     println!("{} was under load", shop.0);
/// }
///
/// #[pusher::load(rps = 50, duration = "1m", setup = open, teardown = close, setup_timeout = "10s")]
/// async fn checkout(call: pusher::Call, shop: Arc<Shop>) -> Result<(), String> {
///     Ok(())
/// }
/// # fn main() {}
/// ```
///
/// # `name`
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m", name = "shop::checkout-in-a-hurry")]
/// async fn checkout() {}
/// # fn main() {}
/// ```
///
/// # `farm`
///
/// All loads of one farm are made side by side in one test, which has the farm's name; `name` is then the load's name
/// within the farm. Their setups run first, one after the other, and no load is made unless all succeeded. Each has
/// terms, thresholds and a report of its own, and the test fails when one of them fails.
///
/// ```
/// #[pusher::load(rps = 100, duration = "1m", farm = "shop", thresholds(p99 < "50ms"))]
/// async fn browse() {}
///
/// #[pusher::load(rps = 5, duration = "1m", farm = "shop", name = "buy", thresholds(p99 < "250ms"))]
/// async fn checkout() {}
/// # fn main() {}
/// ```
///
/// # `thresholds`
///
/// Each is `METRIC OP LIMIT`, with `OP` one of `<`, `<=`, `>`, `>=`, `==`:
///
/// * `p50`, `p99`, `p99.9` and so on, `min`, `mean`, `max`: response time of successful calls, against a time.
///   `service.p99` and `lag.p99` for the other two times. A percentile that the ticks cannot resolve, fewer than
///   100 / (100 − p) of them, is a compile error; where that is known only at run time, it is shown as not judged.
/// * `errors`: the share of started calls that did not end `ok`; `canceled`: the share of scheduled ticks. Against a
///   percentage or `0`. Where one is not named, it must be zero: a green test means that the promised load was made and
///   answered.
/// * `throughput`: successful calls per second of the measured time.
///
/// All are judged and shown. A threshold on a time of which there is no sample is not met.
///
/// ```
/// #[pusher::load(
///     rps = 50, duration = "1m",
///     thresholds(p50 < "20ms", p99 < "250ms", service.max < "1s", lag.p99 < "5ms", errors < "0.1%", throughput > 49),
/// )]
/// async fn checkout() -> Result<(), std::io::Error> {
///     Ok(())
/// }
/// # fn main() {}
/// ```
///
/// # `crate`
///
/// ```
/// mod testing { pub mod load_tests { pub use ::pusher::*; } } // a re-export
///
/// #[pusher::load(rps = 50, duration = "1m", crate = crate::testing::load_tests)]
/// async fn checkout() {}
/// # fn main() {}
/// ```
///
/// # What it expands to
///
/// The fn, untouched, and a constant without a name:
///
/// ```text
/// const _: () = {
///     fn terms() -> Result<Terms, String> { Asked::new().rps(50).duration("1m").terms() }
///     fn prepare() -> Boxed<Result<Prepared, String>> { /* setup; the target; teardown */ }
///     submit! { Load { function: "checkout", file: file!(), line: line!(), terms, prepare, .. } }
/// };
/// ```
pub use pusher_load_macros::load;
