//! A queue whose response times are known by formula, and a closed loop whose throughput is.

use std::sync::Arc;
use std::time::Duration;

use pusher::{Call, ClosedLoop, Report, Shape, Worker};
use tokio::sync::Mutex;
use tokio::time::sleep;

/// A number between 0 and 1 that tick and stream decide on, by SplitMix64.
fn uniform(seq: u64, stream: u64) -> f64 {
    let mut state = seq.wrapping_add(stream << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((state ^ (state >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// A service of one second on average, for one call at a time, in the order in which they come.
fn single_server(
    stream: u64,
) -> impl Fn(Call) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync + 'static {
    let server = Arc::new(Mutex::new(()));
    move |call| {
        let server = server.clone();
        Box::pin(async move {
            let _turn = server.lock().await;
            sleep(Duration::from_secs_f64(-(1.0 - uniform(call.seq(), stream)).ln())).await;
        })
    }
}

/// [M/M/1](https://en.wikipedia.org/wiki/M/M/1_queue): with arrivals at λ = 0.8 a second and a service of μ = 1 a second, response times
/// are exponential with the rate μ − λ. The services are rounded up to tokio's millisecond, which
/// makes 0.2 % of it.
#[tokio::test(start_paused = true)]
async fn response_times_of_a_queue_are_those_of_its_formula() {
    let arrivals = Shape::constant(0.8, Duration::MAX).unwrap().calls(1_000_000).poisson(1);
    let report = Worker::hire("queue", single_server(1)).work_to(arrivals).await.unwrap();
    assert_eq!(report.ledger.scheduled, 1_000_000);
    assert_eq!(report.ledger.ok, 1_000_000);
    for percent in [50.0_f64, 90.0, 99.0] {
        let formula = (100.0 / (100.0 - percent)).ln() / (1.0 - 0.8);
        let seen = report.response.percentile(percent).as_secs_f64();
        assert!(
            (seen / formula - 1.0).abs() < 0.02,
            "p{percent} is {seen}s, and {formula}s by the formula"
        );
    }
    let mean = report.response.mean().as_secs_f64();
    assert!((mean * (1.0 - 0.8) - 1.0).abs() < 0.02, "mean {mean}s");
    assert!(
        report.lag.max() <= Duration::from_millis(1),
        "tokio's paused clock moves in milliseconds: {:?}",
        report.lag.max()
    );
}

async fn closed(
    concurrency: u64,
    pause: Duration,
    duration: Duration,
    service: Duration,
) -> Report {
    let closed = ClosedLoop::new(concurrency).pause(pause).duration(duration);
    Worker::hire("closed", move || sleep(service)).work_closed(closed).await.unwrap()
}

/// [Little's law](https://en.wikipedia.org/wiki/Little%27s_law): concurrency = throughput × (service time + pause).
#[tokio::test(start_paused = true)]
async fn throughput_of_a_closed_loop_is_that_of_littles_law() {
    for (concurrency, pause, service) in [(1, 0, 10), (20, 0, 100), (20, 50, 150), (7, 990, 10)] {
        let [pause, service] = [pause, service].map(Duration::from_millis);
        let report = closed(concurrency, pause, Duration::from_secs(1_000), service).await;
        let cycle = (pause + service).as_secs_f64();
        assert_eq!(
            report.ledger.ok,
            (concurrency as f64 * 1_000.0 / cycle).round() as u64,
            "{concurrency} callers, {cycle}s each"
        );
        let little = concurrency as f64 / cycle;
        assert!(
            (report.throughput / little - 1.0).abs() < 0.001,
            "{} a second, and {little} by the law",
            report.throughput
        );
        assert_eq!(report.response.min(), service);
        assert_eq!(report.response.max(), service);
        assert_eq!(report.lag.max(), Duration::ZERO);
    }
}

/// The same server that has the response times of a queue in an open loop: a closed one sees none
/// of them.
#[tokio::test(start_paused = true)]
async fn a_closed_loop_hides_queueing() {
    let worker = Worker::hire("hides", single_server(2));
    let report = worker.work_closed(ClosedLoop::new(1).calls(100_000)).await.unwrap();
    let p99 = report.response.percentile(99.0).as_secs_f64();
    assert!((p99 / 100f64.ln() - 1.0).abs() < 0.05, "its own service, and no queue: {p99}s");
}
