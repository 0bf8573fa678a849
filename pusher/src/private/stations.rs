//! [`Stations`]: the values of `setup_worker`, one for each station.
//!
//! A station is a Worker of an open loop, or a caller of a closed one.

use std::sync::{Arc, Mutex, OnceLock};

use super::missing::Gift;
use crate::engine::sync::lock;
use crate::harness::registry::{Boxed, Equip, Phases, Teardown};

/// What a load has of `setup_worker`: its values, one for each station or one for each lane, or
/// none.
pub trait SetUp: 'static {
    /// What there is for the calls.
    fn gift() -> Option<Gift>;

    /// Adds what makes the values.
    fn add_to(phases: Phases, this: &Arc<Self>) -> Phases;
}

/// What a station has once it is set up: its value, and the teardown that it owes.
type Equipped<W> = (Arc<W>, Option<Teardown>);
type MakeOne<W> = Box<dyn Fn() -> Boxed<Result<Equipped<W>, String>> + Send + Sync>;

/// The values, in the order of their stations. All are made before the first is asked for.
pub struct Stations<W> {
    make: MakeOne<W>,
    made: Mutex<Vec<Arc<W>>>,
    all: OnceLock<Box<[Arc<W>]>>,
}

impl<W> Stations<W> {
    pub fn new(
        make: impl Fn() -> Boxed<Result<Equipped<W>, String>> + Send + Sync + 'static,
    ) -> Arc<Stations<W>> {
        Arc::new(Stations { make: Box::new(make), made: Mutex::default(), all: OnceLock::new() })
    }

    /// The value of a station.
    pub(super) fn of(&self, station: usize) -> Arc<W> {
        self.all.get_or_init(|| std::mem::take(&mut *lock(&self.made)).into())[station].clone()
    }
}

impl<W: Send + Sync + 'static> SetUp for Stations<W> {
    fn gift() -> Option<Gift> {
        Gift::of::<W>("`setup_worker`")
    }

    fn add_to(phases: Phases, this: &Arc<Stations<W>>) -> Phases {
        let stations = this.clone();
        let equip = Equip::Station(Box::new(move || {
            let stations = stations.clone();
            Box::pin(async move {
                let (value, teardown) = (stations.make)().await?;
                lock(&stations.made).push(value);
                Ok(teardown)
            })
        }));
        Phases { equip: Some(equip), ..phases }
    }
}

/// The end of the setup of one station.
pub fn equipped<W>(value: Arc<W>, teardown: Option<Teardown>) -> Result<Equipped<W>, String> {
    Ok((value, teardown))
}

/// The values of a load without a `setup_worker`.
pub struct NoSetupWorker;

pub fn no_setup_worker() -> Arc<NoSetupWorker> {
    Arc::new(NoSetupWorker)
}

impl SetUp for NoSetupWorker {
    fn gift() -> Option<Gift> {
        None
    }

    fn add_to(phases: Phases, _: &Arc<NoSetupWorker>) -> Phases {
        phases
    }
}
