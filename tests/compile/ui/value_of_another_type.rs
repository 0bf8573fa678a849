const RPS: &str = "50";

#[pusher::load(rps = RPS, duration = "1m")]
async fn checkout() {}

fn main() {}
