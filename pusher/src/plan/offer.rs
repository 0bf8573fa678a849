use std::time::Duration;

use super::closed::ClosedLoop;
use super::data::{DataOrder, Deal, items_of};
use super::decimal::Decimal;
use super::order::Order;
use super::random::SplitMix;
use super::rate::Rps;
use super::schedule::curve::Curve;
use super::schedule::{FOREVER, Timetable};
use super::settings::Settings;
use super::threshold::Threshold;
use super::time::nanos;

/// The terms a Worker is hired on; its gossipers are kept beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) overtime: u64,
    pub(crate) timeout: Option<Duration>,
    pub(crate) warmup: Duration,
    pub(crate) grace: Duration,
}

impl Default for Offer {
    fn default() -> Offer {
        Offer {
            overtime: 1_000_000,
            timeout: None,
            warmup: Duration::ZERO,
            grace: Duration::from_secs(30),
        }
    }
}

/// All that the attribute asks for, checked.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(crate) pace: Pace,
    /// How long ticks are scheduled, or calls of a closed loop begun.
    pub(crate) duration: Option<Duration>,
    /// The most measured calls of each Worker.
    pub(crate) calls: Option<u64>,
    /// What random numbers begin from; none where nothing said, until the harness has chosen one.
    pub(crate) seed: Option<u64>,
    pub(crate) clock: Clock,
    /// How many Workers make the load side by side, each at the pace.
    pub(crate) workers: u64,
    pub(crate) offer: Offer,
    pub(crate) setup_timeout: Duration,
    pub(crate) data_order: DataOrder,
    /// How many items `data` has, once it is known.
    pub(crate) items: Option<u64>,
    /// How many times `setup_worker` is run, once it is known that there is one.
    pub(crate) setup_workers: Option<u64>,
    pub(crate) thresholds: Vec<Threshold>,
    pub(crate) judging: Judging,
    /// What was said in the place of the attribute, for the report.
    pub(crate) settings: Settings,
}

/// Whether thresholds are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Judging {
    #[default]
    On,
    /// They are shown only: a quick look is no measurement to be held against.
    Off,
}

/// What decides when calls are made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pace {
    /// The schedule: an open loop.
    Open { curve: Curve, arrivals: Arrivals },
    /// The answers: a closed loop of so many callers, with a pause of each between two calls.
    Closed { concurrency: u64, pause: Duration },
}

/// How ticks come along a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Arrivals {
    #[default]
    Uniform,
    Poisson,
}

/// The clock that a load goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Clock {
    #[default]
    Real,
    /// tokio's paused one, which moves when nothing else is to be done.
    Virtual,
}

impl Terms {
    pub(crate) fn new(pace: Pace, duration: Option<Duration>) -> Terms {
        Terms {
            pace,
            duration,
            calls: None,
            seed: None,
            clock: Clock::Real,
            workers: 1,
            offer: Offer::default(),
            setup_timeout: Duration::from_secs(60),
            data_order: DataOrder::default(),
            items: None,
            setup_workers: None,
            thresholds: Vec::new(),
            judging: Judging::On,
            settings: Settings::default(),
        }
    }

    /// Evenly spaced ticks at one rate.
    pub(crate) fn constant(rps: Rps, duration: Option<Duration>) -> Terms {
        Terms::new(
            Pace::Open { curve: Curve::Constant(rps), arrivals: Arrivals::Uniform },
            duration,
        )
    }

    /// One rate in the place of whatever shape there is, for as long as that was. A closed loop has
    /// no rate.
    pub(crate) fn set_rps(&mut self, rps: Rps) {
        if let Pace::Open { curve, .. } = &mut self.pace {
            self.duration = self.duration.or(curve.own_length().map(Duration::from_nanos));
            *curve = Curve::Constant(rps);
        }
    }

    /// Every rate multiplied, exactly.
    ///
    /// # Errors
    ///
    /// A rate that would be too high, or have more digits than are kept.
    pub(crate) fn scale_rates(&mut self, scale: Decimal) -> Result<(), String> {
        if let Pace::Open { curve, .. } = &mut self.pace {
            let wrong = || {
                format!(
                    "{curve} times {scale} is a rate above 1000000000, or has more than 16 digits behind the point"
                )
            };
            *curve = curve.scaled(scale).ok_or_else(wrong)?;
        }
        Ok(())
    }

    /// Another number of callers. An open loop has none.
    pub(crate) fn set_concurrency(&mut self, callers: u64) {
        if let Pace::Closed { concurrency, .. } = &mut self.pace {
            *concurrency = callers;
        }
    }

    /// Another time for all of it; the times of stages are stretched or shortened alike.
    pub(crate) fn set_duration(&mut self, duration: Duration) {
        if let Pace::Open { curve, .. } = &mut self.pace {
            *curve = curve.stretched(nanos(duration));
        }
        self.duration = Some(duration);
    }

    /// How many places there are at which one call is made after the other, or for which a schedule
    /// is kept: Workers, or the callers of all of them.
    pub(crate) fn places(&self) -> u64 {
        self.workers * self.places_of_a_worker()
    }

    /// The same of one Worker.
    pub(crate) fn places_of_a_worker(&self) -> u64 {
        match self.pace {
            Pace::Open { .. } => 1,
            Pace::Closed { concurrency, .. } => concurrency,
        }
    }

    /// Whether when calls are made depends on a seed, or which item they get.
    pub(crate) fn is_random(&self) -> bool {
        self.data_order == DataOrder::Random
            || matches!(self.pace, Pace::Open { arrivals: Arrivals::Poisson, .. })
    }

    /// How the items of `data` are dealt to the calls.
    pub(crate) fn deal(&self) -> Deal {
        let (seed, places_of_a_worker) = (self.seed.unwrap_or_default(), self.places_of_a_worker());
        Deal { order: self.data_order, seed, workers: self.workers, places_of_a_worker }
    }

    /// The most calls of one of the Workers, with those of the warm-up, before its share of the
    /// items is used up.
    pub(crate) fn calls_in_all(&self, worker: u64) -> Option<u64> {
        self.items
            .filter(|_| self.data_order == DataOrder::Once)
            .map(|items| items_of(worker, self.workers, items))
    }

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
                    "it has {items} items, and {needed} are needed for the warm-up and one measured call of each worker: give it more, or shorten the warm-up"
                ));
            }
        }
        Ok(())
    }

    /// What one of the Workers is to do.
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
                Order::Open {
                    warmup,
                    measured: Timetable::new(curve, length, seed(2 * worker), most),
                }
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
pub(crate) fn warmup(curve: &Curve, offer: &Offer, seed: Option<u64>) -> Timetable {
    let length = nanos(offer.warmup);
    let most = curve.own_length().filter(|_| curve.has_fixed_length()).unwrap_or(FOREVER);
    Timetable::new(curve, length.min(most), seed, None)
}
