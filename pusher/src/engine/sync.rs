//! [`Mutex`], [`lock`] and atomics: the standard library's, or loom's to try every interleaving.

#[cfg(not(pusher_loom))]
mod primitives {
    pub(crate) use std::sync::Mutex;
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

    pub(crate) use std::hint::spin_loop;

    /// Waits a little for another thread to get on.
    pub(crate) fn pause() {
        std::thread::sleep(std::time::Duration::from_micros(20));
    }
}

#[cfg(pusher_loom)]
mod primitives {
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

    pub(crate) use loom::thread::yield_now as spin_loop;

    pub(crate) use loom::thread::yield_now as pause;
}

use std::sync::{LockResult, PoisonError};

pub(crate) use primitives::*;

/// Locks, also after a panic of another holder: the values that our locks guard are whole between
/// any two statements.
pub(crate) fn lock<M: Lock + ?Sized>(mutex: &M) -> M::Guard<'_> {
    mutex.try_to_hold().unwrap_or_else(PoisonError::into_inner)
}

/// A mutex, the standard library's or loom's.
pub(crate) trait Lock {
    type Guard<'a>
    where
        Self: 'a;

    fn try_to_hold(&self) -> LockResult<Self::Guard<'_>>;
}

impl<T: ?Sized> Lock for std::sync::Mutex<T> {
    type Guard<'a>
        = std::sync::MutexGuard<'a, T>
    where
        T: 'a;

    fn try_to_hold(&self) -> LockResult<Self::Guard<'_>> {
        self.lock()
    }
}

#[cfg(pusher_loom)]
impl<T> Lock for loom::sync::Mutex<T> {
    type Guard<'a>
        = loom::sync::MutexGuard<'a, T>
    where
        T: 'a;

    fn try_to_hold(&self) -> LockResult<Self::Guard<'_>> {
        self.lock()
    }
}
