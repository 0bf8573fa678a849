//! `Asked`: the load that was asked for, in words for the report.

use std::time::Duration;

use crate::plan::built::Built;
use crate::plan::data::DataOrder;
use crate::plan::key;
use crate::plan::offer::Offer;
use crate::plan::order::Order;
use crate::plan::pause::Pause;
use crate::plan::rate::Rps;
use crate::plan::settings::Setting;
use crate::plan::terms::{Pace, Terms};
use crate::plan::threshold::Threshold;
use crate::plan::time;
use crate::plan::words::{Arrivals, Clock, Inconclusive, Threads, Word};
use crate::verdict::evidence::Shortage;
use crate::verdict::reach::Reach;

/// The load that was asked for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// When calls are made, in words: `50/s`, `0 → 100/s in 10s, 100/s for 1m`, `20 callers`, or
    /// `0 → 20 callers in 10s, 20 callers for 1m`.
    pub shape: String,
    /// Ticks per second; none if the load has no single rate.
    pub rps: Option<f64>,
    /// The same rate as it was given, such as `7/m`; without a time it is per second.
    pub rate: Option<String>,
    /// `uniform` for even ticks, or `poisson` for random ones.
    pub arrivals: Option<&'static str>,
    /// The seed of the random numbers, if there are any.
    pub seed: Option<u64>,
    /// The number of callers of each Worker, if this is a closed loop; the highest if it changes.
    pub concurrency: Option<u64>,
    /// Whether that number changes along the shape, which then has a length of its own.
    pub(crate) has_headcount: bool,
    /// How long a caller waits between two calls; the least, if that is drawn at random.
    pub pause: Duration,
    /// The longest time, if it is drawn at random.
    pub longest_pause: Option<Duration>,
    /// The most measured calls of a Worker, if there is such a limit.
    pub calls: Option<u64>,
    /// How long ticks were to come due, if that was known beforehand.
    pub duration: Option<Duration>,
    /// The time for all probes, if it is a search for a capacity.
    pub(crate) budget: Option<Duration>,
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
    /// What made the calls of a load with the attribute on the real clock: `lanes`, or
    /// `multi_thread` for tokio's runtime of many threads.
    pub runtime: Option<&'static str>,
    /// Whether each call stayed on the lane on which it began.
    pub local: bool,
    /// The number of times that `setup_worker` was to run, if there is one: once for each Worker,
    /// for each caller of a closed loop, or for each lane if calls are local.
    pub setup_workers: Option<u64>,
    /// The value of `args` that the calls got, as text.
    pub case: Option<String>,
    /// The path of the fn that was called on the same schedule, to be compared with, if there is
    /// one.
    pub compare: Option<String>,
    /// The items of `data` that the calls got, if there are any.
    pub data: Option<Data>,
    /// Whether the load ends when its data is used up, and in no other way.
    pub(crate) data_is_the_end: bool,
    /// How the crate of the load was compiled; not known of a load without the attribute.
    pub(crate) built: Option<Built>,
    /// The folder of cargo's profile in which the binary is, such as `debug`.
    pub(crate) build_folder: Option<String>,
    /// The profile of `pusher.toml` that was chosen.
    pub profile: Option<String>,
    /// The values that flags, variables and profiles set instead of the attribute.
    pub settings: Vec<Setting>,
    /// Whether one of them made the load smaller than its attribute asks for.
    pub(crate) shortened: bool,
    /// How many ticks its attribute asks for, of all Workers together, if that is known.
    pub(crate) whole_ticks: Option<u64>,
    /// What an inconclusive verdict does to the test.
    pub(crate) inconclusive: Inconclusive,
    /// Sentences about what is most likely not meant as it is written: a rate that is a rounded
    /// fraction, a time that is to be longer than its limit, a warm-up longer than the load.
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
    /// How many items last to the end of the load, if each is handed out once; none if the data
    /// itself is the end, or if the number is not known beforehand.
    pub needed: Option<u64>,
    /// Whether each item was to be used once, and there was none for a tick that was to come.
    pub used_up: bool,
    /// How many of the items the Worker had, if each is handed out once.
    pub(crate) share: Option<u64>,
    /// The number of ticks that the Worker would make with enough items, without the warm-up; none
    /// if that is not known beforehand.
    pub(crate) enough_for: Option<u64>,
    /// What to change if the data is to end the load; none if it is.
    pub(crate) other_ends: Option<&'static str>,
}

impl Asked {
    /// The load of one Worker on these terms.
    pub(crate) fn of_terms(terms: &Terms, order: &Order) -> Asked {
        let shape = match &terms.pace {
            Pace::Open { curve, .. } => curve.to_string(),
            Pace::Closed { .. } if terms.headcount.is_some() => {
                terms.headcount.iter().map(ToString::to_string).collect()
            }
            Pace::Closed { concurrency: 1, .. } => "1 caller".to_string(),
            Pace::Closed { concurrency, .. } => format!("{concurrency} callers"),
        };
        let asked = Asked {
            seed: terms.seed.filter(|_| terms.is_random()),
            calls: terms.calls,
            time: terms.clock.word(),
            runtime: terms.threads.map(Threads::word),
            local: terms.local,
            setup_workers: terms.setup_workers,
            data_is_the_end: terms.data_is_the_end(),
            profile: terms.settings.profile.clone(),
            settings: terms.settings.said.clone(),
            shortened: terms.settings.shortened,
            whole_ticks: terms.settings.whole_ticks,
            inconclusive: terms.inconclusive,
            hints: terms.hints(),
            duration: terms.duration_asked_for(order),
            ..Asked::of_schedule(shape, order, &terms.offer)
        };
        match &terms.pace {
            Pace::Open { arrivals, .. } if terms.capacity.is_some() => {
                let limits: Vec<String> =
                    terms.thresholds.iter().map(Threshold::to_string).collect();
                let shape = format!("the capacity within {}", limits.join(" and "));
                let (budget, arrivals) = (asked.duration, Some(arrivals.word()));
                Asked { shape, budget, ticks: None, arrivals, ..asked }
            }
            Pace::Open { curve, arrivals } => Asked {
                rps: curve.rps().map(Rps::per_second),
                rate: curve.rps().map(Rps::to_string),
                arrivals: Some(arrivals.word()),
                ..asked
            },
            Pace::Closed { concurrency, pause } => Asked {
                concurrency: Some(*concurrency),
                has_headcount: terms.headcount.is_some(),
                pause: pause.least,
                longest_pause: Some(pause.most).filter(|_| pause.is_random()),
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
            has_headcount: false,
            pause: Duration::ZERO,
            longest_pause: None,
            calls: None,
            duration: order.duration(),
            budget: None,
            ticks: order.ticks(),
            workers: 1,
            overtime: offer.overtime,
            warmup: Duration::from_nanos(order.warmup()),
            time: Clock::Real.word(),
            runtime: None,
            local: false,
            setup_workers: None,
            case: None,
            compare: None,
            data: None,
            data_is_the_end: false,
            built: None,
            build_folder: None,
            profile: None,
            settings: Vec::new(),
            shortened: false,
            whole_ticks: None,
            inconclusive: Inconclusive::default(),
            hints: Vec::new(),
        }
    }

    /// A sentence without the parts that the report has lines or columns for: `50/s for 1m, poisson
    /// arrivals with seed 7`.
    pub(crate) fn words(&self) -> String {
        let mut words = format!("{}{}", self.shape, self.length());
        if self.arrivals == Some(Arrivals::Poisson.word()) {
            words += ", poisson arrivals";
        }
        if let Some(seed) = self.seed {
            words += &format!(" with seed {seed}");
        }
        let pause = Pause { least: self.pause, most: self.longest_pause.unwrap_or(self.pause) };
        if pause != Pause::default() {
            words += &format!(", pausing {pause} between calls");
        }
        if let Some(other) = &self.compare {
            words += &format!(", beside {other}");
        }
        words
    }

    /// The flag, variable or profile that has only counts judged, if one has.
    pub(crate) fn only_counts(&self) -> Option<&str> {
        self.settings
            .iter()
            .find(|setting| setting.is_only_counts())
            .map(|setting| setting.source.as_str())
    }

    /// The flag, variable or profile that lets it pass its test though it is inconclusive.
    pub(crate) fn passes_inconclusive(&self) -> Option<&str> {
        let is_it = |setting: &&Setting| setting.key == key::INCONCLUSIVE.name;
        let source = self.settings.iter().find(is_it).map(|setting| setting.source.as_str());
        source.filter(|_| self.inconclusive == Inconclusive::Pass)
    }

    /// Whether it is made at one rate, or by callers of one number.
    pub(crate) fn is_steady(&self) -> bool {
        self.rps.is_some() || self.concurrency.is_some() && !self.has_headcount
    }

    /// Whether its calls are made on lanes.
    pub(crate) fn is_on_lanes(&self) -> bool {
        self.runtime == Some(Threads::Lanes.word())
    }

    /// The number of ticks with data enough for all of them.
    pub(crate) fn ticks_with_enough_data(&self) -> Option<u64> {
        self.data.as_ref().and_then(|data| data.enough_for).or(self.ticks)
    }

    pub(crate) fn reach(&self) -> Reach {
        let length = self.duration.filter(|length| !length.is_zero());
        // Nobody knows it of a closed loop.
        let ticks = self.ticks_with_enough_data().filter(|_| self.concurrency.is_none());
        let per_second = |(ticks, length): (u64, Duration)| ticks as f64 / length.as_secs_f64();
        let most_throughput = ticks.zip(length).map(per_second);
        Reach { most_throughput, is_shortened: self.shortened }
    }

    /// Its whole length, behind a part of it: ` of 1m`; nothing if it was not known beforehand.
    pub(crate) fn of_whole(&self) -> String {
        self.duration.map(|whole| format!(" of {}", time::format(whole))).unwrap_or_default()
    }

    fn length(&self) -> String {
        if self.data_is_the_end {
            return " until its data is used up".to_string();
        }
        if let Some(budget) = self.budget {
            return format!(" in at most {}", time::format(budget));
        }
        // In an open loop it is known beforehand whether the calls or the duration ends it.
        let ticks = self.ticks_with_enough_data();
        let calls = self.calls.filter(|calls| {
            self.concurrency.is_some() || ticks.is_none_or(|ticks| ticks >= *calls)
        });
        match (calls, self.duration) {
            (calls, Some(duration)) if self.has_headcount => {
                let calls = calls.map(|calls| format!("{calls} calls, or ")).unwrap_or_default();
                format!(": {calls}{} in all", time::format(duration))
            }
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

impl Terms {
    /// As long as the data is not meant to be the end, the load goes on without it.
    fn duration_asked_for(&self, order: &Order) -> Option<Duration> {
        if self.calls_in_all(0).is_none() || self.data_is_the_end() {
            return order.duration();
        }
        Terms { items: None, ..self.clone() }.order(0).duration()
    }
}

impl Data {
    /// The data of one Worker, by its number.
    pub(crate) fn of_terms(terms: &Terms, worker: u64) -> Option<Data> {
        let (items, order, share) = (terms.items?, terms.data_order, terms.calls_in_all(worker));
        // The whole schedule, as it is with enough items.
        let whole = share.map(|_| Terms { items: None, ..terms.clone() }.order(worker));
        let enough_for = whole.as_ref().and_then(Order::ticks);
        let warmup = match &whole {
            Some(Order::Open { warmup, .. }) => warmup.ticks(),
            _ => 0,
        };
        // Each Worker takes every so manyth item.
        let needed = |ticks: u64| {
            let last = ticks.saturating_add(warmup).saturating_sub(1);
            last.saturating_mul(terms.workers).saturating_add(worker + 1)
        };
        Some(Data {
            items,
            order,
            needed: enough_for.map(needed),
            used_up: false,
            share,
            enough_for,
            other_ends: terms.other_ends(),
        })
    }

    /// The same items for the ticks of one more Worker.
    pub(crate) fn beside(self, other: &Data) -> Data {
        Data {
            needed: self.needed.zip(other.needed).map(|(one, two)| one.max(two)),
            used_up: self.used_up || other.used_up,
            share: self.share.zip(other.share).map(|(share, more)| share + more),
            enough_for: self
                .enough_for
                .zip(other.enough_for)
                .map(|(enough, more)| enough.saturating_add(more)),
            ..self
        }
    }

    /// The same, after the Worker has made so many ticks, and others in the warm-up, of at most so
    /// many `calls`.
    pub(crate) fn after(self, ticks: u64, warmup: u64, calls: Option<u64>) -> Data {
        let none_is_left = self.share == Some(ticks + warmup);
        let is_for_all = self.enough_for == Some(ticks) || calls == Some(ticks);
        Data { used_up: none_is_left && !is_for_all, ..self }
    }

    /// The doubt that the load was not made to its end.
    pub(crate) fn shortage(&self, made: u64) -> Option<Shortage> {
        let other_ends = self.other_ends.filter(|_| self.used_up)?;
        Some(Shortage { made, of: self.enough_for, needed: self.needed, other_ends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::rate::Rps;

    /// Ten ticks of each Worker, behind a warm-up of two.
    fn terms(workers: u64, items: u64) -> Terms {
        let mut terms = Terms::constant(Rps::new(10).unwrap(), Some(Duration::from_secs(1)));
        terms.offer.warmup = Duration::from_millis(200);
        Terms { workers, data_order: DataOrder::Once, items: Some(items), ..terms }
    }

    /// With one item less than are needed, some Worker has too few.
    #[test]
    fn as_many_items_are_needed_as_last_for_every_worker() {
        for workers in [1, 2, 3, 7] {
            let all = |items| {
                let terms = terms(workers, items);
                let of_each = (0..workers).map(|worker| Data::of_terms(&terms, worker).unwrap());
                let made = of_each.zip(0..).map(|(data, worker)| {
                    data.after(terms.order(worker).ticks().unwrap(), 2, None)
                });
                made.reduce(|all, other| all.beside(&other)).unwrap()
            };
            let needed = all(1_000).needed.unwrap();
            assert_eq!(needed, 12 * workers);
            assert!(!all(needed).used_up, "{workers}");
            assert!(all(needed - 1).used_up, "{workers}");
            assert_eq!(all(needed - 1).shortage(10 * workers - 1).unwrap().needed, Some(needed));
        }
    }

    /// The data may be used up after seven ticks, after one or in the warm-up.
    #[test]
    fn data_that_is_too_short_changes_nothing_of_what_was_asked_for() {
        for items in [9_u64, 3, 2, 0] {
            let check = |terms: Terms, words: &str| {
                let asked = Asked {
                    data: Data::of_terms(&terms, 0),
                    ..Asked::of_terms(&terms, &terms.order(0))
                };
                assert_eq!(asked.words(), words, "{items}");
                assert_eq!(asked.ticks, Some(items.saturating_sub(2)));
                assert_eq!(asked.ticks_with_enough_data(), Some(10));
                assert_eq!(asked.reach().most_throughput, Some(10.0));
                asked
            };
            let asked = check(terms(1, items), "10/s for 1s");
            assert_eq!(asked.duration, Some(Duration::from_secs(1)));
            check(
                Terms { calls: Some(10), duration: None, ..terms(1, items) },
                "10/s for 10 calls",
            );
        }
    }

    #[test]
    fn the_calls_of_a_closed_loop_are_its_end_too() {
        let closed = Terms {
            pace: Pace::Closed { concurrency: 2, pause: Pause::default() },
            calls: Some(10),
            ..terms(1, 10)
        };
        let data = || Data::of_terms(&closed, 0).unwrap();
        assert_eq!(data().needed, None, "its time may end it");
        assert!(!data().after(10, 0, closed.calls).used_up);
        assert!(data().after(9, 1, closed.calls).used_up);
        assert!(!data().after(8, 1, closed.calls).used_up, "the time was over");
    }

    #[test]
    fn data_that_is_the_end_is_no_shortage() {
        let terms = Terms { duration: None, seed: Some(7), ..terms(1, 5) };
        let data = Data::of_terms(&terms, 0).unwrap().after(3, 2, None);
        assert!(data.used_up);
        assert_eq!(data.needed, None);
        assert_eq!(data.shortage(3), None);
        let asked = |terms: &Terms| Asked::of_terms(terms, &terms.order(0));
        assert_eq!(asked(&terms).words(), "10/s until its data is used up");
        assert_eq!(asked(&terms).ticks, Some(3));
        // Random ticks cannot be counted before their items are.
        let curve = terms.pace.clone();
        let Pace::Open { curve, .. } = curve else { unreachable!() };
        let poisson = Pace::Open { curve, arrivals: Arrivals::Poisson };
        assert_eq!(asked(&Terms { pace: poisson, items: None, ..terms }).ticks, None);
    }
}
