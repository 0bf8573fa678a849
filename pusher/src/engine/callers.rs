//! [`Callers`]: the callers of a closed loop, and the count of their calls, which says whether
//! there is a next one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::task::JoinHandle;

use super::stretch::STRETCH;
use super::sync::lock;
use super::timeline::{Tick, Timeline};
use crate::plan::closed::ClosedLoop;
use crate::plan::pause::Pauses;

/// The callers of a run, and the calls that they have begun.
pub(crate) struct Callers {
    closed: ClosedLoop,
    timeline: Arc<Timeline>,
    counts: Mutex<Counts>,
    /// That of each caller, by its number; none when they have been stopped.
    tasks: Mutex<Option<Vec<Option<JoinHandle<()>>>>>,
    stuck: AtomicBool,
    /// How many callers have come to their first call.
    arrived: AtomicU64,
}

/// How many calls have begun, and whether no other may.
#[derive(Default)]
struct Counts {
    warmup: u64,
    measured: u64,
    ended: bool,
    /// When the last call was due, and how many were due then.
    due: u64,
    at_once: u64,
}

/// The next call of a loop. As long as this is held, no other begins, and the loop does not end.
pub(crate) struct Next<'a> {
    pub(crate) tick: Tick,
    /// Whether the loop has ended with it.
    pub(crate) is_last: bool,
    _counts: MutexGuard<'a, Counts>,
}

/// So many calls at one instant are made on no clock but one that stands still.
const STUCK: u64 = 1_000_000;

/// A caller that joins so many nanoseconds before the end may come too late for a call, and yet
/// have a thread.
const WAKING: u64 = 10_000_000;

/// In so many nanoseconds each of many callers on one thread has its turn.
const ROUND: u64 = 10_000_000;

impl Callers {
    pub(crate) fn new(closed: ClosedLoop, timeline: Arc<Timeline>) -> Callers {
        Callers {
            tasks: Mutex::new(Some((0..closed.concurrency).map(|_| None).collect())),
            closed,
            timeline,
            counts: Mutex::default(),
            stuck: AtomicBool::new(false),
            arrived: AtomicU64::new(0),
        }
    }

    pub(crate) fn concurrency(&self) -> usize {
        self.closed.concurrency as usize
    }

    /// For how many nanoseconds a caller makes calls before it gives way to the others: so that all
    /// have their turn soon, however many they are.
    pub(super) fn stretch(&self) -> u64 {
        STRETCH.min(ROUND / self.closed.concurrency.max(1))
    }

    /// Those between the calls of the caller at that station.
    pub(crate) fn pauses(&self, station: usize) -> Pauses {
        Pauses::new(self.closed.pause, self.closed.seed, station)
    }

    /// When it is next the turn of a caller: at that instant, in nanoseconds from the origin, or as
    /// soon as there are to be enough callers for it; at the end if there never are.
    ///
    /// The callers with the highest numbers are the last to join and the first to leave.
    pub(super) fn turn(&self, caller: usize, instant: u64) -> u64 {
        let Some(headcount) = &self.closed.headcount else { return instant };
        let (start, callers) = (self.timeline.start(), caller as u64 + 1);
        if instant < start
            && let Some(turn) = headcount.reaches(callers, instant).filter(|turn| *turn < start)
        {
            // The warm-up goes along the beginning of the same headcount.
            return turn;
        }
        let turn = headcount.reaches(callers, instant.saturating_sub(start));
        turn.map_or(self.timeline.end(), |turn| (start + turn).min(self.timeline.end()))
    }

    /// How many callers were to make a call before that instant, in nanoseconds from the origin.
    fn wanted_before(&self, instant: u64) -> u64 {
        let Some(headcount) = &self.closed.headcount else { return self.closed.concurrency };
        let start = self.timeline.start();
        let in_warmup = headcount.most_before(instant.min(start));
        in_warmup.max(headcount.most_before(instant.saturating_sub(start)))
    }

    /// Keeps hold of the caller with that number, to stop it; if the run is over already, at once.
    pub(crate) fn keep(&self, caller: usize, task: JoinHandle<()>) {
        match &mut *lock(&self.tasks) {
            Some(tasks) => tasks[caller] = Some(task),
            None => task.abort(),
        }
    }

    /// A caller has come to its first call: it has a thread.
    pub(crate) fn arrive(&self) {
        self.arrived.fetch_add(1, Ordering::SeqCst);
    }

    /// The next call, due so many nanoseconds after the origin; none if the loop has ended.
    pub(crate) fn next(&self, due: u64) -> Option<Next<'_>> {
        let mut counts = lock(&self.counts);
        let warmup = due < self.timeline.start();
        let seq = if warmup { counts.warmup } else { counts.measured };
        let tick = Tick { seq, warmup, due };
        if counts.ended || due >= self.timeline.end() || counts.leave_none_for(tick, &self.closed) {
            return None;
        }
        counts.add(tick);
        if self.is_stuck_at(tick, &counts) {
            self.stuck.store(true, Ordering::SeqCst);
            counts.ended = true;
        }
        counts.ended |= counts.leave_none_for(tick, &self.closed);
        Some(Next { tick, is_last: counts.ended, _counts: counts })
    }

    /// Whether the loop would never end, since its clock stands still while it has something to do.
    fn is_stuck_at(&self, tick: Tick, counts: &Counts) -> bool {
        let ClosedLoop { calls, calls_in_all, .. } = self.closed;
        let ends_by_time = tick.warmup || calls.is_none() && calls_in_all.is_none();
        ends_by_time && counts.at_once > STUCK + self.closed.concurrency
    }

    /// How many calls have begun: of the warm-up, and measured ones.
    pub(crate) fn begun(&self) -> (u64, u64) {
        let counts = lock(&self.counts);
        (counts.warmup, counts.measured)
    }

    /// Whether all calls have begun that the loop was to make.
    pub(crate) fn have_made_all(&self) -> bool {
        lock(&self.counts).have_reached_calls(&self.closed)
    }

    /// How many callers never got to a call, though there were calls left for them, in a loop that
    /// ended so many nanoseconds after the origin.
    pub(crate) fn missing(&self, ended: u64) -> u64 {
        if lock(&self.counts).have_reached_calls(&self.closed) {
            return 0;
        }
        let wanted = self.wanted_before(ended.saturating_sub(WAKING));
        wanted.saturating_sub(self.arrived.load(Ordering::SeqCst))
    }

    /// Whether the run was ended because it would never have: its calls take no time on a clock
    /// that stands still meanwhile.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::SeqCst)
    }

    /// Lets no other call begin.
    pub(crate) fn end(&self) {
        lock(&self.counts).ended = true;
    }

    /// Ends the callers, whatever they do.
    pub(crate) fn abort(&self) {
        lock(&self.tasks).take().into_iter().flatten().flatten().for_each(|task| task.abort());
    }
}

impl Counts {
    fn add(&mut self, tick: Tick) {
        *if tick.warmup { &mut self.warmup } else { &mut self.measured } += 1;
        self.at_once = if self.due == tick.due { self.at_once + 1 } else { 1 };
        self.due = tick.due;
    }

    /// Whether there is nothing left for a call such as this, of the warm-up or measured.
    fn leave_none_for(&self, tick: Tick, closed: &ClosedLoop) -> bool {
        if tick.warmup { self.have_reached_all(closed) } else { self.have_reached_calls(closed) }
    }

    /// Whether there is nothing left for another measured call.
    fn have_reached_calls(&self, closed: &ClosedLoop) -> bool {
        closed.calls.is_some_and(|calls| self.measured >= calls) || self.have_reached_all(closed)
    }

    /// Whether there is nothing left for another call at all.
    fn have_reached_all(&self, closed: &ClosedLoop) -> bool {
        closed.calls_in_all.is_some_and(|calls| self.warmup + self.measured >= calls)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::headcount::{Headcount, Leg};
    use crate::plan::schedule::{FOREVER, Timetable};

    /// The run may be over before all callers are there.
    #[tokio::test]
    async fn a_caller_that_comes_too_late_is_sent_away() {
        let none = Timetable::empty(0);
        let timeline = Arc::new(Timeline::new(none.clone(), none));
        let callers = Callers::new(ClosedLoop::new(2).calls(1), timeline);
        let held = Arc::new(());
        let caller = |held: Arc<()>| {
            tokio::spawn(async move {
                std::future::pending::<()>().await;
                drop(held)
            })
        };
        callers.keep(0, caller(held.clone()));
        callers.abort();
        callers.keep(0, caller(held.clone()));
        while Arc::strong_count(&held) > 1 {
            tokio::task::yield_now().await;
        }
    }

    /// Two callers in the warm-up, which is 50 ms long, and then none, three and one, for 50 ms
    /// each.
    fn of_stages() -> Callers {
        let millis = Duration::from_millis;
        let leg = |callers| Leg::new("stages", [callers, callers], millis(50)).unwrap();
        let headcount = Headcount::stages("stages", [2, 0, 3, 1].map(leg).to_vec()).unwrap();
        let length = headcount.length();
        let closed = ClosedLoop { headcount: Some(Arc::new(headcount)), ..ClosedLoop::new(3) };
        let (warmup, measured) = (Timetable::empty(50_000_000), Timetable::empty(length));
        Callers::new(closed, Arc::new(Timeline::new(warmup, measured)))
    }

    /// ```text
    /// callers   2    2    0    3    1
    /// ms        0    50   100  150  200  250
    ///           warm-up, which is the first stage
    /// ```
    #[test]
    fn it_is_the_turn_of_a_caller_when_there_are_enough() {
        let callers = of_stages();
        for (caller, millis, turn) in [
            (0, 0, 0),
            (0, 49, 49),
            (1, 50, 50),
            (2, 0, 150),
            (1, 100, 150),
            (0, 120, 150),
            (2, 199, 199),
            (2, 200, 250),
            (0, 249, 249),
            (0, 250, 250),
            (0, 900, 250),
        ] {
            let turn_of = callers.turn(caller, millis * 1_000_000);
            assert_eq!(turn_of, turn * 1_000_000, "caller {caller} at {millis} ms");
        }
    }

    #[test]
    fn callers_are_missing_if_they_were_wanted() {
        let callers = of_stages();
        let missing = |millis: u64| callers.missing(millis * 1_000_000);
        assert_eq!(missing(0), 0, "they may be about to come");
        assert_eq!(missing(10), 0, "they may be about to come");
        assert_eq!(missing(11), 2);
        assert_eq!(missing(160), 2);
        assert_eq!(missing(161), 3);
        assert_eq!(missing(250), 3);
        callers.arrive();
        callers.arrive();
        assert_eq!(missing(150), 0);
        assert_eq!(missing(250), 1);
    }

    /// It ends, however little time its calls take.
    #[test]
    fn a_loop_that_its_data_ends_is_not_stuck() {
        let made = |closed| {
            let (none, endless) = (Timetable::empty(0), Timetable::empty(FOREVER));
            let callers = Callers::new(closed, Arc::new(Timeline::new(none, endless)));
            while callers.next(0).is_some() {}
            (callers.begun().1, callers.is_stuck())
        };
        let endless = ClosedLoop::new(1);
        let items = ClosedLoop { calls_in_all: Some(STUCK + 9), ..endless.clone() };
        assert_eq!(made(items), (STUCK + 9, false));
        assert_eq!(made(endless), (STUCK + 2, true));
    }
}
