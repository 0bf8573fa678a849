use std::rc::Rc;
use std::sync::Arc;

async fn connect() -> u8 {
    5
}

async fn disconnect(_connection: Arc<u8>) {}

#[pusher::load(
    rps = 50, duration = "1m", local = true, setup_worker = connect, teardown_worker = disconnect,
)]
async fn checkout(connection: Rc<u8>) {
    let _ = connection;
}

fn main() {}
