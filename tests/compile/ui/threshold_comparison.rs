#[pusher::load(rps = 50, duration = "1m", thresholds(p99 = "250ms"))]
async fn assignment() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(errors != 0))]
async fn inequality() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99.9: "250ms"))]
async fn colon() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99("250ms")))]
async fn parentheses() {}

fn main() {}
