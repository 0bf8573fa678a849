use std::sync::Arc;

struct Shop;

fn shop() -> Shop {
    Shop
}

#[pusher::load(rps = 50, duration = "1m", setup = shop, compare = old_checkout)]
async fn checkout(_: Arc<Shop>) {}

async fn old_checkout(_: pusher::Call, _: Vec<Shop>) {}

fn main() {}
