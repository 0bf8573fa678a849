//! What reports say of a load over time: slices, and a row for each stage.

use serde_json::{Value, json};

use crate::harness::{Ran, fixture};

/// The report of a load that runs alone.
fn report_of(name: &str) -> (Ran, Value) {
    let ran = fixture(&[name, "--exact"]);
    let report = ran.report(name);
    (ran, report)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

/// The sum of one figure of all these.
fn sum(all: &Value, key: &str) -> f64 {
    all.as_array().unwrap().iter().map(|one| number(&one[key])).sum()
}

/// Whether all slices, and all stages, have what is in the ledger.
#[track_caller]
fn check_sums(report: &Value) {
    for (slices, ledger) in [("slices", "ledger"), ("warmup_slices", "warmup_ledger")] {
        let (slices, ledger) = (&report[slices]["slices"], &report[ledger]);
        let errors = number(&ledger["started"]) - number(&ledger["ok"]);
        for key in ["scheduled", "canceled", "ok"] {
            assert_eq!(sum(slices, key), number(&ledger[key]), "{key}");
        }
        assert_eq!(sum(slices, "errors"), errors);
        assert!(slices.as_array().unwrap().len() <= 600);
    }
    let ended = sum(&report["slices"]["slices"], "ended");
    let (after, started) = (&report["after_schedule"], number(&report["ledger"]["started"]));
    let ended_after = number(&report["slices"]["ended_after"]);
    assert_eq!(ended_after, number(&after["ok"]) + number(&after["errors"]));
    assert_eq!(ended + ended_after, started);
    if !report["stages"].as_array().unwrap().is_empty() {
        for key in ["scheduled", "canceled", "ok"] {
            assert_eq!(sum(&report["stages"], key), number(&report["ledger"][key]), "{key}");
        }
    }
}

/// Whether a time in nanoseconds is that many milliseconds, to 0.8 %.
#[track_caller]
fn check_time(nanos: &Value, millis: f64) {
    let seen = number(nanos) / 1e6;
    assert!(seen >= millis * 0.999 && seen <= millis * 1.008, "{seen} ms for {millis} ms");
}

/// At 250 calls a second each call waits 1 ms longer than the one before it, since the service
/// makes a call every 5 ms and one comes every 4 ms.
#[test]
fn the_knee_can_be_read_in_the_rows_of_stages() {
    let (ran, report) = report_of("over_time::knee");
    check_sums(&report);
    let table = "  stages  asked   made    p50    p90    p99    max service.p99 errors canceled
  0s        100    100 20.0ms 20.0ms 20.0ms 20.0ms      20.0ms      1        0
  4s        200    200 20.0ms 20.0ms 20.0ms 20.0ms      20.0ms      0        0
";
    assert!(ran.err.contains(table), "{}", ran.err);
    let rows = report["stages"].as_array().unwrap();
    let rates = [100.0, 200.0, 250.0, 500.0, 10.0];
    assert_eq!(rows.len(), rates.len());
    for (nth, (row, rate)) in rows.iter().zip(rates).enumerate() {
        let (begin, seconds) = (4 * nth as u64, if nth < 4 { 4 } else { 1 });
        assert_eq!(row["asks"], format!("{rate}/s"));
        assert_eq!(row["from"], json!(begin * 1_000_000_000));
        assert_eq!(row["to"], json!((begin + seconds) * 1_000_000_000));
        assert_eq!(row["scheduled"], json!(rate as u64 * seconds));
        assert_eq!(number(&row["asked"]), rate);
        let begun = number(&row["scheduled"]) - number(&row["canceled"]);
        assert_eq!(number(&row["made"]), begun / seconds as f64);
    }
    let response = &rows[2]["response"];
    check_time(&response["p50"], 20.0 + 499.0);
    check_time(&response["p90"], 20.0 + 899.0);
    check_time(&response["p99"], 20.0 + 989.0);
    check_time(&response["max"], 20.0 + 999.0);
    assert_eq!(response["max"], json!(1_019_000_000), "the maximum is exact");
    assert_eq!((&rows[0]["errors"], &rows[2]["canceled"]), (&json!(1), &json!(0)));
    // It holds 300 calls at most, answers 200 a second, and held 204 when the rate rose.
    let canceled = number(&rows[3]["canceled"]);
    assert!((1_100.0..1_110.0).contains(&canceled), "{canceled}");
    // Ten calls are too few for a p99.
    assert_eq!(rows[4]["response"]["p99"], Value::Null);
    assert!(number(&rows[4]["response"]["p90"]) > number(&rows[4]["response"]["p50"]) / 2.0);
}

/// In slices of 32 ms, in which the last is 8 ms long.
#[test]
fn slices_have_rates_times_and_calls_in_flight() {
    let (_, report) = report_of("over_time::knee");
    assert_eq!(report["slices"]["width"], json!(32_000_000));
    let slices = report["slices"]["slices"].as_array().unwrap();
    assert_eq!(slices.len(), 532);
    let at = |millis: usize| &slices[millis / 32];
    assert_eq!(number(&at(1_600)["made"]), 125.0, "4 calls in 32 ms");
    assert_eq!(number(&at(1_600)["in_flight"]), 2.0);
    assert_eq!(number(&at(9_600)["asked"]), 250.0);
    check_time(&at(9_600)["response"]["max"], 20.0 + 407.0);
    assert_eq!(at(9_600)["response"]["p99"], Value::Null, "8 calls");
    assert!(number(&at(15_968)["in_flight"]) >= 299.0, "as many as there are slots");
    let text = serde_json::to_string(at(9_600)).unwrap();
    assert!(text.len() < 300, "{text}");
}

#[test]
fn periods_that_are_too_many_are_told_together() {
    let (ran, report) = report_of("over_time::tide");
    check_sums(&report);
    let rows = report["stages"].as_array().unwrap();
    assert_eq!(rows.len(), 63);
    assert_eq!(rows[1]["asks"], "periods 5 to 8");
    assert_eq!((&rows[1]["from"], &rows[1]["scheduled"]), (&json!(4_000_000_000_u64), &json!(80)));
    assert_eq!(rows[62]["asks"], "periods 249 to 250");
    assert_eq!(rows[62]["to"], json!(250_000_000_000_u64));
    assert_eq!((&rows[62]["scheduled"], &rows[62]["asked"]), (&json!(40), &json!(20.0)));
    assert!(ran.err.contains("\n  .. and 23 more, in report.json\n"), "{}", ran.err);
}

/// They deal the ticks of one schedule, so each rate is three times that of one Worker.
#[test]
fn the_slices_and_stages_of_workers_are_those_of_the_load() {
    let (ran, report) = report_of("over_time::crew");
    check_sums(&report);
    let rates: Vec<f64> =
        report["stages"].as_array().unwrap().iter().map(|row| number(&row["made"])).collect();
    assert_eq!(rates, [30.0, 60.0]);
    assert_eq!(sum(&report["warmup_slices"]["slices"], "scheduled"), 15.0);
    let of_one = ran.report("over_time::crew::0");
    assert_eq!(of_one["ledger"]["scheduled"], json!(30));
    assert_eq!(of_one["stages"], json!([]));
    assert_eq!(of_one["slices"], json!({ "width": null, "ended_after": 0, "slices": [] }));
}

#[test]
fn stages_of_callers_ask_for_no_rate() {
    let (ran, report) = report_of("over_time::callers");
    check_sums(&report);
    let rows = report["stages"].as_array().unwrap();
    let asks: Vec<&Value> = rows.iter().map(|row| &row["asks"]).collect();
    assert_eq!(asks, ["0 → 4 callers", "4 callers", "8 callers"]);
    assert_eq!(rows[2]["asked"], Value::Null);
    check_time(&rows[1]["response"]["p50"], 20.0);
    check_time(&rows[2]["response"]["p50"], 40.0);
    let heads = "  stages callers   made    p50    p90    p99    max service.p99 errors\n";
    assert!(ran.err.contains(heads), "{}", ran.err);
    assert!(ran.err.contains("\n  0s       0 → 4     "), "{}", ran.err);
}

/// On real lanes, however calls end.
#[test]
fn slices_sum_to_the_ledger() {
    for name in ["over_time::mixed", "passes", "panics", "workers::connections", "paces::staged"] {
        let (ran, report) = report_of(name);
        check_sums(&report);
        assert!(sum(&report["slices"]["slices"], "scheduled") > 9.0, "{}", ran.err);
    }
}
