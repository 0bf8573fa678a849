//! What happens: the pacer admits what is due, drivers make the calls, and all of it is told to
//! gossipers.
//!
//! The engine does not measure. A tick goes pacer → [`backlog`] → [`seat`] of a driver → call →
//! gossip; a call that is not ready at its first poll goes on as a task of its own, listed in
//! [`flights`].

pub(crate) mod backlog;
pub(crate) mod bell;
pub(crate) mod callers;
pub(crate) mod channel;
pub(crate) mod door;
pub(crate) mod driver;
pub(crate) mod flights;
pub(crate) mod gossip;
#[cfg(all(test, pusher_loom))]
mod model;
pub(crate) mod notes;
pub(crate) mod overtime;
pub(crate) mod pacer;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod seat;
pub(crate) mod start;
pub(crate) mod sync;
pub(crate) mod worker;

use std::any::Any;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks as [`sync::lock`] does, a mutex that is the standard library's under loom too.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The message of a panic, as far as it is text.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or(payload.downcast_ref::<&str>().copied()).unwrap_or("a panic whose payload is no text")
}

/// Drops what a panic left behind, whose destructor may panic in turn.
pub(crate) fn forget(payload: Box<dyn Any + Send>) {
    if let Err(again) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}
