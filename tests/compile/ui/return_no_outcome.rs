#[pusher::load(rps = 50, duration = "1m")]
async fn checkout(call: pusher::Call) -> u64 {
    call.seq()
}

fn main() {}
