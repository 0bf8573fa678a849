//! `Asked`: the load that was asked for, in words for the report.

use std::time::Duration;

use crate::plan::data::DataOrder;
use crate::plan::offer::Offer;
use crate::plan::order::Order;
use crate::plan::rate::Rps;
use crate::plan::settings::Setting;
use crate::plan::terms::{Arrivals, Clock, Pace, Terms};
use crate::plan::time;

/// The load that was asked for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// When calls are made, in words: `50/s`, `0 → 100/s in 10s, 100/s for 1m`, or `20 callers`.
    pub shape: String,
    /// Ticks per second; none if the load has no single rate.
    pub rps: Option<f64>,
    /// The same rate as it was given, such as `7/m`; without a time it is per second.
    pub rate: Option<String>,
    /// `uniform` for even ticks, or `poisson` for random ones.
    pub arrivals: Option<&'static str>,
    /// The seed of the random numbers, if there are any.
    pub seed: Option<u64>,
    /// The number of callers of each Worker, if this is a closed loop.
    pub concurrency: Option<u64>,
    /// How long a caller waits between two calls.
    pub pause: Duration,
    /// The most measured calls of a Worker, if there is such a limit.
    pub calls: Option<u64>,
    /// How long ticks were to come due, if that was known beforehand.
    pub duration: Option<Duration>,
    /// The number of ticks that all Workers were to make, without the warm-up, if that was known
    /// beforehand.
    pub ticks: Option<u64>,
    /// The number of Workers that made the load side by side.
    pub workers: u64,
    /// The most calls in flight of each Worker.
    pub overtime: u64,
    /// The time before the measured time.
    pub warmup: Duration,
    /// `real`, or `virtual` for tokio's paused clock.
    pub time: &'static str,
    /// The number of times that `setup_worker` was to run, if there is one: once for each Worker,
    /// or for each caller of a closed loop.
    pub setup_workers: Option<u64>,
    /// The value of `args` that the calls got, as text.
    pub case: Option<String>,
    /// The items of `data` that the calls got, if there are any.
    pub data: Option<Data>,
    /// The profile of `pusher.toml` that was chosen.
    pub profile: Option<String>,
    /// The values that flags, variables and profiles set instead of the attribute.
    pub settings: Vec<Setting>,
    /// Whether one of them made the load smaller than its attribute asks for.
    pub(crate) shortened: bool,
    /// Sentences about what is most likely not meant as it is written: a rate that is a rounded
    /// fraction, a time that is to be longer than its limit.
    pub hints: Vec<String>,
}

/// The data of a load.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Data {
    /// The number of items.
    pub items: u64,
    /// How they are handed out.
    pub order: DataOrder,
    /// The number of ticks that the Worker would make with enough items, without the warm-up; none
    /// if that is not known beforehand.
    pub(crate) enough_for: Option<u64>,
}

impl Asked {
    /// The load of one Worker on these terms.
    pub(crate) fn of_terms(terms: &Terms, order: &Order) -> Asked {
        let shape = match &terms.pace {
            Pace::Open { curve, .. } => curve.to_string(),
            Pace::Closed { concurrency: 1, .. } => "1 caller".to_string(),
            Pace::Closed { concurrency, .. } => format!("{concurrency} callers"),
        };
        let asked = Asked {
            seed: terms.seed.filter(|_| terms.is_random()),
            calls: terms.calls,
            time: clock(terms.clock),
            setup_workers: terms.setup_workers,
            profile: terms.settings.profile.clone(),
            settings: terms.settings.said.clone(),
            shortened: terms.settings.shortened,
            hints: terms.hints(),
            ..Asked::of_schedule(shape, order, &terms.offer)
        };
        match &terms.pace {
            Pace::Open { curve, arrivals } => Asked {
                rps: curve.rps().map(Rps::per_second),
                rate: curve.rps().map(Rps::to_string),
                arrivals: Some(match arrivals {
                    Arrivals::Uniform => "uniform",
                    Arrivals::Poisson => "poisson",
                }),
                ..asked
            },
            Pace::Closed { concurrency, pause } => Asked {
                concurrency: Some(*concurrency),
                pause: *pause,
                overtime: *concurrency,
                ..asked
            },
        }
    }

    /// The load of one Worker that follows a schedule of the user's.
    pub(crate) fn of_schedule(shape: String, order: &Order, offer: &Offer) -> Asked {
        Asked {
            shape,
            rps: None,
            rate: None,
            arrivals: None,
            seed: None,
            concurrency: None,
            pause: Duration::ZERO,
            calls: None,
            duration: order.duration(),
            ticks: order.ticks(),
            workers: 1,
            overtime: offer.overtime,
            warmup: Duration::from_nanos(order.warmup()),
            time: "real",
            setup_workers: None,
            case: None,
            data: None,
            profile: None,
            settings: Vec::new(),
            shortened: false,
            hints: Vec::new(),
        }
    }

    /// A sentence without the parts that the report has lines or columns for: `50/s for 1m, poisson
    /// arrivals with seed 7`.
    pub(crate) fn words(&self) -> String {
        let mut words = format!("{}{}", self.shape, self.length());
        if self.arrivals == Some("poisson") {
            words += ", poisson arrivals";
        }
        if let Some(seed) = self.seed {
            words += &format!(" with seed {seed}");
        }
        if !self.pause.is_zero() {
            words += &format!(", pausing {} between calls", time::format(self.pause));
        }
        words
    }

    /// The flag, variable or profile that has only counts judged, if one has.
    pub(crate) fn only_counts(&self) -> Option<&str> {
        self.settings
            .iter()
            .find(|setting| setting.key == "thresholds" && setting.value == "counts")
            .map(|setting| setting.source.as_str())
    }

    /// The throughput if each call ends well while the schedule runs; none of a closed loop, and if
    /// the number of ticks is not known beforehand.
    pub(crate) fn most_throughput(&self) -> Option<f64> {
        let length = self.duration.filter(|length| !length.is_zero())?;
        let ticks = self.ticks.filter(|_| self.concurrency.is_none())?;
        Some(ticks as f64 / length.as_secs_f64())
    }

    fn length(&self) -> String {
        // In an open loop it is known beforehand whether the calls or the duration ends it.
        let calls = self.calls.filter(|calls| {
            self.concurrency.is_some() || self.ticks.is_none_or(|ticks| ticks >= *calls)
        });
        match (calls, self.duration) {
            (Some(calls), Some(duration)) if self.concurrency.is_some() => {
                format!(" for {calls} calls, or {}", time::format(duration))
            }
            (Some(1), _) => " for 1 call".to_string(),
            (Some(calls), _) => format!(" for {calls} calls"),
            (None, Some(duration)) if self.rps.is_some() || self.concurrency.is_some() => {
                format!(" for {}", time::format(duration))
            }
            (None, Some(duration)) => format!(": {} in all", time::format(duration)),
            (None, None) => " until told to stop".to_string(),
        }
    }
}

impl Data {
    /// The data of one Worker, by its number.
    pub(crate) fn of_terms(terms: &Terms, worker: u64) -> Option<Data> {
        let (items, order) = (terms.items?, terms.data_order);
        let with_enough = || Terms { items: None, ..terms.clone() }.order(worker).ticks();
        Some(Data {
            items,
            order,
            enough_for: if order == DataOrder::Once { with_enough() } else { None },
        })
    }

    /// The same items for the ticks of one more Worker.
    pub(crate) fn beside(self, other: &Data) -> Data {
        Data {
            enough_for: self
                .enough_for
                .zip(other.enough_for)
                .map(|(enough, more)| enough.saturating_add(more)),
            ..self
        }
    }

    /// Whether each item was to be used once, and there were too few for all ticks.
    pub(crate) fn is_used_up(&self, ticks: u64, warmup_ticks: u64) -> bool {
        let for_all = self.enough_for.is_some_and(|enough| enough == ticks);
        self.order == DataOrder::Once && ticks + warmup_ticks == self.items && !for_all
    }
}

fn clock(clock: Clock) -> &'static str {
    match clock {
        Clock::Real => "real",
        Clock::Virtual => "virtual",
    }
}
