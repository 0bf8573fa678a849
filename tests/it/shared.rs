//! A state for all loads, which `main!` sets up: `fixture/shared.rs` as a child process.

use crate::harness::{Ran, TargetDir, fixture};

fn shared(args: &[&str], trouble: &str) -> Ran {
    TargetDir::with(env!("CARGO_BIN_EXE_shared")).run(args, &[("SHOP", trouble)])
}

#[test]
fn all_loads_have_one_service_on_threads_of_its_own() {
    let ran = shared(&["buys", "--exact", "buys_again", "buys_through_a_client"], "").check(
        0,
        &["3 passed; 0 failed"],
        &["buys: passed", "buys_again: passed", "buys_through_a_client: passed"],
    );
    assert_eq!(ran.err.matches("the shop opens").count(), 1, "{}", ran.err);
    assert_eq!(ran.err.matches("the shop closes after 60 orders").count(), 1, "{}", ran.err);
    let position = |text: &str| ran.err.find(text).unwrap();
    assert!(position("the shop opens") < position("buys: 20 ticks"));
    assert!(position("buys_again: passed") < position("the shop closes"));
    assert!(position("a client hangs up") < position("the shop closes"));
}

#[test]
fn each_worker_may_have_something_of_it() {
    let ran = shared(&["buys_as_two", "--exact"], "").check(0, &["1 passed"], &[]);
    assert_eq!(ran.report("buys_as_two")["ledger"]["ok"], 40);
}

#[test]
fn the_loads_of_a_farm_share_it() {
    let ran = shared(&["market", "--exact"], "").check(
        0,
        &["1 passed"],
        &["market::one: passed", "market::two: passed", "the shop closes after 40 orders"],
    );
    assert_eq!(ran.err.matches("the shop opens").count(), 1, "{}", ran.err);
}

#[test]
fn nothing_is_set_up_unless_a_load_runs() {
    for args in [&["--list"][..], &["no such load"], &["endless", "--exact"]] {
        let ran = shared(args, "").check(0, &[], &[]);
        assert_eq!(ran.err, "", "{args:?}");
    }
}

#[test]
fn an_error_of_its_setup_fails_every_load() {
    for (trouble, why) in [
        ("robbed", "the setup of `main!` failed: the till is gone"),
        ("burnt", "the setup of `main!` panicked: the shop burns"),
    ] {
        let ran = shared(&["buys", "--exact", "buys_as_two", "market"], trouble).check(
            101,
            &[
                &format!("because     {why}"),
                "buys: failed (tests/it/fixture/shared.rs:",
                "0 passed; 3 failed",
            ],
            &["market::one: failed", "market::two: failed"],
        );
        assert_eq!(ran.err.matches("the shop opens").count(), 1, "{}", ran.err);
        assert!(!ran.err.contains("the shop closes"), "{}", ran.err);
        for name in ["buys", "buys_as_two", "market::one", "market::two"] {
            let report = ran.report(name);
            assert_eq!(report["verdict"], "failed", "{name}");
            assert_eq!(report["reasons"][0], why, "{name}");
            assert_eq!(report["ledger"]["scheduled"], 0, "{name}");
        }
    }
}

#[test]
fn a_skip_in_its_setup_ignores_every_load() {
    let ran = shared(&["buys", "--exact", "market"], "closed").check(
        0,
        &["0 passed; 0 failed; 2 ignored"],
        &["buys: skipped: it is Sunday", "market: skipped: it is Sunday"],
    );
    assert_eq!(ran.err.matches("the shop opens").count(), 1, "{}", ran.err);
    assert!(!ran.err.contains("the shop closes"), "{}", ran.err);
}

#[test]
fn an_error_of_its_teardown_fails_the_process() {
    shared(&["buys", "--exact"], "stuck").check(
        101,
        &["1 passed; 0 failed"],
        &["error: the teardown of `main!` failed: the door is stuck"],
    );
}

#[test]
fn a_load_that_takes_what_nothing_gives_makes_no_call() {
    let run = |name: &str, why: &str| {
        let ran = shared(&[name, "--exact", "--ignored"], "").check(
            101,
            &[&format!("{name}: failed")],
            &["the shop closes after 0 orders"],
        );
        assert_eq!(ran.report(name)["reasons"][0], why);
        assert_eq!(ran.report(name)["ledger"]["scheduled"], 0);
        assert!(!ran.err.contains("a call without"), "{}", ran.err);
        ran
    };
    let takes = "takes an `Arc<shared::Missing>`, which nothing gives: there is";
    let client = "an `Arc<shared::Client>` from `setup`";
    let shop = "an `Arc<shared::Shop>` from `setup` of `main!`";
    let way_out = "return a `shared::Missing` from a setup of the load, or from that of all loads, \
                   `pusher::main!(setup = ..)`";
    let ran = run("lacks::a_parameter", &format!("fn {takes} {client}, {shop}; {way_out}"));
    // Its own setup has run, so its teardown does.
    assert!(ran.err.contains("a client hangs up"), "{}", ran.err);
    run(
        "lacks::a_parameter_of_its_setup",
        &format!("setup `of_missing` failed: it {takes} {shop}; {way_out}"),
    );
    run(
        "lacks::a_parameter_of_its_setup_worker",
        &format!(
            "setup_worker `of_missing` (1 of 1) failed: it {takes} {client}, {shop}; {way_out}"
        ),
    );
}

/// The fixture's `main!` has no setup.
#[test]
fn a_binary_without_a_setup_says_so() {
    let ran = fixture(&["takes_what_nothing_gives", "--exact", "--ignored"]);
    ran.check(
        101,
        &["fn takes an `Arc<alloc::string::String>`, which nothing gives: there is no setup; "],
        &[],
    );
}

#[cfg(unix)]
mod signals {
    use std::io::BufRead;

    use super::*;
    use crate::harness::signals::{begun, ended, kill};

    #[test]
    fn a_signal_leaves_the_teardown_its_time() {
        let target = TargetDir::with(env!("CARGO_BIN_EXE_shared"));
        let command = target.command(&["endless", "--exact", "--ignored"]);
        let (child, mut err, target) = begun(command, target);
        // After the line of the setup comes that of the load.
        let mut line = String::new();
        while !line.contains("endless: ") {
            assert!(err.read_line(&mut line).unwrap() > 0, "{line}");
        }
        kill(&child, "-TERM");
        ended(child, err, target).check(
            101,
            &["cut short by SIGTERM after "],
            &["endless: failed", "the shop closes after "],
        );
    }

    /// The first line is that of the setup.
    #[test]
    fn two_signals_end_a_setup_that_takes_long() {
        let target = TargetDir::with(env!("CARGO_BIN_EXE_shared"));
        let mut command = target.command(&["buys", "--exact", "buys_again"]);
        command.env("SHOP", "late");
        let (child, err, target) = begun(command, target);
        kill(&child, "-INT");
        kill(&child, "-TERM");
        let ran = ended(child, err, target).check(
            101,
            &["because     the setup of `main!` was cut short by SIG", "2 failed"],
            &[],
        );
        assert!(!ran.err.contains("the shop closes"), "{}", ran.err);
    }
}
