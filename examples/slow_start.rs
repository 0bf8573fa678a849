//! A service that cannot keep up from the start, watched in three ways whose counts agree to the
//! tick.
//!
//! ```text
//! cargo run --release --example slow_start
//! ```

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pusher::{Gossip, Gossiper, Ledger, Worker};
use tokio::sync::Mutex;
use tokio::time::sleep;

const RPS: u64 = 100;
const DURATION: Duration = Duration::from_secs(2);

/// Serves one call at a time, and every second one takes 200 ms: about 10 calls a second, of the
/// 100 that come.
async fn slow(served: Arc<Mutex<u64>>) -> Result<(), String> {
    let mut served = served.lock().await;
    *served += 1;
    if served.is_multiple_of(2) {
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Where ticks went, as one observer saw it.
#[derive(Default)]
struct Counts {
    /// Refused, because ten calls were in flight.
    canceled: AtomicU64,
    /// Handed to the service.
    received: AtomicU64,
    /// Answered by the service, well or not.
    processed: AtomicU64,
}

impl Counts {
    fn count(&self, gossip: &Gossip) {
        let counter = if gossip.is_canceled() {
            &self.canceled
        } else if gossip.is_before_target() {
            &self.received
        } else {
            &self.processed
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn all(&self) -> [u64; 3] {
        [&self.canceled, &self.received, &self.processed]
            .map(|counter| counter.load(Ordering::Relaxed))
    }

    /// The promise: every tick is accounted for once.
    fn check(&self, ledgers: &[Ledger]) {
        let [canceled, received, processed] = self.all();
        assert_eq!(canceled + received, ledgers.iter().map(|ledger| ledger.scheduled).sum::<u64>());
        assert_eq!(received, processed);
        assert_eq!(canceled, ledgers.iter().map(|ledger| ledger.canceled).sum::<u64>());
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [canceled, received, processed] = self.all();
        write!(
            f,
            "{canceled:>3} canceled + {received:>3} received = {:>3} scheduled, \
             {processed:>3} processed",
            canceled + received
        )
    }
}

impl Gossiper for Counts {
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        self.count(gossip);
    }
}

#[tokio::main]
async fn main() -> Result<(), pusher::Error> {
    // The first observer is called where the calls are made: it must be quick.
    let inline = Arc::new(Counts::default());
    // The second listens to both Workers.
    let shared = Arc::new(Counts::default());
    // The third has a task of its own, and may take its time. The channel has room for every gossip
    // of this run, so that it misses none; with less room, `missed()` would say how many.
    let (sender, mut receiver) = pusher::channel(1_000);
    let listener = tokio::spawn(async move {
        let counts = Counts::default();
        // None is the end of the run.
        while let Some(heard) = receiver.recv().await {
            counts.count(&heard.gossip);
        }
        assert_eq!(receiver.missed(), 0);
        counts
    });

    let served = Arc::new(Mutex::new(0));
    let slow = Worker::hire("slow", move || slow(served.clone()));
    let slow = slow.overtime(10).gossiper(inline.clone()).gossiper(shared.clone()).gossiper(sender);
    let quick = Worker::hire("quick", async || ()).overtime(10).gossiper(shared.clone());

    // 200 ticks for each, at the same 100/s. The slow one takes none of the quick one's slots.
    let reports = pusher::farm(RPS, DURATION, [slow, quick]).await?;
    let channel = listener.await.expect("the listener counted to the end");

    let [slow, quick] = [reports[0].ledger, reports[1].ledger];
    inline.check(&[slow]);
    channel.check(&[slow]);
    shared.check(&[slow, quick]);
    assert_eq!(slow.scheduled, 200);
    assert_eq!(quick.scheduled, 200);

    println!("inline, of the slow:    {inline}");
    println!("channel, of the slow:   {channel}");
    println!("shared, of both:        {shared}");
    println!("\n{}", reports[0]);
    Ok(())
}
