fn users() -> Vec<u64> {
    vec![5]
}

#[pusher::load(rps = 50, duration = "1m", data = users, data_order = "twice")]
async fn unknown(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", data = users, data_order = once)]
async fn without_quotes(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", data_order = "once")]
async fn without_data() {
    users();
}

fn main() {}
