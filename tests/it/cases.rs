//! A test for each value of `args`.

use crate::harness::{fixture, fixture_with};

#[test]
fn each_value_is_a_test() {
    let names = |filter: &str| {
        let ran = fixture(&["--list", "--format", "terse", filter]).check(0, &[], &[]);
        ran.out.lines().map(|line| line.trim_end_matches(": test").to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names("fetch"), ["cases::fetch::1", "cases::fetch::5000000000"]);
    assert_eq!(names("by_constant"), ["cases::by_constant::10", "cases::by_constant::20"]);
    assert_eq!(names("routes"), ["routes"]);
    let ran = fixture(&["cases::fetch::1", "--exact"]).check(
        0,
        &["running 1 test", "test cases::fetch::1 ... ok"],
        &[],
    );
    let report = ran.report("cases::fetch::1");
    assert_eq!(report["name"], "cases::fetch::1");
    assert_eq!(report["load"]["case"], "1");
}

#[test]
fn the_value_is_the_parameter_of_its_type() {
    let ran = fixture(&["cases::fetch"]).check(
        101,
        &["such as: 5000000000 bytes at once are too much for call ", "1 passed; 1 failed"],
        &[],
    );
    assert_eq!(ran.report("cases::fetch::1")["ledger"]["ok"], 10);
    assert_eq!(ran.report("cases::fetch::5000000000")["ledger"]["failed"], 10);
    let ran = fixture(&["cases::by_constant"]).check(0, &["2 passed"], &[]);
    let one = ran.report("cases::by_constant::20::1");
    assert_eq!(one["load"]["case"], "20");
    assert_eq!(one["name"], "cases::by_constant::20 #1");
}

#[test]
fn in_a_farm_each_case_is_a_member() {
    let ran = fixture(&["routes", "--exact"]).check(
        0,
        &["test routes ... ok"],
        &["routes::route::GET__users: passed"],
    );
    assert_eq!(ran.report("routes::route::GET__users")["load"]["case"], "GET /users");
    assert_eq!(ran.report("routes::route::POST")["load"]["case"], "POST");
}

#[test]
fn cases_that_make_no_tests_are_an_error_with_the_place() {
    let told = |cases: &str| fixture_with(&["told", "--list"], &[("FIXTURE_CASES", cases)]);
    told("a b").check(0, &["cases::told::a: test\n", "cases::told::b: test\n"], &[]);
    let none = told("").check(
        101,
        &[],
        &["`cases::told` has no case, because args is empty, at tests/it/fixture/cases.rs:"],
    );
    assert_eq!(none.out, "");
}

#[test]
fn cases_whose_texts_make_one_name_are_numbered() {
    let ran = fixture(&["cases::by_route"]).check(
        0,
        &["test cases::by_route::_a_b ", "test cases::by_route::_a_b-2 ", "2 passed"],
        &["100/s for 50ms, case \"/a/b\", overtime", "100/s for 50ms, case \"/a_b\", overtime"],
    );
    assert_eq!(ran.report("cases::by_route::_a_b")["load"]["case"], "/a/b");
    assert_eq!(ran.report("cases::by_route::_a_b-2")["load"]["case"], "/a_b");
    let listed = ["cases::told::a_b: test\n", "cases::told::a_b-2: test\n"];
    fixture_with(&["told", "--list"], &[("FIXTURE_CASES", "a/b a:b")]).check(0, &listed, &[]);
}

/// The macro sees no types, and integers are of any.
#[test]
fn a_value_that_nothing_takes_fails_every_call() {
    let text = "10 × panicked: no parameter of the load takes the value of `args`: give it a \
                parameter of a type that nothing else has";
    let ran = fixture(&["taken_for_the_other"]).check(101, &[text, "0 passed; 2 failed"], &[]);
    assert_eq!(ran.report("cases::taken_for_the_other::2")["ledger"]["panicked"], 10);
}
