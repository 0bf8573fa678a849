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
const OF_THE_QUEUE: f64 = 35.01;

#[test]
fn the_capacity_of_a_queue_is_found() {
    let (ran, report) = searched(
        "of_a_queue",
        0,
        &[
            "capacity::of_a_queue: probe 1 at 15/s for ",
            "capacity::of_a_queue: passed (",
            "  load        the capacity within p99 < 1s and errors < 1% in at most 3h, poisson\n",
            "  capacity    sustains 3",
            "  curve      rate   calls   over     95 of 100     p99         errors canceled\n",
            "  thresholds  met        capacity >= 30/s         3",
        ],
    );
    let capacity = &report["capacity"];
    let rate = |key: &str| capacity[key].as_f64().unwrap();
    assert!((rate("rps") / OF_THE_QUEUE - 1.0).abs() < 0.05, "{capacity}");
    assert!(rate("low") < OF_THE_QUEUE && OF_THE_QUEUE < rate("high"), "{capacity}");
    assert_eq!(capacity["limit"], json!("p99 < 1s"));
    assert_eq!(capacity["end"], json!("settled"));
    let curve = capacity["curve"].as_array().unwrap();
    let calls: u64 = curve.iter().map(|point| point["calls"].as_u64().unwrap()).sum();
    assert_eq!(report["ledger"]["scheduled"], json!(calls));
    assert_eq!(report["thresholds"][0]["text"], json!("capacity >= 30/s"));
    assert_eq!(report["thresholds"][0]["met"], json!(true));
    assert_eq!(capacity["told_apart"], json!(true));
    // No times of many rates together.
    assert!(!ran.err.contains("  response  "), "{}", ran.err);
}

/// It passes, for the same service would else fail by chance, but nobody reads that it is met.
#[test]
fn a_capacity_that_is_just_what_is_asked_for_is_not_told_apart() {
    let (_, report) = searched(
        "just_enough",
        0,
        &[
            "capacity::just_enough: passed, capacity >= 35/s not told apart from 3",
            "  thresholds  not judged capacity >= 35/s         not told apart from 3",
        ],
    );
    let (capacity, threshold) = (&report["capacity"], &report["thresholds"][0]);
    assert_eq!(capacity["told_apart"], json!(false));
    assert_eq!(threshold["met"], Value::Null);
    assert_eq!(threshold["interval"], json!([capacity["low"], capacity["high"]]));
    let why = threshold["not_judged"].as_str().unwrap();
    assert!(why.starts_with("not told apart from 3"), "{why}");
}

#[test]
fn a_capacity_below_what_is_asked_for_fails() {
    let (_, report) = searched(
        "too_low",
        101,
        &["capacity::too_low: failed (", "BROKEN     capacity >= 60/s", "sustains 3"],
    );
    assert_eq!(report["verdict"], json!("failed"));
    assert!(report["capacity"]["high"].as_f64().unwrap() < 60.0, "{}", report["capacity"]);
}

#[test]
fn a_budget_that_is_too_small_says_what_was_found() {
    let why = "the budget of 1m 40s is used up";
    let (_, report) = searched("with_a_small_budget", 101, &["BROKEN     capacity >= 40/s", why]);
    let capacity = &report["capacity"];
    assert_eq!(capacity["end"], json!("budget"));
    assert!(capacity["high"].as_f64().unwrap() <= 40.0, "{capacity}");
    let why = "because     the budget of 1s is too short for a single probe: raise `budget`\n";
    let (_, report) = searched("without_a_budget", 101, &["inconclusive", why]);
    assert_eq!(report["capacity"]["rps"], Value::Null);
    assert_eq!(report["capacity"]["curve"], json!([]));
}

/// `--duration` is the budget, and a rate means nothing.
#[test]
fn flags_set_the_budget_and_no_rate() {
    let args = ["capacity::of_a_queue", "--exact", "--duration", "1s", "--rps", "5"];
    let args = [&args[..], &["--save-baseline", "x"]].concat();
    let ran = fixture(&args).check(
        101,
        &[
            "because     the budget of 1s is too short for a single probe: raise `budget`\n",
            "settings    duration 1s (--duration)\n",
            "not used    rps 5 (--rps): a search for a capacity has no rate\n",
        ],
        &["not saved as baseline `x`: a search for a capacity is compared with no"],
    );
    assert_eq!(ran.report("capacity::of_a_queue")["capacity"]["budget"], json!(1_000_000_000));
}

/// Two Workers make one rate together, and the limit that is reached first binds.
#[test]
fn errors_limit_a_capacity_too() {
    let (_, report) = searched("by_errors", 0, &["sustains ", "break is errors < 1%\n"]);
    let rate = report["capacity"]["rps"].as_f64().unwrap();
    assert!((rate / 50.0 - 1.0).abs() < 0.1, "{}", report["capacity"]);
    assert_eq!(report["capacity"]["limit"], json!("errors < 1%"));
}

#[test]
fn a_service_that_is_too_slow_at_any_rate_fails_soon() {
    let (_, report) = searched(
        "hopeless",
        101,
        &[
            "capacity::hopeless: failed (",
            "because     no rate holds the limits: ",
            "below 50/s within p99 < 100ms, errors < 1%; the first to break is",
        ],
    );
    assert_eq!(report["capacity"]["rps"], Value::Null);
    assert_eq!(report["capacity"]["end"], json!("hopeless"));
}

#[test]
fn a_call_that_stops_the_load_ends_the_search() {
    let (_, report) = searched("stopped", 101, &["capacity::stopped: failed (", "enough"]);
    assert_eq!(report["capacity"]["end"], json!("cut_short"));
    assert_eq!(report["capacity"]["curve"].as_array().unwrap().len(), 1);
}

/// Of all probes, their warm-ups too, as the budget has it.
#[test]
fn the_time_of_a_stop_is_that_of_the_search() {
    for (test, after, at) in [
        ("stopped_later", "27.5s", 27_500_000_000_u64),
        ("stopped_in_a_warmup", "17.5s", 17_500_000_000),
    ] {
        let why = format!("because     stopped by a call after {after} of 5m: enough\n");
        let (_, report) = searched(test, 101, &[&why]);
        assert_eq!(report["stopped"]["at"], json!(at), "{test}");
    }
}

/// Neither that it keeps up, nor that it takes more time or other limits, would be true of it.
#[test]
fn a_service_of_which_no_call_succeeds_says_so() {
    for (test, error) in [
        ("refused", "`ECONNREFUSED`"),
        ("timing_out", "`no answer within 1s`"),
        ("hanging", "`still in flight when the grace was over`"),
    ] {
        let failed = format!("capacity::{test}: failed (");
        let why = "because     no call succeeded, so there is no capacity to find: fix the errors";
        let (ran, _) = searched(test, 101, &[&failed, why]);
        let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&format!("fix the errors below, such as {error} load")), "{text}");
        assert!(!text.contains("keeps up"), "{text}");
    }
}

/// What half of its search was one service, and half another, has no capacity, whatever is asked
/// for.
#[test]
fn a_service_that_dies_in_the_search_has_no_capacity() {
    for (test, error) in [("dies", "`ECONNREFUSED`"), ("hangs_later", "`no answer within 5s`")] {
        let name = format!("capacity::{test}: inconclusive (");
        let why = "because     the service changed while it was searched: from probe ";
        let what = "capacity    not known within p99 < 1s; the service changed while it was \
                    searched\n";
        let (ran, report) = searched(test, 101, &[&name, why, what]);
        let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        let advice = format!("so the capacity is not known: fix the errors below, such as {error}");
        assert!(text.contains(&advice), "{text}");
        let capacity = &report["capacity"];
        assert_eq!(capacity["end"], json!("changed"));
        assert_eq!((&capacity["rps"], &capacity["high"]), (&Value::Null, &Value::Null));
        assert_eq!(capacity["limit"], json!("p99 < 1s"));
        let held = |point: &&Value| point["held"] == json!(true);
        let curve = capacity["curve"].as_array().unwrap();
        let highest = curve.iter().filter(held).map(|point| point["rps"].as_f64().unwrap());
        let half = highest.fold(0.0, f64::max) / 2.0;
        for confirmation in &curve[curve.len() - 2..] {
            assert_eq!(confirmation["rps"].as_f64().unwrap(), half);
            assert_eq!(confirmation["over"], json!(1.0));
        }
        // It does not go on to probe a dead service.
        assert!(report["ledger"]["scheduled"].as_u64().unwrap() < 120_000, "{capacity}");
    }
}

#[test]
fn a_percentile_among_what_was_cut_off_is_at_least_that() {
    let (_, report) = searched("timing_out", 101, &[" 100%             -  ≥1.00s      -"]);
    let curve = report["capacity"]["curve"].as_array().unwrap();
    for point in curve {
        assert_eq!(point["at_least"], json!(["p99"]), "{point}");
    }
    let (_, report) = searched("hopeless", 101, &[" 100%             -   201ms      -"]);
    assert_eq!(report["capacity"]["curve"][0]["at_least"], json!([]));
}

#[test]
fn a_const_expression_that_is_wrong_is_told_at_run_time() {
    let why = "capacity::wrong: at_least is -1: give a number above 0 and up to 1000000000, such \
               as";
    fixture(&["capacity::wrong", "--exact"]).check(101, &[why], &[]);
}

/// A real server, on the real clock. A machine that is busy with something else may spoil a search,
/// but not each of three.
#[test]
fn the_capacity_of_a_real_server_is_found() {
    let mut told = Vec::new();
    for _ in 0..3 {
        let ran = fixture(&["semaphore::of_a_semaphore", "--exact"]);
        let most = after(&ran.err, "the server ends ").parse::<f64>().unwrap();
        let report = ran.report("semaphore::of_a_semaphore");
        let capacity = &report["capacity"];
        let calls = report["ledger"]["scheduled"].as_u64().unwrap();
        assert!(calls <= 10_000, "{calls}");
        let rate = capacity["rps"].as_f64().unwrap_or_default();
        if (rate / most - 1.0).abs() < 0.1 {
            return;
        }
        told.push(format!("{rate} of {most}: {capacity}"));
    }
    panic!("{told:#?}");
}

/// The word behind a text.
fn after<'a>(text: &'a str, before: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {text}"));
    rest.split_whitespace().next().unwrap_or_default()
}

#[cfg(unix)]
#[test]
fn a_signal_cuts_a_search_short() {
    use crate::harness::signals::{ended, kill, started};
    let (child, err, target) = started(&["capacity::on_the_real_clock", "--exact", "--ignored"]);
    kill(&child, "-INT");
    let ran = ended(child, err, target).check(101, &["cut short by SIGINT"], &[]);
    assert!(ran.out.contains("the search was cut short"), "{}", ran.out);
}
