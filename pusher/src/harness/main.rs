//! What `pusher::main!()` becomes: from the command line to the exit code.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use super::args::{Args, Stop, shuffle};
use super::home::Home;
use super::interrupt::Interrupts;
use super::panics;
use super::registry::{Load, loads};
use super::suite::{Test, tests};
use super::trial::{Session, run, say};

/// What the compiler knows of the test binary in which `main!` stands.
#[derive(Clone, Copy, Debug)]
pub struct Binary {
    /// `CARGO_PKG_NAME`.
    pub package: &'static str,
    /// `CARGO_MANIFEST_DIR`, as it was compiled.
    pub manifest_dir: &'static str,
    /// `CARGO_CRATE_NAME`.
    pub name: &'static str,
    /// `CARGO_TARGET_TMPDIR`, which cargo sets for tests and benches alone.
    pub target_tmpdir: Option<&'static str>,
}

/// Runs the loads of this binary as the command line says.
pub fn main(binary: Binary) -> ExitCode {
    let args = match Args::from_process(&package_folder(binary)) {
        Ok(args) => args,
        Err(stop) => return stop.tell(),
    };
    args.notices.iter().for_each(|notice| say(&format!("{notice}\n")));
    match trials(&args, binary, &loads()) {
        Ok(trials) => {
            let arguments = args.libtest(trials.iter().map(Trial::name));
            libtest_mimic::run(&arguments, trials).exit_code()
        }
        Err(text) => Stop::Wrong(text).tell(),
    }
}

/// cargo and nextest say where the package is; it may have moved since the binary was compiled.
fn package_folder(binary: Binary) -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| binary.manifest_dir.into(), PathBuf::from)
}

fn trials(args: &Args, binary: Binary, loads: &[&'static Load]) -> Result<Vec<Trial>, String> {
    let tests = tests(loads, binary.name)?;
    if !args.list {
        let names: Vec<&str> = tests.iter().flat_map(Test::names).collect();
        args.overrides.strangers(&names).iter().for_each(|line| say(&format!("{line}\n")));
    }
    let session = if args.list { None } else { Some(Arc::new(session(args, binary)?)) };
    let mut trials: Vec<Trial> =
        tests.into_iter().map(|test| trial(test, session.clone())).collect();
    if let Some(seed) = args.seed {
        shuffle(&mut trials, seed);
    }
    Ok(trials)
}

/// Everything that listing tests must not touch: signals and the panic hook.
fn session(args: &Args, binary: Binary) -> Result<Session, String> {
    let executable = std::env::current_exe().ok();
    let report_dir = args.overrides.report_dir.as_deref();
    let home = Home::new(
        binary.target_tmpdir,
        executable.as_deref(),
        report_dir,
        binary.package,
        binary.name,
    );
    let interrupts =
        Interrupts::listen().map_err(|error| format!("cannot listen to signals: {error}"))?;
    panics::hush_calls();
    Ok(Session::new(args.overrides.clone(), args.fail_fast, home, interrupts))
}

fn trial(test: Test, session: Option<Arc<Session>>) -> Trial {
    let (name, ignored) = (test.name.clone(), test.ignored);
    let runner = move || match session {
        Some(session) => run(&test, &session),
        None => Err(Failed::from("listed, not run")),
    };
    Trial::ignorable_test(name, runner).with_ignored_flag(ignored)
}

/// Makes the `main` of a test binary that runs loads.
///
/// The binary is one with `harness = false` in Cargo.toml. A library that is linked only for its
/// loads is named in the parentheses; its loads keep the crate's name as a prefix.
///
/// ```no_run
/// #[pusher::load(rps = 50, duration = "1m")]
/// async fn checkout() -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// pusher::main!();
/// ```
///
/// With a library of loads: `pusher::main!(my_suite);`.
///
/// # Flags and variables
///
/// Beside the flags of libtest, `--rps`, `--rps-scale`, `--duration`, `--calls`, `--concurrency`,
/// `--overtime`, `--warmup`, `--timeout`, `--grace`, `--seed` and `--thresholds` are taken for all
/// loads of the run, as are the variables `PUSHER_RPS`, `PUSHER_RPS_SCALE` and so on. `--help`
/// tells of each.
///
/// # Profiles
///
/// A `pusher.toml` beside the package's Cargo.toml, or above it as far as the folder with
/// Cargo.lock, has the same keys under names of your own:
///
/// ```toml
/// [profile.default]                     # applies always, under the profile that is chosen
/// grace = "10s"
///
/// [profile.smoke]
/// duration = "2s"
/// rps-scale = 0.1                       # a tenth of every rate
/// thresholds = "off"                    # shown, not judged
///
/// [profile.smoke.load."cart::add"]      # for one load, by the name of its test
/// duration = "5s"
/// ```
///
/// `--profile smoke` or `PUSHER_PROFILE=smoke` chooses one. For each key a flag wins over its
/// variable, that over the profile's table of the load, over the profile, over both of `default`,
/// and all of them over the attribute; a plain `rps` makes void an `rps-scale` of what it wins
/// over. What means nothing for a load, as a rate for a closed loop, is not used. The report says
/// what came from where.
///
/// A mistake in the file, and a profile that is not there, end the process with 101 before anything
/// runs.
#[macro_export]
macro_rules! main {
    ($($suite:ident),* $(,)?) => {
        $(extern crate $suite as _;)*

        // Exists only where `main` is not called.
        #[test]
        fn harness_is_not_false() {
            ::core::panic!("no load was made: Cargo.toml lacks `harness = false` in this test's `[[test]]` section");
        }

        fn main() -> $crate::__private::ExitCode {
            $crate::__private::main($crate::__private::Binary {
                package: ::core::env!("CARGO_PKG_NAME"),
                manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
                name: ::core::env!("CARGO_CRATE_NAME"),
                target_tmpdir: ::core::option_env!("CARGO_TARGET_TMPDIR"),
            })
        }
    };
}
