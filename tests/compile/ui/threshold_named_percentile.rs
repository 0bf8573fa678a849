#[pusher::load(rps = 50, duration = "1m", thresholds(step("login").p100 < "1s"))]
async fn hundred() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(record("queue_depth").p0 < 10))]
async fn zero() {}

fn main() {}
