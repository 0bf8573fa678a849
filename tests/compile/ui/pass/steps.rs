//! What calls tell of themselves, and thresholds on it.

use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

#[derive(Debug)]
struct Lost;

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lost")
    }
}

impl Error for Lost {}

const MOST: Duration = Duration::from_millis(100);
const MOST_BYTES: u64 = 1 << 30;

#[pusher::load(
    rps = 50, duration = "1m",
    thresholds(
        step("login").p95 < "100ms", step("pay, (with a card)").p99.9 < MOST, step("größe").max <= "1s", step(r"a\b").min > "1us",
        step("login").errors == 0, step("pay").errors < "1%",
        count("bytes") > 1_000_000, count("bytes") < MOST_BYTES,
        record("queue_depth").p99 < 100, record("queue_depth").mean <= 0.5,
    ),
)]
async fn checkout(call: pusher::Call) -> Result<(), Box<dyn Error>> {
    let mut basket = vec![1];
    let first = call.step("pick", async { basket.first_mut().ok_or(Lost) }).await?;
    *first = 2;
    let name = format!("step {}", call.seq() % 3);
    call.step(&name, async {}).await;
    call.step("nested", async { call.step("login", async { Ok::<_, Lost>(()) }).await }).await?;
    // What need not be sent may be given by a step, as long as the call does not keep it.
    drop(call.step("rc", async { Ok::<_, Lost>(Rc::new(1)) }).await);
    tokio::join!(call.step("a", async {}), call.step("b", async {}));
    call.count("bytes", 512);
    call.record("queue_depth", 3);
    Ok(())
}

fn main() {}
