use std::rc::Rc;
use std::sync::Arc;

fn shop() -> Rc<u8> {
    Rc::new(1)
}

fn start_old(shop: Arc<u8>) -> u8 {
    *shop
}

#[pusher::load(
    rps = 50, duration = "1m", setup = shop, compare = old_checkout, compare_setup = start_old,
)]
async fn checkout(_: Arc<u8>, _: pusher::Call) {}

async fn old_checkout(_: pusher::Call, _: Arc<u8>) {}

fn main() {}
