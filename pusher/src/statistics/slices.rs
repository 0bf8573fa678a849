//! [`Slices`]: what was measured over time, in equal slices of the measured time.
//!
//! A call belongs to the slice in which its tick was *due*, however long it took.
//!
//! ```text
//!   start                                                  end
//!     ├───────────┼───────────┼───────────┼───────────┼─────┤
//!     └── width ──┘                               the last is shorter
//!        tick is due ─────────────── call ends
//!        its times are here              here it is no longer in flight
//! ```

use super::ledger::Endings;
use super::samples::{Bound, Reading};
use super::sparse::Sparse;
use crate::plan::threshold::Figure;

/// The measured time in equal slices, the first from the start on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slices {
    /// How long each is, in nanoseconds; the last ends with the schedule.
    pub(crate) width: u64,
    /// How long the schedule ran, in nanoseconds.
    pub(crate) end: u64,
    pub(crate) slices: Vec<Slice>,
    /// The names of steps, in the order in which slices have them.
    pub(crate) steps: Vec<String>,
    /// Calls that ended after the schedule, in no slice.
    pub(crate) ended_after: u64,
}

/// What became of the ticks that were due in one slice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slice {
    /// How many were due.
    pub(crate) scheduled: u64,
    /// How many of them were canceled.
    pub(crate) canceled: u64,
    /// How the others ended, whenever that was.
    pub(crate) endings: Endings,
    /// Calls that ended in this slice, whenever they were due.
    pub(crate) ended: u64,
    /// Those of them that ended `ok`.
    pub(crate) ended_ok: u64,
    pub(crate) response: SliceTimes,
    pub(crate) service: SliceTimes,
    pub(crate) lag: SliceTimes,
    /// The steps of the calls, as many as there were.
    pub(crate) steps: Vec<SliceStep>,
}

/// One of the three times of the calls of a slice, or the times of a step in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SliceTimes {
    /// Of those that ended; see [`Latency`](super::latency::Latency).
    pub(crate) ended: Sparse,
    /// After which time the others were cut off. They rank above all that ended.
    pub(crate) cut_off: Sparse,
}

/// One step of the calls whose ticks were due in a slice, whenever the step began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SliceStep {
    pub(crate) began: u64,
    /// How many gave an `Err`.
    pub(crate) failed: u64,
    /// Of those that ended `ok`, and after which time others were cut off.
    pub(crate) times: SliceTimes,
}

impl Slices {
    /// From when to when a slice is, in nanoseconds from the start.
    pub(crate) fn bounds(&self, nth: usize) -> (u64, u64) {
        let begin = nth as u64 * self.width;
        (begin, begin.saturating_add(self.width).min(self.end))
    }

    /// How long a slice is, in seconds; zero of one in which no time passed.
    pub(crate) fn seconds(&self, nth: usize) -> f64 {
        let (begin, end) = self.bounds(nth);
        end.saturating_sub(begin) as f64 / 1e9
    }

    /// How many calls are in flight at the end of each slice: admitted, and not ended.
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = u64> {
        let mut in_flight = 0u64;
        self.slices.iter().map(move |slice| {
            in_flight = (in_flight + slice.scheduled - slice.canceled).saturating_sub(slice.ended);
            in_flight
        })
    }
}

impl Slice {
    /// How many calls began.
    pub(crate) fn begun(&self) -> u64 {
        self.lag.ended.count()
    }

    /// Takes what another one has, which comes before it or behind it.
    pub(crate) fn add(&mut self, other: &Slice) {
        self.scheduled += other.scheduled;
        self.canceled += other.canceled;
        self.endings.add(&other.endings);
        self.ended += other.ended;
        self.ended_ok += other.ended_ok;
        self.response.add(&other.response);
        self.service.add(&other.service);
        self.lag.add(&other.lag);
        for (nth, step) in other.steps.iter().enumerate() {
            self.step(nth).add(step);
        }
    }

    /// The step that has that number.
    pub(crate) fn step(&mut self, number: usize) -> &mut SliceStep {
        if self.steps.len() <= number {
            self.steps.resize_with(number + 1, SliceStep::default);
        }
        &mut self.steps[number]
    }

    /// How many bytes it takes beside its own.
    pub(crate) fn bytes(&self) -> usize {
        let steps: usize = self.steps.iter().map(|step| step.times.bytes()).sum();
        let of_steps = self.steps.capacity() * size_of::<SliceStep>() + steps;
        self.response.bytes() + self.service.bytes() + self.lag.bytes() + of_steps
    }
}

impl SliceTimes {
    pub(crate) fn add(&mut self, other: &SliceTimes) {
        self.ended.add(&other.ended);
        self.cut_off.add(&other.cut_off);
    }

    /// How many samples there are, ended and cut off.
    pub(crate) fn count(&self) -> u64 {
        self.ended.count() + self.cut_off.count()
    }

    /// A percentile or the maximum, however few samples there are; none without a sample, and none
    /// of another figure.
    pub(crate) fn reading(&self, figure: Figure) -> Option<Reading> {
        let count = self.count();
        let rank = match figure {
            Figure::Percentile(percentile) => percentile.rank(count),
            Figure::Max => count,
            Figure::Min | Figure::Mean => return None,
        };
        let ended = self.ended.count();
        if count == 0 {
            None
        } else if rank > ended {
            let longest = self.ended.at_rank(ended);
            let at_least = self.cut_off.at_rank(rank - ended).max(longest);
            Some(Reading { bound: Bound::AtLeast, ..Reading::exact(at_least) })
        } else {
            Some(Reading::exact(self.ended.at_rank(rank)))
        }
    }

    /// The same; none if there are too few samples to tell it.
    pub(crate) fn resolved(&self, figure: Figure) -> Option<Reading> {
        figure.is_resolved_by(self.count()).then(|| self.reading(figure)).flatten()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.ended.bytes() + self.cut_off.bytes()
    }
}

impl SliceStep {
    fn add(&mut self, other: &SliceStep) {
        self.began += other.began;
        self.failed += other.failed;
        self.times.add(&other.times);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Figure {
        Figure::parse(text).unwrap()
    }

    /// Nine that ended after 1 to 9, and one that was cut off after 5.
    #[test]
    fn what_was_cut_off_ranks_above_all_that_ended() {
        let mut times = SliceTimes::default();
        assert_eq!(times.reading(Figure::Max), None);
        (1..=9).for_each(|nanos| times.ended.record(nanos));
        times.cut_off.record(5);
        let reading = |text| times.reading(figure(text)).map(|seen| (seen.whole, seen.bound));
        assert_eq!(reading("p50"), Some((5, Bound::Exact)));
        assert_eq!(reading("p90"), Some((9, Bound::Exact)));
        assert_eq!(reading("p91"), Some((9, Bound::AtLeast)));
        assert_eq!(reading("max"), Some((9, Bound::AtLeast)));
        assert_eq!(reading("mean"), None);
        assert_eq!(times.resolved(figure("p90")).unwrap().whole, 9);
        assert_eq!(times.resolved(figure("p91")), None);
    }

    /// ```text
    /// due        0 0 0 | 1 1 | 2        the third of the first is canceled
    /// ended          1 |   2 | 1        and one after the end
    /// ```
    #[test]
    fn calls_are_in_flight_from_their_due_slice_to_their_end() {
        let slice =
            |scheduled, canceled, ended| Slice { scheduled, canceled, ended, ..<_>::default() };
        let slices = vec![slice(3, 1, 1), slice(2, 0, 2), slice(1, 0, 1)];
        let slices = Slices { width: 10, end: 25, slices, ended_after: 1, ..<_>::default() };
        assert_eq!(slices.in_flight().collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(slices.bounds(1), (10, 20));
        assert_eq!(slices.bounds(2), (20, 25));
        assert_eq!(slices.seconds(2), 5e-9);
    }
}
