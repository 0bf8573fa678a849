#[pusher::load(rps = 50, duration = "1m", rps = 60)]
async fn value() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < "250ms"), thresholds(errors < "1%"))]
async fn thresholds() {}

fn main() {}
