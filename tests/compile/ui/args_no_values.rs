const SIZE: u64 = 5;

#[pusher::load(rps = 50, duration = "1m", args = SIZE)]
async fn fetch(size: u64) {
    let _ = size;
}

fn main() {}
