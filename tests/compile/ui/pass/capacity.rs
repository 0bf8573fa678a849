//! Limits and keys stand side by side, in any order, literal or not.
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_millis(200);
const SHARE: &str = "1%";
const RATE: f64 = 500.0;

#[pusher::capacity(p99 < "200ms")]
async fn one() {}

#[pusher::capacity(
    at_least = RATE, p99.9 <= LIMIT, errors < SHARE, canceled == 0, service.p50 < "1s",
    budget = "10m", overtime = 1_000, warmup = "1s", timeout = "2s", grace = "1s", workers = 3,
    arrivals = "uniform", time = "virtual", seed = 7, name = "many",
)]
async fn many() {}

#[pusher::capacity(errors == 0, at_least = "7/m", setup = shop, data = users, args = [1u8, 2])]
async fn with_values(_: Arc<String>, _: u32, _: u8) -> Result<(), String> {
    Ok(())
}

fn shop() -> String {
    String::new()
}

fn users() -> Vec<u32> {
    vec![1]
}

fn main() {}
