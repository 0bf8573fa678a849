use std::sync::Arc;

struct Shop;

fn shop() -> Shop {
    Shop
}

fn close(_: Arc<String>) {}

#[pusher::load(rps = 50, duration = "1m")]
async fn checkout(shop: Arc<Shop>) {
    let _ = shop;
}

pusher::main!(setup = shop, teardown = close);
