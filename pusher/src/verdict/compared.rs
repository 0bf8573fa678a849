//! [`PairedFigure`]: how the figures of two targets differ that were called on one schedule; and
//! whether there is something to compare with.

use serde::Serialize;

use super::comparison::PairedComparison;
use super::evidence::{Evidence, OtherEvidence};
use super::noise::difference::{Difference, NotCompared};
use super::noise::groups::share_below;
use super::noise::paired::paired;
use super::noise::slower::{Allowance, TimedRun};
use crate::plan::threshold::{Base, Figure, Metric, Threshold, Timing};
use crate::statistics::samples::{Bound, Samples};
use crate::statistics::slices::SliceTimes;

/// How a figure of a load's fn differs from that of the fn that it is compared with. All is
/// relative: 0.1 is 10 % more.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PairedFigure {
    /// Which figure: `p99` of response times, `service.p99` of service times.
    pub figure: String,
    /// The mean of the differences in short parts of the time, in each of which both were called:
    /// what drifts for both is in none of it. None if there are too few calls.
    pub difference: Option<f64>,
    /// The lower end of the interval in which the difference is in 95 of 100 such loads.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// How the figures of the whole differ; none if the calls are too few to tell one of them.
    pub whole: Option<f64>,
    /// Why there is no difference in pairs, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The percentiles that are compared.
const FIGURES: [&str; 5] = ["p50", "p90", "p95", "p99", "p99.9"];

impl OtherEvidence<'_> {
    /// How each percentile of response and service time differs from that of this target.
    pub(crate) fn differences(self, own: &Evidence<'_>) -> Vec<PairedFigure> {
        let metric = |timing| move |figure| Some(Metric::Time(timing, Figure::parse(figure).ok()?));
        let response = FIGURES.into_iter().filter_map(metric(Timing::Response));
        let service = FIGURES.into_iter().filter_map(metric(Timing::Service));
        response.chain(service).map(|metric| self.paired_figure(own, &metric)).collect()
    }

    fn paired_figure(self, own: &Evidence<'_>, metric: &Metric) -> PairedFigure {
        let found = self.difference(own, metric, Allowance::default());
        let of = |part: fn(&Difference) -> f64| found.as_ref().ok().map(part);
        let both = resolved(own, metric).zip(resolved(self.evidence, metric));
        PairedFigure {
            figure: metric.to_string(),
            difference: of(|found| found.change),
            low: of(|found| found.low),
            high: of(|found| found.high),
            whole: both.filter(|(_, other)| *other > 0.0).map(|(own, other)| own / other - 1.0),
            why: found.err().map(|why| why.to_string()),
        }
    }

    /// How a time of both differs, and whether by more than is allowed.
    pub(super) fn difference(
        self,
        own: &Evidence<'_>,
        metric: &Metric,
        allowed: Allowance,
    ) -> Result<Difference, NotCompared> {
        let width = own.slices.width.max(self.evidence.slices.width);
        let times = |target: &Evidence<'_>| target.slices.times_in(width, metric);
        let (own_times, other_times) = (times(own), times(self.evidence));
        let own_times: Vec<&SliceTimes> = own_times.iter().collect();
        let other_times: Vec<&SliceTimes> = other_times.iter().collect();
        let figure = metric.figure().unwrap_or(Figure::Mean);
        let base = TimedRun { slices: &other_times, figure: whole(self.evidence, metric) };
        let new = TimedRun { slices: &own_times, figure: whole(own, metric) };
        paired(figure, base, new, allowed)
    }

    /// Its figure that a limit follows; none if there is no sample.
    pub(super) fn figure(self, metric: &Metric) -> Option<f64> {
        if *metric == Metric::Throughput {
            return Some(self.evidence.throughput);
        }
        let (samples, figure) = self.evidence.samples(metric)?;
        samples.reading(figure).map(|reading| reading.exact)
    }

    /// Judges a threshold that follows such a figure: whether it is met, and how both differ. What
    /// was counted on one schedule has no noise.
    pub(super) fn compared(
        self,
        threshold: &Threshold,
        own: &Evidence<'_>,
    ) -> Result<(PairedComparison, bool), NotCompared> {
        let metric = &threshold.metric;
        let (name, figure) = (self.name.to_string(), self.figure(metric).unwrap_or_default());
        let allowed = threshold.follows.map_or(Allowance::default(), |limit| Allowance {
            relative: limit.share(),
            absolute: limit.rest(),
        });
        let observed = if metric.figure().is_some() { whole(own, metric) } else { own.throughput };
        let whole = if figure > 0.0 { observed / figure - 1.0 } else { 0.0 };
        if metric.figure().is_none() {
            let is_met = threshold.operator.holds(observed.total_cmp(&threshold.limit.to_f64()));
            let (low, high, could_have_seen) = (None, None, None);
            let difference = whole;
            let comparison =
                PairedComparison { name, figure, difference, low, high, whole, could_have_seen };
            return Ok((comparison, is_met));
        }
        let found = self.difference(own, metric, allowed)?;
        let comparison = PairedComparison {
            name,
            figure,
            difference: found.change,
            low: Some(found.low),
            high: Some(found.high),
            whole,
            could_have_seen: Some(found.could_have_seen),
        };
        Ok((comparison, !found.is_worse))
    }

    /// Why a threshold that follows such a figure is not judged, and the one thing to do about it.
    pub(super) fn no_difference(self, threshold: &Threshold, own: &Evidence<'_>) -> Option<String> {
        let why = self.compared(threshold, own).err()?;
        let is_high = threshold.metric.figure().is_some_and(|figure| share_below(figure) > 0.5);
        let lower = if is_high { ", or compare a lower percentile" } else { "" };
        let is_cut_off = |samples: Samples<'_>, figure| {
            samples.reading(figure).is_some_and(|reading| reading.bound == Bound::AtLeast)
        };
        let found = self.evidence.samples(&threshold.metric);
        Some(match why {
            NotCompared::TooFew { .. } => {
                format!("{why}: give the load more time or a higher rate{lower}")
            }
            // Whose they are tells where to look.
            NotCompared::CutOff if found.is_some_and(|(of, figure)| is_cut_off(of, figure)) => {
                format!("{why}; these are calls of {}", self.name)
            }
            _ => why.to_string(),
        })
    }

    /// A sentence for each figure that a limit follows and this target lacks, though the load's own
    /// fn may have it.
    pub(super) fn lacks(self, thresholds: &[Threshold], own: &Evidence<'_>) -> Vec<String> {
        // Those that have no figure for a limit, and are not told of as unseen by either.
        let without = thresholds.iter().filter(|each| each.is_against(Base::Other));
        let without: Vec<Threshold> =
            without.filter(|each| own.has_seen(&each.metric)).cloned().collect();
        let name = self.name;
        let unseen = self.evidence.unseen(&without).into_iter();
        let unseen = unseen.map(|reason| format!("{name}: {reason}"));
        let seen = without.iter().filter(|each| self.evidence.has_seen(&each.metric));
        let none_ended = seen.map(|threshold| {
            let metric = &threshold.metric;
            format!(
                "`{threshold}` cannot be judged: {name} has no {metric}, for nothing of it ended \
                 `ok`: mend that"
            )
        });
        unseen.chain(none_ended).collect()
    }

    /// A sentence for each reason to think that it proves nothing: its measurement cannot be
    /// trusted, or it breaks one of these thresholds on `errors` or `canceled`.
    pub(super) fn doubts(self, thresholds: &[Threshold]) -> Vec<String> {
        let name = self.name;
        let doubts: Vec<String> =
            self.evidence.doubts().into_iter().map(|doubt| format!("{name}: {doubt}")).collect();
        if !doubts.is_empty() {
            return doubts;
        }
        let is_on_share =
            |threshold: &&Threshold| matches!(threshold.metric, Metric::Errors | Metric::Canceled);
        let is_broken = |threshold: &&Threshold| {
            let compared = threshold.compare(self.evidence);
            !compared.is_some_and(|compared| threshold.operator.holds(compared))
        };
        let broken = thresholds.iter().filter(is_on_share).filter(is_broken);
        broken.map(|threshold| self.nothing_to_compare_with(threshold)).collect()
    }

    fn nothing_to_compare_with(self, broken: &Threshold) -> String {
        let (part, whole) = self.evidence.share(&broken.metric).unwrap_or_default();
        let (what, limit) = match broken.metric {
            Metric::Canceled => ("ticks", "canceled < \"1%\""),
            _ => ("calls", "errors < \"1%\""),
        };
        format!(
            "{} breaks `{broken}` with {part} of {whole} {what}, so there is nothing to compare \
             with: mend that, or set a limit for both, such as `{limit}`",
            self.name
        )
    }
}

/// A figure of the whole, however few calls there are, in nanoseconds.
fn whole(target: &Evidence<'_>, metric: &Metric) -> f64 {
    let found = target.samples(metric);
    let reading = found.and_then(|(samples, figure)| samples.reading(figure));
    reading.map_or(0.0, |reading| reading.exact)
}

/// The same; none if the calls are too few to tell it.
fn resolved(target: &Evidence<'_>, metric: &Metric) -> Option<f64> {
    let (samples, figure) = target.samples(metric)?;
    samples.resolved(figure).map(|reading| reading.exact)
}

#[cfg(test)]
mod tests;
