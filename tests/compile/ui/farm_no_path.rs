#[pusher::load(rps = 50, duration = "1m", farm = "rush hour")]
async fn space() {}

#[pusher::load(rps = 50, duration = "1m", farm = "::shop")]
async fn empty_part() {}

#[pusher::load(rps = 50, duration = "1m", farm = ["shop"])]
async fn list() {}

#[pusher::load(rps = 50, duration = "1m", farm = 5)]
async fn number() {}

fn main() {}
