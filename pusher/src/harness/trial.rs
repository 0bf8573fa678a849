//! [`Trial`]: one test, of a load or a farm, from the first setup to the last teardown.
//!
//! ```text
//!   the queue                  after a signal, or a failed load under --fail-fast: not run
//!      │
//!   the terms of each load     the attribute, then the overrides; after a mistake: failed
//!      │
//!   the setup of `main!`       for the first test alone; after an error all fail, after a skip
//!      │                       all are ignored
//!   a runtime                  on the real clock or on a virtual one
//!      │
//!   for each load, in order    setup ─► data ─► setup_worker of each station or lane
//!      │                       each that succeeds may owe a teardown
//!      │
//!      ├── all succeeded ────► Fate::Ready    the calls of all loads, side by side;
//!      │                                      then the verdict and the report of each
//!      ├── an error, a panic,► Fate::NotRun   no calls; the report of each load says why
//!      │   a timeout, a signal
//!      ├── a skip ───────────► Fate::Skipped  no calls, no reports: the test is ignored
//!      ▼
//!   all teardowns owed         the last first, whatever happened; one that fails, fails the test,
//!                              and so does a signal meanwhile
//! ```

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::{Completion, Failed};

use super::args::Args;
use super::capacity::Rig;
use super::home::Home;
use super::interrupt::Interrupts;
use super::lock::Queue;
use super::overrides::Overrides;
use super::panics;
use super::phase::{Silence, Stopped};
use super::publish::Publisher;
use super::ready::{NotReady, Owed, PhaseRunner};
use super::registry::SharedState;
use super::reserve::Reserve;
use super::runtime::LoadRuntime;
use super::say::say;
use super::shared::Shared;
use super::suite::{Member, Test};
use super::watch::Watch;
use crate::engine::panics::panic_message;
use crate::engine::worker::Worker;
use crate::plan::terms::Terms;
use crate::report::Asked;
use crate::report::progress::Progress;
use crate::report::text::{hanging, printable};
use crate::work::{Assignment, Measured, begin, together};

/// All that the tests of a process share.
pub(crate) struct Session {
    overrides: Overrides,
    /// The seed of random numbers, unless a load has its own.
    seed: u64,
    fail_fast: bool,
    has_failed: AtomicBool,
    home: Home,
    reserve: Reserve,
    queue: Queue,
    interrupts: Interrupts,
    shared: Shared,
}

impl Session {
    pub(crate) fn new(args: &Args, home: Home, interrupts: Interrupts, shared: Shared) -> Session {
        Session {
            overrides: args.overrides.clone(),
            seed: RandomState::new().hash_one("seed") >> 11,
            fail_fast: args.fail_fast,
            has_failed: AtomicBool::new(false),
            queue: Queue::new(home.lock()),
            home,
            reserve: Reserve::new(),
            interrupts,
            shared,
        }
    }

    /// Runs the teardown of `main!`, when all tests have ended.
    ///
    /// # Errors
    ///
    /// What became of it: the process has failed.
    pub(crate) fn end(&self) -> Result<(), String> {
        let ended = self.shared.end(&self.interrupts);
        ended.map_err(|why| printable(&format!("the teardown of `main!` {why}")))
    }
}

/// Runs a test as soon as the queue lets it.
pub(crate) fn run(test: &Test, session: &Session) -> Result<Completion, Failed> {
    let publisher = Publisher { home: &session.home, reserve: &session.reserve };
    publisher.remove_old_reports(test);
    let is_interrupted = || session.interrupts.first().is_some();
    let _hold = session.queue.wait(&test.name, &is_interrupted);
    if let Some(signal) = session.interrupts.first() {
        return Err(not_run(signal).into());
    }
    if session.fail_fast && session.has_failed.load(Ordering::SeqCst) {
        return Ok(Completion::ignored_with(
            "not run: an earlier load failed, and --fail-fast was given",
        ));
    }
    let ran = Trial { session, publisher, name: &test.name }.run(test);
    if ran.is_err() {
        session.has_failed.store(true, Ordering::SeqCst);
    }
    ran.map_err(Failed::from)
}

struct Trial<'a> {
    session: &'a Session,
    publisher: Publisher<'a>,
    /// The name of the test.
    name: &'a str,
}

/// A load of the test, on its terms.
struct Entry<'a> {
    member: &'a Member,
    terms: Terms,
}

/// What becomes of all loads of a test once their setups are over.
enum Fate<'a> {
    /// Their calls are made.
    Ready(Vec<(Entry<'a>, Worker)>),
    /// No call is made: a setup went wrong, or a signal came. Each load has the reason.
    NotRun(Vec<(Entry<'a>, String)>),
    /// A setup skipped them.
    Skipped(Completion),
}

/// The texts of a failing test, one for each thing that went wrong.
#[derive(Default)]
struct Failures(Vec<String>);

impl Failures {
    /// Adds the text of a report, which names its load itself.
    fn add(&mut self, outcome: Result<(), String>) {
        self.0.extend(outcome.err());
    }

    /// Adds another text, with the name and the place of its load.
    fn add_at(&mut self, member: &Member, outcome: Result<(), String>) {
        self.add(outcome.map_err(|text| {
            hanging(&format!("{}: {text} ({})", member.name, member.load.place())) + "\n"
        }));
    }

    fn or<T>(self, value: T) -> Result<T, String> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0.join("\n")) }
    }
}

impl Trial<'_> {
    fn run(&self, test: &Test) -> Result<Completion, String> {
        let entries = self.entries(test)?;
        let clock = alike(&entries, |terms| terms.clock, "go by different clocks", "time")?;
        let threads =
            alike(&entries, |terms| terms.threads, "run on different runtimes", "runtime")?;
        let shared = match self.session.shared.state(&self.session.interrupts) {
            Ok(shared) => shared,
            Err(Stopped::Skipped(reason)) => return Ok(skipped(&test.name, &reason)),
            Err(Stopped::Failed(why)) => return self.not_shared(&entries, &why),
        };
        let runtime = LoadRuntime::start(clock, threads)?;
        panics::start_anew();
        let completion = self.run_on(&runtime, &shared, entries);
        runtime.end();
        self.tell_of_panics();
        completion
    }

    /// The setup of `main!` failed, so no load of the process is made.
    fn not_shared(&self, entries: &[Entry<'_>], why: &str) -> Result<Completion, String> {
        let (mut failures, why) = (Failures::default(), format!("the setup of `main!` {why}"));
        for Entry { member, terms } in entries {
            failures.add(self.publisher.not_run(member, terms, &why));
        }
        failures.or(Completion::Completed)
    }

    /// The loads, on the terms of their attributes and of what overrides these.
    fn entries<'m>(&self, test: &'m Test) -> Result<Vec<Entry<'m>>, String> {
        let (mut entries, mut failures) = (Vec::new(), Failures::default());
        for member in &test.members {
            let terms = (member.load.terms)().and_then(|mut terms| {
                self.session.overrides.apply(&member.names(&test.name), &mut terms)?;
                terms.seed = terms.seed.or(Some(self.session.seed));
                Ok(terms)
            });
            match terms {
                Ok(terms) => entries.push(Entry { member, terms }),
                Err(text) => failures.add_at(member, Err(text)),
            }
        }
        failures.or(entries)
    }

    fn run_on(
        &self,
        runtime: &LoadRuntime,
        shared: &SharedState,
        entries: Vec<Entry<'_>>,
    ) -> Result<Completion, String> {
        let interrupts = &self.session.interrupts;
        let phases = PhaseRunner { runtime, interrupts, shared, silence: Silence::begin() };
        let (mut owed, mut failures) = (Vec::new(), Failures::default());
        let skipped = match self.set_up(&phases, entries, &mut owed) {
            Fate::Ready(loads) => {
                self.make_and_survive(runtime, loads, &mut failures);
                None
            }
            Fate::NotRun(entries) => {
                entries.into_iter().for_each(|(entry, why)| {
                    failures.add(self.publisher.not_run(entry.member, &entry.terms, &why));
                });
                None
            }
            Fate::Skipped(reason) => Some(reason),
        };
        // Those of a teardown are printed again.
        self.tell_of_panics();
        let phases = PhaseRunner { silence: Silence::begin(), ..phases };
        self.tear_down(&phases, owed, &mut failures);
        if let Some(signal) = interrupts.first().filter(|_| skipped.is_some()) {
            failures.add(Err(not_run(signal)));
        }
        failures.or(skipped.unwrap_or(Completion::Completed))
    }

    fn tell_of_panics(&self) {
        for panics in panics::told() {
            say_below(&format!("{}: {panics}", self.name));
        }
    }

    /// Runs all phases before the calls, load by load. Teardowns that follow from them are added to
    /// `owed`.
    fn set_up<'m>(
        &self,
        phases: &PhaseRunner<'_>,
        entries: Vec<Entry<'m>>,
        owed: &mut Vec<Owed<'m>>,
    ) -> Fate<'m> {
        let (mut waiting, mut ready) = (entries.into_iter(), Vec::new());
        loop {
            if let Some(signal) = self.session.interrupts.first() {
                return Fate::not_run(
                    None,
                    waiting.chain(without_workers(ready)),
                    &not_run(signal),
                );
            }
            let Some(mut entry) = waiting.next() else { return Fate::Ready(ready) };
            let name = &entry.member.name;
            match phases.get_ready(entry.member, &mut entry.terms, owed) {
                Ok(worker) => ready.push((entry, worker)),
                Err(NotReady { stopped: Stopped::Skipped(reason), .. }) => {
                    return Fate::Skipped(skipped(name, &reason));
                }
                Err(NotReady { phase, stopped: Stopped::Failed(why) }) => {
                    let others = format!("not run: the {phase} of {name} {why}");
                    let first = (entry, format!("{phase} {why}"));
                    return Fate::not_run(
                        Some(first),
                        waiting.chain(without_workers(ready)),
                        &others,
                    );
                }
            }
        }
    }

    /// Runs the teardowns, the last first. An error is printed at once, for a report before it may
    /// say that its load has passed.
    fn tear_down(&self, phases: &PhaseRunner<'_>, owed: Vec<Owed<'_>>, failures: &mut Failures) {
        let before = self.session.interrupts.count();
        for owed in owed.into_iter().rev() {
            let member = owed.member;
            let torn_down = phases.tear_down(owed);
            if let Err(why) = &torn_down {
                say_below(&format!("{}: failed: {}", member.name, printable(why)));
            }
            failures.add_at(member, torn_down);
        }
        let interrupts = &self.session.interrupts;
        if let Some(signal) = interrupts.first().filter(|_| interrupts.count() > before) {
            failures.add(Err(format!("{signal} came during the teardown")));
        }
    }

    /// Teardowns are owed even after a mistake of pusher's own.
    fn make_and_survive(
        &self,
        runtime: &LoadRuntime,
        loads: Vec<(Entry<'_>, Worker)>,
        failures: &mut Failures,
    ) {
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.make(runtime, loads, failures)
        }));
        if let Err(panic) = made {
            failures.add(Err(format!(
                "pusher itself panicked, please report it: {}",
                panic_message(&*panic)
            )));
        }
    }

    /// Makes the calls of all loads side by side, judges each load, and publishes its report.
    fn make(
        &self,
        runtime: &LoadRuntime,
        loads: Vec<(Entry<'_>, Worker)>,
        failures: &mut Failures,
    ) {
        let (mut assignments, mut entries) = (Vec::new(), Vec::new());
        for (entry, worker) in loads {
            if let Some(goal) = &entry.terms.capacity {
                let (member, terms) = (entry.member, &entry.terms);
                let interrupts = &self.session.interrupts;
                let rig = Rig { runtime, interrupts, member, terms, worker };
                failures.add(rig.search(goal, &self.publisher));
                continue;
            }
            assignments.extend(assignments_of(&entry, worker));
            entries.push(entry);
        }
        if entries.is_empty() {
            return;
        }
        let mut all = match runtime.at_once(move |ground| begin(assignments, &ground?)) {
            Ok(all) => all,
            Err(error) => {
                return entries.iter().for_each(|Entry { member, terms }| {
                    failures.add(self.publisher.not_run(member, terms, &error.to_string()));
                });
            }
        };
        let loads = loads_of(&entries, &all);
        let headlines =
            entries.iter().zip(&loads).map(|(entry, load)| (entry.member.name.as_str(), load));
        entries.iter().zip(&loads).for_each(|(entry, load)| say_out_of_reach(entry, load));
        let progress = Progress::new(self.name, headlines);
        let watch = Watch { runtime, interrupts: &self.session.interrupts, all: &all };
        let cut_short = watch.until_over(progress);
        for Entry { member, terms } in &entries {
            let side_by_side: Vec<Measured> = all.drain(..terms.workers as usize).collect();
            failures.add(self.publisher.judged(member, terms, &side_by_side, cut_short));
        }
    }
}

impl<'a> Fate<'a> {
    /// One load, with a reason of its own, and all others, which share another.
    fn not_run(
        one: Option<(Entry<'a>, String)>,
        others: impl Iterator<Item = Entry<'a>>,
        why: &str,
    ) -> Fate<'a> {
        let others = others.map(|entry| (entry, why.to_string()));
        Fate::NotRun(one.into_iter().chain(others).collect())
    }
}

fn without_workers<'a>(ready: Vec<(Entry<'a>, Worker)>) -> impl Iterator<Item = Entry<'a>> {
    ready.into_iter().map(|(entry, _)| entry)
}

/// Says beforehand which thresholds the load can hardly meet.
fn say_out_of_reach(Entry { member, terms }: &Entry<'_>, load: &Asked) {
    let reach = load.reach();
    for hint in terms.thresholds.iter().filter_map(|threshold| threshold.out_of_reach(reach)) {
        say_below(&format!("{}: {hint}", member.name));
    }
}

/// Says something below an empty line, in lines that fit.
fn say_below(text: &str) {
    say(&format!("\n{}\n", hanging(text)));
}

/// Says that a load, or all of a test, is skipped.
fn skipped(name: &str, reason: &str) -> Completion {
    let reason = printable(reason);
    say_below(&format!("{name}: skipped: {reason}"));
    Completion::ignored_with(reason)
}

fn not_run(signal: &str) -> String {
    format!("not run: {signal}")
}

/// What the terms of all loads of a test say alike; the error has the key that says it, and what
/// the loads do if they differ.
fn alike<T: Copy + Default + PartialEq>(
    entries: &[Entry<'_>],
    said: fn(&Terms) -> T,
    differ: &str,
    key: &str,
) -> Result<T, String> {
    let first = entries.first().map(|entry| said(&entry.terms)).unwrap_or_default();
    match entries.iter().find(|entry| said(&entry.terms) != first) {
        None => Ok(first),
        Some(other) => {
            let (one, two) = (entries[0].member.load.place(), other.member.load.place());
            Err(format!(
                "loads of one farm {differ}, at {one} and at {two}: give both the same `{key}`\n"
            ))
        }
    }
}

/// What the Workers of each load are to do together.
fn loads_of(entries: &[Entry<'_>], mut all: &[Measured]) -> Vec<Asked> {
    let mut loads = Vec::new();
    for entry in entries {
        let (own, rest) = all.split_at(entry.terms.workers as usize);
        loads.push(together(own.iter().map(Measured::load)));
        all = rest;
    }
    loads
}

/// What each Worker of a load is to do.
fn assignments_of(Entry { member, terms }: &Entry<'_>, worker: Worker) -> Vec<Assignment> {
    let worker = worker.with_offer(&member.name, terms.offer);
    match terms.workers {
        1 => vec![Assignment::new(worker, terms, 0)],
        copies => (0..copies)
            .map(|copy| {
                let name = format!("{} #{copy}", member.name);
                Assignment::new(worker.copy(name, copy as usize), terms, copy)
            })
            .collect(),
    }
}
