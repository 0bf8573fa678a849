//! Doubts about `Evidence`: the reasons not to trust a measurement as a whole.

use std::time::Duration;

use super::evidence::{Evidence, Shortage};
use crate::plan::time;
use crate::statistics::ledger::Ledger;

/// If lag is above this at p99, the load was not the one that was promised.
const MOST_LAG: Duration = Duration::from_millis(100);

impl Evidence<'_> {
    /// A sentence for each reason not to trust the measurement.
    pub(super) fn doubts(&self) -> Vec<String> {
        [self.too_few_calls(), self.too_few_items(), self.idle_callers(), self.lateness()]
            .into_iter()
            .flatten()
            .collect()
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
                "no call succeeded, so there are no times to judge: fix the errors below"
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
        (lag > MOST_LAG).then(|| {
            format!(
                "pusher was too late to make the load that was promised: 1% of the calls began at \
                 least {} late (lag.p99; the limit is {}); keep blocking code out of the calls, or \
                 run the load on an idle machine, in a release build (`--release`), or at a lower \
                 rate",
                time::rounded(lag),
                time::rounded(MOST_LAG),
            )
        })
    }
}
