#[pusher::load(rps = 50, duration = "1m", compare = old_checkout())]
async fn called() {}

#[pusher::load(rps = 50, duration = "1m", compare = "old_checkout")]
async fn in_quotes() {}

#[pusher::load(rps = 50, duration = "1m", compare = async || ())]
async fn closure() {}

async fn old_checkout() {}

fn main() {}
