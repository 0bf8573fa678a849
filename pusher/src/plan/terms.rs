//! [`Terms`]: all that is asked of a load, checked; with [`Pace`], of which it is made.

use std::sync::Arc;
use std::time::Duration;

use super::capacity::Goal;
use super::curve::Curve;
use super::data::{DataOrder, Deal, items_of};
use super::decimal::Decimal;
use super::headcount::Headcount;
use super::limits::{MOST_RATE, MOST_RATE_DIGITS};
use super::offer::Offer;
use super::partner::Partner;
use super::pause::Pause;
use super::rate::Rps;
use super::settings::Settings;
use super::threshold::{Base, Threshold};
use super::time::nanos;
use super::words::{Arrivals, Clock, Inconclusive, Judging, Threads};

/// All that is asked of a load, checked.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(crate) pace: Pace,
    /// If no rate was given, and the calls are spread over the duration: what the rate that makes
    /// this is multiplied with.
    pub(crate) spread: Option<Decimal>,
    /// How many callers of a closed loop there are over time, if their number changes: the pace has
    /// the most of them, and the duration is as long as this.
    pub(crate) headcount: Option<Arc<Headcount>>,
    /// How long ticks are scheduled, or calls of a closed loop begun.
    pub(crate) duration: Option<Duration>,
    /// The most measured calls of each Worker.
    pub(crate) calls: Option<u64>,
    /// The number that random numbers begin from; none until it is given or the harness has chosen
    /// one.
    pub(crate) seed: Option<u64>,
    pub(crate) clock: Clock,
    /// What makes the calls; none in virtual time, and in a runtime of the user's.
    pub(crate) threads: Option<Threads>,
    /// Whether each call stays on the lane on which it began.
    pub(crate) local: bool,
    /// How many Workers make the load side by side, each at the pace.
    pub(crate) workers: u64,
    /// Which of two targets this is, if they are compared. The Workers of each are as many.
    pub(crate) partner: Option<Partner>,
    pub(crate) offer: Offer,
    pub(crate) setup_timeout: Duration,
    pub(crate) data_order: DataOrder,
    /// How many items `data` has, once it is known.
    pub(crate) items: Option<u64>,
    /// How many times `setup_worker` is run, once it is known that there is one.
    pub(crate) setup_workers: Option<u64>,
    pub(crate) thresholds: Vec<Threshold>,
    /// If the load is a search for a capacity: the thresholds are its limits, and neither pace nor
    /// duration means anything.
    pub(crate) capacity: Option<Goal>,
    pub(crate) judging: Judging,
    /// What an inconclusive verdict does to the test.
    pub(crate) inconclusive: Inconclusive,
    /// What was said outside of the attribute, for the report.
    pub(crate) settings: Settings,
}

/// The rule that decides when calls are made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pace {
    /// The schedule: an open loop.
    Open { curve: Curve, arrivals: Arrivals },
    /// The answers: a closed loop of so many callers, with a pause of each between two calls.
    Closed { concurrency: u64, pause: Pause },
}

impl Terms {
    pub(crate) fn new(pace: Pace, duration: Option<Duration>) -> Terms {
        Terms {
            pace,
            spread: None,
            headcount: None,
            duration,
            calls: None,
            seed: None,
            clock: Clock::Real,
            threads: None,
            local: false,
            workers: 1,
            partner: None,
            offer: Offer::default(),
            setup_timeout: Duration::from_secs(60),
            data_order: DataOrder::default(),
            items: None,
            setup_workers: None,
            thresholds: Vec::new(),
            capacity: None,
            judging: Judging::On,
            inconclusive: Inconclusive::default(),
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
            self.spread = None;
        }
    }

    /// Every rate multiplied, exactly.
    ///
    /// # Errors
    ///
    /// A rate that would be too high, or have more digits than are kept.
    pub(crate) fn scale_rates(&mut self, scale: Decimal) -> Result<(), String> {
        if let Pace::Open { curve, .. } = &mut self.pace {
            *curve = curve.scaled(scale).ok_or_else(|| too_high(curve, scale))?;
            self.spread = self.spread.and_then(|spread| spread.times(scale));
        }
        Ok(())
    }

    /// One number of callers in the place of those over time, if there are such, for as long as
    /// they were. An open loop has none.
    pub(crate) fn set_concurrency(&mut self, callers: u64) {
        if let Pace::Closed { concurrency, .. } = &mut self.pace {
            *concurrency = callers;
            self.headcount = None;
        }
    }

    /// Another time for all of it; the times of stages are stretched or shortened alike. Of a
    /// search for a capacity it is the budget.
    ///
    /// # Errors
    ///
    /// The calls that are spread over it are too many for it.
    pub(crate) fn set_duration(&mut self, duration: Duration) -> Result<(), String> {
        if let Some(goal) = &mut self.capacity {
            goal.budget = duration;
        }
        if let Pace::Open { curve, .. } = &mut self.pace {
            *curve = curve.stretched(nanos(duration));
        }
        let stretched = |headcount: Arc<Headcount>| headcount.stretched(nanos(duration));
        self.headcount = self.headcount.take().map(stretched).map(Arc::new);
        self.duration = Some(duration);
        self.spread_anew()
    }

    /// Another number of calls.
    ///
    /// # Errors
    ///
    /// They are too many for the time that they are spread over.
    pub(crate) fn set_calls(&mut self, calls: u64) -> Result<(), String> {
        self.calls = Some(calls);
        self.spread_anew()
    }

    /// Spreads the calls over the duration, if that is what makes the rate.
    fn spread_anew(&mut self) -> Result<(), String> {
        if let (Some(scale), Some(calls), Some(duration), Pace::Open { curve, .. }) =
            (self.spread, self.calls, self.duration, &mut self.pace)
        {
            let even = Curve::Constant(Rps::spread(calls, duration)?);
            *curve = even.scaled(scale).ok_or_else(|| too_high(&even, scale))?;
        }
        Ok(())
    }

    /// Whether a threshold follows a figure of that base.
    pub(crate) fn follows(&self, base: Base) -> bool {
        self.thresholds.iter().any(|threshold| threshold.is_against(base))
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

    /// How long ticks are scheduled, or calls begun, if that is known beforehand.
    pub(crate) fn length(&self) -> Option<Duration> {
        let own = match &self.pace {
            Pace::Open { curve, .. } => curve.own_length().map(Duration::from_nanos),
            Pace::Closed { .. } => None,
        };
        self.duration.or(own)
    }

    /// The same terms for the target that this one is compared with.
    pub(crate) fn of_other(&self) -> Terms {
        Terms { partner: Some(Partner::Other), ..self.clone() }
    }

    /// How many Workers there are of all targets.
    pub(crate) fn workers_of_all(&self) -> u64 {
        self.workers * if self.partner.is_some() { 2 } else { 1 }
    }

    /// Whether when calls are made depends on a seed, or which item they get.
    pub(crate) fn is_random(&self) -> bool {
        let pace_is_random = match self.pace {
            Pace::Open { arrivals, .. } => arrivals == Arrivals::Poisson,
            Pace::Closed { pause, .. } => pause.is_random(),
        };
        self.data_order == DataOrder::Random || pace_is_random || self.partner.is_some()
    }

    /// How the items of `data` are dealt to the calls.
    pub(crate) fn deal(&self) -> Deal {
        let (seed, stations_of_a_worker) =
            (self.seed.unwrap_or_default(), self.stations_of_a_worker());
        Deal { order: self.data_order, seed, workers: self.workers, stations_of_a_worker }
    }

    /// What to change in the attribute if its data is to end the load, which ends in another way
    /// too; none if nothing else ends it.
    pub(crate) fn other_ends(&self) -> Option<&'static str> {
        if matches!(&self.pace, Pace::Open { curve, .. } if curve.own_length().is_some()) {
            return Some("give it `rps` in the place of the shape, and no `duration`");
        }
        if self.headcount.is_some() {
            return Some("give `concurrency` one number in the place of the shape");
        }
        match (self.duration, self.calls) {
            (None, None) => None,
            (Some(_), None) => Some("leave `duration` out"),
            (None, Some(_)) => Some("leave `calls` out"),
            (Some(_), Some(_)) => Some("leave `duration` and `calls` out"),
        }
    }

    /// Whether the load ends when each item of `data` has been used once, and in no other way.
    pub(crate) fn data_is_the_end(&self) -> bool {
        self.data_order == DataOrder::Once && self.other_ends().is_none()
    }

    /// The most calls of one of the Workers, with those of the warm-up, before its share of the
    /// items is used up.
    pub(crate) fn calls_in_all(&self, worker: u64) -> Option<u64> {
        self.items
            .filter(|_| self.data_order == DataOrder::Once)
            .map(|items| items_of(worker, self.workers, items))
    }
}

/// What to say of rates that cannot be multiplied.
fn too_high(curve: &Curve, scale: Decimal) -> String {
    format!(
        "{curve} times {scale} is a rate above {MOST_RATE}, or has more than {MOST_RATE_DIGITS} \
         digits behind the point"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::attribute::Attribute;
    use crate::plan::curve::Segment;
    use crate::plan::level::Level;

    /// Ten calls in five minutes, changed.
    fn spread(change: impl FnOnce(&mut Terms)) -> (String, Option<u64>) {
        let mut terms = Attribute::new().calls(10).duration("5m").terms().unwrap();
        change(&mut terms);
        let Pace::Open { curve, .. } = &terms.pace else { panic!("an open loop") };
        (curve.to_string(), terms.order(0).ticks())
    }

    #[test]
    fn calls_without_a_rate_are_spread_over_the_duration_whichever_is_overridden() {
        let check = |(curve, ticks): (String, Option<u64>), expected: &str, calls| {
            assert_eq!(curve.as_str(), expected);
            assert_eq!(ticks, Some(calls));
        };
        check(spread(|_| {}), "10/5m", 10);
        check(spread(|terms| terms.set_calls(100).unwrap()), "100/5m", 100);
        check(spread(|terms| terms.set_duration(Duration::from_secs(10)).unwrap()), "10/10s", 10);
        check(spread(|terms| terms.set_rps(Rps::new("6/m").unwrap())), "6/m", 10);
        let half = Decimal::parse("0.5").unwrap();
        let scaled = |terms: &mut Terms| {
            terms.scale_rates(half).unwrap();
            terms.set_duration(Duration::from_secs(600)).unwrap();
        };
        check(spread(scaled), "5/10m", 5);
        let mut terms = Attribute::new().calls(10).duration("5m").terms().unwrap();
        let message = "10 calls in 1ns are more than 1000000000 per second: give fewer `calls`, or \
                       a longer `duration`";
        assert_eq!(terms.set_duration(Duration::from_nanos(1)), Err(message.to_string()));
    }

    /// What becomes of callers over time: the most, the stages, and how long they take.
    #[test]
    fn overrides_stretch_callers_over_time_or_replace_them() {
        let changed = |change: &dyn Fn(&mut Terms)| {
            let callers = Attribute::new().callers_ramp(0, 20, "10s").callers_hold(20, "1m");
            let mut terms = callers.terms().unwrap();
            change(&mut terms);
            assert_eq!(terms.order(0).duration(), terms.duration);
            let Pace::Closed { concurrency, .. } = terms.pace else { panic!("a closed loop") };
            let stages = terms.headcount.as_ref().map(ToString::to_string);
            (concurrency, stages, terms.duration.unwrap().as_secs())
        };
        let stages = |text: &str| Some(text.to_string());
        let whole = stages("0 → 20 callers in 10s, 20 callers for 1m");
        assert_eq!(changed(&|_| {}), (20, whole.clone(), 70));
        assert_eq!(changed(&|terms| terms.set_rps(Rps::new(5).unwrap())), (20, whole, 70));
        assert_eq!(changed(&|terms| terms.set_concurrency(7)), (7, None, 70));
        let half = stages("0 → 20 callers in 5s, 20 callers for 30s");
        let shorten = |terms: &mut Terms| terms.set_duration(Duration::from_secs(35)).unwrap();
        assert_eq!(changed(&shorten), (20, half, 35));
        let both = |terms: &mut Terms| {
            shorten(terms);
            terms.set_concurrency(7);
        };
        assert_eq!(changed(&both), (7, None, 35));
    }

    #[test]
    fn data_is_never_the_end_of_callers_over_time() {
        let terms = Attribute::new().callers_hold(5, "1s").data_order("once").terms().unwrap();
        let other = "give `concurrency` one number in the place of the shape";
        assert!(!terms.data_is_the_end());
        assert_eq!(terms.other_ends(), Some(other));
    }

    #[test]
    fn the_data_is_the_end_if_nothing_else_is() {
        let (rate, second) =
            (Level::per_second(Decimal::parse("50").unwrap()).unwrap(), Duration::from_secs(1));
        let stages =
            Curve::stages("stages", vec![Segment::new("stages", [rate, rate], second).unwrap()]);
        let open = |curve| Pace::Open { curve, arrivals: Arrivals::Uniform };
        let constant = open(Curve::Constant(Rps::new(50).unwrap()));
        let closed = Pace::Closed { concurrency: 2, pause: Pause::default() };
        let shape = Some("give it `rps` in the place of the shape, and no `duration`");
        for (pace, duration, calls, other_ends) in [
            (&constant, None, None, None),
            (&closed, None, None, None),
            (&constant, Some(second), None, Some("leave `duration` out")),
            (&closed, None, Some(5), Some("leave `calls` out")),
            (&closed, Some(second), Some(5), Some("leave `duration` and `calls` out")),
            (&open(stages.unwrap()), None, None, shape),
        ] {
            let terms = Terms { calls, ..Terms::new(pace.clone(), duration) };
            assert_eq!(terms.other_ends(), other_ends, "{terms:?}");
            assert!(!terms.data_is_the_end(), "items that come again are no end");
            let once = Terms { data_order: DataOrder::Once, ..terms };
            assert_eq!(once.data_is_the_end(), other_ends.is_none(), "{once:?}");
        }
    }
}
