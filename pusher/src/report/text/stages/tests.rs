use std::time::Duration;

use super::*;
use crate::engine::worker::Worker;
use crate::plan::closed::ClosedLoop;
use crate::plan::schedule::shape::{Shape, Stage};
use crate::plan::target::Call;
use crate::report::Report;
use crate::report::text::WIDTH;

const SECOND: Duration = Duration::from_secs(1);

fn table(report: &Report) -> String {
    let mut text = String::new();
    write_stages(&mut text, &report.stages, &report.intervals().stages).unwrap();
    text
}

/// Answers 200 calls a second and no more, after 20 ms: what comes sooner waits for its turn.
fn busy_at_200() -> Worker {
    let free_from = std::sync::Mutex::new(tokio::time::Instant::now());
    Worker::hire("shop", move |call: Call| {
        let mut free_from = crate::engine::sync::lock(&free_from);
        let begin = (*free_from).max(call.due());
        *free_from = begin + Duration::from_millis(5);
        let end = begin + Duration::from_millis(20);
        async move {
            tokio::time::sleep_until(end).await;
            if call.seq() == 7 { Err("no") } else { Ok(()) }
        }
    })
}

#[tokio::test(start_paused = true)]
async fn the_knee_can_be_read() {
    let worker = busy_at_200().overtime(300);
    let shape = Shape::steps(50, 300, 50, 4 * SECOND).unwrap();
    let report = worker.work_to(shape).await.unwrap();
    assert_eq!(
        table(&report),
        "  stages  asked   made    p50    p90    p99    max service.p99 errors canceled
  0s         50     50 20.0ms 20.0ms 20.0ms 20.0ms      20.0ms      1        0
  4s        100    100 20.0ms 20.0ms 20.0ms 20.0ms      20.0ms      0        0
  8s        150    150 20.4ms 20.7ms 20.7ms 20.7ms      20.1ms      0        0
  12s       200    200 20.0ms 20.0ms 20.0ms 20.0ms      20.0ms      0        0
  16s       250    250  520ms  923ms  1.01s  1.02s       1.01s      0        0
  20s       300    224  1.50s  1.50s  1.50s  1.50s       1.50s      0      304
"
    );
}

#[tokio::test(start_paused = true)]
async fn callers_stand_in_the_place_of_rates() {
    let stages = [Stage::ramp(0, 4, SECOND), Stage::hold(4, SECOND), Stage::hold(8, SECOND)];
    let report = busy_at_200().work_closed(ClosedLoop::stages(stages).unwrap()).await.unwrap();
    assert_eq!(
        table(&report),
        "  stages callers   made    p50    p90    p99    max service.p99 errors
  0s       0 → 4     76 20.1ms 20.1ms      - 25.0ms           -      1
  1s           4    200 20.1ms 20.1ms 20.1ms 25.0ms      20.1ms      0
  2s           8    204 40.0ms 40.0ms 40.0ms 40.0ms      40.0ms      0
"
    );
}

#[tokio::test(start_paused = true)]
async fn of_many_stages_the_first_and_the_last_are_shown() {
    let shape = Shape::steps(1, 90, 1, SECOND).unwrap();
    let report = busy_at_200().work_to(shape).await.unwrap();
    let table = table(&report);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 42);
    assert!(lines[20].starts_with("  19s        20     20 "), "{table}");
    assert_eq!(lines[21], "  .. and 50 more, in report.json");
    assert!(lines[22].starts_with("  1m 10s     71     71 "), "{table}");
    assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{table}");
    let few = Shape::steps(1, 40, 1, SECOND).unwrap();
    let report = busy_at_200().work_to(few).await.unwrap();
    assert_eq!(super::tests::table(&report).lines().count(), 41);
}

/// Of 12,000 calls in three stages, the last of which is a ramp.
#[tokio::test(start_paused = true)]
async fn a_stage_of_one_rate_has_intervals() {
    let minute = Duration::from_secs(60);
    let stages = [Stage::hold(50, minute), Stage::hold(100, minute), Stage::ramp(100, 0, minute)];
    let worker = Worker::hire("shop", |call: Call| async move {
        tokio::time::sleep(Duration::from_millis(10 + call.seq() * 7 % 11)).await;
    });
    let report = worker.work_to(Shape::stages(stages).unwrap()).await.unwrap();
    let table = table(&report);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 7, "{table}");
    for line in [lines[2], lines[4]] {
        assert!(line.starts_with("  ±     "), "{table}");
        assert_eq!(line.matches('%').count(), 4, "p50, p90, p99 and service.p99: {table}");
    }
    assert!(lines[5].starts_with("  2m "), "{table}");
    assert_eq!(lines[6], "  ±  in 95 of 100 runs the true figure is so near to the one above");
    assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{table}");
    let text = report.to_string();
    let why = "  intervals   none for the whole and for 1 of 3 stages: the rate changes over\n";
    assert!(text.contains(why), "{text}");
}
