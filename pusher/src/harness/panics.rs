//! [`hush_calls`]: calls may panic thousands of times a second, so only the first panic of a test
//! is printed. All are counted.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::panics::is_in_call;

static SHOWN: AtomicBool = AtomicBool::new(false);

/// Prints no panic of a call but the first. Panics elsewhere are printed as before.
pub(crate) fn hush_calls() {
    let show = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !is_in_call() || !SHOWN.swap(true, Ordering::Relaxed) {
            show(info);
        }
    }));
}

/// Lets the next panic of a call be printed again.
pub(crate) fn show_next() {
    SHOWN.store(false, Ordering::Relaxed);
}
