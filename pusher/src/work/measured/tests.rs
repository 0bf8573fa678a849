use std::collections::BTreeSet;
use std::sync::Mutex;

use super::*;
use crate::engine::sync::lock;
use crate::plan::closed::ClosedLoop;
use crate::plan::data::DataOrder;
use crate::plan::target::Call;
use crate::plan::terms::{Pace, Terms};

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
