//! [`Stations`]: the values of `setup_worker`, one for each station.
//!
//! A station is a Worker of an open loop, or a caller of a closed one.

use std::sync::{Arc, Mutex, OnceLock};

use crate::engine::sync::lock;
use crate::harness::registry::{Boxed, Equip, Teardown};

/// What a station has once it is set up: its value, and the teardown that it owes.
type Equipped<W> = (Arc<W>, Option<Teardown>);
type MakeOne<W> = Box<dyn Fn() -> Boxed<Result<Equipped<W>, String>> + Send + Sync>;

/// The values, in the order of their stations. All are made before the first is asked for.
pub struct Stations<W> {
    make: Option<MakeOne<W>>,
    made: Mutex<Vec<Arc<W>>>,
    all: OnceLock<Box<[Arc<W>]>>,
}

impl<W: Send + Sync + 'static> Stations<W> {
    pub fn new(
        make: impl Fn() -> Boxed<Result<Equipped<W>, String>> + Send + Sync + 'static,
    ) -> Arc<Stations<W>> {
        Stations::made_by(Some(Box::new(make)))
    }

    fn made_by(make: Option<MakeOne<W>>) -> Arc<Stations<W>> {
        Arc::new(Stations { make, made: Mutex::default(), all: OnceLock::new() })
    }

    /// A fn that sets up one more station at each call.
    pub(super) fn equip(self: &Arc<Stations<W>>) -> Option<Equip> {
        self.make.as_ref()?;
        let stations = self.clone();
        Some(Box::new(move || {
            let stations = stations.clone();
            Box::pin(async move {
                let made = stations.make.as_ref().map(|make| make());
                let (value, teardown) = made.expect("it has been looked for before").await?;
                lock(&stations.made).push(value);
                Ok(teardown)
            })
        }))
    }
}

impl<W> Stations<W> {
    /// The value of a station.
    pub(super) fn of(&self, station: usize) -> Arc<W> {
        self.all.get_or_init(|| std::mem::take(&mut *lock(&self.made)).into())[station].clone()
    }
}

/// The end of the setup of one station.
pub fn equipped<W>(value: Arc<W>, teardown: Option<Teardown>) -> Result<Equipped<W>, String> {
    Ok((value, teardown))
}

/// The value of a station without a `setup_worker`.
pub struct NoSetupWorker;

pub fn no_setup_worker() -> Arc<Stations<NoSetupWorker>> {
    Stations::made_by(None)
}
