//! What the report has of the generator, `--inconclusive`, and hints about what makes no sense.

use serde_json::{Value, json};

use crate::harness::{Ran, fixture, fixture_with};

#[cfg(target_os = "linux")]
#[test]
fn a_load_on_the_real_clock_has_figures_of_the_generator() {
    let ran = fixture(&["passes", "generator::on_many_threads"]).check(0, &[], &[" descriptors\n"]);
    for name in ["passes", "generator::on_many_threads"] {
        let generator = &ran.report(name)["generator"];
        for figure in ["cpu", "ready", "threads", "descriptors"] {
            let gauge = &generator[figure];
            let [observed, limit] = ["observed", "limit"].map(|key| gauge[key].as_f64().unwrap());
            assert!(observed >= 0.0 && limit > 0.0, "{name}: {generator}");
            assert_eq!(gauge["is_past"], json!(observed > limit), "{name}: {generator}");
        }
    }
    // Two hundredths of a second for each percent, of all cores.
    let machine = &ran.report("generator::on_many_threads")["generator"]["machine"];
    assert!(machine["observed"].as_f64().is_some_and(|busy| (0.0..=1.0).contains(&busy)));
}

#[test]
fn a_load_in_virtual_time_has_none() {
    let ran = fixture(&["generator::on_a_virtual_clock"]).check(0, &[], &[]);
    assert_eq!(ran.report("generator::on_a_virtual_clock")["generator"], Value::Null);
    assert!(!ran.err.contains("  generator "), "{}", ran.err);
}

/// What is past its limit is told, and makes a load that has passed no worse.
#[cfg(target_os = "linux")]
#[test]
fn a_figure_past_its_limit_is_told_of_a_load_that_has_passed() {
    let name = "generator::has_few_descriptors";
    let ran = crate::harness::fixture_after("ulimit -n 400", &[name, "--exact"]).check(
        0,
        &[],
        &[
            "generator::has_few_descriptors: passed",
            " of 400 descriptors\n",
            " of 400 descriptors were open (the limit is 360; raise `ulimit -n`): calls that need \
             one fail, or wait for it\n",
        ],
    );
    let descriptors = &ran.report(name)["generator"]["descriptors"];
    assert_eq!(descriptors["is_past"], json!(true), "{descriptors}");
    assert_eq!(descriptors["limit"], json!(360), "{descriptors}");
}

/// A run of the load that is inconclusive, whose test passes all the same.
#[track_caller]
fn passes_all_the_same(ran: Ran, source: &str) {
    let said = format!("inconclusive: inconclusive, and its test passes all the same ({source})");
    let ran = ran.check(0, &["1 passed; 0 failed"], &[&said]);
    let report = ran.report("inconclusive");
    assert_eq!(report["verdict"], "inconclusive");
    assert_eq!(report["load"]["settings"][0]["key"], "inconclusive");
}

#[test]
fn an_inconclusive_load_passes_its_test_if_that_is_asked_for() {
    let load = ["inconclusive", "--exact"];
    let by_flag = fixture(&[&load[..], &["--inconclusive=pass"]].concat());
    passes_all_the_same(by_flag, "--inconclusive");
    let by_variable = fixture_with(&load, &[("PUSHER_INCONCLUSIVE", "pass")]);
    passes_all_the_same(by_variable, "PUSHER_INCONCLUSIVE");
    let package = tempfile::tempdir().unwrap();
    let file = "[profile.default]\ninconclusive = 'pass'\n";
    std::fs::write(package.path().join("pusher.toml"), file).unwrap();
    let folder = [("CARGO_MANIFEST_DIR", package.path().to_str().unwrap())];
    passes_all_the_same(fixture_with(&load, &folder), "profile default");

    let fails = [&load[..], &["--inconclusive", "fail"]].concat();
    let ran = fixture_with(&fails, &[("PUSHER_INCONCLUSIVE", "pass")]);
    ran.check(101, &["inconclusive: inconclusive ("], &["inconclusive fail (--inconclusive)"]);
}

#[test]
fn a_load_that_has_failed_fails_its_test_whatever_becomes_of_others() {
    let loads = ["fails", "inconclusive", "--exact", "--inconclusive", "pass"];
    let ran = fixture(&loads).check(101, &["fails: failed (", "1 passed; 1 failed"], &[]);
    assert!(!ran.err.contains("fails: failed, and"), "{}", ran.err);
    // No load starts after one has failed; this one has not.
    let loads = ["inconclusive", "passes", "--exact", "--inconclusive", "pass", "--fail-fast"];
    fixture(&loads).check(0, &["2 passed; 0 failed"], &[]);
}

#[test]
fn what_makes_no_sense_is_said_when_the_load_begins_and_in_its_report() {
    let name = "generator::makes_no_sense";
    let hints = [
        "the warm-up of 20s is longer than the 10s that is measured, and its calls are in no \
         figure: write a shorter `warmup`, or a longer `duration`",
        "`mean < 500ms` has 25 calls in flight at 50/s when it breaks (rate × time), and \
         `overtime` cancels ticks beyond 10, so they are canceled from a mean of 200ms on: write \
         `overtime = 50` or more, or a lower limit",
        "`max < 3s` is above the timeout: calls are cut off after 2s, and it breaks if too many \
         are; write a limit below the timeout, or a longer `timeout`",
        "`canceled > 99%` is met if more ticks are canceled than that: write canceled < \"99%\" \
         for a limit on them",
        "`errors >= 0` is met if more calls fail than that: write errors == 0 for a limit on \
         errors",
        "`throughput < 1000` is met if fewer calls end well than that: write throughput > 1000 for \
         the least that there are to be",
    ];
    let begins = hints.map(|hint| format!("{name}: hint: {hint}\n"));
    let begins: Vec<&str> = begins.iter().map(String::as_str).collect();
    let ran = fixture(&[name, "--exact"]).check(101, &[], &[&begins[..], &hints[..]].concat());
    assert_eq!(ran.report(name)["load"]["hints"], json!(hints));
}

#[test]
fn a_service_that_was_still_warming_up_is_told_of_with_the_warm_up_that_would_do() {
    let name = "generator::warms_up";
    let sentence = "p50 was 50% higher in the first eighth of the measured time than later, which \
                    is more than noise: the service was still warming up, and these calls are in \
                    all figures; `warmup = \"12s\"` would leave them out\n";
    let said = format!("  warming up  {sentence}");
    let ran = fixture(&[name, "--exact"]).check(0, &[], &["passed", &said]);
    let report = ran.report(name);
    let warming = &report["still_warming"];
    assert_eq!(warming["eighths"], 1, "{warming}");
    assert_eq!(warming["figure"], "p50");
    assert_eq!(warming["warmup"], json!(12_000_000_000u64));
    assert!((warming["by"].as_f64().unwrap() - 0.5).abs() < 0.01, "{warming}");
    assert_eq!(report["response"]["count"], 8_000, "nothing is left out");

    for name in ["generator::warms_up_in_stages", "generator::callers_are_warm"] {
        let ran = fixture(&[name, "--exact"]).check(0, &[], &["passed"]);
        assert_eq!(ran.report(name)["still_warming"], Value::Null, "{}", ran.err);
        assert!(!ran.err.contains("warming up"), "{}", ran.err);
    }
}
