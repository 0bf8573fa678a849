const WORKERS: Option<u8> = Some(5);

#[pusher::load(rps = 50, duration = "1m", workers = WORKERS)]
async fn checkout() {}

fn main() {}
