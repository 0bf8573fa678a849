#[pusher::load(rps = 50, duration = "1m", thresholds(steps("login").p95 < "1s"))]
async fn misspelled() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(counts("bytes") > 10))]
async fn plural() {}

fn main() {}
