//! The main job: a real HTTP server under load, tested the way users of pusher test theirs.
//!
//! ```text
//! cargo test --test load
//! ```

mod server;

use std::sync::Arc;

use pusher::Call;
use server::{Refused, Service, Shop};

/// Answers at once.
#[pusher::load(
    rps = 2_000, duration = "5s", warmup = "500ms", overtime = 500, timeout = "1s",
    setup = Shop::open, teardown = Shop::settle,
    thresholds(p50 < "20ms", p99 < "150ms", errors == 0, canceled == 0, throughput > 1_900),
)]
async fn quick(shop: Arc<Shop>) -> Result<(), Refused> {
    shop.get("/quick").await
}

/// Takes 5 ms, so that a dozen calls are in flight all the time.
#[pusher::load(
    rps = 1_000, duration = "5s", warmup = "500ms", overtime = 500, timeout = "1s",
    setup = Shop::open, teardown = Shop::settle,
    thresholds(min >= "5ms", p50 < "30ms", p99 < "200ms"),
)]
async fn slow(shop: Arc<Shop>) -> Result<(), Refused> {
    shop.get("/slow").await
}

/// Fails for one order in a hundred, which the thresholds allow for.
#[pusher::load(
    rps = 500, duration = "6s", overtime = 200, timeout = "1s",
    setup = Shop::open, teardown = Shop::settle,
    thresholds(errors > "0.9%", errors < "1.1%", p95 < "150ms"),
)]
async fn failing(call: Call, shop: Arc<Shop>) -> Result<(), Refused> {
    shop.get(&format!("/order/{}", call.seq())).await
}

pusher::main!(setup = Service::start);
