//! Shapes, closed loops, arrivals and clocks, with literals and expressions.
use std::time::Duration;

const PEAK: f32 = 500.5;
const MINUTE: Duration = Duration::from_secs(60);

#[pusher::load(stages(ramp(0, 100, "10s"), hold(100, "1m"), spike(500, "5s"), ramp(100, 0, "5s")), thresholds(p99.9 < "1s"))]
async fn stages() {}

#[pusher::load(stages(ramp(0.5, PEAK, MINUTE), hold(0, "1s"),), warmup = "1s", workers = 2)]
async fn stages_of_expressions() {}

#[pusher::load(steps(from = 10, to = 100, by = 10, each = "10s"))]
async fn steps() {}

#[pusher::load(steps(each = 2 * MINUTE, by = PEAK / 7.0, to = 0, from = PEAK))]
async fn steps_of_expressions() {}

#[pusher::load(sine(from = 10, to = 100, period = "1d"), arrivals = "poisson", seed = 7, time = "virtual")]
async fn sine() {}

#[pusher::load(sine(from = 10, to = 100, period = "1h"), duration = "2h", calls = u64::MAX, arrivals = if cfg!(unix) { "poisson" } else { "uniform" })]
async fn sine_for_a_time() {}

#[pusher::load(rps = 50, calls = 10_000, arrivals = "uniform", time = "real", thresholds(p99.99 < "1s"))]
async fn calls() {}

#[pusher::load(concurrency = 20, calls = 10_000, pause = "50ms", thresholds(p99 < "1s", throughput > 100))]
async fn closed() {}

#[pusher::load(concurrency = 2 * 10, duration = MINUTE, calls = 5, pause = Duration::ZERO, workers = 3, warmup = "1s")]
async fn closed_with_expressions() {}

fn main() {}
