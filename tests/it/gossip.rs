//! What gossipers are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pusher::{Call, Ending, Gossip, Gossiper, Worker};
use tokio::time::sleep;

use crate::recorder::Recorder;

const MILLISECOND: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn after_the_target_there_are_three_times_an_error_and_what_was_returned() {
    let target = |call: Call| async move {
        sleep(3 * MILLISECOND).await;
        if call.seq() == 0 { Ok(42_u64) } else { Err("sold out") }
    };
    let recorder = Recorder::new();
    Worker::hire("shop", target)
        .gossiper(recorder.clone())
        .work(100, 20 * MILLISECOND)
        .await
        .unwrap();
    let heard = recorder.heard();
    let [before, ok, _, failed] = &heard[..] else { panic!("{heard:?}") };
    assert!(before.is_before_target() && !before.is_after_target() && !before.is_canceled());
    assert_eq!(before.response(), None);
    assert_eq!(before.error(), None);
    assert_eq!(before.ending(), None);
    assert_eq!(before.returned::<u64>(), None);
    assert_eq!(ok.seq(), 0);
    assert_eq!(ok.due(), Duration::ZERO);
    assert_eq!(ok.ending(), Some(Ending::Ok));
    assert_eq!(ok.error(), None);
    assert_eq!(ok.response(), Some(3 * MILLISECOND));
    assert_eq!(ok.service(), Some(3 * MILLISECOND));
    assert_eq!(ok.lag(), Some(Duration::ZERO));
    assert_eq!(ok.returned::<String>(), None);
    assert_eq!(ok.returned::<u64>(), Some(&42));
    assert_eq!(ok.clone().returned::<u64>(), Some(&42));
    assert_eq!(failed.seq(), 1);
    assert_eq!(failed.due(), 10 * MILLISECOND);
    assert_eq!(failed.ending(), Some(Ending::Failed));
    assert_eq!(failed.error(), Some("sold out"));
    assert_eq!(failed.returned::<u64>(), None);
    assert_eq!(failed.returned::<()>(), None);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_returns_nothing_has_returned_a_unit() {
    let recorder = Recorder::new();
    Worker::hire("unit", async || ())
        .gossiper(recorder.clone())
        .work(1, MILLISECOND)
        .await
        .unwrap();
    assert_eq!(recorder.heard()[1].returned::<()>(), Some(&()));
    assert_eq!(recorder.heard()[1].returned::<u8>(), None);
}

/// What is returned need not be `Sync`.
#[tokio::test(start_paused = true)]
async fn a_target_may_return_what_cannot_be_shared() {
    let report =
        pusher::work(10, 100 * MILLISECOND, async || Ok::<_, String>(std::cell::Cell::new(1)))
            .await
            .unwrap();
    assert_eq!(report.ledger.ok, 1);
}

struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        std::panic::panic_any("heard enough");
    }
}

/// What is returned is dropped where gossip is told, and its destructor is nobody's business there.
#[tokio::test(start_paused = true)]
async fn a_returned_value_that_panics_when_dropped_ends_no_driver() {
    let worker = Worker::hire("loud", async || Ok::<_, String>(Loud)).gossiper(Ignores);
    let report = worker.work(100, 100 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.scheduled, 10);
    assert_eq!(report.ledger.ok, 10);
}

struct Ignores;

impl Gossiper for Ignores {
    fn hear(&self, _: &Worker, _: &Gossip) {}
}

struct Panics(AtomicU64);

impl Gossiper for Panics {
    fn hear(&self, _: &Worker, _: &Gossip) {
        if self.0.fetch_add(1, Ordering::SeqCst) == 4 {
            std::panic::panic_any("heard enough");
        }
    }

    fn stop(&self) {
        panic!("an unhooked gossiper hears no stop");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gossiper_that_panics_is_unhooked_and_named() {
    let (panics, recorder) = (Arc::new(Panics(AtomicU64::new(0))), Recorder::new());
    let worker =
        Worker::hire("shop", async || ()).gossiper(panics.clone()).gossiper(recorder.clone());
    let report = worker.work(100, 100 * MILLISECOND).await.unwrap();
    recorder.check(&report, "beside one that panics");
    assert_eq!(panics.0.load(Ordering::SeqCst), 5);
    assert_eq!(report.ledger.ok, 10);
    let [(name, message)] = &report.unhooked[..] else { panic!("{:?}", report.unhooked) };
    assert!(name.contains("Panics") && message == "heard enough", "{name}: {message}");
    let unhooked = "panicked and heard no more:\n              heard enough";
    assert!(report.to_string().contains(unhooked), "{report}");
}

/// One gossiper listens to two Workers, and is stopped once by each.
#[tokio::test(start_paused = true)]
async fn a_gossiper_can_be_shared() {
    #[derive(Default)]
    struct Counts {
        heard: AtomicU64,
        stops: AtomicU64,
    }
    impl Gossiper for Counts {
        fn hear(&self, worker: &Worker, _: &Gossip) {
            assert!(["a", "b"].contains(&worker.to_string().as_str()));
            self.heard.fetch_add(1, Ordering::SeqCst);
        }
        fn stop(&self) {
            self.stops.fetch_add(1, Ordering::SeqCst);
        }
    }
    let counts = Arc::new(Counts::default());
    let worker = |ident| Worker::hire(ident, async || ()).gossiper(counts.clone());
    pusher::farm(10, 1_000 * MILLISECOND, [worker("a"), worker("b")]).await.unwrap();
    assert_eq!(counts.heard.load(Ordering::SeqCst), 40);
    assert_eq!(counts.stops.load(Ordering::SeqCst), 2);
}
