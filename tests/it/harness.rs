//! The harness by what it prints and how it exits: `fixture` as a child process.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A run of the fixture, in a target dir of its own.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    target: TargetDir,
}

pub(crate) fn fixture(args: &[&str]) -> Ran {
    fixture_with(args, &[])
}

pub(crate) fn fixture_with(args: &[&str], environment: &[(&str, &str)]) -> Ran {
    TargetDir::new().run(args, environment)
}

/// A run of the fixture, after a shell has run this command.
#[cfg(unix)]
pub(crate) fn fixture_after(first: &str, args: &[&str]) -> Ran {
    let target = TargetDir::new();
    let fixture = target.command(args);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{first} && exec \"$0\" \"$@\""));
    shell.arg(fixture.get_program()).args(fixture.get_args()).stdin(Stdio::null());
    shell.envs(fixture.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::new(&shell.output().unwrap(), target)
}

/// A target dir with the fixture in it, and a folder for its reports beside it.
///
/// Processes that share a target dir run one load at a time. Each run has its own, so that none
/// waits for another.
pub(crate) struct TargetDir {
    folder: tempfile::TempDir,
    /// The load binary that was built.
    built: &'static Path,
}

impl TargetDir {
    pub(crate) fn new() -> TargetDir {
        TargetDir::with(env!("CARGO_BIN_EXE_fixture"))
    }

    /// With another load binary in the place of the fixture.
    pub(crate) fn with(built: &'static str) -> TargetDir {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let target = TargetDir { folder, built: Path::new(built) };
        std::fs::create_dir_all(target.executable().parent().unwrap()).unwrap();
        std::fs::create_dir(target.reports()).unwrap();
        // The harness looks for its target dir above the path by which it was called.
        std::fs::hard_link(target.built, target.executable()).unwrap();
        target
    }

    /// Runs the load binary to its end.
    pub(crate) fn run(self, args: &[&str], environment: &[(&str, &str)]) -> Ran {
        let output = self.command(args).envs(environment.iter().copied()).output().unwrap();
        Ran::new(&output, self)
    }

    /// The folder that has the target dir and that of the reports.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn executable(&self) -> PathBuf {
        self.folder.path().join("target/debug").join(self.built.file_name().unwrap())
    }

    fn reports(&self) -> PathBuf {
        self.folder.path().join("reports")
    }

    fn report(&self, name: &str) -> PathBuf {
        let folder = self.reports().join("pusher-it").join(self.built.file_stem().unwrap());
        folder.join(name.replace("::", "/")).join("report.json")
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = undisturbed(&self.executable());
        command.args(args).env("PUSHER_REPORT_DIR", self.reports()).env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::null());
        command
    }
}

/// A command that ignores no signal, even if a shell has started these tests in the background.
fn undisturbed(program: &Path) -> Command {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or_default();
    // SIGHUP, SIGINT, SIGQUIT and SIGTERM.
    if u64::from_str_radix(mask.trim(), 16).unwrap_or_default() & 0x4007 == 0 {
        return Command::new(program);
    }
    let mut command = Command::new("env");
    command.arg("--default-signal").arg(program);
    command
}

impl Ran {
    pub(crate) fn new(output: &Output, target: TargetDir) -> Ran {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
            target,
        }
    }

    pub(crate) fn report(&self, name: &str) -> Value {
        let path = self.target.report(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("{}: {error}\n{}{}", path.display(), self.out, self.err)
        });
        serde_json::from_str(&text).unwrap()
    }

    /// Another file in the folder of a report.
    pub(crate) fn file_beside_report(&self, load: &str, file: &str) -> Value {
        let path = self.target.report(load).with_file_name(file);
        let text = std::fs::read_to_string(&path).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Exits with `code` and shows every text on the named stream.
    #[track_caller]
    pub(crate) fn check(self, code: i32, out: &[&str], err: &[&str]) -> Ran {
        let shown =
            format!("exit code {:?}\n--- out\n{}--- err\n{}", self.code, self.out, self.err);
        assert_eq!(self.code, Some(code), "{shown}");
        out.iter()
            .for_each(|text| assert!(has(&self.out, text), "no `{text}` in the output\n{shown}"));
        err.iter()
            .for_each(|text| assert!(has(&self.err, text), "no `{text}` in the errors\n{shown}"));
        self
    }
}

/// Whether there is a part in what was printed, wherever its lines are broken.
fn has(printed: &str, part: &str) -> bool {
    let unbroken = |text: &str| {
        let lines = text.lines().map(|line| match line.strip_prefix("              ") {
            Some(rest) => format!(" {}", rest.trim_start()),
            None => format!("\n{line}"),
        });
        lines.collect::<String>()
    };
    printed.contains(part) || unbroken(printed).contains(unbroken(part).trim_start_matches('\n'))
}

/// Where the attribute of a load of the fixture stands, on the line before its fn.
pub(crate) fn place(function: &str) -> String {
    let lines = include_str!("fixture/main.rs").lines();
    let before = lines
        .take_while(|line| !line.contains(&format!("async fn {function}(")))
        .collect::<Vec<_>>();
    let line = before.iter().rposition(|line| line.contains("#[pusher::load(")).unwrap() + 1;
    format!("tests/it/fixture/main.rs:{line}")
}

#[test]
fn a_load_that_passes_exits_with_0() {
    let ran = fixture(&["passes", "--exact"]);
    let ran = ran.check(
        0,
        &["running 1 test", "test passes ... ok", "test result: ok. 1 passed; 0 failed; 0 ignored"],
        &[
            "passes: 20 ticks at 100/s for 200ms after a warm-up of 100ms",
            "passes: passed (tests/it/fixture/main.rs:",
            "20 scheduled = 20 started + 0 canceled",
        ],
    );
    let report = ran.report("passes");
    assert_eq!(report["schema"], 1);
    assert_eq!(report["verdict"], "passed");
    assert_eq!(report["name"], "passes");
    assert_eq!(report["ledger"]["ok"], 20);
    assert_eq!(report["warmup_ledger"]["ok"], 10);
    let thresholds: Vec<_> = report["thresholds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|threshold| threshold["text"].as_str().unwrap())
        .collect();
    assert_eq!(thresholds, ["p90 < 1s", "throughput > 90", "errors == 0", "canceled == 0"]);
    assert_eq!(report["thresholds"][0]["met"], true);
    assert_eq!(report["thresholds"][0]["limit"], 1_000_000_000);
    assert_eq!(report["failed_response"]["count"], 0);
    assert_eq!(report["failed_response"]["p99"], Value::Null);
    let load = &report["load"];
    assert_eq!(load["rps"], 100.0);
    assert_eq!(load["duration"], 200_000_000);
    assert_eq!(load["overtime"], 1_000_000);
    assert_eq!(load["warmup"], 100_000_000);
    assert_eq!(load["workers"], 1);
    assert_eq!(load["shape"], "100/s");
    assert_eq!(load["arrivals"], "uniform");
    assert_eq!(load["seed"], Value::Null);
    assert_eq!(load["ticks"], 20);
}

#[test]
fn a_breach_exits_with_101_and_shows_every_threshold() {
    let ran = fixture(&["breaches", "--exact"]).check(
        101,
        &[
            "test breaches ... FAILED",
            "---- breaches ----",
            &format!("breaches: failed ({})", place("breaches")),
            "BROKEN     min < 1ns",
            "BROKEN     p90 < 1ns",
            "met        errors <= 100%           0%",
            "BROKEN     throughput > 1000        100/s",
            "because     `throughput > 1000` can hardly hold: the load makes 100 calls per second",
            "met        canceled == 0            0%",
            "20 scheduled = 20 started + 0 canceled",
            "20 ok, 0 failed, 0 timed out, 0 panicked, 0 interrupted",
            "report.json",
            "test result: FAILED. 0 passed; 1 failed",
        ],
        &[
            "\nbreaches: `throughput > 1000` can hardly hold: the load makes 100 calls per second, \
             and those that end after its schedule are in no throughput; write a limit below \
             that, such as `throughput > 95`\n\nbreaches: 20 ticks at 100/s for 200ms\n",
            "breaches: failed",
        ],
    );
    assert_eq!(ran.report("breaches")["verdict"], "failed");
}

#[test]
fn errors_are_grouped_with_an_example_and_cannot_steer_the_terminal() {
    let ran = fixture(&["fails", "--exact"]).check(
        101,
        &[
            "20 × failed: 503 Service Unavailable: order # is lost\\u{1b}[#J",
            "such as: 503 Service Unavailable: order ",
            "BROKEN     errors < 50%             100%",
        ],
        &[],
    );
    assert!(!ran.out.contains('\x1b'));
    assert!(!ran.err.contains('\x1b'));
    let report = ran.report("fails");
    assert_eq!(report["errors"][0]["kind"], "failed");
    assert_eq!(report["errors"][0]["count"], 20);
    assert_eq!(report["response"]["count"], 0);
    assert_eq!(report["response"]["mean"], Value::Null);
    assert_eq!(report["failed_response"]["count"], 20);
}

#[test]
fn a_run_that_proves_nothing_is_inconclusive() {
    let because = "because     no call succeeded, so there are no times to judge: \
        fix the errors below, such as `no`";
    let ran = fixture(&["inconclusive", "--exact"]).check(
        101,
        &["inconclusive: inconclusive", because],
        &[because],
    );
    assert_eq!(ran.report("inconclusive")["verdict"], "inconclusive");
}

#[test]
fn panics_are_counted_and_the_first_is_shown() {
    let ran = fixture(&["panics", "--exact"]).check(
        101,
        &["20 panicked", "20 × panicked: order # is lost"],
        &["is lost"],
    );
    assert_eq!(ran.err.matches("panicked at tests/it/fixture/main.rs").count(), 1, "{}", ran.err);
}

#[test]
fn calls_that_never_return_are_interrupted() {
    let ran = fixture(&["hangs", "--exact"]).check(
        101,
        &[
            "2 × interrupted: still in flight when the grace was over",
            "18 × interrupted: never begun before the grace was over",
        ],
        &[],
    );
    let ledger = &ran.report("hangs")["ledger"];
    assert_eq!(ledger["scheduled"], 20);
    assert_eq!(ledger["started"], 20);
    assert_eq!(ledger["interrupted"], 20);
}

#[test]
fn a_const_that_is_wrong_fails_the_test() {
    let why = "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5";
    fixture(&["no_rate"]).check(101, &[&format!("no_rate: {why} ({})", place("no_rate"))], &[]);
}

#[test]
fn a_setup_that_goes_wrong_fails_the_test_and_leaves_a_report_of_zeros() {
    for (name, why) in [
        ("state::setup_fails", "setup `refuses` failed: no shop today"),
        ("state::setup_panics", "setup `panics` panicked: the shop burns"),
        ("state::setup_blocks", "setup `blocks` took longer than 100ms: raise `setup_timeout`"),
        (
            "state::setup_takes_long",
            "setup `takes_long` took longer than 100ms: raise `setup_timeout`",
        ),
    ] {
        let ran = fixture(&[name, "--exact"]).check(101, &[why], &[why]);
        assert!(!ran.err.contains("was closed"), "{}", ran.err);
        let report = ran.report(name);
        assert_eq!(report["verdict"], "failed");
        assert_eq!(report["ledger"]["scheduled"], 0);
        assert_eq!(report["reasons"][0], why);
    }
}

#[test]
fn a_setup_may_skip_its_load_which_is_no_failure() {
    for (name, what) in [("lacks::water", "water"), ("lacks::oil", "oil")] {
        let reason = format!("no {what} here:\\ndig elsewhere");
        let (out, err) =
            (format!("test {name} ... ignored ({reason})"), format!("{name}: skipped: {reason}"));
        let ran =
            fixture(&[name, "--exact"]).check(0, &[&out, "0 passed; 0 failed; 1 ignored"], &[&err]);
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        assert!(!ran.err.contains("it is left"), "{}", ran.err);
        assert!(
            !ran.target.report(name).exists(),
            "no call was made, as of a load that is ignored"
        );
    }
}

#[test]
fn a_farm_is_skipped_whole() {
    let reason = "no water here:\\ndig elsewhere";
    let (out, err) = (
        format!("test lacks::farm ... ignored ({reason})"),
        format!("lacks::farm::well: skipped: {reason}"),
    );
    let ran = fixture(&["lacks::farm", "--exact"]).check(0, &[&out], &[&err]);
    assert_eq!(ran.err.matches("it stands").count(), 1, "{}", ran.err);
    assert_eq!(ran.err.matches("it is left").count(), 1, "{}", ran.err);
    assert!(!ran.target.report("lacks::farm::house").exists());
}

#[test]
fn only_a_setup_can_skip() {
    let why = "20 × panicked: a call cannot skip its load, only a setup can: no gold here: dig \
               elsewhere";
    fixture(&["lacks::skips_in_a_call"]).check(101, &[why], &[]);
    let why =
        "teardown `fills` cannot skip a load, only a setup can: no earth here:\ndig elsewhere";
    fixture(&["lacks::skips_when_torn_down"]).check(101, &[why], &["passed"]);
}

#[test]
fn teardown_runs_after_the_calls_however_they_ended() {
    fixture(&["state::closes", "--exact"]).check(
        0,
        &["test state::closes ... ok"],
        &["the open shop was closed"],
    );
    fixture(&["state::closes_after_errors"]).check(
        101,
        &["20 × failed: sold out"],
        &["the open shop was closed"],
    );
}

#[test]
fn a_teardown_that_goes_wrong_fails_the_test_after_the_report() {
    for (name, why) in [
        ("state::teardown_fails", "teardown `fails_to_close` failed: the door is stuck"),
        ("state::teardown_panics", "teardown `burns_down` panicked: the shop burnt down"),
    ] {
        let ran = fixture(&[name]).check(101, &[why], &["passed", why]);
        let report = ran.report(name);
        assert_eq!(report["verdict"], "failed", "though the calls were not");
        assert_eq!(report["reasons"].as_array().unwrap().len(), 1);
        assert!(report["reasons"][0].as_str().unwrap().starts_with(why), "{report}");
    }
}

#[test]
fn ignored_loads_run_only_when_asked_for() {
    fixture(&["ignored", "--exact"]).check(0, &["test ignored ... ignored", "1 ignored"], &[]);
    fixture(&["ignored", "--exact", "--ignored"]).check(0, &["test ignored ... ok"], &[]);
    fixture(&["ignored", "--exact", "--include-ignored"]).check(0, &["test ignored ... ok"], &[]);
}

/// As cargo calls a `[[bench]]` without a harness.
#[test]
fn cargo_bench_makes_no_load_and_says_why() {
    let why = "ignored (a load is a test, and --bench is for benchmarks: write `cargo bench -- \
               --test`)";
    let (passes, ignored) = (format!("test passes  ... {why}"), format!("test ignored ... {why}"));
    fixture(&["--bench", "passes", "ignored", "--exact"]).check(
        0,
        &[&passes, &ignored, "0 passed; 0 failed; 2 ignored"],
        &[],
    );
    fixture(&["--bench", "--test", "passes", "ignored", "--exact"]).check(
        0,
        &["test passes  ... ok", "test ignored ... ignored\n", "1 passed"],
        &[],
    );
    fixture(&["--bench", "--list", "passes", "--exact"]).check(0, &["passes: test\n"], &[]);
}

#[test]
fn workers_are_copies_with_a_merged_report_and_one_each() {
    let ran = fixture(&["force", "--exact"]).check(
        0,
        &["test force ... ok"],
        &["force: 60 ticks by 3 workers, each at 100/s for 200ms", "3 workers"],
    );
    let merged = ran.report("force");
    assert_eq!(merged["ledger"]["scheduled"], 60);
    assert_eq!(merged["load"]["workers"], 3);
    assert_eq!(merged["verdict"], "passed");
    let copies: Vec<Value> = (0..3).map(|copy| ran.report(&format!("force::{copy}"))).collect();
    let count = |report: &Value, field: &str| report["ledger"][field].as_u64().unwrap();
    for field in ["scheduled", "started", "canceled", "ok"] {
        assert_eq!(
            copies.iter().map(|copy| count(copy, field)).sum::<u64>(),
            count(&merged, field),
            "{field}"
        );
    }
    assert_eq!(copies[2]["name"], "force #2");
    assert_eq!(copies[2]["verdict"], Value::Null);
    assert_eq!(count(&copies[2], "scheduled"), 20);
}

#[test]
fn a_farm_is_one_test_of_loads_side_by_side() {
    let place = place("sells_fruit");
    let ran = fixture(&["market", "--exact"]).check(
        101,
        &[
            "running 1 test",
            "test market ... FAILED",
            &format!("market::fruit: failed ({place})"),
            "20 × failed: rotten",
            "BROKEN     errors < 50%             100%",
        ],
        &[
            "market::fish: passed",
            "market::fruit: failed",
            "market::fruit: 20 ticks by 2 workers, each at 50/s for 200ms after a warm-up of 100ms",
            "a stall closes",
        ],
    );
    assert_eq!(ran.err.matches("a stall opens").count(), 2);
    assert_eq!(ran.report("market::fish")["verdict"], "passed");
    assert_eq!(ran.report("market::fruit")["verdict"], "failed");
    assert_eq!(ran.report("market::fruit::1")["ledger"]["failed"], 10);
}

#[test]
fn a_farm_is_made_whole_or_not_at_all() {
    let ran = fixture(&["ruin", "--exact"]).check(
        101,
        &[
            "setup `falls` failed: it fell",
            "not run: the setup `falls` of ruin::wall failed: it fell",
        ],
        &["it stands", "it is left"],
    );
    assert_eq!(
        ran.err.matches("it is left").count(),
        1,
        "only what was set up is torn down: {}",
        ran.err
    );
    assert_eq!(ran.report("ruin::tower")["ledger"]["scheduled"], 0);
    assert_eq!(ran.report("ruin::wall")["verdict"], "failed");
}

/// A load runs and is torn down even if nothing can be printed on standard error.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_error_fails_no_load() {
    let target = TargetDir::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = target.command(&["passes", "--exact"]).stderr(full).output().unwrap();
    let ran = Ran::new(&output, target).check(0, &["test passes ... ok"], &[]);
    assert_eq!(ran.report("passes")["verdict"], "passed");
}

/// What `cargo nextest` asks of a binary: two listings without a sound, then a process for each
/// test.
#[test]
fn the_protocol_of_nextest() {
    let ran = fixture(&["--list", "--format", "terse"]).check(
        0,
        &["passes: test\n", "ignored: test\n", "state::closes: test\n"],
        &[],
    );
    assert_eq!(ran.err.as_str(), "");
    assert_eq!(std::fs::read_dir(ran.target.reports()).unwrap().count(), 0);
    assert!(ran.out.lines().all(|line| line.ends_with(": test")), "{}", ran.out);
    let ran = fixture(&["--list", "--format", "terse", "--ignored"]).check(
        0,
        &["endless: test\n", "ignored: test\n"],
        &[],
    );
    assert_eq!(ran.out.lines().count(), 15, "{}", ran.out);
    fixture(&["passes", "--nocapture", "--exact"]).check(0, &["test passes ... ok"], &[]);
    fixture(&["breaches", "--nocapture", "--exact"]).check(101, &["test breaches ... FAILED"], &[]);
}

#[test]
fn filters_select_as_in_libtest() {
    let names = |args: &[&str]| {
        let ran = fixture(&[&["--list", "--format", "terse"], args].concat()).check(0, &[], &[]);
        ran.out.lines().map(|line| line.trim_end_matches(": test").to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["passes", "breaches"]), ["passes", "breaches"]);
    assert_eq!(names(&["teardown"]), ["state::teardown_fails", "state::teardown_panics"]);
    assert_eq!(names(&["teardown", "--skip", "panics"]), ["state::teardown_fails"]);
    assert_eq!(names(&["panics", "--exact"]), ["panics"]);
    // A farm goes by the names of its loads too, and is listed by its own.
    assert_eq!(names(&["market::fruit", "--exact"]), ["market"]);
    assert_eq!(names(&["wall", "fish"]), ["market", "ruin"]);
    assert_eq!(names(&["market", "ruin", "--skip", "market::fish"]), ["ruin"]);
    // An editor calls a load by the path of the test that stands beside its fn.
    assert_eq!(names(&["market::__pusher_sells_fish", "--exact"]), ["market"]);
    assert_eq!(names(&["state::__pusher_closes", "--exact"]), ["state::closes"]);
    assert_eq!(names(&["__pusher_passes", "--exact"]), ["passes"]);
    assert_eq!(names(&["no such load"]), [] as [&str; 0]);
}

/// Whatever `cargo test -- ANYTHING` passes on, a load binary takes.
#[test]
fn every_flag_of_libtest_is_taken() {
    for flags in [
        &["--nocapture"][..],
        &["--no-capture"],
        &["--show-output"],
        &["--test-threads=1"],
        &["--test-threads", "4"],
        &["--quiet"],
        &["-q"],
        &["--format", "terse"],
        &["--format=pretty"],
        &["--color", "never"],
        &["--report-time", "-Zunstable-options"],
        &["--ensure-time", "-Z", "unstable-options"],
        &["--shuffle"],
        &["--shuffle-seed", "7"],
        &["--fail-fast"],
        &["--exclude-should-panic"],
        &["--test"],
        &["--skip", "breaches"],
    ] {
        let ran = fixture(&[&["passes", "--exact"], flags].concat());
        assert_eq!(ran.code, Some(0), "{flags:?}\n{}{}", ran.out, ran.err);
        assert!(ran.out.contains("1 passed"), "{flags:?}\n{}", ran.out);
    }
}

#[test]
fn a_flag_or_a_variable_overrides_the_attribute() {
    let load = |ran: &Ran| {
        (
            ran.report("passes")["load"]["rps"].clone(),
            ran.report("passes")["load"]["duration"].clone(),
        )
    };
    let ran =
        fixture(&["passes", "--exact", "--rps", "200", "--duration=100ms", "--overtime", "7"])
            .check(0, &[], &["20 ticks at 200/s for 100ms"]);
    assert_eq!(load(&ran), (200.0.into(), 100_000_000.into()));
    assert_eq!(ran.report("passes")["load"]["overtime"], 7);
    let ran = fixture_with(
        &["passes", "--exact", "--rps", "200"],
        &[("PUSHER_RPS", "9"), ("PUSHER_DURATION", "300ms"), ("PUSHER_OVERTIME", "")],
    );
    assert_eq!(load(&ran.check(0, &[], &[])), (200.0.into(), 300_000_000.into()));
}

#[test]
fn an_override_that_is_wrong_is_an_error_and_nothing_runs() {
    for (args, variable, named) in [
        (&["--rps", "fast"][..], None, "--rps"),
        (&["--duration=0s"], None, "--duration"),
        (&[], Some(("PUSHER_OVERTIME", "-1")), "PUSHER_OVERTIME"),
        (&["--no-such-flag"], None, "--no-such-flag"),
    ] {
        let ran = fixture_with(&[&["passes", "--exact"], args].concat(), variable.as_slice())
            .check(101, &[], &["error: ", named]);
        assert!(ran.out.is_empty(), "{}", ran.out);
    }
}

#[test]
fn a_report_that_cannot_be_written_fails_the_test() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    fixture_with(&["passes", "--exact"], &[("PUSHER_REPORT_DIR", file.to_str().unwrap())]).check(
        101,
        &["the report cannot be written: "],
        &["20 ok"],
    );
}

#[cfg(unix)]
pub(crate) mod signals {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Child, ChildStderr};

    use super::*;

    /// A run that is under way: its first call is about to be made.
    pub(crate) fn started(args: &[&str]) -> (Child, BufReader<ChildStderr>, TargetDir) {
        let target = TargetDir::new();
        begun(target.command(args), target)
    }

    /// The same with a command of one's own.
    pub(crate) fn begun(
        mut command: Command,
        target: TargetDir,
    ) -> (Child, BufReader<ChildStderr>, TargetDir) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        // The first line with text names the load that begins, unless the machine is busy, which is
        // told before that.
        let is_before = |line: &str| {
            line.trim().is_empty() || line.contains(" ready to run ") || line.starts_with("     ")
        };
        while is_before(&line) {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "it ended before its load began");
        }
        (child, err, target)
    }

    pub(crate) fn kill(child: &Child, signal: &str) {
        assert!(
            Command::new("kill")
                .args([signal, &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) fn ended(child: Child, mut err: BufReader<ChildStderr>, target: TargetDir) -> Ran {
        let output = child.wait_with_output().unwrap();
        let mut ran = Ran::new(&output, target);
        err.read_to_string(&mut ran.err).unwrap();
        ran
    }

    /// The grace passes on the real clock, for the virtual one stands still.
    #[test]
    fn a_signal_ends_virtual_time_that_spins() {
        let (child, err, target) = started(&["paces::spins", "--ignored", "--exact"]);
        std::thread::sleep(std::time::Duration::from_millis(300));
        kill(&child, "-INT");
        let ran = ended(child, err, target).check(101, &["cut short by SIGINT"], &[]);
        assert_eq!(ran.report("paces::spins")["ledger"]["interrupted"], 1);
    }

    /// The runtime itself can do nothing about it.
    #[test]
    fn two_signals_end_virtual_time_that_is_blocked() {
        let (child, err, target) = started(&["paces::blocks_the_clock", "--ignored", "--exact"]);
        // Two signals that come at once may be one.
        for _ in 0..2 {
            std::thread::sleep(std::time::Duration::from_millis(300));
            kill(&child, "-INT");
        }
        let ran = ended(child, err, target).check(101, &["cut short by SIGINT"], &[]);
        assert_eq!(ran.report("paces::blocks_the_clock")["ledger"]["interrupted"], 1);
    }

    /// Two callers, each of which has a call without end sooner or later.
    #[test]
    fn two_signals_end_a_closed_loop() {
        let (child, err, target) = started(&["paces::callers_without_end", "--ignored", "--exact"]);
        kill(&child, "-INT");
        kill(&child, "-INT");
        let ran = ended(child, err, target).check(101, &["cut short by SIGINT after "], &[]);
        let ledger = &ran.report("paces::callers_without_end")["ledger"];
        let count = |name: &str| ledger[name].as_u64().unwrap();
        assert_eq!(count("ok") + count("interrupted"), count("scheduled"), "{ledger}");
        assert!(count("interrupted") <= 2, "{ledger}");
    }

    /// A second signal ends the grace of the calls in flight.
    #[test]
    fn a_signal_cuts_the_run_short_and_the_report_is_written() {
        for (signal, name) in
            [("-INT", "SIGINT"), ("-TERM", "SIGTERM"), ("-HUP", "SIGHUP"), ("-QUIT", "SIGQUIT")]
        {
            let (child, err, target) =
                started(&["endless", "passes", "--ignored", "--exact", "--rps", "1000"]);
            std::thread::sleep(std::time::Duration::from_millis(300));
            kill(&child, signal);
            std::thread::sleep(std::time::Duration::from_millis(200));
            kill(&child, signal);
            let ran = ended(child, err, target).check(
                101,
                &["test endless ... FAILED", &format!("cut short by {name} after ")],
                &[],
            );
            let report = ran.report("endless");
            let count = |field: &str| report["ledger"][field].as_u64().unwrap();
            assert_eq!(report["verdict"], "failed");
            assert!(count("scheduled") > 0, "{report}");
            assert!(count("scheduled") < 60_000, "{report}");
            assert_eq!(count("started"), count("scheduled"));
            assert_eq!(count("ok") + count("interrupted"), count("scheduled"));
            assert!(count("interrupted") > 0, "{report}");
            assert!(report["elapsed"].as_u64().unwrap() < 60_000_000_000, "{report}");
        }
    }

    /// As under `nohup`, whose word it is that a process outlives its terminal.
    #[test]
    fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
        let target = TargetDir::new();
        let mut command = undisturbed(Path::new("sh"));
        command.args(["-c", "trap '' HUP QUIT; exec \"$0\" \"$@\""]).arg(target.executable());
        command.args(["endless", "--ignored", "--exact"]);
        command.env("PUSHER_REPORT_DIR", target.reports()).stdin(Stdio::null());
        let (child, err, target) = begun(command, target);
        kill(&child, "-HUP");
        kill(&child, "-QUIT");
        kill(&child, "-TERM");
        let ran = ended(child, err, target).check(101, &["cut short by SIGTERM after "], &[]);
        assert_eq!(ran.report("endless")["verdict"], "failed");
    }

    /// cargo ends at Ctrl-C, and the prompt is back before the report.
    #[test]
    fn the_first_line_after_a_signal_says_that_the_report_is_still_to_come() {
        let target = TargetDir::new();
        let mut command = target.command(&["endless", "--ignored", "--exact"]);
        command.env("CARGO", "cargo").env_remove("NEXTEST");
        let (child, mut err, target) = begun(command, target);
        let process = child.id();
        kill(&child, "-INT");
        let mut line = String::new();
        while line.trim().is_empty() {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "it ended without a word");
        }
        kill(&child, "-TERM");
        ended(child, err, target).check(101, &["cut short by SIGINT after "], &["endless: failed"]);
        let first = format!(
            "SIGINT: the report is still to come, even if cargo has ended: no more ticks; calls \
             in flight have up to 5s to finish, or no time after a second signal (`kill \
             {process}`)\n"
        );
        assert_eq!(line, first);
    }

    #[test]
    fn loads_not_yet_begun_are_not_run() {
        let (child, err, target) = started(&["endless", "ignored", "--include-ignored", "--exact"]);
        kill(&child, "-INT");
        kill(&child, "-TERM");
        kill(&child, "-TERM");
        ended(child, err, target).check(101, &["not run: SIGINT", "2 failed"], &[]);
    }
}
