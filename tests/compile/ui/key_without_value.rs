#[pusher::load(rps = 50, duration)]
async fn alone() {}

#[pusher::load(rps = 50, duration = "1m", thresholds = (p99 < "250ms"))]
async fn with_equals_sign() {}

#[pusher::load(rps(50), duration = "1m")]
async fn with_parentheses() {}

fn main() {}
