//! Doubts about `Evidence`: the reasons not to trust a measurement as a whole.

use std::time::Duration;

use super::blame::Blame;
use super::evidence::{Evidence, Shortage};
use super::generator::{Generator, MOST_LAG};
use crate::plan::threshold::Figure;
use crate::plan::time;
use crate::statistics::errors::lane_limit::LaneLimit;
use crate::statistics::ledger::Ledger;

const CAUSES_OF_LATENESS: &str = "pusher is late for one of two reasons: the load's threads were \
     blocked: by the target, or by what `setup` spawned (give code that blocks to \
     `tokio::task::spawn_blocking`, or threads of its own); or the machine was busy (use an idle \
     one, a release build with `--release`, or a lower rate)";
const CAUSES_OF_STAND_STILLS: &str = "the whole process was stopped, or the machine did not let it \
     run (use one that is idle, does not go to sleep, and does not limit the CPU time of the test)";
const AGAINST_LIMITS: &str = "make fewer calls per second, use more cores or an idle machine, or \
     build with `--release`";
/// The most characters that are quoted of an error.
const MOST_QUOTED: usize = 120;

impl Evidence<'_> {
    /// A sentence for each reason not to trust the measurement.
    pub(super) fn doubts(&self) -> Vec<String> {
        [self.too_few_calls(), self.too_few_items(), self.idle_callers(), self.lateness()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// What may have made the generator late or stand still, and what to do about it, if a reason
    /// says that it did; and its figures that are past their limits.
    pub(super) fn causes_of_lateness(&self, blames: &[Blame]) -> Vec<String> {
        let has = |is_such: fn(&Blame) -> bool| blames.iter().any(is_such);
        let is_late = self.lateness().is_some() || has(|it| matches!(it, Blame::Generator(_)));
        let is_told = is_late || has(|it| matches!(it, Blame::StandStill(_)));
        let stood_still = self.stood_still.in_words().filter(|_| is_told);
        let causes = stood_still
            .map(|words| format!("pusher stood still {words}: {CAUSES_OF_STAND_STILLS}"));
        let may_be_past = is_late || has(|it| matches!(it, Blame::PastLimits(_)));
        let past_limits = self.past_limits().filter(|_| may_be_past);
        let lateness = is_late.then(|| CAUSES_OF_LATENESS.to_string());
        causes.into_iter().chain(lateness).chain(past_limits).collect()
    }

    /// Whether a figure of the generator is past its limit.
    pub(super) fn is_past_limits(&self) -> bool {
        self.generator.is_some_and(|generator| !generator.past_limits().is_empty())
    }

    fn past_limits(&self) -> Option<String> {
        let past = self.generator.map(Generator::past_limits).filter(|past| !past.is_empty())?;
        Some(format!("pusher was past its limits: {}; {AGAINST_LIMITS}", past.join("; ")))
    }

    /// What there is to say of the generator's lateness, whatever cut the load short.
    pub(crate) fn lateness_and_causes(&self) -> Vec<String> {
        self.lateness().into_iter().chain(self.causes_of_lateness(&[])).collect()
    }

    fn too_few_calls(&self) -> Option<String> {
        let doubt = match self.ledger {
            Ledger { scheduled: 0, .. } => {
                "no tick came due, so there is nothing to judge: \
                 give the load more time, or more items if its warm-up used up its `data`"
            }
            Ledger { started: 0, .. } => {
                "every tick was canceled, so there are no calls to judge: \
                 raise `overtime`, or lower the rate"
            }
            Ledger { ok: 0, .. } => {
                return Some(format!(
                    "no call succeeded, so there are no times to judge: {}",
                    self.advice_on_errors()
                ));
            }
            Ledger { scheduled, .. } if scheduled < self.ticks => {
                return Some(format!(
                    "only {scheduled} of {} ticks came due, which is a bug in pusher: \
                     please report it",
                    self.ticks
                ));
            }
            _ if !self.ledger.balances() => {
                "the ledger does not balance, which is a bug in pusher: please report it"
            }
            _ => return None,
        };
        Some(doubt.to_string())
    }

    /// What to do about calls that did not succeed.
    pub(super) fn advice_on_errors(&self) -> String {
        let like = self.main_error().map(|error| format!(", such as `{error}`"));
        format!("fix the errors below{}", like.unwrap_or_default())
    }

    /// What went wrong at the bottom of most calls: the deepest cause, or an error without one.
    fn main_error(&self) -> Option<String> {
        let group = self.errors.first()?;
        let error = group.cause.as_deref().unwrap_or(&group.example);
        (!error.is_empty()).then(|| match error.char_indices().nth(MOST_QUOTED) {
            Some((end, _)) => format!("{}…", &error[..end]),
            None => error.to_string(),
        })
    }

    /// Which runtime the load should have, if calls broke for want of it.
    pub(super) fn other_runtime(&self) -> Option<String> {
        let calls = match LaneLimit::calls(self.errors) {
            0 => return None,
            1 => "1 call needs".to_string(),
            calls => format!("{calls} calls need"),
        };
        Some(format!("{calls} {}", LaneLimit::NEED))
    }

    fn too_few_items(&self) -> Option<String> {
        // Without a measured tick there is another doubt, which speaks of the data too.
        let Shortage { made, of, needed, other_ends } =
            self.shortage.filter(|shortage| shortage.made > 0)?;
        let s = if of.unwrap_or(made) == 1 { "" } else { "s" };
        let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
        let more = match needed {
            Some(needed) => format!("at least {needed} items"),
            None => "more items".to_string(),
        };
        Some(format!(
            "the data was used up after {made}{of} tick{s}, so the load that was promised was not \
             made: give it {more}, or `data_order = \"round-robin\"`; if the data is to end the \
             load, {other_ends}"
        ))
    }

    fn idle_callers(&self) -> Option<String> {
        (self.missing_callers > 0).then(|| {
            format!(
                "{} of the callers never made a call, because other calls blocked the threads of \
                 the runtime: move code that blocks into `tokio::task::spawn_blocking`",
                self.missing_callers
            )
        })
    }

    fn lateness(&self) -> Option<String> {
        let lag = self.lag.percentile(99.0);
        let most = Duration::from_nanos(MOST_LAG);
        let [late, limit] = [lag, most].map(time::rounded);
        let is_told = self.lag.samples().resolved(Figure::nearest(99.0)).is_some();
        let how = if is_told {
            format!("1% of the calls began at least {late} late (lag.p99; the limit is {limit})")
        } else {
            format!("a call began {late} late (the limit is {limit})")
        };
        let late = || format!("pusher was too late to make the load that was promised: {how}");
        (lag > most).then(late)
    }
}
