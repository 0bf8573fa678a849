#[pusher::load(rps = 50, duration = "1m", args = 5)]
async fn one(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", args = (1, 10))]
async fn tuple(_: u64) {}

fn main() {}
