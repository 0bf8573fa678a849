#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < baseline * 1.1))]
async fn times() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < "baseline + 10%"))]
async fn in_quotes() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < baseline + 10%))]
async fn percentage_without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < baseline + "fast"))]
async fn no_part() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < baseline + "10%" + "5%"))]
async fn two_percentages() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < baseline - "10%"))]
async fn better() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 > baseline + "10%"))]
async fn longer() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(errors < baseline + "1%", max < baseline))]
async fn other_metrics() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < other + "10%"))]
async fn no_other() {}

fn main() {}
