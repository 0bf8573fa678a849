const LOCAL: bool = true;

#[pusher::load(rps = 50, duration = "1m", local = "true")]
async fn text() {}

#[pusher::load(rps = 50, duration = "1m", local = LOCAL)]
async fn constant() {}

#[pusher::load(rps = 50, duration = "1m", local = 1)]
async fn number() {}

#[pusher::load(rps = 50, duration = "1m", local)]
async fn no_value() {}

fn main() {
    let _ = LOCAL;
}
