//! [`PhaseRunner`]: all phases of a load before its first call, and the teardowns after its last.

use std::cell::Cell;
use std::time::Duration;

use super::interrupt::Interrupts;
use super::phase::{self, OnLane, Patience, Silence, Stopped};
use super::registry::{
    Boxed, Compare, Equip, EquipLane, Gather, Here, LaneValue, OtherTarget, Phases, Prepared,
    SharedState, Teardown,
};
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

/// The targets of a load, ready to be called.
pub(crate) struct ReadyTargets {
    pub(crate) own: Worker,
    /// The one that it is compared with, if there is one.
    pub(crate) other: Option<Worker>,
}

/// A teardown that has to run, whatever happens from now on.
pub(crate) struct Owed<'a> {
    pub(crate) member: &'a Member,
    /// The phase and its fn, as above.
    pub(crate) phase: String,
    most: Duration,
    work: Work,
}

/// What is owed.
enum Work {
    Teardown(Teardown),
    /// On that lane.
    Lane(usize, LaneValue),
}

/// Sets up one station or lane after the other.
struct StationSetup<'m> {
    equip: Equip,
    member: &'m Member,
}

/// One of the setups of one key: `(3 of 20)`.
#[derive(Clone, Copy)]
struct Nth {
    nth: u64,
    of: u64,
}

/// How long a `teardown_worker` is waited for to begin on a lane whose thread a call still blocks.
const LANE_IS_BLOCKED: Duration = Duration::from_secs(5);

/// The same of a value that is to be dropped there: it stays with such a lane, and nobody minds.
const LANE_KEEPS_VALUE: Duration = Duration::from_secs(1);

/// The same once another lane was waited for in vain: one that is free begins sooner.
const LANE_IS_STILL_BLOCKED: Duration = Duration::from_millis(200);

/// Runs the phases of a test.
pub(crate) struct PhaseRunner<'a> {
    pub(crate) runtime: &'a LoadRuntime,
    pub(crate) interrupts: &'a Interrupts,
    /// What the setup of `main!` made.
    pub(crate) shared: &'a SharedState,
    pub(crate) silence: Silence,
    /// How long lanes were waited for in vain, one after the other.
    pub(crate) waited: Cell<Duration>,
}

impl PhaseRunner<'_> {
    /// Runs all phases before the calls: the setup, that of the fn that the load's is compared
    /// with, the data, and the `setup_worker` of each station. Each that succeeds adds its teardown
    /// to `owed`, even if a later one does not.
    pub(crate) fn get_ready<'m>(
        &self,
        member: &'m Member,
        terms: &mut Terms,
        owed: &mut Vec<Owed<'m>>,
    ) -> Result<ReadyTargets, NotReady> {
        let (most, functions) = (terms.setup_timeout, &member.load.functions);
        let mut owe = |phase, work| owed.push(Owed { member, phase, most, work });
        let setup = phase_of("setup", functions.setup);
        let prepare = (member.load.prepare)(member.nth_case(), self.shared.clone());
        let prepared = self
            .run(prepare, self.patience(&named(member, &setup), most))
            .map_err(|stopped| NotReady { phase: setup, stopped })?;
        let Prepared { worker, phases, missing } = prepared;
        let Phases { compare, gather, equip, teardown } = phases;
        if let Some(teardown) = teardown {
            owe(phase_of("teardown", functions.teardown), Work::Teardown(teardown));
        }
        if let Some(missing) = missing {
            return Err(NotReady { phase: "fn".to_string(), stopped: Stopped::Failed(missing) });
        }
        let other = compare.map(|compare| self.compare(compare, member, most)).transpose()?;
        if let Some(gather) = gather {
            let phase = phase_of("data", functions.data);
            self.gather(gather, terms, &named(member, &phase))
                .map_err(|stopped| NotReady { phase, stopped })?;
        }
        if let Some(equip) = equip {
            self.equip(&StationSetup { equip, member }, terms, owe)?;
        }
        Ok(ReadyTargets { own: worker, other })
    }

    /// Gets ready the fn that the load's is compared with.
    fn compare(
        &self,
        compare: Compare,
        member: &Member,
        most: Duration,
    ) -> Result<Worker, NotReady> {
        let functions = &member.load.functions;
        let phase = phase_of("compare_setup", functions.compare_setup);
        let what = named(member, &phase);
        let patience = self.patience(&what, most);
        let ready = self.unless_interrupted(|| self.run(compare(), patience));
        let OtherTarget { worker, missing } =
            ready.map_err(|stopped| NotReady { phase, stopped })?;
        match missing {
            None => Ok(worker),
            Some(missing) => Err(NotReady {
                phase: phase_of("compare", functions.compare),
                stopped: Stopped::Failed(missing),
            }),
        }
    }

    fn gather(&self, gather: Gather, terms: &mut Terms, what: &str) -> Result<(), Stopped> {
        let patience = self.patience(what, terms.setup_timeout);
        let items = self.unless_interrupted(|| self.run(gather(terms.deal()), patience))?;
        terms.items = Some(items);
        terms.check_items().map_err(|why| Stopped::Failed(format!("failed: {why}")))
    }

    /// Runs `setup_worker` for each station or lane, and `owe` for each teardown that follows.
    fn equip(
        &self,
        StationSetup { equip, member }: &StationSetup<'_>,
        terms: &mut Terms,
        mut owe: impl FnMut(String, Work),
    ) -> Result<(), NotReady> {
        let of = match equip {
            Equip::Station(_) => terms.stations(),
            Equip::Lane(_) => self.runtime.lanes() as u64,
        };
        terms.setup_workers = Some(of);
        let functions = &member.load.functions;
        for nth in 1..=of {
            let nth = Nth { nth, of };
            let phase = nth.behind(&phase_of("setup_worker", functions.setup_worker));
            let what = named(member, &phase);
            let patience = self.patience(&what, terms.setup_timeout);
            let equipped = self.unless_interrupted(|| match equip {
                Equip::Station(equip) => Ok(self.run(equip(), patience)?.map(Work::Teardown)),
                Equip::Lane(equip) => self.equip_lane(nth.lane(), equip, patience).map(Some),
            });
            let work = match equipped {
                Ok(work) => work,
                Err(stopped) => return Err(NotReady { phase, stopped }),
            };
            let teardown = phase_of("teardown_worker", functions.teardown_worker);
            match work {
                Some(work @ Work::Lane(_, LaneValue::Drop(_))) => {
                    owe(format!("the value of {phase}, when it was dropped,"), work);
                }
                Some(work) => owe(nth.behind(&teardown), work),
                None => {}
            }
        }
        Ok(())
    }

    fn equip_lane(
        &self,
        lane: usize,
        equip: &EquipLane,
        patience: Patience<'_>,
    ) -> Result<Work, Stopped> {
        let equip = equip.clone();
        let on_lane = OnLane { lane, begins_within: patience.most, begin: move || equip() };
        let value = phase::run_on_lane(self.runtime, on_lane, patience)?;
        value.map(|value| Work::Lane(lane, value)).ok_or_else(blocked)
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
        let Owed { member, phase, most, work } = owed;
        let what = named(member, &phase);
        let patience = self.patience(&what, most);
        let ended = match work {
            Work::Teardown(teardown) => self.run(teardown(), patience),
            Work::Lane(lane, value) => self.end_lane(lane, value, patience),
        };
        ended.map_err(|stopped| match stopped {
            Stopped::Skipped(reason) => {
                format!("{phase} cannot skip a load, only a setup can: {reason}")
            }
            Stopped::Failed(why) => format!("{phase} {why}"),
        })
    }

    /// Tears down the value of a lane, or drops it.
    fn end_lane(
        &self,
        lane: usize,
        value: LaneValue,
        patience: Patience<'_>,
    ) -> Result<(), Stopped> {
        match value {
            LaneValue::TearDown(begin) => {
                let begins_within = self.left_of(patience.most.min(LANE_IS_BLOCKED));
                let on_lane = OnLane { lane, begins_within, begin };
                let ran = phase::run_on_lane(self.runtime, on_lane, patience);
                self.note_wait(&ran, begins_within);
                ran?.ok_or_else(blocked)
            }
            LaneValue::Drop(drop) => {
                let begin = || -> Here<Result<(), String>> {
                    drop();
                    Box::pin(async { Ok(()) })
                };
                let begins_within = self.left_of(LANE_KEEPS_VALUE);
                let on_lane = OnLane { lane, begins_within, begin };
                let ran = phase::run_on_lane(self.runtime, on_lane, patience);
                self.note_wait(&ran, begins_within);
                ran.map(Option::unwrap_or_default)
            }
        }
    }

    /// How long one more lane is waited for: all of them had the time that others were.
    fn left_of(&self, most: Duration) -> Duration {
        most.saturating_sub(self.waited.get()).max(LANE_IS_STILL_BLOCKED.min(most))
    }

    fn note_wait(&self, ran: &Result<Option<()>, Stopped>, waited: Duration) {
        if !matches!(ran, Ok(Some(()))) {
            self.waited.set(self.waited.get() + waited);
        }
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

impl Nth {
    /// Behind the name of its phase.
    fn behind(self, phase: &str) -> String {
        format!("{phase} ({} of {})", self.nth, self.of)
    }

    /// Whose it is, if there is one for each lane.
    fn lane(self) -> usize {
        self.nth as usize - 1
    }
}

/// Why a phase did not begin on its lane.
fn blocked() -> Stopped {
    let why = "was not run: the thread of its lane is blocked; do what blocks in \
               `tokio::task::spawn_blocking`";
    Stopped::Failed(why.to_string())
}

fn named(member: &Member, phase: &str) -> String {
    format!("{}: {phase}", member.name)
}

/// A key and the fn that it names: ``setup `open` ``.
fn phase_of(key: &str, function: Option<&str>) -> String {
    function.map_or_else(|| key.to_string(), |function| format!("{key} `{function}`"))
}
