//! Loads with thresholds on what their calls tell, by what they print and how they exit.

use serde_json::json;

use crate::harness::{fixture, place};

#[test]
fn thresholds_on_steps_counts_and_records_are_met() {
    let ran = fixture(&["steps::hold", "--exact"]).check(
        0,
        &["test steps::hold ... ok"],
        &[
            "  steps            count    min ",
            "\n  login               20 ",
            "\n  pay                 15 ",
            "  counts      bytes: 10240, ",
            "  records     queue_depth: 20 recorded, min 0, mean 4.5, p50 4, p90 8, p99 -, p99.9 -, max 9",
            "met        step(\"login\").p95 < 5s",
            "met        step(\"pay\").errors <= 25%     25%",
            "met        count(\"bytes\") > 1000         ",
            "met        record(\"queue_depth\").p90 < 9 8",
            "  in steps    pay: 5 failed: card # is refused",
        ],
    );
    let report = ran.report("steps::hold");
    let [login, pay] = [&report["steps"][0], &report["steps"][1]];
    assert_eq!(login["name"], json!("login"));
    assert_eq!(login["ok"], json!(20));
    assert_eq!(login["failed"], json!(0));
    assert_eq!(login["times"]["count"], json!(20));
    assert_eq!(pay["ok"], json!(15));
    assert_eq!(pay["failed"], json!(5));
    assert_eq!(pay["unfinished"], json!(0));
    assert_eq!(pay["errors"][0]["count"], json!(5));
    assert_eq!(report["counts"][0]["name"], json!("bytes"));
    assert_eq!(report["counts"][0]["total"], json!(10_240));
    let depth = &report["records"][0];
    assert_eq!(depth["name"], json!("queue_depth"));
    assert_eq!(depth["count"], json!(20));
    assert_eq!(depth["mean"], json!(4.5));
    assert_eq!(depth["p90"], json!(8));
    assert_eq!(
        report["thresholds"][1],
        json!({
            "text": "step(\"pay\").errors <= 25%",
            "limit": 0.25,
            "observed": 0.25,
            "met": true,
            "no_interval": "it takes 2000 samples, and there were 20",
        })
    );
}

#[test]
fn a_step_that_breaks_its_threshold_fails_the_test() {
    let ran = fixture(&["steps::fall", "--exact"]).check(
        101,
        &[
            &format!("steps::fall: failed ({})", place("fall")),
            "BROKEN     step(\"pay\").errors < 25% 25%",
            "BROKEN     step(\"login\").p99 < 1ns  ≥ ",
            "  in steps    pay: 5 failed: card # is refused",
        ],
        &[],
    );
    assert_eq!(ran.report("steps::fall")["thresholds"][1]["at_least"], json!(true));
}

/// Two Workers have one report, and reports of their own.
#[test]
fn a_name_that_no_call_gave_is_inconclusive() {
    let ran = fixture(&["steps::are_unknown", "--exact"]).check(
        101,
        &[
            "steps::are_unknown: inconclusive",
            "a threshold is on the step \"logn\", which no call gave: did you mean \"login\"?",
            "a threshold is on the count \"rows\", which no call gave: write `call.count(\"rows\", n)`",
            "not judged step(\"logn\").p95 < 5s    never seen",
        ],
        &[],
    );
    let step = |name: &str| ran.report(name)["steps"][1].clone();
    assert_eq!(step("steps::are_unknown")["failed"], json!(10));
    assert_eq!(step("steps::are_unknown::1")["failed"], json!(5));
    assert_eq!(ran.report("steps::are_unknown")["verdict"], "inconclusive");
}

#[test]
fn counts_and_errors_are_held_against_so_many_in_all() {
    let ran = fixture(&["steps::are_counted", "--exact"]).check(
        101,
        &[
            &format!("steps::are_counted: failed ({})", place("are_counted")),
            "met        count(\"429\") < 5             4.5/s",
            "BROKEN     count(\"429\").total < 5       9",
            "met        count(\"429\").per_call < 0.05 0.045",
            "met        errors < 10                  9",
            "BROKEN     step(\"pay\").errors < 9       9",
            "met        canceled < 1                 0",
        ],
        &["  counts      429: 9, 4.5/s, 0.045 per call\n"],
    );
    let report = ran.report("steps::are_counted");
    assert_eq!(
        report["counts"][0],
        json!({ "name": "429", "total": 9, "per_second": 4.5, "per_call": 0.045 })
    );
    assert_eq!(
        report["thresholds"][3],
        json!({ "text": "errors < 10", "limit": 10, "observed": 9, "met": true })
    );
}

#[test]
fn a_count_without_room_is_told_as_at_least() {
    let ran = fixture(&["steps::are_large", "--exact"]).check(
        101,
        &[
            "BROKEN     record(\"size\").max < 100   18446744073709551615",
            "BROKEN     count(\"bytes\").total < 100 at least 18446744073709551615",
        ],
        &["  counts      bytes: at least 18446744073709551615\n", "max 18446744073709551615\n"],
    );
    let report = ran.report("steps::are_large");
    assert_eq!(
        report["counts"][0],
        json!({
            "name": "bytes", "total": u64::MAX, "per_second": null, "per_call": null,
            "at_least": true,
        })
    );
    assert_eq!(report["thresholds"][1]["at_least"], true);
    assert_eq!(report["records"][0]["max"], json!(u64::MAX));
}
