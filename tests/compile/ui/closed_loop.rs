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

#[pusher::load(concurrency = 20, calls = 100, pause = "3s..1s")]
async fn pause_that_ends_before_it_begins() {}

#[pusher::load(concurrency = 20, calls = 100, pause = "1s..")]
async fn pause_without_end() {}

#[pusher::load(concurrency = 20, calls = 100, pause = 1s..3s)]
async fn pause_without_quotes() {}

#[pusher::load(concurrency = 20, calls = 100, pause = "1s..1s", seed = 7)]
async fn seed_of_a_fixed_pause() {}

#[pusher::load(concurrency = 20, calls = 100, pause = PAUSE)]
async fn pause_of_another_type() {}

const PAUSE: u32 = 50;

fn main() {}
