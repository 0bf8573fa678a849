//! The test that most load tools fail: a server that freezes for a second, in virtual time, where
//! the truth is exact.

use std::time::Duration;

use pusher::{Report, Worker};
use tokio::time::{Instant, sleep_until};

const MILLISECOND: Duration = Duration::from_millis(1);

/// A server that answers at once, but freezes everything between second 4 and second 5; 10 s at
/// 1,000/s.
async fn stalled(overtime: u64) -> Report {
    let start = Instant::now();
    let server = move || async move {
        let second = start.elapsed();
        if second >= 4_000 * MILLISECOND && second < 5_000 * MILLISECOND {
            sleep_until(start + 5_000 * MILLISECOND).await;
        }
    };
    Worker::hire("stalled", server)
        .overtime(overtime)
        .work(1_000, 10_000 * MILLISECOND)
        .await
        .unwrap()
}

/// ```text
/// second    0   1   2   3   4         5   6   7   8   9
/// server    ────────────────┤ frozen  ├────────────────
/// response  0               1000 … 1ms 0
///
/// 9,000 responses of 0 ms, and one of each of 1 … 1000 ms.
/// ```
#[tokio::test(start_paused = true)]
async fn the_whole_stall_is_in_the_response_times() {
    let report = stalled(100_000).await;
    let ledger = report.ledger;
    assert_eq!(ledger.scheduled, 10_000);
    assert_eq!(ledger.ok, 10_000);
    assert_eq!(ledger.canceled, 0);
    for (percent, millis) in
        [(50.0, 0), (90.0, 0), (95.0, 500), (99.0, 900), (99.9, 990), (100.0, 1_000)]
    {
        let (seen, exact) = (report.response.percentile(percent), millis * MILLISECOND);
        assert!(
            seen >= exact && seen <= exact.mul_f64(1.001),
            "p{percent} is {seen:?}, not {exact:?}"
        );
        assert_eq!(report.service.percentile(percent), seen, "it was the service, p{percent}");
    }
    assert_eq!(report.response.max(), 1_000 * MILLISECOND);
    assert_eq!(report.lag.max(), Duration::ZERO);
    assert_eq!(
        report.response.mean(),
        Duration::from_nanos(1_000 * 1_001 / 2 * 1_000_000 / 10_000)
    );
}

/// Ten calls fill the slots; the 990 ticks of the rest of that second find none.
#[tokio::test(start_paused = true)]
async fn overtime_cancels_what_would_be_one_too_many() {
    let report = stalled(10).await;
    let ledger = report.ledger;
    assert_eq!(ledger.scheduled, 10_000);
    assert_eq!(ledger.started, 9_010);
    assert_eq!(ledger.canceled, 990);
    assert_eq!(ledger.ok, 9_010);
    assert_eq!(ledger.canceled_late, 0, "it was the service");
    assert_eq!(report.response.max(), 1_000 * MILLISECOND);
    // The fastest of the ten that froze.
    assert_eq!(report.response.percentile(100.0 * 9_001.0 / 9_010.0).as_millis(), 991);
    assert_eq!(report.response.percentile(100.0 * 9_000.0 / 9_010.0), Duration::ZERO);
}
