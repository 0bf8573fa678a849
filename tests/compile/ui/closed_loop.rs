#[pusher::load(concurrency = 0, duration = "1m")]
async fn nobody() {}

#[pusher::load(concurrency = 20)]
async fn endless() {}

#[pusher::load(concurrency = 20, calls = 0)]
async fn no_calls() {}

#[pusher::load(concurrency = 20, calls = 100, overtime = 10)]
async fn overtime() {}

#[pusher::load(concurrency = 20, calls = 100, arrivals = "poisson")]
async fn arrivals() {}

#[pusher::load(rps = 50, duration = "1m", pause = "50ms")]
async fn pause_of_an_open_loop() {}

#[pusher::load(concurrency = 20, calls = 100, pause = 50)]
async fn pause_without_unit() {}

fn main() {}
