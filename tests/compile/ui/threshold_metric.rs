#[pusher::load(rps = 50, duration = "1m", thresholds(cancelled == 0))]
async fn misspelled() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99_9 < "250ms"))]
async fn underscore() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(latency < "250ms"))]
async fn like_no_other() {}

#[pusher::load(rps = 50, duration = "1m", thresholds("p99" < "250ms"))]
async fn quoted() {}

fn main() {}
