//! [`Goal`]: what a search for a capacity is for, beside its limits.

use std::time::Duration;

pub(crate) use pusher_load_grammar::capacity::{NO_ITEMS_ONCE, NO_LIMIT};

use pusher_load_grammar::capacity::check_limit;

use super::rate::Rps;
use super::threshold::{Figure, Limit, Metric, Threshold};

/// What a search for a capacity is for. Its limits are the thresholds of its terms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Goal {
    /// The calls a second below which the test fails.
    pub(crate) at_least: Option<Rps>,
    /// The time for all probes.
    pub(crate) budget: Duration,
}

impl Default for Goal {
    fn default() -> Goal {
        Goal { at_least: None, budget: Duration::from_secs(300) }
    }
}

impl Threshold {
    /// # Errors
    ///
    /// It cannot limit a capacity; what to write instead.
    pub(crate) fn check_as_limit(&self) -> Result<(), String> {
        check_limit(&self.metric, self.operator, self.limit)
            .map_err(|wrong| format!("limit on {}: {wrong}", self.metric))
    }

    /// The most of all calls that may be over it, as a limit of a capacity.
    pub(crate) fn most_over(&self) -> f64 {
        match (&self.metric, self.limit) {
            (_, Limit::Share(share)) => share.to_f64(),
            (Metric::Time(_, Figure::Percentile(percentile)), _) => percentile.rest(),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_a_share_of_calls() {
        for (metric, limit, share) in [
            ("p99", "1s", 0.01),
            ("p99.9", "1s", 0.001),
            ("service.p50", "1s", 0.5),
            ("errors", "2.5%", 0.025),
            ("canceled", "0", 0.0),
        ] {
            let threshold = Threshold::of_texts(metric, "<=", limit).unwrap();
            assert_eq!(threshold.check_as_limit(), Ok(()));
            assert_eq!(threshold.most_over(), share, "{threshold}");
        }
        let wrong = Threshold::of_texts("max", "<", "1s").unwrap().check_as_limit();
        assert!(wrong.unwrap_err().starts_with("limit on max: `max` cannot be a limit here: "));
    }
}
