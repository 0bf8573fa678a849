//! [`Attribute`]: all that an attribute asks for, value by value as it was written, until it is
//! checked.

use std::sync::Arc;
use std::time::Duration;

use pusher_load_grammar::count::{self, Count};

use super::curve::{Curve, Segment, read_level};
use super::data::DataOrder;
use super::decimal::Decimal;
use super::headcount::{Headcount, Leg, read_callers};
use super::key::{NO_END, NO_PACE};
use super::level::Level;
use super::offer::Offer;
use super::pause::{IntoPause, Pause};
use super::rate::{Number, Rate, Rps};
use super::terms::{Pace, Terms};
use super::threshold::{IntoLimit, Threshold};
use super::time::{Time, positive};
use super::words::{Arrivals, Clock, Word};

/// Collects the attribute's values; [`Attribute::terms`] gives them checked, or the first that is
/// wrong.
///
/// The macro has checked what is literal, with the same functions and the same words. A const
/// expression is known only here.
#[derive(Debug, Default)]
pub struct Attribute {
    curve: Option<Curve>,
    segments: Vec<Segment>,
    arrivals: Arrivals,
    concurrency: Option<u64>,
    legs: Vec<Leg>,
    headcount: Option<Headcount>,
    pause: Pause,
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

impl Attribute {
    /// Nothing yet.
    pub fn new() -> Attribute {
        Attribute::default()
    }

    /// Ticks per second.
    pub fn rps(mut self, rps: impl Rate) -> Attribute {
        let read = Rps::new(rps).map(Curve::Constant).map_err(|wrong| wrong.to_string());
        self.curve = self.check(read);
        self
    }

    /// One more stage: a rate that changes along a straight line.
    pub fn ramp(mut self, from: impl Rate, to: impl Rate, length: impl Time) -> Attribute {
        let rates = [self.level("stages", from), self.level("stages", to)];
        self.stage(rates, length);
        self
    }

    /// One more stage: a rate that stays the same.
    pub fn hold(mut self, rate: impl Rate, length: impl Time) -> Attribute {
        let rate = self.level("stages", rate);
        self.stage([rate, rate], length);
        self
    }

    /// One more stage: a rate that is jumped to.
    pub fn spike(self, rate: impl Rate, length: impl Time) -> Attribute {
        self.hold(rate, length)
    }

    /// A staircase of rates.
    pub fn steps(
        mut self,
        from: impl Rate,
        to: impl Rate,
        by: impl Rate,
        each: impl Time,
    ) -> Attribute {
        let [from, to] = [self.level("steps", from), self.level("steps", to)];
        let (by, each) = (self.level("steps", by), self.time("each in steps", each));
        if let (Some(from), Some(to), Some(by), Some(each)) = (from, to, by, each) {
            self.curve = self.check(Curve::steps(from, to, by, each));
        }
        self
    }

    /// A rate that swings between two.
    pub fn sine(mut self, from: impl Rate, to: impl Rate, period: impl Time) -> Attribute {
        let [from, to] = [self.level("sine", from), self.level("sine", to)];
        if let (Some(from), Some(to), Some(period)) =
            (from, to, self.time("period in sine", period))
        {
            self.curve = self.check(Curve::sine(from, to, period));
        }
        self
    }

    /// How ticks come along the shape.
    pub fn arrivals(mut self, arrivals: &str) -> Attribute {
        self.arrivals = self.check(Arrivals::read("arrivals", arrivals)).unwrap_or_default();
        self
    }

    /// The number that random numbers begin from.
    pub fn seed(mut self, seed: impl Number) -> Attribute {
        self.seed = self.count(&count::SEED, "seed", seed);
        self
    }

    /// How many callers a closed loop has.
    pub fn concurrency(mut self, count: impl Number) -> Attribute {
        self.concurrency = self.count(&count::CONCURRENCY, "concurrency", count);
        self
    }

    /// One more stage of a closed loop: callers whose number changes along a straight line.
    pub fn callers_ramp(
        mut self,
        from: impl Number,
        to: impl Number,
        length: impl Time,
    ) -> Attribute {
        let callers = [self.callers("stages", from), self.callers("stages", to)];
        self.leg(callers, length);
        self
    }

    /// One more stage of a closed loop: so many callers.
    pub fn callers_hold(mut self, callers: impl Number, length: impl Time) -> Attribute {
        let callers = self.callers("stages", callers);
        self.leg([callers, callers], length);
        self
    }

    /// One more stage of a closed loop: a number of callers that is jumped to.
    pub fn callers_spike(self, callers: impl Number, length: impl Time) -> Attribute {
        self.callers_hold(callers, length)
    }

    /// A staircase of callers of a closed loop.
    pub fn callers_steps(
        mut self,
        from: impl Number,
        to: impl Number,
        by: impl Number,
        each: impl Time,
    ) -> Attribute {
        let [from, to] = [self.callers("steps", from), self.callers("steps", to)];
        let by = self.count(&count::CONCURRENCY, "by in steps", by);
        let each = self.time("each in steps", each);
        if let (Some(from), Some(to), Some(by), Some(each)) = (from, to, by, each) {
            self.headcount = self.check(Headcount::steps(from, to, by, each));
        }
        self
    }

    /// How long a caller of a closed loop waits between two calls.
    pub fn pause(mut self, pause: impl IntoPause) -> Attribute {
        let read = pause.into_pause().map_err(|wrong| format!("pause: {wrong}"));
        self.pause = self.check(read).unwrap_or_default();
        self
    }

    /// The most measured calls of each Worker.
    pub fn calls(mut self, calls: impl Number) -> Attribute {
        self.calls = self.count(&count::CALLS, "calls", calls);
        self
    }

    /// The clock that the load goes by.
    pub fn clock(mut self, clock: &str) -> Attribute {
        self.clock = self.check(Clock::read("time", clock)).unwrap_or_default();
        self
    }

    /// How long ticks are scheduled.
    pub fn duration(mut self, duration: impl Time) -> Attribute {
        self.duration = self.positive("duration", duration);
        self
    }

    /// Most calls in flight.
    pub fn overtime(mut self, overtime: impl Number) -> Attribute {
        self.offer.overtime =
            self.count(&count::OVERTIME, "overtime", overtime).unwrap_or_default();
        self
    }

    /// How many Workers make the load side by side, each at the rate and with its own overtime.
    pub fn workers(mut self, workers: impl Number) -> Attribute {
        self.workers = self.count(&count::WORKERS, "workers", workers);
        self
    }

    /// A time before `duration` whose calls are not measured.
    pub fn warmup(mut self, warmup: impl Time) -> Attribute {
        self.offer.warmup = self.time("warmup", warmup).unwrap_or_default();
        self
    }

    /// How long one call may take.
    pub fn timeout(mut self, timeout: impl Time) -> Attribute {
        self.offer.timeout = self.positive("timeout", timeout);
        self
    }

    /// How long calls in flight may take when the schedule has ended.
    pub fn grace(mut self, grace: impl Time) -> Attribute {
        self.offer.grace = self.time("grace", grace).unwrap_or_default();
        self
    }

    /// How the items of `data` are handed out.
    pub fn data_order(mut self, order: &str) -> Attribute {
        self.data_order = self.check(DataOrder::parse(order)).unwrap_or_default();
        self
    }

    /// How long each setup may take, and each teardown.
    pub fn setup_timeout(mut self, timeout: impl Time) -> Attribute {
        self.setup_timeout = self.positive("setup_timeout", timeout);
        self
    }

    /// One threshold, in its three parts.
    pub fn threshold(mut self, metric: &str, operator: &str, limit: impl IntoLimit) -> Attribute {
        let read = Threshold::parse(metric, operator, limit);
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
        self.headcount = self.headcount()?;
        let has_pace = self.curve.is_some()
            || !self.segments.is_empty()
            || self.concurrency.is_some()
            || self.headcount.is_some();
        let pace = self.pace()?;
        let own_length = self.headcount.as_ref().map(Headcount::length);
        let mut terms = Terms {
            spread: (!has_pace).then_some(Decimal::ONE),
            calls: self.calls,
            seed: self.seed,
            clock: self.clock,
            headcount: self.headcount.map(Arc::new),
            ..Terms::new(pace, self.duration.or(own_length.map(Duration::from_nanos)))
        };
        (terms.offer, terms.thresholds, terms.data_order) =
            (self.offer, self.thresholds, self.data_order);
        if terms.other_ends().is_none() && !terms.data_is_the_end() {
            return Err(NO_END.to_string());
        }
        terms.workers = self.workers.unwrap_or(terms.workers);
        terms.setup_timeout = self.setup_timeout.unwrap_or(terms.setup_timeout);
        Ok(terms)
    }

    fn stage(&mut self, rates: [Option<Level>; 2], length: impl Time) {
        let length = self.time("a time in stages", length);
        if let ([Some(from), Some(to)], Some(length)) = (rates, length) {
            let segment = self.check(Segment::new("stages", [from, to], length));
            self.segments.extend(segment);
        }
    }

    fn leg(&mut self, callers: [Option<u64>; 2], length: impl Time) {
        let length = self.time("a time in stages", length);
        if let ([Some(from), Some(to)], Some(length)) = (callers, length) {
            let leg = self.check(Leg::new("stages", [from, to], length));
            self.legs.extend(leg);
        }
    }

    /// The callers of a closed loop over time, if their number changes.
    fn headcount(&mut self) -> Result<Option<Headcount>, String> {
        if self.legs.is_empty() {
            return Ok(self.headcount.take());
        }
        Headcount::stages("stages", std::mem::take(&mut self.legs)).map(Some)
    }

    fn pace(&mut self) -> Result<Pace, String> {
        let most = self.headcount.as_ref().map(Headcount::most);
        if let Some(concurrency) = self.concurrency.or(most) {
            return Ok(Pace::Closed { concurrency, pause: self.pause });
        }
        if !self.segments.is_empty() {
            self.curve = Some(Curve::stages("stages", std::mem::take(&mut self.segments))?);
        }
        let spread = self.calls.zip(self.duration);
        let curve = match (self.curve.take(), spread) {
            (Some(curve), _) => curve,
            (None, Some((calls, duration))) => Curve::Constant(Rps::spread(calls, duration)?),
            (None, None) => return Err(NO_PACE.to_string()),
        };
        Ok(Pace::Open { curve, arrivals: self.arrivals })
    }

    fn count(&mut self, count: &Count, key: &str, number: impl Number) -> Option<u64> {
        self.check(count.read(key, &number.to_string()))
    }

    fn callers(&mut self, key: &str, callers: impl Number) -> Option<u64> {
        self.check(read_callers(key, &callers.to_string()))
    }

    fn level(&mut self, key: &str, rate: impl Rate) -> Option<Level> {
        self.check(read_level(key, &rate.to_string()))
    }

    fn time(&mut self, key: &str, time: impl Time) -> Option<Duration> {
        self.check(time.into_duration().map_err(|wrong| format!("{key}: {wrong}")))
    }

    fn positive(&mut self, key: &str, time: impl Time) -> Option<Duration> {
        let time = self.time(key, time)?;
        self.check(positive(key, time))
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
    use crate::plan::{key, time};

    #[test]
    fn takes_any_primitive_number_and_any_time() {
        let terms = Attribute::new()
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
        assert_eq!(terms.pace, pace);
        assert_eq!(terms.duration, Some(Duration::from_secs(9)));
        let offer = Offer {
            overtime: 10,
            warmup: Duration::from_secs(1),
            grace: Duration::ZERO,
            timeout: None,
        };
        assert_eq!(terms.offer, offer);
        assert_eq!(terms.setup_timeout, Duration::from_secs(60));
    }

    #[test]
    fn the_defaults_are_those_that_the_keys_declare() {
        let terms = Attribute::new().rps(50).duration("1m").terms().unwrap();
        let quoted = |text: String| format!("`\"{text}\"`");
        for (name, default) in [
            ("overtime", terms.offer.overtime.to_string()),
            ("workers", terms.workers.to_string()),
            ("grace", quoted(time::format(terms.offer.grace))),
            ("setup_timeout", quoted(time::format(terms.setup_timeout))),
            ("data_order", quoted(terms.data_order.to_string())),
        ] {
            assert_eq!(key::find(name).unwrap().default.replace(',', ""), default, "{name}");
        }
    }

    #[test]
    fn items_that_are_used_once_end_a_load() {
        let once = || Attribute::new().data_order("once");
        assert!(once().rps(50).terms().unwrap().data_is_the_end());
        assert!(once().concurrency(2).terms().unwrap().data_is_the_end());
        assert!(!once().rps(50).duration("1m").terms().unwrap().data_is_the_end());
        let random = Attribute::new().data_order("random").rps(50).terms();
        assert_eq!(random.unwrap_err(), key::NO_END);
    }

    #[test]
    fn says_which_value_is_wrong_and_what_to_give() {
        let attribute = || Attribute::new().rps(50).duration("1m");
        for (attribute, message) in [
            (
                Attribute::new().duration("1m"),
                "rps is missing: add `rps = 50`, a shape such as `stages(..)`, or `concurrency = \
                 20`",
            ),
            (
                Attribute::new().rps(50),
                "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
            ),
            (
                Attribute::new().concurrency(1),
                "duration is missing: add `duration = \"1m\"`, or `calls = 10_000`",
            ),
            (
                Attribute::new().ramp(0, -1, "1s"),
                "a rate in stages is -1: give a number from 0 to 1000000000, such as 50 or 0.5",
            ),
            (
                Attribute::new().hold(5, "soon"),
                "a time in stages: `soon` is no duration: write a number and a unit, such as \
                 \"250ms\", \"30s\" or \"1m 30s\"",
            ),
            (
                Attribute::new().hold(0, "1s"),
                "stages makes no tick: give a stage whose rate is above zero, such as `hold(50, \
                 \"1m\")`",
            ),
            (
                Attribute::new().sine(0, 5, "0s"),
                "period in sine is zero: give a time, such as \"30s\"",
            ),
            (attribute().arrivals("even"), "arrivals is \"even\": give \"uniform\" or \"poisson\""),
            (
                attribute().seed(-1),
                "seed is -1: give a whole number from 0 to 18446744073709551615, such as 7",
            ),
            (attribute().calls(0), "calls is 0: give a whole number above 0, such as 10000"),
            (attribute().calls(0.5), "calls is 0.5: give a whole number above 0, such as 10000"),
            (
                attribute().concurrency(0),
                "concurrency is 0: give a whole number from 1 to 100000, such as 20",
            ),
            (
                Attribute::new().callers_hold(0.5, "1s"),
                "a number of callers in stages is 0.5: give a whole number from 0 to 100000, such \
                 as 20",
            ),
            (
                Attribute::new().callers_spike(5, "0s"),
                "a time in stages is zero: give a time, such as \"30s\"",
            ),
            (
                Attribute::new().callers_ramp(0, 1, "1s"),
                "stages has no caller at any time: give a stage with some, such as `hold(20, \
                 \"1m\")`",
            ),
            (
                Attribute::new().callers_steps(1, 5, 0, "1s"),
                "by in steps is 0: give a whole number from 1 to 100000, such as 20",
            ),
            (
                attribute().pause("x"),
                "pause: `x` is no duration: write a number and a unit, such as \"250ms\", \"30s\" \
                 or \"1m 30s\"",
            ),
            (
                attribute().pause("3s..1s"),
                "pause: `3s..1s` ends before it begins: write \"1s..3s\"",
            ),
            (
                attribute().pause(Duration::from_secs(3)..Duration::from_secs(1)),
                "pause: `3s..1s` ends before it begins: write \"1s..3s\"",
            ),
            (attribute().clock("slow"), "time is \"slow\": give \"real\" or \"virtual\""),
            (
                Attribute::new().rps(0).duration("x"),
                "rps is 0: give a number above 0 and up to 1000000000, such as 50 or 0.5",
            ),
            (attribute().duration("0s"), "duration is zero: give a time, such as \"30s\""),
            (attribute().timeout(Duration::ZERO), "timeout is zero: give a time, such as \"30s\""),
            (
                attribute().setup_timeout("0s"),
                "setup_timeout is zero: give a time, such as \"30s\"",
            ),
            (
                attribute().warmup("soon"),
                "warmup: `soon` is no duration: write a number and a unit, such as \"250ms\", \
                 \"30s\" or \"1m 30s\"",
            ),
            (
                attribute().grace("1"),
                "grace: `1` is no duration: write a number and a unit, such as \"250ms\", \"30s\" \
                 or \"1m 30s\"",
            ),
            (attribute().overtime(-1), "overtime is -1: give a whole number of calls, such as 10"),
            (
                attribute().overtime(1.5),
                "overtime is 1.5: give a whole number of calls, such as 10",
            ),
            (
                attribute().data_order("twice"),
                "data_order is \"twice\": give \"round-robin\", \"random\" or \"once\"",
            ),
            (attribute().workers(0), "workers is 0: give a whole number from 1 to 1000, such as 5"),
            (
                attribute().threshold("errors", "<", 0.05),
                "threshold on errors: `0.05` is no whole number: write \"5%\" for a share, or a \
                 whole number such as 5 for so many in all",
            ),
        ] {
            assert_eq!(attribute.terms().unwrap_err(), message);
        }
    }
}
