#[pusher::load(stages(ramp(0, 9, "10s")), thresholds(p99 < "250ms"))]
async fn stages() {}

#[pusher::load(rps = 50, calls = 99, thresholds(p99 < "250ms"))]
async fn calls() {}

#[pusher::load(concurrency = 20, calls = 50, thresholds(max < "1s", p99 < "250ms"))]
async fn closed() {}

fn main() {}
