#[pusher::load(rps = 50, duration = "1m", local = true, runtime = "multi_thread")]
async fn checkout() {}

#[pusher::load(rps = 50, duration = "1m", runtime = "lanes", local = true)]
async fn on_lanes() {}

fn main() {}
