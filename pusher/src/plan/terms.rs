//! [`Terms`]: all that is asked of a load, checked; with [`Pace`], [`Arrivals`], [`Clock`] and
//! [`Judging`], of which it is made.

use std::time::Duration;

use super::curve::Curve;
use super::data::{DataOrder, Deal, items_of};
use super::decimal::Decimal;
use super::limits::{MOST_RATE, MOST_RATE_DIGITS};
use super::offer::Offer;
use super::rate::Rps;
use super::settings::Settings;
use super::threshold::Threshold;
use super::time::nanos;

/// All that is asked of a load, checked.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(crate) pace: Pace,
    /// How long ticks are scheduled, or calls of a closed loop begun.
    pub(crate) duration: Option<Duration>,
    /// The most measured calls of each Worker.
    pub(crate) calls: Option<u64>,
    /// The number that random numbers begin from; none until it is given or the harness has chosen
    /// one.
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
    /// What was said outside of the attribute, for the report.
    pub(crate) settings: Settings,
}

/// Which thresholds are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Judging {
    /// All.
    #[default]
    On,
    /// Those on counts; the others are shown. A quick look has too few calls to judge times by.
    Counts,
}

/// The rule that decides when calls are made.
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
    /// tokio's paused one, which moves if nothing else is to be done.
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
                    "{curve} times {scale} is a rate above {MOST_RATE}, or has more than \
                     {MOST_RATE_DIGITS} digits behind the point"
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

    /// How many stations there are: Workers of an open loop, or callers of a closed one.
    pub(crate) fn stations(&self) -> u64 {
        self.workers * self.stations_of_a_worker()
    }

    /// The same of one Worker.
    pub(crate) fn stations_of_a_worker(&self) -> u64 {
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
        let (seed, stations_of_a_worker) =
            (self.seed.unwrap_or_default(), self.stations_of_a_worker());
        Deal { order: self.data_order, seed, workers: self.workers, stations_of_a_worker }
    }

    /// The most calls of one of the Workers, with those of the warm-up, before its share of the
    /// items is used up.
    pub(crate) fn calls_in_all(&self, worker: u64) -> Option<u64> {
        self.items
            .filter(|_| self.data_order == DataOrder::Once)
            .map(|items| items_of(worker, self.workers, items))
    }
}
