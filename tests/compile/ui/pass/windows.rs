//! Thresholds in windows, and conditions that end the load.

use std::time::Duration;

const LIMIT: &str = "250ms";
const OVER: Duration = Duration::from_secs(10);
const LASTING: &str = "20s";

#[pusher::load(
    rps = 100,
    duration = "2m",
    thresholds(
        p99 < "250ms" over "10s",
        p99 < LIMIT over OVER for LASTING after "30s" abort,
        p99 < LIMIT abort after "30s" for LASTING over OVER,
        errors < "1%" abort,
        canceled == 0 over "1s" abort,
        throughput > 90 over "10s" after OVER,
        step("pay").p95 < "100ms" over "10s",
        count("bytes").per_call < 50 over OVER,
        record("depth").max < 10 after "10s",
    ),
    abort(errors > "50%", service.p50 > LIMIT, over = OVER, for = LASTING, after = "10s"),
)]
async fn all() {}

fn main() {}
