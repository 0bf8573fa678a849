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
//! * [`Shape`] and [`Schedule`] say when ticks are due that come at no constant rate, and [`ClosedLoop`] has callers instead.
//! * [`Call::step`], [`Call::count`] and [`Call::record`] are how a call tells of itself: named parts, and numbers of its
//!   own, with thresholds on both.
//! * [`Gossiper`] listens to what happens to each tick; the built-in statistics are one.
//! * [`Report`] is what came of it.
//!
//! # Profiles
//!
//! Flags (`cargo test --test load -- --duration 10m`), variables (`PUSHER_DURATION=10m`) and the profiles of a `pusher.toml`
//! put other values in the place of the attribute's, for all loads or for one: see [`main!`](main!#profiles).
//!
//! # The verdict
//!
//! A load has *passed*, has *failed*, or is *inconclusive* when the measurement itself cannot be trusted, which fails
//! the test too. In this order:
//!
//! 1. A broken threshold on counts (`errors`, `canceled`, `throughput`, a step's `errors`, `count(..)`): failed.
//! 2. No successful call; or p99 of lag above 100 ms; or a threshold on a step, a count or a record of a name that no call
//!    gave; or a broken threshold on response time that the service time meets while lag, at the same figure, is above a
//!    tenth of the limit: inconclusive.
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
pub use plan::note::{Note, NoteKind, StepOutcome};
pub use plan::rate::Rate;
pub use plan::schedule::Schedule;
pub use plan::schedule::shape::{Shape, Stage};
pub use plan::settings::Setting;
pub use plan::target::{Call, Outcome, Target};
pub use report::{Asked, Data, Report};
pub use statistics::distribution::Distribution;
pub use statistics::errors::ErrorGroup;
pub use statistics::latency::Latency;
pub use statistics::ledger::Ledger;
pub use statistics::notes::{CountReport, RecordReport, StepReport};
pub use verdict::judge::{Judged, Verdict};
pub use work::{farm, force, work};

/// Makes an async fn a load test.
///
/// The fn stays as it is written and can still be called. It takes what it needs, in any order: a [`Call`], `Arc<S>` with
/// `S` what `setup` returns, `Arc<W>` with `W` what `setup_worker` returns, an item of `data`, and a value of `args`. They
/// are told apart by their types. It returns an [`Outcome`]: `()`, or a `Result<T, E>` whose error can be shown; an `Err` is
/// a failed call. `#[ignore]` works as on any test.
///
/// Values may be literals or const expressions: any primitive number for a rate, a `&str` or a
/// [`Duration`](std::time::Duration) for a time.
///
/// | key | meaning | default |
/// |---|---|---|
/// | `rps` | ticks per second; a fraction is fine | required, unless one of the next four stands in for it |
/// | `stages(..)`, `steps(..)`, `sine(..)` | a rate that changes over time | none |
/// | `concurrency` | so many callers, each of which waits for an answer before it asks again: a closed loop | none |
/// | `duration` | how long ticks are scheduled | required, unless there are stages, steps, a sine or `calls` |
/// | `calls` | the most measured calls of a Worker | none |
/// | `pause` | between the calls of a caller of a closed loop | none |
/// | `arrivals` | `"uniform"`, or `"poisson"` for ticks at random | `"uniform"` |
/// | `seed` | what random numbers begin from | another one in each run, which the report shows |
/// | `time` | `"real"`, or `"virtual"` for tokio's paused clock | `"real"` |
/// | `overtime` | the most calls in flight | 1,000,000 |
/// | `workers` | so many Workers side by side, each at `rps` with an `overtime` of its own; one merged verdict | 1 |
/// | `warmup` | a time before `duration` whose calls are made but not measured | none |
/// | `timeout` | for each call | none |
/// | `grace` | how long calls in flight may take when the schedule has ended | `"30s"` |
/// | `setup`, `teardown` | paths to fns or async fns; run once, outside the clock | none |
/// | `setup_worker`, `teardown_worker` | the same for each Worker, or each caller of a closed loop | none |
/// | `setup_timeout` | for each run of each of these | `"1m"` |
/// | `data` | the path of a fn that gives items, one for each call | none |
/// | `data_order` | how they are handed out: `"round-robin"`, `"random"` or each `"once"` | `"round-robin"` |
/// | `args` | values, each of which makes a test and is handed to its calls | one test |
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
/// # `stages`, `steps`, `sine`
///
/// Tick *k* is due when the integral of the rate has reached *k*, to the nanosecond. How many ticks that makes is known
/// beforehand, and said when the load begins. `ramp(from, to, time)` changes along a straight line, `hold(rate, time)` stays the
/// same, 0 for a pause, and `spike(rate, time)` is a hold that says what it is for. `steps` is a staircase, up or down, of rates
/// held for `each`. `sine` begins at `from`, is at `to` after half a `period` and back after a whole one: the traffic of a day. It
/// goes on for `duration`, or for one period. A warm-up goes along the beginning of the same shape.
///
/// ```
/// #[pusher::load(stages(ramp(0, 100, "10s"), hold(100, "1m"), spike(500, "5s"), ramp(100, 0, "5s")))]
/// async fn checkout() {} // 9,250 ticks
///
/// #[pusher::load(steps(from = 10, to = 100, by = 10, each = "10s"))]
/// async fn stairs() {} // 5,500 ticks
///
/// #[pusher::load(sine(from = 10, to = 100, period = "1h"), duration = "2h")]
/// async fn days() {} // 396,000 ticks
/// # fn main() {}
/// ```
///
/// # `arrivals`, `seed`
///
/// With `"poisson"` ticks come at random around the rate or the shape, as those of many users who know nothing of each other: a
/// [Poisson process](https://en.wikipedia.org/wiki/Poisson_point_process). What comes by chance in bunches shows queues that
/// evenly spaced ticks never meet. The same seed makes the same schedule, to the nanosecond; each of several `workers` has its own.
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m", arrivals = "poisson", seed = 7)]
/// async fn checkout() {} // 2,946 ticks; 3,000 on average
/// # fn main() {}
/// ```
///
/// # `concurrency`, `calls`, `pause`
///
/// A closed loop in the place of a rate: so many callers make one call after the other, with a `pause` between two, until
/// `calls` are made, or for `duration`, whichever is first. It **hides queueing**, as the report says too: a slow service gets
/// less load. `due` is when the last call of the caller has ended and the pause is over. `calls` limits an open loop as well,
/// which then ends when the next tick would be due.
///
/// ```
/// #[pusher::load(concurrency = 20, calls = 10_000, pause = "50ms")]
/// async fn pooled() {}
///
/// #[pusher::load(rps = 50, calls = 3_000)]
/// async fn counted() {} // for a minute
/// # fn main() {}
/// ```
///
/// # `time`
///
/// In virtual time the load, its setup and its teardown run on one thread on tokio's paused clock, which moves to the next timer
/// when nothing else is to be done: a day of traffic against an in-process rate limiter, queue or circuit breaker takes seconds, and is
/// the same every time. What such a load waits for must be timers and tasks of that runtime, for the clock does not wait for sockets,
/// and a call that blocks its thread blocks all others. That clock moves in **milliseconds**: a call is begun up to a millisecond
/// after its tick is due (`lag`), and every wait is rounded up to the next one; code that waits for nothing takes no time at all.
///
/// ```
/// #[pusher::load(rps = 10, duration = "24h", arrivals = "poisson", seed = 7, time = "virtual")]
/// async fn limiter() {
///     tokio::time::sleep(std::time::Duration::from_millis(20)).await;
/// }
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
/// Plain fns run where they may block. An error or a panic in either fails the test. A setup that finds no service to put
/// under load calls [`skip`].
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
/// # `setup_worker`, `teardown_worker`
///
/// `setup_worker` runs once for each Worker, or for each caller of a closed loop: a connection each. It takes the `Arc<S>`
/// of `setup` or nothing and returns `W` or `Result<W, E>`; every call gets the `Arc<W>` of its Worker or caller. Where `S`
/// and `W` are one type, a parameter of it is ambiguous: make one of them a struct of its own. The calls of an open loop
/// overlap, so those of one Worker share its `W`.
///
/// `teardown_worker` takes the `Arc<W>` or nothing. It runs for each `W` in reverse order, before `teardown`, whatever
/// became of the calls. Where the third `setup_worker` fails, the load is not made, the first two are torn down, and then
/// `teardown` runs. All teardowns are tried; each that goes wrong is said and fails the test.
///
/// ```
/// use std::net::TcpStream;
/// use std::sync::Arc;
///
/// struct Address(String);
///
/// fn address() -> Address {
///     Address("127.0.0.1:8080".to_string())
/// }
///
/// fn connect(address: Arc<Address>) -> std::io::Result<TcpStream> {
///     TcpStream::connect(&address.0)
/// }
///
/// fn disconnect(stream: Arc<TcpStream>) -> std::io::Result<()> {
///     stream.shutdown(std::net::Shutdown::Both)
/// }
///
/// #[pusher::load(
///     concurrency = 20, duration = "1m",
///     setup = address, setup_worker = connect, teardown_worker = disconnect,
/// )]
/// async fn checkout(stream: Arc<TcpStream>) {} // 20 streams
/// # fn main() {}
/// ```
///
/// # `data`, `data_order`
///
/// `data` is a fn without parameters, which may block, that returns anything that is `IntoIterator`, or a `Result` of that:
/// a collection, a CSV reader, a generator that ends. It runs once, after `setup` and before the clock starts, within
/// `setup_timeout`. Items may be `Result`s; the first error fails the test with the number of its item, from 1. Each call
/// gets an item as the parameter of its type: `T`, a clone, or `Arc<T>`. There has to be an item, and there may be
/// 10,000,000.
///
/// Which item, the number of the tick decides, so it is the same each time. With several Workers, each takes every so
/// manyth:
///
/// * `"round-robin"`: one after the other, and from the first again after the last. The warm-up begins with the first, too.
/// * `"random"`: any, by the seed of the load, the number of the tick and that of the Worker.
/// * `"once"`: one after the other; the run ends when they are used up, and the report says so. No item is handed out
///   twice; the warm-up takes the last ones. A canceled tick's item is not handed to another.
///
/// ```
/// use std::sync::Arc;
///
/// struct User {
///     name: String,
/// }
///
/// fn users() -> std::io::Result<Vec<User>> {
///     let file = std::fs::read_to_string("users.txt")?;
///     Ok(file.lines().map(|line| User { name: line.to_string() }).collect())
/// }
///
/// #[pusher::load(rps = 50, duration = "1m", data = users, data_order = "once")]
/// async fn sign_up(user: Arc<User>) {}
///
/// fn numbers() -> impl Iterator<Item = u64> {
///     (0..).map(|number| number * number).take(1_000)
/// }
///
/// #[pusher::load(rps = 50, duration = "1m", data = numbers)]
/// async fn square_root(number: u64) {}
/// # fn main() {}
/// ```
///
/// # `args`
///
/// A test for each value, which calls get as the parameter of its type: `fetch::1`, `fetch::10` and `fetch::100`. An array
/// of literals takes that type; else it is any expression that is `IntoIterator`, such as a constant, with items that are
/// `Display + Clone + Send + Sync + 'static` (of a `&'static [T]` the fn may take `T`). What a value is displayed as ends
/// the test's name, with `_` for all but letters, digits, `_`, `-` and `.`, so it has to be the same each time. Setup and
/// teardown run for each case; in a farm, each is a load of its own.
///
/// ```
/// #[pusher::load(rps = 50, duration = "1m", args = [1, 10, 100], thresholds(p99 < "250ms"))]
/// async fn fetch(items: u64) {}
///
/// const ROUTES: &[&str] = &["/users", "/orders"];
///
/// #[pusher::load(rps = 50, duration = "1m", args = ROUTES)]
/// async fn get(call: pusher::Call, route: &str) {} // get::_users, get::_orders
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
/// * `step("login").p95`, with the same figures as a response time, and `step("login").errors`: see below.
/// * `count("bytes")`, per second, and `record("queue_depth").p99`, with the same figures, against a number.
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
/// # Steps, counts and records
///
/// [`Call::step`] makes a part of a call a step with times, errors and thresholds of its own, [`Call::count`] and
/// [`Call::record`] take numbers of the call's own. None of it is measured in the warm-up, and none costs anything where it
/// is not used. A step's times are of those that ended `ok`, its `errors` the share of those begun that did not: failed, or
/// unfinished with the call that was dropped around them. A percentile that the steps or records of that name cannot
/// resolve is not judged; a threshold on a name that no call gave makes the load inconclusive, and the report names those
/// that were given.
///
/// ```
/// #[pusher::load(
///     rps = 50, duration = "1m",
///     thresholds(step("login").p95 < "100ms", step("buy").errors < "1%", count("bytes") > 1_000, record("items").p99 < 100),
/// )]
/// async fn checkout(call: pusher::Call) -> Result<(), std::io::Error> {
///     call.step("login", async { Ok::<_, std::io::Error>(()) }).await?;
///     let page = call.step("buy", async { Ok::<_, std::io::Error>("thank you") }).await?;
///     call.count("bytes", page.len() as u64);
///     call.record("items", 3);
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
