//! [`Standing`]: what there is to say of a baseline: the [`Past`] runs of the same load, or why
//! there are none.

use crate::plan::threshold::{Figure, Metric, Named, Timing};
use crate::statistics::ledger::Ledger;
use crate::statistics::slices::{SliceTimes, Slices};

/// The baseline of a load.
#[derive(Clone, Debug, Default)]
pub(crate) enum Standing {
    /// No threshold follows one.
    #[default]
    Unused,
    Here(Past),
    /// There is none, or one of another load. The rest decides.
    Silent(Absence),
    /// There is none to read, although there should be one: the load is inconclusive.
    Wanted(Absence),
}

/// Why a baseline says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Absence {
    /// The name of the baseline.
    pub(crate) name: String,
    /// In a few words, for the line of a threshold.
    pub(crate) short: &'static str,
    /// In a sentence, with what to do.
    pub(crate) why: String,
}

/// Runs of the same load that were saved under a name.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) name: String,
    /// At least one; the oldest first.
    pub(crate) runs: Vec<PastRun>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub(crate) struct PastRun {
    pub(crate) ledger: Ledger,
    pub(crate) throughput: f64,
    pub(crate) response: PastTimes,
    pub(crate) service: PastTimes,
    pub(crate) steps: Vec<(String, PastTimes)>,
    pub(crate) slices: Slices,
}

/// Figures of a distribution of times, in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PastTimes(pub(crate) Vec<(Figure, f64)>);

impl Past {
    /// The figure that a threshold follows: of several runs the geometric mean.
    pub(super) fn figure(&self, metric: &Metric) -> Option<f64> {
        let figures: Option<Vec<f64>> = self.runs.iter().map(|run| run.figure(metric)).collect();
        let figures = figures?;
        // The quotients, so that the mean of equal figures is that figure.
        let first = figures.first()?.max(1e-9);
        let logs: f64 = figures.iter().map(|figure| (figure.max(1e-9) / first).ln()).sum();
        Some(first * (logs / figures.len() as f64).exp())
    }
}

impl PastRun {
    /// The figure of the whole run that a threshold speaks of; none if there are no samples.
    pub(super) fn figure(&self, metric: &Metric) -> Option<f64> {
        let (times, figure) = match metric {
            Metric::Throughput => return Some(self.throughput),
            Metric::Time(Timing::Response, figure) => (&self.response, figure),
            Metric::Time(Timing::Service, figure) => (&self.service, figure),
            Metric::Named(Named::StepTime(figure), name) => {
                (self.steps.iter().find(|(step, _)| step == name).map(|(_, times)| times)?, figure)
            }
            _ => return None,
        };
        let kept = times.0.iter().find(|(kept, _)| kept == figure).map(|(_, value)| *value);
        kept.or_else(|| {
            let mut all = SliceTimes::default();
            self.slices.times(metric)?.into_iter().for_each(|slice| all.add(slice));
            all.reading(*figure).map(|reading| reading.exact)
        })
    }
}
