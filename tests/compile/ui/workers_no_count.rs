#[pusher::load(rps = 50, duration = "1m", workers = 0)]
async fn none() {}

#[pusher::load(rps = 50, duration = "1m", workers = 1_001)]
async fn too_many() {}

#[pusher::load(rps = 50, duration = "1m", workers = 2.5)]
async fn fraction() {}

#[pusher::load(rps = 50, duration = "1m", workers = "5")]
async fn text() {}

fn main() {}
