//! What is shown while loads run, and in which order.

use super::harness::fixture;

/// The tests of which a run tells, with what it says of them.
fn told(out: &str) -> Vec<&str> {
    out.lines()
        .filter_map(|line| line.strip_prefix("test "))
        .filter(|it| it.contains(" ... "))
        .collect()
}

/// Those that are ignored are told in their turn too, with the reason.
#[test]
fn tests_run_and_are_told_in_the_order_of_the_source() {
    let ran = fixture(&["ignored", "endless", "lacks::water", "lacks::oil", "passes", "--exact"]);
    let ran = ran.check(0, &["1 passed; 0 failed; 4 ignored"], &[]);
    assert_eq!(
        told(&ran.out),
        [
            "passes       ... ok",
            "ignored      ... ignored",
            "endless      ... ignored (ends\\tnever)",
            "lacks::water ... ignored (no water here:\\ndig elsewhere)",
            "lacks::oil   ... ignored (no oil here:\\ndig elsewhere)",
        ]
    );
    let list = fixture(&["--list", "--format", "terse"]).check(0, &[], &[]);
    let first: Vec<&str> = list.out.lines().take(3).collect();
    assert_eq!(first, ["passes: test", "breaches: test", "fails: test"], "the root comes first");
}

/// In a list nobody is told that a test is ignored, as in libtest; but those that are can be listed.
#[test]
fn ignored_tests_are_listed_and_run_when_asked_for() {
    let list = fixture(&["--list", "--ignored", "endless", "passes", "--exact"]);
    assert_eq!(list.check(0, &[], &[]).out, "endless: test\n");
    let ran = fixture(&["ignored", "passes", "--exact", "--include-ignored"]).check(0, &[], &[]);
    assert_eq!(told(&ran.out), ["passes  ... ok", "ignored ... ok"]);
}

#[test]
fn terse_results_come_letter_by_letter() {
    let args = ["ignored", "passes", "--exact", "--format", "terse"];
    let ran = fixture(&args).check(0, &["\nrunning 2 tests\n.i\ntest result: ok. "], &[]);
    assert_eq!(told(&ran.out), [""; 0]);
}
