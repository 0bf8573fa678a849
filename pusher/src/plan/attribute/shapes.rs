//! The keys of [`Attribute`] that say what changes over time: rates of an open loop, callers of a
//! closed one.

use super::Attribute;
use crate::plan::count;
use crate::plan::curve::{Curve, Segment, read_level};
use crate::plan::headcount::{Headcount, Leg, read_callers};
use crate::plan::level::Level;
use crate::plan::rate::{Number, Rate};
use crate::plan::time::Time;

impl Attribute {
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

    fn callers(&mut self, key: &str, callers: impl Number) -> Option<u64> {
        self.check(read_callers(key, &callers.to_string()))
    }

    fn level(&mut self, key: &str, rate: impl Rate) -> Option<Level> {
        self.check(read_level(key, &rate.to_string()))
    }
}
