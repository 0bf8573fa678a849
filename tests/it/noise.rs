//! The intervals of figures, as a load binary shows them.

use serde_json::{Value, json};

use crate::harness::fixture;

#[test]
fn figures_have_intervals_with_the_true_one_in_them() {
    let ran = fixture(&["noise::random", "--exact"]).check(
        0,
        &["test noise::random ... ok"],
        &[
            "  shares      errors 1% (0.7",
            "), canceled 0% (0% to 0.077%)\n",
            "\n  response          4950 ",
            "\n    95 of 100 runs ",
            "\n  intervals   none for p99.9: it takes 20000 samples, and there were 4950\n",
        ],
    );
    let report = ran.report("noise::random");
    let intervals = &report["intervals"];
    assert_eq!(intervals["of"], json!(0.95));
    // A tick of the clock is a millisecond, and a call has two of them.
    for (figure, millis) in [("mean", 101.0), ("p50", 70.3), ("p90", 231.0), ("p99", 462.0)] {
        let [low, high] = bounds(&intervals["response"][figure]);
        assert!(low < 1e6 * millis && 1e6 * millis < high, "{figure}: {low} to {high}");
        let wide = high / low;
        assert!(wide < 1.5, "{figure}: {low} to {high}");
        let seen = report["response"][figure].as_f64().unwrap();
        assert!(low < seen && seen < high, "{figure} is {seen}: {low} to {high}");
    }
    let [low, high] = bounds(&intervals["errors"]);
    assert!(low < 0.01 && 0.01 < high && high < 0.014, "{low} to {high}");
    assert_eq!(bounds(&intervals["canceled"])[0], 0.0);
    assert_eq!(intervals["steps"][0]["name"], json!("half"));
    let [low, high] = bounds(&intervals["steps"][0]["times"]["p50"]);
    assert!(low < 35.1e6 && 35.1e6 < high, "{low} to {high}");
    assert_eq!(intervals["response"]["p99_9"], Value::Null);
    let without = intervals["none"][0]["figures"].as_array().unwrap();
    assert!(without.contains(&json!("response.p99.9")), "{without:?}");
}

fn bounds(interval: &Value) -> [f64; 2] {
    [0, 1].map(|nth| interval[nth].as_f64().unwrap_or_else(|| panic!("{interval}")))
}

#[test]
fn where_there_is_no_interval_there_is_a_reason() {
    let reasons = [
        ("few", "none: it takes 2000 samples, and there were 100\n"),
        (
            "rising",
            "none: the rate changes over time, and figures with it, so that noise cannot\n              \
             be told apart: a constant rate has them\n",
        ),
    ];
    for (load, reason) in reasons {
        let name = format!("noise::{load}");
        let reason = format!("\n  intervals   {reason}");
        let ran = fixture(&[&name, "--exact"]).check(0, &[], &[&reason]);
        assert_eq!(ran.report(&name)["intervals"]["response"]["p50"], Value::Null, "{load}");
    }
}
