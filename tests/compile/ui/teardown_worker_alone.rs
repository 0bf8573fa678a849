fn disconnect() {}

#[pusher::load(rps = 50, duration = "1m", teardown_worker = disconnect)]
async fn checkout() {
    disconnect();
}

fn main() {}
