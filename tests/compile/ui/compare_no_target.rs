#[pusher::load(rps = 50, duration = "1m", compare = old_checkout)]
async fn not_async() {}

fn old_checkout() {}

#[pusher::load(rps = 50, duration = "1m", compare = by_reference)]
async fn reference() {}

async fn by_reference(_: &pusher::Call) {}

fn main() {}
