//! Other attributes keep their meaning, above and below.
#![deny(warnings)]

/// Documentation.
#[ignore]
#[pusher::load(rps = 50, duration = "1m")]
async fn ignored() {}

#[pusher::load(rps = 50, duration = "1m")]
#[ignore = "takes an hour"]
#[allow(clippy::unused_async)]
async fn ignored_with_a_reason() {}

#[pusher::load(rps = 50, duration = "1m")]
#[cfg_attr(not(windows), ignore = "slow")]
#[cfg_attr(all(), inline, must_use)]
async fn ignored_on_some_systems() -> Result<u8, String> {
    Ok(5)
}

#[pusher::load(rps = 50, duration = "1m")]
#[cfg(any())]
async fn not_there() {
    nothing::of::this().exists;
}

#[cfg(any())]
#[pusher::load(rps = 50, duration = "1m")]
async fn not_there_either() {
    nor::does().this;
}

#[pusher::load(rps = 50, duration = "1m")]
#[cfg(all())]
async fn there() {}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        there().await;
        ignored().await;
        ignored_with_a_reason().await;
        assert_eq!(ignored_on_some_systems().await, Ok(5));
    });
}
