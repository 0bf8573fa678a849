#[pusher::load(rps = 50, duration = "1m", compare_setup = start_old)]
async fn checkout() {}

fn start_old() {}

fn main() {}
