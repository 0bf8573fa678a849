//! What the examples put under load. A target is any async fn or closure; yours calls your service.

#![allow(dead_code, reason = "each example uses some of them")]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::time::Duration;

use pusher::Call;

/// Answers at once.
pub(crate) async fn quick() -> Result<u64, Infallible> {
    Ok(42)
}

/// Three that answer at once, each with a name.
pub(crate) fn names()
-> [impl Fn() -> Ready<Result<&'static str, Infallible>> + Send + Sync + 'static; 3] {
    ["judas", "alejandro", "wayne"].map(|name| move || ready(Ok(name)))
}

/// Somebody, as [`random_time`] finds them.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) age: u64,
}

/// Blocks its thread for a second in a quarter of the calls, and fails in half of them, the blocked
/// ones among those.
///
/// What a call does is decided by the number of its tick, so that every run is the same run.
pub(crate) async fn random_time(call: Call) -> Result<Person, &'static str> {
    let percent = scattered(call.seq()) % 100;
    if percent < 25 {
        // This is what an async fn must not do: the thread is lost to all other calls meanwhile,
        // which the `lag` in the report shows. A target that has to wait uses
        // `tokio::time::sleep`.
        std::thread::sleep(Duration::from_secs(1));
    }
    if percent < 50 { Err("oops") } else { Ok(Person { name: "lumen", age: 42 }) }
}

/// A number that looks random, and is the same for the same `seed`: the finalizer of SplitMix64.
fn scattered(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
