//! Several Workers side by side, each with a target of its own.
//!
//! ```text
//! cargo run --release --example farm
//! ```

mod targets;

use std::time::Duration;

use pusher::Worker;

#[tokio::main]
async fn main() -> Result<(), pusher::Error> {
    let workers = targets::names()
        .into_iter()
        .enumerate()
        .map(|(nth, target)| Worker::hire(format!("somebody #{nth}"), target));

    // Each of the three works at 100/s, from the same instant on: 300 calls a second altogether,
    // for 2 seconds. If one cannot start, none does.
    let reports = pusher::farm(100, Duration::from_secs(2), workers).await?;

    // One report for each Worker, in their order.
    for report in &reports {
        println!("{report}");
    }
    println!("{} calls ended well", reports.iter().map(|report| report.ledger.ok).sum::<u64>());
    Ok(())
}
