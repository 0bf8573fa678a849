//! Shapes, arrivals, closed loops and virtual time, as a test binary shows them.

use serde_json::{Value, json};

use crate::harness::fixture;

/// The fields of an object that are named.
fn some(object: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| (name.to_string(), object[name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

const LOAD: [&str; 9] =
    ["shape", "rps", "duration", "ticks", "calls", "concurrency", "pause", "arrivals", "time"];

/// As another const expression says them.
#[test]
fn pauses_between_two_times_are_in_the_report_with_their_seed() {
    let name = "think::pauses_at_random";
    let words = "2 callers for 20 calls with seed 7, pausing 1ms..3ms between calls";
    let ran = fixture(&[name, "--exact"]).check(0, &[], &[words]);
    let load = &ran.report(name)["load"];
    assert_eq!(load["pause"], json!(1_000_000));
    assert_eq!(load["longest_pause"], json!(3_000_000));
    assert_eq!(load["seed"], 7);
    let other = fixture(&[name, "--exact", "--seed", "8"]).report(name);
    assert_eq!(other["load"]["seed"], 8);
    assert_ne!(other["elapsed"], ran.report(name)["elapsed"]);
    let same = fixture(&[name, "--exact"]).report(name);
    assert_eq!(same["elapsed"], ran.report(name)["elapsed"]);
}

#[test]
fn a_pause_that_ends_before_it_begins_fails_the_test() {
    let why = "pause: `3ms..1ms` ends before it begins: write \"1ms..3ms\"";
    fixture(&["think::pauses_backwards", "--exact"]).check(101, &[why], &[]);
}

#[test]
fn a_shape_says_what_it_makes() {
    let ran = fixture(&["paces::staged", "--exact"]).check(
        0,
        &[],
        &[
            "paces::staged: 30 ticks at 0 → 200/s in 100ms, 0/s for 50ms, 400/s for 50ms: 200ms in all\n",
            "load        0 → 200/s in 100ms, 0/s for 50ms, 400/s for 50ms: 200ms in all, overtime 1000000",
            "30 scheduled = 30 started + 0 canceled",
        ],
    );
    let expected = json!({
        "shape": "0 → 200/s in 100ms, 0/s for 50ms, 400/s for 50ms", "rps": null, "duration": 200_000_000, "ticks": 30,
        "calls": null, "concurrency": null, "pause": 0, "arrivals": "uniform", "time": "real",
    });
    assert_eq!(some(&ran.report("paces::staged")["load"], &LOAD), expected);
}

#[test]
fn overrides_stretch_a_shape_or_replace_it() {
    let stretched = [
        "paces::stairs: 180 ticks by 2 workers, each at 100/s for 200ms, 150/s for 200ms, 200/s for 200ms: 600ms in all\n",
    ];
    let ran =
        fixture(&["paces::stairs", "--exact", "--duration", "600ms"]).check(0, &[], &stretched);
    assert_eq!(ran.report("paces::stairs")["ledger"]["ok"], 180);
    let replaced = ["paces::stairs: 60 ticks by 2 workers, each at 100/s for 300ms\n"];
    fixture(&["paces::stairs", "--exact", "--rps", "100"]).check(0, &[], &replaced);
}

#[test]
fn a_seed_makes_the_same_ticks_again() {
    let seed_7 = ["at_random: 25 ticks at 100/s for 200ms, poisson arrivals with seed 7\n"];
    let report = fixture(&["paces::at_random", "--exact", "--seed", "7"])
        .check(0, &[], &seed_7)
        .report("paces::at_random");
    assert_eq!(
        some(&report["load"], &["seed", "arrivals", "ticks"]),
        json!({ "seed": 7, "arrivals": "poisson", "ticks": 25 })
    );
    // Without one, the run says which it took, and that makes the same ticks.
    let taken = fixture(&["paces::at_random", "--exact"]).report("paces::at_random");
    let seed = taken["load"]["seed"].to_string();
    let again =
        fixture(&["paces::at_random", "--exact", "--seed", &seed]).report("paces::at_random");
    let made = |report: &Value| {
        (
            report["ledger"]["scheduled"].clone(),
            some(&report["load"], &LOAD),
            report["load"]["seed"].clone(),
        )
    };
    assert_eq!(made(&taken), made(&again));
    assert_eq!(
        again["load"]["settings"],
        json!([{ "key": "seed", "value": seed, "source": "--seed" }])
    );
}

#[test]
fn calls_end_an_open_loop() {
    let ran = fixture(&["paces::counted", "--exact"]).check(
        0,
        &[],
        &["counted: 15 ticks at 100/s for 15 calls after a warm-up of 50ms\n"],
    );
    let report = ran.report("paces::counted");
    assert_eq!(report["ledger"]["ok"], 15);
    assert_eq!(report["warmup_ledger"]["ok"], 5);
    assert_eq!(report["load"]["duration"], 150_000_000);
}

#[test]
fn a_closed_loop_says_what_it_hides() {
    let ran = fixture(&["paces::closed", "--exact"]).check(
        0,
        &[],
        &[
            "paces::closed: 2 workers, each with 3 callers for 30 calls, pausing 1ms between calls\n",
            "load        3 callers for 30 calls, pausing 1ms between calls, 2 workers",
            "closed      each caller waits for an answer before it asks again, so a slow service \
             gets less load; the\n              queueing that users would feel is in none of these times\n",
            "60 scheduled = 60 started + 0 canceled",
        ],
    );
    let expected = json!({
        "shape": "3 callers", "rps": null, "duration": null, "ticks": 60, "calls": 30, "concurrency": 3, "pause": 1_000_000, "arrivals": null, "time": "real",
    });
    assert_eq!(some(&ran.report("paces::closed")["load"], &LOAD), expected);
}

#[test]
fn an_hour_of_virtual_time_is_exact_and_so_are_its_setup_and_teardown() {
    let run = || {
        fixture(&["paces::hour", "--exact"]).check(
            101,
            &["paces::hour: teardown `ends` failed: 1 hour is over (tests/it/fixture/paces.rs:"],
            &[
                "paces::hour: 18000 ticks at 5/s for 1h in virtual time\n",
                "paces::hour: passed",
                "load        5/s for 1h, overtime 1000000, virtual time",
                "met        p99 == 100ms             100ms",
                "met        lag.max == 0s            0ns",
            ],
        )
    };
    let report = run().report("paces::hour");
    assert_eq!(report["ledger"]["ok"], 18_000);
    assert_eq!(report["elapsed"], 3_600_000_000_000_u64);
    assert_eq!(report["load"]["time"], "virtual");
    assert_eq!(report, run().report("paces::hour"));
}

#[test]
fn a_closed_loop_on_a_clock_that_stands_still_fails() {
    let text = "because     the calls take no time, and the clock is one that stands still meanwhile: give the closed loop a\n";
    let ran = fixture(&["paces::stands_still", "--exact"]).check(
        101,
        &[text, "`pause`, or `calls` instead of `duration`"],
        &[],
    );
    assert_eq!(ran.report("paces::stands_still")["verdict"], "failed");
}

#[test]
fn what_a_setup_spawned_blocks_no_lane() {
    let ran = fixture(&["paces::crowded", "--exact"]).check(0, &[], &["paces::crowded: passed"]);
    assert_eq!(ran.report("paces::crowded")["ledger"]["ok"], 10);
}

#[test]
fn a_runtime_without_a_free_thread_is_told() {
    let ran = fixture(&["paces::crowded_out", "--exact"]).check(
        101,
        &["paces::crowded_out: failed", "10 × interrupted: never begun before the grace was over"],
        &[],
    );
    assert_eq!(ran.report("paces::crowded_out")["ledger"]["interrupted"], 10);
}

/// All callers begin on the first lane, until it is busy.
#[test]
#[cfg(target_os = "linux")]
fn callers_of_a_blocked_lane_make_a_closed_loop_inconclusive() {
    let text = "4 of the callers never made a call, because other calls blocked the threads";
    let ran = fixture(&["paces::one_lane_for_all", "--exact"]).check(
        101,
        &["paces::one_lane_for_all: inconclusive", text],
        &[],
    );
    assert_eq!(ran.report("paces::one_lane_for_all")["ledger"]["started"], 1);
}

#[test]
#[cfg(target_os = "linux")]
fn callers_without_a_thread_make_a_closed_loop_inconclusive() {
    let threads = std::thread::available_parallelism().unwrap().get().max(2);
    if threads < 5 {
        let text = format!(
            "{} of the callers never made a call, because other calls blocked the threads",
            5 - threads
        );
        fixture(&["paces::too_few_threads", "--exact"]).check(
            101,
            &["paces::too_few_threads: inconclusive", &text],
            &[],
        );
    }
}

#[test]
fn loads_of_one_farm_go_by_one_clock() {
    let text = "loads of one farm go by different clocks, at tests/it/fixture/paces.rs:";
    fixture(&["clocks", "--exact"]).check(101, &[text, ": give both the same `time`"], &[]);
}
