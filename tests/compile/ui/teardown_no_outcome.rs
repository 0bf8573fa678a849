async fn close() -> u8 {
    5
}

#[pusher::load(rps = 50, duration = "1m", teardown = close)]
async fn checkout() {}

fn main() {}
