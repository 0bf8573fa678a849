#[pusher::load(rps = 50, duration = "fast")]
async fn duration() {}

#[pusher::load(rps = 50, duration = "1m", warmup = "5")]
async fn warmup() {}

#[pusher::load(rps = 50, duration = "1m", timeout = "1 fortnight")]
async fn timeout() {}

#[pusher::load(rps = 50, duration = "1m", grace = "")]
async fn grace() {}

#[pusher::load(rps = 50, duration = "1m", setup_timeout = "-1s")]
async fn setup_timeout() {}

fn main() {}
