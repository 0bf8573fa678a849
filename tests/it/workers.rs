//! `setup_worker` and `teardown_worker`: what each Worker has of its own, and that nothing of it is
//! left behind.

use crate::harness::{Ran, fixture};

/// The lines that the fixture's teardowns say, in their order.
#[track_caller]
fn check_closed(ran: &Ran, lines: &[&str]) {
    let said: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.ends_with(" is closed") || line.ends_with(" is drained"))
        .collect();
    assert_eq!(said, lines, "{}", ran.err);
}

#[test]
fn each_worker_has_its_own_and_they_are_torn_down_in_reverse() {
    let ran = fixture(&["workers::connections", "--exact"]).check(
        0,
        &["test workers::connections ... ok"],
        &[],
    );
    check_closed(
        &ran,
        &[
            "connection 2 is closed",
            "connection 1 is closed",
            "connection 0 is closed",
            "the pool of 3 is drained",
        ],
    );
    assert_eq!(ran.report("workers::connections")["ledger"]["ok"], 30);
}

#[test]
fn each_caller_of_a_closed_loop_has_its_own() {
    let ran =
        fixture(&["workers::callers", "--exact"]).check(0, &["test workers::callers ... ok"], &[]);
    check_closed(&ran, &["a line is closed"; 6]);
    let report = ran.report("workers::callers");
    assert_eq!(report["ledger"]["ok"], 120);
    assert_eq!(report["load"]["setup_workers"], 6);
}

#[test]
fn they_are_there_in_virtual_time_too() {
    let ran = fixture(&["workers::in_virtual_time", "--exact"]).check(
        0,
        &["workers::in_virtual_time ... ok"],
        &["used up after 40 ticks"],
    );
    check_closed(&ran, &["a line is closed"; 3]);
    assert_eq!(ran.report("workers::in_virtual_time")["ledger"]["ok"], 40);
}

#[test]
fn they_are_torn_down_also_after_panics() {
    let ran = fixture(&["workers::panics", "--exact"]).check(
        101,
        &["10 × panicked: connection # is lost"],
        &[],
    );
    check_closed(
        &ran,
        &["connection 1 is closed", "connection 0 is closed", "the pool of 2 is drained"],
    );
}

#[test]
fn those_before_one_that_goes_wrong_are_torn_down() {
    let ran = fixture(&["workers::too_many", "--exact"]).check(
        101,
        &["setup_worker `connect_twice` (3 of 20) failed: too many connections"],
        &[],
    );
    check_closed(
        &ran,
        &["connection 1 is closed", "connection 0 is closed", "the pool of 3 is drained"],
    );
    let report = ran.report("workers::too_many");
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["ledger"]["scheduled"], 0);
    let ran = fixture(&["workers::cable", "--exact"]).check(
        101,
        &["setup_worker `connect_and_panic` (2 of 2) panicked: the cable is cut"],
        &[],
    );
    check_closed(&ran, &["connection 0 is closed", "the pool of 2 is drained"]);
    let why =
        "setup_worker `connect_slowly` (1 of 1) took longer than 100ms: raise `setup_timeout`";
    fixture(&["workers::slow", "--exact"]).check(101, &[why], &[]);
}

#[test]
fn all_teardowns_are_tried_and_each_wrong_one_is_said() {
    let ran = fixture(&["workers::stuck", "--exact"]).check(
        101,
        &[
            "teardown_worker `hang_up` (2 of 2) failed: connection 1 is in use",
            "teardown_worker `hang_up` (1 of 2) failed: connection 0 is in use",
            "teardown `close_down` failed: the pool is locked",
        ],
        &["workers::stuck: passed"],
    );
    let report = ran.report("workers::stuck");
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["reasons"].as_array().unwrap().len(), 3, "one for each");
}

#[test]
fn in_a_farm_one_that_goes_wrong_lets_none_run() {
    let own = "setup_worker `connect_twice` (3 of 3) failed: too many connections";
    let beside = "not run: the setup_worker `connect_twice` (3 of 3) of ports::west failed: too many \
                  connections";
    let ran = fixture(&["ports", "--exact"]).check(101, &[own, beside], &[]);
    check_closed(
        &ran,
        &["connection 1 is closed", "connection 0 is closed", "the pool of 2 is drained"],
    );
    assert_eq!(ran.report("ports::east")["ledger"]["scheduled"], 0);
}

#[cfg(unix)]
#[test]
fn they_are_torn_down_after_a_signal() {
    use crate::harness::signals::{ended, kill, started};

    let (child, err, target) = started(&["workers::forever", "--ignored", "--exact"]);
    kill(&child, "-INT");
    kill(&child, "-INT");
    let ran = ended(child, err, target).check(101, &["cut short by SIGINT"], &[]);
    check_closed(
        &ran,
        &["connection 1 is closed", "connection 0 is closed", "the pool of 2 is drained"],
    );
}
