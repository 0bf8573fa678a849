#[pusher::load(concurrency = 20, duration = "1m", compare = old_checkout)]
async fn callers() {}

#[pusher::load(
    concurrency = stages(ramp(0, 20, "10s"), hold(20, "1m")), compare = old_checkout,
)]
async fn callers_over_time() {}

async fn old_checkout() {}

fn main() {}
