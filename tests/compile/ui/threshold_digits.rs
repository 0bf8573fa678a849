#[pusher::load(rps = 50, duration = "1m", thresholds(errors < "0.0000000000001%"))]
async fn share() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99.9999999999999 < "1s"))]
async fn percentile() {}

fn main() {}
