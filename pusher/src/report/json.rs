//! `report.json`: times in nanoseconds, shares as fractions, null for what has no sample.

use serde::Serialize;

use super::Report;
use crate::plan::time::nanos;
use crate::statistics::errors::ErrorGroup;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::verdict::judge::{Judged, Verdict};

#[derive(Serialize)]
struct Page<'a> {
    schema: u32,
    name: &'a str,
    verdict: Option<Verdict>,
    file: Option<&'a str>,
    line: Option<u32>,
    ledger: Ledger,
    warmup_ledger: Ledger,
    response: Times,
    service: Times,
    lag: Times,
    failed_response: Times,
    throughput: f64,
    elapsed: u64,
    thresholds: &'a [Judged],
    errors: &'a [ErrorGroup],
    load: Load<'a>,
    reasons: &'a [String],
    unhooked: Vec<Unhooked<'a>>,
    debug_build: bool,
}

#[derive(Serialize)]
struct Times {
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

#[derive(Serialize)]
struct Load<'a> {
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
}

#[derive(Serialize)]
struct Unhooked<'a> {
    gossiper: &'a str,
    panic: &'a str,
}

impl Times {
    fn new(latency: &Latency) -> Times {
        let sampled = |duration| (!latency.is_empty()).then(|| nanos(duration));
        let percentile = |percent| sampled(latency.percentile(percent));
        Times {
            count: latency.count(),
            min: sampled(latency.min()),
            mean: (!latency.is_empty()).then(|| latency.mean_nanos()),
            p50: percentile(50.0),
            p90: percentile(90.0),
            p95: percentile(95.0),
            p99: percentile(99.0),
            p99_9: percentile(99.9),
            max: sampled(latency.max()),
        }
    }
}

impl Report {
    /// The text of `report.json`; `verdict`, `file` and `line` are null where there is no attribute.
    ///
    /// ```
    /// # async fn f() -> Result<(), pusher::Error> {
    /// let report = pusher::work(100, std::time::Duration::from_millis(50), async || ()).await?;
    /// assert!(report.to_json().starts_with("{\n  \"schema\": 1,\n  \"name\": \"work\",\n  \"verdict\": null,"));
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
            ledger: self.ledger,
            warmup_ledger: self.warmup_ledger,
            response: Times::new(&self.response),
            service: Times::new(&self.service),
            lag: Times::new(&self.lag),
            failed_response: Times::new(&self.failed_response),
            throughput: self.throughput,
            elapsed: nanos(self.elapsed),
            thresholds: &self.thresholds,
            errors: &self.errors,
            load: Load {
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
            },
            reasons: &self.reasons,
            unhooked: self.unhooked.iter().map(|(gossiper, panic)| Unhooked { gossiper, panic }).collect(),
            debug_build: super::IS_DEBUG_BUILD,
        };
        let mut text = serde_json::to_string_pretty(&page).expect("plain data with text keys becomes JSON");
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests;
