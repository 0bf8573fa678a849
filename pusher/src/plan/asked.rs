//! What an attribute asks for, value by value as it was written, until it is checked.

use std::time::Duration;

use super::closed::concurrency;
use super::data::DataOrder;
use super::error::Error;
use super::offer::{Arrivals, Clock, Offer, Pace, Terms};
use super::rate::{Rate, Rps};
use super::schedule::curve::{Curve, Stage};
use super::threshold::{IntoLimit, Threshold};
use super::time::Time;

/// Collects the attribute's values; [`Asked::terms`] gives them checked, or the first that is
/// wrong.
///
/// The macro has checked what is literal. What is a const expression is known only here.
#[derive(Debug, Default)]
pub struct Asked {
    curve: Option<Curve>,
    stages: Vec<Stage>,
    arrivals: Arrivals,
    concurrency: Option<u64>,
    pause: Duration,
    duration: Option<Duration>,
    calls: Option<u64>,
    seed: Option<u64>,
    clock: Clock,
    offer: Offer,
    workers: Option<u64>,
    setup_timeout: Option<Duration>,
    data_order: DataOrder,
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
        self.curve = self
            .check(Rps::new(rps).map(Curve::Constant).map_err(|error: Error| error.to_string()));
        self
    }

    /// One more stage: a rate that changes along a straight line.
    pub fn ramp(mut self, from: impl Rate, to: impl Rate, length: impl Time) -> Asked {
        self.stage(&from.to_string(), &to.to_string(), length);
        self
    }

    /// One more stage: a rate that stays the same.
    pub fn hold(mut self, rate: impl Rate, length: impl Time) -> Asked {
        self.stage(&rate.to_string(), &rate.to_string(), length);
        self
    }

    /// One more stage: a rate that is jumped to.
    pub fn spike(self, rate: impl Rate, length: impl Time) -> Asked {
        self.hold(rate, length)
    }

    /// A staircase of rates.
    pub fn steps(
        mut self,
        from: impl Rate,
        to: impl Rate,
        by: impl Rate,
        each: impl Time,
    ) -> Asked {
        if let Some(each) = self.time("each in steps", each) {
            self.curve =
                self.check(Curve::steps(&from.to_string(), &to.to_string(), &by.to_string(), each));
        }
        self
    }

    /// A rate that swings between two.
    pub fn sine(mut self, from: impl Rate, to: impl Rate, period: impl Time) -> Asked {
        if let Some(period) = self.time("period in sine", period) {
            self.curve = self.check(Curve::sine(&from.to_string(), &to.to_string(), period));
        }
        self
    }

    /// How ticks come along the shape.
    pub fn arrivals(mut self, arrivals: &str) -> Asked {
        let read = match arrivals {
            "uniform" => Ok(Arrivals::Uniform),
            "poisson" => Ok(Arrivals::Poisson),
            _ => Err(format!("arrivals is {arrivals:?}: give \"uniform\" or \"poisson\"")),
        };
        self.arrivals = self.check(read).unwrap_or_default();
        self
    }

    /// What random numbers begin from.
    pub fn seed(mut self, seed: impl Rate) -> Asked {
        self.seed =
            self.whole("seed", seed, "a whole number from 0 to 18446744073709551615, such as 7");
        self
    }

    /// How many callers a closed loop has.
    pub fn concurrency(mut self, count: impl Rate) -> Asked {
        self.concurrency = self.check(concurrency(count));
        self
    }

    /// How long a caller of a closed loop waits between two calls.
    pub fn pause(mut self, pause: impl Time) -> Asked {
        self.pause = self.time("pause", pause).unwrap_or_default();
        self
    }

    /// The most measured calls of each Worker.
    pub fn calls(mut self, calls: impl Rate) -> Asked {
        let rule = "a whole number above 0, such as 10_000";
        let calls = self.whole("calls", calls, rule);
        self.calls = calls.and_then(|calls| {
            self.check(if calls > 0 { Ok(calls) } else { Err(format!("calls is 0: give {rule}")) })
        });
        self
    }

    /// The clock that the load goes by.
    pub fn clock(mut self, clock: &str) -> Asked {
        let read = match clock {
            "real" => Ok(Clock::Real),
            "virtual" => Ok(Clock::Virtual),
            _ => Err(format!("time is {clock:?}: give \"real\" or \"virtual\"")),
        };
        self.clock = self.check(read).unwrap_or_default();
        self
    }

    /// How long ticks are scheduled.
    pub fn duration(mut self, duration: impl Time) -> Asked {
        self.duration = self.positive("duration", duration);
        self
    }

    /// Most calls in flight.
    pub fn overtime(mut self, overtime: impl Rate) -> Asked {
        self.offer.overtime = self
            .whole("overtime", overtime, "a whole number of calls, such as 10")
            .unwrap_or_default();
        self
    }

    /// How many Workers make the load side by side, each at the rate and with its own overtime.
    pub fn workers(mut self, workers: impl Rate) -> Asked {
        let given = workers.to_string();
        let count = given.parse().ok().filter(|count| (1..=MOST_WORKERS).contains(count));
        let wrong = || {
            format!("workers is {given}: give a whole number from 1 to {MOST_WORKERS}, such as 5")
        };
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

    /// How the items of `data` are handed out.
    pub fn data_order(mut self, order: &str) -> Asked {
        self.data_order = self.check(DataOrder::parse(order)).unwrap_or_default();
        self
    }

    /// How long each setup may take, and each teardown.
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
    pub fn terms(mut self) -> Result<Terms, String> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        let pace = self.pace()?;
        let mut terms = Terms {
            calls: self.calls,
            seed: self.seed,
            clock: self.clock,
            ..Terms::new(pace, self.duration)
        };
        let has_length =
            matches!(&terms.pace, Pace::Open { curve, .. } if curve.own_length().is_some());
        if terms.duration.is_none() && terms.calls.is_none() && !has_length {
            return Err(
                "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`".to_string()
            );
        }
        (terms.offer, terms.thresholds, terms.data_order) =
            (self.offer, self.thresholds, self.data_order);
        terms.workers = self.workers.unwrap_or(terms.workers);
        terms.setup_timeout = self.setup_timeout.unwrap_or(terms.setup_timeout);
        Ok(terms)
    }

    fn stage(&mut self, from: &str, to: &str, length: impl Time) {
        if let Some(length) = self.time("a time in stages", length) {
            let stage = self.check(Stage::new("stages", from, to, length));
            self.stages.extend(stage);
        }
    }

    fn pace(&mut self) -> Result<Pace, String> {
        if let Some(concurrency) = self.concurrency {
            return Ok(Pace::Closed { concurrency, pause: self.pause });
        }
        if !self.stages.is_empty() {
            self.curve = Some(Curve::stages("stages", std::mem::take(&mut self.stages))?);
        }
        let curve = self.curve.take().ok_or(
            "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = 20`",
        )?;
        Ok(Pace::Open { curve, arrivals: self.arrivals })
    }

    fn whole(&mut self, key: &str, number: impl Rate, rule: &str) -> Option<u64> {
        let given = number.to_string();
        self.check(given.parse().map_err(|_| format!("{key} is {given}: give {rule}")))
    }

    fn time(&mut self, key: &str, time: impl Time) -> Option<Duration> {
        self.check(time.into_duration().map_err(|wrong| format!("{key}: {wrong}")))
    }

    fn positive(&mut self, key: &str, time: impl Time) -> Option<Duration> {
        let time = self.time(key, time)?;
        self.check(if time.is_zero() {
            Err(format!("{key} is zero: give a time, such as \"30s\""))
        } else {
            Ok(time)
        })
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
        let terms = Asked::new()
            .rps(0.5_f32)
            .duration(Duration::from_secs(9))
            .overtime(10_u8)
            .warmup("1s")
            .grace("0s")
            .terms()
            .unwrap();
        let pace = Pace::Open {
            curve: Curve::Constant(Rps::parse("0.5").unwrap()),
            arrivals: Arrivals::Uniform,
        };
        assert_eq!((terms.pace, terms.duration), (pace, Some(Duration::from_secs(9))));
        let offer = Offer {
            overtime: 10,
            warmup: Duration::from_secs(1),
            grace: Duration::ZERO,
            timeout: None,
        };
        assert_eq!((terms.offer, terms.setup_timeout), (offer, Duration::from_secs(60)));
    }

    #[test]
    fn says_which_value_is_wrong_and_what_to_give() {
        let asked = || Asked::new().rps(50).duration("1m");
        for (asked, message) in [
            (
                Asked::new().duration("1m"),
                "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = 20`",
            ),
            (
                Asked::new().rps(50),
                "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
            ),
            (
                Asked::new().concurrency(1),
                "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
            ),
            (
                Asked::new().ramp(0, -1, "1s"),
                "a rate in stages is -1: give a number from 0 to 1000000000, such as 50 or 0.5",
            ),
            (
                Asked::new().hold(5, "soon"),
                "a time in stages: `soon` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"",
            ),
            (
                Asked::new().hold(0, "1s"),
                "stages makes no tick: give a stage whose rate is above zero, such as `hold(50, \"1m\")`",
            ),
            (Asked::new().sine(0, 5, "0s"), "period in sine is zero: give a time, such as \"30s\""),
            (asked().arrivals("even"), "arrivals is \"even\": give \"uniform\" or \"poisson\""),
            (
                asked().seed(-1),
                "seed is -1: give a whole number from 0 to 18446744073709551615, such as 7",
            ),
            (asked().calls(0), "calls is 0: give a whole number above 0, such as 10_000"),
            (asked().calls(0.5), "calls is 0.5: give a whole number above 0, such as 10_000"),
            (
                asked().concurrency(0),
                "concurrency is 0: give a whole number from 1 to 100000, such as 20",
            ),
            (
                asked().pause("x"),
                "pause: `x` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"",
            ),
            (asked().clock("slow"), "time is \"slow\": give \"real\" or \"virtual\""),
            (
                Asked::new().rps(0).duration("x"),
                "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
            ),
            (asked().duration("0s"), "duration is zero: give a time, such as \"30s\""),
            (asked().timeout(Duration::ZERO), "timeout is zero: give a time, such as \"30s\""),
            (asked().setup_timeout("0s"), "setup_timeout is zero: give a time, such as \"30s\""),
            (
                asked().warmup("soon"),
                "warmup: `soon` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"",
            ),
            (
                asked().grace("1"),
                "grace: `1` is no duration: write a number and a unit, such as \"250ms\", \"30s\" or \"1m 30s\"",
            ),
            (asked().overtime(-1), "overtime is -1: give a whole number of calls, such as 10"),
            (asked().overtime(1.5), "overtime is 1.5: give a whole number of calls, such as 10"),
            (
                asked().data_order("twice"),
                "data_order is \"twice\": give \"round-robin\", \"random\" or \"once\"",
            ),
            (asked().workers(0), "workers is 0: give a whole number from 1 to 1000, such as 5"),
            (
                asked().threshold("errors", "<", 5),
                "threshold on errors: `5` is no share: write a percentage such as \"1%\", or 0",
            ),
        ] {
            assert_eq!(asked.terms().unwrap_err(), message);
        }
    }
}
