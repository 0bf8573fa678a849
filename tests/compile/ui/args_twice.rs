#[pusher::load(rps = 50, duration = "1m", args = [1, 10, 0x1])]
async fn fetch(size: u64) {
    let _ = size;
}

fn main() {}
