//! Profiles by what a load binary prints and how it exits: `fixture` as a child process, in a
//! package with a `pusher.toml`.

use serde_json::json;

use crate::harness::{Ran, fixture_with};

const FILE: &str = r#"
[profile.default]
grace = "10s"

[profile.smoke]
duration = "100ms"
rps-scale = 0.5
thresholds = "counts"

[profile.smoke.load.breaches]
duration = "300ms"

[profile.smoke.load.passes]
concurrency = 3

[profile.smoke.load."market::fish"]
rps = 30

[profile.smoke.load.market]
duration = "400ms"

[profile.strict]
thresholds = "on"
"#;

/// A run in a package with this `pusher.toml`, or with none if the text is empty.
fn run(file: &str, args: &[&str], environment: &[(&str, &str)]) -> Ran {
    let package = tempfile::tempdir().unwrap();
    if !file.is_empty() {
        std::fs::write(package.path().join("pusher.toml"), file).unwrap();
    }
    let folder = [("CARGO_MANIFEST_DIR", package.path().to_str().unwrap())];
    let mut ran = fixture_with(args, &[&folder, environment].concat());
    ran.err = ran.err.replace(&format!("{}/", package.path().display()), "");
    ran
}

#[test]
fn a_profile_applies_by_flag_and_by_variable_and_the_report_says_so() {
    let by_flag = run(FILE, &["passes", "--exact", "--profile", "smoke"], &[]);
    let by_variable = run(FILE, &["passes", "--exact"], &[("PUSHER_PROFILE", "smoke")]);
    let by_both =
        run(FILE, &["passes", "--exact", "--profile=smoke"], &[("PUSHER_PROFILE", "strict")]);
    for ran in [by_flag, by_variable, by_both] {
        let ran = ran.check(
            0,
            &["test passes ... ok"],
            &[
                "passes: 5 ticks at 50/s for 100ms after a warm-up of 100ms",
                "  settings    rps-scale 0.5 (profile smoke), duration 100ms (profile smoke), \
                 grace 10s (profile default)",
                "  not used    concurrency 3 (profile smoke for passes): an open loop has no \
                 callers",
                "passes: passed, 2 of 4 thresholds not judged: p90, throughput (",
                "  thresholds  counts (profile smoke): no others are judged",
                "              not judged throughput > 90",
                "              met        errors == 0",
            ],
        );
        let report = ran.report("passes");
        assert_eq!(report["verdict"], json!("passed"));
        assert_eq!(report["load"]["profile"], json!("smoke"));
        let met = [json!(null), json!(null), json!(true), json!(true)];
        for (threshold, met) in report["thresholds"].as_array().unwrap().iter().zip(met) {
            assert_eq!(threshold["met"], met, "{report}");
        }
        let said = |key: &str, value: &str, source: &str| json!({ "key": key, "value": value, "source": source });
        let unused = "an open loop has no callers";
        let settings = json!([
            said("rps-scale", "0.5", "profile smoke"),
            said("duration", "100ms", "profile smoke"),
            { "key": "concurrency", "value": "3", "source": "profile smoke for passes", "unused": unused },
            said("grace", "10s", "profile default"),
            said("thresholds", "counts", "profile smoke"),
        ]);
        assert_eq!(report["load"]["settings"], settings);
    }
}

#[test]
fn a_flag_wins_over_a_variable_and_that_over_the_profile() {
    let load = |args: &[&str], environment: &[(&str, &str)], headline: &str, settings: &str| {
        run(FILE, &[&["breaches", "--exact"], args].concat(), environment).check(
            0,
            &[],
            &[headline, settings],
        );
    };
    let smoke = ["--profile", "smoke"];
    load(&smoke, &[], "15 ticks at 50/s for 300ms", "duration 300ms (profile smoke for breaches)");
    load(
        &smoke,
        &[("PUSHER_DURATION", "120ms")],
        "6 ticks at 50/s for 120ms",
        "duration 120ms (PUSHER_DURATION)",
    );
    let flags = ["--profile", "smoke", "--duration", "80ms", "--rps", "50"];
    let settings =
        "settings    rps 50 (--rps), duration 80ms (--duration), grace 10s (profile default)";
    load(&flags, &[("PUSHER_DURATION", "120ms")], "4 ticks at 50/s for 80ms", settings);
}

#[test]
fn without_a_profile_default_alone_applies() {
    let ran = run(FILE, &["passes", "--exact"], &[]).check(
        0,
        &[],
        &["passes: 20 ticks at 100/s", "  settings    grace 10s (profile default)"],
    );
    let report = ran.report("passes");
    assert!(report["load"]["profile"].is_null(), "{report}");
    assert_eq!(report["thresholds"][1]["met"], true, "{report}");
    let ran = run("", &["passes", "--exact"], &[]).check(0, &[], &[]);
    assert!(!ran.err.contains("settings"), "{}", ran.err);
    assert_eq!(ran.report("passes")["load"]["settings"], json!([]));
}

#[test]
fn by_counts_alone_times_break_nothing_and_errors_do() {
    run(FILE, &["breaches", "--exact", "--profile", "strict"], &[]).check(
        101,
        &["BROKEN     min < 1ns"],
        &["thresholds on (profile strict)"],
    );
    // Its old name.
    for counts in ["counts", "off"] {
        run(FILE, &["breaches", "--exact", "--thresholds", counts], &[]).check(
            0,
            &[],
            &[
                "breaches: passed, 3 of 5 thresholds not judged: min, p90, throughput (",
                "  thresholds  counts (--thresholds): no others are judged",
                "not judged min < 1ns",
                "met        errors <= 100%",
            ],
        );
        run(FILE, &["fails", "--exact", "--thresholds", counts], &[]).check(
            101,
            &[
                "fails: failed, 1 of 3 thresholds not judged: p90 (",
                "BROKEN     errors < 50%             100%",
            ],
            &[],
        );
    }
    let why = "because     no call succeeded, so there are no times to judge";
    run(FILE, &["inconclusive", "--exact", "--profile", "smoke"], &[]).check(
        101,
        &["inconclusive: inconclusive", why],
        &[],
    );
}

#[test]
fn a_table_is_for_a_load_of_a_farm_or_for_all_of_them() {
    let ran = run(FILE, &["market", "--exact", "--profile", "smoke"], &[]);
    let settings = |ran: &Ran, load: &str| ran.report(load)["load"]["settings"].clone();
    assert_eq!(
        settings(&ran, "market::fish")[0],
        json!({ "key": "rps", "value": "30", "source": "profile smoke for market::fish" })
    );
    assert_eq!(
        settings(&ran, "market::fish")[1],
        json!({ "key": "duration", "value": "400ms", "source": "profile smoke for market" })
    );
    assert_eq!(
        settings(&ran, "market::fruit")[0],
        json!({ "key": "rps-scale", "value": "0.5", "source": "profile smoke" })
    );
    assert_eq!(
        settings(&ran, "market::fruit::1"),
        settings(&ran, "market::fruit"),
        "its Workers say the same"
    );
    assert_eq!(ran.report("market::fish")["load"]["rps"], json!(30.0));
    assert_eq!(ran.report("market::fruit")["load"]["rps"], json!(25.0));
}

#[test]
fn what_means_nothing_for_a_closed_loop_is_not_used() {
    let ran = run(
        FILE,
        &["paces::closed", "--exact", "--profile", "smoke", "--calls", "12", "--overtime", "1"],
        &[],
    );
    let ran = ran.check(
        0,
        &[],
        &[
            "  settings    duration 100ms (profile smoke), calls 12 (--calls), grace 10s (profile \
             default)\n",
            "  not used    rps-scale 0.5 (profile smoke): a closed loop has no rate\n",
            "              overtime 1 (--overtime): a closed loop has as many calls in flight as \
             callers\n",
        ],
    );
    let report = ran.report("paces::closed");
    assert_eq!(report["load"]["concurrency"], json!(3));
    assert_eq!(report["load"]["calls"], json!(12));
    let ran = run(FILE, &["paces::closed", "--exact", "--concurrency", "2"], &[]).check(
        0,
        &[],
        &["concurrency 2 (--concurrency)"],
    );
    assert_eq!(ran.report("paces::closed")["load"]["concurrency"], 2);
}

#[test]
fn what_is_wrong_ends_it_before_anything_runs() {
    let wrong = |file: &str, args: &[&str], error: &str| {
        for list in [&[][..], &["--list"]] {
            let ran =
                run(file, &[&["passes", "--exact"], args, list].concat(), &[]).check(101, &[], &[]);
            assert_eq!(ran.out.as_str(), "");
            assert_eq!(ran.err.as_str(), format!("error: {error}\n").as_str());
        }
    };
    wrong(
        FILE,
        &["--profile", "smok"],
        "--profile is smok, which pusher.toml does not have: did you mean smoke? It has default, \
         smoke, strict",
    );
    let unknown = "pusher.toml:2: `durration` is no key of [profile.x]: did you mean `duration`?";
    wrong("[profile.x]\ndurration = '1s'", &[], unknown);
    let value = "pusher.toml:1: rps in [profile.x] is 0: give a number above 0 and up to \
                 1000000000, such as 50 or 0.5";
    wrong("profile.x.rps = 0", &["--rps", "5"], value);
    wrong(
        "[profile",
        &[],
        "pusher.toml is not TOML: expected a right bracket, found eof at line 1 column 9",
    );
    let ran = run("", &["passes", "--profile", "smoke"], &[]).check(
        101,
        &[],
        &["error: --profile is smoke, but there is no pusher.toml: looked in "],
    );
    assert!(ran.out.is_empty(), "{}", ran.out);
    run("[profile", &["--help"], &[]).check(0, &["--profile NAME"], &[]);
}

#[test]
fn a_scale_that_leads_too_far_fails_the_test() {
    let text =
        "rps-scale 1000000000 (--rps-scale): 100/s times 1000000000 is a rate above 1000000000";
    run(FILE, &["passes", "--exact", "--rps-scale", "1e9"], &[]).check(
        101,
        &[text, "(tests/it/fixture/main.rs:"],
        &[],
    );
}

#[test]
fn a_load_that_is_not_here_is_told_of_when_something_runs() {
    let file = "[profile.default.load.pases]\nrps = 1\n[profile.default.load.elsewhere]\nrps = 1\n";
    let notice = "pusher.toml: this test binary has no load `pases`: did you mean `passes`?\n";
    let ran = run(file, &["passes", "--exact"], &[]).check(0, &[], &[notice]);
    assert!(!ran.err.contains("elsewhere"), "{}", ran.err);
    assert_eq!(
        run(file, &["passes", "--exact", "--list"], &[]).check(0, &["passes: test"], &[]).err,
        ""
    );
}
