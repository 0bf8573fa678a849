//! Where a load binary prints and writes, and what it does if it cannot.
#![cfg(target_os = "linux")]

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::Stdio;

use crate::harness::{Ran, TargetDir, fixture};

/// Every write into it fails: no space is left on the device.
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

/// A pipe that nobody reads.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn run(args: &[&str], out: impl Into<Stdio>) -> Ran {
    let target = TargetDir::new();
    let output = target.command(args).stdout(out).output().unwrap();
    Ran::new(&output, target)
}

const TELLS: &str = "; the exit code says whether all loads have passed\n";

#[test]
fn loads_are_made_although_their_results_cannot_be_printed() {
    let full_disk = "pusher: cannot print the results on standard output: No space left on device";
    let closed_pipe = "pusher: cannot print the results on standard output: Broken pipe";
    for (out, why) in [(Stdio::from(full()), full_disk), (closed(), closed_pipe)] {
        let ran = run(&["passes", "--exact"], out).check(0, &[], &[why, TELLS, "passes: passed"]);
        assert_eq!(ran.report("passes")["ledger"]["ok"], 20);
        assert_eq!(ran.err.matches(why).count(), 1, "{}", ran.err);
        assert!(!ran.err.contains("unwrap"), "{}", ran.err);
    }
    run(&["breaches", "--exact"], full()).check(101, &[], &[full_disk, TELLS]);
}

#[test]
fn a_list_that_nobody_reads_is_no_error() {
    let ran = run(&["--list"], closed()).check(0, &[], &[]);
    assert_eq!(ran.err, "");
    let why = "error: cannot print on standard output: No space left on device";
    run(&["--list"], full()).check(101, &[], &[why]);
}

#[test]
fn a_logfile_on_a_full_disk_fails_no_load() {
    let why = "pusher: cannot print the results on /dev/full: No space left on device";
    fixture(&["passes", "--exact", "--logfile", "/dev/full"]).check(0, &[], &[why, TELLS]);
}

#[test]
fn a_logfile_gets_all_that_standard_output_would() {
    let target = TargetDir::new();
    let log = target.path().join("log");
    let output = target
        .command(&["passes", "--exact", "--color", "always", "--logfile", log.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let text = fs::read_to_string(log).unwrap();
    assert!(text.contains("running 1 test\n"), "{text}");
    assert!(text.contains("test passes ... \x1b["), "{text:?}");
    assert!(text.contains("1 passed; 0 failed"), "{text}");
}

/// A run whose target dir has a file where the folder of the reports should be.
fn run_beside_a_file(args: &[&str], set: impl FnOnce(&Path) -> Vec<(&'static str, String)>) -> Ran {
    let target = TargetDir::new();
    fs::write(target.path().join("target/pusher"), "in the way").unwrap();
    fs::create_dir(target.path().join("tmp")).unwrap();
    let mut command = target.command(args);
    command.env_remove("PUSHER_REPORT_DIR").env("TMPDIR", target.path().join("tmp"));
    let output = command.envs(set(target.path())).output().unwrap();
    Ran::new(&output, target)
}

#[test]
fn reports_are_written_into_the_temporary_folder_if_the_target_dir_cannot_be() {
    let mut folder = None;
    let ran = run_beside_a_file(&["passes", "--exact"], |path| {
        folder = Some(path.to_path_buf());
        Vec::new()
    });
    let folder = folder.unwrap();
    let (no, yes) = (folder.join("target/pusher"), folder.join("tmp/pusher"));
    let report = yes.join("pusher-it/fixture/passes/report.json");
    let ran = ran.check(
        0,
        &["test passes ... ok"],
        &[
            &format!("pusher: cannot write in {}: ", no.display()),
            &format!(
                "; {} is used in its place. `--report-dir DIR` puts the reports elsewhere\n",
                yes.display()
            ),
            &format!("  report      {}\n", report.display()),
        ],
    );
    assert!(fs::read_to_string(&report).unwrap().contains("\"verdict\": \"passed\""));
    // The file by which loads wait for each other is there too.
    assert!(!ran.err.contains("cannot lock"), "{}", ran.err);
    assert!(yes.join("lock").exists());
}

/// What another user has put there is in the way: here a link, which may lead anywhere.
#[cfg(unix)]
#[test]
fn a_user_has_a_temporary_folder_of_their_own() {
    use std::os::unix::fs::MetadataExt;
    let mut folder = None;
    let ran = run_beside_a_file(&["passes", "--exact"], |path| {
        fs::create_dir(path.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(path.join("elsewhere"), path.join("tmp/pusher")).unwrap();
        folder = Some(path.to_path_buf());
        Vec::new()
    });
    let folder = folder.unwrap();
    let user = fs::metadata(&folder).unwrap().uid();
    let yes = folder.join(format!("tmp/pusher-{user}"));
    let report = yes.join("pusher-it/fixture/passes/report.json");
    let _ran = ran.check(
        0,
        &["test passes ... ok"],
        &[
            &format!("; {} is used in its place.", yes.display()),
            &format!("  report      {}\n", report.display()),
        ],
    );
    assert!(report.exists());
    assert!(yes.join("lock").exists());
    assert_eq!(fs::read_dir(folder.join("elsewhere")).unwrap().count(), 0);
}

/// The reports are where the flag says, so only the lock is elsewhere.
#[test]
fn a_report_dir_is_not_advised_to_whom_has_given_it() {
    let mut folder = None;
    let ran = run_beside_a_file(&["passes", "--exact", "--report-dir", "/dev/null/x"], |path| {
        folder = Some(path.to_path_buf());
        Vec::new()
    });
    let lock = folder.unwrap().join("tmp/pusher/lock");
    let ran = ran.check(
        101,
        &["the report cannot be written: cannot write /dev/null/x/"],
        &[
            "pusher: cannot write in ",
            &format!("; loads wait for each other by {} in its place\n", lock.display()),
        ],
    );
    assert!(!ran.err.contains("--report-dir"), "{}", ran.err);
    assert!(lock.exists());
}

#[test]
fn a_list_looks_for_no_folder() {
    let ran = run_beside_a_file(&["--list"], |_| Vec::new()).check(0, &["passes: test\n"], &[]);
    assert_eq!(ran.err, "");
}

/// Not even in the temporary folder can anything be written.
#[test]
fn without_any_folder_the_test_fails() {
    let nowhere = |_: &Path| vec![("TMPDIR", "/dev/null".to_string())];
    run_beside_a_file(&["passes", "--exact"], nowhere).check(
        101,
        &["the report cannot be written: "],
        &["20 ok", ", nor in /dev/null; write `--report-dir DIR` with a folder for the reports\n"],
    );
}
