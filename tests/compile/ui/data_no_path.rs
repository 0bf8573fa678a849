#[pusher::load(rps = 50, duration = "1m", data = [1, 2])]
async fn array(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", data = "users.csv")]
async fn file(_: u64) {}

fn main() {}
