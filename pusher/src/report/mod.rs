//! What is said: the report, as text for people and as JSON for programs.

pub(crate) mod asked;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod text;

use std::time::Duration;

pub use asked::{Asked, Data};

use crate::statistics::Seen;
use crate::statistics::errors::ErrorGroup;
use crate::statistics::latency::Latency;
use crate::statistics::ledger::Ledger;
use crate::statistics::notes::{CountReport, RecordReport, StepReport};
use crate::verdict::judge::{Evidence, Judged, Judgement, Verdict};

/// What came of a load. Its `Display` is a summary of one screen.
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
    /// The ident of the Worker; of a load with the attribute, the test's name.
    pub name: String,
    /// What the thresholds come to; none where there is no attribute.
    pub verdict: Option<Verdict>,
    /// Why the verdict is not `passed`, where the thresholds alone do not say it.
    pub reasons: Vec<String>,
    /// Where the attribute stands.
    pub file: Option<String>,
    /// Where the attribute stands, a line from 1.
    pub line: Option<u32>,
    /// Where every tick went.
    pub ledger: Ledger,
    /// The same for the warm-up.
    pub warmup_ledger: Ledger,
    /// End − due of calls that ended `ok`: what a user of the service felt.
    pub response: Latency,
    /// End − start of calls that ended `ok`: how long the service took.
    pub service: Latency,
    /// Start − due of every call that began: how late the generator itself was.
    pub lag: Latency,
    /// End − due of calls that failed, timed out or panicked.
    pub failed_response: Latency,
    /// Successful calls per second of `elapsed`.
    pub throughput: f64,
    /// The measured time: from the start to the end of the schedule or of the last call, whichever
    /// is later.
    pub elapsed: Duration,
    /// Every threshold, as judged.
    pub thresholds: Vec<Judged>,
    /// What went wrong, grouped; the largest group first.
    pub errors: Vec<ErrorGroup>,
    /// The steps that calls made, in the order in which they first began; see
    /// [`Call::step`](crate::Call::step).
    pub steps: Vec<StepReport>,
    /// What calls counted, in the order in which they first did; see
    /// [`Call::count`](crate::Call::count).
    pub counts: Vec<CountReport>,
    /// What calls recorded, in the order in which they first did; see
    /// [`Call::record`](crate::Call::record).
    pub records: Vec<RecordReport>,
    /// What was asked for.
    pub load: Asked,
    /// How many callers of a closed loop never got to a call, since other calls blocked the
    /// threads of the runtime: then the load was not the one that was asked for.
    pub missing_callers: u64,
    /// Gossipers that panicked and were unhooked: the name of the type, and the message.
    pub unhooked: Vec<(String, String)>,
}

/// Whether this was compiled without optimisation, as `cargo test` does unless Cargo.toml says
/// otherwise: then the load and its lag are not what they could be.
pub(crate) const IS_DEBUG_BUILD: bool = matches!(env!("PUSHER_OPT_LEVEL").as_bytes(), b"0");

impl Report {
    /// A report of what was seen; `elapsed` in nanoseconds.
    pub(crate) fn new(
        name: &str,
        ledger: Ledger,
        warmup_ledger: Ledger,
        seen: Seen,
        elapsed: Duration,
        load: Asked,
    ) -> Report {
        let seconds = elapsed.as_secs_f64();
        Report {
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
            throughput: if seconds > 0.0 { ledger.ok as f64 / seconds } else { 0.0 },
            elapsed,
            thresholds: Vec::new(),
            errors: seen.errors.groups(),
            steps: seen.notes.steps(),
            counts: seen.notes.counts(seconds),
            records: seen.notes.records(),
            load,
            missing_callers: 0,
            unhooked: Vec::new(),
        }
    }

    /// How many ticks all Workers were to make; of a load that ends otherwise, how many they made.
    pub(crate) fn ticks(&self) -> u64 {
        self.load.ticks.unwrap_or(self.ledger.scheduled)
    }

    pub(crate) fn evidence(&self) -> Evidence<'_> {
        let Report { ledger, response, service, lag, throughput, steps, counts, records, .. } =
            self;
        Evidence {
            ledger: *ledger,
            response,
            service,
            lag,
            throughput: *throughput,
            ticks: self.ticks(),
            missing_callers: self.missing_callers,
            steps,
            counts,
            records,
        }
    }

    pub(crate) fn set_judgement(&mut self, judgement: Judgement) {
        self.verdict = Some(judgement.verdict);
        self.thresholds = judgement.thresholds;
        self.reasons = judgement.reasons;
    }

    /// Fails it, whatever the thresholds say.
    pub(crate) fn fail(&mut self, reason: String) {
        self.verdict = Some(Verdict::Failed);
        self.reasons.push(reason);
    }
}
