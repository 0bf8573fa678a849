#[pusher::load(rps = 50, duration = "1m", overtime = -1)]
async fn negative() {}

#[pusher::load(rps = 50, duration = "1m", overtime = 1.5)]
async fn fraction() {}

#[pusher::load(rps = 50, duration = "1m", overtime = "10")]
async fn text() {}

fn main() {}
