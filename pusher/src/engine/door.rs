//! [`Door`]: open as long as a run goes on. A note that is told inside is told before the
//! gossipers are stopped.

use super::sync::{AtomicU64, Ordering, pause};

/// Counts those who are inside, on cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Door(AtomicU64);

/// The bit that no number of visitors reaches.
const CLOSED: u64 = 1 << 63;

/// The right to be inside, until it is dropped.
pub(crate) struct Inside<'a>(&'a Door);

impl Door {
    /// None when the door is closed.
    pub(crate) fn enter(&self) -> Option<Inside<'_>> {
        let inside = Inside(self);
        let is_closed = self.0.fetch_add(1, Ordering::Acquire) & CLOSED != 0;
        (!is_closed).then_some(inside)
    }

    /// Closes the door for good, as soon as those who are inside have left.
    pub(crate) fn close(&self) {
        self.0.fetch_or(CLOSED, Ordering::AcqRel);
        while self.0.load(Ordering::Acquire) != CLOSED {
            pause();
        }
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_enters_a_closed_door() {
        let door = Door::default();
        drop((door.enter().unwrap(), door.enter().unwrap()));
        door.close();
        assert!(door.enter().is_none());
        assert!(door.enter().is_none(), "one who was turned away is not inside");
        door.close();
    }
}
