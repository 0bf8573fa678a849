//! A day of traffic against a rate limiter, in seconds: the load goes by tokio's paused clock,
//! which jumps to the next timer when no task has anything else to do.
//!
//! ```text
//! cargo run --release --example soak
//! ```
//!
//! tower's rate limit lets ten calls through in a second, and the others wait. Requests come at
//! random, eight a second on average, as those of many users do. How long do they wait?

use std::sync::Arc;
use std::time::Duration;

use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt};

type Limited = BoxCloneSyncService<(), (), BoxError>;

/// The service under test runs in this process, on the clock of the load. No socket could: the
/// clock would not wait for it.
async fn limited() -> Limited {
    let answer = |()| async { Ok::<(), BoxError>(()) };
    BoxCloneSyncService::new(
        ServiceBuilder::new()
            .buffer(1_000)
            .rate_limit(10, Duration::from_secs(1))
            .service_fn(answer),
    )
}

#[pusher::load(
    rps = 8, duration = "24h", arrivals = "poisson", seed = 7,
    time = "virtual",
    setup = limited,
    thresholds(p50 < "500ms", p99 < "3s", max < "10s"),
)]
async fn soak(limited: Arc<Limited>) -> Result<(), BoxError> {
    let mut limited = Limited::clone(&limited);
    limited.ready().await?.call(()).await
}

pusher::main!();
