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
    /// For each lane, the calls that began late, counted by its driver.
    begun_late: Box<[Counter]>,
    /// For each lane, the slots of calls that ended in place, counted by the holder of the desk.
    freed_at_desk: Box<[Freed]>,
    /// For each lane, the slots of calls that ended elsewhere, counted by the thread on which they
    /// did.
    freed: Box<[Freed]>,
}

/// On cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
struct Counter(AtomicU64);

/// Slots that are free again: those of calls that had begun on time, and those of calls that had
/// begun late. Two counts and not a part of the whole, so that the end of a call adds to one alone.
/// On cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Freed {
    on_time: AtomicU64,
    late: AtomicU64,
}

impl Overtime {
    pub(crate) fn new(limit: u64, lanes: usize) -> Overtime {
        let freed = || (0..lanes).map(|_| Freed::default()).collect();
        Overtime {
            limit,
            admitted: Counter::default(),
            begun_late: (0..lanes).map(|_| Counter::default()).collect(),
            freed_at_desk: freed(),
            freed: freed(),
        }
    }

    /// How many calls are in flight: admitted and not yet ended.
    pub(crate) fn in_flight(&self) -> u64 {
        // Freed first: read the other way round, a call admitted and freed in between would count
        // as minus one.
        let freed = self.freed_so_far();
        self.admitted.0.load(Ordering::Acquire).saturating_sub(freed)
    }

    /// How many slots are free.
    pub(crate) fn free(&self) -> u64 {
        self.limit.saturating_sub(self.in_flight())
    }

    /// How many slots have been freed.
    pub(crate) fn freed_so_far(&self) -> u64 {
        self.freed().map(Freed::slots).sum()
    }

    /// How many calls can have been in flight at once since so many slots had been freed.
    pub(crate) fn most_in_flight_since(&self, freed: u64) -> u64 {
        self.admitted.0.load(Ordering::Acquire).saturating_sub(freed)
    }

    /// How many of the calls in flight began late.
    pub(crate) fn late_in_flight(&self) -> u64 {
        // Freed first here too.
        let freed: u64 = self.freed().map(|freed| freed.late.load(Ordering::Acquire)).sum();
        let begun: u64 = self.begun_late.iter().map(|begun| begun.0.load(Ordering::Acquire)).sum();
        begun.saturating_sub(freed)
    }

    fn freed(&self) -> impl Iterator<Item = &Freed> {
        self.freed_at_desk.iter().chain(&self.freed)
    }

    /// A call of the lane begins late, says its driver.
    pub(crate) fn begin_late(&self, lane: usize) {
        add_alone(&self.begun_late[lane].0);
    }

    /// Admits as many of `ticks` calls as there are free slots and says how many. One at a time.
    pub(crate) fn admit(&self, ticks: u64) -> u64 {
        let admitted = ticks.min(self.free());
        self.admitted.0.fetch_add(admitted, Ordering::AcqRel);
        admitted
    }

    /// The slot of a call that has ended in place, for the holder of the lane's desk, who alone
    /// counts there.
    pub(crate) fn slot_at_desk(&self, lane: usize) -> Slot<'_> {
        Slot { freed: &self.freed_at_desk[lane], adds: Adds::Alone, began: Began::OnTime }
    }

    /// The slot of a call that has ended elsewhere.
    pub(crate) fn slot(&self, lane: usize) -> Slot<'_> {
        Slot { freed: &self.freed[lane], adds: Adds::WithOthers, began: Began::OnTime }
    }
}

impl Freed {
    fn slots(&self) -> u64 {
        self.on_time.load(Ordering::Acquire) + self.late.load(Ordering::Acquire)
    }
}

/// The slot of a call that ends, which is free when this is dropped. Whoever owns the end of a call
/// owns its slot.
pub(crate) struct Slot<'a> {
    freed: &'a Freed,
    adds: Adds,
    began: Began,
}

/// Whether whoever frees a slot is the only one who adds there.
enum Adds {
    Alone,
    WithOthers,
}

/// When the call of a slot began.
enum Began {
    OnTime,
    Late,
}

impl Slot<'_> {
    /// It is the slot of a call that began late.
    pub(crate) fn mark_late(&mut self) {
        self.began = Began::Late;
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let counter = match self.began {
            Began::OnTime => &self.freed.on_time,
            Began::Late => &self.freed.late,
        };
        match self.adds {
            Adds::Alone => add_alone(counter),
            Adds::WithOthers => drop(counter.fetch_add(1, Ordering::AcqRel)),
        }
    }
}

/// Adds one, for the only writer. It needs no read-modify-write, which would be the dearest thing
/// that a driver does for a call.
fn add_alone(counter: &AtomicU64) {
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Release);
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
    fn no_more_calls_were_in_flight_at_once_than_were_begun_and_had_not_ended_before() {
        let overtime = Overtime::new(10, 2);
        overtime.admit(6);
        drop((overtime.slot(0), overtime.slot_at_desk(1)));
        let freed = overtime.freed_so_far();
        assert_eq!((freed, overtime.most_in_flight_since(freed)), (2, 4));
        drop(overtime.slot(1));
        overtime.admit(3);
        assert_eq!(overtime.most_in_flight_since(freed), 7);
    }

    #[test]
    fn calls_that_began_late_are_counted_as_long_as_they_are_in_flight() {
        let overtime = Overtime::new(10, 2);
        overtime.admit(4);
        [0, 1, 1].into_iter().for_each(|lane| overtime.begin_late(lane));
        assert_eq!(overtime.late_in_flight(), 3);
        drop(overtime.slot(0));
        assert_eq!(overtime.late_in_flight(), 3, "it had begun on time");
        for mut slot in [overtime.slot_at_desk(1), overtime.slot(1)] {
            slot.mark_late();
        }
        assert_eq!(overtime.late_in_flight(), 1);
        assert_eq!(overtime.in_flight(), 1);
    }

    #[test]
    fn none_refuses_all() {
        assert_eq!(Overtime::new(0, 1).admit(5), 0);
    }
}
