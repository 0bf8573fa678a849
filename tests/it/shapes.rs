//! Shapes, arrivals and schedules of users on tokio's paused clock.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pusher::{Call, Error, Report, Schedule, Shape, Stage, Worker};
use tokio::time::Instant;

use crate::recorder::Recorder;

const SECOND: Duration = Duration::from_secs(1);

/// Works to a schedule; gives the report, and when each call was due, in nanoseconds from the
/// start.
async fn dues(schedule: impl Schedule, warmup: Duration) -> (Report, Vec<(u64, bool, u128)>) {
    let (calls, begun) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let seen = calls.clone();
    let target = move |call: Call| {
        seen.lock().unwrap().push((call.seq(), call.is_warmup(), (call.due() - begun).as_nanos()));
        std::future::ready(())
    };
    let recorder = Recorder::new();
    let worker = Worker::hire("shaped", target).warmup(warmup).gossiper(recorder.clone());
    let report = worker.work_to(schedule).await.unwrap();
    recorder.check(&report, "shaped");
    let calls = calls.lock().unwrap().clone();
    (report, calls)
}

#[tokio::test(start_paused = true)]
async fn calls_are_due_when_the_shape_says() {
    let shape = Shape::stages([
        Stage::ramp(0, 100, 10 * SECOND),
        Stage::hold(0, 5 * SECOND),
        Stage::spike(500, SECOND),
    ])
    .unwrap();
    let expected: Vec<_> =
        (0..1_000).map(|tick| (tick, false, shape.due(tick).as_nanos())).collect();
    let (report, calls) = dues(shape, Duration::ZERO).await;
    assert_eq!(report.ledger.scheduled, 1_000);
    assert_eq!(report.ledger.ok, 1_000);
    assert_eq!(report.elapsed, 16 * SECOND);
    assert_eq!(calls, expected);
    assert!(report.lag.max() < Duration::from_millis(1), "{:?}", report.lag.max());
    assert_eq!(report.load.shape, "0 → 100/s in 10s, 0/s for 5s, 500/s for 1s");
}

/// 5 t² = k, for the first two seconds; then the same from the beginning.
#[tokio::test(start_paused = true)]
async fn the_warm_up_is_the_beginning_of_the_shape() {
    let shape = Shape::stages([Stage::ramp(0, 10, SECOND)]).unwrap();
    let due: Vec<u128> = (0..5).map(|tick| shape.due(tick).as_nanos()).collect();
    let (report, calls) = dues(shape, SECOND / 2).await;
    let warmup =
        due.iter().filter(|due| **due < 500_000_000).zip(0..).map(|(due, seq)| (seq, true, *due));
    let expected: Vec<_> = warmup
        .chain(due.iter().zip(0..).map(|(due, seq)| (seq, false, due + 500_000_000)))
        .collect();
    assert_eq!(calls, expected);
    assert_eq!(report.warmup_ledger.ok, 2);
    assert_eq!(report.ledger.ok, 5);
}

#[tokio::test(start_paused = true)]
async fn a_seed_makes_the_same_run_again() {
    let run = async |seed| {
        let (report, calls) = dues(
            Shape::sine(10, 100, 60 * SECOND, 60 * SECOND).unwrap().poisson(seed),
            Duration::ZERO,
        )
        .await;
        (report.to_json(), calls)
    };
    let (one, again, other) = (run(7).await, run(7).await, run(8).await);
    assert_eq!(one, again);
    assert_ne!(one.1, other.1);
    assert!(one.0.contains("\"arrivals\": \"poisson\",\n    \"seed\": 7,"), "{}", one.0);
}

/// Instants of a log.
struct Recorded(Vec<u64>);

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a log")
    }
}

impl Schedule for Recorded {
    fn ticks(&self) -> u64 {
        self.0.len() as u64
    }

    fn length(&self) -> Duration {
        Duration::from_millis(20)
    }

    fn due(&self, tick: u64) -> Duration {
        Duration::from_millis(self.0[tick as usize])
    }
}

#[tokio::test(start_paused = true)]
async fn any_schedule_can_be_worked_to() {
    let (report, calls) = dues(Recorded(vec![0, 3, 3, 4, 20, 25]), Duration::from_millis(4)).await;
    let millis = |seq, warmup, millis: u128| (seq, warmup, millis * 1_000_000);
    let warmup = [millis(0, true, 0), millis(1, true, 3), millis(2, true, 3)];
    // The last would be due after the end, and is made at the end.
    let measured = [
        millis(0, false, 4),
        millis(1, false, 7),
        millis(2, false, 7),
        millis(3, false, 8),
        millis(4, false, 24),
        millis(5, false, 24),
    ];
    assert_eq!(calls, [&warmup[..], &measured].concat());
    assert_eq!(report.load.shape.as_str(), "a log");
    assert_eq!(report.load.rps, None);
    assert_eq!(report.elapsed, Duration::from_millis(20));
}

#[test]
fn says_what_is_no_shape() {
    let wrong = |shape: Result<Shape, Error>| shape.unwrap_err().to_string();
    for (message, expected) in [
        (
            wrong(Shape::stages([])),
            "stages makes no tick: give a stage whose rate is above zero, such as `hold(50, \"1m\")`",
        ),
        (
            wrong(Shape::stages([Stage::hold(-1, SECOND)])),
            "a rate in stages is -1: give a number from 0 to 1000000000, such as 50 or 0.5",
        ),
        (
            wrong(Shape::steps(1, 2, f64::NAN, SECOND)),
            "a rate in steps is NaN: give a number from 0 to 1000000000, such as 50 or 0.5",
        ),
        (
            wrong(Shape::sine(1, 2, Duration::ZERO, SECOND)),
            "period in sine is zero: give a time, such as \"30s\"",
        ),
        (
            wrong(Shape::constant(0, SECOND)),
            "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
        ),
    ] {
        assert_eq!(message, expected);
    }
}
