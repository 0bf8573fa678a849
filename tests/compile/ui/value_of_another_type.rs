const RPS: Option<u8> = Some(50);

#[pusher::load(rps = RPS, duration = "1m")]
async fn checkout() {}

fn main() {}
