#[pusher::load(rps = 50, duration = "1m", thresholds(step("login").p95 < 100))]
async fn step_without_unit() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(step("login").p95 < 100ms))]
async fn step_without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(step("login").errors < 0.01))]
async fn fraction() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(count("bytes") > "1MB"))]
async fn text() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(record("queue_depth").p99 < "10ms"))]
async fn time() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(step("login").p95))]
async fn none() {}

fn main() {}
