//! What calls tell of themselves: steps, counts and records, on tokio's paused clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{Call, ClosedLoop, Gossip, Gossiper, Note, NoteKind, Report, StepReport, Worker};
use tokio::time::sleep;

use crate::gate::Gate;

const MILLISECOND: Duration = Duration::from_millis(1);

/// Name, ok, failed and unfinished of each step.
fn endings(report: &Report) -> Vec<(&str, u64, u64, u64)> {
    report
        .steps
        .iter()
        .map(|step| (step.name.as_str(), step.ok, step.failed, step.unfinished))
        .collect()
}

fn times(step: &StepReport) -> (Duration, Duration, Duration) {
    (step.times.min(), step.times.mean(), step.times.max())
}

/// ```text
/// ms       0     10              30    40
/// checkout ├─────────────────────┤
/// login    ├─────┤
/// pay            ├───────────────┤
/// card           ├─────────┤
/// stock          ├───────────────┤
/// ```
#[tokio::test(start_paused = true)]
async fn steps_stand_in_one_another_and_run_side_by_side() {
    let target = async |call: Call| {
        call.step("checkout", async {
            call.step("login", sleep(10 * MILLISECOND)).await;
            call.step("pay", async {
                let (card, stock) = (
                    call.step("card", sleep(15 * MILLISECOND)),
                    call.step("stock", sleep(20 * MILLISECOND)),
                );
                tokio::join!(card, stock);
            })
            .await;
        })
        .await;
    };
    let report = pusher::work(10, 1_000 * MILLISECOND, target).await.unwrap();
    let expected = ["checkout", "login", "pay", "card", "stock"].map(|name| (name, 10, 0, 0));
    assert_eq!(endings(&report), expected);
    for (step, millis) in report.steps.iter().zip([30, 10, 20, 15, 20]) {
        let time = millis * MILLISECOND;
        assert_eq!(times(step), (time, time, time), "{}", step.name);
        assert_eq!(step.times.percentile(99.0), time, "{}", step.name);
    }
    assert_eq!(report.ledger.ok, 10);
    assert_eq!(report.response.max(), 30 * MILLISECOND);
}

#[tokio::test(start_paused = true)]
async fn a_step_gives_what_it_gave_and_may_borrow() {
    let target = async |call: Call| {
        let mut basket = [call.seq()];
        let first = call.step("pick", async { basket.first_mut().ok_or("empty") }).await?;
        *first += 1;
        let order: Result<u64, String> =
            call.step("order", async { Err(format!("order {} is lost", basket[0])) }).await;
        order.map_err(|_| "no order")
    };
    let report = pusher::work(10, 1_000 * MILLISECOND, target).await.unwrap();
    assert_eq!(endings(&report), [("pick", 10, 0, 0), ("order", 0, 10, 0)]);
    let [lost] = &report.steps[1].errors[..] else { panic!("{:?}", report.steps[1].errors) };
    assert_eq!(lost.kind, "failed");
    assert_eq!(lost.text.as_str(), "order # is lost");
    assert_eq!(lost.count, 10);
    assert_eq!(lost.example.as_str(), "order 1 is lost");
    assert_eq!(report.errors[0].text.as_str(), "no order");
    assert_eq!(report.ledger.failed, 10);
}

/// A step that fails is none of the call's business unless the call makes it so.
#[tokio::test(start_paused = true)]
async fn a_call_may_end_well_whose_step_failed() {
    let report = pusher::work(10, 500 * MILLISECOND, async |call: Call| {
        let _ = call.step("cache", async { Err::<(), _>("cold") }).await;
    });
    let report = report.await.unwrap();
    assert_eq!(report.ledger.ok, 5);
    assert_eq!(endings(&report), vec![("cache", 0, 5, 0)]);
}

async fn login_and_hang(call: Call) -> Result<(), String> {
    call.step("login", sleep(10 * MILLISECOND)).await;
    match call.seq() % 3 {
        0 => call.step("search", std::future::pending()).await,
        1 => call.step("pay", async { panic!("no card") }).await,
        _ => tokio::select! {
            () = call.step("wait", std::future::pending()) => {}
            () = sleep(5 * MILLISECOND) => {}
        },
    }
    Ok(())
}

/// Whatever ends a call before its step, and also what drops the step alone.
#[tokio::test(start_paused = true)]
async fn a_step_that_does_not_come_to_its_end_is_unfinished() {
    let expected = [("login", 9, 0, 0), ("search", 0, 0, 3), ("pay", 0, 0, 3), ("wait", 0, 0, 3)];
    let worker = Worker::hire("shop", login_and_hang).timeout(100 * MILLISECOND);
    let report = worker.work(9, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.timed_out, 3);
    assert_eq!(report.ledger.panicked, 3);
    assert_eq!(report.ledger.ok, 3);
    assert_eq!(endings(&report), expected);
    // The same calls, cut off when their grace is over.
    let worker = Worker::hire("shop", login_and_hang).grace(50 * MILLISECOND);
    let report = worker.work(9, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.interrupted, 3);
    assert_eq!(report.ledger.panicked, 3);
    assert_eq!(report.ledger.ok, 3);
    assert_eq!(endings(&report), expected);
    assert_eq!(report.steps[1].times.count(), 0);
    let text = report.to_string();
    assert!(
        text.contains("  in steps    search: 3 unfinished\n              pay: 3 unfinished\n              wait: 3 unfinished\n"),
        "{text}"
    );
}

/// A call that blocks its thread is dropped by nobody, and its step is unfinished all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_blocks_is_unfinished() {
    let (release, gate) = Gate::shut();
    let target = move |call: Call| {
        let gate = gate.clone();
        async move { call.step("block", async { gate.pass() }).await }
    };
    let report =
        Worker::hire("blocks", target).grace(Duration::ZERO).work(1, MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.interrupted, 1);
    assert_eq!(endings(&report), vec![("block", 0, 0, 1)]);
    drop(release);
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_tells_nothing() {
    let target = async |call: Call| {
        call.count("calls", 1);
        call.record("seq", call.seq());
        call.step("login", async { if call.is_warmup() { Err("cold") } else { Ok(()) } }).await
    };
    let recorder = Arc::new(Notes::default());
    let worker = Worker::hire("warm", target).warmup(500 * MILLISECOND).gossiper(recorder.clone());
    let report = worker.work(10, 300 * MILLISECOND).await.unwrap();
    assert_eq!(report.warmup_ledger.failed, 5);
    assert_eq!(report.ledger.ok, 3);
    assert_eq!(endings(&report), vec![("login", 3, 0, 0)]);
    assert_eq!(report.counts[0].total, 3);
    assert_eq!(report.records[0].values.count(), 3);
    assert_eq!(report.records[0].values.max(), 2);
    assert_eq!(recorder.heard().len(), 4 * 3);
}

/// 40 calls in 4 s of 250 bytes each; the depths are 0 to 39.
#[tokio::test(start_paused = true)]
async fn counts_are_per_second_and_records_a_distribution() {
    let target = async |call: Call| {
        call.count("bytes", 250);
        call.count("retries", 0);
        call.record("depth", call.seq());
    };
    let report = pusher::work(10, 4_000 * MILLISECOND, target).await.unwrap();
    let counts: Vec<_> = report
        .counts
        .iter()
        .map(|count| (count.name.as_str(), count.total, count.per_second))
        .collect();
    assert_eq!(counts, [("bytes", 10_000, 2_500.0), ("retries", 0, 0.0)]);
    let [depth] = &report.records[..] else { panic!("{:?}", report.records) };
    let values = &depth.values;
    assert_eq!(depth.name.as_str(), "depth");
    assert_eq!(values.count(), 40);
    assert_eq!(values.min(), 0);
    assert_eq!(values.mean(), 19.5);
    assert_eq!(values.max(), 39);
    assert_eq!(values.percentile(50.0), 19);
    assert_eq!(values.percentile(90.0), 35);
    assert_eq!(values.percentile(97.5), 38);
}

/// Threads, each with its shard, and Workers, each with its names.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_threads_heard_is_put_together() {
    let target = async |call: Call| {
        for name in ["login", "pay"] {
            call.step(name, tokio::task::yield_now()).await;
            call.count("steps", 1);
        }
        call.record("seq", call.seq());
    };
    let reports =
        pusher::force(3, 20_000, 50 * MILLISECOND, Worker::hire("many", target)).await.unwrap();
    for report in reports {
        assert_eq!(report.ledger.ok, 1_000);
        assert_eq!(endings(&report), vec![("login", 1_000, 0, 0), ("pay", 1_000, 0, 0)]);
        let seq = &report.records[0].values;
        assert_eq!(report.counts[0].total, 2_000);
        assert_eq!(seq.count(), 1_000);
        assert_eq!(seq.mean(), 499.5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_names_are_told_apart() {
    let target = async |call: Call| call.step(&format!("user {}", call.seq()), async {}).await;
    let report = pusher::work(200, 1_000 * MILLISECOND, target).await.unwrap();
    assert_eq!(report.steps.len(), 101);
    assert_eq!(report.steps[99].name, "user 99");
    assert_eq!(report.steps[99].ok, 1);
    assert_eq!(report.steps[100].name, "(other steps)");
    assert_eq!(report.steps[100].ok, 100);
}

/// Writes down what it is told.
#[derive(Default)]
struct Notes {
    heard: Mutex<Vec<String>>,
    stops: AtomicU64,
}

impl Notes {
    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Gossiper for Notes {
    fn hear(&self, _: &Worker, _: &Gossip) {}

    fn note(&self, worker: &Worker, note: &Note<'_>) {
        assert_eq!(self.stops.load(Ordering::SeqCst), 0, "{note:?} after the stop");
        let Note { seq, name, kind, .. } = note;
        self.heard.lock().unwrap().push(format!("{worker} {seq} {name} {kind:?}"));
    }

    fn stop(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn gossipers_hear_notes_in_their_order() {
    let target = async |call: Call| {
        call.record("depth", 7);
        call.step("pay", async {
            sleep(3 * MILLISECOND).await;
            call.count("rows", 2);
            Err::<(), _>("sold out")
        })
        .await
    };
    let notes = Arc::new(Notes::default());
    Worker::hire("shop", target).gossiper(notes.clone()).work(1, MILLISECOND).await.unwrap();
    let ended = format!(
        "shop 0 pay {:?}",
        NoteKind::StepEnded { time: 3 * MILLISECOND, error: Some("sold out") }
    );
    assert_eq!(
        notes.heard(),
        ["shop 0 depth Record(7)", "shop 0 pay StepBegan", "shop 0 rows Count(2)", &ended]
    );
}

#[tokio::test(start_paused = true)]
async fn a_gossiper_that_panics_at_a_note_is_unhooked() {
    struct Panics;
    impl Gossiper for Panics {
        fn hear(&self, _: &Worker, _: &Gossip) {}
        fn note(&self, _: &Worker, _: &Note<'_>) {
            panic!("noted enough");
        }
        fn stop(&self) {
            panic!("an unhooked gossiper hears no stop");
        }
    }
    let notes = Arc::new(Notes::default());
    let worker = Worker::hire("shop", async |call: Call| call.count("calls", 1))
        .gossiper(Panics)
        .gossiper(notes.clone());
    let report = worker.work(10, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.ok, 10);
    assert_eq!(report.counts[0].total, 10);
    assert_eq!(notes.heard().len(), 10);
    assert_eq!(report.unhooked.len(), 1);
    assert_eq!(report.unhooked[0].1.as_str(), "noted enough");
}

/// A call that hands itself on is heard until its run is over, and not a moment longer.
#[tokio::test(start_paused = true)]
async fn after_the_stop_nothing_is_heard() {
    let target = async |call: Call| {
        tokio::spawn(async move {
            loop {
                call.count("late", 1);
                sleep(10 * MILLISECOND).await;
            }
        });
    };
    let notes = Arc::new(Notes::default());
    let report = Worker::hire("late", target)
        .gossiper(notes.clone())
        .work(1, 95 * MILLISECOND)
        .await
        .unwrap();
    let heard = notes.heard().len();
    assert_eq!(report.counts[0].total, 10);
    assert_eq!(heard, 10);
    sleep(1_000 * MILLISECOND).await;
    assert_eq!(notes.heard().len(), heard);
    assert_eq!(notes.stops.load(Ordering::SeqCst), 1);
}

/// The caller of the first call has nothing more to do while the other still runs.
#[tokio::test(start_paused = true)]
async fn in_a_closed_loop_too_a_call_is_heard_until_its_run_is_over() {
    let target = async |call: Call| {
        call.step("call", async {}).await;
        if call.seq() == 1 {
            return sleep(95 * MILLISECOND).await;
        }
        tokio::spawn(async move {
            loop {
                call.count("late", 1);
                sleep(10 * MILLISECOND).await;
            }
        });
    };
    let notes = Arc::new(Notes::default());
    let worker = Worker::hire("late", target).gossiper(notes.clone());
    let report = worker.work_closed(ClosedLoop::new(2).calls(2)).await.unwrap();
    assert_eq!(report.ledger.ok, 2);
    assert_eq!(endings(&report), vec![("call", 2, 0, 0)]);
    assert_eq!(report.counts[0].total, 10);
    sleep(1_000 * MILLISECOND).await;
    assert_eq!(notes.heard().len(), 2 * 2 + 10);
}

/// The same with threads that never rest: what each gossiper heard is what was counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_busy_call_is_cut_off_between_two_notes() {
    let is_over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let over = is_over.clone();
    let target = move |call: Call| {
        let over = over.clone();
        async move {
            std::thread::spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    call.count("late", 1);
                }
            });
        }
    };
    let counts = Arc::new(Notes::default());
    let report = Worker::hire("busy", target)
        .gossiper(counts.clone())
        .work(100, 30 * MILLISECOND)
        .await
        .unwrap();
    let heard = counts.heard().len() as u64;
    is_over.store(true, Ordering::SeqCst);
    assert_eq!(report.counts[0].total, heard);
}

/// A run keeps its target, and a target may keep calls: they do not keep each other.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_kept_does_not_keep_its_run() {
    let kept: Arc<Mutex<Vec<Call>>> = Arc::default();
    let notes = Arc::new(Notes::default());
    let keep = kept.clone();
    let target = move |call: Call| {
        keep.lock().unwrap().push(call);
        async {}
    };
    Worker::hire("keeps", target)
        .gossiper(notes.clone())
        .work(10, 500 * MILLISECOND)
        .await
        .unwrap();
    tokio::task::yield_now().await;
    assert_eq!(kept.lock().unwrap().len(), 5);
    assert_eq!(Arc::strong_count(&kept), 1);
    assert_eq!(Arc::strong_count(&notes), 1);
    kept.lock().unwrap()[0].count("late", 1);
    assert_eq!(notes.heard(), [""; 0]);
}

/// Where its part can be sent, a step can: a load's calls go from thread to thread.
#[test]
fn a_step_can_be_sent() {
    fn is_send<T: Send>(_: &T) {}
    fn check(call: &Call) {
        is_send(&call.step("wait", sleep(MILLISECOND)));
        // What it gives need not be.
        is_send(&call.step("rc", async { Ok::<_, String>(std::rc::Rc::new(1)) }));
    }
    let _ = check;
}
