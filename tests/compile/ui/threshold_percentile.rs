#[pusher::load(rps = 50, duration = "1m", thresholds(p100 < "250ms"))]
async fn hundred() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(service.p0 < "250ms"))]
async fn zero() {}

fn main() {}
