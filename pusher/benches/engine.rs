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
//! cargo bench -p pusher-load --bench engine -- --row pusher ready 100000 60
//! cargo bench -p pusher-load --bench engine -- --row pusher ready 100000 600
//! ```
//!
//! Every row runs in a process of its own, so that CPU time and peak memory are that row's. The
//! floor is measured first: a clock, a call, a clock and three histograms, on one thread. CPU per
//! call is given in floors too, which is the figure to compare across machines.

use std::hint::black_box;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
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
    let sweep = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    let mut rows = vec![
        row("by-hand", "ready", 1_000),
        row("by-hand", "ready", 100_000),
        row("by-hand", "ready", 1_000_000),
    ];
    rows.extend(sweep.map(|rps| row("pusher", "ready", rps)));
    rows.extend([
        row("pusher", "ready", 20_000_000),
        row("pusher", "yield", 1_000_000),
        row("pusher", "sleep", 100_000),
        row("by-hand", "sleep", 1_000_000),
        row("pusher", "sleep", 1_000_000),
        row("pusher", "block", 1_000),
        row("gossip-0", "ready", 3_000_000),
        row("gossip-1", "ready", 3_000_000),
        row("gossip-3", "ready", 3_000_000),
        row("channel", "ready", 1_000_000),
        row("ramp", "ready", 100_000),
        row("ramp", "ready", 1_000_000),
        row("poisson", "ready", 100_000),
        row("poisson", "ready", 1_000_000),
        row("pusher", "flight", 333_334),
    ]);
    rows
}

impl Row {
    fn name(&self) -> String {
        format!("{} {} {}", self.generator, self.target, self.rps)
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [row, generator, target, rps, seconds @ ..] = &args[..]
        && row == "--row"
    {
        let seconds = seconds.first().map_or(SECONDS, |seconds| seconds.parse().expect("seconds"));
        return measure(generator, target, rps.parse().expect("a rate"), seconds);
    }
    println!(
        "{:<28} {:>12} {:>8} {:>7} {:>9} {:>7} {:>24} {:>9}",
        "", "made", "in time", "cores", "CPU/call", "floors", "lag p50/p99/p99.9 µs", "peak MB"
    );
    let floor = run_row("floor", "ready", FLOOR_CALLS, None);
    for row in rows()
        .into_iter()
        .filter(|row| args.iter().all(|filter| row.name().contains(filter.as_str())))
    {
        run_row(row.generator, row.target, row.rps, Some(floor));
    }
}

/// Runs a row in a child process and prints its line; gives the CPU time per call in nanoseconds.
fn run_row(generator: &str, target: &str, rps: u64, floor: Option<f64>) -> f64 {
    let program = std::env::current_exe().expect("a path to this program");
    let output = Command::new(program)
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
    let (before, began) = (cpu_seconds(), Instant::now());
    let seen = match generator {
        "floor" => floor(rps),
        "by-hand" => by_hand(target == "sleep", rps, seconds),
        "channel" => through_channel(rps, seconds),
        "ramp" | "poisson" => shaped(generator, worker(target), rps, seconds),
        gossip => {
            let gossipers = gossip
                .strip_prefix("gossip-")
                .map_or(0, |n| n.parse().expect("a number of gossipers"));
            pusher(
                (0..gossipers).fold(worker(target), |worker, _| worker.gossiper(Nothing)),
                rps,
                seconds,
            )
        }
    };
    let (cpu, elapsed) = (cpu_seconds() - before, began.elapsed().as_secs_f64());
    println!(
        "{}\t{:.1}\t{:.2}\t{:.1}\t{}\t{:.1}",
        seen.made,
        seen.in_time * 100.0,
        cpu / elapsed,
        cpu * 1e9 / seen.made.max(1) as f64,
        seen.lag,
        peak_megabytes()
    );
}

struct Seen {
    made: u64,
    /// The share of the asked rate that was made over the time until the last call ended.
    in_time: f64,
    lag: String,
}

async fn ready() -> Result<u32, String> {
    Ok(black_box(42))
}

async fn sleep() {
    tokio::time::sleep(Duration::from_millis(5)).await;
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
    let micros = |quantile| lags.value_at_quantile(quantile) as f64 / 1e3;
    Seen {
        made: lags.len(),
        in_time: lags.len() as f64 / elapsed.as_secs_f64().max(seconds as f64) / rps as f64,
        lag: format!("{:.0} / {:.0} / {:.0}", micros(0.5), micros(0.99), micros(0.999)),
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
        "yield" => Worker::hire("yield", async || tokio::task::yield_now().await),
        "sleep" => Worker::hire("sleep", sleep),
        "block" => Worker::hire("block", async || std::thread::sleep(Duration::from_millis(1))),
        // In flight until the end, with nothing of its own: the peak memory, divided by the calls,
        // is what one costs.
        "flight" => Worker::hire("flight", async || std::future::pending::<()>().await)
            .grace(Duration::ZERO),
        other => panic!("no target {other}"),
    };
    worker.overtime(u64::MAX)
}

fn pusher(worker: Worker, rps: u64, seconds: u64) -> Seen {
    let report =
        runtime().block_on(worker.work(rps, Duration::from_secs(seconds))).expect("it works");
    assert!(report.ledger.balances(), "{:?}", report.ledger);
    seen(&report, rps)
}

/// At a rate that grows from 0 to twice the mean, or at random around the mean.
fn shaped(shape: &str, worker: Worker, rps: u64, seconds: u64) -> Seen {
    let duration = Duration::from_secs(seconds);
    let shape = match shape {
        "ramp" => Shape::stages([Stage::ramp(0, 2 * rps, duration)]).expect("a shape"),
        _ => Shape::constant(rps, duration).expect("a rate").poisson(7),
    };
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
    let micros = |percent| report.lag.percentile(percent).as_nanos() as f64 / 1e3;
    Seen {
        made: report.ledger.started,
        in_time: report.ledger.started as f64 / report.elapsed.as_secs_f64() / rps as f64,
        lag: format!("{:.0} / {:.0} / {:.0}", micros(50.0), micros(99.0), micros(99.9)),
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("bounds")
}

/// User and system time of this process, from Linux's `/proc/self/stat` (fields 14 and 15, in
/// hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| {
        fields.get(field - 3).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or(f64::NAN)
    };
    (ticks(14) + ticks(15)) / 100.0
}

fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().split(' ').next()?.parse::<f64>().ok())
        .map_or(f64::NAN, |kilobytes| kilobytes / 1e3)
}
