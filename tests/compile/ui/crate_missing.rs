#[pusher::load(rps = 50, duration = "1m", crate = ::pu)]
async fn checkout() {}

fn main() {}
