#[pusher::load(rps = 50, duration = "0s")]
async fn duration() {}

#[pusher::load(rps = 50, duration = "1m", timeout = "0ms")]
async fn timeout() {}

#[pusher::load(rps = 50, duration = "1m", setup_timeout = "0s")]
async fn setup_timeout() {}

fn main() {}
