//! Copies of one Worker side by side.
//!
//! ```text
//! cargo run --release --example force
//! ```

mod targets;

use std::time::Duration;

use pusher::Worker;

#[tokio::main]
async fn main() -> Result<(), pusher::Error> {
    let worker = Worker::hire("body", targets::quick).overtime(100);

    // Each of the five works at 200/s and has an overtime of its own: 1,000 calls a second
    // altogether, for 2 seconds.
    let reports = pusher::force(5, 200, Duration::from_secs(2), worker).await?;

    // A report is made of public fields and methods; this table takes a few of them.
    println!(
        "{:<8} {:>10} {:>6} {:>9} {:>14} {:>14}",
        "worker", "scheduled", "ok", "canceled", "p50", "p99"
    );
    for report in &reports {
        let (ledger, response) = (report.ledger, &report.response);
        let [p50, p99] = [50.0, 99.0].map(|percent| format!("{:?}", response.percentile(percent)));
        println!(
            "{:<8} {:>10} {:>6} {:>9} {p50:>14} {p99:>14}",
            report.name, ledger.scheduled, ledger.ok, ledger.canceled
        );
    }
    println!("{} calls ended well", reports.iter().map(|report| report.ledger.ok).sum::<u64>());
    Ok(())
}
