//! One load from its setup to its teardown, and what its test says.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use libtest_mimic::{Completion, Failed};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::args::Overrides;
use super::home::{Home, write_aside};
use super::interrupt::Interrupts;
use super::lock::Turns;
use super::panics;
use super::registry::{Boxed, Load, Prepared};
use crate::engine::pacer::no_timer_slack;
use crate::engine::panic_message;
use crate::plan::offer::Terms;
use crate::plan::time;
use crate::report::progress::Progress;
use crate::report::{Asked, Report};
use crate::statistics::Seen;
use crate::statistics::ledger::Ledger;
use crate::verdict::judge::{Verdict, judge};
use crate::work::{Assignment, Measured, begin};

/// The most grace after a first signal.
const GRACE_AFTER_SIGNAL: Duration = Duration::from_secs(5);
/// How often it is looked whether a setup or a teardown has ended.
const LOOK: Duration = Duration::from_millis(2);

/// What all loads of a run have in common.
pub(crate) struct Session {
    overrides: Overrides,
    fail_fast: bool,
    has_failed: AtomicBool,
    home: Home,
    turns: Turns,
    interrupts: Interrupts,
}

impl Session {
    pub(crate) fn new(overrides: Overrides, fail_fast: bool, home: Home, interrupts: Interrupts) -> Session {
        let turns = Turns::new(home.lock(), |name| std::env::var_os(name));
        Session { overrides, fail_fast, has_failed: AtomicBool::new(false), home, turns, interrupts }
    }
}

/// Runs a load when its turn has come.
pub(crate) fn run(load: &'static Load, name: &str, session: &Session) -> Result<Completion, Failed> {
    let interrupted = || session.interrupts.first().is_some();
    let _turn = session.turns.take(name, &interrupted);
    if let Some(signal) = session.interrupts.first() {
        return Err(format!("not run: {signal}").into());
    }
    if session.fail_fast && session.has_failed.load(Ordering::SeqCst) {
        return Ok(Completion::ignored_with("not run: an earlier load failed, and --fail-fast was given"));
    }
    let ran = Shift { load, name, session }.run();
    if ran.is_err() {
        session.has_failed.store(true, Ordering::SeqCst);
    }
    ran.map(|()| Completion::Completed).map_err(|text| format!("{} ({name})\n{text}", load.place()).into())
}

/// One load under way.
struct Shift<'a> {
    load: &'static Load,
    name: &'a str,
    session: &'a Session,
}

impl Shift<'_> {
    fn run(&self) -> Result<(), String> {
        let mut terms = (self.load.terms)()?;
        self.session.overrides.apply(&mut terms);
        let runtime = runtime()?;
        panics::show_next();
        let ended = self.run_on(&runtime, &terms);
        // Calls that block their thread are not waited for.
        runtime.shutdown_background();
        ended
    }

    fn run_on(&self, runtime: &Runtime, terms: &Terms) -> Result<(), String> {
        let prepared = match self.bounded(runtime, (self.load.prepare)(), terms.setup_timeout) {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(error)) => return self.not_run(terms, &format!("setup failed: {error}")),
            Err(why) => return self.not_run(terms, &format!("setup {why}")),
        };
        let Prepared { worker, teardown } = prepared;
        let made = match self.session.interrupts.first() {
            Some(signal) => self.not_run(terms, &format!("not run: {signal}")),
            None => self.make(runtime, terms, worker),
        };
        let torn_down = match self.bounded(runtime, teardown(), terms.setup_timeout) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("teardown failed: {error}")),
            Err(why) => Err(format!("teardown {why}")),
        };
        match (made, torn_down) {
            (Err(made), Err(torn_down)) => Err(format!("{made}\n{torn_down}")),
            (made, torn_down) => made.and(torn_down),
        }
    }

    /// Makes the calls, judges, and writes the report.
    fn make(&self, runtime: &Runtime, terms: &Terms, worker: crate::Worker) -> Result<(), String> {
        let worker = worker.with_offer(self.name, terms.offer);
        let assignment = Assignment { worker, rps: terms.rps, duration: Some(terms.duration) };
        let begun = {
            let _context = runtime.enter();
            begin(vec![assignment])
        };
        let measured = begun.map_err(|error| error.to_string())?.remove(0);
        let signal = self.watch(runtime, terms, &measured);
        let mut report = measured.report();
        drop(measured);
        report.set_judgement(judge(&terms.thresholds, &report.evidence()));
        if let Some(signal) = signal {
            report.fail(format!("cut short by {signal} after {} of {}", time::rounded(report.elapsed), time::format(terms.duration)));
        }
        self.publish(report)
    }

    /// Waits until the run is over; gives the signal that cut it short.
    fn watch(&self, runtime: &Runtime, terms: &Terms, measured: &Measured) -> Option<&'static str> {
        let live = std::io::stderr().is_terminal();
        let progress = Progress::new(self.name, terms, live);
        std::thread::scope(|scope| {
            let (done, is_done) = std::sync::mpsc::channel::<()>();
            scope.spawn(move || progress.show(&is_done, || measured.endings()));
            let signal = runtime.block_on(self.over(measured));
            drop(done);
            signal
        })
    }

    async fn over(&self, measured: &Measured) -> Option<&'static str> {
        let mut interrupts = self.session.interrupts.clone();
        let mut signals = 0;
        loop {
            tokio::select! {
                biased;
                () = measured.over() => return interrupts.first().filter(|_| signals > 0),
                heard = interrupts.more_than(signals) => {
                    signals = heard;
                    measured.stop().stop(Some(if heard == 1 { GRACE_AFTER_SIGNAL } else { Duration::ZERO }));
                }
            }
        }
    }

    /// Writes the report of a load of which no call was made, so that no older one stays.
    fn not_run(&self, terms: &Terms, why: &str) -> Result<(), String> {
        let load = Asked::new(terms.rps.per_second(), Some(terms.duration), terms.schedule().ticks(), &terms.offer);
        let mut report = Report::new(self.name, Ledger::default(), Ledger::default(), Seen::default(), Duration::ZERO, load);
        report.fail(why.to_string());
        self.publish(report)
    }

    /// Writes `report.json`, prints the summary, and gives what the failing test says.
    fn publish(&self, mut report: Report) -> Result<(), String> {
        report.file = Some(self.load.file.to_string());
        report.line = Some(self.load.line);
        let path = self.session.home.report(self.name);
        let place = match write_aside(&path, &report.to_json()) {
            Ok(()) => format!("  report      {}\n", shown(&path)),
            Err(error) => {
                report.fail(format!("the report cannot be written: {error}"));
                String::new()
            }
        };
        eprint!("\n{report}{place}");
        if report.verdict == Some(Verdict::Passed) { Ok(()) } else { Err(format!("{}{place}", report.failure())) }
    }

    /// Runs a setup or a teardown, which may panic or block, for as long as it may take.
    ///
    /// It has a thread of its own: a teardown runs also where calls block every thread of the runtime.
    fn bounded<T: Send + 'static>(&self, runtime: &Runtime, future: Boxed<T>, most: Duration) -> Result<T, String> {
        let (cancel, canceled) = oneshot::channel::<()>();
        let handle = runtime.handle().clone();
        let thread = std::thread::Builder::new().name("pusher-setup".to_string());
        let thread = thread.spawn(move || {
            handle.block_on(async {
                tokio::select! { value = future => Some(value), _ = canceled => None }
            })
        });
        let thread = thread.map_err(|error| format!("has no thread: {error}; raise the limit on threads (`ulimit -u`)"))?;
        let why = self.wait(most, || thread.is_finished());
        if thread.is_finished() {
            let ended = thread.join().map_err(|panic| format!("panicked: {}", panic_message(&*panic)))?;
            return Ok(ended.expect("it ends by itself as long as `cancel` is held"));
        }
        drop(cancel);
        Err(why)
    }

    /// Waits until `is_done`, or says why it is waited no longer.
    fn wait(&self, most: Duration, is_done: impl Fn() -> bool) -> String {
        let (mut deadline, before) = (Instant::now() + most, self.session.interrupts.count());
        let mut heard = before;
        while !is_done() && Instant::now() < deadline {
            std::thread::sleep(LOOK);
            let count = self.session.interrupts.count();
            if count > heard {
                let grace = if heard == before && count == before + 1 { GRACE_AFTER_SIGNAL } else { Duration::ZERO };
                deadline = deadline.min(Instant::now() + grace);
                heard = count;
            }
        }
        match self.session.interrupts.first() {
            Some(signal) if heard > before => format!("was cut short by {signal}"),
            _ => format!("took longer than {}: raise `setup_timeout`", time::format(most)),
        }
    }
}

/// The load's own runtime: at least two threads, so that a target which blocks one does not stop the clock of the other.
fn runtime() -> Result<Runtime, String> {
    let threads = std::thread::available_parallelism().map_or(2, |threads| threads.get().max(2));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(threads).thread_name("pusher-worker").on_thread_start(no_timer_slack).enable_all();
    builder
        .build()
        .map_err(|error| format!("cannot start a runtime: {error}; raise the limits on threads and files (`ulimit -u`, `ulimit -n`)"))
}

/// A path as short as it can be from here.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
