const LIMIT: Option<&str> = Some("250ms");

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < LIMIT))]
async fn checkout() {}

fn main() {}
