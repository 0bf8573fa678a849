const TIMEOUT: u64 = 30;

#[pusher::load(rps = 50, duration = "1m", timeout = TIMEOUT)]
async fn checkout() {}

fn main() {}
