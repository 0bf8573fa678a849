//! [`Attribute`]: all that an attribute asks for, value by value as it was written, until it is
//! checked.

mod capacity;
mod shapes;
mod together;

use std::time::Duration;

use super::capacity::Goal;
use super::count::{self, Count};
use super::curve::{Curve, Segment};
use super::data::DataOrder;
use super::headcount::{Headcount, Leg};
use super::offer::Offer;
use super::pause::{IntoPause, Pause};
use super::rate::{Number, Rate, Rps};
use super::threshold::{IntoLimit, Modifier, Modifiers, Stops, Threshold};
use super::time::{Time, positive};
use super::words::{Arrivals, Clock, Threads, Word};

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
    threads: Option<Threads>,
    local: bool,
    compare: bool,
    offer: Offer,
    workers: Option<u64>,
    setup_timeout: Option<Duration>,
    data_order: DataOrder,
    thresholds: Vec<Threshold>,
    capacity: Option<Goal>,
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

    /// What makes the calls.
    pub fn runtime(mut self, runtime: &str) -> Attribute {
        self.threads = self.check(Threads::read("runtime", runtime));
        self
    }

    /// Each call stays on its lane.
    pub fn local(mut self) -> Attribute {
        self.local = true;
        self
    }

    /// A second target is called on the same schedule.
    pub fn compare(mut self) -> Attribute {
        self.compare = true;
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

    /// One comparison that ends the load if it holds, in its three parts.
    pub fn abort_if(mut self, metric: &str, operator: &str, limit: impl IntoLimit) -> Attribute {
        let read = Threshold::parse_abort(metric, operator, limit);
        let threshold = self.check(read.map_err(|wrong| format!("abort on {metric}: {wrong}")));
        self.thresholds.extend(threshold);
        self
    }

    /// How long each window is in which the last threshold has to hold.
    pub fn over(self, over: impl Time) -> Attribute {
        self.modified(Modifier::Over, over, |modifiers| &mut modifiers.over)
    }

    /// How long a breach of the last threshold has to last.
    pub fn lasting(self, lasting: impl Time) -> Attribute {
        self.modified(Modifier::For, lasting, |modifiers| &mut modifiers.lasting)
    }

    /// From when on ticks count for the last threshold.
    pub fn after(self, after: impl Time) -> Attribute {
        self.modified(Modifier::After, after, |modifiers| &mut modifiers.after)
    }

    /// The last threshold ends the load as soon as it is broken.
    pub fn abort(mut self) -> Attribute {
        if let Some(threshold) = self.thresholds.last_mut() {
            threshold.modifiers.stops = Stops::AsWell;
        }
        self
    }

    fn modified(
        mut self,
        modifier: Modifier,
        time: impl Time,
        part: fn(&mut Modifiers) -> &mut Option<Duration>,
    ) -> Attribute {
        let time = self.time(modifier.word(), time);
        let time = time.and_then(|time| self.check(modifier.check(time)));
        if let Some(threshold) = self.thresholds.last_mut() {
            *part(&mut threshold.modifiers) = time;
        }
        self
    }

    fn count(&mut self, count: &Count, key: &str, number: impl Number) -> Option<u64> {
        self.check(count.read(key, &number.to_string()))
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
mod tests;
