#[pusher::load(rps = 50, duratoin = "1m")]
async fn misspelled() {}

#[pusher::load(rps = 50, duration = "1m", colour = 5)]
async fn like_no_other() {}

#[pusher::load(rps = 50, duration = "1m", threshold(p99 < "250ms"))]
async fn with_parentheses() {}

fn main() {}
