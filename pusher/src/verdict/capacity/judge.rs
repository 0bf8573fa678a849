//! [`Sought`]: the verdict on what a search for a capacity has found.

use std::time::Duration;

use super::found::{Conclusion, Searched, Sustained, shown_rate};
use crate::plan::rate::Rps;
use crate::plan::threshold::{Metric, Threshold, Unit};
use crate::plan::time;
use crate::verdict::judge::{Judged, Judgement, Verdict};
use crate::verdict::part::PartField;

/// What was sought.
pub(crate) struct Sought<'a> {
    pub(crate) limits: &'a [Threshold],
    pub(crate) at_least: Option<&'a Rps>,
    pub(crate) budget: Duration,
}

impl Sought<'_> {
    pub(crate) fn judge(&self, found: &Searched) -> Judgement {
        let Sustained { rate, low, high, .. } = found.sustained;
        let hoped_for = self.at_least.map(Rps::per_second);
        let is_refined = rate.is_some_and(|rate| low < rate);
        let is_late = matches!(found.end, Conclusion::Late(_));
        let met = match hoped_for {
            None => None,
            Some(hoped_for) if hoped_for <= low => Some(true),
            Some(hoped_for) if high.is_some_and(|high| high < hoped_for) => Some(false),
            Some(hoped_for) if !is_refined && high.is_some_and(|high| high <= hoped_for) => {
                Some(false)
            }
            // What is within the interval is not told apart from the rate: no alarm by chance.
            Some(_) if is_refined && !is_late => Some(true),
            Some(_) => None,
        };
        let reason = self.reason(found).filter(|_| met != Some(true));
        let verdict = match (met, &reason) {
            // Of a fit that pusher cut off nobody knows what it would have come to.
            (Some(false), _) if !is_late => Verdict::Failed,
            (None, Some(_)) if found.end == Conclusion::Hopeless => Verdict::Failed,
            (_, Some(_)) => Verdict::Inconclusive,
            _ => Verdict::Passed,
        };
        let thresholds = self.at_least.map(|at_least| judged(at_least, rate, met));
        Judgement {
            verdict,
            thresholds: thresholds.into_iter().collect(),
            reasons: reason.into_iter().collect(),
        }
    }

    /// Why the capacity is not known, if it is not.
    fn reason(&self, found: &Searched) -> Option<String> {
        let Sustained { rate, low, high, binding } = found.sustained;
        let breaks = || {
            binding
                .and_then(|nth| self.limits.get(nth))
                .map(|limit| format!("`{limit}`"))
                .unwrap_or_else(|| "a limit".to_string())
        };
        let budget = time::format(self.budget);
        match &found.end {
            Conclusion::Settled | Conclusion::Cut => None,
            Conclusion::Hopeless => Some(format!(
                "no rate holds the limits: {} breaks {}, even though the service keeps up with it",
                shown_rate(high.unwrap_or_default()),
                breaks()
            )),
            Conclusion::Unbroken => Some(format!(
                "the limits hold at {}, and no higher rate is tried, so the capacity is not known: \
                 give tighter limits, or `at_least`",
                shown_rate(low)
            )),
            Conclusion::Late(why) => Some(format!(
                "{}, so the capacity of the service is not known: {why}; give this load a machine \
                 of its own, more cores or a release build (`--release`), or an `at_least` that \
                 this machine makes",
                match rate {
                    Some(rate) => format!("this machine makes no more than {}", shown_rate(rate)),
                    None => "this machine cannot make even the first probe on time".to_string(),
                }
            )),
            // A fit is an answer, however much more it might have taken.
            Conclusion::Budget if rate.is_some_and(|rate| low < rate) => None,
            Conclusion::Budget => Some(match (rate, high) {
                (None, None) if found.shown.is_empty() => format!(
                    "the budget of {budget} is too short for a single probe: raise `budget`"
                ),
                (None, None) => format!(
                    "the budget of {budget} was over before any rate was known to hold the limits, \
                     or to break them: raise `budget`"
                ),
                (None, Some(high)) => format!(
                    "the budget of {budget} was over before a rate held the limits: {} breaks {}; \
                     raise `budget`, or the limits",
                    shown_rate(high),
                    breaks()
                ),
                (Some(rate), None) => format!(
                    "the budget of {budget} was over before a rate broke a limit, so the capacity \
                     is not known: {} holds them; raise `budget`",
                    shown_rate(rate)
                ),
                (Some(rate), Some(high)) => format!(
                    "the budget of {budget} was over before the rate was known: {} holds the \
                     limits, and {} breaks {}; raise `budget`",
                    shown_rate(rate),
                    shown_rate(high),
                    breaks()
                ),
            }),
        }
    }
}

fn judged(at_least: &Rps, rate: Option<f64>, met: Option<bool>) -> Judged {
    Judged {
        text: format!("capacity >= {}", at_least.with_unit()),
        limit: at_least.per_second(),
        observed: rate,
        at_least: false,
        met,
        interval: None,
        baseline: None,
        other: None,
        metric: Metric::Throughput,
        unit: Unit::CallsPerSecond,
        whole: None,
        at_most: false,
        advice: None,
        not_judged: met.is_none().then(|| "the capacity is not known".to_string()),
        part: PartField::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rate: Option<f64>, [low, high]: [f64; 2], end: Conclusion) -> Searched {
        let high = high.is_finite().then_some(high);
        Searched {
            sustained: Sustained { rate, low, high, binding: Some(0) },
            end,
            shown: Vec::new(),
        }
    }

    #[track_caller]
    fn check(found: &Searched, at_least: Option<u32>, verdict: Verdict) -> String {
        let limits = [Threshold::of_texts("p99", "<", "200ms").unwrap()];
        let at_least = at_least.map(|rate| Rps::new(rate).unwrap());
        let budget = Duration::from_secs(300);
        let sought = Sought { limits: &limits, at_least: at_least.as_ref(), budget };
        let judgement = sought.judge(found);
        assert_eq!(judgement.verdict, verdict);
        judgement.reasons.concat()
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
}
