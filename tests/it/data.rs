//! `data`: which call gets which item, and when there are none.

use std::collections::BTreeSet;

use crate::harness::{Ran, fixture};

/// What the fixture's calls said after these words.
fn said(ran: &Ran, words: &str) -> Vec<String> {
    ran.err.lines().filter_map(|line| line.strip_prefix(words)).map(str::to_string).collect()
}

#[test]
fn round_robin_goes_by_the_number_of_the_tick() {
    let ran = fixture(&["data::round_robin", "--exact"]).check(
        0,
        &["test data::round_robin ... ok"],
        &[],
    );
    assert_eq!(
        ran.report("data::round_robin")["load"]["data"],
        serde_json::json!({
            "items": 3, "order": "round-robin", "needed": null, "used_up": false,
        })
    );
}

#[test]
fn once_ends_the_run_and_says_so() {
    let used_up = "  data        used up after 15 of 3000 ticks\n";
    let ran = fixture(&["data::once", "--exact"]).check(
        101,
        &[
            "data::once: inconclusive (",
            "because     the data was used up after 15 of 3000 ticks, so",
        ],
        &["data::once: 15 of 3000 ticks by 3 workers, each at 1000/s for 1s after", used_up],
    );
    let (warmup, measured) = (said(&ran, "warm-up ticket "), said(&ran, "measured ticket "));
    assert_eq!(warmup.len(), 15);
    assert_eq!(measured.len(), 15);
    let tickets: BTreeSet<u64> =
        warmup.iter().chain(&measured).map(|ticket| ticket.parse().unwrap()).collect();
    assert_eq!(tickets, (0..30).collect());
    let report = ran.report("data::once");
    assert_eq!(
        report["load"]["data"],
        serde_json::json!({
            "items": 30, "order": "once", "needed": 3015, "used_up": true,
        })
    );
    assert_eq!(report["ledger"]["scheduled"], 15);
    assert_eq!(report["ledger"]["ok"], 15);
    assert_eq!(report["warmup_ledger"]["ok"], 15);
}

#[test]
fn once_is_once_for_callers_too() {
    let ran = fixture(&["data::closed", "--exact"]).check(
        0,
        &["test data::closed ... ok"],
        &["  data        used up after "],
    );
    let tickets = [said(&ran, "warm-up ticket "), said(&ran, "measured ticket ")].concat();
    let different: BTreeSet<u64> = tickets.iter().map(|ticket| ticket.parse().unwrap()).collect();
    assert_eq!(tickets.len(), 501);
    assert_eq!(different, (0..501).collect());
}

#[test]
fn once_with_items_enough_ends_with_the_schedule() {
    let ran = fixture(&["data::enough", "--exact"]).check(0, &["test data::enough ... ok"], &[]);
    assert!(!ran.err.contains("used up"), "{}", ran.err);
    assert_eq!(ran.report("data::enough")["ledger"]["ok"], 10);
    // More was promised than there is data for, whoever promised it.
    let ran = fixture(&["data::enough", "--exact", "--duration", "1s"]).check(
        101,
        &["data::enough: inconclusive (", "at least 100 items"],
        &["used up after 30 of 100 ticks"],
    );
    assert_eq!(ran.report("data::enough")["ledger"]["ok"], 30);
}

#[test]
fn the_data_is_the_end_of_a_load_without_another_one() {
    let ran = fixture(&["data::is_the_end", "--exact"]).check(
        0,
        &["test data::is_the_end ... ok"],
        &[
            "data::is_the_end: 30 ticks at 1000/s until its data is used up",
            "  data        used up after 30 ticks\n",
        ],
    );
    let report = ran.report("data::is_the_end");
    assert_eq!(report["ledger"]["ok"], 30);
    assert_eq!(report["load"]["duration"], 30_000_000);
    assert_eq!(report["load"]["data"]["needed"], serde_json::Value::Null);
    // A time from outside of the attribute is a promise as well.
    fixture(&["data::is_the_end", "--exact", "--duration", "10ms"]).check(0, &[], &["10 ticks"]);
    let more = "used up after 30 of 60000 ticks";
    fixture(&["data::is_the_end", "--exact", "--duration", "1m"]).check(101, &[more], &[]);
}

#[test]
fn once_that_a_warm_up_uses_up_is_an_error() {
    let why = "data `tickets` failed: it has 30 items, and the warm-up needs 30: give it more, or \
               shorten the warm-up";
    let ran = fixture(&["data::used_up_too_soon", "--exact"]);
    let report = ran.report("data::used_up_too_soon");
    assert_eq!(ran.code, Some(101), "{}", ran.out);
    assert_eq!(report["reasons"][0], why, "{}", ran.out);
    assert_eq!(report["load"]["data"]["items"], 30, "{}", ran.out);
    // What was asked for is not what is left of it.
    assert!(ran.err.contains("  load        1000/s for 50ms,"), "{}", ran.err);
    assert_eq!(report["load"]["duration"], 50_000_000, "{}", ran.out);
}

#[test]
fn random_is_the_same_for_the_same_seed() {
    let dealt = |seed: &str| {
        let ran = fixture(&["data::random", "--exact", "--seed", seed]).check(
            0,
            &["test data::random ... ok"],
            &[],
        );
        assert_eq!(ran.report("data::random")["load"]["seed"].to_string(), seed);
        said(&ran, "call ").into_iter().collect::<BTreeSet<_>>()
    };
    let seven = dealt("7");
    assert_eq!(seven.len(), 50);
    assert_eq!(seven, dealt("7"));
    assert_ne!(seven, dealt("8"));
}

#[test]
fn data_that_goes_wrong_fails_the_test_and_the_setup_is_torn_down() {
    for (name, why) in [
        ("line", "data `lines` failed: item 2: invalid digit found in string"),
        ("file", "data `no_file` failed: no such file"),
        ("nothing", "data `Vec::<u64>::new` failed: it has no item, and each call needs one"),
        ("panic", "data `burns` panicked: the file burns"),
        ("slow", "data `waits` took longer than 100ms: raise `setup_timeout`"),
        (
            "no_end",
            "data `endless` failed: it has more than 10000000 items: end it with `.take(n)`",
        ),
    ] {
        let name = format!("data::wrong::{name}");
        let ran = fixture(&[&name, "--exact"]).check(
            101,
            &[why],
            &["the file is open", "the file is closed"],
        );
        let report = ran.report(&name);
        assert_eq!(report["ledger"]["scheduled"], 0);
        assert_eq!(report["reasons"][0], why);
        assert!(report["load"]["data"].is_null());
    }
}

#[test]
fn an_order_that_there_is_not_is_an_error() {
    let why =
        "data::no_order: data_order is \"twice\": give \"round-robin\", \"random\" or \"once\"";
    fixture(&["data::no_order", "--exact"]).check(101, &[why], &[]);
}
