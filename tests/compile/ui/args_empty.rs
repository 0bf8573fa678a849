#[pusher::load(rps = 50, duration = "1m", args = [])]
async fn fetch(size: u64) {
    let _ = size;
}

fn main() {}
