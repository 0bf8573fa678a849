use std::rc::Rc;
use std::sync::Arc;

struct Shop;

fn shop() -> Shop {
    Shop
}

async fn connect(_shop: Rc<Shop>) -> u8 {
    5
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup = shop, setup_worker = connect)]
async fn checkout(connection: Rc<u8>, shop: Arc<Shop>) {
    let _ = (connection, shop);
}

fn main() {}
