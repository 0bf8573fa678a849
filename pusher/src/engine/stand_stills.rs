//! [`StandStills`]: when the whole process stood still, as its pacer noticed.
//!
//! ```text
//!   pacer    ──┤ falls asleep         due to wake      awake ├──
//!   process  ─────────────┤  stands still               ├──────
//!                                     └─────── least ───────┘
//!              └────────────────── most ────────────────────┘
//! ```

use std::time::Duration;

use crate::plan::time;

/// How often the whole process stood still: it was stopped, or the machine did not let it run. Code
/// that blocks the threads of a load does not make it stand still.
///
/// pusher looks every 10 ms, so a time is up to 10 ms too long. It notes what is longer than 50 ms,
/// on the real clock, from the start of the measured time to the end of the last call.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let report = pusher::work(100, Duration::from_millis(100), async || ()).await?;
/// let stood_still = report.stood_still;
/// assert!(stood_still.longest <= stood_still.total);
/// assert_eq!(stood_still.times == 0, stood_still.total.is_zero());
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StandStills {
    /// How many times.
    pub times: u64,
    /// How long the longest took.
    pub longest: Duration,
    /// How long all took together.
    pub total: Duration,
    /// The part of these while the schedule ran.
    pub(crate) in_schedule: Duration,
    /// The longest ones.
    pub(crate) worst: Vec<StandStill>,
}

/// One time. Instants and times are in nanoseconds; instants count from the start of the measured
/// time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StandStill {
    /// When it was over.
    pub(crate) end: u64,
    /// So long it was at the least, and at the most.
    pub(crate) least: u64,
    pub(crate) most: u64,
    /// How many measured calls can have been in flight.
    pub(crate) calls: u64,
}

/// So many of the longest are kept. All others are taken to have hit no call.
const MOST_KEPT: usize = 100;

impl StandStills {
    /// `3 times, for 1.50s at most, and for 1.62s in all`; none if it never did.
    pub(crate) fn in_words(&self) -> Option<String> {
        let [longest, total] = [self.longest, self.total].map(time::rounded);
        match self.times {
            0 => None,
            1 => Some(format!("for {longest}")),
            times => Some(format!("{times} times, for {longest} at most, and for {total} in all")),
        }
    }

    /// Adds one, of which so many nanoseconds were while the schedule ran.
    pub(crate) fn add(&mut self, one: StandStill, in_schedule: u64) {
        let length = Duration::from_nanos(one.most);
        self.times += 1;
        self.longest = self.longest.max(length);
        self.total += length;
        self.in_schedule += Duration::from_nanos(in_schedule);
        self.keep(one);
    }

    /// Those that are known one by one and lie, with some part, between two instants.
    pub(crate) fn between(&self, from: u64, to: u64) -> StandStills {
        let mut between = StandStills::default();
        for one in &self.worst {
            let begin = one.end.saturating_sub(one.most);
            if one.end > from && begin < to {
                between.add(*one, one.end.min(to) - begin.max(from));
            }
        }
        between
    }

    /// Adds those of a run that went side by side with this one. One pacer saw both, at the same
    /// instants.
    pub(crate) fn merge(&mut self, other: &StandStills) {
        self.times = self.times.max(other.times);
        self.longest = self.longest.max(other.longest);
        self.total = self.total.max(other.total);
        self.in_schedule = self.in_schedule.max(other.in_schedule);
        for theirs in &other.worst {
            match self.worst.iter_mut().find(|ours| ours.end == theirs.end) {
                Some(ours) => ours.calls += theirs.calls,
                None => self.keep(*theirs),
            }
        }
    }

    fn keep(&mut self, one: StandStill) {
        let at = self.worst.partition_point(|kept| kept.most >= one.most);
        self.worst.insert(at, one);
        self.worst.truncate(MOST_KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(end: u64, most: u64) -> StandStill {
        StandStill { end, least: most - 1, most, calls: 5 }
    }

    #[test]
    fn the_longest_are_kept_and_all_are_counted() {
        let mut stills = StandStills::default();
        (1..=150).for_each(|nth| stills.add(one(1_000 * nth, 10 * nth), 2));
        assert_eq!((stills.times, stills.longest.as_nanos()), (150, 1_500));
        assert_eq!((stills.total.as_nanos(), stills.in_schedule.as_nanos()), (113_250, 300));
        let kept: Vec<u64> = stills.worst.iter().map(|one| one.most).collect();
        assert_eq!(kept, (51..=150).rev().map(|nth| 10 * nth).collect::<Vec<_>>());
    }

    #[test]
    fn how_often_and_how_long() {
        let (mut stills, millis) = (StandStills::default(), 1_000_000);
        assert_eq!(stills.in_words(), None);
        stills.add(one(0, 120 * millis), 0);
        assert_eq!(stills.in_words().as_deref(), Some("for 120ms"));
        stills.add(one(0, 1_500 * millis), 0);
        let words = "2 times, for 1.50s at most, and for 1.62s in all";
        assert_eq!(stills.in_words().as_deref(), Some(words));
    }

    #[test]
    fn runs_side_by_side_stood_still_together() {
        let (mut ours, mut theirs) = (StandStills::default(), StandStills::default());
        ours.add(one(1_000, 70), 70);
        [one(1_000, 70), one(2_000, 90)].into_iter().for_each(|one| theirs.add(one, 40));
        ours.merge(&theirs);
        assert_eq!((ours.times, ours.longest.as_nanos(), ours.total.as_nanos()), (2, 90, 160));
        assert_eq!(ours.in_schedule.as_nanos(), 80);
        let both = StandStill { calls: 10, ..one(1_000, 70) };
        assert_eq!(ours.worst, [one(2_000, 90), both]);
    }
}
