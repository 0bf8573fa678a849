//! Searches for a capacity, as a load binary shows them.

use serde_json::{Value, json};

use crate::harness::{Ran, fixture};

fn searched(test: &str, exit_code: i32, lines: &[&str]) -> (Ran, Value) {
    let name = format!("capacity::{test}");
    let (out, err) = if exit_code == 0 { (&[][..], lines) } else { (lines, &[][..]) };
    let ran = fixture(&[&name, "--exact"]).check(exit_code, out, err);
    let report = ran.report(&name);
    (ran, report)
}

/// By the formula of Erlang, 1 % of the calls take longer than a second at 35.01 calls a second.
#[test]
fn the_capacity_of_a_queue_is_found() {
    let (ran, report) = searched("of_a_queue", 0, &["capacity::of_a_queue: passed ("]);
    eprintln!("{}", ran.err);
    let capacity = &report["capacity"];
    let rate = |key: &str| capacity[key].as_f64().unwrap();
    assert!((rate("rps") / 35.01 - 1.0).abs() < 0.05, "{capacity}");
    assert!(rate("low") < 35.01 && 35.01 < rate("high"), "{capacity}");
    assert_eq!(capacity["limit"], json!("p99 < 1s"));
    assert_eq!(capacity["end"], json!("settled"));
    let curve = capacity["curve"].as_array().unwrap();
    let calls: u64 = curve.iter().map(|point| point["calls"].as_u64().unwrap()).sum();
    assert_eq!(report["ledger"]["scheduled"], json!(calls));
    assert_eq!(report["thresholds"][0]["text"], json!("capacity >= 30/s"));
    assert_eq!(report["thresholds"][0]["met"], json!(true));
}
