#[derive(Clone)]
struct Size(u64);

#[pusher::load(rps = 50, duration = "1m", args = [Size(1), Size(10)])]
async fn fetch(size: Size) {
    let _ = size.0;
}

fn main() {}
