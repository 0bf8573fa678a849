//! [`Made`]: a load of a bench, made as users make theirs, by the attribute and in a process of its
//! own.
//!
//! The bench's own program is the load-test binary: if its first argument is [`EXACT`], its main
//! becomes the one of `pusher::main!()`.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, id};
use std::sync::OnceLock;

use serde_json::{Value, json};

/// The first argument of a load-test binary; the name of a load follows, and then flags.
pub(crate) const EXACT: &str = "--exact";

/// In which field of Linux's `/proc/self/stat` the CPU time of this process begins.
pub(crate) const OF_THIS_PROCESS: usize = 14;

/// What a load's process leaves beside the reports.
const SPENT: &str = "spent.json";

/// The CPU time of this process when its load began.
static BEFORE: OnceLock<f64> = OnceLock::new();

/// A load that was made.
pub(crate) struct Made {
    /// Its report.json, and in `spent` what [`end`] adds.
    pub(crate) report: Value,
}

impl Made {
    /// Makes a load with these flags, and with this at hand: a name and a value for its
    /// environment.
    pub(crate) fn new(load: &str, flags: &[String], at_hand: Option<(&str, String)>) -> Made {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}", id()));
        fs::create_dir_all(&folder).expect("a folder for reports");
        let output = this_program()
            .args([EXACT, load])
            .args(flags)
            .env("PUSHER_REPORT_DIR", &folder)
            .envs(at_hand)
            .output()
            .expect("this program runs");
        let reports = folder.join(env!("CARGO_PKG_NAME")).join(env!("CARGO_CRATE_NAME"));
        let report = fs::read(reports.join(load).join("report.json"));
        let spent = fs::read(folder.join(SPENT));
        let _ = fs::remove_dir_all(&folder);
        // Whether the load is green is not asked: its figures are.
        let (Ok(report), Ok(spent)) = (report, spent) else {
            panic!("{load} {flags:?} has no report: {output:?}")
        };
        let mut report: Value = serde_json::from_slice(&report).expect("JSON");
        report["spent"] = serde_json::from_slice(&spent).expect("JSON");
        Made { report }
    }

    /// A figure, such as `/lag/p99`, or not a number if nobody knows it.
    pub(crate) fn figure(&self, path: &str) -> f64 {
        self.report.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN)
    }

    /// A whole number, such as `/ledger/ok`. Times are in nanoseconds.
    pub(crate) fn count(&self, path: &str) -> u64 {
        self.report.pointer(path).and_then(Value::as_u64).expect("a count")
    }
}

pusher::main!();

/// Makes the load that the arguments name.
pub(crate) fn run() -> ExitCode {
    main()
}

/// The last thing that each load's `setup` does.
pub(crate) fn begin() {
    let _ = BEFORE.set(cpu_seconds(OF_THIS_PROCESS));
}

/// Each load's `teardown`: tells the CPU time since its setup, and the most memory.
pub(crate) fn end() -> std::io::Result<()> {
    let cpu_seconds = cpu_seconds(OF_THIS_PROCESS) - BEFORE.get().unwrap_or(&f64::NAN);
    let folder = std::env::var_os("PUSHER_REPORT_DIR").unwrap_or_default();
    let spent = json!({ "cpu_seconds": cpu_seconds, "peak_megabytes": peak_megabytes() });
    fs::write(Path::new(&folder).join(SPENT), spent.to_string())
}

pub(crate) fn this_program() -> Command {
    Command::new(std::env::current_exe().expect("a path to this program"))
}

/// User and system time, from Linux's `/proc/self/stat`: this field and the next, in hundredths of
/// a second.
pub(crate) fn cpu_seconds(field: usize) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| {
        fields.get(field - 3).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or(f64::NAN)
    };
    (ticks(field) + ticks(field + 1)) / 100.0
}

/// The most memory that this process has had.
pub(crate) fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().split(' ').next()?.parse::<f64>().ok())
        .map_or(f64::NAN, |kilobytes| kilobytes / 1e3)
}
