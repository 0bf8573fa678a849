//! A target may panic thousands of times a second: the first panic of a load is shown, all are
//! counted.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::panics::is_in_call;

static SHOWN: AtomicBool = AtomicBool::new(false);

/// Hushes the panics of calls from the second of a load on. Others are shown as before.
pub(crate) fn hush_calls() {
    let show = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !is_in_call() || !SHOWN.swap(true, Ordering::Relaxed) {
            show(info);
        }
    }));
}

/// The next load's first panic is to be shown again.
pub(crate) fn show_next() {
    SHOWN.store(false, Ordering::Relaxed);
}
