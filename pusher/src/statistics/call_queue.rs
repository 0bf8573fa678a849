//! [`CallQueue`]: calls that one thread has heard of, and that are not counted yet. It puts them in
//! without a lock; whoever holds the lock of the thread's figures takes them out.
//!
//! ```text
//!   cells   · · 5 6 7 8 · ·
//!               │       └ put: the thread puts in the next one here
//!               └ taken: the next one is taken out here
//! ```

use super::unsliced::CallHeard;
use crate::engine::gossip::Ending;
use crate::engine::sync::{AtomicU64, Ordering};

/// A queue from one thread to one taker at a time, with room for a power of two of calls.
///
/// Its memory is made of atomics that are only loaded and stored, which is as cheap as plain memory
/// is. `put` is stored behind a call and loaded before it is read; so is `taken` before its cell is
/// used again.
pub(super) struct CallQueue {
    /// The number of the thread that puts calls in.
    thread: usize,
    cells: Box<[[AtomicU64; 6]]>,
    put: AtomicU64,
    taken: AtomicU64,
}

/// How a call in a cell ended, as bits; none of them is set for a tick that was canceled.
const ENDINGS: [Option<Ending>; 6] = [
    None,
    Some(Ending::Ok),
    Some(Ending::Failed),
    Some(Ending::TimedOut),
    Some(Ending::Panicked),
    Some(Ending::Interrupted),
];
const ENDING: u64 = 0b111;
const HAS_BEGUN: u64 = 1 << 3;
const IS_WARMUP: u64 = 1 << 4;
const IS_AFTER_SCHEDULE: u64 = 1 << 5;
const IS_DELAYED: u64 = 1 << 6;

impl CallQueue {
    /// For the thread with that number, and so many calls or a few more.
    pub(super) fn new(thread: usize, room: usize) -> CallQueue {
        let cells = (0..room.next_power_of_two()).map(|_| Default::default()).collect();
        CallQueue { thread, cells, put: AtomicU64::new(0), taken: AtomicU64::new(0) }
    }

    /// Whether it is the queue of that thread, the only one that may put calls in.
    #[inline]
    pub(super) fn is_of(&self, thread: usize) -> bool {
        self.thread == thread
    }

    #[inline]
    pub(super) fn is_full(&self) -> bool {
        let taken = self.taken.load(Ordering::Acquire);
        self.put.load(Ordering::Relaxed) - taken >= self.cells.len() as u64
    }

    /// Puts a call in, by its own thread, when it is not full.
    #[inline]
    pub(super) fn put(&self, call: &CallHeard) {
        let put = self.put.load(Ordering::Relaxed);
        let CallHeard { due, end, response, service, lag, .. } = *call;
        let words = [due, end, response, service, lag, flags_of(call)];
        for (cell, word) in self.cell(put).iter().zip(words) {
            cell.store(word, Ordering::Relaxed);
        }
        self.put.store(put + 1, Ordering::Release);
    }

    /// Takes out all that is in it, by the only one who does at that time.
    pub(super) fn take_all(&self, mut take: impl FnMut(&CallHeard)) {
        let put = self.put.load(Ordering::Acquire);
        for nth in self.taken.load(Ordering::Relaxed)..put {
            let [due, end, response, service, lag, flags] =
                self.cell(nth).each_ref().map(|word| word.load(Ordering::Relaxed));
            take(&CallHeard {
                due,
                end,
                response,
                service,
                lag,
                ending: ENDINGS[(flags & ENDING) as usize],
                has_begun: flags & HAS_BEGUN != 0,
                is_warmup: flags & IS_WARMUP != 0,
                is_after_schedule: flags & IS_AFTER_SCHEDULE != 0,
                is_delayed: flags & IS_DELAYED != 0,
            });
        }
        self.taken.store(put, Ordering::Release);
    }

    #[inline]
    fn cell(&self, nth: u64) -> &[AtomicU64; 6] {
        &self.cells[nth as usize & (self.cells.len() - 1)]
    }
}

#[inline]
fn flags_of(call: &CallHeard) -> u64 {
    let bit = |is_set: bool, bit: u64| if is_set { bit } else { 0 };
    let ending = match call.ending {
        None => 0,
        Some(Ending::Ok) => 1,
        Some(Ending::Failed) => 2,
        Some(Ending::TimedOut) => 3,
        Some(Ending::Panicked) => 4,
        Some(Ending::Interrupted) => 5,
    };
    ending
        | bit(call.has_begun, HAS_BEGUN)
        | bit(call.is_warmup, IS_WARMUP)
        | bit(call.is_after_schedule, IS_AFTER_SCHEDULE)
        | bit(call.is_delayed, IS_DELAYED)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn call(due: u64) -> CallHeard {
        CallHeard {
            due,
            end: due + 5,
            response: 3,
            service: 2,
            lag: 1,
            ending: None,
            has_begun: false,
            is_warmup: false,
            is_after_schedule: false,
            is_delayed: false,
        }
    }

    fn taken(queue: &CallQueue) -> Vec<CallHeard> {
        let mut taken = Vec::new();
        queue.take_all(|call| taken.push(*call));
        taken
    }

    #[test]
    fn what_is_put_in_is_taken_out_as_it_was() {
        let endings = ENDINGS.into_iter().map(|ending| CallHeard { ending, ..call(1) });
        let calls: Vec<CallHeard> = endings
            .chain([
                CallHeard { has_begun: true, ..call(u64::MAX - 5) },
                CallHeard { is_warmup: true, ..call(2) },
                CallHeard { is_after_schedule: true, ..call(3) },
                CallHeard { is_delayed: true, ..call(4) },
            ])
            .collect();
        let queue = CallQueue::new(0, 16);
        calls.iter().for_each(|call| queue.put(call));
        assert_eq!(taken(&queue), calls);
        assert_eq!(taken(&queue), []);
    }

    #[test]
    fn it_is_full_when_its_room_is_taken_up_however_often() {
        let queue = CallQueue::new(7, 3);
        assert!(queue.is_of(7) && !queue.is_of(8));
        for round in 0..5 {
            for nth in 0..4 {
                assert!(!queue.is_full());
                queue.put(&call(4 * round + nth));
            }
            assert!(queue.is_full());
            let due: Vec<u64> = taken(&queue).iter().map(|call| call.due).collect();
            assert_eq!(due, (4 * round..4 * round + 4).collect::<Vec<u64>>());
        }
    }
}

/// Every interleaving, as in `engine::model`.
#[cfg(all(test, pusher_loom))]
mod model {
    use loom::sync::{Arc, Mutex};
    use loom::thread;

    use super::tests::call;
    use super::*;

    #[test]
    fn no_call_is_lost_or_torn_and_none_counts_twice() {
        loom::model(|| {
            let (queue, seen) = (Arc::new(CallQueue::new(0, 2)), Arc::new(Mutex::new(Vec::new())));
            let take = |queue: &CallQueue, seen: &Mutex<Vec<CallHeard>>| {
                let mut seen = seen.lock().unwrap();
                queue.take_all(|call| seen.push(*call));
            };
            let thread = {
                let (queue, seen) = (queue.clone(), seen.clone());
                thread::spawn(move || {
                    for due in 0..3 {
                        if queue.is_full() {
                            take(&queue, &seen);
                        }
                        queue.put(&call(due));
                    }
                })
            };
            take(&queue, &seen);
            thread.join().unwrap();
            take(&queue, &seen);
            assert_eq!(*seen.lock().unwrap(), (0..3).map(call).collect::<Vec<_>>());
        });
    }
}
