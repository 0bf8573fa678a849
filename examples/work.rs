//! The shortest load: a target, a rate and a time.
//!
//! ```text
//! cargo run --release --example work
//! ```

mod targets;

use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), pusher::Error> {
    // 50 calls a second for 2 seconds: 100 ticks, due 20 ms apart, however long a call takes.
    let report = pusher::work(50, Duration::from_secs(2), targets::quick).await?;

    // An error above means that no call was made. What became of the calls is in the report.
    println!("{report}");
    Ok(())
}
