#[pusher::load(rps = 1, duration = "4s", workers = 5, thresholds(p90 < "100ms", p99 < "250ms"))]
async fn checkout() {}

fn main() {}
