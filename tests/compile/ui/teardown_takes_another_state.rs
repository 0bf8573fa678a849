use std::sync::Arc;

struct Shop;

fn shop() -> Shop {
    Shop
}

async fn close(_shop: Arc<String>) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop, teardown = close)]
async fn checkout() {}

fn main() {}
