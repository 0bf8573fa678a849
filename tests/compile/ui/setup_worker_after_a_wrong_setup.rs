use std::rc::Rc;
use std::sync::Arc;

fn shop() -> Rc<u8> {
    Rc::new(5)
}

fn connect(shop: Arc<Rc<u8>>) -> u8 {
    **shop
}

fn disconnect(_: Arc<u8>) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop, setup_worker = connect, teardown_worker = disconnect)]
async fn checkout(connection: Arc<u8>) {
    let _ = connection;
}

fn main() {}
