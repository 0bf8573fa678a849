//! [`Sought`]: what a search for a capacity was to find, and why it has not, if so.

use std::time::Duration;

use super::found::{Conclusion, Searched, Sustained, shown_rate};
use crate::plan::rate::Rps;
use crate::plan::threshold::{Metric, Threshold};
use crate::plan::time;
use crate::statistics::ledger::Ledger;
use crate::verdict::evidence::Evidence;

/// What was sought.
pub(crate) struct Sought<'a> {
    pub(crate) limits: &'a [Threshold],
    pub(crate) at_least: Option<&'a Rps>,
    pub(crate) budget: Duration,
    /// The calls of all probes.
    pub(crate) evidence: &'a Evidence<'a>,
    /// How many calls of their warm-ups succeeded.
    pub(crate) warmup_ok: u64,
}

impl Sought<'_> {
    /// Whether the limits broke because no call succeeded, at any rate, or none was even made.
    pub(super) fn is_dead(&self, found: &Searched) -> bool {
        let Sustained { rate, high, .. } = found.sustained;
        let Ledger { started, ok, .. } = self.evidence.ledger;
        let is_of_the_service = !matches!(found.end, Conclusion::Late(_) | Conclusion::Cut);
        let has_broken = rate.is_none() && high.is_some();
        is_of_the_service && has_broken && (started == 0 || ok + self.warmup_ok == 0)
    }

    fn why_dead(&self) -> String {
        if self.evidence.ledger.started == 0 {
            return "every tick was canceled, so there is no capacity to find: raise `overtime`, \
                    or find out why calls do not end"
                .to_string();
        }
        let advice = self.evidence.advice_on_errors();
        format!("no call succeeded, so there is no capacity to find: {advice}")
    }

    /// Why the capacity is not known, if it is not.
    pub(super) fn reason(&self, found: &Searched) -> Option<String> {
        let Sustained { rate, low, high, binding } = found.sustained;
        if self.is_dead(found) {
            return Some(self.why_dead());
        }
        let limit = binding.and_then(|nth| self.limits.get(nth));
        let breaks = || limit.map_or("a limit".to_string(), |limit| format!("`{limit}`"));
        let Ledger { started, .. } = self.evidence.ledger;
        let errors = self.evidence.ledger.errors();
        let fix = || self.evidence.advice_on_errors();
        let mostly_errors = 2 * errors > started;
        let of_errors = limit.is_some_and(|limit| limit.metric == Metric::Errors) && errors > 0;
        let budget = time::format(self.budget);
        match &found.end {
            Conclusion::Settled | Conclusion::Cut => None,
            Conclusion::Hopeless if mostly_errors => Some(format!(
                "no rate holds the limits: {} breaks {}, for {errors} of {started} calls did not \
                 succeed: {}",
                shown_rate(high.unwrap_or_default()),
                breaks(),
                fix()
            )),
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
            Conclusion::Changed { from, rate, held } => {
                let advice = if 100 * errors > started {
                    fix()
                } else {
                    "find out what happened to it, and search again".to_string()
                };
                Some(format!(
                    "the service changed while it was searched: from probe {from} on {} is broken, \
                     in the end even at {}, though it held at {} before, so the capacity is not \
                     known: {advice}",
                    breaks(),
                    shown_rate(*rate),
                    shown_rate(*held)
                ))
            }
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
                     {}raise `budget`, or the limits",
                    shown_rate(high),
                    breaks(),
                    if of_errors || mostly_errors { fix() + ", or " } else { String::new() }
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
