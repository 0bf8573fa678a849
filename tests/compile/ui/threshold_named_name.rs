#[pusher::load(rps = 50, duration = "1m", thresholds(step("").p95 < "1s"))]
async fn empty() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(step("log\nin").p95 < "1s"))]
async fn control() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(count("\"bytes\"") > 10))]
async fn quotation_mark() {}

fn main() {}
