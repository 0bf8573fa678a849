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

#[pusher::load(concurrency = stages(ramp(0, 20, "10s"), hold(20, "1m"), spike(50, "5s"), ramp(20, 0, "5s")), pause = "50ms")]
async fn callers_over_time() {}

const MANY: u8 = 50;

#[pusher::load(concurrency = (stages(ramp(MANY / 5, MANY, MINUTE), hold(0, "1s"),)), calls = 1_000, warmup = "1s", workers = 2)]
async fn callers_of_expressions() {}

#[pusher::load(concurrency = steps(each = 2 * MINUTE, by = MANY / 7, to = 0, from = MANY), setup_worker = String::new)]
async fn steps_of_callers() {}

fn main() {}
