#[pusher::load(duration = "1m")]
async fn rps() {}

#[pusher::load(rps = 50)]
async fn duration() {}

#[pusher::load]
async fn both() {}

fn main() {}
