#[pusher::load(rps = 50, duration = "1m", args = [1, 10])]
async fn fetch() {}

fn main() {}
