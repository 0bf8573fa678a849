//! What `setup_worker` makes: a value for each place, a Worker or a caller.

use std::sync::{Arc, Mutex, OnceLock};

use super::Boxed;
use crate::engine::sync::lock;
use crate::harness::registry::{Equip, Teardown};

/// What is there when a Worker has been set up: the value, and the teardown that is owed for it.
type Equipped<W> = (Arc<W>, Option<Teardown>);
type Make<W> = Box<dyn Fn() -> Boxed<Result<Equipped<W>, String>> + Send + Sync>;

/// The values, in the order of their places. All are made before the first is asked for.
pub struct Places<W> {
    make: Option<Make<W>>,
    made: Mutex<Vec<Arc<W>>>,
    all: OnceLock<Box<[Arc<W>]>>,
}

impl<W: Send + Sync + 'static> Places<W> {
    pub fn new(
        make: impl Fn() -> Boxed<Result<Equipped<W>, String>> + Send + Sync + 'static,
    ) -> Arc<Places<W>> {
        Places::made_by(Some(Box::new(make)))
    }

    fn made_by(make: Option<Make<W>>) -> Arc<Places<W>> {
        Arc::new(Places { make, made: Mutex::default(), all: OnceLock::new() })
    }

    /// What sets up one more place each time it is called.
    pub(super) fn equip(self: &Arc<Places<W>>) -> Option<Equip> {
        self.make.as_ref()?;
        let places = self.clone();
        Some(Box::new(move || {
            let places = places.clone();
            Box::pin(async move {
                let made = places.make.as_ref().map(|make| make());
                let (made, teardown) =
                    made.expect("there is one, for it was looked for before").await?;
                lock(&places.made).push(made);
                Ok(teardown)
            })
        }))
    }
}

impl<W> Places<W> {
    /// What was made for a place.
    pub(super) fn of(&self, place: usize) -> Arc<W> {
        self.all.get_or_init(|| std::mem::take(&mut *lock(&self.made)).into())[place].clone()
    }
}

/// What the setup of one Worker gives in the end.
pub fn equipped<W>(made: Arc<W>, teardown: Option<Teardown>) -> Result<Equipped<W>, String> {
    Ok((made, teardown))
}

/// What the Workers of a load without a `setup_worker` have.
pub struct NoSetupWorker;

pub fn no_setup_worker() -> Arc<Places<NoSetupWorker>> {
    Places::made_by(None)
}
