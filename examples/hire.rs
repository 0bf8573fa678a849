//! A Worker is hired once, for a target and on terms, and can then work more than once.
//!
//! ```text
//! cargo run --release --example hire
//! ```

mod targets;

use std::time::Duration;

use pusher::Worker;
use tokio::time::sleep;

#[tokio::main]
async fn main() -> Result<(), pusher::Error> {
    // The ident is what reports and listeners call the Worker. At most 10 of its calls are in
    // flight at once, and each has half a second to answer.
    let body =
        Worker::hire("body", targets::quick).overtime(10).timeout(Duration::from_millis(500));

    // For a time: exactly 100 ticks.
    println!("{}", body.work(50, Duration::from_secs(2)).await?);

    // Until something happens, here whichever comes first of Ctrl-C and one second.
    let enough = async {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = sleep(Duration::from_secs(1)) => {}
        }
    };
    println!("{}", body.work_until(50, enough).await?);
    Ok(())
}
