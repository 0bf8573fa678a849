#[pusher::load(rps = 0, duration = "1m")]
async fn zero() {}

#[pusher::load(rps = -5, duration = "1m")]
async fn negative() {}

#[pusher::load(rps = 1_000_000_001, duration = "1m")]
async fn more_than_one_a_nanosecond() {}

#[pusher::load(rps = "fast", duration = "1m")]
async fn text() {}

#[pusher::load(rps = "7/x", duration = "1m")]
async fn without_a_time() {}

#[pusher::load(rps = "7/M", duration = "1m")]
async fn by_the_month() {}

#[pusher::load(rps = true, duration = "1m")]
async fn switch() {}

#[pusher::load(rps = 50rps, duration = "1m")]
async fn with_unit() {}

fn main() {}
