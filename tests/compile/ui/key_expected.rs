#[pusher::load(50, duration = "1m")]
async fn number() {}

#[pusher::load(rps = 50, duration = "1m" overtime = 10)]
async fn without_comma() {}

fn main() {}
