#[pusher::load(rps = 50, duration = "1m")]
#[pusher::load(rps = 100, duration = "1m")]
async fn checkout() {}

fn main() {
    drop(checkout());
}
