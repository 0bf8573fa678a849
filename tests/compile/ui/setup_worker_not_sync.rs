use std::cell::Cell;
use std::sync::Arc;

async fn counter() -> Cell<u64> {
    Cell::new(0)
}

async fn close(_: Arc<Cell<u64>>) {}

#[pusher::load(rps = 50, duration = "1m", setup_worker = counter, teardown_worker = close)]
async fn checkout(counter: Arc<Cell<u64>>) {
    let _ = counter;
}

fn main() {}
