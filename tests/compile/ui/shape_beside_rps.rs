#[pusher::load(rps = 50, stages(hold(100, "1m")))]
async fn rps_and_stages() {}

#[pusher::load(concurrency = 20, calls = 100, rps = 50)]
async fn concurrency_and_rps() {}

#[pusher::load(stages(hold(100, "1m")), duration = "2m")]
async fn stages_and_duration() {}

#[pusher::load(duration = "2m", steps(from = 1, to = 2, by = 1, each = "1s"))]
async fn steps_and_duration() {}

fn main() {}
