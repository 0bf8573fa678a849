//! What a load takes: told apart by type, whatever the order and whatever the type is called.
use std::sync::Arc;

use pusher::Call;

#[derive(Debug)]
struct Shop {
    url: String,
}

type State = Arc<Shop>;
type Tick = Call;

mod alias {
    pub use pusher::Call as Which;
}

fn shop() -> Shop {
    Shop { url: String::new() }
}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn state(shop: Arc<Shop>) {
    drop(shop);
}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn state_and_call(_shop: Arc<Shop>, _call: Call) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn call_and_state(_call: Call, _shop: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn aliases(_: Tick, _: State, _: alias::Which, _: std::sync::Arc<crate::Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn none_of_it() {}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn patterns(mut shop: State, ref call: Call) -> Result<String, std::fmt::Error> {
    let worker = call.worker().to_string();
    shop = shop.clone();
    Ok(worker + &shop.url)
}

#[pusher::load(rps = 50, duration = "1m")]
async fn without_setup(call: Call) -> Result<u64, &'static str> {
    Ok(call.seq())
}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(state(Arc::new(shop())));
}
