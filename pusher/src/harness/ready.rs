//! [`PhaseRunner`]: all phases of a load before its first call, and the teardowns after its last.

use std::time::Duration;

use super::interrupt::Interrupts;
use super::phase::{self, Patience, Silence, Stopped};
use super::registry::{Boxed, Equip, Gather, Phases, Prepared, SharedState, Teardown};
use super::runtime::LoadRuntime;
use super::suite::Member;
use crate::engine::worker::Worker;
use crate::plan::terms::Terms;

/// A phase without a value, so that its load has no calls.
pub(crate) struct NotReady {
    /// The phase and its fn, such as ``setup `open` ``, or ``setup_worker `connect` (3 of 20)``.
    pub(crate) phase: String,
    pub(crate) stopped: Stopped,
}

/// A teardown that has to run, whatever happens from now on.
pub(crate) struct Owed<'a> {
    pub(crate) member: &'a Member,
    /// The phase and its fn, as above.
    pub(crate) phase: String,
    most: Duration,
    teardown: Teardown,
}

/// Sets up one station after the other.
struct StationSetup<'m> {
    equip: Equip,
    member: &'m Member,
}

/// Runs the phases of a test.
pub(crate) struct PhaseRunner<'a> {
    pub(crate) runtime: &'a LoadRuntime,
    pub(crate) interrupts: &'a Interrupts,
    /// What the setup of `main!` made.
    pub(crate) shared: &'a SharedState,
    pub(crate) silence: Silence,
}

impl PhaseRunner<'_> {
    /// Runs all phases before the calls: the setup, the data, and the `setup_worker` of each
    /// station. Each that succeeds adds its teardown to `owed`, even if a later one does not.
    pub(crate) fn get_ready<'m>(
        &self,
        member: &'m Member,
        terms: &mut Terms,
        owed: &mut Vec<Owed<'m>>,
    ) -> Result<Worker, NotReady> {
        let (most, functions) = (terms.setup_timeout, &member.load.functions);
        let mut owe = |phase: String, teardown: Option<Teardown>| {
            owed.extend(teardown.map(|teardown| Owed { member, phase, most, teardown }));
        };
        let setup = phase_of("setup", functions.setup);
        let prepare = (member.load.prepare)(member.nth_case(), self.shared.clone());
        let prepared = self
            .run(prepare, self.patience(&named(member, &setup), most))
            .map_err(|stopped| NotReady { phase: setup, stopped })?;
        let Prepared { worker, phases: Phases { gather, equip, teardown }, missing } = prepared;
        owe(phase_of("teardown", functions.teardown), teardown);
        if let Some(missing) = missing {
            return Err(NotReady { phase: "fn".to_string(), stopped: Stopped::Failed(missing) });
        }
        if let Some(gather) = gather {
            let phase = phase_of("data", functions.data);
            self.gather(gather, terms, &named(member, &phase))
                .map_err(|stopped| NotReady { phase, stopped })?;
        }
        if let Some(equip) = equip {
            self.equip(&StationSetup { equip, member }, terms, owe)?;
        }
        Ok(worker)
    }

    fn gather(&self, gather: Gather, terms: &mut Terms, what: &str) -> Result<(), Stopped> {
        let patience = self.patience(what, terms.setup_timeout);
        let items = self.unless_interrupted(|| self.run(gather(terms.deal()), patience))?;
        terms.items = Some(items);
        terms.check_items().map_err(|why| Stopped::Failed(format!("failed: {why}")))
    }

    /// Runs `setup_worker` for each station, and `owe` for each teardown that follows from it.
    fn equip(
        &self,
        StationSetup { equip, member }: &StationSetup<'_>,
        terms: &mut Terms,
        mut owe: impl FnMut(String, Option<Teardown>),
    ) -> Result<(), NotReady> {
        let (stations, functions) = (terms.stations(), &member.load.functions);
        terms.setup_workers = Some(stations);
        for nth in 1..=stations {
            let phase = phase_of("setup_worker", functions.setup_worker)
                + &format!(" ({nth} of {stations})");
            let what = named(member, &phase);
            let patience = self.patience(&what, terms.setup_timeout);
            let equipped = self.unless_interrupted(|| self.run(equip(), patience));
            let teardown = equipped.map_err(|stopped| NotReady { phase, stopped })?;
            let phase = phase_of("teardown_worker", functions.teardown_worker);
            owe(format!("{phase} ({nth} of {stations})"), teardown);
        }
        Ok(())
    }

    fn unless_interrupted<T>(
        &self,
        run: impl FnOnce() -> Result<T, Stopped>,
    ) -> Result<T, Stopped> {
        match self.interrupts.first() {
            Some(signal) => Err(Stopped::Failed(format!("was not run: {signal}"))),
            None => run(),
        }
    }

    /// Runs a teardown, whatever became of those before it.
    ///
    /// # Errors
    ///
    /// The phase and what became of it.
    pub(crate) fn tear_down(&self, owed: Owed<'_>) -> Result<(), String> {
        let Owed { member, phase, most, teardown } = owed;
        let ended = self.run(teardown(), self.patience(&named(member, &phase), most));
        ended.map_err(|stopped| match stopped {
            Stopped::Skipped(reason) => {
                format!("{phase} cannot skip a load, only a setup can: {reason}")
            }
            Stopped::Failed(why) => format!("{phase} {why}"),
        })
    }

    fn run<T: Send + 'static>(
        &self,
        phase: Boxed<Result<T, String>>,
        patience: Patience<'_>,
    ) -> Result<T, Stopped> {
        phase::run(self.runtime, phase, patience)
    }

    fn patience<'p>(&'p self, what: &'p str, most: Duration) -> Patience<'p> {
        Patience { what, most, interrupts: self.interrupts, silence: &self.silence }
    }
}

fn named(member: &Member, phase: &str) -> String {
    format!("{}: {phase}", member.name)
}

/// A key and the fn that it names: ``setup `open` ``.
fn phase_of(key: &str, function: Option<&str>) -> String {
    function.map_or_else(|| key.to_string(), |function| format!("{key} `{function}`"))
}
