//! What an attribute asks for, value by value as it was written, until it is checked.

use std::time::Duration;

use super::error::Error;
use super::offer::{Offer, Terms};
use super::schedule::{Rate, Rps};
use super::threshold::{IntoLimit, Threshold};
use super::time::Time;

/// Collects the attribute's values; [`Asked::terms`] gives them checked, or the first that is wrong.
///
/// The macro has checked what is literal. What is a const expression is known only here.
#[derive(Debug, Default)]
pub struct Asked {
    rps: Option<Rps>,
    duration: Option<Duration>,
    offer: Offer,
    workers: Option<u64>,
    setup_timeout: Option<Duration>,
    thresholds: Vec<Threshold>,
    wrong: Option<String>,
}

/// Each Worker keeps statistics of its own.
const MOST_WORKERS: u64 = 1_000;

impl Asked {
    /// Nothing yet.
    pub fn new() -> Asked {
        Asked::default()
    }

    /// Ticks per second.
    pub fn rps(mut self, rps: impl Rate) -> Asked {
        self.rps = self.check(Rps::new(rps).map_err(|error: Error| error.to_string()));
        self
    }

    /// How long ticks are scheduled.
    pub fn duration(mut self, duration: impl Time) -> Asked {
        self.duration = self.positive("duration", duration);
        self
    }

    /// Most calls in flight.
    pub fn overtime(mut self, overtime: impl Rate) -> Asked {
        let given = overtime.to_string();
        let wrong = |_| format!("overtime is {given}: give a whole number of calls, such as 10");
        self.offer.overtime = self.check(given.parse().map_err(wrong)).unwrap_or_default();
        self
    }

    /// How many Workers make the load side by side, each at the rate and with its own overtime.
    pub fn workers(mut self, workers: impl Rate) -> Asked {
        let given = workers.to_string();
        let count = given.parse().ok().filter(|count| (1..=MOST_WORKERS).contains(count));
        let wrong = || format!("workers is {given}: give a whole number from 1 to {MOST_WORKERS}, such as 5");
        self.workers = self.check(count.ok_or_else(wrong));
        self
    }

    /// A time before `duration` whose calls are not measured.
    pub fn warmup(mut self, warmup: impl Time) -> Asked {
        self.offer.warmup = self.time("warmup", warmup).unwrap_or_default();
        self
    }

    /// How long one call may take.
    pub fn timeout(mut self, timeout: impl Time) -> Asked {
        self.offer.timeout = self.positive("timeout", timeout);
        self
    }

    /// How long calls in flight may take when the schedule has ended.
    pub fn grace(mut self, grace: impl Time) -> Asked {
        self.offer.grace = self.time("grace", grace).unwrap_or_default();
        self
    }

    /// How long `setup` may take, and `teardown`.
    pub fn setup_timeout(mut self, timeout: impl Time) -> Asked {
        self.setup_timeout = self.positive("setup_timeout", timeout);
        self
    }

    /// One threshold, in its three parts.
    pub fn threshold(mut self, metric: &str, operator: &str, limit: impl IntoLimit) -> Asked {
        let read = Threshold::parse(metric, operator, &limit.into_text());
        let threshold = self.check(read.map_err(|wrong| format!("threshold on {metric}: {wrong}")));
        self.thresholds.extend(threshold);
        self
    }

    /// # Errors
    ///
    /// The first value that is wrong, and what to give instead.
    pub fn terms(self) -> Result<Terms, String> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        let rps = self.rps.ok_or("rps is missing: add `rps = 50`")?;
        let duration = self.duration.ok_or("duration is missing: add `duration = \"1m\"`")?;
        let mut terms = Terms { offer: self.offer, thresholds: self.thresholds, ..Terms::new(rps, duration) };
        terms.workers = self.workers.unwrap_or(terms.workers);
        terms.setup_timeout = self.setup_timeout.unwrap_or(terms.setup_timeout);
        Ok(terms)
    }

    fn time(&mut self, key: &str, time: impl Time) -> Option<Duration> {
        self.check(time.into_duration().map_err(|wrong| format!("{key}: {wrong}")))
    }

    fn positive(&mut self, key: &str, time: impl Time) -> Option<Duration> {
        let time = self.time(key, time)?;
        self.check(if time.is_zero() { Err(format!("{key} is zero: give a time, such as \"30s\"")) } else { Ok(time) })
    }

    fn check<T>(&mut self, value: Result<T, String>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong.get_or_insert(wrong);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_any_primitive_number_and_any_time() {
        let terms = Asked::new().rps(0.5_f32).duration(Duration::from_secs(9)).overtime(10_u8).warmup("1s").grace("0s").terms().unwrap();
        assert_eq!((terms.rps.per_second(), terms.duration), (0.5, Duration::from_secs(9)));
        let offer = Offer { overtime: 10, warmup: Duration::from_secs(1), grace: Duration::ZERO, timeout: None };
        assert_eq!((terms.offer, terms.setup_timeout), (offer, Duration::from_secs(60)));
    }

    #[test]
    fn says_which_value_is_wrong_and_what_to_give() {
        let asked = || Asked::new().rps(50).duration("1m");
        for (asked, message) in [
            (Asked::new().duration("1m"), "rps is missing: add `rps = 50`"),
            (Asked::new().rps(50), "duration is missing: add `duration = \"1m\"`"),
            (Asked::new().rps(0).duration("x"), "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5"),
            (asked().duration("0s"), "duration is zero: give a time, such as \"30s\""),
            (asked().timeout(Duration::ZERO), "timeout is zero: give a time, such as \"30s\""),
            (asked().setup_timeout("0s"), "setup_timeout is zero: give a time, such as \"30s\""),
            (asked().warmup("soon"), "warmup: `soon` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\""),
            (asked().grace("1"), "grace: `1` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\""),
            (asked().overtime(-1), "overtime is -1: give a whole number of calls, such as 10"),
            (asked().overtime(1.5), "overtime is 1.5: give a whole number of calls, such as 10"),
            (asked().workers(0), "workers is 0: give a whole number from 1 to 1000, such as 5"),
            (asked().threshold("errors", "<", 5), "threshold on errors: `5` is no share: write a percentage such as \"1%\", or 0"),
        ] {
            assert_eq!(asked.terms().unwrap_err(), message);
        }
    }
}
