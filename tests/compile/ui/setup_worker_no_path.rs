#[pusher::load(rps = 50, duration = "1m", setup_worker = connect())]
async fn called() {}

#[pusher::load(rps = 50, duration = "1m", setup_worker = connect, teardown_worker = "disconnect")]
async fn quoted() {}

fn main() {}
