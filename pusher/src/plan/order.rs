//! [`Order`]: the task of one Worker, made from the terms.

use std::time::Duration;

use super::closed::ClosedLoop;
use super::curve::Curve;
use super::offer::Offer;
use super::random::SplitMix;
use super::schedule::{FOREVER, Timetable};
use super::terms::{Arrivals, Pace, Terms};
use super::time::nanos;

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
    /// The warm-up uses up the items of a Worker, as far as that is known beforehand.
    pub(crate) fn check_items(&self) -> Result<(), String> {
        for (worker, all) in
            (0..self.workers).filter_map(|worker| Some((worker, self.calls_in_all(worker)?)))
        {
            let warmup = match self.order(worker) {
                Order::Open { warmup, .. } => warmup.ticks(),
                Order::Closed { .. } => 0,
            };
            if all <= warmup {
                let (items, needed) =
                    (self.items.unwrap_or_default(), self.workers.saturating_mul(warmup + 1));
                return Err(format!(
                    "it has {items} items, and {needed} are needed for the warm-up and one \
                     measured call of each worker: give it more, or shorten the warm-up"
                ));
            }
        }
        Ok(())
    }

    /// The task of one of the Workers.
    pub(crate) fn order(&self, worker: u64) -> Order {
        match &self.pace {
            Pace::Open { curve, arrivals } => {
                // Workers side by side, and the warm-up before them, come each at other instants.
                let seed = |stream| match arrivals {
                    Arrivals::Uniform => None,
                    Arrivals::Poisson if stream == 0 => Some(self.seed.unwrap_or_default()),
                    Arrivals::Poisson => {
                        Some(SplitMix::of_stream(self.seed.unwrap_or_default(), stream).next())
                    }
                };
                let length = self.duration.map(nanos).or(curve.own_length()).unwrap_or(FOREVER);
                let warmup = warmup(curve, &self.offer, seed(2 * worker + 1));
                let left =
                    self.calls_in_all(worker).map(|calls| calls.saturating_sub(warmup.ticks()));
                let most = [self.calls, left].into_iter().flatten().min();
                // Before the items are counted that end it, nobody can know when random ticks come.
                let seed = seed(2 * worker).filter(|_| length < FOREVER || most.is_some());
                Order::Open { warmup, measured: Timetable::new(curve, length, seed, most) }
            }
            Pace::Closed { concurrency, pause } => Order::Closed {
                warmup: nanos(self.offer.warmup),
                closed: ClosedLoop {
                    concurrency: *concurrency,
                    calls: self.calls,
                    duration: self.duration,
                    pause: *pause,
                    calls_in_all: self.calls_in_all(worker),
                },
            },
        }
    }
}

/// The warm-up goes along the beginning of the same curve.
fn warmup(curve: &Curve, offer: &Offer, seed: Option<u64>) -> Timetable {
    let length = nanos(offer.warmup);
    let most = curve.own_length().filter(|_| curve.has_fixed_length()).unwrap_or(FOREVER);
    Timetable::new(curve, length.min(most), seed, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_of_a_closed_loop_are_known_if_nothing_else_ends_it() {
        let ticks = |closed| Order::Closed { warmup: 0, closed }.ticks();
        let closed = ClosedLoop::new(2).calls(100);
        assert_eq!(ticks(closed), Some(100));
        assert_eq!(ticks(closed.duration(Duration::from_secs(1))), None);
        assert_eq!(ticks(ClosedLoop { calls_in_all: Some(10), ..closed }), None);
    }
}
