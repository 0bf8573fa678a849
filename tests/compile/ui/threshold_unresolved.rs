#[pusher::load(rps = 5, duration = "10s", thresholds(p50 < "100ms", p99 < "250ms"))]
async fn p99() {}

#[pusher::load(rps = 0.1, duration = "1m 30s", thresholds(lag.p99.9 < "1ms"))]
async fn lag() {}

fn main() {}
