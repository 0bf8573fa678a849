//! What pacer, drivers and slots share is built on these: the standard library's, or loom's to try
//! every interleaving.

#[cfg(not(pusher_loom))]
mod primitives {
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
    pub(crate) use std::sync::{Mutex, MutexGuard};

    pub(crate) use std::hint::spin_loop;

    /// Waits a little for another thread to get on.
    pub(crate) fn pause() {
        std::thread::sleep(std::time::Duration::from_micros(20));
    }
}

#[cfg(pusher_loom)]
mod primitives {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
    pub(crate) use loom::sync::{Mutex, MutexGuard};

    pub(crate) use loom::thread::yield_now as spin_loop;

    pub(crate) use loom::thread::yield_now as pause;
}

pub(crate) use primitives::*;

/// Locks, also after a panic of another holder: what our locks guard is whole between any two
/// statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
