#[pusher::load(rps = 50, duration = "1m", thresholds(step.p95 < "1s"))]
async fn bare() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(step(login).p95 < "1s"))]
async fn without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(count() > 10))]
async fn empty_parentheses() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(record("a", "b").max < 10))]
async fn two() {}

fn main() {}
