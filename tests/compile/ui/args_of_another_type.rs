#[pusher::load(rps = 50, duration = "1m", args = ["GET", "POST"])]
async fn fetch(size: u64) {
    let _ = size;
}

fn main() {}
