//! One test, of a load or a farm: from the setups to the teardowns, and what it says.

use std::hash::{BuildHasher, RandomState};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use libtest_mimic::{Completion, Failed};

use super::args::Overrides;
use super::home::{Home, write_aside};
use super::interrupt::Interrupts;
use super::lock::Turns;
use super::panics;
use super::ready::{Backstage, NotReady};
use super::runtime::LoadRuntime;
use super::stage::{GRACE_AFTER_SIGNAL, Stopped};
use super::suite::{Member, Test};
use super::virtual_time::{STANDSTILL, VirtualTime};
use crate::engine::panic_message;
use crate::engine::worker::Worker;
use crate::plan::terms::{Clock, Judging, Terms};
use crate::plan::time;
use crate::report::progress::Progress;
use crate::report::text::printable;
use crate::report::{Asked, Data, Report};
use crate::statistics::Seen;
use crate::statistics::ledger::{Endings, Ledger};
use crate::verdict::judge::{Verdict, judge, judge_nothing};
use crate::work::{Assignment, Measured, begin, merged, together};

/// What all tests of a run have in common.
pub(crate) struct Session {
    overrides: Overrides,
    /// What random numbers begin from where nothing says it.
    seed: u64,
    fail_fast: bool,
    has_failed: AtomicBool,
    home: Home,
    turns: Turns,
    interrupts: Interrupts,
}

impl Session {
    pub(crate) fn new(
        overrides: Overrides,
        fail_fast: bool,
        home: Home,
        interrupts: Interrupts,
    ) -> Session {
        let turns = Turns::new(home.lock(), |name| std::env::var_os(name));
        let seed = RandomState::new().hash_one("seed") >> 11;
        Session {
            overrides,
            seed,
            fail_fast,
            has_failed: AtomicBool::new(false),
            home,
            turns,
            interrupts,
        }
    }
}

/// Runs a test when its turn has come.
pub(crate) fn run(test: &Test, session: &Session) -> Result<Completion, Failed> {
    remove_old_reports(test, &session.home);
    let interrupted = || session.interrupts.first().is_some();
    let _turn = session.turns.take(&test.name, &interrupted);
    if let Some(signal) = session.interrupts.first() {
        return Err(format!("not run: {signal}").into());
    }
    if session.fail_fast && session.has_failed.load(Ordering::SeqCst) {
        return Ok(Completion::ignored_with(
            "not run: an earlier load failed, and --fail-fast was given",
        ));
    }
    let ran = Trial { session }.run(test);
    if ran.is_err() {
        session.has_failed.store(true, Ordering::SeqCst);
    }
    ran.map_err(Failed::from)
}

/// Whatever becomes of this process, no older report is to be taken for this run's: neither a
/// load's nor its Workers'.
fn remove_old_reports(test: &Test, home: &Home) {
    for member in &test.members {
        // There may be none.
        let _ = std::fs::remove_file(home.report(&member.name));
        let copies = (0..).map(|copy| home.report(&format!("{}::{copy}", member.name)));
        copies.take_while(|copy| std::fs::remove_file(copy).is_ok()).count();
    }
}

struct Trial<'a> {
    session: &'a Session,
}

/// A load before which all has been run.
struct Ready<'a> {
    member: &'a Member,
    terms: Terms,
    worker: Worker,
}

/// What a test says in the end: a text for each thing that went wrong.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    /// A text of a report, which says itself of which load it is.
    fn note(&mut self, reported: Result<(), String>) {
        self.0.extend(reported.err());
    }

    fn note_at(&mut self, member: &Member, outcome: Result<(), String>) {
        self.note(
            outcome.map_err(|text| format!("{}: {text} ({})\n", member.name, member.load.place())),
        );
    }
}

impl Trial<'_> {
    fn run(&self, test: &Test) -> Result<Completion, String> {
        let mut wrong = Wrong::default();
        let mut completion = Completion::Completed;
        let asked = self.asked(test, &mut wrong);
        if wrong.0.is_empty() {
            let runtime = LoadRuntime::start(clock(&asked)?)?;
            panics::show_next();
            completion = self.run_on(&runtime, asked, &mut wrong);
            runtime.end();
        }
        if wrong.0.is_empty() { Ok(completion) } else { Err(wrong.0.join("\n")) }
    }

    /// The terms of each load, with what the command line puts in their place.
    fn asked<'a>(&self, test: &'a Test, wrong: &mut Wrong) -> Vec<(&'a Member, Terms)> {
        let mut asked = Vec::new();
        for member in &test.members {
            match (member.load.terms)() {
                Ok(mut terms) => {
                    match self.session.overrides.apply(&member.names(&test.name), &mut terms) {
                        Ok(()) => {
                            terms.seed = terms.seed.or(Some(self.session.seed));
                            asked.push((member, terms));
                        }
                        Err(text) => wrong.note_at(member, Err(text)),
                    }
                }
                Err(text) => wrong.note_at(member, Err(text)),
            }
        }
        asked
    }

    /// The loads from their setups to their teardowns, unless a setup skips.
    fn run_on(
        &self,
        runtime: &LoadRuntime,
        asked: Vec<(&Member, Terms)>,
        wrong: &mut Wrong,
    ) -> Completion {
        let backstage = Backstage { runtime, interrupts: &self.session.interrupts };
        let (mut ready, mut owed, mut stopped, mut skipped) = (Vec::new(), Vec::new(), None, None);
        for (member, mut terms) in asked {
            stopped = stopped.or_else(|| {
                self.session.interrupts.first().map(|signal| format!("not run: {signal}"))
            });
            if let Some(why) = &stopped {
                wrong.note(self.not_run(member, &terms, why));
                continue;
            }
            match backstage.get_ready(member, &mut terms, &mut owed) {
                Ok(worker) => ready.push(Ready { member, terms, worker }),
                Err(NotReady { stopped: Stopped::Skipped(reason), .. }) => {
                    let reason = printable(&reason);
                    say(&format!("\n{}: skipped: {reason}\n", member.name));
                    skipped = Some(reason);
                    break;
                }
                Err(NotReady { stage, stopped: Stopped::Failed(why) }) => {
                    wrong.note(self.not_run(member, &terms, &format!("{stage} {why}")));
                    stopped = Some(format!("not run: the {stage} of {} {why}", member.name));
                }
            }
        }
        let interrupted =
            self.session.interrupts.first().map(|signal| format!("not run: {signal}"));
        match stopped.or(interrupted) {
            _ if skipped.is_some() => {}
            Some(why) => ready
                .iter()
                .for_each(|ready| wrong.note(self.not_run(ready.member, &ready.terms, &why))),
            None => self.make_and_survive(runtime, ready, wrong),
        }
        let signals = self.session.interrupts.count();
        for owed in owed.into_iter().rev() {
            let (member, stage) = (owed.member, owed.stage.clone());
            let torn_down =
                backstage.tear_down(owed).map_err(|stopped| why_not_torn_down(&stage, stopped));
            if let Err(why) = &torn_down {
                // The report has been written before, and may say that the load has passed.
                say(&format!("\n{}: failed: {}\n", member.name, printable(why)));
            }
            wrong.note_at(member, torn_down);
        }
        if let Some(signal) =
            self.session.interrupts.first().filter(|_| self.session.interrupts.count() > signals)
        {
            wrong.0.push(format!("{signal} came during the teardown"));
        }
        match (skipped, self.session.interrupts.first()) {
            (Some(reason), None) => Completion::ignored_with(reason),
            (Some(_), Some(signal)) => {
                wrong.0.push(format!("not run: {signal}"));
                Completion::Completed
            }
            (None, _) => Completion::Completed,
        }
    }

    /// The teardowns are owed whatever happens here.
    fn make_and_survive(&self, runtime: &LoadRuntime, ready: Vec<Ready<'_>>, wrong: &mut Wrong) {
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.make(runtime, ready, wrong)
        }));
        if let Err(panic) = made {
            wrong.0.push(format!(
                "pusher itself panicked, please report it: {}",
                panic_message(&*panic)
            ));
        }
    }

    /// Makes the calls of all loads side by side, judges each, and writes the reports.
    fn make(&self, runtime: &LoadRuntime, ready: Vec<Ready<'_>>, wrong: &mut Wrong) {
        let (mut assignments, mut made) = (Vec::new(), Vec::new());
        for Ready { member, terms, worker } in ready {
            assignments.extend(assignments_of(member, &terms, worker));
            made.push((member, terms));
        }
        let mut all = match runtime.at_once(move || begin(assignments)) {
            Ok(all) => all,
            Err(error) => {
                made.iter().for_each(|(member, terms)| {
                    wrong.note(self.not_run(member, terms, &error.to_string()))
                });
                return;
            }
        };
        let loads: Vec<Asked> = loads_of(&made, &all);
        let headlines =
            made.iter().zip(&loads).map(|((member, _), load)| (member.name.as_str(), load));
        let signal =
            self.watch(runtime, Progress::new(headlines, std::io::stderr().is_terminal()), &all);
        for (member, terms) in &made {
            let side_by_side: Vec<Measured> = all.drain(..terms.workers as usize).collect();
            wrong.note(self.judge(member, terms, &side_by_side, signal));
        }
    }

    /// Waits until all runs are over; gives the signal that cut them short.
    fn watch(
        &self,
        runtime: &LoadRuntime,
        progress: Progress,
        all: &[Measured],
    ) -> Option<&'static str> {
        std::thread::scope(|scope| {
            let (done, is_done) = std::sync::mpsc::channel::<()>();
            scope.spawn(move || progress.show(&is_done, || so_far(all)));
            let signal = runtime.block_on(self.over(all));
            drop(done);
            signal
        })
    }

    async fn over(&self, all: &[Measured]) -> Option<&'static str> {
        let mut interrupts = self.session.interrupts.clone();
        let (mut signals, mut virtual_time) = (0, VirtualTime::watch(all));
        for measured in all {
            loop {
                tokio::select! {
                    biased;
                    () = measured.over() => break,
                    () = virtual_time.has_stopped(signals > 0) => {
                        all.iter().for_each(|measured| measured.stop().abandon());
                        if signals == 0 {
                            return Some(STANDSTILL);
                        }
                    }
                    heard = interrupts.more_than(signals) => {
                        signals = heard;
                        self.say_what_a_signal_does(&interrupts, heard);
                        let grace = if heard == 1 { GRACE_AFTER_SIGNAL } else { Duration::ZERO };
                        all.iter().for_each(|measured| measured.stop().stop(Some(grace)));
                        if heard > 1 && all[0].is_virtual() {
                            all.iter().for_each(|measured| measured.stop().abandon());
                        }
                    }
                }
            }
        }
        interrupts.first().filter(|_| signals > 0)
    }

    fn say_what_a_signal_does(&self, interrupts: &Interrupts, heard: u32) {
        let signal = interrupts.first().unwrap_or_default();
        if heard == 1 {
            let grace = time::format(GRACE_AFTER_SIGNAL);
            say(&format!(
                "\n{signal}: no more ticks; calls in flight get up to {grace}, or none at a second signal\n"
            ));
        }
    }

    fn judge(
        &self,
        member: &Member,
        terms: &Terms,
        side_by_side: &[Measured],
        signal: Option<&str>,
    ) -> Result<(), String> {
        let mut report = merged(&member.name, side_by_side);
        report.set_judgement(match terms.judging {
            Judging::On => judge(&terms.thresholds, &report.evidence()),
            Judging::Off => judge_nothing(&terms.thresholds, &report.evidence()),
        });
        if let Some(signal) = signal {
            report.reasons.clear();
            report.fail(cut_short(signal, side_by_side[0].ended(), &report.load));
        }
        if let Some(stuck) = side_by_side.iter().find_map(Measured::stuck) {
            report.fail(stuck);
        }
        if terms.workers > 1 {
            for (copy, measured) in side_by_side.iter().enumerate() {
                let path = self.session.home.report(&format!("{}::{copy}", member.name));
                let mut of_one = measured.report();
                of_one.load.case = member.case_text();
                if let Err(error) = write_aside(&path, &of_one.to_json()) {
                    report.fail(format!("the report of a worker cannot be written: {error}"));
                }
            }
        }
        self.publish(member, report)
    }

    /// Writes the report of a load of which no call was made, so that no older one stays.
    fn not_run(&self, member: &Member, terms: &Terms, why: &str) -> Result<(), String> {
        let of_each: Vec<Asked> =
            (0..terms.workers).map(|worker| Asked::of_terms(terms, &terms.order(worker))).collect();
        let load = Asked { data: Data::of_terms(terms, 0), ..together(of_each.iter()) };
        let mut report = Report::new(
            &member.name,
            Ledger::default(),
            Ledger::default(),
            Seen::default(),
            Duration::ZERO,
            load,
        );
        report.fail(why.to_string());
        self.publish(member, report)
    }

    /// Writes `report.json`, prints the summary, and gives what the failing test says.
    fn publish(&self, member: &Member, mut report: Report) -> Result<(), String> {
        report.file = Some(member.load.file.to_string());
        report.line = Some(member.load.line);
        report.load.case = member.case_text();
        let path = self.session.home.report(&member.name);
        let place = match write_aside(&path, &report.to_json()) {
            Ok(()) => format!("  report      {}\n", shown(&path)),
            Err(error) => {
                report.fail(format!("the report cannot be written: {error}"));
                String::new()
            }
        };
        say(&format!("\n{report}{place}"));
        if report.verdict == Some(Verdict::Passed) {
            Ok(())
        } else {
            Err(format!("{}{place}", report.failure()))
        }
    }
}

fn why_not_torn_down(stage: &str, stopped: Stopped) -> String {
    match stopped {
        Stopped::Skipped(reason) => {
            format!("{stage} cannot skip a load, only a setup can: {reason}")
        }
        Stopped::Failed(why) => format!("{stage} {why}"),
    }
}

fn cut_short(signal: &str, ended: Duration, load: &Asked) -> String {
    if ended.is_zero() && !load.warmup.is_zero() {
        return format!("cut short by {signal} during the warm-up");
    }
    let whole =
        load.duration.map(|duration| format!(" of {}", time::format(duration))).unwrap_or_default();
    format!("cut short by {signal} after {}{whole}", time::rounded(ended))
}

/// The clock that all loads of a test go by.
fn clock(asked: &[(&Member, Terms)]) -> Result<Clock, String> {
    let clock = asked.first().map(|(_, terms)| terms.clock).unwrap_or_default();
    match asked.iter().find(|(_, terms)| terms.clock != clock) {
        None => Ok(clock),
        Some((other, _)) => {
            let (one, two) = (asked[0].0.load.place(), other.load.place());
            Err(format!(
                "loads of one farm go by different clocks, at {one} and at {two}: give both the same `time`\n"
            ))
        }
    }
}

/// What each load's Workers are to do together.
fn loads_of(made: &[(&Member, Terms)], mut all: &[Measured]) -> Vec<Asked> {
    let mut loads = Vec::new();
    for (_, terms) in made {
        let (own, rest) = all.split_at(terms.workers as usize);
        loads.push(together(own.iter().map(Measured::load)));
        all = rest;
    }
    loads
}

/// What each Worker of a load is to do.
fn assignments_of(member: &Member, terms: &Terms, worker: Worker) -> Vec<Assignment> {
    let worker = worker.with_offer(&member.name, terms.offer);
    match terms.workers {
        1 => vec![Assignment::new(worker, terms, 0)],
        copies => (0..copies)
            .map(|copy| {
                Assignment::new(
                    worker.copy(format!("{} #{copy}", member.name), copy as usize),
                    terms,
                    copy,
                )
            })
            .collect(),
    }
}

/// How calls have ended so far, and how many ticks were canceled.
fn so_far(all: &[Measured]) -> (Endings, u64) {
    let mut endings = Endings::default();
    all.iter().for_each(|measured| endings.add(&measured.endings()));
    (endings, all.iter().map(Measured::canceled).sum())
}

/// Prints on standard error. Where that is closed or full, there is nothing to be done about it,
/// and no load fails for it.
pub(crate) fn say(text: &str) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// A path as short as it can be from here.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
