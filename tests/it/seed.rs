//! The tests of the seed, the Go library of the same name, as facts about this one.
//!
//! Under tokio's paused clock what the seed could only bound is a number. Two of its tests are
//! about what the types rule out here, and so are compile errors: a missing target
//! (`ui/hire_without_target.rs`) and a negative overtime (`ui/overtime_negative.rs`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{
    Call, Error, Gossip, GossipReceiver, Gossiper, Ledger, Target, Worker, farm, force, work,
};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::recorder::Recorder;

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
/// How long a slow call takes: a little off the second, so that no call ends in the instant in
/// which a tick is due.
const SLOW: Duration = Duration::from_millis(1_005);

#[derive(Default)]
struct Observer {
    canceled: AtomicU64,
    received: AtomicU64,
    success: AtomicU64,
    failure: AtomicU64,
    stops: AtomicU64,
}

impl Observer {
    fn new() -> Arc<Observer> {
        Arc::default()
    }

    /// Canceled, received, success, failure, stops.
    fn counts(&self) -> [u64; 5] {
        [&self.canceled, &self.received, &self.success, &self.failure, &self.stops]
            .map(|counter| counter.load(Ordering::SeqCst))
    }
}

impl Gossiper for Observer {
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        let counter = match () {
            () if gossip.is_canceled() => &self.canceled,
            () if gossip.is_before_target() => &self.received,
            () if gossip.error().is_some() => &self.failure,
            () => &self.success,
        };
        counter.fetch_add(1, Ordering::SeqCst);
    }

    fn stop(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
    }
}

async fn noop() -> Result<&'static str, String> {
    Ok("done")
}

/// Ends when the schedule does.
async fn awaitable(call: Call) -> Result<&'static str, String> {
    call.stopped().await;
    Ok("done")
}

/// Serves one call at a time, with what `answer` says for the first, the second and so on: how long
/// it takes, and its end.
fn one_at_a_time(answer: fn(u64) -> (Duration, Result<&'static str, String>)) -> impl Target<()> {
    let served = Arc::new(tokio::sync::Mutex::new(0));
    move || {
        let served = served.clone();
        async move {
            let mut served = served.lock().await;
            *served += 1;
            let (time, end) = answer(*served);
            sleep(time).await;
            end
        }
    }
}

fn slow() -> impl Target<()> {
    one_at_a_time(
        |nth| if nth % 2 == 0 { (SLOW, Ok("done")) } else { (Duration::ZERO, Ok("done")) },
    )
}

fn fuzz_buzz() -> impl Target<()> {
    one_at_a_time(|nth| match (nth % 3, nth % 5) {
        (0, _) => (Duration::ZERO, Err("unexpected".to_string())),
        (_, 0) => (SLOW, Ok("busy")),
        _ => (Duration::ZERO, Ok("done")),
    })
}

// Errors and validation.

#[test]
fn errors_say_what_to_do() {
    let rps = Error::InvalidRps("-42".to_string()).to_string();
    assert_eq!(rps, "rps is -42: give a number above 0 and up to 1000000000, such as 50 or 0.5");
    let busy = Error::WorkerIsBusy("judas".to_string()).to_string();
    assert_eq!(busy, "worker `judas` is at work: wait for its report, or hire another");
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_validated_and_the_worker_stays_free() {
    let observer = Observer::new();
    let worker = Worker::hire("judas", noop).gossiper(observer.clone());
    for rps in [0, -42, 10_000_000_000_i64] {
        assert_eq!(worker.work(rps, SECOND).await.unwrap_err(), Error::InvalidRps(rps.to_string()));
        assert!(!worker.config().busy, "{rps}");
    }
    assert_eq!(observer.counts(), [0; 5]);
    assert_eq!(worker.work(1, SECOND).await.unwrap().ledger.ok, 1);
}

#[tokio::test(start_paused = true)]
async fn of_five_works_at_once_four_are_refused() {
    let worker = Arc::new(Worker::hire("judas", awaitable));
    let mut works = JoinSet::new();
    for _ in 0..5 {
        let worker = worker.clone();
        works.spawn(async move { worker.work(1, SECOND).await });
    }
    let (worked, refused): (Vec<_>, Vec<_>) =
        works.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(worked.into_iter().map(|report| report.unwrap().ledger.ok).collect::<Vec<_>>(), [1]);
    let refused: Vec<_> = refused.into_iter().map(Result::unwrap_err).collect();
    assert_eq!(refused, vec![Error::WorkerIsBusy("judas".to_string()); 4]);
    assert!(!worker.config().busy);
}

// The terms. The seed calls a Worker that was given no name "judas"; here the ident is what was
// given.

#[test]
fn a_worker_hired_on_defaults() {
    let worker = Worker::hire("judas", noop);
    let config = worker.config();
    assert_eq!(config.ident.as_str(), "judas");
    assert_eq!(config.overtime, 1_000_000);
    assert_eq!(config.gossipers, 0);
    assert!(!config.busy);
    assert_eq!(worker.to_string(), "judas".to_string());
    assert_eq!(Worker::hire("", noop).to_string(), String::new());
}

#[test]
fn a_worker_hired_with_offers() {
    let worker = Worker::hire("cozy".to_string(), fuzz_buzz())
        .gossiper(Observer::default())
        .gossiper(Recorder::new())
        .overtime(100);
    let config = worker.config();
    assert_eq!(config.ident.as_str(), "cozy");
    assert_eq!(config.overtime, 100);
    assert_eq!(config.gossipers, 2);
    assert!(!config.busy);
    assert_eq!(
        Worker::hire("last", noop).overtime(1).overtime(42).config().overtime,
        42,
        "the last word counts"
    );
}

#[tokio::test(start_paused = true)]
async fn gossipers_are_told_in_the_order_in_which_they_were_given() {
    struct Nth(u64, Arc<Mutex<Vec<u64>>>);
    impl Gossiper for Nth {
        fn hear(&self, _: &Worker, _: &Gossip) {
            self.1.lock().unwrap().push(self.0);
        }
    }
    for given in 0..=3 {
        let told = Arc::default();
        let worker = (0..given).fold(Worker::hire("judas", noop), |worker, nth| {
            worker.gossiper(Nth(nth, Arc::clone(&told)))
        });
        assert_eq!(worker.config().gossipers as u64, given);
        worker.work(1, SECOND).await.unwrap();
        // One before and one after the call.
        assert_eq!(*told.lock().unwrap(), (0..given).chain(0..given).collect::<Vec<_>>());
    }
}

// Gossip. Its moment is one of three: an unsupported one, and a gossip that is nil, are ruled out
// by types.

#[tokio::test(start_paused = true)]
async fn a_gossip_is_of_one_moment_and_shows_it() {
    let recorder = Recorder::new();
    // The second tick finds the only slot taken.
    let worker = Worker::hire("judas", awaitable).overtime(1).gossiper(recorder.clone());
    worker.work(2, SECOND).await.unwrap();
    let heard: Vec<_> = recorder
        .heard()
        .iter()
        .map(|gossip| {
            (
                gossip.to_string(),
                [gossip.is_canceled(), gossip.is_before_target(), gossip.is_after_target()],
            )
        })
        .collect();
    let moment = |shown: &str, is: [bool; 3]| (shown.to_string(), is);
    assert_eq!(
        heard,
        [
            moment("before-target", [false, true, false]),
            moment("canceled", [true, false, false]),
            moment("after-target", [false, false, true]),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_gossip_has_what_the_target_returned() {
    let recorder = Recorder::new();
    Worker::hire("judas", async || Ok::<_, String>("useful"))
        .gossiper(recorder.clone())
        .work(1, SECOND)
        .await
        .unwrap();
    let returned: Vec<_> =
        recorder.heard().iter().map(|gossip| gossip.returned::<&str>().copied()).collect();
    assert_eq!(returned, [None, Some("useful")]);
}

// Work.

#[tokio::test(start_paused = true)]
async fn work_is_a_report_or_an_error() {
    let report = work(1, SECOND, noop).await.unwrap();
    assert_eq!(report.ledger.scheduled, 1);
    assert_eq!(report.ledger.ok, 1);
    assert_eq!(report.elapsed, SECOND);
    assert_eq!(work(-1, SECOND, noop).await.unwrap_err(), Error::InvalidRps("-1".to_string()));
}

/// ```text
/// served     1 2 3 4   5          6 … 9   10           11 … 14 …
/// at ms      0 … 30    40 … 1045  1045    1050 … 2055  2055
/// in flight            5 by 80            5 by 1090
///
/// The 5th, 10th, 20th, 25th and 35th are slow. When 5 calls are in flight, ticks are canceled
/// until the slow one ends.
/// ```
///
/// The seed, which drops gossip and leaves calls behind, knows no more than: over 400 canceled,
/// over 30 received, over 20 that succeeded and under 20 that failed.
#[tokio::test(start_paused = true)]
async fn a_fast_worker_on_a_target_that_is_busy_now_and_then() {
    let observer = Observer::new();
    let worker = Worker::hire("judas", fuzz_buzz()).gossiper(observer.clone()).overtime(5);
    assert!(!worker.config().busy);
    let at_work = async {
        sleep(SECOND).await;
        worker.config().busy
    };
    let (report, at_work) = tokio::join!(worker.work(100, 5 * SECOND), at_work);
    assert!(at_work && !worker.config().busy);
    assert_eq!(observer.counts(), [461, 39, 26, 13, 1]);
    let ledger = report.unwrap().ledger;
    assert_eq!(ledger.scheduled, 500);
    assert_eq!(ledger.canceled, 461);
    assert_eq!(ledger.started, 39);
    assert_eq!(ledger.ok, 26);
    assert_eq!(ledger.failed, 13);
}

/// The second and the fourth call take the slot for a little more than a second: the tick after the
/// second finds none.
#[tokio::test(start_paused = true)]
async fn a_slow_worker_with_a_listener_that_leaves_early() {
    let (sender, mut receiver) = pusher::channel(10);
    let worker = Worker::hire("judas", slow()).gossiper(sender.clone()).overtime(1);
    let leaves = async move {
        [receiver.recv().await, receiver.recv().await]
            .map(|heard| heard.unwrap().gossip.to_string())
    };
    let (report, heard) = tokio::join!(worker.work(1, 5 * SECOND), leaves);
    let ledger = report.unwrap().ledger;
    assert_eq!(ledger.scheduled, 5);
    assert_eq!(ledger.canceled, 1);
    assert_eq!(ledger.ok, 4);
    assert_eq!(heard, ["before-target", "after-target"]);
    assert_eq!(sender.missed(), told(&ledger) - 2);
}

// Farm and force.

fn farmers(observers: &[Arc<Observer>; 4], all: &Arc<Observer>) -> [Worker; 3] {
    let [first, second, third, _] = observers;
    [
        Worker::hire("#1", slow()).gossiper(first.clone()).gossiper(all.clone()).overtime(10),
        Worker::hire("#2", fuzz_buzz()).gossiper(second.clone()).gossiper(all.clone()).overtime(10),
        Worker::hire("#3", noop).gossiper(third.clone()).gossiper(all.clone()),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_farm_with_an_observer_shared_by_all() {
    let (observers, all) = (<[Arc<Observer>; 4]>::default(), Observer::new());
    let fourth = Worker::hire("#4", awaitable).gossiper(observers[3].clone()).gossiper(all.clone());
    let reports =
        farm(10, SECOND, farmers(&observers, &all).into_iter().chain([fourth])).await.unwrap();
    let counts = observers.each_ref().map(|observer| observer.counts());
    assert_eq!(counts, [[0, 10, 10, 0, 1], [0, 10, 7, 3, 1], [0, 10, 10, 0, 1], [0, 10, 10, 0, 1]]);
    assert_eq!(all.counts(), [0, 40, 37, 3, 4]);
    let ledgers: Vec<_> = reports
        .iter()
        .map(|report| (report.name.as_str(), report.ledger.ok, report.ledger.failed))
        .collect();
    assert_eq!(ledgers, [("#1", 10, 0), ("#2", 7, 3), ("#3", 10, 0), ("#4", 10, 0)]);
}

#[tokio::test(start_paused = true)]
async fn a_farm_that_cannot_start_makes_no_tick() {
    let (observers, all) = (<[Arc<Observer>; 4]>::default(), Observer::new());
    assert_eq!(
        farm(-42, SECOND, farmers(&observers, &all)).await.unwrap_err(),
        Error::InvalidRps("-42".to_string())
    );

    // A farm takes its Workers by value, so that one at work is not easily given to it: its `work`
    // has to be forgotten.
    let busy = Worker::hire("busy", noop).gossiper(observers[3].clone());
    let mut at_work = Box::pin(busy.work(1, 3 * SECOND));
    assert!(timeout(MILLISECOND, &mut at_work).await.is_err());
    std::mem::forget(at_work);
    let refused = farm(10, SECOND, farmers(&observers, &all).into_iter().chain([busy])).await;
    assert_eq!(refused.unwrap_err(), Error::WorkerIsBusy("busy".to_string()));

    sleep(10 * SECOND).await;
    assert_eq!(all.counts(), [0; 5]);
    assert_eq!(
        observers.map(|observer| observer.counts()),
        [[0; 5], [0; 5], [0; 5], [0, 3, 3, 0, 1]],
        "only what was begun before"
    );
}

#[tokio::test(start_paused = true)]
async fn a_force_has_the_observers_of_the_worker_that_it_copies() {
    let observers: [Arc<Observer>; 4] = Default::default();
    let worker = || {
        observers.iter().cloned().fold(Worker::hire("judas", noop).overtime(10), Worker::gossiper)
    };
    assert_eq!(
        force(3, -42, SECOND, worker()).await.unwrap_err(),
        Error::InvalidRps("-42".to_string())
    );
    assert!(observers.iter().all(|observer| observer.counts() == [0; 5]));
    let reports = force(3, 10, SECOND, worker()).await.unwrap();
    assert!(observers.iter().all(|observer| observer.counts() == [0, 30, 30, 0, 3]));
    let names: Vec<_> =
        reports.iter().map(|report| (report.name.as_str(), report.ledger.ok)).collect();
    assert_eq!(names, [("judas #0", 10), ("judas #1", 10), ("judas #2", 10)]);
    assert!(force(0, 10, SECOND, worker()).await.unwrap().is_empty());
}

// Listeners with a task of their own, as all of the seed's are.

/// How many gossips a run has told: two of each started tick and one of each canceled one.
fn told(ledger: &Ledger) -> u64 {
    2 * ledger.started + ledger.canceled
}

/// Receives up to the end of a run, resting before each receive.
async fn listen(receiver: &mut GossipReceiver, rest: Duration) -> u64 {
    let mut received = 0;
    loop {
        sleep(rest).await;
        match receiver.recv().await {
            Some(_) => received += 1,
            None => return received,
        }
    }
}

/// In real time: it is about threads. Were the schedule to wait for the listener, 40,000 gossips
/// would take 400 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_that_is_too_slow_misses_gossip_and_slows_nothing() {
    let (sender, mut receiver) = pusher::channel(16);
    let listener =
        tokio::spawn(
            async move { (listen(&mut receiver, 10 * MILLISECOND).await, receiver.missed()) },
        );
    let worker = Worker::hire("judas", noop).gossiper(sender);
    let ledger = worker.work(100_000, 200 * MILLISECOND).await.unwrap().ledger;
    assert_eq!(ledger.scheduled, 20_000);
    assert_eq!(ledger.ok, 20_000);
    assert_eq!(ledger.canceled, 0);
    let (received, missed) = listener.await.unwrap();
    assert_eq!(received + missed, told(&ledger));
    assert!(received >= 16 && missed > 0, "{received} received, {missed} missed");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_run_is_heard_once_for_each_run() {
    let (sender, mut receiver) = pusher::channel(1_000);
    let worker = |ident| Worker::hire(ident, noop).gossiper(sender.clone());

    // One Worker that works twice, ..
    let twice = worker("twice");
    for ticks in [3, 5] {
        twice.work(ticks, SECOND).await.unwrap();
        assert_eq!(listen(&mut receiver, Duration::ZERO).await, 2 * ticks);
    }
    // .. and two that work once, side by side.
    farm(4, SECOND, [worker("a"), worker("b")]).await.unwrap();
    let both =
        listen(&mut receiver, Duration::ZERO).await + listen(&mut receiver, Duration::ZERO).await;
    assert_eq!(both, 16);
    assert!(
        timeout(SECOND, receiver.recv()).await.is_err(),
        "no run is over that has not been heard of"
    );

    // And a run whose future is dropped is over too.
    assert!(timeout(100 * MILLISECOND, twice.work(4, SECOND)).await.is_err());
    assert_eq!(listen(&mut receiver, Duration::ZERO).await, 2);
    assert!(timeout(SECOND, receiver.recv()).await.is_err());

    drop((sender, twice));
    assert!(receiver.recv().await.is_none(), "every sender is gone");
    assert_eq!(receiver.missed(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_heard_names_the_worker() {
    let (sender, mut receiver) = pusher::channel(1_000);
    farm(
        2,
        SECOND,
        ["judas", "wayne"].map(|ident| Worker::hire(ident, noop).gossiper(sender.clone())),
    )
    .await
    .unwrap();
    drop(sender);
    let mut heard = Vec::new();
    for _ in 0..2 {
        while let Some(next) = receiver.recv().await {
            heard.push((next.worker.to_string(), next.gossip.seq(), next.gossip.to_string()));
        }
    }
    heard.sort();
    let all = ["judas", "wayne"].into_iter().flat_map(|worker| {
        let moments =
            [(0, "after-target"), (0, "before-target"), (1, "after-target"), (1, "before-target")];
        moments.map(|(seq, moment)| (worker.to_string(), seq, moment.to_string()))
    });
    assert!(all.eq(heard));
}

#[tokio::test(start_paused = true)]
async fn without_a_receiver_every_gossip_is_missed() {
    let (sender, receiver) = pusher::channel(10);
    drop(receiver);
    let worker = Worker::hire("judas", fuzz_buzz()).overtime(5).gossiper(sender.clone());
    let report = worker.work(100, SECOND).await.unwrap();
    assert_eq!(report.ledger.scheduled, 100);
    assert_eq!(report.unhooked.len(), 0);
    assert_eq!(sender.missed(), told(&report.ledger));
}

#[tokio::test(start_paused = true)]
async fn a_channel_without_room_misses_every_gossip_but_not_the_end() {
    let (sender, mut receiver) = pusher::channel(0);
    let worker = Worker::hire("judas", noop).gossiper(sender.clone());
    let ledger = worker.work(100, SECOND).await.unwrap().ledger;
    assert!(receiver.recv().await.is_none());
    assert_eq!(ledger.ok, 100);
    assert_eq!(receiver.missed(), 200);
    assert_eq!(sender.missed(), 200);
    assert!(timeout(SECOND, receiver.recv()).await.is_err(), "the sender is still here");
}
