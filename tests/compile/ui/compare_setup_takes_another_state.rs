use std::sync::Arc;

struct Shop;

fn shop() -> Shop {
    Shop
}

fn start_old(_: Vec<Shop>) -> Shop {
    Shop
}

#[pusher::load(
    rps = 50, duration = "1m", setup = shop, compare = old_checkout, compare_setup = start_old,
)]
async fn checkout(_: Arc<Shop>) {}

async fn old_checkout(_: Arc<Shop>) {}

fn main() {}
