#[pusher::load(concurrency = stages())]
async fn none() {}

#[pusher::load(concurrency = stages(hodl(20, "1m"), hold(2.5, "1m"), hold(100_001, "0s")))]
async fn wrong_stages() {}

#[pusher::load(concurrency = stages(hold("7/m", "1m"), hold(20)))]
async fn rates() {}

#[pusher::load(concurrency = stages(hold(0, "1m"), ramp(0, 1, "1m")))]
async fn nobody() {}

#[pusher::load(concurrency = steps(from = 1, to = 5, by = 0, each = "10s"))]
async fn no_step() {}

#[pusher::load(concurrency = steps(1, 5, 1, "10s"))]
async fn steps_without_names() {}

#[pusher::load(concurrency = sine(from = 1, to = 5, period = "1d"))]
async fn sine() {}

#[pusher::load(concurrency = ramp(0, 20, "10s"))]
async fn a_stage_alone() {}

#[pusher::load(concurrency = stages(hold(20, "1m")), duration = "2m")]
async fn duration_too() {}

#[pusher::load(concurrency = steps(from = 1, to = 5, by = 1, each = "10s"), overtime = 5)]
async fn overtime_too() {}

#[pusher::load(concurrency = 20, stages(hold(20, "1m")))]
async fn two_keys() {}

#[pusher::load(concurrency(stages(hold(20, "1m"))))]
async fn parentheses() {}

fn main() {}
