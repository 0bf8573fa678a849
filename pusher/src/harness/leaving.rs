//! [`Leaving`]: notices that a call ends the process.
//!
//! `std::process::exit` runs no destructor but, on most systems, those of the thread-local values
//! of the thread that calls it. So each thread that makes calls has such a value.

use std::cell::Cell;

use crate::report::progress::give_back;

thread_local! {
    static LEAVING: Leaving = const { Leaving { thread_ends: Cell::new(false) } };
}

/// Is dropped when its thread ends, or when code on it ends the process.
struct Leaving {
    thread_ends: Cell<bool>,
}

/// Has to be called on a thread that makes calls, before them.
pub(crate) fn thread_begins() {
    LEAVING.with(|_| ());
}

/// Has to be called on that thread when it ends by itself.
pub(crate) fn thread_ends() {
    LEAVING.with(|leaving| leaving.thread_ends.set(true));
}

impl Drop for Leaving {
    /// The shell has the terminal next.
    fn drop(&mut self) {
        if !self.thread_ends.get() {
            give_back();
        }
    }
}
