//! [`main`]: what `pusher::main!()` becomes, from the command line to the exit code.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use super::args::{Args, EarlyExit, shuffle};
use super::binary::Binary;
use super::home::Home;
use super::interrupt::Interrupts;
use super::panics;
use super::registry::{Load, loads};
use super::say::say;
use super::suite::{Test, tests};
use super::trial::{Session, run};

/// Runs the loads of this binary as the command line says.
pub fn main(binary: Binary) -> ExitCode {
    let args = match Args::from_process(&binary.package_folder()) {
        Ok(args) => args,
        Err(exit) => return exit.print(),
    };
    args.notices.iter().for_each(|notice| say(&format!("{notice}\n")));
    match trials(&args, binary, &loads()) {
        Ok(trials) => {
            let arguments = args.libtest(trials.iter().map(Trial::name));
            libtest_mimic::run(&arguments, trials).exit_code()
        }
        Err(text) => EarlyExit::Mistake(text).print(),
    }
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

/// Takes over signals and the panic hook, which a list of tests must leave alone.
fn session(args: &Args, binary: Binary) -> Result<Session, String> {
    let executable = std::env::current_exe().ok();
    let home = Home::new(binary, executable.as_deref(), args.overrides.report_dir.as_deref());
    let interrupts =
        Interrupts::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
    panics::hush_calls();
    Ok(Session::new(args, home, interrupts))
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
/// `--overtime`, `--warmup`, `--timeout`, `--grace`, `--seed` and `--thresholds` apply to all loads
/// of the run, as do the variables `PUSHER_RPS`, `PUSHER_RPS_SCALE` and so on. `--help` explains
/// each.
///
/// # Profiles
///
/// A file `pusher.toml` has the same keys under names of your own. It stands beside the package's
/// Cargo.toml, or in a folder above that, up to the one with Cargo.lock:
///
/// ```toml
/// [profile.default]                     # always applies, below the profile that is chosen
/// grace = "10s"
///
/// [profile.smoke]
/// duration = "2s"
/// rps-scale = 0.1                       # a tenth of every rate
/// thresholds = "counts"                 # errors and canceled are judged, times are shown
///
/// [profile.smoke.load."cart::add"]      # for one load, by the name of its test
/// duration = "5s"
/// ```
///
/// `--profile smoke` or `PUSHER_PROFILE=smoke` chooses one. For each key, the first of these that
/// has it wins: the flag, its variable, the profile's table of the load, the profile, then the same
/// two of `default`, and the attribute last. If a stronger source sets `rps`, an `rps-scale` from a
/// weaker one is ignored. A value that means nothing for a load, such as a rate for a closed loop,
/// is not used. The report names the source of each value, and those that were not used.
///
/// If the file has a mistake, or no profile of the name that is chosen, the process ends with exit
/// code 101 before anything runs.
#[macro_export]
macro_rules! main {
    ($($suite:ident),* $(,)?) => {
        $(extern crate $suite as _;)*

        // It exists only if cargo's own harness calls tests, and not `main`.
        #[test]
        fn harness_is_not_false() {
            ::core::panic!("no load was made: Cargo.toml lacks `harness = false` in this test's \
                            `[[test]]` section");
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
