//! What a report says of errors: their causes, their numbers, whose limit they are; and of panics
//! beside the calls.

use crate::harness::fixture;

const WHOLE: &str = "cannot reach the shop: connection refused";

#[test]
fn the_causes_of_an_error_follow_it() {
    for name in ["errors::with_a_cause", "errors::in_a_box"] {
        let because = "fix the errors below, such as `connection\n              refused`";
        let group = format!("20 × failed: {WHOLE}\n");
        let ran = fixture(&[name, "--exact"]).check(101, &[&group], &[&group, because]);
        let group = &ran.report(name)["errors"][0];
        assert_eq!(group["text"], WHOLE);
        assert_eq!(group["example"], WHOLE);
        assert_eq!(group["cause"], "connection refused");
    }
}

/// A step is generic over its error, and cannot ask for the causes.
#[test]
fn a_step_has_what_the_error_writes_of_itself() {
    let ran = fixture(&["errors::in_a_box", "--exact"]);
    let step = &ran.report("errors::in_a_box")["steps"][0]["errors"][0];
    assert_eq!(step["text"], "cannot reach the shop");
    assert_eq!(step["cause"], serde_json::Value::Null);
}

#[test]
fn an_error_that_is_a_text_has_no_cause() {
    let ran = fixture(&["errors::in_words", "--exact"]).check(
        101,
        &["20 × failed: cannot reach the shop\n"],
        &["such as `cannot reach\n              the shop`"],
    );
    let group = &ran.report("errors::in_words")["errors"][0];
    assert_eq!(group["cause"], serde_json::Value::Null);
}

#[test]
fn each_phase_names_its_fn_and_the_causes() {
    for (name, why) in [
        ("setup_of_io", "setup `without_a_file` failed: No such file or directory (os error 2)"),
        ("setup_in_a_box", &format!("setup `without_a_shop` failed: {WHOLE}")),
        ("setup_of_a_worker", &format!("setup_worker `without_a_shop` (1 of 1) failed: {WHOLE}")),
        ("left_open", &format!("teardown `leaves_it_open` failed: {WHOLE}")),
        ("data", &format!("data `users` failed: {WHOLE}")),
    ] {
        fixture(&[&format!("errors::{name}"), "--exact"]).check(101, &[why], &[why]);
    }
}

#[test]
fn statuses_stay_and_numbers_do_not() {
    let ran = fixture(&["errors::statuses", "--exact"]);
    let groups = &ran.report("errors::statuses")["errors"];
    let text = |status| format!("HTTP status error ({status}) for url (http://#.#.#.#:#/orders/#)");
    assert_eq!(groups[0]["text"], text("404 Not Found"));
    assert_eq!(groups[0]["count"], 10);
    assert_eq!(groups[1]["text"], text("503 Service Unavailable"));
    assert_eq!(groups[1]["count"], 10);
}

#[test]
fn times_of_our_own_stay() {
    let group = "20 × timed out: no answer within 20ms\n";
    fixture(&["errors::times_out", "--exact"]).check(101, &[group], &[group]);
}

/// The process has no descriptor left, but for the one that is kept for its report.
#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_the_generator_is_said_in_a_report_that_is_written_even_then() {
    use crate::harness::fixture_after;

    let args = ["errors::leaks_files", "--exact"];
    let ran = fixture_after("ulimit -n 64", &args).check(
        101,
        &[
            "20 × failed: Too many open files (os error 24)\n",
            "this is a limit of the process that makes the load, not of a service elsewhere: raise",
        ],
        &["  report      "],
    );
    let group = &ran.report("errors::leaks_files")["errors"][0];
    assert_eq!(group["text"], "Too many open files (os error 24)");
    let advice = group["advice"].as_str().unwrap();
    assert!(advice.starts_with("this is a limit of the process"), "{advice}");
}

#[test]
fn panics_of_spawned_tasks_are_shown_a_few_times_and_counted() {
    let ran = fixture(&["errors::spawn_what_panics", "--exact"]).check(
        101,
        &["teardown `panics_too` panicked: the teardown broke"],
        &[
            "4 ok, 196 failed",
            "errors::spawn_what_panics: 196 panics in tasks or threads that were spawned; only the \
             first 3 are printed\n",
            "the teardown broke",
        ],
    );
    assert_eq!(ran.err.matches(" broke\n").count(), 3 + 2, "{}", ran.err);
}
