//! [`Shared`]: the setup and the teardown of `main!`, once for all loads of the process.
//!
//! ```text
//!   the first load that is to run ──► setup ─┬─ a value ──► every load gets it
//!                                            ├─ an error ─► every load fails
//!                                            └─ a skip ───► every load is ignored
//!   the last test has ended ────────► teardown, if the setup succeeded; its runtime ends
//! ```
//!
//! The runtime has threads of its own, and lives as long as the process: a service that the setup
//! spawned outlives every load, and shares no thread with calls.

use std::sync::Mutex;
use std::time::Duration;

use super::interrupt::Interrupts;
use super::phase::{self, Patience, Silence, Stopped};
use super::registry::{MakeShared, SharedState, Teardown};
use super::runtime::LoadRuntime;
use crate::engine::sync::lock;
use crate::plan::time::{Time, positive};

/// How long the setup may take, and the teardown, unless `main!` says something else.
const MOST: Duration = Duration::from_secs(60);

/// What `main!` says of a state for all loads, as plain data.
pub struct SharedSetup {
    share: Option<MakeShared>,
    most: Result<Duration, String>,
}

impl SharedSetup {
    /// No setup, and no teardown.
    pub fn none() -> SharedSetup {
        SharedSetup { share: None, most: Ok(MOST) }
    }

    /// With a fn that runs the setup.
    pub fn new(share: MakeShared) -> SharedSetup {
        SharedSetup { share: Some(share), ..SharedSetup::none() }
    }

    /// How long the setup may take, and the teardown.
    pub fn setup_timeout(mut self, most: impl Time) -> SharedSetup {
        self.most = most
            .into_duration()
            .map_err(|wrong| format!("setup_timeout: {wrong}"))
            .and_then(|most| positive("setup_timeout", most))
            .map_err(|wrong| format!("main!: {wrong}"));
        self
    }
}

/// The state for all loads, which is made when the first of them asks for it.
pub(crate) struct Shared {
    share: Option<MakeShared>,
    most: Duration,
    begun: Mutex<Option<SharedRun>>,
}

/// After the setup.
struct SharedRun {
    runtime: LoadRuntime,
    made: Result<SharedState, Stopped>,
    teardown: Option<Teardown>,
}

impl Shared {
    /// # Errors
    ///
    /// `setup_timeout` is no time.
    pub(crate) fn new(setup: SharedSetup) -> Result<Shared, String> {
        Ok(Shared { share: setup.share, most: setup.most?, begun: Mutex::default() })
    }

    /// What the setup made. The first call runs it.
    ///
    /// # Errors
    ///
    /// Why there is no state; the same for every load.
    pub(crate) fn state(&self, interrupts: &Interrupts) -> Result<SharedState, Stopped> {
        let Some(share) = self.share else { return Ok(SharedState::default()) };
        let mut begun = lock(&self.begun);
        if begun.is_none() {
            let runtime = LoadRuntime::for_all_loads().map_err(Stopped::Failed)?;
            let (what, silence) = ("the setup of `main!`", &Silence::begin());
            let patience = Patience { what, most: self.most, interrupts, silence };
            let (made, teardown) = match phase::run(&runtime, share(), patience) {
                Ok((state, teardown)) => (Ok(state), teardown),
                Err(stopped) => (Err(stopped), None),
            };
            *begun = Some(SharedRun { runtime, made, teardown });
        }
        begun.as_ref().map_or_else(|| Ok(SharedState::default()), |begun| begun.made.clone())
    }

    /// Runs the teardown, if the setup has run and succeeded, and ends the runtime.
    ///
    /// # Errors
    ///
    /// What became of the teardown, as a verb and what follows it.
    pub(crate) fn end(&self, interrupts: &Interrupts) -> Result<(), String> {
        let Some(SharedRun { runtime, made, teardown }) = lock(&self.begun).take() else {
            return Ok(());
        };
        // From here on the teardown alone holds the value, which is dropped before its runtime.
        drop(made);
        let before = interrupts.count();
        let (what, silence) = ("the teardown of `main!`", &Silence::begin());
        let patience = Patience { what, most: self.most, interrupts, silence };
        let ended = teardown.map_or(Ok(()), |teardown| phase::run(&runtime, teardown(), patience));
        runtime.end();
        match ended {
            Err(Stopped::Failed(why)) => Err(why),
            Err(Stopped::Skipped(reason)) => {
                Err(format!("cannot skip a load, only a setup can: {reason}"))
            }
            Ok(()) => match interrupts.first().filter(|_| interrupts.count() > before) {
                Some(signal) => Err(format!("was interrupted by {signal}")),
                None => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_timeout_that_is_no_time_is_said_before_anything_runs() {
        let wrong = |most: &str| {
            Shared::new(SharedSetup::none().setup_timeout(most)).err().unwrap_or_default()
        };
        assert_eq!(wrong("5m"), "");
        assert_eq!(wrong("0s"), "main!: setup_timeout is zero: give a time, such as \"30s\"");
        assert!(wrong("soon").starts_with("main!: setup_timeout: "), "{}", wrong("soon"));
    }
}
