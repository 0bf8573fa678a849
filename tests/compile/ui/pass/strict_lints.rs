//! The expansion adds no unsafe code, and nothing that a lint would mention.
#![forbid(unsafe_code)]
#![deny(warnings, unused, nonstandard_style, future_incompatible, rust_2018_idioms, let_underscore)]
#![deny(missing_docs, unreachable_pub, missing_debug_implementations, unused_qualifications, unused_results, single_use_lifetimes)]

use std::sync::Arc;

async fn shop() -> Result<String, std::io::Error> {
    Ok("shop".to_string())
}

fn close(shop: Arc<String>) {
    assert_eq!(*shop, "shop");
}

/// Buys one thing.
#[pusher::load(rps = 50, duration = "1m", setup = shop, teardown = close, thresholds(p99 < "250ms", throughput > 1e2))]
async fn checkout(shop: Arc<String>, _: pusher::Call) -> Result<usize, std::fmt::Error> {
    Ok(shop.len())
}

#[pusher::load(rps = 1_000_000, duration = "1m", overtime = 5_000_000_000)]
async fn nothing() {}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(nothing());
}
