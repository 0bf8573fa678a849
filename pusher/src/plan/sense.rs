//! `Terms::hints`: sentences about what is most likely not meant as it is written.
//!
//! ```text
//!   a rate that is a rounded fraction             a warm-up longer than the load
//!   p99 > "250ms", errors > "1%", throughput < 5  mean < "500ms" at 50/s with overtime 10: that
//!   p99 == "250ms"                                is 25 calls in flight, by Little's law
//!   p99 < "2s" with a timeout of 1s               a throughput that callers cannot reach
//!   compare = old, and no limit on `other`        windows that begin farther apart
//! ```

use std::time::Duration;

use super::curve::{Curve, rates_of};
use super::level::Level;
use super::offer::Offer;
use super::partner::Partner;
use super::strides::Strides;
use super::terms::{Pace, Terms};
use super::threshold::{Base, Figure, Limit, Metric, Named, Operator, Threshold, Timing, Unit};
use super::time;
use super::windows::MOST_BYTES;

impl Terms {
    /// Sentences about what is most likely not meant as it is written.
    pub(crate) fn hints(&self) -> Vec<String> {
        let mut hints = match &self.pace {
            Pace::Open { curve, .. } => curve.hints(),
            Pace::Closed { .. } => Vec::new(),
        };
        hints.extend(self.long_warmup());
        hints.extend(self.coarse_windows());
        hints.extend(self.compared_in_vain());
        for threshold in &self.thresholds {
            let reversed = || threshold.hint().or_else(|| threshold.reversed_count());
            hints.extend(reversed().or_else(|| threshold.equality()));
            hints.extend(self.beyond_timeout(threshold).or_else(|| self.beyond_grace(threshold)));
            hints.extend(self.beyond_overtime(threshold));
            hints.extend(self.beyond_callers(threshold));
        }
        hints
    }

    /// A comparison that no threshold judges: the load passes, however much slower it is.
    fn compared_in_vain(&self) -> Option<String> {
        let is_judged = self.thresholds.iter().any(|threshold| threshold.is_against(Base::Other));
        (self.partner == Some(Partner::Own) && !is_judged).then(|| {
            "`compare` without a threshold on `other`: the difference is shown, and nothing is \
             judged by it; write thresholds(p99 < other + \"5%\")"
                .to_string()
        })
    }

    /// Windows that begin farther apart than they do elsewhere.
    fn coarse_windows(&self) -> Vec<String> {
        let windows = self.windows().map(|plan| plan.windows).unwrap_or_default();
        let coarse = windows.into_iter().filter(|strides| strides.are_coarse());
        let told = |strides: Strides| {
            format!(
                "windows of {} begin {} apart, and not 1s: they could take more than {} MiB \
                 otherwise",
                time::format(Duration::from_nanos(strides.over())),
                time::rounded(Duration::from_nanos(strides.start(1))),
                MOST_BYTES >> 20
            )
        };
        coarse.map(told).collect()
    }

    /// A warm-up that is longer than the load, unless an override made the load shorter.
    fn long_warmup(&self) -> Option<String> {
        let (warmup, measured) = (self.offer.warmup, self.measured()?);
        (warmup > measured && !self.settings.shortened).then(|| {
            format!(
                "the warm-up of {} is longer than the {} that is measured, and its calls are in no \
                 figure: write a shorter `warmup`, or a longer `duration`",
                time::format(warmup),
                time::format(measured)
            )
        })
    }

    /// How long the load is measured, as far as that is known without a timetable.
    fn measured(&self) -> Option<Duration> {
        let Pace::Open { curve, .. } = &self.pace else { return self.duration };
        let whole = self.duration.or(curve.own_length().map(Duration::from_nanos));
        let of_calls = curve.rps().zip(self.calls).and_then(|(rps, calls)| {
            Duration::try_from_secs_f64(calls as f64 / rps.per_second()).ok()
        });
        whole.into_iter().chain(of_calls).min()
    }

    /// A limit on a time that no call can reach, because it is cut off before.
    fn beyond_timeout(&self, threshold: &Threshold) -> Option<String> {
        let (figure, limit) = threshold.most_time()?;
        let timeout = self.offer.timeout.filter(|timeout| limit > *timeout)?;
        let (cut, way_out) =
            (time::format(timeout), "write a limit below the timeout, or a longer `timeout`");
        Some(match figure {
            Figure::Min | Figure::Mean => format!(
                "`{threshold}` is met whatever the service does, for calls are cut off after {cut}: \
                 {way_out}"
            ),
            _ => format!(
                "`{threshold}` is above the timeout: calls are cut off after {cut}, and it breaks \
                 if too many are; {way_out}"
            ),
        })
    }

    /// The same for the grace that a load has unless it asks for another.
    fn beyond_grace(&self, threshold: &Threshold) -> Option<String> {
        let (_, limit) = threshold.most_time()?;
        let grace = Some(self.offer.grace).filter(|grace| limit > *grace)?;
        (grace == Offer::default().grace && self.offer.timeout.is_none()).then(|| {
            format!(
                "`{threshold}` is above the grace: when the schedule ends, calls in flight are cut \
                 off after {}; write `grace = \"{}\"` or more",
                time::format(grace),
                time::format(limit)
            )
        })
    }

    /// A limit on a mean at which more calls are in flight than may be, by Little's law.
    fn beyond_overtime(&self, threshold: &Threshold) -> Option<String> {
        let (Figure::Mean, limit) = threshold.most_time()? else { return None };
        if matches!(threshold.metric, Metric::Named(..)) {
            return None;
        }
        let Pace::Open { curve, .. } = &self.pace else { return None };
        let (overtime, rate) = (self.offer.overtime, highest_rate(curve));
        let in_flight = rate * limit.as_secs_f64();
        let kept = Duration::try_from_secs_f64(overtime as f64 / rate).ok()?;
        let at = match curve.rps() {
            Some(rps) => format!("at {}", rps.with_unit()),
            None => "at the highest rate".to_string(),
        };
        (in_flight > overtime as f64).then(|| {
            format!(
                "`{threshold}` has {:.0} calls in flight {at} when it breaks (rate × time), and \
                 `overtime` cancels ticks beyond {overtime}, so they are canceled from a mean of \
                 {} on: write `overtime = {:.0}` or more, or a lower limit",
                in_flight.ceil(),
                time::rounded(kept),
                (2.0 * in_flight).ceil()
            )
        })
    }

    /// A throughput that callers cannot reach, because they pause.
    fn beyond_callers(&self, threshold: &Threshold) -> Option<String> {
        let Pace::Closed { concurrency, pause } = &self.pace else { return None };
        let is_lower = !threshold.operator.is_upper();
        if threshold.metric != Metric::Throughput || !is_lower || pause.least.is_zero() {
            return None;
        }
        let callers = concurrency.saturating_mul(self.workers);
        // Each has a first call at once, and another one after each pause.
        let first = self.duration.map_or(0.0, |duration| 1.0 / duration.as_secs_f64());
        let most = callers as f64 * (1.0 / pause.least.as_secs_f64() + first);
        (threshold.limit.to_f64() > most).then(|| {
            format!(
                "`{threshold}` cannot hold: {callers} callers that pause for {} between two calls \
                 make at most {most:.1} calls per second; write more callers, a shorter `pause`, \
                 or a lower limit",
                time::format(pause.least)
            )
        })
    }
}

impl Threshold {
    /// The figure and the limit of one on how long calls or steps take, at the most.
    fn most_time(&self) -> Option<(Figure, Duration)> {
        let Limit::Time(limit) = self.limit else { return None };
        let figure = match self.metric {
            Metric::Time(Timing::Response | Timing::Service, figure) => figure,
            Metric::Named(Named::StepTime(figure), _) => figure,
            _ => return None,
        };
        self.operator.is_upper().then_some((figure, limit))
    }

    /// What to say of errors that are to be more than their limit, or a throughput that is to be
    /// less.
    fn reversed_count(&self) -> Option<String> {
        let operator = self.operator;
        let (met, meant, wanted) = match &self.metric {
            Metric::Throughput if operator.is_upper() => {
                let least = if operator == Operator::Less { ">" } else { ">=" };
                ("fewer calls end well", least, "the least that there are to be")
            }
            _ if !operator.is_lower() => return None,
            Metric::Errors => ("more calls fail", self.most(), "a limit on errors"),
            Metric::Canceled => ("more ticks are canceled", self.most(), "a limit on them"),
            Metric::Named(Named::StepErrors, _) => {
                ("more of these steps fail", self.most(), "a limit on errors")
            }
            _ => return None,
        };
        let limit = match self.limit {
            Limit::Share(share) if !share.is_zero() => format!("\"{}\"", self.limit),
            _ => self.limit.to_string(),
        };
        Some(format!(
            "`{self}` is met if {met} than that: write {} {meant} {limit} for {wanted}",
            self.metric
        ))
    }

    /// The operator of an upper limit, in the place of that of a lower one.
    fn most(&self) -> &'static str {
        match self.operator {
            _ if self.limit.to_f64() == 0.0 => "==",
            Operator::Greater => "<",
            _ => "<=",
        }
    }

    /// What to say of a time or a rate that is to be its limit to the last digit.
    fn equality(&self) -> Option<String> {
        let (limit, other) = match self.metric.unit() {
            Unit::Time => (format!("\"{}\"", self.limit), "<="),
            Unit::CallsPerSecond => (self.limit.to_string(), ">="),
            _ => return None,
        };
        (self.operator == Operator::Equal).then(|| {
            format!(
                "`{self}` holds for no other value, not even the next: write {} {other} {limit}",
                self.metric
            )
        })
    }
}

/// In ticks per second.
fn highest_rate(curve: &Curve) -> f64 {
    let rates = match curve {
        Curve::Constant(rps) => return rps.per_second(),
        Curve::Stages(segments) => rates_of(segments),
        Curve::Sine { from, to, .. } => vec![*from, *to],
    };
    rates.into_iter().map(Level::to_f64).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::against::Against;
    use crate::plan::attribute::Attribute;

    /// The hints of a load of a minute at 50 a second, as the fn changes it.
    #[track_caller]
    fn check(load: impl FnOnce(Attribute) -> Attribute, hints: &[&str]) {
        let terms = load(Attribute::new().rps(50).duration("1m")).terms().unwrap();
        assert_eq!(terms.hints(), hints);
    }

    #[test]
    fn a_comparison_by_which_nothing_is_judged() {
        let compared = |limit: Option<Against>| {
            let load = Attribute::new().rps(50).duration("1m").compare();
            let load = match limit {
                Some(limit) => load.threshold("p99", "<", limit),
                None => load.threshold("p99", "<", "1s"),
            };
            load.terms().unwrap()
        };
        assert_eq!(
            compared(None).hints(),
            ["`compare` without a threshold on `other`: the difference is shown, and nothing is \
              judged by it; write thresholds(p99 < other + \"5%\")"]
        );
        assert_eq!(compared(Some(Against::other().plus("5%"))).hints(), [""; 0]);
        assert_eq!(compared(None).of_other().hints(), [""; 0], "it is said once");
    }

    #[test]
    fn what_is_most_likely_not_meant_has_a_hint() {
        check(
            |load| load.rps(7.0 / 60.0).threshold("p99", ">", "250ms").threshold("max", "<", "1s"),
            &[
                "rps is 0.11666666666666667, a float of 17 digits: write \"7/m\", which is exact",
                "p99 > 250ms is met if calls take longer than that: write p99 < \"250ms\" for a \
                 limit on how long they take",
            ],
        );
        check(|load| load.threshold("p99", "<", "1s").threshold("errors", "<", "1%"), &[]);
    }

    #[test]
    fn windows_that_begin_farther_apart() {
        let hints = |rps: u32| {
            let load = Attribute::new().rps(rps).duration("2h").threshold("p99", "<", "1s");
            let mut terms = load.terms().unwrap();
            terms.thresholds[0].modifiers.over = Some(Duration::from_secs(3_600));
            terms.hints()
        };
        assert_eq!(hints(50), Vec::<String>::new());
        assert_eq!(
            hints(10_000),
            ["windows of 1h begin 16.0s apart, and not 1s: they could take more than 32 MiB \
              otherwise"]
        );
    }

    const LONG: &str = "the warm-up of 2m is longer than the 1m that is measured, and its calls \
                        are in no figure: write a shorter `warmup`, or a longer `duration`";

    #[test]
    fn a_warm_up_that_is_longer_than_the_load() {
        check(|load| load.warmup("1m"), &[]);
        check(|load| load.warmup("2m"), &[LONG]);
        check(
            |load| load.calls(100).warmup("3s"),
            &[&LONG.replace("2m", "3s").replace("1m", "2s")],
        );
        let stages = Attribute::new().hold(5, "1m").warmup("2m").terms().unwrap();
        assert_eq!(stages.hints(), [LONG]);
        let closed = Attribute::new().concurrency(2).duration("1m").warmup("2m").terms().unwrap();
        assert_eq!(closed.hints(), [LONG]);
        let by_calls = Attribute::new().concurrency(2).calls(5).warmup("2m").terms().unwrap();
        assert_eq!(by_calls.hints(), Vec::<String>::new(), "nobody knows how long that takes");
        let mut quick = Attribute::new().rps(50).duration("1h").warmup("2m").terms().unwrap();
        quick.set_duration(Duration::from_secs(60)).unwrap();
        quick.settings.shortened = true;
        assert_eq!(quick.hints(), Vec::<String>::new(), "an override asked for it");
    }

    #[test]
    fn operators_that_are_reversed() {
        let check = |metric: &str, operator: &str, limit: &str, hint: &str| {
            let threshold = Threshold::of_texts(metric, operator, limit).unwrap();
            let terms = Attribute::new().rps(50).duration("1m").terms().unwrap();
            let hints = Terms { thresholds: vec![threshold], ..terms }.hints();
            assert_eq!(hints, [hint]);
        };
        check(
            "errors",
            ">",
            "1%",
            "`errors > 1%` is met if more calls fail than that: write errors < \"1%\" for a limit \
             on errors",
        );
        check(
            "errors",
            ">=",
            "5",
            "`errors >= 5` is met if more calls fail than that: write errors <= 5 for a limit on \
             errors",
        );
        check(
            "canceled",
            ">",
            "0",
            "`canceled > 0` is met if more ticks are canceled than that: write canceled == 0 for a \
             limit on them",
        );
        check(
            "step(\"pay\").errors",
            ">",
            "2%",
            "`step(\"pay\").errors > 2%` is met if more of these steps fail than that: write \
             step(\"pay\").errors < \"2%\" for a limit on errors",
        );
        check(
            "throughput",
            "<",
            "40",
            "`throughput < 40` is met if fewer calls end well than that: write throughput > 40 for \
             the least that there are to be",
        );
        check(
            "throughput",
            "==",
            "40",
            "`throughput == 40` holds for no other value, not even the next: write throughput >= 40",
        );
        check(
            "p99",
            "==",
            "250ms",
            "`p99 == 250ms` holds for no other value, not even the next: write p99 <= \"250ms\"",
        );
    }

    /// Such a count or record may be meant.
    #[test]
    fn what_calls_tell_of_themselves_goes_either_way() {
        for metric in ["count(\"n\")", "count(\"n\").total", "record(\"n\").p50"] {
            for operator in ["<", ">", "=="] {
                check(|load| load.threshold(metric, operator, 5), &[]);
            }
        }
    }

    #[test]
    fn a_mean_at_which_more_calls_are_in_flight_than_may_be() {
        let hint = "`mean < 500ms` has 25 calls in flight at 50/s when it breaks (rate × time), \
                    and `overtime` cancels ticks beyond 10, so they are canceled from a mean of \
                    200ms on: write `overtime = 50` or more, or a lower limit";
        check(|load| load.overtime(10).threshold("mean", "<", "500ms"), &[hint]);
        check(|load| load.overtime(25).threshold("mean", "<", "500ms"), &[]);
        check(|load| load.overtime(10).threshold("mean", "<", "200ms"), &[]);
        check(|load| load.threshold("mean", "<", "500ms"), &[]);
        // It is a law of means alone, and of calls that wait for a slot.
        check(|load| load.overtime(10).threshold("p99", "<", "500ms"), &[]);
        check(|load| load.overtime(10).threshold("lag.mean", "<", "500ms"), &[]);
        check(|load| load.overtime(10).threshold("step(\"pay\").mean", "<", "500ms"), &[]);
        let shape = Attribute::new().ramp(0, 50, "1m").overtime(10);
        let shape = shape.threshold("service.mean", "<=", "500ms").terms().unwrap();
        let hint = hint.replace("mean <", "service.mean <=").replace("50/s", "the highest rate");
        assert_eq!(shape.hints(), [hint]);
    }

    #[test]
    fn a_time_at_which_calls_are_cut_off_before() {
        check(
            |load| load.timeout("1s").threshold("p99", "<", "2s"),
            &["`p99 < 2s` is above the timeout: calls are cut off after 1s, and it breaks if too \
               many are; write a limit below the timeout, or a longer `timeout`"],
        );
        check(
            |load| load.timeout("1s").threshold("service.mean", "<=", "2s"),
            &[
                "`service.mean <= 2s` is met whatever the service does, for calls are cut off after \
               1s: write a limit below the timeout, or a longer `timeout`",
            ],
        );
        check(|load| load.timeout("1s").threshold("p99", "<", "1s"), &[]);
        check(|load| load.timeout("1s").threshold("lag.p99", "<", "2s"), &[]);
        check(
            |load| load.threshold("step(\"pay\").max", "<", "45s"),
            &["`step(\"pay\").max < 45s` is above the grace: when the schedule ends, calls in \
               flight are cut off after 30s; write `grace = \"45s\"` or more"],
        );
        // Who asks for a grace knows it, and a timeout ends calls sooner.
        check(|load| load.grace("20s").threshold("max", "<", "45s"), &[]);
        check(|load| load.timeout("1m").threshold("max", "<", "45s"), &[]);
    }

    #[test]
    fn a_throughput_that_callers_cannot_reach() {
        let hints = |limit: u64| {
            let load = Attribute::new().concurrency(20).pause("1s").duration("10s");
            load.threshold("throughput", ">", limit).terms().unwrap().hints()
        };
        assert_eq!(
            hints(23),
            ["`throughput > 23` cannot hold: 20 callers that pause for 1s between two calls make \
              at most 22.0 calls per second; write more callers, a shorter `pause`, or a lower \
              limit"]
        );
        assert_eq!(hints(22), Vec::<String>::new());
    }
}
