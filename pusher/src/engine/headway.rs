//! [`Headway`]: how far a run is. The pacer moves it on, and whoever ends the run.

use std::ops::Range;
use std::sync::Arc;

use super::stand_stills::{StandStill, StandStills};
use super::timeline::{Tick, Ticks, Timeline};

/// Which ticks have come due, and how far the end of the run is.
pub(crate) struct Headway {
    timeline: Arc<Timeline>,
    ticks: Ticks,
    /// Looks back, at ticks that wait or are refused, while `ticks` stands at those that come.
    past: Ticks,
    /// The number of the tick that is due next.
    next: u64,
    canceled: Canceled,
    canceled_in_warmup: Canceled,
    /// When the schedule ended, in nanoseconds from the origin.
    ended: Option<u64>,
    /// From when on the grace counts, if not from there.
    grace_from: Option<u64>,
    /// When the pacer last checked on ticks that wait.
    checked: u64,
    stand_stills: StandStills,
    is_closing: bool,
}

/// How many ticks were canceled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Canceled {
    pub(crate) ticks: u64,
    /// Those of them for which the generator was late.
    pub(crate) late: u64,
}

/// Ticks that were refused, of which the first `late` are the generator's fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RefusedTicks {
    pub(crate) ticks: Range<u64>,
    pub(crate) late: u64,
}

impl Headway {
    pub(crate) fn new(timeline: Arc<Timeline>) -> Headway {
        Headway {
            ticks: Ticks::new(timeline.clone()),
            past: Ticks::new(timeline.clone()),
            timeline,
            next: 0,
            canceled: Canceled::default(),
            canceled_in_warmup: Canceled::default(),
            ended: None,
            grace_from: None,
            checked: 0,
            stand_stills: StandStills::default(),
            is_closing: false,
        }
    }

    /// Moves on to `now`, and gives the numbers of the ticks that have come due on the way.
    pub(crate) fn move_to(&mut self, now: u64) -> Range<u64> {
        let due = self.next..self.ticks.due_by(self.next, now).max(self.next);
        self.next = due.end;
        due
    }

    /// When the next tick is due; none if that was the last.
    pub(crate) fn next_due(&mut self) -> Option<u64> {
        (self.next < self.timeline.ticks()).then(|| self.ticks.due(self.next))
    }

    /// How many more ticks will have come due by then.
    pub(crate) fn ticks_until(&mut self, instant: u64) -> u64 {
        self.ticks.due_by(self.next, instant).saturating_sub(self.next)
    }

    /// Counts ticks as canceled, and gives them one by one.
    pub(crate) fn cancel(&mut self, refused: RefusedTicks, mut tell: impl FnMut(Tick)) {
        let RefusedTicks { ticks, late } = refused;
        if ticks.is_empty() {
            return;
        }
        let late = self.split(ticks.start..ticks.start + late);
        let (in_warmup, measured) = self.split(ticks.clone());
        self.canceled_in_warmup.add(in_warmup, late.0);
        self.canceled.add(measured, late.1);
        self.ticks.seek(ticks.start);
        ticks.for_each(|_| tell(self.ticks.next()));
    }

    /// How many of these ticks are of the warm-up, and how many measured.
    fn split(&self, ticks: Range<u64>) -> (u64, u64) {
        let [start, end] =
            [ticks.start, ticks.end].map(|number| self.timeline.warmup_within(number));
        (end - start, ticks.end - ticks.start - (end - start))
    }

    /// How many of these ticks are late if something happens to them `now`: the first ones.
    pub(crate) fn late_among(&mut self, ticks: Range<u64>, now: u64) -> u64 {
        self.past.late_among(ticks, now)
    }

    /// When a tick was due that has come due.
    pub(crate) fn due(&mut self, tick: u64) -> u64 {
        self.past.due(tick)
    }

    /// Whether the last check was so long ago; then this is the next.
    pub(crate) fn checks_after(&mut self, interval: u64, now: u64) -> bool {
        let is_time = now >= self.checked + interval;
        if is_time {
            self.checked = now;
        }
        is_time
    }

    /// The process stood still, for so many nanoseconds while the schedule ran.
    pub(crate) fn add_stand_still(&mut self, one: StandStill, in_schedule: u64) {
        self.stand_stills.add(one, in_schedule);
    }

    /// When the process stood still.
    pub(crate) fn stand_stills(&self) -> &StandStills {
        &self.stand_stills
    }

    /// The schedule ends here, if it has not ended before.
    pub(crate) fn end(&mut self, at: u64) {
        self.ended.get_or_insert(at);
    }

    /// When the schedule ended, in nanoseconds from the origin.
    pub(crate) fn ended(&self) -> Option<u64> {
        self.ended
    }

    /// The grace counts from now on, and not from the end of the schedule.
    pub(crate) fn begin_grace_anew(&mut self, now: u64) {
        self.grace_from = Some(now);
    }

    /// From when on the grace counts, if not from the end of the schedule.
    pub(crate) fn grace_from(&self) -> Option<u64> {
        self.grace_from
    }

    /// Makes it this thread's to close the run; false if it is another's.
    pub(crate) fn begin_closing(&mut self) -> bool {
        !std::mem::replace(&mut self.is_closing, true)
    }

    /// Whether a thread closes the run, or has closed it.
    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing
    }

    /// How many ticks have come due: of the warm-up, and measured ones.
    pub(crate) fn scheduled(&self) -> (u64, u64) {
        let warmup = self.timeline.warmup_within(self.next);
        (warmup, self.next - warmup)
    }

    /// How many of them were canceled: of the warm-up, and measured ones.
    pub(crate) fn canceled(&self) -> (Canceled, Canceled) {
        (self.canceled_in_warmup, self.canceled)
    }
}

impl Canceled {
    fn add(&mut self, ticks: u64, late: u64) {
        self.ticks += ticks;
        self.late += late;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::curve::Curve;
    use crate::plan::rate::Rps;
    use crate::plan::schedule::Timetable;

    /// Three ticks of a warm-up, at 0, 1 and 2, and two measured ones, at 3 and 4.
    fn headway() -> Headway {
        let schedule = |nanos| {
            Timetable::new(&Curve::Constant(Rps::new(1_000_000_000).unwrap()), nanos, None, None)
        };
        Headway::new(Arc::new(Timeline::new(schedule(3), schedule(2))))
    }

    #[test]
    fn ticks_come_due_once_and_the_clock_never_takes_them_back() {
        let mut headway = headway();
        assert_eq!(headway.move_to(1), 0..2);
        assert_eq!(headway.move_to(0), 2..2);
        assert_eq!(headway.next_due(), Some(2));
        assert_eq!(headway.move_to(3), 2..4);
        assert_eq!(headway.scheduled(), (3, 1));
        assert_eq!(headway.move_to(100), 4..5);
        assert_eq!(headway.next_due(), None);
    }

    #[test]
    fn canceled_ticks_of_the_warm_up_are_counted_apart() {
        let (mut headway, mut told) = (headway(), Vec::new());
        headway.move_to(100);
        let refused = |ticks, late| RefusedTicks { ticks, late };
        headway.cancel(refused(2..5, 2), |tick| told.push((tick.warmup, tick.seq, tick.due)));
        headway.cancel(refused(5..5, 0), |_| panic!("there is no such tick"));
        assert_eq!(told, [(true, 2, 2), (false, 0, 3), (false, 1, 4)]);
        let canceled = |ticks, late| Canceled { ticks, late };
        assert_eq!(headway.canceled(), (canceled(1, 1), canceled(2, 1)));
    }

    #[test]
    fn a_run_is_closed_by_one_thread() {
        let mut headway = headway();
        assert!(!headway.is_closing());
        assert!(headway.begin_closing());
        assert!(!headway.begin_closing(), "it is another thread's to close");
        assert!(headway.is_closing());
    }

    #[test]
    fn a_schedule_ends_once() {
        let mut headway = headway();
        headway.end(7);
        headway.end(9);
        assert_eq!(headway.ended(), Some(7));
    }
}
