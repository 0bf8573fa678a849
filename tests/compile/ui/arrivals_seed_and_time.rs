#[pusher::load(rps = 50, duration = "1m", arrivals = "exponential")]
async fn arrivals() {}

#[pusher::load(rps = 50, duration = "1m", arrivals = poisson)]
async fn arrivals_without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", seed = 7)]
async fn seed_for_nothing() {}

#[pusher::load(rps = 50, duration = "1m", arrivals = "poisson", seed = -7)]
async fn negative_seed() {}

#[pusher::load(rps = 50, duration = "1m", time = "fast")]
async fn time() {}

fn main() {}
