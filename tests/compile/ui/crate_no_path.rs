#[pusher::load(rps = 50, duration = "1m", crate = "pusher")]
async fn checkout() {}

fn main() {}
