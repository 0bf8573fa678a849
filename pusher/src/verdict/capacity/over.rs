//! [`over`]: how many calls of a probe are over each limit, and whether that may be pusher's fault.

use crate::plan::threshold::{Metric, Threshold, Timing};
use crate::statistics::samples::Reading;
use crate::statistics::slices::Slice;
use crate::statistics::sparse::bounds_of;
use crate::verdict::blame::Blame;
use crate::verdict::evidence::Evidence;
use crate::verdict::noise::counted::PartOf;

/// For each limit, how many calls are over it, and of how many.
///
/// What no limit is on counts as over those that there are: a call that ended in an error as over
/// each limit on a time, and a canceled tick as over each limit.
pub(crate) fn over(limits: &[Threshold], evidence: &Evidence<'_>) -> Vec<(u64, u64)> {
    let is_limited = |metric: &Metric| limits.iter().any(|limit| limit.metric == *metric);
    let ledger = &evidence.ledger;
    let canceled = if is_limited(&Metric::Canceled) { 0 } else { ledger.canceled };
    let ended_badly = if is_limited(&Metric::Errors) { 0 } else { ledger.failed + ledger.panicked };
    let over = |limit: &Threshold| match evidence.samples(&limit.metric) {
        Some((samples, _)) => {
            let slow = samples.count_of(|reading| !limit.is_met_by(reading));
            let more = ended_badly + canceled;
            (slow + more, samples.count() + more)
        }
        None => {
            let (over, of) = evidence.share(&limit.metric).unwrap_or_default();
            if limit.metric == Metric::Errors {
                (over + canceled, of + canceled)
            } else {
                (over, of)
            }
        }
    };
    limits.iter().map(over).collect()
}

/// The same of one limit, for each slice of the time, whose times have two digits.
pub(crate) fn over_in_slices(limit: &Threshold, slices: &[Slice]) -> Vec<PartOf> {
    let of_slice = |slice: &Slice| {
        let (scheduled, canceled) = (slice.scheduled, slice.canceled);
        let times = match limit.metric {
            Metric::Time(Timing::Response, _) => &slice.response,
            Metric::Time(Timing::Service, _) => &slice.service,
            Metric::Time(Timing::Lag, _) => &slice.lag,
            Metric::Canceled => return PartOf { part: canceled, whole: scheduled },
            _ => return PartOf { part: slice.endings.errors(), whole: scheduled - canceled },
        };
        let is_over = |bucket: u16| {
            let (low, high) = bounds_of(bucket);
            !limit.is_met_by(Reading::exact(low + (high - low) / 2))
        };
        let buckets = times.ended.buckets().filter(|(bucket, _)| is_over(*bucket));
        let slow: u64 = buckets.map(|(_, count)| count).sum();
        PartOf { part: slow + times.cut_off.count(), whole: times.count() }
    };
    slices.iter().map(of_slice).collect()
}

/// Why it may be pusher that broke these limits, and not the service.
pub(crate) fn lateness<'a>(
    broken: impl Iterator<Item = &'a Threshold>,
    evidence: &Evidence<'_>,
) -> Option<String> {
    let ledger = &evidence.ledger;
    let mut why = None;
    for limit in broken {
        match limit.blame(evidence) {
            Blame::Service => return None,
            Blame::Generator(sentence)
            | Blame::StandStill(sentence)
            | Blame::PastLimits(sentence) => {
                why.get_or_insert(sentence);
            }
            Blame::Open => {}
        }
    }
    let canceled_late = || {
        let is_most = 2 * ledger.canceled_late > ledger.canceled;
        let sentence = || {
            format!(
                "{} of {} canceled ticks were canceled because pusher was late",
                ledger.canceled_late, ledger.canceled
            )
        };
        (ledger.canceled > 0 && is_most).then(sentence)
    };
    why.or_else(canceled_late).or_else(|| evidence.lateness_and_causes().into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::latency::Latency;
    use crate::statistics::ledger::Ledger;
    use crate::verdict::told::{Told, threshold};

    /// 90 calls of 10 ms, 5 of 30 ms, 1 that was cut off after 1 ms, 2 failed, and 4 canceled ticks
    /// beside them.
    #[track_caller]
    fn check(limits: &[&str], expected: &[(u64, u64)]) {
        let mut response = Latency::default();
        (0..90).for_each(|_| response.record(10_000_000));
        (0..5).for_each(|_| response.record(30_000_000));
        response.record_cut_off(1_000_000);
        let ledger = Ledger {
            scheduled: 102,
            started: 98,
            canceled: 4,
            ok: 95,
            failed: 2,
            timed_out: 1,
            ..Ledger::default()
        };
        let told = Told::default();
        let evidence =
            Evidence { ledger, response: &response, service: &response, ..told.evidence() };
        let limits: Vec<Threshold> = limits.iter().map(|text| threshold(text)).collect();
        assert_eq!(over(&limits, &evidence), expected);
    }

    #[test]
    fn what_no_limit_is_on_counts_as_over_those_that_there_are() {
        check(&["p99 < 20ms"], &[(5 + 1 + 2 + 4, 102)]);
        check(&["p99 < 20ms", "errors < 1%"], &[(5 + 1 + 4, 100), (3 + 4, 102)]);
        check(&["p99 < 20ms", "errors < 1%", "canceled < 1%"], &[(5 + 1, 96), (3, 98), (4, 102)]);
        check(&["errors < 1%"], &[(3 + 4, 102)]);
        check(&["p50 < 30ms"], &[(5 + 1 + 2 + 4, 102)]);
        check(&["p50 <= 31ms", "canceled == 0"], &[(1 + 2, 98), (4, 102)]);
    }

    #[test]
    fn each_slice_has_its_calls_over_a_limit() {
        let mut slice = Slice { scheduled: 100, canceled: 2, ..Slice::default() };
        (0..90).for_each(|_| slice.response.ended.record(10_000_000));
        (0..5).for_each(|_| slice.response.ended.record(30_000_000));
        slice.response.cut_off.record(1_000_000);
        slice.endings.ok = 95;
        slice.endings.timed_out = 1;
        slice.endings.failed = 2;
        for (limit, part, whole) in
            [("p99 < 20ms", 6, 96), ("errors < 1%", 3, 98), ("canceled < 1%", 2, 100)]
        {
            let parts = over_in_slices(&threshold(limit), &[slice.clone()]);
            assert_eq!(parts, [PartOf { part, whole }], "{limit}");
        }
    }

    #[test]
    fn ticks_that_pusher_canceled_late_are_no_fault_of_the_service() {
        let told = Told::default();
        let ledger = |canceled_late| Ledger {
            scheduled: 100,
            started: 90,
            canceled: 10,
            canceled_late,
            ok: 90,
            ..Ledger::default()
        };
        let limit = threshold("p99 < 20ms");
        let why = |late| {
            let evidence = Evidence { ledger: ledger(late), ..told.evidence() };
            lateness([&limit].into_iter(), &evidence)
        };
        assert_eq!(why(0), None);
        assert_eq!(why(5), None);
        let late = "8 of 10 canceled ticks were canceled because pusher was late";
        assert_eq!(why(8).as_deref(), Some(late));
    }
}
