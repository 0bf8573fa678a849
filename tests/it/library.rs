//! `work`, `farm`, `force` and what they refuse.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{Call, Error, Schedule, Shape, Stage, Worker, farm, force, work};
use tokio::time::{Instant, sleep};

const MILLISECOND: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_rate_that_is_none_is_refused() {
    let message = |error: Error| error.to_string();
    for (refused, given) in [
        (work(0, MILLISECOND, async || ()).await, "0"),
        (work(-1.5, MILLISECOND, async || ()).await, "-1.5"),
        (work(f64::NAN, MILLISECOND, async || ()).await, "NaN"),
        (work(2_000_000_000_u64, MILLISECOND, async || ()).await, "2000000000"),
    ] {
        let expected = format!(
            "rps is {given}: give a number above 0 and up to 1000000000, such as 50 or 0.5"
        );
        assert_eq!(message(refused.unwrap_err()), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_a_text_too() {
    let second = 1_000 * MILLISECOND;
    let report = work("100/3s", 3 * second, async || ()).await.unwrap();
    assert_eq!(report.ledger.ok, 100);
    assert_eq!(report.load.rate.as_deref(), Some("100/3s"));
    let shape = Shape::stages([Stage::hold("7/m", 60 * second), Stage::ramp(0, "1/s", 4 * second)]);
    assert_eq!(shape.unwrap().ticks(), 9);
    assert_eq!(Shape::constant("1200/h", 3_600 * second).unwrap().ticks(), 1_200);
    assert_eq!(Shape::steps("20/m", 1, "20/m", 3 * second).unwrap().ticks(), 6);
    assert_eq!(
        work("7/x", second, async || ()).await.unwrap_err().to_string(),
        "rps is 7/x: give a number above 0 and up to 1000000000, such as 50 or 0.5, or a text such \
         as \"7/m\" or \"100/3s\""
    );
    let nothing = Shape::sine("1/999983s", "1/1000033s", second, second).unwrap_err().to_string();
    assert!(nothing.contains("in sine share no denominator below 1000000000000"), "{nothing}");
}

#[test]
fn without_a_runtime_it_says_so() {
    let future = std::pin::pin!(work(1, MILLISECOND, async || ()));
    let polled = future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    let std::task::Poll::Ready(Err(error)) = polled else { panic!("not refused") };
    assert_eq!(error, Error::NoRuntime);
    assert_eq!(
        error.to_string(),
        "no tokio runtime here: call this inside `#[tokio::main]`, `#[tokio::test]` or `Runtime::block_on`"
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_at_work_is_busy() {
    let worker = Worker::hire("shop", async || ());
    let (first, second) =
        tokio::join!(worker.work(10, 100 * MILLISECOND), worker.work(10, 100 * MILLISECOND));
    assert_eq!(
        second.unwrap_err().to_string(),
        "worker `shop` is at work: wait for its report, or hire another"
    );
    assert_eq!(first.unwrap().ledger.ok, 1);
    assert_eq!(worker.work(10, 100 * MILLISECOND).await.unwrap().ledger.ok, 1, "free again");
}

#[tokio::test(start_paused = true)]
async fn a_farm_starts_all_or_none() {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = |ident: &str| {
        let calls = calls.clone();
        Worker::hire(ident, move || {
            calls.fetch_add(1, Ordering::SeqCst);
            async {}
        })
    };
    assert!(matches!(farm(0, MILLISECOND, [counted("a")]).await, Err(Error::InvalidRps(_))));
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let reports =
        farm(10, 1_000 * MILLISECOND, (0..64).map(|n| counted(&format!("w{n}")))).await.unwrap();
    assert!(reports.len() == 64 && reports.iter().all(|report| report.ledger.ok == 10));
    assert_eq!(calls.load(Ordering::SeqCst), 640);
    assert_eq!(reports[63].name.as_str(), "w63");
    assert!(farm(10, MILLISECOND, []).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_force_is_copies_each_at_the_rate_with_its_own_overtime() {
    let worker = Worker::hire("slow", async || sleep(250 * MILLISECOND).await).overtime(1);
    let reports = force(3, 10, 1_000 * MILLISECOND, worker).await.unwrap();
    let names: Vec<_> = reports
        .iter()
        .map(|report| (report.name.as_str(), report.ledger.ok, report.ledger.canceled))
        .collect();
    assert_eq!(names, [("slow #0", 4, 6), ("slow #1", 4, 6), ("slow #2", 4, 6)]);
}

#[tokio::test(start_paused = true)]
async fn a_force_deals_the_ticks_of_one_schedule_and_a_farm_does_not() {
    let dues = Arc::new(Mutex::new(Vec::new()));
    let worker = |name: &str| {
        let dues = dues.clone();
        Worker::hire(name, move |call: Call| {
            dues.lock().unwrap().push(call.due());
            async {}
        })
    };
    let in_millis = || {
        let mut dues = std::mem::take(&mut *dues.lock().unwrap());
        dues.sort();
        let since = |due: &Instant| due.duration_since(dues[0]).as_millis();
        dues.iter().map(since).collect::<Vec<_>>()
    };
    let reports = force(5, 2, 900 * MILLISECOND, worker("copy")).await.unwrap();
    assert_eq!(in_millis(), [0, 100, 200, 300, 400, 500, 600, 700, 800]);
    let ok: Vec<u64> = reports.iter().map(|report| report.ledger.ok).collect();
    assert_eq!(ok, [2, 2, 2, 2, 1]);
    farm(2, 900 * MILLISECOND, ["a", "b"].map(worker)).await.unwrap();
    assert_eq!(in_millis(), [0, 0, 500, 500]);
}

#[tokio::test(start_paused = true)]
async fn work_until_ends_when_told() {
    let worker = Worker::hire("until", async || ());
    let report = worker.work_until(10, async {}).await.unwrap();
    assert!(report.ledger.balances() && report.ledger.scheduled <= 1, "{:?}", report.ledger);
    let report = worker.work_until(10, sleep(1_050 * MILLISECOND)).await.unwrap();
    assert_eq!(report.ledger.ok, 11);
    assert_eq!(report.elapsed, 1_050 * MILLISECOND);
    let never = tokio::time::timeout(
        Duration::from_secs(3_600),
        worker.work_until(10, std::future::pending()),
    )
    .await;
    assert!(never.is_err() && !worker.config().busy);
}

#[test]
fn it_runs_on_any_runtime_and_on_two_at_once() {
    let run = |mut builder: tokio::runtime::Builder| {
        let runtime = builder.enable_all().build().unwrap();
        runtime
            .block_on(work(1_000, 100 * MILLISECOND, async || tokio::task::yield_now().await))
            .unwrap()
            .ledger
    };
    let other = std::thread::spawn(move || run(tokio::runtime::Builder::new_multi_thread()));
    let ledger = run(tokio::runtime::Builder::new_current_thread());
    assert_eq!(ledger.ok, 100);
    assert_eq!(other.join().unwrap().ok, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_time_makes_every_tick_at_any_rate() {
    for (rps, millis, ticks) in
        [(0.2, 100, 1), (20.0, 200, 4), (100_000.0, 200, 20_000), (1e6, 100, 100_000)]
    {
        let never_early = |call: Call| async move {
            if Instant::now() >= call.due() { Ok(1) } else { Err("called before it was due") }
        };
        let report = work(rps, millis * MILLISECOND, never_early).await.unwrap();
        assert_eq!(report.ledger.scheduled, ticks, "{rps}/s");
        assert_eq!(report.ledger.ok, ticks, "{rps}/s");
        assert!(
            report.elapsed >= millis * MILLISECOND && report.response.min() >= report.service.min(),
            "{rps}/s"
        );
        assert!(report.service.min() > Duration::ZERO, "a clock that stood still at {rps}/s");
    }
}

#[test]
fn a_timeout_needs_a_timer() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let worker = Worker::hire("shop", async || ()).timeout(MILLISECOND);
    let refused = runtime.block_on(worker.work(10, MILLISECOND)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "this tokio runtime has no timer, which a timeout needs: build it with `enable_time` or `enable_all`"
    );
    let without = Worker::hire("shop", async || ());
    assert_eq!(runtime.block_on(without.work(100, 20 * MILLISECOND)).unwrap().ledger.ok, 2);
}

/// Times that no clock reaches are no limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_times_are_no_limit() {
    let worker = Worker::hire("patient", async || tokio::task::yield_now().await)
        .timeout(Duration::MAX)
        .grace(Duration::MAX);
    let report = worker.work(1_000, 50 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.scheduled, 50);
    assert_eq!(report.ledger.ok, 50);
}

/// Ticks that come due in the last moment are made, also where nothing is given to them after it.
#[tokio::test(start_paused = true)]
async fn without_grace_the_last_ticks_are_made_all_the_same() {
    let report = Worker::hire("hasty", async || ())
        .grace(Duration::ZERO)
        .work(100_000, 100 * MILLISECOND)
        .await
        .unwrap();
    assert_eq!(report.ledger.scheduled, 10_000);
    assert_eq!(report.ledger.ok, 10_000);
}

/// The clock of the runtime is five seconds ahead of every other.
#[tokio::test]
async fn a_clock_that_was_moved_is_the_clock_of_all() {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5)).await;
    tokio::time::resume();
    let report = work(1_000, 50 * MILLISECOND, async || ()).await.unwrap();
    assert_eq!(report.ledger.ok, 50);
    assert!(
        report.elapsed < Duration::from_secs(5) && report.lag.max() < Duration::from_secs(5),
        "{report}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_zero_overtime_cancels_every_tick() {
    let report =
        Worker::hire("none", async || ()).overtime(0).work(10, 1_000 * MILLISECOND).await.unwrap();
    assert_eq!(report.ledger.scheduled, 10);
    assert_eq!(report.ledger.canceled, 10);
    assert_eq!(report.ledger.started, 0);
}
