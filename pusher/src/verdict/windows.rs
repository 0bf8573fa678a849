//! [`WindowedThreshold`]: a threshold that has to hold in every window. It reads each window once,
//! in any order, and keeps a few numbers.

use std::cmp::Ordering;
use std::time::Duration;

use super::blame::Blame;
use super::chance::Chance;
use super::evidence::Evidence;
use super::judge::{Answered, Judged};
use super::part::{PartField, WindowCounts, WorstWindow, instant};
use super::past::Standing;
use super::reach::Reach;
use super::runs::Runs;
use crate::engine::stand_stills::StandStills;
use crate::plan::strides::{Strides, samples_of};
use crate::plan::threshold::{Figure, Modifiers, Threshold};
use crate::plan::time::{self, nanos};
use crate::statistics::slices::Slices;
use crate::statistics::windows::ring::WindowFigures;

/// What windows have said of a threshold so far.
#[derive(Clone)]
pub(crate) struct WindowedThreshold {
    threshold: Threshold,
    strides: Strides,
    counts: WindowCounts,
    worst: Option<Worst>,
    /// The windows that are broken: by whomever; not by pusher; and by the service, however late
    /// pusher was.
    broken: [Runs; 3],
    /// Those that are broken, not by pusher, by a figure that their samples tell.
    told_broken: Runs,
    /// What pusher did, if that broke one.
    excuse: Option<(u64, Blame)>,
    /// Of the window with the most samples that break the limit: how many these are, and of how
    /// many.
    most_bad: (u64, u64),
}

#[derive(Clone)]
struct Worst {
    /// How bad it is: a broken window before any other, and one that the service broke first; then
    /// by its figure, and by the number of samples that break the limit.
    rank: (usize, f64, u64),
    window: WorstWindow,
    judged: Judged,
}

/// No limit in a window follows another run, nor are there slices of one.
const NO_SLICES: &Slices = &Slices::EMPTY;
const NO_BASELINE: &Standing = &Standing::Unused;

/// A window, and the figures in it.
pub(crate) struct InWindow<'a> {
    pub(crate) number: u64,
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) evidence: Evidence<'a>,
}

/// When the process stood still around a window.
pub(crate) struct Around {
    /// While calls were in flight that are due in it.
    stood_still: StandStills,
    /// In a closed loop: for how long in the window itself.
    lost: Duration,
}

impl Around {
    /// Of all times, those around a window with these figures.
    pub(crate) fn window(figures: &WindowFigures, all: &StandStills, paced: Paced) -> Around {
        let longest = nanos(figures.response.max());
        let lost = match paced {
            Paced::BySchedule => Duration::ZERO,
            Paced::ByAnswers => all.between(figures.from, figures.to).in_schedule,
        };
        let to = figures.to.saturating_add(longest);
        Around { stood_still: all.between(figures.from, to), lost }
    }
}

/// What decides when calls are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paced {
    BySchedule,
    ByAnswers,
}

impl<'a> InWindow<'a> {
    pub(crate) fn new(figures: &'a WindowFigures, around: &'a Around) -> InWindow<'a> {
        let WindowFigures { number, from, to, ledger, response, service, lag, .. } = figures;
        let evidence = Evidence {
            ledger: *ledger,
            response,
            service,
            lag,
            throughput: figures.throughput,
            ticks: ledger.scheduled,
            schedule: Duration::from_nanos(to - from),
            delayed: figures.delayed,
            reach: Reach::default(),
            missing_callers: 0,
            stood_still: &around.stood_still,
            lost: around.lost,
            ends_by_time: true,
            shortened: false,
            whole_ticks: None,
            errors: &[],
            shortage: None,
            steps: &figures.steps,
            counts: &figures.counts,
            records: &figures.records,
            slices: NO_SLICES,
            baseline: NO_BASELINE,
            other: None,
            // Its figures are of the whole load.
            generator: None,
        };
        InWindow { number: *number, from: *from, to: *to, evidence }
    }
}

impl Worst {
    fn compare(&self, other: &Worst) -> Ordering {
        let (ours, theirs) = (self.rank, other.rank);
        let by_rank = ours.0.cmp(&theirs.0).then(ours.1.total_cmp(&theirs.1));
        let by_bound = self.judged.at_least.cmp(&other.judged.at_least);
        let earlier = other.window.from.cmp(&self.window.from);
        by_rank.then(by_bound).then(ours.2.cmp(&theirs.2)).then(earlier)
    }
}

impl WindowedThreshold {
    pub(crate) fn new(threshold: &Threshold, strides: Strides) -> WindowedThreshold {
        WindowedThreshold {
            threshold: threshold.clone(),
            strides,
            counts: WindowCounts::default(),
            worst: None,
            broken: Default::default(),
            told_broken: Runs::default(),
            excuse: None,
            most_bad: (0, 0),
        }
    }

    pub(crate) fn threshold(&self) -> &Threshold {
        &self.threshold
    }

    /// Whether it asks for a window that begins then.
    pub(crate) fn is_for(&self, from: u64) -> bool {
        self.threshold.modifiers.after.is_none_or(|after| from >= nanos(after))
    }

    /// Reads a window for good.
    pub(crate) fn read(&mut self, window: &InWindow<'_>) {
        if !self.is_for(window.from) {
            return;
        }
        self.counts.count += 1;
        let judged = self.threshold.judge_by(&window.evidence);
        let told = self.threshold.count_in(&window.evidence);
        // Samples that are too few to tell a figure can still say that it is too high.
        let few = || self.threshold.few_in(&window.evidence).filter(|_| judged.met.is_some());
        let Some(count) = told.or_else(few) else { return };
        self.counts.judged += 1;
        let (mut fault, mut bad) = (0, 0);
        if judged.met == Some(false) {
            self.counts.broken += 1;
            let first = self.counts.first.unwrap_or(window.from);
            self.counts.first = Some(first.min(window.from));
            bad = self.threshold.count_of_bad(&window.evidence);
            self.most_bad = self.most_bad.max((bad, count));
            let blame = self.threshold.blame(&window.evidence);
            fault = match &blame {
                Blame::Generator(_) | Blame::StandStill(_) | Blame::PastLimits(_) => 1,
                Blame::Open => 2,
                Blame::Service => 3,
            };
            self.broken[..fault].iter_mut().for_each(|runs| runs.add(window.number));
            if fault > 1 && told.is_some() {
                self.told_broken.add(window.number);
            }
            if fault == 1 {
                self.excuse(window, blame);
            }
        }
        if let Some(observed) = judged.observed {
            let rank = (fault, self.badness(&judged, observed), bad);
            let window = WorstWindow { from: window.from, to: window.to, observed, count };
            self.compare(Worst { rank, window, judged });
        }
    }

    /// Keeps the earliest, whatever the order.
    fn excuse(&mut self, window: &InWindow<'_>, excuse: Blame) {
        if self.excuse.as_ref().is_none_or(|(from, _)| window.from < *from) {
            self.excuse = Some((window.from, excuse));
        }
    }

    /// What pusher did in the first window that this broke.
    fn excused(&self) -> Blame {
        let Some((from, excuse)) = &self.excuse else { return Blame::Open };
        let when =
            |what: &String| format!("in the window that begins at {}, {what}", instant(*from));
        match excuse {
            Blame::Generator(what) => Blame::Generator(when(what)),
            Blame::StandStill(what) => Blame::StandStill(when(what)),
            Blame::Service | Blame::PastLimits(_) | Blame::Open => Blame::Open,
        }
    }

    fn badness(&self, judged: &Judged, observed: f64) -> f64 {
        if self.threshold.operator.is_upper() {
            observed
        } else if self.threshold.operator.is_lower() {
            -observed
        } else {
            (observed - judged.limit).abs()
        }
    }

    /// Keeps the worst; of those that are alike the earliest, in whatever order they come.
    fn compare(&mut self, other: Worst) {
        let is_worse = self.worst.as_ref().is_none_or(|ours| other.compare(ours).is_gt());
        if is_worse {
            self.worst = Some(other);
        }
    }

    /// No window below that number is still to come.
    pub(crate) fn settle(&mut self, below: u64) {
        let told = [&mut self.told_broken];
        self.broken.iter_mut().chain(told).for_each(|runs| runs.settle(below));
    }

    /// Whether a window that is not read yet breaks it for good, by what is known now, and pusher
    /// is not to blame.
    pub(crate) fn breaks_by_now(&self, window: &InWindow<'_>) -> Option<Judged> {
        if !self.is_for(window.from) || !self.threshold.breaks_early() {
            return None;
        }
        let judged = self.threshold.is_to_stop(&window.evidence)?;
        let count = self.threshold.count_in(&window.evidence)?;
        let worst = judged.observed.map(|observed| WorstWindow {
            from: window.from,
            to: window.to,
            observed,
            count,
        });
        // Of what is told when it happens, a window that is over has all.
        let at_least = judged.at_least || !self.threshold.is_by_instant();
        Some(Judged { at_least, part: PartField { worst, ..judged.part.clone() }, ..judged })
    }

    /// The worst of the windows that are read.
    pub(crate) fn worst(&self) -> Option<Judged> {
        let worst = self.worst.as_ref()?;
        let judged = worst.judged.clone();
        let part = PartField { worst: Some(worst.window), ..judged.part };
        Some(Judged { part, ..judged })
    }

    /// Whether a breach lasts as long as it has to, with these windows that are broken and not read
    /// yet. Pusher is to blame for none of it, and figures tell it.
    pub(crate) fn stops_with(&self, broken: &[u64]) -> bool {
        let mut runs = self.told_broken.clone();
        broken.iter().for_each(|window| runs.add(*window));
        runs.longest() >= self.needed()
    }

    /// How many windows in a row have to be broken.
    fn needed(&self) -> u64 {
        self.strides.fewest_of_breach(self.threshold.modifiers.lasting)
    }

    /// How long the longest breach lasted, if it has to last and there was one.
    fn longest_breach(&self) -> Option<u64> {
        self.threshold.modifiers.lasting?;
        self.broken[0].longest().checked_sub(1).map(|strides| self.strides.start(strides))
    }

    /// What the windows say when the load is over, of which `whole` has the figures.
    pub(crate) fn answer(&self, whole: &Evidence<'_>) -> Answered {
        let needed = self.needed();
        let breaks = |nth: usize| self.broken[nth].longest() >= needed;
        let blame = match (breaks(2), breaks(1)) {
            (true, _) => Blame::Service,
            (_, true) => self.threshold.blame_for_windows(whole),
            _ => self.excused(),
        };
        // A breach that has to last takes windows to last in.
        let can_break = self.counts.judged > 0 && self.counts.count >= needed;
        let is_met = can_break.then(|| !breaks(0));
        let by_chance = is_met == Some(false) && self.is_by_chance(whole);
        let none = || Judged { met: None, observed: None, ..self.threshold.judge_by(whole) };
        let judged = self.worst.as_ref().map_or_else(none, |worst| worst.judged.clone());
        let windows = WindowCounts { by_chance, longest: self.longest_breach(), ..self.counts };
        let judged = Judged {
            met: is_met,
            part: PartField {
                windows: Some(windows),
                worst: self.worst.as_ref().map(|worst| worst.window),
                ..PartField::of(&self.threshold.modifiers)
            },
            not_judged: is_met.is_none().then(|| self.why_not_judged(whole)),
            ..judged
        };
        if is_met.is_none() {
            return match self.answer_by_whole(whole) {
                Some(answered) => answered,
                None => Answered::without_part(&self.threshold, judged, whole),
            };
        }
        Answered { judged, threshold: self.threshold.clone(), blame, too_few: None }
    }

    /// What the whole load says of a threshold that no window tells: if the load breaks it, then so
    /// has one of the windows that make it up.
    fn answer_by_whole(&self, whole: &Evidence<'_>) -> Option<Answered> {
        let threshold = &self.threshold;
        let Modifiers { lasting, after, .. } = threshold.modifiers;
        let is_of_all = lasting.is_none() && after.is_none() && !threshold.modifiers.only_stops();
        let judged = threshold.judge_by(whole);
        let is_broken = is_of_all && self.counts.count > 0 && judged.met == Some(false);
        let windows = Some(self.counts);
        let part = PartField { windows, ..PartField::of(&threshold.modifiers) };
        is_broken.then(|| Answered {
            threshold: threshold.clone(),
            judged: Judged { part, ..judged },
            blame: threshold.blame(whole),
            too_few: None,
        })
    }

    fn why_not_judged(&self, whole: &Evidence<'_>) -> String {
        let over = time::format(self.threshold.modifiers.over.unwrap_or_default());
        if self.counts.count == 0 {
            return format!(
                "the load has no window of {over}: it ran for {}",
                time::brief(whole.schedule)
            );
        }
        if let Some(lasting) = self.threshold.modifiers.lasting
            && self.counts.judged > 0
        {
            let [count, needed] = [self.counts.count, self.needed()];
            let lasting = time::format(lasting);
            return format!(
                "the load has {count} windows, and a breach of {lasting} takes {needed}"
            );
        }
        let metric = &self.threshold.metric;
        match metric.figure() {
            Some(figure @ Figure::Percentile(_)) => {
                let needed = metric.samples_needed();
                let what = samples_of(metric);
                format!("no window of {over} has the {needed} {what}s that {figure} takes")
            }
            _ => format!("no window of {over} has anything to tell it by"),
        }
    }

    /// Whether the load as a whole keeps to the limit, and no window breaks it more than one of so
    /// many can by chance.
    fn is_by_chance(&self, whole: &Evidence<'_>) -> bool {
        let metric = &self.threshold.metric;
        let all = match (whole.samples(metric), whole.share(metric)) {
            (Some((samples, Figure::Percentile(_))), _) => samples.count(),
            (None, Some((_, all))) => all,
            _ => return false,
        };
        let share = self.threshold.count_of_bad(whole) as f64 / all.max(1) as f64;
        let (bad, calls) = self.most_bad;
        let chance = Chance { calls, bad, share, windows: self.counts.judged };
        self.threshold.operator.is_upper()
            && self.threshold.judge_by(whole).met == Some(true)
            && chance.explains()
    }
}

#[cfg(test)]
mod tests;
