//! [`LoadParts`]: the parts of one load that its thresholds are judged by: windows, and the ticks
//! from some instant on. A look reads the windows whose calls have all ended, and says whether the
//! load is to be aborted.

use std::ops::Range;

use super::measured::{Measured, merged_by, merged_from};
use crate::engine::due_ticks::DueTicks;
use crate::engine::stand_stills::StandStills;
use crate::plan::strides::{Strides, WindowPlan};
use crate::plan::terms::{Pace, Terms};
use crate::plan::threshold::Threshold;
use crate::plan::time::nanos;
use crate::plan::words::{Clock, Judging};
use crate::report::{Aborted, Report};
use crate::statistics::windows::ring::Ring;
use crate::statistics::windows::stride::OpenPart;
use crate::verdict::judge::{Answered, Judged};
use crate::verdict::windows::{Around, InWindow, Paced, WindowedThreshold};

/// Of windows that wait for calls, so many are looked at for an abort: the last ones. If one before
/// them were broken by the age of its calls, they would be too.
const MOST_LOOKED_AT: usize = 100;

/// How often the run so far is judged for an abort, in nanoseconds.
const SO_FAR: u64 = 1_000_000_000;

/// For how long the calls of a closed loop may begin late and be in their windows, in nanoseconds.
const PATIENCE: u64 = 1_000_000_000;

/// How far a load is that is looked at.
struct Glance<'a> {
    side_by_side: &'a [Measured],
    now: u64,
    stood_still: StandStills,
    open: Vec<OpenPart>,
}

/// Those of one load.
pub(crate) struct LoadParts {
    name: String,
    /// Which of the runs that go side by side are its Workers'.
    workers: Range<usize>,
    plan: WindowPlan,
    paced: Paced,
    rings: Vec<(Ring, Vec<DueTicks>)>,
    /// The thresholds on windows, each with the number of its ring.
    windowed: Vec<(usize, WindowedThreshold)>,
    /// Those that can end the load, by the run so far.
    so_far: Vec<Threshold>,
    /// Those that are judged by the ticks from some instant on.
    later: Vec<Threshold>,
    judged_so_far: u64,
    judging: Judging,
    /// For how long a window is not read, in nanoseconds: a call of a closed loop that begins late
    /// is known only then.
    patience: u64,
}

impl LoadParts {
    /// None if all thresholds are judged by the whole of the load, when it is over.
    pub(crate) fn of(name: &str, terms: &Terms, workers: Range<usize>) -> Option<LoadParts> {
        let thresholds = &terms.thresholds;
        let has_no_windows = |it: &&Threshold| it.modifiers.over.is_none();
        let so_far = |it: &&Threshold| has_no_windows(it) && it.modifiers.can_stop();
        let so_far: Vec<Threshold> = thresholds.iter().filter(so_far).cloned().collect();
        let plan = terms.windows();
        if plan.is_none() && so_far.is_empty() {
            return None;
        }
        let plan = plan.unwrap_or_default();
        let windowed = thresholds.iter().filter_map(|threshold| {
            let nth = plan.nth_of(threshold)?;
            Some((nth, WindowedThreshold::new(threshold, plan.windows[nth])))
        });
        let later = |it: &&Threshold| has_no_windows(it) && it.modifiers.after.is_some();
        Some(LoadParts {
            name: name.to_string(),
            workers,
            paced: match terms.pace {
                Pace::Open { .. } => Paced::BySchedule,
                Pace::Closed { .. } => Paced::ByAnswers,
            },
            rings: Vec::new(),
            windowed: windowed.collect(),
            so_far,
            later: thresholds.iter().filter(later).cloned().collect(),
            judged_so_far: 0,
            judging: terms.judging,
            patience: match (&terms.pace, terms.clock) {
                (Pace::Closed { .. }, Clock::Real) => PATIENCE,
                _ => 0,
            },
            plan,
        })
    }

    /// How long it is from one look to the next, in nanoseconds; none if there is nothing to look
    /// at while the load runs.
    pub(crate) fn every(&self) -> Option<u64> {
        let of_windows = |(ring, windowed): &(usize, WindowedThreshold)| {
            let stride = self.plan.windows[*ring].start(1);
            if windowed.threshold().modifiers.can_stop() { stride } else { SO_FAR.max(stride) }
        };
        let so_far = self.so_far.first().map(|_| SO_FAR);
        self.windowed.iter().map(of_windows).chain(so_far).min()
    }

    fn own<'a>(&self, all: &'a [Measured]) -> &'a [Measured] {
        &all[self.workers.clone()]
    }

    /// Reads what can be read `now`, in nanoseconds from the start of the measured time, and says
    /// what is to end the load, if something is.
    pub(super) fn look(&mut self, all: &[Measured], now: u64) -> Option<Aborted> {
        let side_by_side = self.own(all);
        let has_ended = side_by_side.iter().any(|measured| !measured.ended().is_zero());
        let look = Glance {
            side_by_side,
            now,
            stood_still: stood_still(side_by_side),
            open: side_by_side
                .iter()
                .flat_map(|measured| measured.statistics().open_parts(now))
                .collect(),
        };
        self.collect(side_by_side);
        // A window that goes on behind the schedule is none.
        let ends = side_by_side.iter().map(|measured| measured.running().end_of_schedule());
        let now = now.saturating_sub(self.patience).min(ends.max().unwrap_or_default());
        for (ring, due) in &mut self.rings {
            let due: &mut Vec<DueTicks> = due;
            ring.go_on(now, |instant| {
                let more = due.iter_mut().map(|ticks| ticks.more_before(instant));
                more.reduce(|one, other| one + other)
            });
        }
        for nth in 0..self.rings.len() {
            let ready = self.rings[nth].0.take_ready();
            self.read(nth, &ready, &look.stood_still);
        }
        if has_ended {
            return None;
        }
        let broken = self.broken_windows(&look).or_else(|| self.broken_so_far(&look));
        broken.map(|judged| Aborted::new(&self.name, judged, look.now))
    }

    fn collect(&mut self, side_by_side: &[Measured]) {
        if self.rings.is_empty() {
            let due = || {
                side_by_side.iter().filter_map(|measured| measured.running().due_ticks()).collect()
            };
            let ring = |strides: &Strides| (Ring::new(*strides), due());
            self.rings = self.plan.windows.iter().map(ring).collect();
        }
        for measured in side_by_side {
            let taken = measured.statistics().windows().map(|windows| windows.take());
            for ((ring, _), strides) in self.rings.iter_mut().zip(taken.unwrap_or_default()) {
                ring.add(strides);
            }
        }
    }

    /// Reads windows for good.
    fn read(&mut self, nth: usize, ready: &[u64], stood_still: &StandStills) {
        let LoadParts { rings, windowed, plan, paced, .. } = self;
        let ring = &mut rings[nth].0;
        for window in ready {
            let figures = ring.figures(*window, plan);
            let around = Around::window(&figures, stood_still, *paced);
            let window = InWindow::new(&figures, &around);
            of_ring(windowed, nth).for_each(|windowed| windowed.read(&window));
        }
        let below = ring.unread();
        of_ring(windowed, nth).for_each(|windowed| windowed.settle(below));
        ring.forget();
    }

    /// A threshold on windows that is to end the load, with the first of the broken windows that
    /// are not read yet, or else the worst of the others.
    fn broken_windows(&self, look: &Glance<'_>) -> Option<Judged> {
        (0..self.rings.len()).find_map(|nth| self.broken_of_ring(nth, look))
    }

    fn broken_of_ring(&self, nth: usize, look: &Glance<'_>) -> Option<Judged> {
        let ring = &self.rings[nth].0;
        let stopping: Vec<&WindowedThreshold> = self
            .windowed
            .iter()
            .filter(|(ring, windowed)| *ring == nth && self.can_stop(windowed.threshold()))
            .map(|(_, windowed)| windowed)
            .collect();
        if stopping.is_empty() {
            return None;
        }
        let mut broken: Vec<(Vec<u64>, Option<Judged>)> = vec![Default::default(); stopping.len()];
        let waiting = ring.waiting();
        for window in &waiting[waiting.len().saturating_sub(MOST_LOOKED_AT)..] {
            let figures = ring.figures_by(*window, look.now, (&self.plan, &look.open));
            let around = Around::window(&figures, &look.stood_still, self.paced);
            let window = InWindow::new(&figures, &around);
            for (windowed, (numbers, first)) in stopping.iter().zip(&mut broken) {
                if let Some(judged) = windowed.breaks_by_now(&window) {
                    numbers.push(window.number);
                    first.get_or_insert(judged);
                }
            }
        }
        stopping.iter().zip(broken).find_map(|(windowed, (numbers, first))| {
            windowed.stops_with(&numbers).then(|| first.or_else(|| windowed.worst())).flatten()
        })
    }

    fn broken_so_far(&mut self, look: &Glance<'_>) -> Option<Judged> {
        let stopping: Vec<&Threshold> =
            self.so_far.iter().filter(|threshold| self.can_stop(threshold)).collect();
        let second = look.now / SO_FAR;
        if stopping.is_empty() || second <= self.judged_so_far {
            return None;
        }
        let whole = merged_by(&self.name, look.side_by_side, look.now);
        let judged =
            stopping.into_iter().find_map(|threshold| match threshold.modifiers.after.map(nanos) {
                None => threshold.is_to_stop(&whole.evidence()),
                Some(after) if after >= look.now => None,
                Some(after) => {
                    let nth = self.plan.later.iter().position(|later| *later == after)?;
                    let later = merged_from(&whole, look.side_by_side, (nth, after));
                    threshold.is_to_stop(&later.evidence())
                }
            });
        self.judged_so_far = second;
        judged
    }

    /// Whether it is one that ends the load: with only counts judged, none on a time does.
    fn can_stop(&self, threshold: &Threshold) -> bool {
        let is_judged = self.judging == Judging::On || threshold.metric.is_judged_by_counts();
        threshold.modifiers.can_stop() && is_judged
    }

    /// What the parts say of the load when it is over, of which this is the report.
    pub(super) fn answer(&mut self, all: &[Measured], whole: &Report) -> Vec<Answered> {
        let side_by_side = self.own(all);
        self.collect(side_by_side);
        for nth in 0..self.rings.len() {
            let rest = self.rings[nth].0.take_all(nanos(whole.schedule));
            self.read(nth, &rest, &whole.stood_still);
        }
        let evidence = whole.evidence();
        let of_windows = self.windowed.iter().map(|(_, windowed)| windowed.answer(&evidence));
        let of_later = self.later.iter().filter_map(|threshold| {
            let after = nanos(threshold.modifiers.after?);
            let nth = self.plan.later.iter().position(|later| *later == after)?;
            let later = merged_from(whole, side_by_side, (nth, after));
            Some(Answered::by_later(threshold, &later.evidence(), &evidence))
        });
        of_windows.chain(of_later).collect()
    }
}

fn of_ring(
    windowed: &mut [(usize, WindowedThreshold)],
    nth: usize,
) -> impl Iterator<Item = &mut WindowedThreshold> {
    windowed.iter_mut().filter(move |(ring, _)| *ring == nth).map(|(_, windowed)| windowed)
}

fn stood_still(side_by_side: &[Measured]) -> StandStills {
    let mut all = StandStills::default();
    side_by_side.iter().for_each(|measured| {
        all.merge(&measured.running().tally().stand_stills);
    });
    all
}
