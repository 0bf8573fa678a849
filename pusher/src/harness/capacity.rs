//! [`Rig`]: makes the probes of a search for a capacity, one after the other, and judges what it
//! finds.

use std::time::Duration;

use super::interrupt::Interrupts;
use super::publish::{Publisher, why_ended_early};
use super::published::PublishedLoad;
use super::runtime::LoadRuntime;
use super::suite::Member;
use super::watch::{BegunRuns, Watch};
use crate::engine::stop_sign::EarlyStop;
use crate::engine::worker::Worker;
use crate::plan::capacity::Goal;
use crate::plan::curve::Curve;
use crate::plan::rate::Rps;
use crate::plan::terms::{Pace, Terms};
use crate::plan::threshold::{Figure, Limit, Threshold};
use crate::plan::time;
use crate::plan::words::Clock;
use crate::report::capacity::PointIntervals;
use crate::report::progress::Progress;
use crate::report::{Asked, Capacity, CapacityPoint, Report};
use crate::statistics::samples::Bound;
use crate::verdict::capacity::effort::Effort;
use crate::verdict::capacity::found::{Searched, shown_rate};
use crate::verdict::capacity::over::{lateness, over, over_in_slices};
use crate::verdict::capacity::probe::{Ceiling, Probe, Prober, Shown};
use crate::verdict::capacity::search::Search;
use crate::verdict::capacity::sought::Sought;
use crate::verdict::noise::difference::NotCompared;
use crate::verdict::noise::interval::{Interval, interval_of_share};
use crate::work::{Assignment, Measured, Series, merged, together};

/// A load that is ready to be made at any rate.
pub(crate) struct Rig<'a> {
    pub(crate) runtime: &'a LoadRuntime,
    pub(crate) interrupts: &'a Interrupts,
    pub(crate) member: &'a Member,
    pub(crate) terms: &'a Terms,
    pub(crate) worker: Worker,
}

/// A search under way.
struct UnderWay<'a> {
    rig: Rig<'a>,
    series: Series,
    curve: Vec<CapacityPoint>,
    /// Whether there is to be no other probe: what ended the last one.
    cut_short: Option<&'static str>,
    /// The stop of a call that ended it, if one did.
    stopped: Option<EarlyStop>,
    /// How long the probes took, their warm-ups too, and when the schedule of the last one ended.
    took: Duration,
    ended: Duration,
    /// Why no probe can be made.
    error: Option<String>,
}

impl Rig<'_> {
    /// Searches, and publishes what is found.
    ///
    /// # Errors
    ///
    /// The test has not passed; the text is what it says.
    pub(crate) fn search(self, goal: &Goal, publisher: &Publisher<'_>) -> Result<(), String> {
        let (member, terms) = (self.member, self.terms);
        let ceilings: Vec<Ceiling> = terms.thresholds.iter().map(ceiling).collect();
        let warmup = terms.offer.warmup.as_secs_f64();
        let effort = Effort::new(&ceilings, goal.budget.as_secs_f64(), warmup);
        let at_least = goal.at_least.as_ref().map(Rps::per_second);
        let mut under_way = UnderWay {
            rig: self,
            series: Series::default(),
            curve: Vec::new(),
            cut_short: None,
            stopped: None,
            took: Duration::ZERO,
            ended: Duration::ZERO,
            error: None,
        };
        let found = Search { ceilings, at_least, effort }.run(&mut under_way);
        if let Some(error) = under_way.error {
            return publisher.not_run(member, terms, &error);
        }
        let cut_short = under_way.cut_short;
        let report = judged(under_way.report(goal, &found), cut_short);
        publisher.publish_judged(member, PublishedLoad { report, conditions: None })
    }

    /// The terms of one probe, which draws random numbers of its own.
    fn terms_of(&self, probe: &Probe, nth: u64) -> Result<Terms, String> {
        let Pace::Open { arrivals, .. } = self.terms.pace else {
            return Err("a closed loop has no capacity".to_string());
        };
        let rps = Rps::new(probe.rate / self.terms.workers as f64)
            .map_err(|wrong| format!("a probe at {}: {wrong}", shown_rate(probe.rate)))?;
        let mut terms = Terms {
            pace: Pace::Open { curve: Curve::Constant(rps), arrivals },
            duration: Some(Duration::from_secs_f64(probe.length)),
            seed: self.terms.seed.map(|seed| seed.wrapping_add(nth)),
            capacity: None,
            ..self.terms.clone()
        };
        terms.offer.warmup = Duration::from_secs_f64(probe.warmup);
        Ok(terms)
    }
}

impl Prober for UnderWay<'_> {
    fn probe(&mut self, probe: &Probe) -> Option<Shown> {
        if self.cut_short.is_some() || self.stopped.is_some() || self.error.is_some() {
            return None;
        }
        let nth = self.curve.len() as u64;
        let begun = self.rig.terms_of(probe, nth).and_then(|terms| {
            let Rig { member, worker, .. } = &self.rig;
            let assignments = Assignment::of_target(&member.name, &terms, worker.share());
            BegunRuns::new(self.rig.runtime, assignments, vec![None])
                .map_err(|error| error.to_string())
        });
        let mut begun = match begun {
            Ok(begun) => begun,
            Err(error) => {
                self.error = Some(error);
                return None;
            }
        };
        let progress = self.progress(probe, nth);
        let (runtime, interrupts) = (self.rig.runtime, self.rig.interrupts);
        self.cut_short = Watch { runtime, interrupts, begun: &mut begun }.until_over(progress);
        let shown = self.take(probe, &begun.all);
        (self.cut_short.is_none() && self.stopped.is_none()).then_some(shown)
    }
}

impl UnderWay<'_> {
    fn progress(&self, probe: &Probe, nth: u64) -> Progress {
        let name = &self.rig.member.name;
        let [warmup, length] = [probe.warmup, probe.length].map(Duration::from_secs_f64);
        let headline = format!(
            "{name}: probe {} at {} for {} after a warm-up of {}",
            nth + 1,
            shown_rate(probe.rate),
            time::rounded(length),
            time::rounded(warmup),
        );
        let is_real = self.rig.terms.clock == Clock::Real;
        Progress::of_part(name, headline, is_real.then_some(warmup + length))
    }

    /// Takes what a probe has shown.
    fn take(&mut self, probe: &Probe, all: &[Measured]) -> Shown {
        let report = merged(&self.rig.member.name, all);
        self.series.add(all, report.schedule, report.elapsed);
        self.tell_time(all, &report);
        let limits = &self.rig.terms.thresholds;
        let evidence = report.evidence();
        let over = over(limits, &evidence);
        let both = limits.iter().zip(&over);
        let broken = both.filter(|(limit, over)| ceiling(limit).is_broken_by(**over));
        let mut broken = broken.map(|(limit, _)| limit).peekable();
        let held = broken.peek().is_none();
        let late = if held { None } else { lateness(broken, &evidence) };
        let point = point(probe, &report, limits, &over);
        self.curve.push(CapacityPoint { held, late: late.is_some(), ..point });
        let ledger = report.ledger;
        let late_endings = report.after_schedule.ok + report.after_schedule.errors;
        let in_time = report.warmup_ledger.started + ledger.started - late_endings;
        let length = report.schedule.as_secs_f64();
        Shown {
            rate: probe.rate,
            length,
            calls: ledger.scheduled,
            warmup_calls: report.warmup_ledger.scheduled,
            over,
            ended: in_time as f64 / (probe.warmup + length),
            took: probe.warmup + report.elapsed.as_secs_f64(),
            late,
        }
    }

    /// Times of the probe that is over, as times of the search.
    fn tell_time(&mut self, all: &[Measured], probe: &Report) {
        let warmup = all.iter().map(Measured::warmup_ended).max().unwrap_or_default();
        let begun = self.took + warmup;
        self.ended = begun + probe.schedule;
        self.took = begun + probe.elapsed;
        // One in the warm-up ended that.
        let at = |stopped: &EarlyStop| Some(begun + stopped.at.unwrap_or_default());
        self.stopped =
            probe.stopped.as_ref().map(|stopped| EarlyStop { at: at(stopped), ..stopped.clone() });
    }

    /// The report of all probes, with what was found and the verdict on it.
    fn report(self, goal: &Goal, found: &Searched) -> Report {
        let Rig { member, terms, .. } = self.rig;
        let of_each: Vec<Asked> =
            (0..terms.workers).map(|worker| Asked::of_terms(terms, &terms.order(worker))).collect();
        let mut report = self.series.report(&member.name, together(of_each.iter()));
        let limits = terms.thresholds.iter().map(Threshold::to_string).collect();
        let capacity = Capacity::of(found, limits, goal);
        report.capacity = Some(Capacity { curve: self.curve, ended: self.ended, ..capacity });
        report.stopped = self.stopped;
        let sought = Sought {
            limits: &terms.thresholds,
            at_least: goal.at_least.as_ref(),
            budget: goal.budget,
            evidence: &report.evidence(),
            warmup_ok: report.warmup_ledger.ok,
        };
        let judgement = sought.judge(found);
        report.set_judgement(judgement);
        report
    }
}

/// A search that was cut short has failed, whatever it has found.
fn judged(mut report: Report, cut_short: Option<&str>) -> Report {
    let ended = report.capacity.as_ref().map(|search| search.ended);
    let why = why_ended_early(&report, cut_short, ended.unwrap_or_default());
    if !why.is_empty() {
        report.reasons.clear();
        why.into_iter().for_each(|why| report.fail(why));
    }
    report
}

/// What a probe showed, as a row of the curve.
fn point(
    probe: &Probe,
    report: &Report,
    limits: &[Threshold],
    over: &[(u64, u64)],
) -> CapacityPoint {
    let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
    let shares = over.iter().map(|(over, of)| share(*over, *of));
    let worst = shares.zip(limits).max_by(|(one, _), (two, _)| one.total_cmp(two));
    let ledger = report.ledger;
    let p99 = report.response.samples().resolved(Figure::nearest(99.0));
    let found = report.intervals();
    let interval_of_over = |(over, limit): (f64, &Threshold)| {
        let slices = over_in_slices(limit, report.steady(0..u64::MAX)?);
        let Interval { low, high } = interval_of_share(&slices)?;
        // Slices have two digits, and the share has three.
        Ok(Interval { low: low.min(over), high: high.max(over) })
    };
    CapacityPoint {
        rps: probe.rate,
        calls: ledger.scheduled,
        over: worst.map_or(0.0, |(over, _)| over),
        p99: p99.map(|p99| Duration::from_nanos(p99.whole)),
        p99_is_at_least: p99.is_some_and(|p99| p99.bound == Bound::AtLeast),
        errors: share(ledger.errors(), ledger.started),
        canceled: share(ledger.canceled, ledger.scheduled),
        held: true,
        late: false,
        intervals: PointIntervals {
            over: worst.map_or(Err(NotCompared::NoSlices), interval_of_over),
            p99: found.response.p99,
            errors: found.errors,
            canceled: found.canceled,
        },
    }
}

/// A limit as the search sees it.
fn ceiling(limit: &Threshold) -> Ceiling {
    let time = match limit.limit {
        Limit::Time(time) => time.as_secs_f64(),
        _ => 0.0,
    };
    Ceiling { share: limit.most_over(), time }
}
