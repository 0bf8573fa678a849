//! What the engine costs and how exact it is, beside the least that any generator must do and what
//! people write by hand.
//!
//! ```text
//! cargo bench -p pusher-load --bench engine              # the whole table, about two minutes
//! cargo bench -p pusher-load --bench engine -- 100000    # the rows whose name contains this
//! ```
//!
//! One row alone, and for as long as is asked, prints its figures by tabs: calls made, share made
//! in time, cores, CPU per call in nanoseconds, lag, and peak memory, which does not grow with the
//! length of a run:
//!
//! ```text
//! cargo bench -p pusher-load --bench engine -- --row load ready 100000 60
//! cargo bench -p pusher-load --bench engine -- --row load ready 100000 600
//! ```
//!
//! The rows `load` are loads as users write them, with the attribute. The rows `library`, and those
//! with a gossiper, a channel or a ramp, are of `Worker::work` and its kin in a runtime of this
//! program.
//!
//! Every row runs in a process of its own, so that CPU time and peak memory are that row's. The
//! floor is measured first: a clock, a call, a clock and three histograms, on one thread. CPU per
//! call is given in floors too, which is the figure to compare across machines.

mod load_binary;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use load_binary::{EXACT, Made, OF_THIS_PROCESS, begin, cpu_seconds, end, peak_megabytes};
use pusher::{Gossip, Gossiper, Report, Shape, Stage, Worker};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

/// What a row measures: `floor`, or a generator, its target, and ticks per second.
struct Row {
    generator: &'static str,
    target: &'static str,
    rps: u64,
}

const SECONDS: u64 = 3;
const FLOOR_CALLS: u64 = 20_000_000;

fn rows() -> Vec<Row> {
    let row = |generator, target, rps| Row { generator, target, rps };
    let mut rows: Vec<Row> = [10_000, 100_000, 1_000_000, 10_000_000, 20_000_000]
        .map(|rps| row("load", "ready", rps))
        .into();
    rows.extend([
        row("load", "poisson", 1_000_000),
        row("load", "yield", 1_000_000),
        row("load", "sleep", 100_000),
        row("load", "sleep", 300_000),
        row("load", "sleep", 1_000_000),
        row("load", "flight", 333_334),
        row("load", "block", 1_000),
        row("by-hand", "ready", 100_000),
        row("by-hand", "ready", 1_000_000),
        row("by-hand", "sleep", 1_000_000),
        row("library", "ready", 10_000),
        row("library", "ready", 100_000),
        row("library", "ready", 1_000_000),
        row("library", "ready", 10_000_000),
        row("library", "sleep", 100_000),
        row("library", "sleep", 1_000_000),
        row("library", "flight", 333_334),
        row("gossip-0", "ready", 3_000_000),
        row("gossip-1", "ready", 3_000_000),
        row("gossip-3", "ready", 3_000_000),
        row("channel", "ready", 1_000_000),
        row("ramp", "ready", 1_000_000),
    ]);
    rows
}

impl Row {
    fn name(&self) -> String {
        format!("{} {} {}", self.generator, self.target, self.rps)
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match &args[..] {
        [exact, ..] if exact == EXACT => return load_binary::run(),
        [row, generator, target, rps, seconds @ ..] if row == "--row" => {
            let seconds = seconds.first().map_or(SECONDS, |text| text.parse().expect("seconds"));
            measure(generator, target, rps.parse().expect("a rate"), seconds);
        }
        filters => print_table(filters),
    }
    ExitCode::SUCCESS
}

fn print_table(filters: &[String]) {
    println!(
        "{:<28} {:>12} {:>8} {:>7} {:>9} {:>7} {:>24} {:>9}",
        "", "made", "in time", "cores", "CPU/call", "floors", "lag p50/p99/p99.9 µs", "peak MB"
    );
    let floor = run_row("floor", "ready", FLOOR_CALLS, None);
    for row in rows()
        .into_iter()
        .filter(|row| filters.iter().all(|filter| row.name().contains(filter.as_str())))
    {
        run_row(row.generator, row.target, row.rps, Some(floor));
    }
}

/// Runs a row in a child process and prints its line; gives the CPU time per call in nanoseconds.
fn run_row(generator: &str, target: &str, rps: u64, floor: Option<f64>) -> f64 {
    let output = load_binary::this_program()
        .args(["--row", generator, target, &rps.to_string()])
        .output()
        .expect("this program runs");
    let line = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<&str> = line.trim().split('\t').collect();
    let [made, in_time, cores, nanos, lag, peak] = figures[..] else {
        panic!("{generator} {target} {rps}: {line}{}", String::from_utf8_lossy(&output.stderr))
    };
    let per_call: f64 = nanos.parse().expect("nanoseconds");
    let floors = floor.map_or(1.0, |floor| per_call / floor);
    println!(
        "{:<28} {made:>12} {in_time:>7}% {cores:>7} {nanos:>6} ns {floors:>7.2} {lag:>24} {peak:>9}",
        format!("{generator} {target} {rps}")
    );
    per_call
}

fn measure(generator: &str, target: &str, rps: u64, seconds: u64) {
    let (before, began) = (cpu_seconds(OF_THIS_PROCESS), Instant::now());
    let seen = match generator {
        "load" => {
            let (seen, spent) = load(target, rps, seconds);
            return print_figures(&seen, &spent);
        }
        "floor" => floor(rps),
        "by-hand" => by_hand(target == "sleep", rps, seconds),
        "channel" => through_channel(rps, seconds),
        "ramp" => ramp(worker(target), rps, seconds),
        gossip => {
            let gossipers = gossip
                .strip_prefix("gossip-")
                .map_or(0, |n| n.parse().expect("a number of gossipers"));
            library(
                (0..gossipers).fold(worker(target), |worker, _| worker.gossiper(Nothing)),
                rps,
                seconds,
            )
        }
    };
    let spent = Spent {
        cpu_seconds: cpu_seconds(OF_THIS_PROCESS) - before,
        elapsed: began.elapsed(),
        peak_megabytes: peak_megabytes(),
    };
    print_figures(&seen, &spent);
}

struct Seen {
    made: u64,
    /// The share of the asked rate that was made over the time until the last call ended.
    in_time: f64,
    lag: String,
}

struct Spent {
    cpu_seconds: f64,
    elapsed: Duration,
    peak_megabytes: f64,
}

fn print_figures(seen: &Seen, spent: &Spent) {
    println!(
        "{}\t{:.1}\t{:.2}\t{:.1}\t{}\t{:.1}",
        seen.made,
        seen.in_time * 100.0,
        spent.cpu_seconds / spent.elapsed.as_secs_f64(),
        spent.cpu_seconds * 1e9 / seen.made.max(1) as f64,
        seen.lag,
        spent.peak_megabytes
    );
}

#[pusher::load(rps = 1_000, duration = "3s", setup = begin, teardown = end)]
async fn ready() -> Result<u32, String> {
    Ok(black_box(42))
}

#[pusher::load(
    rps = 1_000, duration = "3s", arrivals = "poisson", seed = 7,
    setup = begin, teardown = end,
)]
async fn poisson() -> Result<u32, String> {
    ready().await
}

#[pusher::load(name = "yield", rps = 1_000, duration = "3s", setup = begin, teardown = end)]
async fn yield_once() {
    tokio::task::yield_now().await;
}

#[pusher::load(rps = 1_000, duration = "3s", setup = begin, teardown = end)]
async fn sleep() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

/// In flight until the end, with nothing of its own: the peak memory, divided by the calls, is what
/// one costs.
#[pusher::load(rps = 1_000, duration = "3s", grace = "0s", setup = begin, teardown = end)]
async fn flight() {
    std::future::pending().await
}

#[pusher::load(rps = 1_000, duration = "3s", setup = begin, teardown = end)]
async fn block() {
    std::thread::sleep(Duration::from_millis(1));
}

/// The load of this name, as a user's `cargo test` makes it.
fn load(name: &str, rps: u64, seconds: u64) -> (Seen, Spent) {
    let flags = [
        format!("--rps={rps}"),
        format!("--duration={seconds}s"),
        format!("--overtime={}", u64::MAX),
    ];
    let made = Made::new(name, &flags, None);
    let elapsed = Duration::from_nanos(made.count("/elapsed"));
    let started = made.count("/ledger/started");
    let seen = Seen {
        made: started,
        in_time: started as f64 / elapsed.as_secs_f64() / rps as f64,
        lag: micros(["p50", "p99", "p99_9"].map(|name| made.figure(&format!("/lag/{name}")))),
    };
    let spent = Spent {
        cpu_seconds: made.figure("/spent/cpu_seconds"),
        elapsed,
        peak_megabytes: made.figure("/spent/peak_megabytes"),
    };
    (seen, spent)
}

/// The floor: what no generator that keeps three times per call can go below.
fn floor(calls: u64) -> Seen {
    let shard = Mutex::new([0; 3].map(|_| histogram()));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for _ in 0..calls {
            let start = Instant::now();
            black_box(ready().await).ok();
            let end = Instant::now();
            let mut histograms = shard.lock().expect("not poisoned");
            for (histogram, time) in
                histograms.iter_mut().zip([end - start, end - start, Duration::ZERO])
            {
                histogram.saturating_record(time.as_nanos() as u64);
            }
        }
    });
    Seen { made: calls, in_time: 1.0, lag: "-".to_string() }
}

/// What people write by hand: an interval, a semaphore, and a task per call.
fn by_hand(sleeps: bool, rps: u64, seconds: u64) -> Seen {
    const SLOTS: usize = 1_000_000;
    let lags = Arc::new(Mutex::new(histogram()));
    let ticks = rps * seconds;
    let elapsed = runtime().block_on(async {
        let began = Instant::now();
        let slots = Arc::new(Semaphore::new(SLOTS));
        let mut interval = tokio::time::interval(Duration::from_nanos(1_000_000_000 / rps));
        for tick in 0..ticks {
            interval.tick().await;
            let Ok(permit) = slots.clone().try_acquire_owned() else { continue };
            let lags = lags.clone();
            tokio::spawn(async move {
                let lag = began
                    .elapsed()
                    .saturating_sub(Duration::from_nanos(tick * 1_000_000_000 / rps));
                if sleeps {
                    sleep().await;
                } else {
                    black_box(ready().await).ok();
                }
                lags.lock().expect("not poisoned").saturating_record(lag.as_nanos() as u64);
                drop(permit);
            });
        }
        let _all = slots.acquire_many(SLOTS as u32).await;
        began.elapsed()
    });
    let lags = lags.lock().expect("not poisoned");
    Seen {
        made: lags.len(),
        in_time: lags.len() as f64 / elapsed.as_secs_f64().max(seconds as f64) / rps as f64,
        lag: micros([0.5, 0.99, 0.999].map(|share| lags.value_at_quantile(share) as f64)),
    }
}

struct Nothing;

impl Gossiper for Nothing {
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        black_box(gossip.seq());
    }
}

fn worker(target: &str) -> Worker {
    let worker = match target {
        "ready" => Worker::hire("ready", ready),
        "yield" => Worker::hire("yield", yield_once),
        "sleep" => Worker::hire("sleep", sleep),
        "block" => Worker::hire("block", block),
        "flight" => Worker::hire("flight", flight).grace(Duration::ZERO),
        other => panic!("no target {other}"),
    };
    worker.overtime(u64::MAX)
}

fn library(worker: Worker, rps: u64, seconds: u64) -> Seen {
    let report =
        runtime().block_on(worker.work(rps, Duration::from_secs(seconds))).expect("it works");
    assert!(report.ledger.balances(), "{:?}", report.ledger);
    seen(&report, rps)
}

/// At a rate that grows from 0 to twice the mean.
fn ramp(worker: Worker, rps: u64, seconds: u64) -> Seen {
    let ramp = Stage::ramp(0, 2 * rps, Duration::from_secs(seconds));
    let shape = Shape::stages([ramp]).expect("a shape");
    let report = runtime().block_on(worker.work_to(shape)).expect("it works");
    assert!(report.ledger.balances(), "{:?}", report.ledger);
    seen(&report, rps)
}

/// With a listener in a task of its own, which here is as fast as it can be.
fn through_channel(rps: u64, seconds: u64) -> Seen {
    let runtime = runtime();
    let (sender, mut receiver) = pusher::channel(100_000);
    let listener = runtime.spawn(async move {
        let mut received = 0;
        while receiver.recv().await.is_some() {
            received += 1;
        }
        received + receiver.missed()
    });
    let report = runtime
        .block_on(worker("ready").gossiper(sender).work(rps, Duration::from_secs(seconds)))
        .expect("it works");
    let told = 2 * report.ledger.started + report.ledger.canceled;
    assert_eq!(
        runtime.block_on(listener).expect("it listens"),
        told,
        "a gossip was lost uncounted"
    );
    seen(&report, rps)
}

fn seen(report: &Report, rps: u64) -> Seen {
    Seen {
        made: report.ledger.started,
        in_time: report.ledger.started as f64 / report.elapsed.as_secs_f64() / rps as f64,
        lag: micros(
            [50.0, 99.0, 99.9].map(|percent| report.lag.percentile(percent).as_nanos() as f64),
        ),
    }
}

fn micros(nanos: [f64; 3]) -> String {
    nanos.map(|nanos| format!("{:.0}", nanos / 1e3)).join(" / ")
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("bounds")
}
