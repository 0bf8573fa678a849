use std::sync::Arc;

struct Shop;

fn shop() -> Shop {
    Shop
}

async fn connect(_shop: String) -> u8 {
    5
}

#[pusher::load(rps = 50, duration = "1m", setup = shop, setup_worker = connect)]
async fn checkout(connection: Arc<u8>) {
    let _ = connection;
}

fn main() {}
