#[pusher::load(rps = 50, duration = 30)]
async fn number() {}

#[pusher::load(rps = 50, duration = 90s)]
async fn without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", grace = false)]
async fn switch() {}

fn main() {}
