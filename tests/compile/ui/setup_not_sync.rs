use std::cell::Cell;
use std::sync::Arc;

fn counter() -> Cell<u64> {
    Cell::new(0)
}

#[pusher::load(rps = 50, duration = "1m", setup = counter)]
async fn checkout(counter: Arc<Cell<u64>>) {
    counter.set(1);
}

fn main() {}
