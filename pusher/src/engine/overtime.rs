//! [`Overtime`]: how many calls are in flight, and how many may be; and [`Slot`], the right to be
//! one of them.

use super::sync::{AtomicU64, Ordering};

/// Counts admitted calls on one side and freed slots on the other, so that no counter has two busy
/// writers.
///
/// One admits at a time, the pacer or the caller of a closed loop that holds the next call. So the
/// number in flight stays at or below the limit without a compare-and-swap.
pub(crate) struct Overtime {
    limit: u64,
    admitted: Counter,
    /// For each lane, the slots of calls that ended in place, counted by the holder of the desk.
    freed_at_desk: Box<[Counter]>,
    /// For each lane, the slots of calls that ended elsewhere, counted by the thread on which they
    /// did.
    freed: Box<[Counter]>,
}

/// On cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Overtime {
    pub(crate) fn new(limit: u64, lanes: usize) -> Overtime {
        let counters = || (0..lanes).map(|_| Counter::default()).collect();
        Overtime {
            limit,
            admitted: Counter::default(),
            freed_at_desk: counters(),
            freed: counters(),
        }
    }

    /// How many calls are in flight: admitted and not yet ended.
    pub(crate) fn in_flight(&self) -> u64 {
        // Freed first: read the other way round, a call admitted and freed in between would count
        // as minus one.
        let counters = self.freed_at_desk.iter().chain(&self.freed);
        let freed: u64 = counters.map(|counter| counter.0.load(Ordering::Acquire)).sum();
        self.admitted.0.load(Ordering::Acquire).saturating_sub(freed)
    }

    /// Admits as many of `ticks` calls as there are free slots and says how many. One at a time.
    pub(crate) fn admit(&self, ticks: u64) -> u64 {
        let admitted = ticks.min(self.limit.saturating_sub(self.in_flight()));
        self.admitted.0.fetch_add(admitted, Ordering::AcqRel);
        admitted
    }

    /// The slot of a call that has ended in place, for the holder of the lane's desk, who alone
    /// counts there.
    pub(crate) fn slot_at_desk(&self, lane: usize) -> Slot<'_> {
        Slot::AtDesk(&self.freed_at_desk[lane])
    }

    /// The slot of a call that has ended elsewhere.
    pub(crate) fn slot(&self, lane: usize) -> Slot<'_> {
        Slot::Elsewhere(&self.freed[lane])
    }
}

/// The slot of a call that ends, which is free when this is dropped. Whoever owns the end of a call
/// owns its slot.
pub(crate) enum Slot<'a> {
    AtDesk(&'a Counter),
    Elsewhere(&'a Counter),
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        match self {
            // One writer needs no read-modify-write, which would be the dearest thing that a driver
            // does for a call.
            Slot::AtDesk(Counter(freed)) => {
                freed.store(freed.load(Ordering::Relaxed) + 1, Ordering::Release)
            }
            Slot::Elsewhere(Counter(freed)) => drop(freed.fetch_add(1, Ordering::AcqRel)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_up_to_the_limit_and_again_what_was_freed() {
        let overtime = Overtime::new(10, 2);
        assert_eq!([4, 100, 1].map(|ticks| overtime.admit(ticks)), [4, 6, 0]);
        drop((overtime.slot(0), overtime.slot(1), overtime.slot_at_desk(1)));
        assert_eq!(overtime.in_flight(), 7);
        assert_eq!(overtime.admit(9), 3);
        assert_eq!(overtime.in_flight(), 10);
    }

    #[test]
    fn none_refuses_all() {
        assert_eq!(Overtime::new(0, 1).admit(5), 0);
    }
}
