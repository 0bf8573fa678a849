//! `Report`: the result of a load, as text for people and as JSON for programs.

pub(crate) mod saved;
pub(crate) mod json;
pub(crate) mod stopped;
pub(crate) mod aborted;
mod other;
pub(crate) mod progress;
pub(crate) mod asked;
pub(crate) mod text;
pub(crate) mod capacity;
pub(crate) mod first_run;
pub(crate) mod intervals;

use std::time::Duration;

use serde::Serialize;

pub use aborted::Aborted;
pub use asked::{Asked, Data};
pub use capacity::{Capacity, CapacityPoint};
use first_run::FirstRun;

use crate::engine::lane_use::LaneUse;
use crate::engine::stand_stills::StandStills;
use crate::engine::stop_sign::EarlyStop;
use crate::statistics::errors::ErrorGroup;
use crate::statistics::errors::lane_limit::LaneLimit;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::{CountReport, Per, RecordReport, StepReport};
use crate::statistics::seen::Seen;
use crate::statistics::slices::Slices;
use crate::statistics::stages::StageReport;
use crate::verdict::compared::PairedFigure;
use crate::verdict::evidence::Evidence;
use crate::verdict::generator::Generator;
use crate::verdict::judge::{Judged, Judgement, Verdict};
use crate::verdict::past::Standing;
use crate::verdict::still_warming::StillWarming;

/// The result of a load. Its `Display` is a summary of one screen.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let report = pusher::work(100, Duration::from_millis(100), async || ()).await?;
/// println!("{report}");
/// assert_eq!(report.ledger.scheduled, 10);
/// assert!(report.response.percentile(99.0) < Duration::from_secs(1));
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The ident of the Worker; for a load with the attribute, the name of its test.
    pub name: String,
    /// Whether the load has passed; none if it has no attribute, and so no thresholds.
    pub verdict: Option<Verdict>,
    /// Why the verdict is not `passed`, if the thresholds alone do not say it, and why a call
    /// stopped the load, if one did.
    pub reasons: Vec<String>,
    /// The file of the attribute.
    pub file: Option<String>,
    /// The line of the attribute in that file, from 1.
    pub line: Option<u32>,
    /// Where every tick went.
    pub ledger: Ledger,
    /// The same for the warm-up.
    pub warmup_ledger: Ledger,
    /// From due to end, for calls that ended `ok`: how long a user of the service waited. Calls
    /// that timed out or were interrupted are cut off in it. [Pauses](crate::Call::pause) of a call
    /// are in none of its times.
    pub response: Latency,
    /// From start to end, for the same calls: how long the service took.
    pub service: Latency,
    /// From due to start, for every call that began: how late pusher itself was. Ticks that never
    /// began are cut off in it.
    pub lag: Latency,
    /// From due to end, for calls that failed or panicked.
    pub failed_response: Latency,
    /// Successful calls that ended while the schedule ran, per second of it. A load would have a
    /// lower throughput for its last answers otherwise, for which it only waits.
    pub throughput: f64,
    /// How long the schedule ran, from the start: to its own end, or to the instant at which it was
    /// stopped; in a closed loop that made all of its `calls`, to the last answer.
    pub schedule: Duration,
    /// Calls that ended after the schedule.
    pub after_schedule: AfterSchedule,
    /// The measured time: from the start to the end of the schedule or of the last call, whichever
    /// is later.
    pub elapsed: Duration,
    /// Every threshold, with its figure.
    pub thresholds: Vec<Judged>,
    /// The errors in groups; the largest group first.
    pub errors: Vec<ErrorGroup>,
    /// The steps that calls made, in the order in which they first began; see
    /// [`Call::step`](crate::Call::step).
    pub steps: Vec<StepReport>,
    /// The counts, in the order in which calls first gave their names; see
    /// [`Call::count`](crate::Call::count).
    pub counts: Vec<CountReport>,
    /// The records, in the order in which calls first gave their names; see
    /// [`Call::record`](crate::Call::record).
    pub records: Vec<RecordReport>,
    /// What came of each stage of the shape, or of each step or period of it; none if the load has
    /// one rate or one number of callers all the time, or is of one of several Workers that make a
    /// load together.
    pub stages: Vec<StageReport>,
    /// The load that was asked for.
    pub load: Asked,
    /// The number of callers of a closed loop that never made a call, because other calls blocked
    /// the threads of the runtime. If there are any, the load was not the one that was asked for.
    pub missing_callers: u64,
    /// When the whole process stood still, and so pusher and a service in it with it.
    pub stood_still: StandStills,
    /// The lanes that made the calls; none of a load without lanes.
    pub lanes: Option<LaneUse>,
    /// What pusher took of its process and of the machine, with the limits above which times cannot
    /// be trusted; none of a load on a virtual clock.
    pub generator: Option<Generator>,
    /// The measured time in slices: empty of one of several Workers of a load, and of no run.
    pub(crate) slices: Slices,
    /// The same of the warm-up.
    pub(crate) warmup_slices: Slices,
    /// Whether the service was still warming up when the measured time began, as far as that can be
    /// told: of a load at one rate, or of callers of one number, with calls enough.
    pub still_warming: Option<StillWarming>,
    /// The other loads of its farm, in words.
    pub(crate) beside: Option<String>,
    /// What thresholds that follow a baseline are compared with.
    pub(crate) baseline: Standing,
    /// What became of the load before, if it was made once more.
    pub(crate) first_run: Option<FirstRun>,
    /// Gossipers that panicked and then heard no more: the name of the type, and the message.
    pub unhooked: Vec<(String, String)>,
    /// What the fn came to that was called on the same schedule, to be compared with, if there is
    /// one: see `compare` of [`load`](macro@crate::load). It has no thresholds.
    pub other: Option<Box<Report>>,
    /// How its percentiles differ from those of the load's own fn: empty if there is none.
    pub compared: Vec<PairedFigure>,
    /// Whether no call was to be made, since a setup went wrong: then its text has no figures.
    pub(crate) is_of_no_run: bool,
    /// The stop that ended the load early, if a call asked for one: see
    /// [`Call::stop`](crate::Call::stop).
    pub stopped: Option<EarlyStop>,
    /// The condition that ended the load early, if one with `abort` did.
    pub aborted: Option<Aborted>,
    /// What a search for a capacity has found; none of a load. Its figures above are of the calls
    /// of all probes together.
    pub capacity: Option<Capacity>,
}

/// Calls that ended when the schedule of their load had ended: they are in all figures but the
/// throughput.
///
/// ```
/// # async fn f() -> Result<(), pusher::Error> {
/// use std::time::Duration;
///
/// let slow = async || tokio::time::sleep(Duration::from_millis(80)).await;
/// let report = pusher::work(100, Duration::from_millis(50), slow).await?;
/// assert_eq!(report.after_schedule.ok, 5);
/// assert_eq!(report.throughput, 0.0);
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AfterSchedule {
    /// Calls that returned `()` or `Ok`.
    pub ok: u64,
    /// All others.
    pub errors: u64,
    /// Those of `ok` that would have ended while the schedule ran, had pusher begun them on time.
    pub delayed: u64,
}

/// The figures that a report is made of.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) ledger: Ledger,
    pub(crate) warmup_ledger: Ledger,
    pub(crate) seen: Seen,
    /// How long the schedule ran.
    pub(crate) schedule: Duration,
    /// The measured time.
    pub(crate) elapsed: Duration,
}

impl Report {
    /// The report of a load, without a verdict.
    pub(crate) fn new(name: &str, found: Findings, load: Asked) -> Report {
        let Findings { ledger, warmup_ledger, seen, schedule, elapsed } = found;
        let (seconds, late) = (schedule.as_secs_f64(), &seen.late_endings);
        let ok_in_time = ledger.ok - late.ok;
        let mut report = Report {
            name: name.to_string(),
            verdict: None,
            reasons: Vec::new(),
            file: None,
            line: None,
            ledger,
            warmup_ledger,
            response: seen.response,
            service: seen.service,
            lag: seen.lag,
            failed_response: seen.failed_response,
            throughput: if seconds > 0.0 { ok_in_time as f64 / seconds } else { 0.0 },
            schedule,
            after_schedule: AfterSchedule {
                ok: late.ok,
                errors: late.errors(),
                delayed: seen.delayed,
            },
            elapsed,
            thresholds: Vec::new(),
            errors: seen.errors.groups(),
            steps: seen.notes.steps(),
            counts: seen.notes.counts(Per { seconds, calls: ledger.started }),
            records: seen.notes.records(),
            stages: Vec::new(),
            load,
            missing_callers: 0,
            stood_still: StandStills::default(),
            lanes: None,
            generator: None,
            still_warming: None,
            slices: Slices::default(),
            warmup_slices: Slices::default(),
            beside: None,
            baseline: Standing::default(),
            first_run: None,
            unhooked: Vec::new(),
            other: None,
            compared: Vec::new(),
            is_of_no_run: false,
            stopped: None,
            aborted: None,
            capacity: None,
        };
        if report.load.is_on_lanes() {
            LaneLimit::advise(&mut report.errors);
            report.steps.iter_mut().for_each(|step| LaneLimit::advise(&mut step.errors));
        }
        report
    }

    /// The number of ticks that all Workers were to make; if it was not known beforehand, the
    /// number that came due.
    pub(crate) fn ticks(&self) -> u64 {
        self.load.ticks.unwrap_or(self.ledger.scheduled)
    }

    /// The figures that thresholds are compared with.
    pub(crate) fn evidence(&self) -> Evidence<'_> {
        let Report { ledger, response, service, lag, throughput, .. } = self;
        let Report { errors, steps, counts, records, .. } = self;
        Evidence {
            ledger: *ledger,
            response,
            service,
            lag,
            throughput: *throughput,
            ticks: self.ticks(),
            schedule: self.schedule,
            delayed: self.after_schedule.delayed,
            reach: self.load.reach(),
            missing_callers: self.missing_callers,
            stood_still: &self.stood_still,
            generator: self.generator.as_ref(),
            lost: self.lost(),
            ends_by_time: self.ends_by_time(),
            shortened: self.load.shortened,
            whole_ticks: self.load.whole_ticks,
            errors,
            shortage: self.load.data.as_ref().and_then(|data| data.shortage(self.ledger.scheduled)),
            steps,
            counts,
            records,
            slices: &self.slices,
            baseline: &self.baseline,
            other: None,
        }
    }

    /// How long the callers of a closed loop stood still while the schedule ran. An open loop makes
    /// up for it.
    fn lost(&self) -> Duration {
        let is_closed = self.load.concurrency.is_some();
        if is_closed { self.stood_still.in_schedule } else { Duration::ZERO }
    }

    /// Whether it made neither all of its calls nor all that its data lasts for.
    fn ends_by_time(&self) -> bool {
        let Asked { calls, workers, data, .. } = &self.load;
        let has_made_all =
            calls.is_some_and(|calls| self.ledger.scheduled >= calls.saturating_mul(*workers));
        !has_made_all && data.as_ref().is_none_or(|data| !data.used_up)
    }

    pub(crate) fn set_judgement(&mut self, judgement: Judgement) {
        self.verdict = Some(judgement.verdict);
        self.thresholds = judgement.thresholds;
        self.reasons = judgement.reasons;
        self.set_intervals();
    }

    /// What lets the test pass though nobody knows whether the load has, if something does.
    pub(crate) fn passes_inconclusive(&self) -> Option<&str> {
        let is_inconclusive = self.verdict == Some(Verdict::Inconclusive);
        // A load that failed at first is not confirmed by one that proves nothing.
        let has_failed = self.first_run.as_ref().is_some_and(FirstRun::has_failed);
        self.load.passes_inconclusive().filter(|_| is_inconclusive && !has_failed)
    }

    /// Whether the test of this load passes.
    pub(crate) fn passes_its_test(&self) -> bool {
        self.verdict == Some(Verdict::Passed) || self.passes_inconclusive().is_some()
    }

    /// Makes the verdict `failed`, whatever the thresholds say.
    pub(crate) fn fail(&mut self, reason: String) {
        self.verdict = Some(Verdict::Failed);
        self.reasons.push(reason);
    }
}
