//! Rates as texts, hints, the words of other tools, and Workers in step, as a load binary shows
//! them.

use serde_json::{Value, json};

use crate::harness::{Ran, fixture, fixture_with};

/// A load of the file `fixture/rates.rs` that passes.
#[track_caller]
fn passes(name: &str, args: &[&str], texts: &[&str]) -> (Ran, Value) {
    let name = format!("rates::{name}");
    let ran = fixture(&[&[name.as_str(), "--exact"], args].concat()).check(0, &[], texts);
    let report = ran.report(&name);
    (ran, report)
}

#[test]
fn a_text_makes_as_many_ticks_as_it_says() {
    let (ran, report) =
        passes("by_the_minute", &[], &["rates::by_the_minute: 420 ticks at 7/m for 1h"]);
    assert!(!ran.err.contains("hint"), "{}", ran.err);
    let load = &report["load"];
    assert_eq!(load["rate"], json!("7/m"));
    assert_eq!(load["shape"], json!("7/m"));
    assert_eq!(load["hints"], json!([]));
    assert!((load["rps"].as_f64().unwrap() * 60.0 - 7.0).abs() < 1e-12, "{load}");
    assert_eq!(report["ledger"]["ok"], 420);

    let (_, report) = passes("of_a_const", &[], &["100 ticks at 100/3s for 3s"]);
    assert_eq!(report["load"]["rate"], "100/3s");
    let (_, report) =
        passes("in_stages", &[], &["660 ticks at 7/m for 1h, 7 → 1/m in 1h: 2h in all"]);
    assert_eq!(report["load"]["rate"], Value::Null);
}

#[test]
fn a_text_comes_from_a_flag_a_variable_and_a_profile() {
    let (_, report) = passes(
        "by_the_minute",
        &["--rps", "1200/h"],
        &["1200 ticks at 1200/h for 1h", "settings    rps 1200/h (--rps)"],
    );
    assert_eq!(report["load"]["rate"], "1200/h");
    passes("by_the_minute", &["--rps", "1_000/h"], &["1000 ticks at 1_000/h for 1h"]);
    passes("by_the_minute", &["--rps", "1_0", "--duration", "3s"], &["30 ticks at 10/s for 3s"]);
    passes("by_the_minute", &["--rps-scale", "0.1"], &["42 ticks at 0.7/m for 1h"]);
    let name = ["rates::by_the_minute", "--exact"];
    fixture_with(&name, &[("PUSHER_RPS", "100/3s"), ("PUSHER_DURATION", "6s")]).check(
        0,
        &[],
        &["200 ticks at 100/3s for 6s", "rps 100/3s (PUSHER_RPS)"],
    );
    let package = tempfile::tempdir().unwrap();
    std::fs::write(package.path().join("pusher.toml"), "[profile.default]\nrps = '30/m'\n")
        .unwrap();
    fixture_with(&name, &[("CARGO_MANIFEST_DIR", package.path().to_str().unwrap())]).check(
        0,
        &[],
        &["1800 ticks at 30/m for 1h", "rps 30/m (profile default)"],
    );
    let ran = fixture(&["rates::by_the_minute", "--rps", "7/x"]).check(101, &[], &[]);
    let text = "error: --rps is 7/x: give a number above 0 and up to 1000000000, such as 50 or \
                0.5, or a text such as \"7/m\" or \"100/3s\"\n";
    assert_eq!(ran.err, text);
}

#[test]
fn a_float_that_is_no_fraction_has_a_hint() {
    let hint = "rps is 0.11666666666666667, a float of 17 digits: write \"7/m\", which is exact";
    let (_, report) = passes(
        "of_a_float",
        &[],
        &[
            "421 ticks at 0.11666666666666667/s for 1h",
            &format!("rates::of_a_float: hint: {hint}\n"),
            &format!("\n  hint        {hint}\n"),
        ],
    );
    assert_eq!(report["load"]["hints"], json!([hint]));
    let hint = "a rate is 33.333333333333336, a float of 17 digits: write \"100/3s\", which is \
                exact";
    let (_, report) = passes("in_stages_of_floats", &[], &["hint"]);
    assert_eq!(report["load"]["hints"], json!([hint]));
}

#[test]
fn rates_without_a_common_denominator_are_named() {
    let text = "the rates 1/11days 13h 46m 23s and 1/11days 13h 47m 13s in stages share no \
                denominator below 1000000000000: write both for the same time, such as \"7/m\" and \
                \"30/m\"";
    fixture(&["rates::in_stages_of_nothing_in_common", "--exact"]).check(101, &[text], &[]);
}

#[test]
fn calls_are_spread_over_the_duration() {
    let (_, report) = passes("spread", &[], &["rates::spread: 10 ticks at 10/5m for 10 calls"]);
    assert_eq!(report["load"]["rate"], "10/5m");
    assert_eq!(report["ledger"]["ok"], json!(10));
    assert_eq!(report["load"]["calls"], json!(10));
    assert_eq!(report["elapsed"], 300_000_000_000_u64);
    passes("spread", &["--duration", "10m"], &["10 ticks at 10/10m for 10 calls"]);
    passes("spread", &["--calls", "20"], &["20 ticks at 20/5m for 20 calls"]);
}

#[test]
fn a_threshold_that_is_met_by_slow_calls_is_noted() {
    let hint = "p50 > 250ms is met if calls take longer than that: write p50 < \"250ms\" for a \
                limit on how long they take";
    let (_, report) = passes("slow_enough", &[], &[&format!("rates::slow_enough: hint: {hint}\n")]);
    assert_eq!(report["load"]["hints"], json!([hint]));
}

#[test]
fn workers_take_their_ticks_in_turn() {
    let (_, report) = passes(
        "in_step",
        &[],
        &["rates::in_step: 10 ticks by 5 workers, each at 2/s for 1s after a warm-up of 500ms"],
    );
    assert_eq!(report["ledger"]["ok"], 10);
    assert_eq!(report["warmup_ledger"]["ok"], 5);
}

#[test]
fn any_whole_number_and_any_duration_is_recorded() {
    let ran = fixture(&["rates::records", "--exact"]).check(
        0,
        &[],
        &["5 × panicked: the record \"left\" is -#: give a whole number from # to #"],
    );
    let report = ran.report("rates::records");
    let record = |nth: usize| {
        let record = &report["records"][nth];
        (record["name"].clone(), record["count"].clone(), record["max"].clone())
    };
    assert_eq!(record(0), (json!("size"), json!(10), json!(4)));
    assert_eq!(record(1), (json!("wait"), json!(10), json!(5_000_000)));
    assert_eq!(record(2), (json!("left"), json!(5), json!(4)));
    assert_eq!(report["ledger"]["panicked"], 5);
}

#[test]
fn words_of_other_tools_lead_to_ours() {
    for (args, text) in [
        (["--rate", "5"], "error: --rate is no flag: did you mean --rps?\n"),
        (["--vus", "5"], "error: --vus is no flag: did you mean --concurrency?\n"),
        (["--max-in-flight", "5"], "error: --max-in-flight is no flag: did you mean --overtime?\n"),
        (["--iterations", "5"], "error: --iterations is no flag: did you mean --calls?\n"),
    ] {
        assert_eq!(fixture(&args).check(101, &[], &[]).err, text);
    }
    let package = tempfile::tempdir().unwrap();
    std::fs::write(package.path().join("pusher.toml"), "[profile.x]\nusers = 5\n").unwrap();
    let folder = [("CARGO_MANIFEST_DIR", package.path().to_str().unwrap())];
    let text = "pusher.toml:2: `users` is no key of [profile.x]: did you mean `concurrency`?";
    fixture_with(&["--list"], &folder).check(101, &[], &[text]);
}

#[test]
fn an_unknown_variable_is_named() {
    let variables = [("PUSHER_RSP", "5"), ("PUSHER_USERS", "5"), ("PUSHER_XYZ", "")];
    let ran = fixture_with(&["rates::of_a_const", "--exact"], &variables).check(0, &[], &[]);
    let lines: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("PUSHER_")).collect();
    let nothing = "is no variable of pusher, and changes nothing:";
    assert_eq!(lines[0], format!("PUSHER_RSP {nothing} did you mean PUSHER_RPS?"));
    assert_eq!(lines[1], format!("PUSHER_USERS {nothing} did you mean PUSHER_CONCURRENCY?"));
    let all = format!("PUSHER_XYZ {nothing} the variables are PUSHER_RPS, PUSHER_RPS_SCALE, ");
    assert!(lines[2].starts_with(&all), "{}", lines[2]);
    let listed = fixture_with(&["rates::of_a_const", "--exact", "--list"], &variables);
    assert_eq!(listed.check(0, &[], &[]).err, "");
}

/// nextest passes no flags.
#[test]
fn every_flag_of_ours_has_its_variable() {
    let help = fixture(&["--help"]).out;
    let ours = help.split_once("Flags of libtest:").unwrap().0;
    let flags = ours.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2);
    for flag in flags.filter(|flag| *flag != "--test") {
        let variable = format!("PUSHER_{}", flag[2..].to_uppercase().replace('-', "_"));
        assert!(ours.contains(&format!("[env: {variable}]")), "{flag} has no {variable}");
    }
}
