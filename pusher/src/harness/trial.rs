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
//!   for each load, in order    setup ─► compare_setup ─► data ─► setup_worker of each station
//!      │                       or lane; each that succeeds may owe a teardown
//!      │
//!      ├── all succeeded ────► Fate::Ready    the calls of all loads, side by side;
//!      │                                      then the verdict and the report of each
//!      ├── an error, a panic,► Fate::NotRun   no calls; the report of each load says why
//!      │   a timeout, a signal
//!      ├── a skip ───────────► Fate::Skipped  no calls, no reports: the test is ignored
//!      ▼
//!   all teardowns owed         the last first, whatever happened; one that fails, fails the test,
//!      │                       and so does a signal meanwhile
//!      ▼
//!   baselines                  if all of that has passed, and `--save-baseline` was given
//! ```

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::{Completion, Failed};

use super::args::Args;
use super::baselines::Baselines;
use super::capacity::Rig;
use super::home::Home;
use super::interrupt::Interrupts;
use super::lock::Queue;
use super::overrides::Overrides;
use super::panics;
use super::phase::{Silence, Stopped};
use super::publish::{Made, Publisher};
use super::published::{Published, SaidOfRun};
use super::ready::{NotReady, Owed, PhaseRunner, ReadyTargets};
use super::registry::SharedState;
use super::reserve::Reserve;
use super::runtime::LoadRuntime;
use super::say::say;
use super::shared::Shared;
use super::suite::{Member, Test};
use super::watch::{BegunRuns, Watch};
use crate::engine::generator_watch::tasks_ready;
use crate::engine::panics::panic_message;
use crate::plan::terms::Terms;
use crate::plan::words::Clock;
use crate::report::Asked;
use crate::report::first_run::FirstRun;
use crate::report::progress::Progress;
use crate::report::text::{hanging, printable};
use crate::verdict::generator::Gauge;
use crate::work::{Assignment, LoadParts, Measured, together};

/// All that the tests of a process share.
pub(crate) struct Session {
    overrides: Overrides,
    /// The seed of random numbers, unless a load has its own.
    seed: u64,
    fail_fast: bool,
    has_failed: AtomicBool,
    /// Whether a test that failed is run once more.
    confirm: bool,
    folders: Folders,
    reserve: Reserve,
    queue: Queue,
    interrupts: Interrupts,
    shared: Shared,
}

/// Where reports are written, and where baselines are kept.
pub(crate) struct Folders {
    pub(crate) home: Home,
    pub(crate) baselines: Baselines,
}

impl Session {
    pub(crate) fn new(
        args: &Args,
        folders: Folders,
        interrupts: Interrupts,
        shared: Shared,
    ) -> Session {
        Session {
            confirm: args.overrides.confirm,
            overrides: args.overrides.clone(),
            seed: RandomState::new().hash_one("seed") >> 11,
            fail_fast: args.fail_fast,
            has_failed: AtomicBool::new(false),
            queue: Queue::new(folders.home.lock()),
            folders,
            reserve: Reserve::new(),
            interrupts,
            shared,
        }
    }

    fn publisher<'a>(&'a self, first: &'a [FirstRun]) -> Publisher<'a> {
        let Folders { home, baselines } = &self.folders;
        Publisher {
            home,
            reserve: &self.reserve,
            baselines,
            first,
            judged: RefCell::default(),
            published: Published::default(),
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
    session.publisher(&[]).remove_old_reports(test);
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
    let ran = run_or_confirm(test, session);
    if ran.is_err() {
        session.has_failed.store(true, Ordering::SeqCst);
    }
    ran.map_err(Failed::from)
}

/// Runs a test, and once more if its loads were made and did not pass, and that is to be confirmed.
fn run_or_confirm(test: &Test, session: &Session) -> Result<Completion, String> {
    let trial = Trial::new(session, test, &[]);
    let failure = match trial.run(test) {
        Err(failure) => failure,
        ran => return ran,
    };
    let first = trial.publisher.judged.take();
    let is_final = !session.confirm
        || trial.has_other_failures.get()
        || first.iter().all(FirstRun::has_passed)
        || session.interrupts.first().is_some();
    if is_final {
        return Err(failure);
    }
    let failure = trial.publisher.keep_as_first(test, failure);
    say_below(&format!("{}: not passed: --confirm makes it once more", test.name));
    Trial::new(session, test, &first)
        .run(test)
        .map_err(|again| format!("{failure}\n--confirm made it once more:\n\n{again}"))
}

struct Trial<'a> {
    session: &'a Session,
    publisher: Publisher<'a>,
    /// The name of the test.
    name: &'a str,
    /// Whether something else failed than the verdict on a load, such as a setup.
    has_other_failures: Cell<bool>,
}

/// A load of the test, on its terms.
struct Entry<'a> {
    member: &'a Member,
    terms: Terms,
}

/// What becomes of all loads of a test once their setups are over.
enum Fate<'a> {
    /// Their calls are made.
    Ready(Vec<(Entry<'a>, ReadyTargets)>),
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

impl<'a> Trial<'a> {
    fn new(session: &'a Session, test: &'a Test, first: &'a [FirstRun]) -> Trial<'a> {
        let publisher = session.publisher(first);
        Trial { session, publisher, name: &test.name, has_other_failures: Cell::new(false) }
    }

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
                terms.check_windows()?;
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
        let silence = Silence::begin();
        let phases = PhaseRunner { runtime, interrupts, shared, silence, waited: Cell::default() };
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
        self.has_other_failures.set(failures.0.len() != self.publisher.not_passed());
        self.save(&mut failures);
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
                Ok(targets) => ready.push((entry, targets)),
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
                self.publisher.fail_afterwards(Some(&member.name), why);
            }
            failures.add_at(member, torn_down);
        }
        let interrupts = &self.session.interrupts;
        if let Some(signal) = interrupts.first().filter(|_| interrupts.count() > before) {
            let why = format!("{signal} came during the teardown");
            self.publisher.fail_afterwards(None, &why);
            failures.add(Err(why));
        }
    }

    /// Saves the runs as baselines, if that was asked for, and the whole test has passed.
    fn save(&self, failures: &mut Failures) {
        let has_passed = failures.0.is_empty();
        let told = if has_passed { self.publisher.save() } else { self.publisher.save_none() };
        for SaidOfRun { name, said } in told {
            let text = said.as_ref().unwrap_or_else(|why| why);
            say_below(&format!("{name}: {text}"));
            failures.add(said.map(drop).map_err(|why| format!("{name}: {why}\n")));
        }
    }

    /// Teardowns are owed even after a mistake of pusher's own.
    fn make_and_survive(
        &self,
        runtime: &LoadRuntime,
        loads: Vec<(Entry<'_>, ReadyTargets)>,
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
        loads: Vec<(Entry<'_>, ReadyTargets)>,
        failures: &mut Failures,
    ) {
        let (mut assignments, mut entries) = (Vec::new(), Vec::new());
        for (entry, targets) in loads {
            if let Some(goal) = &entry.terms.capacity {
                let (member, terms, worker) = (entry.member, &entry.terms, targets.own);
                let interrupts = &self.session.interrupts;
                let rig = Rig { runtime, interrupts, member, terms, worker };
                failures.add(rig.search(goal, &self.publisher));
                continue;
            }
            assignments.extend(assignments_of(&entry, targets));
            entries.push(entry);
        }
        if entries.is_empty() {
            return;
        }
        let tasks_ready = self.tasks_ready(&entries);
        let mut begun = match BegunRuns::new(runtime, assignments, parts_of(&entries)) {
            Ok(begun) => begun,
            Err(error) => {
                return entries.iter().for_each(|Entry { member, terms }| {
                    failures.add(self.publisher.not_run(member, terms, &error.to_string()));
                });
            }
        };
        let (all, looks) = (begun.all.clone(), begun.looks.clone());
        let told = |tasks| all.iter().for_each(|measured| measured.tell_tasks_ready(tasks));
        tasks_ready.into_iter().for_each(told);
        let loads = loads_of(&entries, &all);
        let headlines =
            entries.iter().zip(&loads).map(|(entry, load)| (entry.member.name.as_str(), load));
        entries.iter().zip(&loads).for_each(|(entry, load)| say_out_of_reach(entry, load));
        let progress = Progress::new(self.name, headlines);
        let interrupts = &self.session.interrupts;
        let cut_short = Watch { runtime, interrupts, begun: &mut begun }.until_over(progress);
        let mut rest = &all[..];
        for (nth, Entry { member, terms }) in entries.iter().enumerate() {
            let (side_by_side, others) = rest.split_at(terms.workers_of_all() as usize);
            rest = others;
            let beside = beside(nth, &entries, &loads);
            let made = Made { side_by_side, cut_short, looks: looks.at(nth), beside };
            failures.add(self.publisher.judged(member, terms, &made));
        }
    }
}

impl Trial<'_> {
    /// How many tasks of the machine are ready to run before calls are made, unless they are made
    /// in virtual time. Too many are told of at once.
    fn tasks_ready(&self, entries: &[Entry<'_>]) -> Option<u64> {
        let is_real = entries.iter().all(|entry| entry.terms.clock == Clock::Real);
        let tasks = if is_real { tasks_ready() } else { None }?;
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        if let Some(sentence) = Gauge::ready(tasks, cores).before_the_load() {
            say_below(&format!("{}: {sentence}", self.name));
        }
        Some(tasks)
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

fn without_workers<'a>(ready: Vec<(Entry<'a>, ReadyTargets)>) -> impl Iterator<Item = Entry<'a>> {
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

/// The parts by which the thresholds of each load are judged, if there are any.
fn parts_of(entries: &[Entry<'_>]) -> Vec<Option<LoadParts>> {
    let mut first = 0;
    let of_entry = |Entry { member, terms }: &Entry<'_>| {
        let workers = first..first + terms.workers as usize;
        first += terms.workers_of_all() as usize;
        LoadParts::of(&member.name, terms, workers)
    };
    entries.iter().map(of_entry).collect()
}

/// The loads that are made side by side with this one, in words; none if it is alone.
fn beside(nth: usize, entries: &[Entry<'_>], loads: &[Asked]) -> Option<String> {
    let both = entries.iter().zip(loads).enumerate().filter(|(other, _)| *other != nth);
    let words = both.map(|(_, (entry, load))| {
        let load = Asked { seed: None, ..load.clone() };
        format!("{} with {}", entry.member.name, load.words())
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// What the Workers of each load are to do together.
fn loads_of(entries: &[Entry<'_>], mut all: &[Measured]) -> Vec<Asked> {
    let mut loads = Vec::new();
    for entry in entries {
        let (both, rest) = all.split_at(entry.terms.workers_of_all() as usize);
        let own = &both[..entry.terms.workers as usize];
        let compare = entry.member.load.functions.compare.map(str::to_string);
        loads.push(Asked { compare, ..together(own.iter().map(Measured::load)) });
        all = rest;
    }
    loads
}

/// What each Worker of a load is to do: those of its own target, and then those of the other.
fn assignments_of(Entry { member, terms }: &Entry<'_>, targets: ReadyTargets) -> Vec<Assignment> {
    let other = targets.other.map(|worker| {
        let name = member.load.functions.compare.unwrap_or_default();
        Assignment::of_target(name, &terms.of_other(), worker)
    });
    let own = Assignment::of_target(&member.name, terms, targets.own);
    own.into_iter().chain(other.into_iter().flatten()).collect()
}
