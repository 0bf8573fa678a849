use std::rc::Rc;
use std::sync::Arc;

async fn connect(_shop: Arc<u8>) -> u8 {
    let cart = Rc::new(5);
    std::future::ready(()).await;
    *cart
}

fn shop() -> u8 {
    5
}

#[pusher::load(rps = 50, duration = "1m", setup = shop, setup_worker = connect)]
async fn checkout() {}

fn main() {}
