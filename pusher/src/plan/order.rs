//! [`Order`]: the task of one Worker, made from the terms.

use std::time::Duration;

use super::closed::ClosedLoop;
use super::curve::Curve;
use super::offer::Offer;
use super::partner::Partner;
use super::random::SplitMix;
use super::schedule::{FOREVER, Half, Share, Timetable};
use super::terms::{Pace, Terms};
use super::time::nanos;
use super::words::Arrivals;

/// An open loop along a timetable, or a closed one; before it the warm-up, in nanoseconds.
#[derive(Clone)]
pub(crate) enum Order {
    Open { warmup: Timetable, measured: Timetable },
    Closed { warmup: u64, closed: ClosedLoop },
}

impl Order {
    /// How long the warm-up is.
    pub(crate) fn warmup(&self) -> u64 {
        match self {
            Order::Open { warmup, .. } => warmup.length(),
            Order::Closed { warmup, .. } => *warmup,
        }
    }

    /// Which of two targets it calls that are compared, if it is one of them.
    pub(crate) fn partner(&self) -> Option<Partner> {
        match self {
            Order::Open { measured, .. } => measured.partner(),
            Order::Closed { .. } => None,
        }
    }

    /// Whether it is a closed loop that a number of calls may end: then it goes on until the last
    /// answer.
    pub(crate) fn ends_by_calls(&self) -> bool {
        match self {
            Order::Open { .. } => false,
            Order::Closed { closed, .. } => closed.calls.or(closed.calls_in_all).is_some(),
        }
    }

    /// How many measured calls it makes, if that is known beforehand.
    pub(crate) fn ticks(&self) -> Option<u64> {
        match self {
            Order::Open { measured, .. } => (measured.length() < FOREVER).then(|| measured.ticks()),
            Order::Closed { closed, .. } => {
                closed.calls.filter(|_| closed.duration.is_none() && closed.calls_in_all.is_none())
            }
        }
    }

    /// How long it is measured, if that is known beforehand.
    pub(crate) fn duration(&self) -> Option<Duration> {
        match self {
            Order::Open { measured, .. } => {
                (measured.length() < FOREVER).then(|| Duration::from_nanos(measured.length()))
            }
            Order::Closed { closed, .. } => closed.duration,
        }
    }
}

impl Terms {
    /// # Errors
    ///
    /// The warm-up uses up all items, as far as that is known beforehand. It is enough that one of
    /// the Workers has a measured call.
    pub(crate) fn check_items(&self) -> Result<(), String> {
        let warmup = |worker| match self.order(worker) {
            Order::Open { warmup, .. } => warmup.ticks(),
            Order::Closed { .. } => 0,
        };
        let mut needed = 0;
        for worker in 0..self.workers {
            let warmup = warmup(worker);
            if self.calls_in_all(worker).is_none_or(|all| all > warmup) {
                return Ok(());
            }
            needed += warmup;
        }
        let items = self.items.unwrap_or_default();
        Err(format!(
            "it has {items} items, and the warm-up needs {needed}: give it more, or shorten the \
             warm-up"
        ))
    }

    /// The task of one of the Workers.
    pub(crate) fn order(&self, worker: u64) -> Order {
        let headcount = &self.headcount;
        match &self.pace {
            Pace::Open { curve, arrivals } => {
                let ticks = |stream, length, most: Option<u64>| match arrivals {
                    // Those of each Worker, and of the warm-up before them, come at other instants.
                    // Before the items are counted that end it, nobody knows when they come.
                    Arrivals::Poisson if length < FOREVER || most.is_some() => {
                        let seeds = (self.seed_of(stream), self.half(stream));
                        Timetable::at_random(curve, length, seeds, most)
                    }
                    // The Workers deal the ticks of one schedule.
                    _ => {
                        // Pairs are drawn alike in the shares of all.
                        let half = self.half(stream % 2);
                        let share = Share::of_worker(worker, self.workers).halved(half);
                        Timetable::evenly(curve, length, share, most)
                    }
                };
                let length = self.duration.map(nanos).or(curve.own_length()).unwrap_or(FOREVER);
                let warmup = ticks(2 * worker + 1, warmup(curve, &self.offer), None);
                let left =
                    self.calls_in_all(worker).map(|calls| calls.saturating_sub(warmup.ticks()));
                let most = [self.calls, left].into_iter().flatten().min();
                Order::Open { measured: ticks(2 * worker, length, most), warmup }
            }
            Pace::Closed { concurrency, pause } => Order::Closed {
                warmup: headcount
                    .as_ref()
                    .map_or(u64::MAX, |callers| callers.length())
                    .min(nanos(self.offer.warmup)),
                closed: ClosedLoop {
                    concurrency: *concurrency,
                    calls: self.calls,
                    duration: self.duration,
                    pause: *pause,
                    calls_in_all: self.calls_in_all(worker),
                    headcount: headcount.clone(),
                    seed: self.seed.unwrap_or_default(),
                },
            },
        }
    }

    /// The part of its target in each pair of ticks, if two are compared.
    fn half(&self, stream: u64) -> Option<Half> {
        let partner = self.partner?;
        Some(Half { partner, seed: self.seed_of(u64::MAX - stream) })
    }

    /// The seed of one of several rows of random numbers.
    fn seed_of(&self, stream: u64) -> u64 {
        let seed = self.seed.unwrap_or_default();
        if stream == 0 { seed } else { SplitMix::of_stream(seed, stream).next() }
    }
}

/// How long the warm-up is, which goes along the beginning of the same curve.
fn warmup(curve: &Curve, offer: &Offer) -> u64 {
    let most = curve.own_length().filter(|_| curve.has_fixed_length()).unwrap_or(FOREVER);
    nanos(offer.warmup).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_of_a_closed_loop_are_known_if_nothing_else_ends_it() {
        let ticks = |closed| Order::Closed { warmup: 0, closed }.ticks();
        let closed = ClosedLoop::new(2).calls(100);
        assert_eq!(ticks(closed.clone()), Some(100));
        assert_eq!(ticks(closed.clone().duration(Duration::from_secs(1))), None);
        assert_eq!(ticks(ClosedLoop { calls_in_all: Some(10), ..closed }), None);
    }
}
