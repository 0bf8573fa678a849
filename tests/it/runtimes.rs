//! The key `runtime`: what makes the calls of a load, and calls that need another runtime.

use serde_json::{Value, json};

use crate::harness::{Ran, fixture};

/// What the report says beside an error of a load on lanes.
const ADVICE: &str = "this is no fault of the service: `tokio::task::block_in_place` works on \
    tokio's multi-thread runtime alone, and this load makes its calls on lanes, which have one \
    thread each: give the load `runtime = \"multi_thread\"`, or the code that blocks to \
    `tokio::task::spawn_blocking`\n";

/// What it says if that breaks the threshold on errors, and of tasks that nobody waits for.
const NEED: &str = "tokio's multi-thread runtime, and the load makes its calls on lanes: give it \
    `runtime = \"multi_thread\"`\n";

fn ran(name: &str) -> Ran {
    fixture(&[name, "--exact"])
}

/// How often the key is named in all that was printed, wherever lines are broken.
fn times_named(ran: &Ran) -> usize {
    format!("{}{}", ran.out, ran.err).matches("multi_thread").count()
}

#[test]
fn a_call_that_needs_many_threads_says_so_on_a_lane() {
    let need = format!("20 calls need {NEED}");
    let panicked = "20 × panicked: can call blocking only when running on the multi-threaded";
    let ran = ran("runtimes::blocks_on_lanes").check(
        101,
        &["runtimes::blocks_on_lanes: failed", &need, panicked, ADVICE],
        &[&need, panicked, ADVICE],
    );
    let report = ran.report("runtimes::blocks_on_lanes");
    assert_eq!(report["load"]["runtime"], "lanes");
    assert_eq!(report["ledger"]["panicked"], 20);
    assert_eq!(report["errors"][0]["advice"], ADVICE.trim_end());
    let reasons = report["reasons"].as_array().unwrap();
    assert!(reasons.contains(&json!(need.trim_end())), "{reasons:?}");
    assert!(!ran.err.contains("multi-thread runtime\n"), "{}", ran.err);
}

#[test]
fn the_same_call_passes_on_many_threads_and_the_report_says_where_it_was_made() {
    let load = "load        100/s for 200ms, overtime 1000000, multi-thread runtime";
    let ran = ran("runtimes::blocks_on_many_threads").check(0, &[], &[load]);
    let report = ran.report("runtimes::blocks_on_many_threads");
    assert_eq!(report["load"]["runtime"], "multi_thread");
    assert_eq!(report["ledger"]["ok"], 20);
    assert_eq!(times_named(&ran), 0);
}

#[test]
fn in_virtual_time_no_other_runtime_is_recommended() {
    let panicked = "20 × panicked: can call blocking only when running on the multi-threaded";
    let ran = ran("runtimes::blocks_in_virtual_time").check(101, &[panicked], &[]);
    let report = ran.report("runtimes::blocks_in_virtual_time");
    assert_eq!(report["load"]["runtime"], Value::Null);
    assert_eq!(report["errors"][0]["advice"], Value::Null);
    assert_eq!(times_named(&ran), 0);
}

/// A panic is known by tokio's words around it, and an answer of a service is not taken for one.
#[test]
fn a_task_that_a_call_waits_for_counts_and_words_of_a_service_do_not() {
    let ran = ran("runtimes::blocks_in_a_task").check(101, &[ADVICE], &[]);
    let report = ran.report("runtimes::blocks_in_a_task");
    let groups = report["errors"].as_array().unwrap();
    assert_eq!(groups.len(), 2);
    for group in groups {
        let is_of_a_task = group["text"].as_str().unwrap().starts_with("task # panicked");
        assert_eq!(group["count"], 10);
        assert_eq!(group["advice"] == ADVICE.trim_end(), is_of_a_task, "{group}");
    }
    assert!(!report["reasons"].to_string().contains("multi_thread"), "{}", report["reasons"]);
}

#[test]
fn tasks_that_nobody_waits_for_are_told_of_once() {
    let told =
        format!("runtimes::leaves_a_task_that_blocks: 2 tasks that calls spawned need {NEED}");
    let ran = ran("runtimes::leaves_a_task_that_blocks").check(0, &[], &[&told]);
    assert_eq!(times_named(&ran), 1);
}

#[test]
fn loads_of_one_farm_run_on_one_runtime() {
    let text = "loads of one farm run on different runtimes, at tests/it/fixture/runtimes.rs:";
    ran("clash").check(101, &[text, ": give both the same `runtime`"], &[]);
    ran("pool").check(0, &[], &["pool::diver: passed", "pool::swimmer: passed"]);
}

#[test]
fn virtual_time_has_a_runtime_of_its_own() {
    let text = "runtime is for the real clock, and virtual time has one thread of its own: remove \
                runtime, or write `time = \"real\"`";
    ran("runtimes::contradicts").check(101, &[text], &[]);
}
