#[pusher::load(rps = 50, duration = "1m")]
async fn checkout(call: &pusher::Call) {
    let _ = call;
}

fn main() {}
