//! What has to be there before the first call of a load, and what is owed for it after the last.

use std::time::Duration;

use super::interrupt::Interrupts;
use super::registry::{Boxed, Gather, Prepared, Stages, Teardown};
use super::runtime::LoadRuntime;
use super::stage::{self, Stopped};
use super::suite::Member;
use crate::engine::worker::Worker;
use crate::plan::terms::Terms;

/// Why a load is not made.
pub(crate) struct NotReady {
    /// Which stage went wrong, such as `setup_worker 3 of 20`.
    pub(crate) stage: String,
    /// What became of it.
    pub(crate) stopped: Stopped,
}

/// A teardown that is owed.
pub(crate) struct Owed<'a> {
    pub(crate) member: &'a Member,
    /// `teardown`, or `teardown_worker 3 of 20`.
    pub(crate) stage: String,
    most: Duration,
    teardown: Teardown,
}

/// Where the stages of a test run.
pub(crate) struct Backstage<'a> {
    pub(crate) runtime: &'a LoadRuntime,
    pub(crate) interrupts: &'a Interrupts,
}

impl Backstage<'_> {
    /// Runs all that comes before the calls: the setup, the data, and the setup of each place. What
    /// is owed for those that succeeded is added to `owed`, also where a later one did not.
    pub(crate) fn get_ready<'m>(
        &self,
        member: &'m Member,
        terms: &mut Terms,
        owed: &mut Vec<Owed<'m>>,
    ) -> Result<Worker, NotReady> {
        let most = terms.setup_timeout;
        let not_ready =
            |stage: &str, stopped: Stopped| NotReady { stage: stage.to_string(), stopped };
        let prepared = self
            .run((member.load.prepare)(member.nth_case()), most)
            .map_err(|stopped| not_ready("setup", stopped))?;
        let Prepared { worker, stages: Stages { gather, equip, teardown } } = prepared;
        let mut owe = |stage: &str, teardown: Option<Teardown>| {
            owed.extend(teardown.map(|teardown| Owed {
                member,
                stage: stage.to_string(),
                most,
                teardown,
            }));
        };
        owe("teardown", teardown);
        if let Some(gather) = gather {
            self.gather(gather, terms).map_err(|stopped| not_ready("data", stopped))?;
        }
        let Some(equip) = equip else { return Ok(worker) };
        let places = terms.stations();
        terms.setup_workers = Some(places);
        for nth in 1..=places {
            let made = self.unless_interrupted(|| self.run(equip(), most));
            let teardown = made.map_err(|stopped| {
                not_ready(&format!("setup_worker {nth} of {places}"), stopped)
            })?;
            owe(&format!("teardown_worker {nth} of {places}"), teardown);
        }
        Ok(worker)
    }

    fn gather(&self, gather: Gather, terms: &mut Terms) -> Result<(), Stopped> {
        let items =
            self.unless_interrupted(|| self.run(gather(terms.deal()), terms.setup_timeout))?;
        terms.items = Some(items);
        terms.check_items().map_err(|why| Stopped::Failed(format!("failed: {why}")))
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
    pub(crate) fn tear_down(&self, Owed { teardown, most, .. }: Owed<'_>) -> Result<(), Stopped> {
        self.run(teardown(), most)
    }

    fn run<T: Send + 'static>(
        &self,
        stage: Boxed<Result<T, String>>,
        most: Duration,
    ) -> Result<T, Stopped> {
        stage::run(self.runtime, stage, most, self.interrupts)
    }
}
