//! Panics of code that is not ours, a target's or a gossiper's: [`caught`], put into words,
//! dropped.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a panic leaves behind.
pub(crate) type Payload = Box<dyn Any + Send>;

/// Runs code that may panic.
pub(crate) fn caught<R>(run: impl FnOnce() -> R) -> Result<R, Payload> {
    catch_unwind(AssertUnwindSafe(run))
}

/// The message of a panic, as far as it is text.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or(payload.downcast_ref::<&str>().copied()).unwrap_or("a panic whose payload is no text")
}

/// Drops the payload of a panic, whose destructor may panic in turn.
pub(crate) fn forget(payload: Payload) {
    if let Err(again) = caught(|| drop(payload)) {
        std::mem::forget(again);
    }
}

thread_local!(static IN_CALL: Cell<bool> = const { Cell::new(false) });

/// Runs code of a target, which may panic.
pub(super) fn in_call<R>(run: impl FnOnce() -> R) -> Result<R, Payload> {
    IN_CALL.set(true);
    let ran = caught(run);
    IN_CALL.set(false);
    ran
}

/// Whether this thread is inside a target, whose panics are counted and need not be shown one by
/// one.
pub(crate) fn is_in_call() -> bool {
    IN_CALL.get()
}
