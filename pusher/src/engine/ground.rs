//! [`Ground`]: where the calls of a run are made.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::runtime::Handle;

use super::duty::Duty;
use super::lanes::{Lane, Lanes};
use super::panics::{caught, forget};
use crate::plan::error::Error;

/// A runtime, or lanes.
pub(crate) enum Ground {
    /// A runtime that somebody else may have built: whether it has an event loop cannot be asked,
    /// and so the pacer paces from outside.
    Runtime(Handle),
    Lanes(Arc<[Lane]>),
}

impl Ground {
    /// The runtime that this is called in.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) fn here() -> Result<Ground, Error> {
        Handle::try_current().map(Ground::Runtime).map_err(|_| Error::NoRuntime)
    }

    pub(crate) fn on(lanes: &Lanes) -> Ground {
        Ground::Lanes(lanes.all().clone())
    }

    /// Whether there is a timer, without which a call that hangs would never time out.
    pub(super) fn has_timer(&self) -> bool {
        let Ground::Runtime(runtime) = self else { return true };
        let _context = runtime.enter();
        let poll_once = || {
            let context = &mut Context::from_waker(Waker::noop());
            std::pin::pin!(tokio::time::sleep(Duration::ZERO)).poll(context)
        };
        // tokio answers with a panic, and has no other way to ask.
        caught(poll_once).map_err(forget).is_ok()
    }

    /// The runtime by whose clock the runs go, if that may be another than the real one.
    pub(super) fn clock(&self) -> Option<Handle> {
        match self {
            Ground::Runtime(runtime) => Some(runtime.clone()),
            Ground::Lanes(_) => None,
        }
    }

    /// How many calls can be under way at one instant.
    pub(super) fn lanes(&self) -> usize {
        match self {
            Ground::Runtime(runtime) => runtime.metrics().num_workers(),
            Ground::Lanes(lanes) => lanes.len(),
        }
    }

    /// The runtime of a lane.
    pub(super) fn handle(&self, lane: usize) -> &Handle {
        match self {
            Ground::Runtime(runtime) => runtime,
            Ground::Lanes(lanes) => &lanes[lane].handle,
        }
    }

    /// The duty of lanes that pace themselves.
    pub(super) fn duty(&self) -> Option<Arc<Duty>> {
        match self {
            Ground::Lanes(lanes) if cfg!(target_os = "linux") => {
                Some(Arc::new(Duty::new(lanes.clone())))
            }
            _ => None,
        }
    }
}
