//! A load stands where a fn may stand, and hides none of the user's names.
use std::sync::Arc;

mod cart {
    pub mod add {
        #[pusher::load(rps = super::super::state(), duration = "1m")]
        pub async fn item(_: pusher::Call) {}
    }
}

fn prepare() -> u32 {
    5
}
fn state() -> u32 {
    50
}
const fn given() -> &'static str {
    "1m"
}
async fn load(_: Arc<u32>) {}

#[pusher::load(rps = prepare(), duration = given(), setup = state, teardown = load, name = "terms-1::x_y")]
async fn call(given: Arc<u32>, call: pusher::Call) {
    drop((given, call));
}

#[pusher::load(rps = state(), duration = given(), setup = prepare)]
async fn terms(_: Arc<u32>) {}

fn main() {
    const RPS: u32 = 50;

    #[pusher::load(rps = RPS, duration = "1m")]
    async fn within_a_fn() {}

    tokio::runtime::Runtime::new().unwrap().block_on(async {
        within_a_fn().await;
        terms(Arc::new(5)).await;
    });
}
