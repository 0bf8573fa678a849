//! [`main`]: what `pusher::main!()` becomes, from the command line to the exit code.

use std::io::ErrorKind;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Completion, Failed, Trial};

use super::args::{Args, EarlyExit, shuffle};
use super::baselines::Baselines;
use super::binary::Binary;
use super::home::Home;
use super::interrupt::Interrupts;
use super::panics;
use super::registry::{Load, loads};
use super::results::{Printed, Results};
use super::say::say;
use super::shared::{Shared, SharedSetup};
use super::suite::{Test, tests};
use super::trial::{Folders, Session, run};
use crate::report::text::printable;

/// Runs the loads of this binary as the command line says, with a state that they share.
pub fn main(binary: Binary, shared: SharedSetup) -> ExitCode {
    let args = match Args::from_process(&binary.package_folder()) {
        Ok(args) => args,
        Err(exit) => return exit.print(),
    };
    args.notices.iter().for_each(|notice| say(&format!("{notice}\n")));
    run_all(&args, (binary, shared), &loads())
        .unwrap_or_else(|text| EarlyExit::Mistake(text).print())
}

fn run_all(
    args: &Args,
    (binary, shared): (Binary, SharedSetup),
    loads: &[&'static Load],
) -> Result<ExitCode, String> {
    if !args.list {
        warnings(loads).for_each(|line| say(&format!("pusher: {line}\n")));
    }
    let tests = tests(loads, binary.name)?;
    let skipped = tests.iter().filter(|test| !args.selects(&test.aliases()));
    let arguments = args.libtest(skipped.map(|test| test.name.clone()).collect());
    let session = if args.list { None } else { Some(Arc::new(session(args, binary, shared)?)) };
    let trials = trials(args, tests, session.as_ref());
    let printed = Results::new(args.logfile.as_deref())?.of(arguments, trials);
    let ran = exit_code(args, &printed);
    session.map_or(Ok(()), |session| session.end())?;
    Ok(ran)
}

/// What makes this binary another one than its user may think.
fn warnings(loads: &[&Load]) -> impl Iterator<Item = &'static str> {
    let no_load = "no load is in this binary, so nothing is tested: write `#[pusher::load(..)]` \
                   above an async fn in it, or name a library of loads: `pusher::main!(my_suite);`";
    let aborts = "this binary is built with `panic = \"abort\"`: a panic in a call ends the whole \
                  run, and no report is written; build it with `panic = \"unwind\"`, and the call \
                  is counted";
    let no_load = loads.is_empty().then_some(no_load);
    no_load.into_iter().chain(cfg!(panic = "abort").then_some(aborts))
}

/// The verdict, also if nobody could read it.
fn exit_code(args: &Args, printed: &Printed) -> ExitCode {
    let Printed { conclusion, error, name } = printed;
    let Some(error) = error else { return conclusion.exit_code() };
    match error.kind() {
        // It was piped into `head`, say.
        ErrorKind::BrokenPipe if args.list => ExitCode::SUCCESS,
        _ if args.list => EarlyExit::Mistake(format!("cannot print on {name}: {error}")).print(),
        _ => {
            say(&format!(
                "pusher: cannot print the results on {name}: {error}; the exit code says whether \
                 all loads have passed\n"
            ));
            conclusion.exit_code()
        }
    }
}

fn trials(args: &Args, tests: Vec<Test>, session: Option<&Arc<Session>>) -> Vec<Trial> {
    if session.is_some() {
        let names: Vec<&str> = tests.iter().flat_map(Test::names).collect();
        args.overrides.strangers(&names).iter().for_each(|line| say(&format!("{line}\n")));
    }
    let mut trials: Vec<Trial> =
        tests.into_iter().map(|test| trial(args, test, session.cloned())).collect();
    if let Some(seed) = args.seed {
        shuffle(&mut trials, seed);
    }
    trials
}

/// Takes over signals and the panic hook, which a list of tests must leave alone.
fn session(args: &Args, binary: Binary, shared: SharedSetup) -> Result<Session, String> {
    let shared = Shared::new(shared)?;
    let executable = std::env::current_exe().ok();
    let report_dir = args.overrides.report_dir.as_deref();
    let (home, notice) = Home::find(binary, executable.as_deref(), report_dir);
    notice.into_iter().for_each(|notice| say(&format!("{notice}\n")));
    let interrupts =
        Interrupts::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
    panics::hush();
    let baselines = Baselines::new(&args.overrides.baselines, binary);
    Ok(Session::new(args, Folders { home, baselines }, interrupts, shared))
}

fn trial(args: &Args, test: Test, session: Option<Arc<Session>>) -> Trial {
    let (name, is_ignored) = (test.name.clone(), test.ignored.is_some());
    // libtest-mimic would say that it is ignored, but not why.
    let left_out = args.leaves_out(test.ignored.as_deref()).map(ignored);
    let is_left_out = left_out.is_some();
    let runner = move || match (left_out, session) {
        (Some(ignored), _) => Ok(ignored),
        (None, Some(session)) => run(&test, &session),
        (None, None) => Err(Failed::from("listed, not run")),
    };
    Trial::ignorable_test(name, runner).with_ignored_flag(is_ignored && !is_left_out)
}

fn ignored(why: &str) -> Completion {
    if why.is_empty() { Completion::ignored() } else { Completion::ignored_with(printable(why)) }
}

/// Makes the `main` of a test binary that runs loads.
///
/// The binary is a test with `harness = false` in Cargo.toml, an example, or any other. A library
/// that is linked for its loads is named in the parentheses, and has [`suite!`](crate::suite!) in
/// its root; its loads keep the crate's name as a prefix.
///
/// ```no_run
/// # mod load {
/// #[pusher::load(rps = 50, duration = "1m")]
/// async fn checkout() -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// pusher::main!();
/// # }
/// # fn main() {}
/// ```
///
/// With a library of loads: `pusher::main!(my_suite);`.
///
/// # A state for all loads
///
/// With `pusher::main!(setup = shop, teardown = close);`, or `main!(my_suite, setup = shop)`, all
/// loads of the process share one state, such as a service that is started in the process. The fn
/// of `setup` takes nothing and returns `S` or `Result<S, E>`. A load whose fn, `setup` or
/// `setup_worker` takes an `Arc<S>` that the load's own setups do not give gets this one.
///
/// ```no_run
/// # mod load {
/// use std::sync::Arc;
///
/// /// A service that all loads share.
/// struct Shop {
///     address: String,
/// }
///
/// async fn shop() -> std::io::Result<Shop> {
///     // Here the service is spawned: it has threads of its own, and outlives every load.
///     Ok(Shop { address: "127.0.0.1:8080".to_string() })
/// }
///
/// async fn close(shop: Arc<Shop>) -> Result<(), String> {
///     Ok(())
/// }
///
/// /// Each load has a client of its own, for connections end with the load that made them.
/// struct Client(String);
///
/// async fn client(shop: Arc<Shop>) -> Client {
///     Client(format!("http://{}/", shop.address))
/// }
///
/// #[pusher::load(rps = 50, duration = "1m", setup = client)]
/// async fn checkout(client: Arc<Client>) -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// pusher::main!(setup = shop, teardown = close);
/// # }
/// # fn main() {}
/// ```
///
/// The setup runs once in a process, before the first load that runs, and never for `--list`. So
/// under nextest, which starts a process for each test, it runs once for each test. It runs on a
/// runtime of its own, which lives until the process ends: what is spawned there does not end with
/// a load, and shares no thread with calls.
///
/// If the setup fails, every load fails; if it calls [`skip`](crate::skip), every load is ignored.
/// The teardown takes the `Arc<S>` or nothing, and runs after the last test. If it fails, the
/// process exits with 101. `setup_timeout = "5m"` says how long each of the two may take; without
/// it, that is a minute.
///
/// The attribute cannot know the type of this state. If a load takes an `Arc<T>` that nothing
/// gives, it fails before its first call, and says what there is.
///
/// # Flags and variables
///
/// Beside the flags of libtest, `--rps`, `--rps-scale`, `--duration`, `--calls`, `--concurrency`,
/// `--overtime`, `--warmup`, `--timeout`, `--grace`, `--seed` and `--thresholds` apply to all loads
/// of the run, as do the variables `PUSHER_RPS`, `PUSHER_RPS_SCALE` and so on. `--help` explains
/// each.
///
/// `--save-baseline main` saves the runs that pass, for thresholds such as `p99 < baseline + "10%"`
/// to be compared with; `--baseline` and `--baseline-dir` say with which. `--confirm` makes a load
/// that failed once more, and it fails if both runs do.
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
        $crate::__private::main!(@shared($crate::__private::SharedSetup::none()) $($suite)*);
    };
    (@shared($shared:expr) $($suite:ident)*) => {
        $(
            extern crate $suite as _;

            const _: () = {
                #[allow(unused_imports)]
                use $crate::__private::NoSuite as __PusherSuite;

                // What `suite!` leaves in the root of that crate hides the one without it.
                const _: () = {
                    #[allow(unused_imports)]
                    use $suite::*;

                    $crate::__private::demand_suite::<__PusherSuite>()
                };
            };
        )*

        $crate::__private::submit! { $crate::__private::Mark::Main }
        $crate::__private::harness_test! {}

        // Inside a fn there is no such thing in the module around it.
        #[doc(hidden)]
        fn write_pusher_main_outside_of_any_fn() {}
        mod __pusher_main {
            const _: fn() = super::write_pusher_main_outside_of_any_fn;
        }

        fn main() -> $crate::__private::ExitCode {
            $crate::__private::main($crate::__private::Binary {
                package: ::core::env!("CARGO_PKG_NAME"),
                manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
                name: ::core::env!("CARGO_CRATE_NAME"),
                target_tmpdir: ::core::option_env!("CARGO_TARGET_TMPDIR"),
            }, $shared)
        }
    };
    ($($arguments:tt)*) => {
        $crate::__private::read_main!([] [] [] [] $($arguments)*);
    };
}
