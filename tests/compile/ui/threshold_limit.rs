#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < "fast"))]
async fn no_duration() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < 250))]
async fn no_unit() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99 < 250ms))]
async fn duration_without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(errors < 0.01))]
async fn fraction() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(canceled < "101%"))]
async fn more_than_all() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(errors < 1%))]
async fn percentage_without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(throughput > "49.5"))]
async fn throughput_in_quotes() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(throughput > -1))]
async fn negative_throughput() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(p99))]
async fn none() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(errors <=))]
async fn none_after_comparison() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(errors < "5"))]
async fn number_in_quotes() {}

fn main() {}
