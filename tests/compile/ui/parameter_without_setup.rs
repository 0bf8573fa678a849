use std::sync::Arc;

struct Shop;

#[pusher::load(rps = 50, duration = "1m")]
async fn checkout(shop: Arc<Shop>) {
    let _ = shop;
}

fn main() {}
