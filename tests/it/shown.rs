//! What is shown while loads run, and in which order.

#[cfg(unix)]
use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::process::{Command, Stdio};

use super::harness::fixture;
#[cfg(unix)]
use super::harness::signals::{ended, kill, started};
#[cfg(unix)]
use super::harness::{Ran, TargetDir};

/// The tests of which a run tells, with what it says of them.
fn told(out: &str) -> Vec<&str> {
    out.lines()
        .filter_map(|line| line.strip_prefix("test "))
        .filter(|it| it.contains(" ... "))
        .collect()
}

/// Those that are ignored are told in their turn too, with the reason.
#[test]
fn tests_run_and_are_told_in_the_order_of_the_source() {
    let ran = fixture(&["ignored", "endless", "lacks::water", "lacks::oil", "passes", "--exact"]);
    let ran = ran.check(0, &["1 passed; 0 failed; 4 ignored"], &[]);
    assert_eq!(
        told(&ran.out),
        [
            "passes       ... ok",
            "ignored      ... ignored",
            "endless      ... ignored (ends\\tnever)",
            "lacks::water ... ignored (no water here:\\ndig elsewhere)",
            "lacks::oil   ... ignored (no oil here:\\ndig elsewhere)",
        ]
    );
    let list = fixture(&["--list", "--format", "terse"]).check(0, &[], &[]);
    let first: Vec<&str> = list.out.lines().take(3).collect();
    assert_eq!(first, ["passes: test", "breaches: test", "fails: test"], "the root comes first");
}

/// A list does not say which tests are ignored, as in libtest; but those alone can be listed.
#[test]
fn ignored_tests_are_listed_and_run_when_asked_for() {
    let list = fixture(&["--list", "--ignored", "endless", "passes", "--exact"]);
    assert_eq!(list.check(0, &[], &[]).out, "endless: test\n");
    let ran = fixture(&["ignored", "passes", "--exact", "--include-ignored"]).check(0, &[], &[]);
    assert_eq!(told(&ran.out), ["passes  ... ok", "ignored ... ok"]);
}

#[test]
fn terse_results_come_letter_by_letter() {
    let args = ["ignored", "passes", "--exact", "--format", "terse"];
    let ran = fixture(&args).check(0, &["\nrunning 2 tests\n.i\ntest result: ok. "], &[]);
    assert_eq!(told(&ran.out), [""; 0]);
}

/// Half of its calls hang. The test reads until the line is there, however long that takes.
#[cfg(unix)]
#[test]
fn in_a_pipe_a_line_says_how_far_a_load_is() {
    let (child, mut err, target) = started(&["endless", "--ignored", "--exact"]);
    let mut line = String::new();
    while !line.contains(" in flight") {
        line.clear();
        assert!(err.read_line(&mut line).unwrap() > 0, "it ended without a line");
    }
    (0..2).for_each(|_| kill(&child, "-INT"));
    let ran = ended(child, err, target).check(101, &["cut short by SIGINT"], &[]);
    let rest = line.strip_prefix("endless: 10s of 1m: ").unwrap_or_else(|| panic!("{line:?}"));
    let counts: Vec<u64> = rest.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [in_flight, ok, errors, canceled] = counts[..] else { panic!("{line:?}") };
    assert!(line.trim_end().ends_with(" canceled"), "{line:?}");
    assert!(in_flight > 10, "those that hang are shown: {line:?}");
    assert!(ok > 10, "{line:?}");
    assert_eq!(errors, 0, "{line:?}");
    assert_eq!(canceled, 0, "{line:?}");
    assert!(!ran.err.contains('\x1b'), "{}", ran.err);
}

/// It is told of before its `setup_timeout` is over.
#[cfg(unix)]
#[test]
fn a_setup_that_goes_on_is_told_of() {
    let target = TargetDir::new();
    let mut command = target.command(&["state::setup_hangs", "--ignored", "--exact"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    assert!(err.read_line(&mut line).unwrap() > 0, "it ended before that");
    assert_eq!(line, "state::setup_hangs: setup `takes_long` is still running\n");
    (0..2).for_each(|_| kill(&child, "-INT"));
    ended(child, err, target).check(101, &["setup `takes_long` was cut short by SIGINT"], &[]);
}

/// `script` gives it a terminal of 24 lines.
#[cfg(target_os = "linux")]
fn on_a_terminal(args: &[&str]) -> Ran {
    let target = TargetDir::new();
    let fixture = target.command(args);
    let words: Vec<_> = std::iter::once(fixture.get_program())
        .chain(fixture.get_args())
        .map(|word| word.to_str().unwrap())
        .collect();
    let mut script = Command::new("script");
    script.args(["-qec", &format!("stty rows 24 cols 80; {}", words.join(" ")), "/dev/null"]);
    script.envs(fixture.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.env("TERM", "xterm").env_remove("CI").env_remove("NEXTEST").stdin(Stdio::null());
    Ran::new(&script.output().unwrap(), target)
}

#[cfg(target_os = "linux")]
const DRAW: &str = "\x1b7\x1b[m\x1b[24;1H\x1b[2K  ";

/// Gives all lines back, and erases those below the cursor.
#[cfg(target_os = "linux")]
const GIVE_BACK: &str = "\x1b7\x1b[r\x1b8\x1bD\x1b7\x1b[m\r\x1b[J\x1b8\x1b[A";

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_the_last_line_says_how_far_a_load_is() {
    let ran = on_a_terminal(&["passes", "--exact", "--duration=4s", "--color=never"]);
    let ran = ran.check(0, &["test passes ... ok"], &[]);
    let drawn: Vec<&str> = ran.out.split(DRAW).skip(1).collect();
    assert!(!drawn.is_empty(), "{:?}", ran.out);
    for line in drawn {
        let (line, _) = line.split_once("\x1b8").unwrap();
        assert!(line.ends_with(" errors, 0 canceled"), "{line}");
        assert!(line.contains("s of 4s 100ms: "), "{line}");
    }
    assert!(ran.out.rfind(GIVE_BACK) > ran.out.rfind(DRAW), "{:?}", ran.out);
}

/// It takes the line away at once, and draws it anew when it has its new size.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_resized_has_the_line_at_its_new_end() {
    let ran = on_a_terminal(&["terminal::resizes", "--exact"]).check(0, &[], &[]);
    let (before, after) = ran.out.split_once("resized by call 0").unwrap();
    assert!(before.contains(DRAW), "{:?}", ran.out);
    let (first, after) = match before.rfind(GIVE_BACK) {
        Some(at) => (at, after),
        None => (before.len() + after.find(GIVE_BACK).unwrap(), after),
    };
    assert!(Some(first) > ran.out.rfind(DRAW), "{:?}", ran.out);
    let anew = "\x1b[1;39r\x1b8\x1b[A\x1b7\x1b[m\x1b[40;1H\x1b[2K  ";
    let (_, line) = after.split_once(anew).unwrap_or_else(|| panic!("{:?}", ran.out));
    let (line, rest) = line.split_once("\x1b8").unwrap();
    assert!(line.chars().count() < 60, "{line:?}");
    assert!(rest.contains(GIVE_BACK), "{:?}", ran.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_call_that_ends_the_process_leaves_no_line() {
    let ran = on_a_terminal(&["terminal::exits", "--exact"]);
    assert!(ran.out.contains(DRAW), "{:?}", ran.out);
    assert!(ran.out.rfind(GIVE_BACK) > ran.out.rfind(DRAW), "{:?}", ran.out);
}

/// `exit(0)` would be green though nothing was judged.
#[cfg(target_os = "linux")]
#[test]
fn a_call_that_ends_the_process_fails_it() {
    let ran = fixture(&["terminal::exits", "--exact"]);
    assert_eq!(ran.code, None, "a signal ends it: {}", ran.err);
    let told = "\npusher: code of a load has ended the process, as `std::process::exit` does:
              there is no verdict, and so the test fails\n";
    assert!(ran.err.contains(told), "{}", ran.err);
}

/// A word that is longer is left whole: a path, to be copied.
#[test]
fn what_is_told_fits_eighty_columns() {
    let fits = |line: &str| {
        let text = line.trim_start();
        let text = text.strip_prefix("report").unwrap_or(text).trim_start();
        line.chars().count() <= 80 || !text.contains(' ')
    };
    for names in [
        &["breaches", "inconclusive", "market", "no_rate"][..],
        &["state::setup_fails", "steps::hold", "steps::fall", "steps::are_unknown"],
        &["verdicts::time_out", "verdicts::fail_mostly", "paces::closed", "paces::staged"],
    ] {
        let ran = fixture(&[names, &["--exact", "--grace", "1s", "--seed", "7"]].concat());
        let failures = ran.out.split("failures:").nth(1).unwrap_or_default();
        for line in ran.err.lines().chain(failures.lines()) {
            assert!(fits(line), "{line}\n{}", ran.err);
        }
    }
}

#[test]
fn after_a_setup_that_went_wrong_there_is_no_table_of_zeros() {
    let ran = fixture(&["state::setup_fails", "--exact"]);
    let ran = ran.check(101, &["setup `refuses` failed"], &["setup `refuses` failed"]);
    for part in ["scheduled", " ok, 0 failed", "throughput", "times", "thresholds"] {
        assert!(!ran.err.contains(part), "`{part}` in {}", ran.err);
        assert!(!ran.out.contains(part), "`{part}` in {}", ran.out);
    }
    assert_eq!(ran.report("state::setup_fails")["ledger"]["scheduled"], 0);
}
