use std::sync::Arc;

struct Shop;
struct Connection;

fn shop() -> Shop {
    Shop
}

fn connect() -> Connection {
    Connection
}

async fn close(_shop: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop, setup_worker = connect, teardown_worker = close)]
async fn checkout() {}

fn main() {}
