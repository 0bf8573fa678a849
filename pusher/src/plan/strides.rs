//! [`Strides`]: the equal parts of windows of one length, each of which begins a stride after the
//! one before; and [`WindowPlan`], all that the thresholds of a load ask for that is not of the
//! whole load.
//!
//! ```text
//!   strides    | 0 | 1 | 2 | 3 | 4 | 5 | 6 | ..      a tenth of a window each, 1 s at most
//!   window 0   |___________________|                 here it has five
//!   window 1       |___________________|
//! ```

use std::time::Duration;

use super::threshold::{Metric, Named, NoteWord, Stops, Threshold};
use super::time::nanos;

/// So many strides are in a window of up to ten seconds.
const FEWEST: u64 = 10;
/// The longest stride, in nanoseconds, unless strides would take too much memory.
const LONGEST: u64 = 1_000_000_000;

/// What a stride takes without its histograms, in bytes, and for each name; with room to spare.
const OF_STRIDE: u64 = 1_024;
const OF_NAME: u64 = 512;

/// The buckets that a histogram has for times below an hour, or numbers below four million million;
/// and what each of them takes.
pub(crate) const MOST_BUCKETS: u64 = 36 << 7;
const OF_BUCKET: u64 = 8;

/// All instants are in nanoseconds from the start of the measured time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strides {
    /// The length of a window, in nanoseconds.
    over: u64,
    in_window: u64,
}

impl Strides {
    pub(crate) fn new(over: Duration) -> Strides {
        let over = nanos(over).max(1);
        Strides { over, in_window: FEWEST.max(over.div_ceil(LONGEST)) }
    }

    /// The same with half as many, or as few as there can be.
    fn coarser(self) -> Strides {
        Strides { in_window: (self.in_window / 2).max(FEWEST), ..self }
    }

    /// Whether they are longer than a tenth of the window and a second.
    pub(crate) fn are_coarse(self) -> bool {
        self.in_window < FEWEST.max(self.over.div_ceil(LONGEST))
    }

    /// How many strides are in a window.
    pub(crate) fn in_window(self) -> u64 {
        self.in_window
    }

    /// The length of a window.
    pub(crate) fn over(self) -> u64 {
        self.over
    }

    /// When a stride begins, and the window that has its number. The window ends just `over` later,
    /// whether `over` can be divided or not.
    pub(crate) fn start(self, stride: u64) -> u64 {
        let start = (u128::from(stride) * u128::from(self.over)).div_ceil(self.in_window.into());
        u64::try_from(start).unwrap_or(u64::MAX)
    }

    /// When the window ends that begins with that stride.
    pub(crate) fn end_of_window(self, window: u64) -> u64 {
        self.start(window).saturating_add(self.over)
    }

    /// The stride that an instant is in.
    pub(crate) fn of(self, instant: u64) -> u64 {
        (u128::from(instant) * u128::from(self.in_window) / u128::from(self.over)) as u64
    }

    /// How many windows have ended by an instant.
    pub(crate) fn windows_ended_by(self, instant: u64) -> u64 {
        instant.checked_sub(self.over).map_or(0, |begin| self.of(begin) + 1)
    }

    /// How many windows in a row have to be broken, if the last of them has to end so long after
    /// the first.
    pub(crate) fn fewest_of_breach(self, lasting: Option<Duration>) -> u64 {
        let lasting = lasting.map_or(0, nanos);
        let strides = u128::from(lasting) * u128::from(self.in_window);
        1 + strides.div_ceil(self.over.into()) as u64
    }
}

/// What a load keeps for thresholds that are not judged by the whole of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WindowPlan {
    /// The windows, one for each length.
    pub(crate) windows: Vec<Strides>,
    /// Whether any window is for times of calls.
    pub(crate) has_times: bool,
    /// The steps, counts and records that windows are for.
    pub(crate) names: Vec<(NoteWord, String)>,
    /// From when on ticks count for thresholds that have no window.
    pub(crate) later: Vec<u64>,
}

impl WindowPlan {
    /// None if all thresholds are judged by the whole of the load.
    pub(crate) fn of(thresholds: &[Threshold]) -> Option<WindowPlan> {
        let mut plan = WindowPlan::default();
        for Threshold { metric, modifiers, .. } in thresholds {
            match (modifiers.over, modifiers.after) {
                (Some(over), _) => {
                    put(&mut plan.windows, Strides::new(over));
                    plan.has_times |= metric.figure().is_some();
                    if let Metric::Named(named, name) = metric {
                        put(&mut plan.names, (named.note_word(), name.clone()));
                    }
                }
                (None, Some(after)) => put(&mut plan.later, nanos(after)),
                (None, None) => {}
            }
        }
        (!plan.windows.is_empty() || !plan.later.is_empty()).then_some(plan)
    }

    /// What all strides take at most, in bytes, if so many ticks are due in a second. That is as
    /// long as calls end: one that hangs keeps the strides around it.
    pub(crate) fn most_bytes(&self, per_second: Option<f64>) -> u64 {
        self.windows.iter().map(|strides| self.bytes_of(*strides, per_second)).sum()
    }

    /// Those that are kept: of a window, and one that is being filled.
    fn bytes_of(&self, strides: Strides, per_second: Option<f64>) -> u64 {
        let length = strides.over as f64 / 1e9 / strides.in_window as f64;
        let ticks = per_second.map_or(u64::MAX, |rate| (rate * length).ceil() as u64);
        let histogram = OF_BUCKET * ticks.min(MOST_BUCKETS);
        // A call may tell as many steps and records of one name as it likes.
        let of_name = OF_NAME + OF_BUCKET * MOST_BUCKETS;
        let times = if self.has_times { 3 * histogram } else { 0 };
        (strides.in_window + 1) * (OF_STRIDE + times + self.names.len() as u64 * of_name)
    }

    /// Takes longer strides for the windows that have the most of them; false if all have as few as
    /// there can be.
    pub(crate) fn coarsen(&mut self) -> bool {
        let most = self.windows.iter_mut().max_by_key(|strides| strides.in_window);
        let Some(most) = most.filter(|most| most.in_window > FEWEST) else { return false };
        *most = most.coarser();
        true
    }

    /// Whether it matters when something was counted.
    pub(crate) fn has_counts(&self) -> bool {
        self.names.iter().any(|(word, _)| *word == NoteWord::Count)
    }

    /// The windows of a threshold that has some.
    pub(crate) fn nth_of(&self, threshold: &Threshold) -> Option<usize> {
        let over = nanos(threshold.modifiers.over?).max(1);
        self.windows.iter().position(|windows| windows.over == over)
    }
}

impl Threshold {
    /// Whether it is judged by something else than the whole of the load.
    pub(crate) fn is_of_a_part(&self) -> bool {
        self.modifiers.over.is_some() || self.modifiers.after.is_some()
    }

    /// Whether its figure in a window is of what happened in it, and not of the ticks due in it.
    pub(crate) fn is_by_instant(&self) -> bool {
        matches!(
            self.metric,
            Metric::Throughput | Metric::Named(Named::Count | Named::CountTotal, _)
        )
    }

    /// Whether it stands beside the thresholds, only to end the load.
    pub(crate) fn only_stops(&self) -> bool {
        self.modifiers.stops == Stops::Only
    }
}

/// What a figure is of.
pub(crate) fn samples_of(metric: &Metric) -> &'static str {
    match metric {
        Metric::Canceled => "tick",
        Metric::Named(named, _) => match named.note_word() {
            NoteWord::Step => "step",
            NoteWord::Record => "record",
            NoteWord::Count => "call",
        },
        _ => "call",
    }
}

fn put<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strides(millis: u64) -> Strides {
        Strides::new(Duration::from_millis(millis))
    }

    #[test]
    fn a_stride_is_a_tenth_of_the_window_and_no_longer_than_a_second() {
        for (millis, in_window, start_of_third) in [
            (100, 10, 30_000_000),
            (10_000, 10, 3_000_000_000),
            (10_500, 11, 2_863_636_364),
            (3_600_000, 3_600, 3_000_000_000),
        ] {
            assert_eq!(strides(millis).in_window(), in_window, "{millis} ms");
            assert_eq!(strides(millis).start(3), start_of_third, "{millis} ms");
        }
    }

    #[test]
    fn strides_and_windows_follow_one_another_without_a_gap() {
        for millis in [100, 333, 10_500, 61_001] {
            let strides = strides(millis);
            for stride in 0..1_000 {
                let (start, next) = (strides.start(stride), strides.start(stride + 1));
                assert_eq!(strides.of(start), stride, "{millis} ms");
                assert_eq!(strides.of(next - 1), stride, "{millis} ms");
                let end = strides.start(stride + strides.in_window());
                assert_eq!(strides.end_of_window(stride), end, "{millis} ms");
                assert_eq!(strides.windows_ended_by(end), stride + 1, "{millis} ms");
                assert_eq!(strides.windows_ended_by(end - 1), stride, "{millis} ms");
            }
        }
    }

    #[test]
    fn a_breach_lasts_from_the_end_of_its_first_window_to_that_of_its_last() {
        let of_breach = |seconds| strides(10_000).fewest_of_breach(Some(seconds));
        assert_eq!(strides(10_000).fewest_of_breach(None), 1);
        assert_eq!(of_breach(Duration::from_secs(20)), 21);
        assert_eq!(of_breach(Duration::from_millis(1_500)), 3);
    }

    #[test]
    fn a_plan_has_each_length_and_name_once() {
        let threshold = |metric: &str, over: Option<u64>, after: Option<u64>| {
            let mut threshold = Threshold::of_texts(metric, "<", "1s")
                .or_else(|_| Threshold::of_texts(metric, "<", "5"))
                .unwrap();
            threshold.modifiers.over = over.map(Duration::from_secs);
            threshold.modifiers.after = after.map(Duration::from_secs);
            threshold
        };
        assert_eq!(WindowPlan::of(&[threshold("p99", None, None)]), None);
        let plan = WindowPlan::of(&[
            threshold("errors", Some(10), None),
            threshold("count(\"a\")", Some(10), Some(1)),
            threshold("count(\"a\").total", Some(20), None),
            threshold("p99", None, Some(3)),
        ]);
        let plan = plan.unwrap();
        assert_eq!(plan.windows, [strides(10_000), strides(20_000)]);
        assert_eq!(plan.names, [(NoteWord::Count, "a".to_string())]);
        assert_eq!(plan.later, [3_000_000_000]);
        assert!(plan.has_counts());
        assert!(!plan.has_times);
        assert_eq!(plan.nth_of(&threshold("p99", Some(20), None)), Some(1));
    }
}
