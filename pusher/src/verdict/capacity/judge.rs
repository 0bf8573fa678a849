//! `Sought::judge`: the verdict on what a search for a capacity has found.

use super::found::{Conclusion, Searched, Sustained, shown_rate};
use super::sought::Sought;
use crate::plan::rate::Rps;
use crate::plan::threshold::{Metric, Unit};
use crate::verdict::judge::{IntervalField, Judged, Judgement, Verdict};
use crate::verdict::noise::interval::Interval;
use crate::verdict::part::PartField;

impl Sought<'_> {
    pub(crate) fn judge(&self, found: &Searched) -> Judgement {
        let is_late = matches!(found.end, Conclusion::Late(_));
        // What is within the interval of a fit is not told apart from the rate, which is neither
        // met nor broken, and no alarm: it would be one by chance.
        let met = self.at_least.and_then(|rate| found.sustained.reaches(rate.per_second()));
        let reason = self.reason(found).filter(|_| met != Some(true));
        let holds_nowhere = found.end == Conclusion::Hopeless || self.is_dead(found);
        let verdict = match (met, &reason) {
            // Of a fit that pusher cut off nobody knows what it would have come to.
            (Some(false), _) if !is_late => Verdict::Failed,
            (None, Some(_)) if holds_nowhere => Verdict::Failed,
            (_, Some(_)) => Verdict::Inconclusive,
            _ => Verdict::Passed,
        };
        let is_known = found.sustained.is_refined() && !is_late;
        let not_judged = || match found.sustained {
            Sustained { rate: Some(rate), low, high: Some(high), .. } if is_known => {
                let [rate, low, high] = [rate, low, high].map(shown_rate);
                format!("not told apart from {rate} ({low} to {high})")
            }
            _ => "the capacity is not known".to_string(),
        };
        let thresholds = self.at_least.map(|at_least| Judged {
            met,
            not_judged: met.is_none().then(not_judged),
            ..judged(at_least, &found.sustained)
        });
        Judgement {
            verdict,
            thresholds: thresholds.into_iter().collect(),
            reasons: reason.into_iter().collect(),
        }
    }
}

fn judged(at_least: &Rps, sustained: &Sustained) -> Judged {
    let Sustained { rate, low, high, .. } = *sustained;
    let interval = high.filter(|_| sustained.is_refined()).map(|high| Interval { low, high });
    Judged {
        text: format!("capacity >= {}", at_least.with_unit()),
        limit: at_least.per_second(),
        observed: rate,
        at_least: false,
        met: None,
        interval: interval.map(|interval| IntervalField(Ok(interval))),
        baseline: None,
        other: None,
        metric: Metric::Throughput,
        unit: Unit::CallsPerSecond,
        whole: None,
        at_most: false,
        advice: None,
        not_judged: None,
        part: PartField::default(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::threshold::Threshold;
    use crate::statistics::errors::{ErrorKind, Errors};
    use crate::statistics::ledger::Ledger;
    use crate::verdict::evidence::Evidence;
    use crate::verdict::told::Told;

    fn found(rate: Option<f64>, [low, high]: [f64; 2], end: Conclusion) -> Searched {
        let high = high.is_finite().then_some(high);
        Searched {
            sustained: Sustained { rate, low, high, binding: Some(0) },
            end,
            shown: Vec::new(),
        }
    }

    /// The judgement on a search whose probes saw these calls, with an error if one did not
    /// succeed.
    fn judgement(found: &Searched, at_least: Option<u32>, ledger: Ledger) -> Judgement {
        let limits = [
            Threshold::of_texts("p99", "<", "200ms").unwrap(),
            Threshold::of_texts("errors", "<", "1%").unwrap(),
        ];
        let at_least = at_least.map(|rate| Rps::new(rate).unwrap());
        let mut errors = Errors::default();
        errors.record(ErrorKind::Failed, "ECONNREFUSED");
        let (groups, told) = (errors.groups(), Told::default());
        let evidence = Evidence { ledger, errors: &groups, ..told.evidence() };
        let (at_least, budget) = (at_least.as_ref(), Duration::from_secs(300));
        let sought =
            Sought { limits: &limits, at_least, budget, evidence: &evidence, warmup_ok: 0 };
        sought.judge(found)
    }

    #[track_caller]
    fn check(found: &Searched, at_least: Option<u32>, verdict: Verdict) -> String {
        check_with(calls(1_000), found, verdict, at_least)
    }

    #[track_caller]
    fn check_with(
        ledger: Ledger,
        found: &Searched,
        verdict: Verdict,
        at_least: Option<u32>,
    ) -> String {
        let judgement = judgement(found, at_least, ledger);
        assert_eq!(judgement.verdict, verdict);
        judgement.reasons.concat()
    }

    /// A thousand calls of which so many succeeded.
    fn calls(ok: u64) -> Ledger {
        Ledger { scheduled: 1_000, started: 1_000, ok, failed: 1_000 - ok, ..Ledger::default() }
    }

    const OPEN: f64 = f64::INFINITY;

    #[test]
    fn a_rate_below_what_is_hoped_for_fails() {
        let settled = found(Some(812.0), [790.0, 835.0], Conclusion::Settled);
        assert_eq!(check(&settled, None, Verdict::Passed), "");
        assert_eq!(check(&settled, Some(500), Verdict::Passed), "");
        assert_eq!(check(&settled, Some(812), Verdict::Passed), "");
        assert_eq!(check(&settled, Some(836), Verdict::Failed), "");
        assert_eq!(check(&settled, Some(900), Verdict::Failed), "");
    }

    /// That it is met would be a lie, and that it is broken too.
    #[test]
    fn a_rate_that_is_not_told_apart_from_what_is_hoped_for_is_neither_met_nor_broken() {
        let settled = found(Some(812.0), [790.0, 835.0], Conclusion::Settled);
        let judged = |at_least| {
            let judged = judgement(&settled, Some(at_least), calls(1_000)).thresholds.remove(0);
            (judged.met, judged.not_judged)
        };
        let open = "not told apart from 812/s (790/s to 835/s)".to_string();
        assert_eq!(judged(790), (Some(true), None));
        assert_eq!(judged(791), (None, Some(open.clone())));
        assert_eq!(judged(813), (None, Some(open)));
        assert_eq!(judged(836), (Some(false), None));
        let held = found(Some(400.0), [400.0, 800.0], Conclusion::Budget);
        let judged = judgement(&held, Some(600), calls(1_000)).thresholds.remove(0);
        assert_eq!(judged.not_judged.as_deref(), Some("the capacity is not known"));
    }

    /// The same service would fail one day and pass on the next.
    #[test]
    fn a_rate_that_is_not_told_apart_from_what_is_hoped_for_passes() {
        let settled = found(Some(812.0), [790.0, 835.0], Conclusion::Settled);
        assert_eq!(check(&settled, Some(813), Verdict::Passed), "");
        assert_eq!(check(&settled, Some(835), Verdict::Passed), "");
        let late = Conclusion::Late("pusher began calls 50ms late".to_string());
        check(&found(Some(812.0), [790.0, 835.0], late), Some(813), Verdict::Inconclusive);
    }

    #[test]
    fn a_generator_that_is_too_slow_tells_no_capacity() {
        let late = || Conclusion::Late("pusher began calls 50ms late".to_string());
        let why = check(&found(Some(400.0), [400.0, OPEN], late()), None, Verdict::Inconclusive);
        assert_eq!(
            why,
            "this machine makes no more than 400/s, so the capacity of the service is not known: \
             pusher began calls 50ms late; give this load a machine of its own, more cores or a \
             release build (`--release`), or an `at_least` that this machine makes"
        );
        check(&found(Some(400.0), [400.0, OPEN], late()), Some(500), Verdict::Inconclusive);
        assert_eq!(
            check(&found(Some(400.0), [400.0, OPEN], late()), Some(400), Verdict::Passed),
            ""
        );
        let why = check(&found(None, [0.0, OPEN], late()), Some(400), Verdict::Inconclusive);
        assert!(why.starts_with(
            "this machine cannot make even the first probe on time, so the capacity of the service"
        ));
        let of_a_fit = found(Some(400.0), [380.0, 420.0], late());
        check(&of_a_fit, Some(500), Verdict::Inconclusive);
    }

    #[test]
    fn a_budget_that_is_over_says_what_was_found() {
        let budget = |rate, interval| found(rate, interval, Conclusion::Budget);
        let (held, open) =
            (budget(Some(400.0), [400.0, 800.0]), budget(Some(400.0), [400.0, OPEN]));
        assert_eq!(
            check(&held, None, Verdict::Inconclusive),
            "the budget of 5m was over before the rate was known: 400/s holds the limits, and \
             800/s breaks `p99 < 200ms`; raise `budget`"
        );
        check(&held, Some(300), Verdict::Passed);
        check(&held, Some(600), Verdict::Inconclusive);
        check(&held, Some(900), Verdict::Failed);
        assert_eq!(
            check(&open, None, Verdict::Inconclusive),
            "the budget of 5m was over before a rate broke a limit, so the capacity is not known: \
             400/s holds them; raise `budget`"
        );
        check(&open, Some(300), Verdict::Passed);
        assert_eq!(
            check(&budget(None, [0.0, 25.0]), None, Verdict::Inconclusive),
            "the budget of 5m was over before a rate held the limits: 25/s breaks `p99 < 200ms`; \
             raise `budget`, or the limits"
        );
        assert_eq!(
            check(&budget(None, [0.0, OPEN]), None, Verdict::Inconclusive),
            "the budget of 5m is too short for a single probe: raise `budget`"
        );
        let fit = budget(Some(812.0), [750.0, 870.0]);
        assert_eq!(check(&fit, Some(800), Verdict::Passed), "");
    }

    #[test]
    fn a_service_that_never_holds_fails_and_one_that_never_breaks_says_so() {
        let hopeless = found(None, [0.0, 50.0], Conclusion::Hopeless);
        assert_eq!(
            check(&hopeless, None, Verdict::Failed),
            "no rate holds the limits: 50/s breaks `p99 < 200ms`, even though the service keeps up \
             with it"
        );
        let unbroken = found(Some(1e6), [1e6, OPEN], Conclusion::Unbroken);
        assert_eq!(
            check(&unbroken, None, Verdict::Inconclusive),
            "the limits hold at 1000000/s, and no higher rate is tried, so the capacity is not \
             known: give tighter limits, or `at_least`"
        );
        check(&unbroken, Some(500), Verdict::Passed);
    }

    /// Whatever is hoped for: of two services there is no one capacity.
    #[test]
    fn a_service_that_has_changed_has_no_capacity() {
        let end = Conclusion::Changed { from: 11, rate: 40.0, held: 80.0 };
        let changed = found(None, [0.0, OPEN], end);
        let begin = "the service changed while it was searched: from probe 11 on `p99 < 200ms` is \
                     broken, in the end even at 40/s, though it held at 80/s before, so the \
                     capacity is not known: ";
        for at_least in [None, Some(20), Some(500)] {
            assert_eq!(
                check(&changed, at_least, Verdict::Inconclusive),
                format!("{begin}find out what happened to it, and search again")
            );
            assert_eq!(
                check_with(calls(700), &changed, Verdict::Inconclusive, at_least),
                format!("{begin}fix the errors below, such as `ECONNREFUSED`")
            );
        }
        let judged = judgement(&changed, Some(20), calls(700)).thresholds.remove(0);
        assert_eq!(judged.not_judged.as_deref(), Some("the capacity is not known"));
    }

    /// More time, or other limits, do not help where nothing works.
    #[test]
    fn a_service_of_which_no_call_succeeds_fails_and_says_so() {
        let none = "no call succeeded, so there is no capacity to find: fix the errors below, such \
                    as `ECONNREFUSED`";
        for end in [Conclusion::Hopeless, Conclusion::Budget] {
            let dead = found(None, [0.0, 50.0], end);
            for at_least in [None, Some(20), Some(500)] {
                assert_eq!(check_with(calls(0), &dead, Verdict::Failed, at_least), none);
            }
        }
        let canceled = Ledger { scheduled: 1_000, canceled: 1_000, ..Ledger::default() };
        let dead = found(None, [0.0, 50.0], Conclusion::Budget);
        assert_eq!(
            check_with(canceled, &dead, Verdict::Failed, None),
            "every tick was canceled, so there is no capacity to find: raise `overtime`, or find \
             out why calls do not end"
        );
        let late = found(None, [0.0, OPEN], Conclusion::Late("pusher was late".to_string()));
        let why = check_with(calls(0), &late, Verdict::Inconclusive, None);
        assert!(why.starts_with("this machine cannot make"), "{why}");
    }

    #[test]
    fn errors_that_break_the_limits_are_what_is_to_be_mended() {
        let fix = "fix the errors below, such as `ECONNREFUSED`";
        let hopeless = found(None, [0.0, 50.0], Conclusion::Hopeless);
        assert_eq!(
            check_with(calls(499), &hopeless, Verdict::Failed, None),
            format!(
                "no rate holds the limits: 50/s breaks `p99 < 200ms`, for 501 of 1000 calls did \
                 not succeed: {fix}"
            )
        );
        let slow = check_with(calls(500), &hopeless, Verdict::Failed, None);
        assert!(slow.ends_with("even though the service keeps up with it"), "{slow}");
        let mut over = found(None, [0.0, 50.0], Conclusion::Budget);
        let begin = "the budget of 5m was over before a rate held the limits: 50/s breaks";
        assert_eq!(
            check_with(calls(900), &over, Verdict::Inconclusive, None),
            format!("{begin} `p99 < 200ms`; raise `budget`, or the limits")
        );
        over.sustained.binding = Some(1);
        assert_eq!(
            check_with(calls(900), &over, Verdict::Inconclusive, None),
            format!("{begin} `errors < 1%`; {fix}, or raise `budget`, or the limits")
        );
    }
}
