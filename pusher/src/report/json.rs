//! `Report` as `report.json`: times in nanoseconds, shares as fractions, null if there is no
//! sample, or if there are too few to tell a percentile.

mod capacity;
mod generator;
mod over_time;

use capacity::CapacityField;
use generator::{GeneratorField, StillWarmingField};
use over_time::{SlicesField, StageField};
use serde::Serialize;

use super::first_run::FirstRun;
use super::intervals::Intervals;
use super::{Aborted, AfterSchedule, Asked, Data, Report};
use crate::engine::lane_use::LaneUse;
use crate::engine::stand_stills::StandStills;
use crate::engine::stop_sign::EarlyStop;
use crate::plan::built;
use crate::plan::settings::Setting;
use crate::plan::threshold::Figure;
use crate::plan::time::nanos;
use crate::statistics::errors::ErrorGroup;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::{CountReport, RecordReport, StepReport};
use crate::statistics::samples::{Bound, Samples};
use crate::verdict::compared::PairedFigure;
use crate::verdict::judge::{Judged, Verdict};
use crate::verdict::past::{Absence, Standing};

/// The whole file. Each struct below that ends in `Field` is the value of one of its fields.
#[derive(Serialize)]
struct Page<'a> {
    schema: u32,
    name: &'a str,
    verdict: Option<Verdict>,
    file: Option<&'a str>,
    line: Option<u32>,
    #[serde(flatten)]
    calls: CallsField,
    thresholds: &'a [Judged],
    errors: &'a [ErrorGroup],
    load: LoadField<'a>,
    reasons: &'a [String],
    unhooked: Vec<UnhookedField<'a>>,
    debug_build: bool,
    build: Option<BuildField<'a>>,
    steps: Vec<StepField<'a>>,
    counts: Vec<CountField<'a>>,
    records: Vec<RecordField<'a>>,
    schedule: u64,
    after_schedule: AfterSchedule,
    stopped: Option<StoppedField<'a>>,
    stood_still: StoodStillField,
    lanes: Option<LanesField>,
    generator: Option<GeneratorField>,
    still_warming: Option<StillWarmingField<'a>>,
    intervals: Intervals,
    baseline: Option<BaselineField<'a>>,
    first_run: Option<&'a FirstRun>,
    aborted: Option<AbortedField<'a>>,
    other: Option<OtherField<'a>>,
    compared: &'a [PairedFigure],
    capacity: Option<CapacityField<'a>>,
    stages: Vec<StageField<'a>>,
    slices: SlicesField,
    warmup_slices: SlicesField,
}

/// What became of the calls of a fn: the load's, or the one that it is compared with.
#[derive(Serialize)]
struct CallsField {
    ledger: Ledger,
    warmup_ledger: Ledger,
    response: TimeFigures,
    service: TimeFigures,
    lag: TimeFigures,
    failed_response: TimeFigures,
    throughput: f64,
    elapsed: u64,
}

/// The fn that the load's is compared with.
#[derive(Serialize)]
struct OtherField<'a> {
    name: &'a str,
    #[serde(flatten)]
    calls: CallsField,
    errors: &'a [ErrorGroup],
    steps: Vec<StepField<'a>>,
    counts: Vec<CountField<'a>>,
    records: Vec<RecordField<'a>>,
    intervals: Intervals,
}

#[derive(Serialize)]
struct Figures {
    count: u64,
    min: Option<u64>,
    mean: Option<f64>,
    p50: Option<u64>,
    p90: Option<u64>,
    p95: Option<u64>,
    p99: Option<u64>,
    p99_9: Option<u64>,
    max: Option<u64>,
}

/// Figures in nanoseconds, of calls or steps of which some were cut off.
#[derive(Serialize)]
struct TimeFigures {
    #[serde(flatten)]
    figures: Figures,
    cut_off: u64,
    /// The keys of the figures that are at least what is given.
    at_least: Vec<&'static str>,
}

#[derive(Serialize)]
struct StepField<'a> {
    name: &'a str,
    ok: u64,
    failed: u64,
    unfinished: u64,
    errors: &'a [ErrorGroup],
    times: TimeFigures,
}

#[derive(Serialize)]
struct CountField<'a> {
    name: &'a str,
    total: u64,
    per_second: Option<f64>,
    per_call: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    at_least: bool,
}

#[derive(Serialize)]
struct RecordField<'a> {
    name: &'a str,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize)]
struct LoadField<'a> {
    rps: Option<f64>,
    duration: Option<u64>,
    overtime: u64,
    warmup: u64,
    workers: u64,
    shape: &'a str,
    arrivals: Option<&'a str>,
    seed: Option<u64>,
    ticks: Option<u64>,
    calls: Option<u64>,
    concurrency: Option<u64>,
    pause: u64,
    time: &'a str,
    setup_workers: Option<u64>,
    case: Option<&'a str>,
    data: Option<DataField>,
    profile: Option<&'a str>,
    settings: Vec<SettingField<'a>>,
    rate: Option<&'a str>,
    hints: &'a [String],
    longest_pause: Option<u64>,
    runtime: Option<&'a str>,
    local: bool,
    compare: Option<&'a str>,
}

/// How the crate of a load was compiled.
#[derive(Serialize)]
struct BuildField<'a> {
    opt_level: Option<&'a str>,
    debug_assertions: bool,
    /// The folder of cargo's profile.
    folder: Option<&'a str>,
    pusher_opt_level: &'a str,
}

impl BuildField<'_> {
    fn of(load: &Asked) -> Option<BuildField<'_>> {
        load.built.map(|built| BuildField {
            opt_level: built.opt_level,
            debug_assertions: built.debug_assertions,
            folder: load.build_folder.as_deref(),
            pusher_opt_level: built::PUSHER_OPT_LEVEL,
        })
    }
}

#[derive(Serialize)]
struct LanesField {
    on_duty: usize,
    of: usize,
    busy: f64,
}

impl LanesField {
    fn of(LaneUse { on_duty, of, busy }: LaneUse) -> LanesField {
        LanesField { on_duty, of, busy }
    }
}

#[derive(Serialize)]
struct BaselineField<'a> {
    name: &'a str,
    /// How many of its runs are compared.
    runs: usize,
    /// Why none is.
    not_compared: Option<&'a str>,
}

#[derive(Serialize)]
struct DataField {
    items: u64,
    order: String,
    needed: Option<u64>,
    used_up: bool,
}

impl DataField {
    fn of(data: &Data) -> DataField {
        let Data { items, order, needed, used_up, .. } = *data;
        DataField { items, order: order.to_string(), needed, used_up }
    }
}

#[derive(Serialize)]
struct SettingField<'a> {
    key: &'a str,
    value: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unused: Option<&'a str>,
}

#[derive(Serialize)]
struct UnhookedField<'a> {
    gossiper: &'a str,
    panic: &'a str,
}

#[derive(Serialize)]
struct StoppedField<'a> {
    why: &'a str,
    worker: &'a str,
    at: Option<u64>,
}

impl StoppedField<'_> {
    fn of(stopped: &EarlyStop) -> StoppedField<'_> {
        let EarlyStop { why, worker, at } = stopped;
        StoppedField { why, worker, at: at.map(nanos) }
    }
}

#[derive(Serialize)]
struct AbortedField<'a> {
    by: &'a str,
    load: &'a str,
    at: u64,
}

impl AbortedField<'_> {
    fn of(aborted: &Aborted) -> AbortedField<'_> {
        let Aborted { by, load, at, .. } = aborted;
        AbortedField { by, load, at: nanos(*at) }
    }
}

#[derive(Serialize)]
struct StoodStillField {
    times: u64,
    longest: u64,
    total: u64,
}

impl StoodStillField {
    fn of(stood_still: &StandStills) -> StoodStillField {
        let StandStills { times, longest, total, .. } = *stood_still;
        StoodStillField { times, longest: nanos(longest), total: nanos(total) }
    }
}

impl CallsField {
    fn of(report: &Report) -> CallsField {
        CallsField {
            ledger: report.ledger,
            warmup_ledger: report.warmup_ledger,
            response: TimeFigures::new(&report.response),
            service: TimeFigures::new(&report.service),
            lag: TimeFigures::new(&report.lag),
            failed_response: TimeFigures::new(&report.failed_response),
            throughput: report.throughput,
            elapsed: nanos(report.elapsed),
        }
    }
}

impl OtherField<'_> {
    fn of(other: &Report) -> OtherField<'_> {
        OtherField {
            name: &other.name,
            calls: CallsField::of(other),
            errors: &other.errors,
            steps: other.steps.iter().map(StepField::new).collect(),
            counts: other.counts.iter().map(CountField::new).collect(),
            records: other.records.iter().map(RecordField::new).collect(),
            intervals: other.intervals(),
        }
    }
}

impl BaselineField<'_> {
    /// None if no threshold follows one.
    fn of(standing: &Standing) -> Option<BaselineField<'_>> {
        match standing {
            Standing::Unused => None,
            Standing::Here(past) => {
                Some(BaselineField { name: &past.name, runs: past.runs.len(), not_compared: None })
            }
            Standing::Silent(Absence { name, why, .. })
            | Standing::Wanted(Absence { name, why, .. }) => {
                Some(BaselineField { name, runs: 0, not_compared: Some(why) })
            }
        }
    }
}

impl SettingField<'_> {
    fn of(setting: &Setting) -> SettingField<'_> {
        let Setting { key, value, source, unused } = setting;
        SettingField { key, value, source, unused: *unused }
    }
}

impl TimeFigures {
    fn new(latency: &Latency) -> TimeFigures {
        let samples = latency.samples();
        let is_at_least = |figure: &str| {
            let reading = Figure::parse(figure).ok().and_then(|figure| samples.resolved(figure));
            reading.is_some_and(|reading| reading.bound == Bound::AtLeast)
        };
        let keys = ["mean", "p50", "p90", "p95", "p99", "p99_9", "max"];
        TimeFigures {
            figures: Figures::new(latency.count(), &samples),
            cut_off: latency.cut_off(),
            at_least: keys.into_iter().filter(|key| is_at_least(&key.replace('_', "."))).collect(),
        }
    }
}

impl Figures {
    /// What the samples do not tell is null.
    fn new(count: u64, samples: &Samples<'_>) -> Figures {
        let resolved =
            |figure: &str| Figure::parse(figure).ok().and_then(|figure| samples.resolved(figure));
        let whole = |figure| resolved(figure).map(|reading| reading.whole);
        Figures {
            count,
            min: whole("min"),
            mean: resolved("mean").map(|reading| reading.exact),
            p50: whole("p50"),
            p90: whole("p90"),
            p95: whole("p95"),
            p99: whole("p99"),
            p99_9: whole("p99.9"),
            max: whole("max"),
        }
    }
}

impl<'a> StepField<'a> {
    fn new(step: &'a StepReport) -> StepField<'a> {
        let StepReport { name, ok, failed, unfinished, errors, times: latency } = step;
        StepField {
            name,
            ok: *ok,
            failed: *failed,
            unfinished: *unfinished,
            errors,
            times: TimeFigures::new(latency),
        }
    }
}

impl<'a> CountField<'a> {
    fn new(count: &'a CountReport) -> CountField<'a> {
        let CountReport { name, total, per_second, per_call, at_least } = count;
        let known = |figure: &f64| (!at_least).then_some(*figure);
        CountField {
            name,
            total: *total,
            per_second: known(per_second),
            per_call: known(per_call),
            at_least: *at_least,
        }
    }
}

impl<'a> RecordField<'a> {
    fn new(record: &'a RecordReport) -> RecordField<'a> {
        let RecordReport { name, values } = record;
        RecordField { name, figures: Figures::new(values.count(), &Samples::of(values)) }
    }
}

impl Report {
    /// The text of `report.json`; `verdict`, `file` and `line` are null if the load has no
    /// attribute.
    ///
    /// ```
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let report = pusher::work(100, std::time::Duration::from_millis(50), async || ()).await?;
    /// let json = report.to_json();
    /// assert!(json.starts_with("{\n  \"schema\": 1,\n  \"name\": \"work\",\n"), "{json}");
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(f()).unwrap();
    /// ```
    pub fn to_json(&self) -> String {
        let page = Page {
            schema: 1,
            name: &self.name,
            verdict: self.verdict,
            file: self.file.as_deref(),
            line: self.line,
            calls: CallsField::of(self),
            thresholds: &self.thresholds,
            errors: &self.errors,
            load: LoadField {
                rps: self.load.rps,
                duration: self.load.duration.map(nanos),
                overtime: self.load.overtime,
                warmup: nanos(self.load.warmup),
                workers: self.load.workers,
                shape: &self.load.shape,
                arrivals: self.load.arrivals,
                seed: self.load.seed,
                ticks: self.load.ticks,
                calls: self.load.calls,
                concurrency: self.load.concurrency,
                pause: nanos(self.load.pause),
                time: self.load.time,
                setup_workers: self.load.setup_workers,
                case: self.load.case.as_deref(),
                data: self.load.data.as_ref().map(DataField::of),
                profile: self.load.profile.as_deref(),
                settings: self.load.settings.iter().map(SettingField::of).collect(),
                rate: self.load.rate.as_deref(),
                hints: &self.load.hints,
                longest_pause: self.load.longest_pause.map(nanos),
                runtime: self.load.runtime,
                local: self.load.local,
                compare: self.load.compare.as_deref(),
            },
            reasons: &self.reasons,
            unhooked: self
                .unhooked
                .iter()
                .map(|(gossiper, panic)| UnhookedField { gossiper, panic })
                .collect(),
            debug_build: built::is_debug(self.load.built),
            build: BuildField::of(&self.load),
            steps: self.steps.iter().map(StepField::new).collect(),
            counts: self.counts.iter().map(CountField::new).collect(),
            records: self.records.iter().map(RecordField::new).collect(),
            schedule: nanos(self.schedule),
            after_schedule: self.after_schedule,
            stopped: self.stopped.as_ref().map(StoppedField::of),
            stood_still: StoodStillField::of(&self.stood_still),
            lanes: self.lanes.map(LanesField::of),
            generator: self.generator.as_ref().map(GeneratorField::of),
            still_warming: self.still_warming.as_ref().map(StillWarmingField::of),
            intervals: self.intervals(),
            baseline: BaselineField::of(&self.baseline),
            first_run: self.first_run.as_ref(),
            aborted: self.aborted.as_ref().map(AbortedField::of),
            other: self.other.as_deref().map(OtherField::of),
            compared: &self.compared,
            capacity: self.capacity.as_ref().map(CapacityField::of),
            stages: self.stages.iter().map(StageField::new).collect(),
            slices: SlicesField::new(&self.slices),
            warmup_slices: SlicesField::new(&self.warmup_slices),
        };
        let mut text =
            serde_json::to_string_pretty(&page).expect("plain data with text keys becomes JSON");
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests;
