//! [`Leaving`]: notices that a call ends the process, which then has to fail: no load that was to
//! come is made, and `exit(0)` would be green.
//!
//! `std::process::exit` runs no destructor but, on most systems, those of the thread-local values
//! of the thread that calls it. So each thread that makes calls has such a value.

use std::cell::Cell;

use super::say::say;
use crate::report::progress::give_back;
use crate::report::text::hanging;

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

/// For as long as code of the user's runs on this thread, which may end by a panic.
pub(crate) struct OfThisThread;

impl OfThisThread {
    pub(crate) fn begin() -> OfThisThread {
        thread_begins();
        OfThisThread
    }
}

impl Drop for OfThisThread {
    fn drop(&mut self) {
        thread_ends();
    }
}

const LEFT: &str = "pusher: code of a load has ended the process, as `std::process::exit` does: \
                    there is no verdict, and so the test fails";

impl Drop for Leaving {
    fn drop(&mut self) {
        if self.thread_ends.get() || std::thread::panicking() {
            return;
        }
        // The shell has the terminal next.
        give_back();
        say(&format!("\n{}\n", hanging(LEFT)));
        // No other exit code can be had here.
        std::process::abort();
    }
}
