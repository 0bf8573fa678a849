#[pusher::load(steps(from = 10, to = 100, by = 10))]
async fn no_time() {}

#[pusher::load(steps(from = 10, to = 100, step = 10, each = "10s"))]
async fn unknown() {}

#[pusher::load(steps(from = 10, to = 100, by = 0, each = "10s"))]
async fn no_step() {}

#[pusher::load(sine(from = 10, from = 100, period = "1d"))]
async fn twice() {}

#[pusher::load(sine(10, 100, "1d"))]
async fn no_names() {}

#[pusher::load(sine(from = "low", to = 100, period = 5))]
async fn wrong_values() {}

fn main() {}
