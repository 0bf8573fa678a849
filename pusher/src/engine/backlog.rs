//! [`Backlog`]: the admitted ticks that no driver has claimed yet.

use std::collections::VecDeque;
use std::ops::Range;

use super::sync::{Mutex, lock};

/// The most ticks that a driver takes at once.
const MOST: u64 = 256;

/// Ranges of ticks, first come first served.
#[derive(Default)]
pub(crate) struct Backlog(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    ranges: VecDeque<Range<u64>>,
    ticks: u64,
}

impl Backlog {
    /// Puts ticks to the end.
    pub(crate) fn push(&self, ticks: Range<u64>) {
        let mut waiting = lock(&self.0);
        waiting.ticks += ticks.end - ticks.start;
        match waiting.ranges.back_mut() {
            Some(last) if last.end == ticks.start => last.end = ticks.end,
            _ => waiting.ranges.push_back(ticks),
        }
    }

    /// Takes a share of the ticks that wait, with `drivers` to share them: one tick of few, so that
    /// nobody holds on to ticks that another could make at once, and up to 256 of many.
    pub(crate) fn claim(&self, drivers: u64) -> Option<Range<u64>> {
        let mut waiting = lock(&self.0);
        let most = (waiting.ticks / (2 * drivers)).clamp(1, MOST);
        waiting.take(most)
    }

    /// Takes the tick that has waited longest, and no other.
    pub(crate) fn claim_one(&self) -> Option<Range<u64>> {
        lock(&self.0).take(1)
    }

    /// The number of the tick that has waited longest.
    pub(crate) fn first(&self) -> Option<u64> {
        lock(&self.0).ranges.front().map(|range| range.start)
    }

    /// How many ticks wait.
    pub(crate) fn waiting(&self) -> u64 {
        lock(&self.0).ticks
    }

    /// How many of the ticks that wait are late, at most `enough` and a range more. Of a range,
    /// `late` says how many.
    pub(crate) fn late(&self, enough: u64, mut late: impl FnMut(Range<u64>) -> u64) -> u64 {
        let mut found = 0;
        // They wait in their order, so that behind one that is not late none is.
        for range in &lock(&self.0).ranges {
            let late = late(range.clone());
            found += late;
            if found >= enough || late < range.end - range.start {
                break;
            }
        }
        found
    }

    /// Takes all.
    pub(crate) fn drain(&self) -> Vec<Range<u64>> {
        let mut waiting = lock(&self.0);
        waiting.ticks = 0;
        waiting.ranges.drain(..).collect()
    }
}

impl Waiting {
    /// Takes ticks of the first range, at most so many.
    fn take(&mut self, most: u64) -> Option<Range<u64>> {
        let first = self.ranges.front_mut()?;
        let claimed = first.start..first.end.min(first.start + most);
        first.start = claimed.end;
        if first.is_empty() {
            self.ranges.pop_front();
        }
        self.ticks -= claimed.end - claimed.start;
        Some(claimed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_what_follows_and_keeps_gaps() {
        let backlog = Backlog::default();
        [0..2, 2..3, 5..7].into_iter().for_each(|range| backlog.push(range));
        assert_eq!(backlog.waiting(), 5);
        assert_eq!(backlog.drain(), [0..3, 5..7]);
        assert_eq!(backlog.waiting(), 0);
    }

    #[test]
    fn late_ticks_are_looked_for_from_the_oldest_on_until_there_are_enough() {
        let backlog = Backlog::default();
        [0..2, 3..6, 7..9].into_iter().for_each(|range| backlog.push(range));
        let late_below = |number: u64, enough| {
            let mut looked_at = 0;
            let late = backlog.late(enough, |range| {
                looked_at += 1;
                number.clamp(range.start, range.end) - range.start
            });
            (late, looked_at)
        };
        assert_eq!(late_below(0, 10), (0, 1));
        assert_eq!(late_below(4, 10), (3, 2));
        assert_eq!(late_below(100, 10), (7, 3));
        assert_eq!(late_below(100, 2), (2, 1));
    }

    #[test]
    fn claims_little_of_little_and_much_of_much() {
        let backlog = Backlog::default();
        backlog.push(0..3);
        let claims = [(); 4].map(|()| backlog.claim(2));
        assert_eq!(claims, [Some(0..1), Some(1..2), Some(2..3), None]);
        backlog.push(0..2_000);
        assert_eq!(backlog.claim(2), Some(0..256));
        assert_eq!(backlog.claim_one(), Some(256..257));
        backlog.push(2_000..2_001);
        backlog.drain();
        backlog.push(0..40);
        assert_eq!(backlog.claim(2), Some(0..10));
    }
}
