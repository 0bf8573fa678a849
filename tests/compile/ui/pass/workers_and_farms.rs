//! Loads side by side: copies of one, and those of a farm.
use std::sync::Arc;

const WORKERS: u8 = 5;

mod cart {
    #[pusher::load(rps = 50, duration = "1m", workers = super::WORKERS * 2, farm = "shop")]
    pub async fn add() {}
}

fn shop() -> String {
    "shop".to_string()
}

#[pusher::load(rps = 5, duration = "4s", workers = 5, setup = shop, name = "reader", farm = "shop", thresholds(p99 < "250ms"))]
async fn read(_: Arc<String>, _: pusher::Call) {}

#[pusher::load(rps = 0.5, duration = "1s", workers = usize::from(WORKERS), thresholds(p99.9 < "250ms"))]
async fn as_many_as_it_takes() {}

#[pusher::load(rps = 50, duration = "1m", workers = 1_000, farm = "rush-hour::monday")]
async fn alone_in_its_farm() {}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(cart::add());
}
