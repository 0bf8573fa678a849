//! [`doubts_about`]: whether there is something to compare a load's fn with.

use super::evidence::Evidence;
use super::judge::with_defaults;
use crate::plan::threshold::{Metric, Threshold};

/// A sentence for each reason to think that the other target proves nothing: its measurement
/// cannot be trusted, or it breaks a threshold on `errors` or `canceled`, those of the load or
/// `== 0`.
pub(crate) fn doubts_about(
    name: &str,
    thresholds: &[Threshold],
    other: &Evidence<'_>,
) -> Vec<String> {
    let doubts: Vec<String> =
        other.doubts().into_iter().map(|doubt| format!("{name}: {doubt}")).collect();
    if !doubts.is_empty() {
        return doubts;
    }
    let is_on_share =
        |threshold: &&Threshold| matches!(threshold.metric, Metric::Errors | Metric::Canceled);
    let is_broken = |threshold: &&Threshold| {
        let compared = threshold.compare(other);
        !compared.is_some_and(|compared| threshold.operator.holds(compared))
    };
    let thresholds = with_defaults(thresholds);
    let broken = thresholds.iter().filter(is_on_share).filter(is_broken);
    broken.map(|threshold| nothing_to_compare_with(name, threshold, other)).collect()
}

fn nothing_to_compare_with(name: &str, broken: &Threshold, other: &Evidence<'_>) -> String {
    let (part, whole) = other.share(&broken.metric).unwrap_or_default();
    let (what, limit) = match broken.metric {
        Metric::Canceled => ("ticks", "canceled < \"1%\""),
        _ => ("calls", "errors < \"1%\""),
    };
    format!(
        "{name} breaks `{broken}` with {part} of {whole} {what}, so there is nothing to compare \
         with: mend that, or set a limit for both, such as `{limit}`"
    )
}

#[cfg(test)]
mod tests;
