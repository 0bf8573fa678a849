//! Baselines, and loads that are made once more: what is saved, compared, refused and shown.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::harness::{Ran, TargetDir, fixture_with};

/// A folder of baselines.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    /// The file of a load of `baselines.rs`.
    fn file(&self, name: &str, load: &str) -> PathBuf {
        self.0.path().join(name).join("pusher-it/fixture/baselines").join(format!("{load}.json"))
    }

    fn saved(&self, name: &str, load: &str) -> Value {
        let text = std::fs::read_to_string(self.file(name, load)).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Changes a saved file as somebody with an editor would.
    fn edit(&self, load: &str, change: impl FnOnce(&mut Value)) {
        let mut page = self.saved("main", load);
        change(&mut page);
        std::fs::write(self.file("main", load), page.to_string()).unwrap();
    }

    fn write(&self, load: &str, text: &str) {
        let file = self.file("main", load);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    /// Runs one load, with other draws of the times if `draw` is another.
    fn run(&self, load: &str, flags: &[&str], [draw, slowness]: [&str; 2]) -> Ran {
        let name = format!("baselines::{load}");
        let folder = self.0.path().to_str().unwrap();
        let mut args = vec![name.as_str(), "--exact", "--baseline-dir", folder];
        args.extend(flags);
        fixture_with(&args, &[("DRAW", draw), ("SLOWNESS", slowness)])
    }

    /// The same, after a run of the same load was saved.
    fn with_saved(load: &str) -> Folder {
        let folder = Folder::new();
        folder.run(load, &["--save-baseline", "main"], ["1", "1"]).check(0, &[], &["saved as"]);
        folder
    }
}

fn threshold(ran: &Ran, load: &str, nth: usize) -> Value {
    ran.report(&format!("baselines::{load}"))["thresholds"][nth].clone()
}

#[test]
fn a_run_that_passes_is_saved() {
    let folder = Folder::new();
    let first = folder.run("checkout", &["--save-baseline", "main"], ["1", "1"]).check(
        0,
        &[],
        &[
            "baselines::checkout: passed, 4 of 7 thresholds not judged: p99 < baseline + 10% \
             (baseline main is not there) and 3 more (tests/it/fixture/",
            "  baseline    there is no baseline `main` of this load yet\n",
            "not judged p99 < baseline + 10%\n                           baseline main is not there\n",
            "baselines::checkout: saved as baseline `main`, run 1 of 10, in ",
        ],
    );
    let judged = threshold(&first, "checkout", 0);
    assert_eq!(judged["met"], Value::Null);
    assert_eq!(judged["limit"], Value::Null);
    assert!(judged["observed"].as_f64().unwrap() > 4e7, "{judged}");
    let page = folder.saved("main", "checkout");
    assert_eq!(page["schema"], 1);
    assert_eq!(page["name"], "baselines::checkout");
    assert_eq!(page["conditions"]["load"], "1000/s for 10s");
    assert_eq!(page["conditions"]["time"], "virtual");
    assert_eq!(page["conditions"].get("CPU"), None);
    let run = &page["runs"][0];
    assert_eq!(run["ledger"]["ok"], 10_000);
    assert_eq!(run["response"]["p99"], first.report("baselines::checkout")["response"]["p99"]);
    let slices = run["slices"].as_array().unwrap();
    let sum = |times: &str| -> u64 {
        let of_slice = |slice: &Value| -> u64 {
            let pairs = slice[times]["ended"].as_array().unwrap();
            pairs.iter().map(|pair| pair[1].as_u64().unwrap()).sum()
        };
        slices.iter().map(of_slice).sum()
    };
    assert!(slices.len() > 32 && slices.len() <= 64, "{}", slices.len());
    assert_eq!(sum("response"), 10_000);
    assert_eq!(sum("service"), 10_000);
    assert_eq!(run["steps"][0]["name"], "pay");
}

#[test]
fn an_equal_run_passes() {
    let folder = Folder::with_saved("checkout");
    let ran = folder.run("checkout", &[], ["2", "1"]).check(
        0,
        &[],
        &["baselines::checkout: passed (tests/it/", "baseline main (", "could have seen "],
    );
    let judged = threshold(&ran, "checkout", 0);
    assert_eq!(judged["met"], true);
    let baseline = &judged["baseline"];
    assert_eq!(baseline["name"], "main");
    assert_eq!(baseline["runs"], 1);
    let figure = folder.saved("main", "checkout")["runs"][0]["response"]["p99"].clone();
    assert_eq!(baseline["figure"], figure);
    let limit = judged["limit"].as_f64().unwrap();
    assert!((limit - 1.1 * figure.as_f64().unwrap()).abs() < 1.0, "{judged}");
    assert_eq!(baseline["weak"], false);
    for nth in 0..5 {
        assert_eq!(threshold(&ran, "checkout", nth)["met"], true, "{nth}");
    }
    assert_eq!(threshold(&ran, "checkout", 2).get("baseline"), None, "it is not relative");
}

#[test]
fn a_slower_run_fails() {
    let folder = Folder::with_saved("checkout");
    let before = folder.saved("main", "checkout");
    let ran = folder.run("checkout", &["--save-baseline", "main"], ["1", "1.3"]).check(
        101,
        &["BROKEN     p99 < baseline + 10%\n"],
        &[
            "baselines::checkout: failed (tests/it/",
            "30% ± ",
            " more than baseline main (",
            "BROKEN     service.p50 < baseline + 10%",
            "baselines::checkout: not saved as baseline `main`: only a load that has passed is\n",
        ],
    );
    let baseline = &threshold(&ran, "checkout", 0)["baseline"];
    assert!((baseline["difference"].as_f64().unwrap() - 0.3).abs() < 0.01, "{baseline}");
    assert_eq!(folder.saved("main", "checkout"), before, "passing or failing moves nothing");
}

/// Also of another load of a farm: then the test has failed.
#[test]
fn a_run_is_saved_only_if_its_whole_test_has_passed() {
    let folder = Folder::new();
    let name = "baselines::torn_down";
    let args = [name, "--exact", "--baseline-dir", folder.0.path().to_str().unwrap()];
    let args = [&args[..], &["--save-baseline", "main"]].concat();
    let why = "teardown `may_stick` failed: the door is stuck";
    let ran = fixture_with(&args, &[("STUCK", "the door")]).check(
        101,
        &[why],
        &[
            "baselines::torn_down: passed (tests/it/",
            why,
            "baselines::torn_down: not saved as baseline `main`: only a load that has passed is\n",
        ],
    );
    assert!(!folder.file("main", "torn_down").exists());
    let report = ran.report(name);
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["reasons"][0], why);
    fixture_with(&args, &[]).check(0, &[], &["torn_down: saved as baseline `main`, run 1 of 10"]);
    let farm = folder.run("side_by_side", &["--save-baseline", "main"], ["1", "1"]);
    farm.check(
        101,
        &[],
        &[
            "side_by_side::slow: not saved as baseline `main`: only a load that has passed is\n",
            "side_by_side::quick: not saved as baseline `main`: its test has failed\n",
        ],
    );
    assert!(!folder.file("main", "side_by_side/quick").exists());
}

#[test]
fn few_calls_are_weak_and_fewer_are_not_judged() {
    let weak = Folder::with_saved("seldom").run("seldom", &[], ["2", "1"]);
    weak.check(0, &[], &["; weak, for calls are few\n"]);
    let ran = Folder::with_saved("hardly_ever").run("hardly_ever", &[], ["1", "2"]).check(
        0,
        &[],
        &[
            "baselines::hardly_ever: passed, 1 of 3 thresholds not judged",
            "baseline main: it takes 2000 samples, and there were 1000\n",
        ],
    );
    assert_eq!(threshold(&ran, "hardly_ever", 0)["met"], Value::Null);
}

/// A service that is far slower is asked for fewer calls.
#[test]
fn a_closed_loop_that_is_too_slow_for_enough_calls_fails() {
    let folder = Folder::with_saved("closed_loop");
    let slow = folder.run("closed_loop", &[], ["1", "50"]).check(
        101,
        &["BROKEN     p99 < baseline + 10%\n"],
        &["baselines::closed_loop: failed"],
    );
    assert_eq!(threshold(&slow, "closed_loop", 0)["baseline"]["weak"], true);
    let hardly_any = folder.run("closed_loop", &[], ["1", "900"]);
    hardly_any.check(101, &[], &["baselines::closed_loop: failed"]);
    let smaller = Folder::new();
    let flags = ["--duration", "500ms"];
    smaller.run("closed_loop", &[&flags[..], &["--save-baseline", "main"]].concat(), ["1", "1"]);
    smaller.run("closed_loop", &flags, ["1", "5"]).check(
        0,
        &[],
        &["(baseline main: it takes 2000 samples, and there were 10"],
    );
}

#[test]
fn runs_are_added_up_to_ten() {
    let folder = Folder::with_saved("seldom");
    for draw in 2..=11 {
        let draw = draw.to_string();
        folder.run("seldom", &["--save-baseline", "main"], [&draw, "1"]).check(0, &[], &[]);
    }
    let runs = folder.saved("main", "seldom")["runs"].as_array().unwrap().clone();
    assert_eq!(runs.len(), 10);
    let ran = folder.run("seldom", &[], ["12", "1"]).check(0, &[], &[", 10 runs)"]);
    assert_eq!(threshold(&ran, "seldom", 0)["baseline"]["runs"], 10);
    folder.run("seldom", &[], ["12", "2"]).check(101, &[], &["BROKEN     p99 < baseline + 10%"]);
}

impl Folder {
    /// Starts a process for one load, as nextest does, and does not wait for it.
    fn start(&self, target: &TargetDir, load: &str, flags: &[&str]) -> Child {
        let name = format!("baselines::{load}");
        let args = [name.as_str(), "--exact", "--nocapture", "--baseline-dir"];
        let args = [&args[..], &[self.0.path().to_str().unwrap()], flags].concat();
        let mut command = target.command(&args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// What a process said that has passed.
#[track_caller]
fn passed(process: Child) -> String {
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

/// Also if their target dirs are others, so that their loads do not wait for each other.
#[test]
fn processes_that_save_at_once_lose_no_run() {
    let folder = Folder::new();
    let targets: Vec<TargetDir> = (0..8).map(|_| TargetDir::new()).collect();
    let start = |target| folder.start(target, "absolute", &["--save-baseline", "main"]);
    let processes: Vec<Child> = targets.iter().map(start).collect();
    let said: Vec<String> = processes.into_iter().map(passed).collect();
    for nth in 1..=8 {
        let line = format!("saved as baseline `main`, run {nth} of 10");
        assert_eq!(said.iter().filter(|said| said.contains(&line)).count(), 1, "{said:?}");
    }
    assert_eq!(folder.saved("main", "absolute")["runs"].as_array().unwrap().len(), 8);
}

/// Each test is a process of its own, and all of them begin at once.
#[test]
fn under_nextest_loads_are_saved_and_compared() {
    let (folder, target) = (Folder::new(), TargetDir::new());
    let run = |flags: &[&str]| -> Vec<String> {
        let start = |load| folder.start(&target, load, flags);
        let processes: Vec<Child> = ["checkout", "seldom", "absolute"].map(start).into();
        processes.into_iter().map(passed).collect()
    };
    for nth in 1..=2 {
        for said in run(&["--save-baseline", "main"]) {
            assert!(said.contains(&format!("saved as baseline `main`, run {nth} of 10")), "{said}");
        }
    }
    let said = run(&["--baseline", "main"]);
    assert!(said[0].contains("baseline main ("), "{}", said[0]);
    assert!(said[0].contains(", 2 runs)"), "{}", said[0]);
    assert!(said[1].contains("baseline main ("), "{}", said[1]);
}

#[test]
fn a_run_of_another_kind_is_not_comparable() {
    let folder = Folder::with_saved("checkout");
    let shorter = folder.run("checkout", &["--duration", "5s"], ["1", "2"]);
    shorter.check(
        0,
        &[],
        &[
            "passed, 4 of 7 thresholds not judged",
            "  baseline    baseline `main` is not comparable with this run: its load was 1000/s \
             for 10s, and is 1000/s for 5s now\n",
            "baseline main is not comparable\n",
        ],
    );
    let asked = folder.run("checkout", &["--duration", "5s", "--baseline", "main"], ["1", "1"]);
    asked.check(0, &[], &["baseline main is not comparable"]);
    let before = folder.saved("main", "checkout");
    let ran =
        folder.run("checkout", &["--duration", "5s", "--save-baseline", "main"], ["1", "1"]).check(
            101,
            &[],
            &[
                "not saved as baseline `main`: the runs there are of another kind: its load was \
                 1000/s for 10s, and is 1000/s for 5s now: delete ",
                ", or give another name\n",
            ],
        );
    assert_eq!(ran.report("baselines::checkout")["verdict"], "failed");
    assert_eq!(folder.saved("main", "checkout"), before);
    folder.run("checkout", &["--duration", "5s", "--save-baseline", "short"], ["1", "1"]).check(
        0,
        &[],
        &["saved as baseline `short`, run 1 of 10"],
    );
}

/// As after somebody has copied the file of a load for another one.
#[test]
fn the_file_of_another_load_is_not_comparable() {
    let folder = Folder::with_saved("checkout");
    folder.edit("checkout", |page| page["name"] = json!("baselines::refund"));
    let why = "it was saved by the load `baselines::refund`";
    let compared = folder.run("checkout", &[], ["1", "2"]);
    compared.check(0, &[], &["passed, 4 of 7 thresholds not judged", why]);
    let saved = folder.run("checkout", &["--save-baseline", "main"], ["1", "1"]);
    saved.check(101, &[], &["the runs there are of another kind: ", why]);
}

/// What it does not know is in the first line.
#[test]
fn a_baseline_that_lacks_a_step_does_not_judge_it() {
    let folder = Folder::with_saved("checkout");
    folder.edit("checkout", |page| page["runs"][0]["steps"][0]["name"] = json!("ship"));
    let why = "thresholds not judged: step(\"pay\").p99 < baseline + 10% + 1ms (baseline main has no \
               step(\"pay\").p99)";
    folder.run("checkout", &[], ["1", "1"]).check(0, &[], &["checkout: passed, 1 of 7 ", why]);
}

/// A file stands where its folder would.
#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.0.path().join("main"), "").unwrap();
    folder.run("absolute", &["--save-baseline", "main"], ["1", "1"]).check(
        101,
        &[],
        &[
            "the baseline cannot be saved in ",
            "main/pusher-it/fixture/baselines: ",
            ": make the folder writable, or give another one with `--baseline-dir`",
        ],
    );
}

#[test]
fn another_machine_is_not_comparable() {
    let folder = Folder::with_saved("on_a_machine");
    folder.edit("on_a_machine", |page| {
        page["conditions"]["number of cores"] = json!("96");
        page["conditions"]["CPU"] = json!("Abacus");
    });
    folder.run("on_a_machine", &[], ["1", "1"]).check(
        0,
        &[],
        &["its CPU was Abacus, and is ", "and its number of cores was 96, and is "],
    );
}

#[test]
fn a_baseline_that_was_asked_for_has_to_be_there() {
    let folder = Folder::with_saved("checkout");
    let why = "there is no baseline `v1` of this load: `--save-baseline v1` saves a run that has \
               passed, in ";
    let ran = folder.run("checkout", &["--baseline", "v1"], ["1", "1"]).check(
        101,
        &[],
        &["baselines::checkout: inconclusive (tests/it/", why],
    );
    assert!(ran.report("baselines::checkout")["reasons"][0].as_str().unwrap().starts_with(why));
    let usual = Folder::new().run("checkout", &[], ["1", "1"]);
    usual.check(0, &[], &["--save-baseline main` saves a run that has passed, in "]);
    // Without a threshold that follows it there is nothing to compare.
    folder.run("absolute", &["--baseline", "v1"], ["1", "1"]).check(
        0,
        &[],
        &["not used    baseline v1 (--baseline): no threshold follows a baseline, as `p99 < \
             baseline + \"10%\"` does"],
    );
    let settings = folder.run("checkout", &["--baseline", "main"], ["2", "1"]);
    settings.check(0, &[], &["settings    baseline main (--baseline)\n"]);
}

#[test]
fn a_file_that_cannot_be_read_is_told_of() {
    let folder = Folder::with_saved("checkout");
    let whole = std::fs::read_to_string(folder.file("main", "checkout")).unwrap();
    for (text, why) in [
        (&whole[..whole.len() / 2], "it is damaged: EOF while parsing"),
        ("", "it is damaged: EOF while parsing"),
        (&"[".repeat(100_000), "it is damaged: invalid type: sequence"),
        (
            &format!("{{\"schema\":1,\"x\":{}", "[".repeat(100_000)),
            "it is damaged: EOF while parsing",
        ),
        ("{\"schema\":1}", "it is damaged: missing field"),
        (&whole.replace("\"scheduled\": ", "\"scheduled\": -"), "it is damaged: invalid value"),
        (
            &whole.replace("\"throughput\": ", "\"throughput\": -"),
            "it is damaged: a number in it is too large, or none that it can be",
        ),
    ] {
        folder.write("checkout", text);
        let ran = folder.run("checkout", &[], ["1", "1"]);
        ran.check(
            101,
            &[],
            &["checkout: inconclusive", "because     baseline `main` cannot be read: ", why],
        );
        let ran = folder.run("checkout", &["--save-baseline", "main"], ["1", "1"]);
        ran.check(101, &[], &["not saved as baseline `main`"]);
        let left = std::fs::read_to_string(folder.file("main", "checkout")).unwrap();
        assert_eq!(left, text, "nothing is lost");
    }
    folder.write("checkout", "{\"schema\":2}");
    folder.run("checkout", &[], ["1", "1"]).check(
        0,
        &[],
        &["is not comparable with this run: it was saved by a later pusher, in schema 2\n"],
    );
}

/// More than is ever read, and something that never ends.
#[test]
fn a_file_of_any_size_is_told_of() {
    let folder = Folder::new();
    folder.write("checkout", "");
    let file = std::fs::File::create(folder.file("main", "checkout")).unwrap();
    file.set_len(1 << 30).unwrap();
    let ran = folder.run("checkout", &[], ["1", "1"]);
    ran.check(101, &[], &["cannot be read: it has more than 256 MiB: delete "]);
    #[cfg(unix)]
    {
        std::fs::remove_file(folder.file("main", "checkout")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.file("main", "checkout")).unwrap();
        let ran = folder.run("checkout", &[], ["1", "1"]);
        ran.check(101, &[], &["cannot be read: it is no file: delete "]);
    }
}

/// Without a folder of their own, baselines are in that of the package.
#[test]
fn baselines_are_in_the_package_s_folder() {
    let package = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let environment =
        [("CARGO_MANIFEST_DIR", package.path().to_str().unwrap()), ("PUSHER_SAVE_BASELINE", "v1")];
    fixture_with(&["baselines::absolute", "--exact"], &environment).check(0, &[], &["saved as"]);
    let file = "pusher-baselines/v1/pusher-it/fixture/baselines/absolute.json";
    assert!(package.path().join(file).is_file());
    assert!(!Path::new(env!("CARGO_MANIFEST_DIR")).join("pusher-baselines").exists());
}

#[test]
fn the_name_of_a_baseline_is_that_of_a_folder() {
    for flag in ["--save-baseline", "--baseline"] {
        let folder = Folder::new();
        folder.run("absolute", &[flag, "../v1"], ["1", "1"]).check(
            101,
            &[],
            &[&format!(
                "{flag} is `../v1`: write a name of letters, digits, `_`, `-` and `.`, such as main"
            )],
        );
    }
}

fn confirmed(load: &str, environment: &[(&str, &str)]) -> Ran {
    let name = format!("baselines::{load}");
    let flags: &[&str] = if environment.is_empty() { &["--confirm"] } else { &[] };
    fixture_with(&[&[name.as_str(), "--exact"], flags].concat(), environment)
}

#[test]
fn a_load_that_failed_once_is_made_once_more() {
    for environment in [&[][..], &[("PUSHER_CONFIRM", "1")]] {
        let ran = confirmed("slow_once", environment).check(
            0,
            &["test result: ok. 1 passed"],
            &[
                "baselines::slow_once: failed (tests/it/fixture/baselines.rs:",
                "closed run 0\n",
                "baselines::slow_once: not passed: --confirm makes it once more\n",
                "baselines::slow_once: passed after a first run that failed (tests/it/",
                "  first run   failed: p50 < 10ms was 20.0ms; its report is first-report.json\n",
                "closed run 1\n",
            ],
        );
        let report = ran.report("baselines::slow_once");
        assert_eq!(report["verdict"], "passed");
        let first = json!({
            "verdict": "failed", "reasons": [], "broken": ["p50 < 10ms was 20.0ms"],
            "report": "first-report.json",
        });
        assert_eq!(report["first_run"], first);
        let first = ran.file_beside_report("baselines::slow_once", "first-report.json");
        assert_eq!(first["verdict"], "failed");
        assert_eq!(first["first_run"], Value::Null);
    }
    let off = confirmed("slow_once", &[("PUSHER_CONFIRM", "0")]);
    off.check(101, &[], &["baselines::slow_once: failed"]);
    confirmed("slow_once", &[("PUSHER_CONFIRM", "maybe")]).check(
        101,
        &[],
        &["PUSHER_CONFIRM is `maybe`: write 1 or 0"],
    );
}

#[test]
fn a_load_that_fails_twice_has_failed() {
    let ran = confirmed("slow_always", &[]).check(
        101,
        &[
            "baselines/slow_always/first-report.json\n\n--confirm made it once more:\n\n",
            "baselines/slow_always/report.json\n",
            "1 failed",
        ],
        &["  first run   failed: p50 < 10ms was 20.0ms; its report is first-report.json\n"],
    );
    let count = |text: &str, part: &str| text.matches(part).count();
    assert_eq!(count(&ran.out, "baselines::slow_always: failed"), 2, "{}", ran.out);
    assert_eq!(count(&ran.err, "baselines::slow_always: failed"), 2, "{}", ran.err);
    assert_eq!(ran.report("baselines::slow_always")["verdict"], "failed");
}

#[test]
fn a_farm_is_made_once_more_as_a_whole() {
    let (slow, quick) = ("baselines::side_by_side::slow", "baselines::side_by_side::quick");
    let ran = confirmed("side_by_side", &[]).check(
        0,
        &["test result: ok. 1 passed"],
        &[
            "baselines::side_by_side::slow: failed (tests/it/",
            "baselines::side_by_side: not passed: --confirm makes it once more\n",
            "baselines::side_by_side::slow: passed after a first run that failed (tests/it/",
        ],
    );
    let verdicts = [slow, quick].map(|load| {
        let first = ran.file_beside_report(load, "first-report.json")["verdict"].clone();
        let report = ran.report(load);
        [first, report["first_run"]["verdict"].clone(), report["verdict"].clone()]
    });
    assert_eq!(verdicts[0], ["failed", "failed", "passed"]);
    assert_eq!(verdicts[1], ["passed", "passed", "passed"]);
    let twice = confirmed("side_by_side", &[("PUSHER_CONFIRM", "1"), ("ALWAYS", "1")]);
    let twice = twice.check(101, &["--confirm made it once more:", "1 failed"], &[]);
    assert_eq!(
        twice.out.matches("baselines::side_by_side::slow: failed").count(),
        2,
        "{}",
        twice.out
    );
    assert!(!twice.out.contains("quick: failed"), "{}", twice.out);
}

#[test]
fn what_has_passed_or_was_not_made_is_not_made_once_more() {
    let never = confirmed("never_made", &[]).check(101, &["closed on Sundays"], &[]);
    assert!(!never.err.contains("--confirm"), "{}", never.err);
    let passed = confirmed("absolute", &[]).check(0, &[], &["baselines::absolute: passed"]);
    assert!(!passed.err.contains("first run"), "{}", passed.err);
    assert_eq!(passed.report("baselines::absolute")["first_run"], Value::Null);
}
