//! A listener with counts of its own, on a target that blocks its thread, fails and is canceled.
//!
//! ```text
//! cargo run --release --example metrics
//! ```

mod targets;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pusher::{Gossip, Gossiper, Worker};
use targets::Person;

/// Hears every event in the life of every tick. It is called by many threads, where the calls are
/// made: no lock here.
#[derive(Default)]
struct Metrics {
    received: AtomicU64,
    canceled: AtomicU64,
    success: AtomicU64,
    failure: AtomicU64,
    ages: AtomicU64,
}

impl Gossiper for Metrics {
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        let counter = if gossip.is_canceled() {
            &self.canceled
        } else if gossip.is_before_target() {
            &self.received
        } else if gossip.error().is_some() {
            &self.failure
        } else {
            &self.success
        };
        counter.fetch_add(1, Ordering::Relaxed);

        // What the target returned can be asked for by its type.
        if let Some(Person { name: "lumen", age }) = gossip.returned() {
            self.ages.fetch_add(*age, Ordering::Relaxed);
        }
    }

    // Once for each run, after its last gossip.
    fn stop(&self) {
        println!("{self}\n");
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [received, canceled, success, failure, ages] =
            [&self.received, &self.canceled, &self.success, &self.failure, &self.ages]
                .map(|counter| counter.load(Ordering::Relaxed));
        write!(
            f,
            "received {received}, canceled {canceled}, success {success}, failure {failure}; \
             the ages returned add up to {ages}"
        )
    }
}

#[tokio::main]
async fn main() -> Result<(), pusher::Error> {
    let metrics = Arc::new(Metrics::default());
    let monitor =
        Worker::hire("monitor", targets::random_time).gossiper(metrics.clone()).overtime(10);

    // 100 ticks. Ten calls soon wait for the few threads that are blocked, and what comes due then
    // is canceled.
    let report = monitor.work(50, Duration::from_secs(2)).await?;

    println!("{report}");
    // Two counts of the same gossip agree to the tick.
    assert_eq!(metrics.received.load(Ordering::Relaxed), report.ledger.started);
    assert_eq!(metrics.canceled.load(Ordering::Relaxed), report.ledger.canceled);
    assert_eq!(metrics.success.load(Ordering::Relaxed), report.ledger.ok);
    assert_eq!(metrics.failure.load(Ordering::Relaxed), report.ledger.errors());
    Ok(())
}
