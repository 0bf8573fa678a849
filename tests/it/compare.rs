//! `compare`: two fns on one schedule, as a load binary shows them.

use std::collections::HashMap;

use serde_json::Value;

use crate::harness::{Ran, fixture};

/// A call as the fixture's teardown tells of it: whose it was, its number, what it got, and when
/// it was due, in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    of: String,
    number: String,
    got: String,
    due: u64,
}

/// All calls, in the order in which they were due.
fn told(ran: &Ran) -> Vec<Told> {
    let mut calls = told_in_order(ran);
    // Calls that are due in one millisecond of a virtual clock come together.
    calls.sort_by_key(|call| call.due);
    calls
}

/// All calls, in the order in which they began.
fn told_in_order(ran: &Ran) -> Vec<Told> {
    let call = |line: &str| {
        let (of, rest) = line.split_once(' ')?;
        let (number, rest) = rest.split_once(" gets ")?;
        let (got, due) = rest.rsplit_once(" at ")?;
        let (of, number, got) = (of.to_string(), number.to_string(), got.to_string());
        Some(Told { of, number, got, due: due.parse().ok()? })
    };
    let is_one = |call: &Told| ["new", "old"].contains(&&*call.of);
    ran.err.lines().filter_map(call).filter(is_one).collect()
}

/// The names of the fns, in the order in which their calls came, if each pair has one number and
/// one item.
#[track_caller]
fn firsts_of(pairs: &[Told]) -> String {
    let first = |pair: &[Told]| {
        assert_eq!((&pair[0].number, &pair[0].got), (&pair[1].number, &pair[1].got));
        assert_ne!(pair[0].of, pair[1].of);
        pair[0].of[..1].to_string()
    };
    pairs.chunks(2).map(first).collect()
}

#[track_caller]
fn check_ledgers(report: &Value, own: [u64; 3], other: [u64; 3]) {
    let of = |ledger: &Value| ["scheduled", "ok", "canceled"].map(|key| ledger[key].as_u64());
    assert_eq!(of(&report["ledger"]), own.map(Some));
    assert_eq!(of(&report["other"]["ledger"]), other.map(Some));
}

/// ```text
/// ms        0    50   100  150  200  250
/// ticks     0    1    2    3    4    5      of a schedule at 20/s
/// pairs     0         1         2           each has one number and one item
/// ```
#[test]
fn both_ticks_of_a_pair_have_one_number_and_one_item() {
    let ran =
        fixture(&["compare::pairs", "--exact"]).check(0, &["test compare::pairs ... ok"], &[]);
    let calls = told(&ran);
    let dues: Vec<u64> = calls.iter().map(|call| call.due).collect();
    assert_eq!(dues, (0..26).map(|tick| tick * 50_000_000).collect::<Vec<_>>());
    let (warmup, measured) = calls.split_at(6);
    let numbers: Vec<&str> = measured.iter().step_by(2).map(|call| &*call.number).collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(warmup[5].number, "warm-up 2");
    firsts_of(warmup);
    let order = firsts_of(measured);
    assert!(order.contains('n') && order.contains('o'), "{order}");
    check_ledgers(&ran.report("compare::pairs"), [10, 10, 0], [10, 10, 0]);
    let report = ran.report("compare::pairs");
    assert_eq!(report["other"]["warmup_ledger"]["ok"], 3);
    assert_eq!(report["other"]["name"], "old_pair");
    assert_eq!(report["load"]["compare"], "old_pair");
    assert_eq!(report["load"]["seed"], 7);
}

#[test]
fn the_seed_draws_which_comes_first() {
    let order = |seed: &str| {
        let ran = fixture(&["compare::at_random", "--exact", "--seed", seed]).check(0, &[], &[]);
        firsts_of(&told(&ran))
    };
    let seven = order("7");
    assert_eq!(seven, order("7"));
    assert_ne!(seven, order("8"));
    let (new, all) = (seven.matches('n').count(), seven.len());
    assert!(all > 800 && (all * 2 / 5..all * 3 / 5).contains(&new), "{new} of {all}");
}

/// Several pairs are due when somebody looks, and both of a pair.
#[test]
fn what_is_due_at_once_begins_in_the_order_that_was_drawn() {
    let ran = fixture(&["compare::at_once", "--exact"]).check(0, &[], &[]);
    let calls = told_in_order(&ran);
    assert_eq!(calls.len(), 1_000);
    let early = calls.windows(2).filter(|both| both[0].due > both[1].due).count();
    assert_eq!(early, 0);
    let new = firsts_of(&calls).matches('n').count();
    assert!((200..300).contains(&new), "{new} of 500");
}

/// On lanes, of which two may begin the calls of a pair at the same time.
#[test]
fn neither_target_begins_first_more_often_than_drawn() {
    let ran = fixture(&["compare::at_once_on_lanes", "--exact", "--thresholds", "counts"]);
    let mut order: HashMap<String, Vec<(String, u64)>> = HashMap::new();
    for Told { of, number, due, .. } in told_in_order(&ran) {
        order.entry(number).or_default().push((of, due));
    }
    let pairs: Vec<_> = order.into_values().filter(|pair| pair.len() == 2).collect();
    let count = |is: fn(&[(String, u64)]) -> bool| pairs.iter().filter(|pair| is(pair)).count();
    let (all, as_drawn) = (pairs.len(), count(|pair| pair[0].1 < pair[1].1));
    let new = count(|pair| pair[0].0 == "new");
    assert!(all > 1_000, "{}", ran.err);
    assert!(as_drawn > all * 3 / 4, "{as_drawn} of {all} as drawn, {new} the new one first");
}

/// The ticks of both are one Poisson process at twice the rate.
#[test]
fn ticks_at_random_are_paired_too() {
    let ran = fixture(&["compare::at_random", "--exact"]).check(0, &[], &[]);
    let (calls, report) = (told(&ran), ran.report("compare::at_random"));
    let of_each = report["ledger"]["scheduled"].as_u64().unwrap();
    check_ledgers(&report, [of_each, of_each, 0], [of_each, of_each, 0]);
    assert_eq!(calls.len() as u64, 2 * of_each);
    assert!((900..1_100).contains(&of_each), "{of_each}");
}

/// Worker 0 of each has the first pair, Worker 1 of each the second, 50 ms later.
#[test]
fn workers_deal_the_pairs() {
    let ran = fixture(&["compare::of_workers", "--exact"]).check(0, &[], &[]);
    let mut calls: HashMap<u64, String> = HashMap::new();
    told(&ran).into_iter().for_each(|call| drop(calls.insert(call.due, call.got)));
    assert_eq!(calls.len(), 12);
    for (due, worker) in calls {
        assert!(
            worker.ends_with(if due / 50_000_000 % 2 == 0 { " #0" } else { " #1" }),
            "{due} {worker}"
        );
    }
    check_ledgers(&ran.report("compare::of_workers"), [6, 6, 0], [6, 6, 0]);
}

#[test]
fn overtime_is_each_ones() {
    let broken = "slow breaks `canceled < 60%`";
    let ran = fixture(&["compare::quick", "--exact"]).check(0, &[], &[]);
    assert!(!ran.err.contains(broken), "{}", ran.err);
    let report = ran.report("compare::quick");
    assert_eq!(report["ledger"]["canceled"], 0);
    let [scheduled, ok, canceled] =
        ["scheduled", "ok", "canceled"].map(|key| report["other"]["ledger"][key].as_u64().unwrap());
    assert_eq!(scheduled, 100);
    assert_eq!(ok + canceled, 100);
    assert!((30..60).contains(&canceled), "{canceled}");
}

#[test]
fn a_step_that_the_other_lacks_is_inconclusive() {
    let why = "old_step: a threshold is on the step \"pay\", which no call gave: write \
               `call.step(\"pay\", async { .. }).await` in the target, or take another name. The \
               steps that calls gave are \"charge\"";
    let name = "compare::with_a_step_alone";
    let ran = fixture(&[name, "--exact"]).check(101, &["with_a_step_alone: inconclusive"], &[]);
    let report = ran.report(name);
    assert_eq!(report["reasons"], serde_json::json!([why]));
    assert_eq!(report["thresholds"][0]["met"], Value::Null);
}

#[test]
fn one_that_failed_leaves_nothing_to_compare_with() {
    let why = "fails breaks `errors == 0` with 3 of 100 calls, so there is nothing to compare with";
    let ran = fixture(&["compare::beside_one_that_fails", "--exact"]).check(
        101,
        &["compare::beside_one_that_fails: inconclusive"],
        &[why, "fails: 3 × failed: order # is lost"],
    );
    let report = ran.report("compare::beside_one_that_fails");
    assert_eq!(report["verdict"], "inconclusive");
    check_ledgers(&report, [100, 100, 0], [100, 97, 0]);
    assert_eq!(report["other"]["errors"][0]["count"], 3);
}

#[test]
fn one_that_fails_itself_has_failed() {
    let name = "compare::fails_beside_one_that_does_well";
    let ran = fixture(&[name, "--exact"]).check(101, &[], &["100 × failed: no"]);
    assert_eq!(ran.report(name)["verdict"], "failed");
}

#[test]
fn the_other_may_have_a_setup_of_its_own() {
    let ran = fixture(&["compare::with_a_setup_of_its_own", "--exact"]).check(0, &[], &[]);
    let count = |got: &str| told(&ran).iter().filter(|call| call.got == got).count();
    assert_eq!(count("a board"), 2);
    assert_eq!(count("a board of its own"), 2);
    let other = &ran.report("compare::with_a_setup_of_its_own")["other"];
    assert_eq!(other["name"], "other::on_its_own_board");
    let name = "compare::without_the_other";
    let why = "compare_setup `no_board` failed: the old one is gone";
    let ran = fixture(&[name, "--exact"]).check(101, &[why], &[why]);
    assert!(!ran.err.contains("a call was made"));
    assert_eq!(ran.report(name)["ledger"]["scheduled"], 0);
}

#[test]
fn a_parameter_of_the_other_that_nothing_gives_is_told_by_its_name() {
    let why = "compare `takes_what_nothing_gives` takes an `Arc<fixture::compare::OldBoard>`, \
               which nothing gives";
    fixture(&["compare::beside_one_without_its_parameter", "--exact"]).check(101, &[why], &[why]);
}

#[test]
fn calls_may_be_local_and_have_args() {
    let ran = fixture(&["compare::local::1", "--exact"]).check(0, &[], &[]);
    check_ledgers(&ran.report("compare::local::1"), [20, 20, 0], [20, 20, 0]);
    let ran = fixture(&["compare::local::2", "--exact"]).check(101, &[], &["2 is refused"]);
    check_ledgers(&ran.report("compare::local::2"), [20, 19, 0], [20, 20, 0]);
}

#[test]
fn one_may_be_compared_with_itself_and_in_a_farm() {
    let ran = fixture(&["compare::farm", "--exact"]).check(0, &[], &[]);
    check_ledgers(&ran.report("compare::farm::same"), [20, 20, 0], [20, 20, 0]);
    let beside = ran.report("compare::farm::beside");
    assert_eq!(beside["ledger"]["scheduled"], 7);
    assert_eq!(beside["other"], Value::Null);
}

#[test]
fn an_equal_one_is_not_told_to_be_slower() {
    let name = "compare::drifting::equal";
    let ran = fixture(&[name, "--exact"]).check(0, &[], &["compared    with old"]);
    let report = ran.report(name);
    assert_eq!(report["verdict"], "passed");
    let compared = report["compared"].as_array().unwrap();
    let figures: Vec<&str> = compared.iter().map(|it| it["figure"].as_str().unwrap()).collect();
    let times = ["p50", "p90", "p95", "p99", "p99.9"];
    assert_eq!(figures[..5], times);
    assert_eq!(figures[5..], times.map(|figure| format!("service.{figure}")));
    for found in &compared[..4] {
        let [difference, low, high, whole] =
            ["difference", "low", "high", "whole"].map(|key| found[key].as_f64().unwrap());
        assert!(low < difference && difference < high, "{found}");
        assert!(difference.abs() < 0.1 && whole.abs() < 0.1, "{found}");
    }
    let threshold = &report["thresholds"][1];
    assert_eq!(threshold["text"], "p99 < other + 5% + 10ms");
    assert_eq!(threshold["other"]["name"], "old");
    assert_eq!(threshold["met"], true);
}

#[test]
fn a_slower_one_is_found_whatever_drifts_for_both() {
    let name = "compare::drifting::slower";
    let ran = fixture(&[name, "--exact"]).check(101, &["BROKEN     p99 < other + 5%"], &[]);
    let report = ran.report(name);
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["thresholds"][1]["met"], true);
    let p99 = &report["compared"][3];
    assert_eq!(p99["figure"], "p99");
    let [low, high] = ["low", "high"].map(|key| p99[key].as_f64().unwrap());
    assert!(low < 0.2 && 0.2 < high, "{p99}");
}

#[test]
fn of_too_few_calls_nothing_is_judged_and_the_load_says_so() {
    let name = "compare::drifting::of_few_calls";
    let why = "it takes 800 samples, and there were 500";
    let because = "`p99 < other + 5%` cannot be judged: it takes 800 samples, and there were 500: \
                   give the load more time or a higher rate, or compare a lower percentile\n";
    let ran = fixture(&[name, "--exact"]).check(101, &["inconclusive", because], &[why]);
    assert_eq!(ran.report(name)["compared"][3]["difference"], Value::Null);
    let headline = "compare::drifting::of_few_calls: passed, 1 of 4 thresholds not judged";
    fixture(&[name, "--exact", "--calls", "400"]).check(0, &[], &[headline]);
}

/// More time or a higher rate would not help.
#[test]
fn a_figure_of_calls_that_were_cut_off_says_whose_they_are() {
    let name = "compare::drifting::beside_one_that_hangs";
    let because = "`p99 < other + 5%` cannot be judged: calls were cut off before they had taken \
                   so long: raise `timeout` or `grace`, or judge a lower percentile; these are \
                   calls of hangs_at_times\n";
    let ran = fixture(&[name, "--exact"]).check(101, &["inconclusive"], &[]);
    assert!(in_a_line(&ran).contains(because.trim_end()), "{}", ran.err);
}

#[test]
fn a_comparison_that_no_threshold_judges_says_so() {
    let name = "compare::drifting::judged_by_nothing";
    let hint = "`compare` without a threshold on `other`: the difference is shown, and nothing is \
                judged by it; write thresholds(p99 < other + \"5%\")";
    let ran = fixture(&[name, "--exact"]).check(0, &[], &[&format!("{name}: hint: {hint}\n")]);
    assert_eq!(ran.report(name)["load"]["hints"], serde_json::json!([hint]));
    let judged = "compare::drifting::beside_one_that_hangs";
    let ran = fixture(&[judged, "--exact"]).check(101, &[], &[]);
    assert_eq!(ran.report(judged)["load"]["hints"], serde_json::json!([]));
}

/// All that the load said, as if it was one line.
fn in_a_line(ran: &Ran) -> String {
    let said = ran.out.split_whitespace().chain(ran.err.split_whitespace());
    said.collect::<Vec<_>>().join(" ")
}

/// A load is not blamed for being slower than one that fails.
#[test]
fn nothing_is_slower_than_one_that_failed() {
    let name = "compare::drifting::slower_than_one_that_fails";
    let ran = fixture(&[name, "--exact"]).check(
        101,
        &["inconclusive", "not judged p99 < other + 5%", "fails_at_last proves nothing"],
        &[],
    );
    assert_eq!(ran.report(name)["verdict"], "inconclusive");
}

#[test]
fn steps_are_compared_by_their_names() {
    let name = "compare::drifting::steps";
    let ran = fixture(&[name, "--exact"]).check(
        101,
        &["BROKEN     step(\"read\").p90 < other + 5%", "old_step has no step(\"write\").p90"],
        &[],
    );
    assert_eq!(ran.report(name)["thresholds"][1]["met"], Value::Null);
}
