//! Thresholds in windows, from some instant on, and such that end the load: as a load binary shows
//! them.

use serde_json::{Value, json};

use crate::harness::{Ran, fixture};

fn ran(load: &str, code: i32, err: &[&str]) -> Ran {
    fixture(&[&format!("windows::{load}"), "--exact"]).check(code, &[], err)
}

fn seconds(seconds: f64) -> Value {
    json!((seconds * 1e9) as u64)
}

/// What the report has of the threshold with that number.
fn threshold(ran: &Ran, load: &str, nth: usize) -> Value {
    ran.report(&format!("windows::{load}"))["thresholds"][nth].clone()
}

/// 1,000 calls take 400 ms, of 120,000: so they are not in the p99 of the whole. Eleven of a window
/// of 1,000 are above its p99; so it is broken from the window on that has 100 of them.
#[test]
fn ten_bad_seconds_break_a_window_and_not_the_whole() {
    let ran = ran(
        "ten_bad_seconds",
        101,
        &[
            "windows::ten_bad_seconds: failed, worst from 5m to 5m 10s\n",
            "met        p99 < 250ms              10.0ms\n",
            "BROKEN     p99 < 250ms over 10s     400ms from 5m to 5m 10s (1000\n",
            "BROKEN     mean < 60ms over 10s     400ms from 5m to 5m 10s (1000\n",
            "calls); 17 of 1191\n",
            "windows broken, the first from\n",
            "4m 52s\n",
        ],
    );
    let p99 = threshold(&ran, "ten_bad_seconds", 1);
    assert_eq!(p99["text"], json!("p99 < 250ms over 10s"));
    assert_eq!(p99["observed"], json!(400_000_000));
    assert_eq!(p99["met"], json!(false));
    assert_eq!(p99["over"], seconds(10.0));
    assert_eq!(
        p99["windows"],
        json!({ "count": 1191, "judged": 1191, "broken": 19, "first_broken": 291_000_000_000_u64 })
    );
    let worst = &p99["worst"];
    assert_eq!((&worst["from"], &worst["to"]), (&seconds(300.0), &seconds(310.0)));
    assert_eq!((&worst["observed"], &worst["count"]), (&json!(400_000_000), &json!(1_000)));
    assert!(!ran.err.contains("chance"), "a minute that is all bad is not chance: {}", ran.err);
}

/// Windows of a second, a tenth of a second apart, are broken if half of their calls are: for four
/// seconds more or less than the time that is bad.
#[test]
fn a_breach_has_to_last() {
    let ran = ran(
        "bad_for_a_while",
        101,
        &[
            "BROKEN     p50 < 250ms over 1s for 10s ",
            "met        p50 < 250ms over 1s for 20s ",
            "met        p50 < 250ms over 1s after 56s 10.0ms from 56s to 57s\n",
            "BROKEN     p50 < 250ms over 1s after 30s ",
        ],
    );
    let windows = |nth| threshold(&ran, "bad_for_a_while", nth)["windows"].clone();
    assert_eq!(windows(0)["broken"], windows(1)["broken"]);
    assert_eq!(windows(0)["first_broken"], seconds(19.6));
    assert_eq!(windows(1)["longest_breach"], seconds(14.8));
    assert_eq!(windows(3).get("longest_breach"), None, "it does not have to last");
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for needed in ["10s", "20s"] {
        let words = format!("the longest breach lasted 14s 800ms, and it takes {needed}");
        assert!(said.contains(&words), "{}", ran.err);
    }
    assert_eq!(windows(2)["count"], json!(231));
    assert_eq!(windows(3)["first_broken"], seconds(39.6));
    assert_eq!(threshold(&ran, "bad_for_a_while", 0)["for"], seconds(10.0));
}

#[test]
fn ticks_before_do_not_count() {
    let ran = ran(
        "slow_at_first",
        101,
        &[
            "met        p99 < 50ms after 30s      10.0ms\n",
            "BROKEN     p99 < 50ms after 29s      100ms\n",
            "met        throughput > 99 after 31s 100/s\n",
        ],
    );
    let after = threshold(&ran, "slow_at_first", 0);
    assert_eq!(after["after"], seconds(30.0));
    assert_eq!(after.get("over"), None);
    assert_eq!(after.get("windows"), None);
}

/// At 31 s the calls that were due in the second before may just have begun. At 32 s, a hundred
/// calls are a second old.
#[test]
fn a_hang_is_seen_while_it_lasts_and_ends_the_load() {
    let ran = ran(
        "hangs",
        101,
        &[
            "windows::hangs: failed, worst from 22s to 32s",
            "because     aborted by `p99 < 250ms over 10s abort` after 32.0s of 10m: ≥\n",
            "1.00s from 21s to 31s (1000 calls)\n",
            "3201 scheduled = 3201 started + 0 canceled\n",
            "3000 ok, 0 failed, 0 timed out, 0 panicked, 201 interrupted\n",
            "afterwards  0 ok, 201 errors, up to 5.00s after the schedule\n",
            "torn down 1\n",
        ],
    );
    let report = ran.report("windows::hangs");
    let aborted = json!({
        "by": "p99 < 250ms over 10s abort", "load": "windows::hangs", "at": 32_000_000_000_u64
    });
    assert_eq!(report["aborted"], aborted);
    assert_eq!(report["thresholds"][0]["abort"], json!(true));
    assert_eq!(report["verdict"], json!("failed"));
}

/// Two in three of the calls since 20 s are half of all since 10 s when there are as many more, and
/// half again as many: at 50 s it is just a half.
#[test]
fn a_condition_of_abort_ends_the_load_and_is_no_threshold_on_errors() {
    let ran = ran(
        "fails_more",
        101,
        &[
            "because     aborted by `abort(errors > 50%, after = 10s)` after 51.0s of 10m:\n",
            "met        errors < 90% ",
            "BROKEN     abort(errors > 50%, after = 10s) 50.4%\n",
            "torn down 1\n",
        ],
    );
    let ledger = &ran.report("windows::fails_more")["ledger"];
    assert_eq!(ledger["scheduled"], json!(5_101));
    assert_eq!(ledger["failed"].as_u64().unwrap() + ledger["ok"].as_u64().unwrap(), 5_101);
}

#[test]
fn the_other_loads_of_a_farm_end_too() {
    let ran = ran(
        "both",
        101,
        &[
            "windows::both::windows::ill: failed",
            "aborted by `abort(errors > 50%, over = 2s)` after 21.6s of 10m:\n",
            "windows::both::windows::well: failed",
            "because     aborted by `abort(errors > 50%, over = 2s)` of\n",
        ],
    );
    let well = ran.report("windows::both::windows::well");
    assert_eq!(well["aborted"]["load"], json!("windows::both::windows::ill"));
    assert_eq!(well["ledger"]["scheduled"], json!(2_161));
}

/// A condition of `abort(..)` that never comes true is shown, and takes no threshold's place: the
/// load has one on errors beside it.
#[test]
fn what_does_not_come_true_aborts_nothing() {
    let ran = ran(
        "fails_some",
        0,
        &[
            "windows::fails_some: passed",
            "met        throughput > 60 over 10s abort\n",
            "no abort   abort(errors > 50%, over = 10s, after = 10s)\n",
            "33.4% from 12s to 22s (1000 calls), the worst of 41\n",
        ],
    );
    assert_eq!(ran.report("windows::fails_some")["aborted"], json!(null));
    assert_eq!(ran.report("windows::fails_some")["ledger"]["scheduled"], json!(6_000));
}

#[test]
fn windows_of_too_few_calls_are_not_judged_and_the_rest_decides() {
    let ran = ran(
        "too_few_in_each",
        0,
        &[
            "windows::too_few_in_each: passed, 1 of 4 thresholds not judged: ",
            "not judged p99 < 20ms over 1s       no window of 1s has the 100\n",
            "calls that p99 takes\n",
            "met        p50 < 20ms over 1s       10.0ms from 0s to 1s (20\n",
        ],
    );
    let windows = &threshold(&ran, "too_few_in_each", 0)["windows"];
    assert_eq!(*windows, json!({ "count": 191, "judged": 0, "broken": 0 }));
    let err = &["passed, 86 of 141 windows of `p99 < 20ms over 2s` not\n"];
    fixture(&["windows::too_few_in_some", "--exact"]).check(0, &[], err);
}

/// The slower the service of a closed loop, the fewer calls are in a window.
#[test]
fn too_few_calls_can_still_break_a_window() {
    let ran = ran(
        "slow_in_a_closed_loop",
        101,
        &[
            "windows::slow_in_a_closed_loop: failed, worst from 0s to 5s\n",
            "BROKEN     p99 < 250ms over 5s",
        ],
    );
    let windows = &threshold(&ran, "slow_in_a_closed_loop", 0)["windows"];
    assert_eq!(windows["judged"], windows["count"]);
    assert_eq!(windows["broken"], windows["count"]);
}

/// Nothing else happens in it, so that a virtual clock goes to its end at once.
#[test]
fn a_hang_in_virtual_time_is_always_seen_while_it_lasts() {
    for _ in 0..20 {
        let told = &["because     aborted by `p99 < 100ms over 2s abort` after 2.00s of 15s"];
        let ran = ran("hangs_in_a_closed_loop", 101, told);
        let report = ran.report("windows::hangs_in_a_closed_loop");
        assert_eq!(report["ledger"]["interrupted"], json!(8));
        assert_eq!(report["aborted"]["at"], json!(2_000_000_000));
    }
}

/// If all windows kept to the limit, so would the whole load.
#[test]
fn the_whole_load_can_break_what_no_window_tells() {
    let told = &["windows::slow_now_and_then: failed", "BROKEN     p99 < 250ms over 1s"];
    let ran = ran("slow_now_and_then", 101, told);
    let windows = &threshold(&ran, "slow_now_and_then", 0)["windows"];
    assert_eq!(windows["judged"], json!(0));
}

/// What is broken is not all: in the first ten seconds there are too few calls to tell.
#[test]
fn a_load_that_fails_says_too_how_many_windows_were_not_judged() {
    let ran =
        ran("too_few_in_some_and_broken", 101, &["windows::too_few_in_some_and_broken: failed"]);
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        ", 11 of 31 windows of `p99 < 15ms over 5s` not judged (",
        "20 of 20 windows broken, the first from 5s 500ms; 11 more had too few to judge",
    ] {
        assert!(said.contains(words), "{words}: {}", ran.err);
    }
}

#[test]
fn a_load_that_an_override_made_shorter_than_its_windows_is_not_judged_by_them() {
    let args = ["windows::fails_some", "--exact", "--duration", "5s"];
    let ran = fixture(&args).check(
        0,
        &[],
        &[
            "windows::fails_some: passed, 2 of 4 thresholds not judged: ",
            "not judged throughput > 60 over 10s abort\n",
            "the load has no window of 10s: it ran for 5s\n",
        ],
    );
    let windows = &threshold(&ran, "fails_some", 1)["windows"];
    assert_eq!(*windows, json!({ "count": 0, "judged": 0, "broken": 0 }));
}

#[test]
fn only_counts_can_end_a_load_of_which_only_counts_are_judged() {
    let args = ["windows::hangs", "--exact", "--thresholds", "counts", "--duration", "40s"];
    let err = ["3000 ok, 0 failed, 0 timed out, 0 panicked, 1000 interrupted\n"];
    let ran = fixture(&args).check(101, &[], &err);
    assert_eq!(ran.report("windows::hangs")["aborted"], json!(null));
}

/// The calls change at 10 s. Half of a window's records are of then if it begins at 7.5 s; its
/// counts are by then on average above the limit if a third of its calls are.
#[test]
fn steps_counts_and_records_have_windows_too() {
    let ran = ran("notes", 101, &["windows::notes: failed, worst from 10s to 15s"]);
    for (nth, met, first_broken) in [
        (0, false, Some(6.0)),
        (1, true, None),
        (2, false, Some(7.0)),
        (3, false, Some(8.5)),
        (4, false, Some(8.0)),
        (5, true, None),
    ] {
        let threshold = threshold(&ran, "notes", nth);
        assert_eq!(threshold["met"], json!(met), "{threshold}");
        let first = threshold["windows"].get("first_broken");
        assert_eq!(first, first_broken.map(seconds).as_ref(), "{threshold}");
    }
}

#[test]
fn a_closed_loop_has_windows_too() {
    let ran = ran("closed", 101, &["windows::closed: failed, worst from "]);
    let throughput = threshold(&ran, "closed", 1);
    assert_eq!(throughput["observed"], json!(40));
    assert_eq!(throughput["worst"]["from"], seconds(10.0));
    assert_eq!(throughput["windows"]["count"], json!(91));
}

/// When the schedule has ended, no more windows follow, though calls go on.
#[test]
fn the_last_window_ends_with_the_schedule() {
    let ran = ran("slow_at_last", 0, &["windows::slow_at_last: passed"]);
    assert_eq!(threshold(&ran, "slow_at_last", 0)["windows"]["count"], json!(41));
    assert_eq!(threshold(&ran, "slow_at_last", 1)["worst"]["count"], json!(200));
}
