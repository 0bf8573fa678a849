//! A limit that follows a baseline: percentages, times and numbers, as literals or const
//! expressions.
use std::time::Duration;

const MARGIN: &str = "10%";
const SLACK: Duration = Duration::from_millis(5);
const LESS: f64 = 2.5;

#[pusher::load(
    rps = 50, duration = "1m",
    thresholds(
        p99 < baseline,
        p99 < baseline + "10%",
        p95 <= (baseline + "10%" + "5ms"),
        p50 < baseline + MARGIN + SLACK,
        service.mean < baseline + "0.5%",
        step("login").p90 < baseline + "150%",
        throughput > baseline - "5%",
        throughput >= baseline - LESS,
    ),
)]
async fn checkout() {}

fn main() {}
