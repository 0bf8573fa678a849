//! How many calls are in flight, and how many may be.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts admitted calls on one side and freed slots on the other, so that no counter has two busy writers.
///
/// Only the pacer admits; that is what keeps the number in flight at or below the limit without a compare-and-swap.
pub(crate) struct Overtime {
    limit: u64,
    admitted: Lane,
    freed: Box<[Lane]>,
}

/// A counter on cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
struct Lane(AtomicU64);

impl Overtime {
    /// `lanes`: how many writers free slots side by side.
    pub(crate) fn new(limit: u64, lanes: usize) -> Overtime {
        Overtime { limit, admitted: Lane::default(), freed: (0..lanes).map(|_| Lane::default()).collect() }
    }

    /// How many calls are in flight: admitted and not yet ended.
    pub(crate) fn in_flight(&self) -> u64 {
        // Freed first: read the other way round, a call admitted and freed in between would count as minus one.
        let freed: u64 = self.freed.iter().map(|lane| lane.0.load(Ordering::SeqCst)).sum();
        self.admitted.0.load(Ordering::SeqCst) - freed
    }

    /// Admits as many of `ticks` calls as there are free slots and says how many. For the pacer alone.
    pub(crate) fn admit(&self, ticks: u64) -> u64 {
        let admitted = ticks.min(self.limit.saturating_sub(self.in_flight()));
        self.admitted.0.fetch_add(admitted, Ordering::SeqCst);
        admitted
    }

    /// The slot of an admitted call. Whoever takes the call over takes its slot: there is one for each call.
    pub(crate) fn slot(&self, lane: usize) -> Slot<'_> {
        Slot(&self.freed[lane])
    }
}

/// One of the `overtime` calls in flight; dropping it frees the slot.
pub(crate) struct Slot<'a>(&'a Lane);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_up_to_the_limit_and_again_what_was_freed() {
        let overtime = Overtime::new(10, 2);
        assert_eq!((overtime.admit(4), overtime.admit(100), overtime.admit(1)), (4, 6, 0));
        drop((overtime.slot(0), overtime.slot(1), overtime.slot(1)));
        assert_eq!((overtime.in_flight(), overtime.admit(9), overtime.in_flight()), (7, 3, 10));
    }

    #[test]
    fn none_refuses_all() {
        assert_eq!(Overtime::new(0, 1).admit(5), 0);
    }
}
