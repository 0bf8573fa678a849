use std::collections::BTreeSet;
use std::sync::Mutex;

use super::*;
use crate::engine::sync::lock;
use crate::plan::closed::ClosedLoop;
use crate::plan::data::DataOrder;
use crate::plan::schedule::shape::{Shape, Stage};
use crate::plan::target::Call;
use crate::plan::terms::{Pace, Terms};
use crate::plan::threshold::Figure;
use crate::statistics::slices::Slice;

/// Two Workers of three callers each.
#[tokio::test(start_paused = true)]
async fn callers_are_numbered_across_the_workers() {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let stations = seen.clone();
    let worker = Worker::hire("shop", move |call: Call| {
        lock(&*stations).insert((call.worker().to_string(), call.shift.station));
        tokio::time::sleep(Duration::from_millis(10))
    });
    let pace = Pace::Closed { concurrency: 3, pause: Default::default() };
    let terms = Terms { calls: Some(30), workers: 2, ..Terms::new(pace, None) };
    let copies = (0..2)
        .map(|copy| Assignment::new(worker.copy(format!("#{copy}"), copy), &terms, copy as u64));
    for measured in begin(copies.collect(), &Ground::here().unwrap()).unwrap() {
        measured.over().await;
    }
    let expected = (0..6).map(|station| (format!("#{}", station / 3), station)).collect();
    assert_eq!(*lock(&*seen), expected);
    assert_eq!(terms.stations(), 6);
}

#[tokio::test(start_paused = true)]
async fn items_are_used_up_by_the_warm_up_too() {
    let millis = Duration::from_millis;
    let worker = Worker::hire("shop", async || tokio::time::sleep(Duration::from_millis(10)).await)
        .warmup(millis(25));
    for (items, warmup, measured) in [(5, 5, 0), (6, 6, 0), (9, 6, 3), (100, 6, 10)] {
        let closed = ClosedLoop::new(2).calls(10).terms(*worker.offer());
        let terms = Terms { data_order: DataOrder::Once, items: Some(items), ..closed };
        let assignment = Assignment::new(worker.share(), &terms, 0);
        let run = begin(vec![assignment], &Ground::here().unwrap()).unwrap().remove(0);
        run.over().await;
        let report = run.report();
        assert_eq!(report.warmup_ledger.ok, warmup, "{items} items");
        assert_eq!(report.ledger.ok, measured, "{items} items");
        let used_up = format!("  data        used up after {measured} of 10 ticks\n");
        assert_eq!(report.to_string().contains(&used_up), items < 16, "{report}");
    }
}

/// Whether what is in slices is what the ledgers say, and what the distributions of the whole run
/// have.
#[track_caller]
pub(super) fn check_slices(report: &Report) {
    for (slices, ledger) in
        [(&report.slices, &report.ledger), (&report.warmup_slices, &report.warmup_ledger)]
    {
        let mut all = Slice::default();
        slices.slices.iter().for_each(|slice| all.add(slice));
        let ended = Ledger {
            canceled_late: ledger.canceled_late,
            ..Ledger::new(all.scheduled, all.canceled, &all.endings)
        };
        assert_eq!(ended, *ledger);
        assert_eq!(all.ended + slices.ended_after, ledger.started);
        assert!(slices.slices.len() <= 600, "{} slices", slices.slices.len());
    }
    let Report { slices, response, service, lag, schedule, .. } = report;
    assert_eq!(slices.end, nanos(*schedule));
    let whole = slices.slices.len() as u64 * slices.width;
    assert!(
        whole >= slices.end && whole < slices.end + slices.width,
        "{} for {}",
        whole,
        slices.end
    );
    assert_eq!(slices.ended_after, report.after_schedule.ok + report.after_schedule.errors);
    let mut all = Slice::default();
    slices.slices.iter().for_each(|slice| all.add(slice));
    for (times, latency) in [(&all.response, response), (&all.service, service), (&all.lag, lag)] {
        assert_eq!(times.ended.count(), latency.count());
        assert_eq!(times.cut_off.count(), latency.cut_off());
        let max = latency.max().as_nanos() as u64;
        let sliced = times.reading(Figure::Max).map_or(0, |reading| reading.whole);
        assert!(sliced >= max && sliced <= max + max / 128, "{sliced} for {max}");
    }
    for step in &report.steps {
        let number = slices.steps.iter().position(|name| *name == step.name).unwrap();
        let of_step = &mut all.step(number).clone();
        assert_eq!(of_step.began, step.began(), "{}", step.name);
        assert_eq!(of_step.failed, step.failed, "{}", step.name);
        assert_eq!(of_step.times.ended.count(), step.ok, "{}", step.name);
        assert_eq!(of_step.times.cut_off.count(), step.times.cut_off(), "{}", step.name);
    }
}

/// Every call takes 20 ms; of ten calls, one fails, one panics, one times out, one hangs, and one
/// has a step that does.
async fn mixed(call: Call) -> Result<(), String> {
    call.step("first", tokio::time::sleep(Duration::from_millis(20))).await;
    match call.seq() % 10 {
        3 => call.step("second", async { Err("no".to_string()) }).await,
        4 => panic!("never"),
        5 => call.step("third", std::future::pending()).await,
        _ => Ok(()),
    }
}

/// One second and a warm-up, in slices of 2 ms.
#[tokio::test(start_paused = true)]
async fn slices_of_any_endings_sum_to_the_ledger() {
    let millis = Duration::from_millis;
    let worker = Worker::hire("shop", mixed).overtime(100).warmup(millis(300)).grace(millis(500));
    let report = worker.work(1_000, millis(1_000)).await.unwrap();
    check_slices(&report);
    assert!(report.ledger.canceled > 40 && report.ledger.interrupted > 1, "{report}");
    assert_eq!(report.slices.width, 2_000_000);
    assert_eq!(report.slices.slices.len(), 500);
    assert_eq!(report.slices.steps, ["first", "second", "third"]);
    assert_eq!(report.warmup_slices.width, 4_000_000);
    assert_eq!(report.warmup_slices.slices.len(), 75);
    let timed = worker.copy("timed".to_string(), 0).timeout(millis(30));
    let report = timed.work(1_000, millis(700)).await.unwrap();
    check_slices(&report);
    assert!(report.ledger.timed_out > 10, "{report}");
}

/// Ten calls in 20 ms, and in the next 20 ms none: each ends 25 ms after it was due.
#[tokio::test(start_paused = true)]
async fn slices_say_when_calls_were_due_and_when_they_ended() {
    let millis = Duration::from_millis;
    let worker = Worker::hire("shop", async || tokio::time::sleep(Duration::from_millis(25)).await);
    let shape = Shape::stages([Stage::hold(500, millis(20)), Stage::hold(0, millis(20))]).unwrap();
    let report = worker.work_to(shape).await.unwrap();
    check_slices(&report);
    let of = |figure: fn(&Slice) -> u64| -> Vec<u64> {
        report.slices.slices.chunks(10).map(|ten| ten.iter().map(figure).sum()).collect()
    };
    assert_eq!(of(|slice| slice.scheduled), [5, 5, 0, 0]);
    assert_eq!(of(|slice| slice.ended_ok), [0, 0, 3, 5]);
    assert_eq!(report.slices.ended_after, 2);
    let in_flight: Vec<u64> = report.slices.in_flight().collect();
    assert_eq!([in_flight[9], in_flight[19], in_flight[29], in_flight[39]], [5, 10, 7, 2]);
}

/// Three Workers of one load have the same slices; each alone has none.
#[tokio::test(start_paused = true)]
async fn the_workers_of_a_load_share_its_slices() {
    let worker = Worker::hire("shop", async || tokio::time::sleep(Duration::from_millis(10)).await);
    let rps = Rps::new(100).unwrap();
    let terms = Terms { workers: 3, ..Terms::constant(rps, Some(Duration::from_millis(500))) };
    let copies = (0..3)
        .map(|copy| Assignment::new(worker.copy(format!("#{copy}"), copy), &terms, copy as u64));
    let copies = Assignment::of_one_load(copies.collect());
    let side_by_side = begin(copies, &Ground::here().unwrap()).unwrap();
    for measured in &side_by_side {
        measured.over().await;
    }
    let report = merged("shop", &side_by_side);
    check_slices(&report);
    assert_eq!(report.ledger.scheduled, 150);
    assert_eq!(report.slices.slices.iter().map(|slice| slice.scheduled).max(), Some(1));
    let alone = side_by_side[1].report();
    assert_eq!(alone.ledger.scheduled, 50);
    assert!(alone.slices.slices.is_empty());
}

/// The schedule ends with the last answer, which comes after 40 ms.
#[tokio::test(start_paused = true)]
async fn slices_of_a_closed_loop_go_on_until_the_last_answer() {
    let millis = Duration::from_millis;
    let worker = Worker::hire("shop", async || tokio::time::sleep(Duration::from_millis(10)).await);
    let report = worker.work_closed(ClosedLoop::new(2).calls(8)).await.unwrap();
    check_slices(&report);
    assert_eq!(report.schedule, millis(40));
    assert_eq!(report.slices.ended_after, 0);
    assert_eq!(report.slices.in_flight().last(), Some(0));
    let ended: Vec<u64> = report.slices.slices.iter().map(|slice| slice.ended).collect();
    assert_eq!((ended.len(), ended.iter().sum::<u64>()), (40, 8));
    let by_time = ClosedLoop::new(2).duration(millis(35));
    let report = worker.work_closed(by_time).await.unwrap();
    check_slices(&report);
    assert_eq!(report.slices.ended_after, 2);
}

/// A schedule that a signal ends, or a call.
#[tokio::test(start_paused = true)]
async fn slices_end_where_a_load_is_stopped() {
    let worker = Worker::hire("shop", async || tokio::time::sleep(Duration::from_millis(7)).await);
    let stop = tokio::time::sleep(Duration::from_millis(30));
    let report = worker.work_until(1_000, stop).await.unwrap();
    check_slices(&report);
    assert_eq!(report.slices.slices.len(), 30);
}
