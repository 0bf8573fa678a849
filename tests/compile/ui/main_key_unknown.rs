use std::sync::Arc;

struct Shop;

fn shop() -> Shop {
    Shop
}

pub fn close(_: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m")]
async fn checkout(shop: Arc<Shop>) {
    let _ = shop;
}

pusher::main!(setup = shop, tear_down = close);
