//! How many calls are in flight, and how many may be.

use super::sync::{AtomicU64, Ordering};

/// Counts admitted calls on one side and freed slots on the other, so that no counter has two busy
/// writers.
///
/// One admits at a time, the pacer or the caller of a closed loop that holds the lock on what has
/// begun; that is what keeps the number in flight at or below the limit without a compare-and-swap.
pub(crate) struct Overtime {
    limit: u64,
    admitted: Lane,
    /// Slots of calls that ended in place, counted by the holder of the driver's desk.
    freed_at_desk: Box<[Lane]>,
    /// Slots of calls that ended elsewhere, counted by whichever thread that is.
    freed: Box<[Lane]>,
}

/// A counter on cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Lane(AtomicU64);

impl Overtime {
    pub(crate) fn new(limit: u64, drivers: usize) -> Overtime {
        let lanes = || (0..drivers).map(|_| Lane::default()).collect();
        Overtime { limit, admitted: Lane::default(), freed_at_desk: lanes(), freed: lanes() }
    }

    /// How many calls are in flight: admitted and not yet ended.
    pub(crate) fn in_flight(&self) -> u64 {
        // Freed first: read the other way round, a call admitted and freed in between would count
        // as minus one.
        let lanes = self.freed_at_desk.iter().chain(&self.freed);
        let freed: u64 = lanes.map(|lane| lane.0.load(Ordering::Acquire)).sum();
        self.admitted.0.load(Ordering::Acquire).saturating_sub(freed)
    }

    /// Admits as many of `ticks` calls as there are free slots and says how many. One at a time.
    pub(crate) fn admit(&self, ticks: u64) -> u64 {
        let admitted = ticks.min(self.limit.saturating_sub(self.in_flight()));
        self.admitted.0.fetch_add(admitted, Ordering::AcqRel);
        admitted
    }

    /// The slot of a call that has ended in place, for the holder of the driver's desk, who alone
    /// counts there.
    pub(crate) fn slot_at_desk(&self, driver: usize) -> Slot<'_> {
        Slot::AtDesk(&self.freed_at_desk[driver])
    }

    /// The slot of a call that has ended elsewhere.
    pub(crate) fn slot(&self, driver: usize) -> Slot<'_> {
        Slot::Elsewhere(&self.freed[driver])
    }
}

/// The slot of a call that ends, which is free when this is dropped. Whoever owns the end of a call
/// owns its slot.
pub(crate) enum Slot<'a> {
    AtDesk(&'a Lane),
    Elsewhere(&'a Lane),
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        match self {
            // One writer needs no read-modify-write, which would be the dearest thing that a driver
            // does for a call.
            Slot::AtDesk(lane) => {
                lane.0.store(lane.0.load(Ordering::Relaxed) + 1, Ordering::Release)
            }
            Slot::Elsewhere(lane) => drop(lane.0.fetch_add(1, Ordering::AcqRel)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_up_to_the_limit_and_again_what_was_freed() {
        let overtime = Overtime::new(10, 2);
        assert_eq!((overtime.admit(4), overtime.admit(100), overtime.admit(1)), (4, 6, 0));
        drop((overtime.slot(0), overtime.slot(1), overtime.slot_at_desk(1)));
        assert_eq!((overtime.in_flight(), overtime.admit(9), overtime.in_flight()), (7, 3, 10));
    }

    #[test]
    fn none_refuses_all() {
        assert_eq!(Overtime::new(0, 1).admit(5), 0);
    }
}
