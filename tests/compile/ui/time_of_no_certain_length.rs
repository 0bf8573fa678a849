#[pusher::load(rps = 50, duration = "1 month")]
async fn month() {}

#[pusher::load(rps = 50, duration = "1y")]
async fn year() {}

fn main() {}
