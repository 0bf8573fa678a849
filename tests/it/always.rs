//! The same input has the same verdict, and the same figures, always: whatever else runs beside it,
//! and on however many threads.

use serde_json::Value;

use crate::harness::{TargetDir, fixture_with};

/// What a report says of a load that is made beside others, on so many threads.
fn report(load: &str, threads: &str, flags: &[&str]) -> Value {
    let args = [&[load, "--exact", "--test-threads", threads], flags].concat();
    fixture_with(&args, &[("TOKIO_WORKER_THREADS", threads), ("DRAW", "3"), ("SLOWNESS", "1.08")])
        .report(load)
}

#[track_caller]
fn check(load: &str, flags: &[&str]) -> Value {
    let [one, other] = ["1", "5"].map(|threads| report(load, threads, flags));
    let (Value::Object(fields), Value::Object(others)) = (&one, &other) else {
        panic!("{load} has no report");
    };
    for (key, value) in fields {
        assert_eq!(value, &others[key], "{key} of {load}");
    }
    one
}

#[test]
fn of_windows_and_aborts() {
    for load in ["windows::ten_bad_seconds", "windows::bad_for_a_while", "windows::hangs"] {
        let page = check(load, &[]);
        assert_eq!(page["verdict"], "failed", "{load}");
    }
}

#[test]
fn of_two_fns() {
    let page = check("compare::drifting::slower", &[]);
    assert_eq!(page["verdict"], "failed");
}

#[test]
fn of_a_search() {
    let page = check("capacity::of_a_queue", &[]);
    assert!(page["capacity"]["rps"].is_f64(), "{:#}", page["capacity"]);
}

/// Of a baseline that is 8 % faster, and 10 % are allowed: a close call.
#[test]
fn of_a_run_beside_a_baseline() {
    let folder = TargetDir::new();
    let folder = folder.path().to_str().unwrap();
    let load = "baselines::checkout";
    let args = [load, "--exact", "--baseline-dir", folder, "--save-baseline", "main"];
    fixture_with(&args, &[("DRAW", "1"), ("SLOWNESS", "1")]).check(0, &[], &["saved as"]);
    let page = check(load, &["--baseline-dir", folder, "--baseline", "main"]);
    assert!(page["thresholds"][0]["baseline"]["noise"].is_f64(), "{:#}", page["thresholds"]);
}
