#[pusher::load(rps = 50, duration = "1m")]
async fn checkout(call: pusher::Call) {
    let _ = call.step("login", async { true }).await;
}

fn main() {}
