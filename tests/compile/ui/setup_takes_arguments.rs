use std::sync::Arc;

struct Shop;

async fn shop(_url: &str) -> Shop {
    Shop
}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn checkout(shop: Arc<Shop>, call: pusher::Call) {
    let _ = (shop, call);
}

fn main() {}
