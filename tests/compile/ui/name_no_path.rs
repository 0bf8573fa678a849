#[pusher::load(rps = 50, duration = "1m", name = "cart add")]
async fn space() {}

#[pusher::load(rps = 50, duration = "1m", name = "cart::")]
async fn empty_part() {}

#[pusher::load(rps = 50, duration = "1m", name = "")]
async fn empty() {}

#[pusher::load(rps = 50, duration = "1m", name = 5)]
async fn number() {}

fn main() {}
