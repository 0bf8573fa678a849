//! [`Expected`]: how many ticks an attribute asks for, as far as that is written out.

use std::time::Duration;

use pusher_load_grammar::curve::Curve;
use pusher_load_grammar::limits::FOREVER;
use pusher_load_grammar::rate::Rps;
use pusher_load_grammar::time::{self, nanos};

/// All that decides how many ticks there are. If one of it is known only at run time, the count is
/// unknown here.
#[derive(Default)]
pub(crate) struct Expected {
    pub(crate) rate: Known<Rps>,
    pub(crate) duration: Known<Duration>,
    pub(crate) calls: Known<u64>,
    pub(crate) workers: Known<u64>,
    /// The shape, which has a length of its own.
    pub(crate) shape: Known<Curve>,
    pub(crate) arrivals: Spacing,
    pub(crate) data: DataEnd,
    /// Whether calls are made by callers, so that nobody knows their rate.
    pub(crate) is_closed: bool,
    /// The shape of the callers of a closed loop, such as `stages`, if their number changes.
    pub(crate) callers: Option<&'static str>,
    /// Those between the calls of a closed loop.
    pub(crate) pauses: Spacing,
    /// The word for it.
    pub(crate) clock: Known<&'static str>,
    /// The word for it: `runtime`.
    pub(crate) threads: Known<&'static str>,
    pub(crate) futures: Futures,
    pub(crate) targets: Targets,
}

/// How many targets are called on the schedule.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Targets {
    #[default]
    One,
    /// They are compared: the ticks of twice the rate are dealt to both in pairs.
    Two,
}

/// The futures of the fn, and of its `setup_worker`.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Futures {
    /// They can go from thread to thread.
    #[default]
    Send,
    /// Each stays on the lane on which it began.
    Local,
}

/// Whether the items of `data` end the load.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum DataEnd {
    #[default]
    No,
    /// It is, or its order is known only at run time.
    MayBe,
}

/// A value that may not be given, or be a const expression.
#[derive(Default)]
pub(crate) enum Known<T> {
    #[default]
    Absent,
    AtRunTime,
    As(T),
}

/// Whether it is only on average that there are so many ticks, or that a pause is so long.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Spacing {
    #[default]
    Even,
    Random,
}

impl<T> Known<T> {
    /// A value that is given, and perhaps known.
    pub(crate) fn given(known: Option<T>) -> Known<T> {
        known.map_or(Known::AtRunTime, Known::As)
    }
}

impl<T: Copy> Known<T> {
    fn or(&self, default: T) -> Option<T> {
        match self {
            Known::Absent => Some(default),
            Known::AtRunTime => None,
            Known::As(value) => Some(*value),
        }
    }
}

impl Expected {
    /// The complaint that fewer than `needed` ticks are made, with a way out; none if they are
    /// enough, or nobody knows.
    pub(crate) fn too_few_for(&self, needed: u128) -> Option<String> {
        let workers = u128::from(self.workers.or(1)?);
        let calls = u128::from(self.calls.or(u64::MAX)?);
        let calls = calls.saturating_mul(workers);
        let (ticks, is_limited) = match self.of_schedule(workers) {
            Some(scheduled) => (scheduled.min(calls), calls < scheduled),
            // A closed loop, or calls spread over a time: no more than the calls are made.
            None if matches!(self.calls, Known::As(_)) => (calls, true),
            None => return None,
        };
        if self.arrivals == Spacing::Random && !is_limited {
            return too_few_on_average(ticks, needed);
        }
        if ticks >= needed {
            return None;
        }
        let s = if ticks == 1 { "" } else { "s" };
        let (times_workers, or_workers) =
            if workers == 1 { ("", "") } else { (" × workers", " or workers") };
        Some(match &self.rate {
            _ if is_limited => {
                format!("calls{times_workers} makes {ticks}: raise calls{or_workers}")
            }
            Known::As(rate) => {
                let longer = longer(rate, needed.div_ceil(workers));
                format!(
                    "rps × duration{times_workers} makes {ticks} tick{s}: raise duration to \
                     {longer}, raise rps{or_workers}"
                )
            }
            _ => {
                let or_raise_workers = if workers == 1 { "" } else { ", or raise workers" };
                format!(
                    "the shape{times_workers} makes {ticks} tick{s}: give it more time or higher \
                     rates{or_raise_workers}"
                )
            }
        })
    }

    /// The same complaint about each window of that length: none of the load has enough of them. If
    /// the rate changes, that is said of the busiest.
    pub(crate) fn too_few_in_window(&self, needed: u128, window: Duration) -> Option<String> {
        let workers = u128::from(self.workers.or(1)?);
        if let (Known::As(shape), Known::Absent) = (&self.shape, &self.rate) {
            let most = shape.most_within(nanos(window)) * workers as f64;
            // A tick more may be due in a window that begins with one.
            let most = most.floor() as u128 + 1;
            if self.arrivals == Spacing::Random {
                return too_few_on_average(most, needed);
            }
            return (most < needed).then(|| {
                format!(
                    "the shape makes at most {most} ticks in {}: take longer windows, or give it \
                     higher rates",
                    time::format(window)
                )
            });
        }
        if let (Known::As(calls), Known::As(duration)) = (&self.calls, &self.duration) {
            return self.too_few_of_spread((*calls, *duration), needed, window);
        }
        let (Known::As(rate), Known::Absent) = (&self.rate, &self.shape) else { return None };
        let ticks = rate.ticks_of(workers, nanos(window));
        if self.arrivals == Spacing::Random {
            return too_few_on_average(ticks, needed);
        }
        let (s, or_workers) =
            (if ticks == 1 { "" } else { "s" }, if workers == 1 { "" } else { " or workers" });
        (ticks < needed).then(|| {
            format!(
                "rps makes {ticks} tick{s} in {}: take windows of {}, raise rps{or_workers}",
                time::format(window),
                longer(rate, needed.div_ceil(workers))
            )
        })
    }

    /// The same of calls that are spread over a time.
    fn too_few_of_spread(
        &self,
        (calls, duration): (u64, Duration),
        needed: u128,
        window: Duration,
    ) -> Option<String> {
        if self.is_closed || !matches!((&self.rate, &self.shape), (Known::Absent, Known::Absent)) {
            return None;
        }
        let rate = Rps::spread(calls, duration).ok()?;
        let ticks = rate.ticks_of(u128::from(self.workers.or(1)?), nanos(window));
        if self.arrivals == Spacing::Random {
            return too_few_on_average(ticks, needed);
        }
        (ticks < needed).then(|| {
            format!(
                "calls in this duration are at most {ticks} in {}: take longer windows, or raise \
                 calls",
                time::format(window)
            )
        })
    }

    /// How long the load is, if that is known.
    pub(crate) fn length(&self) -> Option<Duration> {
        match (&self.shape, &self.duration) {
            (Known::As(shape), Known::Absent) => shape.own_length().map(Duration::from_nanos),
            (Known::Absent, Known::As(duration)) => Some(*duration),
            _ => None,
        }
    }

    /// How many ticks the schedule makes that the Workers deal.
    fn of_schedule(&self, workers: u128) -> Option<u128> {
        // Each Worker has a schedule of its own if ticks come at random.
        let (dealers, times) =
            if self.arrivals == Spacing::Random { (1, workers) } else { (workers, 1) };
        let targets = if self.targets == Targets::Two { 2 } else { 1 };
        let of_each = |ticks: u128| (ticks / targets).saturating_mul(times);
        match (&self.shape, &self.rate, &self.duration) {
            (Known::As(shape), _, Known::Absent) => shape.ticks_of(dealers * targets).map(of_each),
            (Known::Absent, Known::As(rate), Known::As(duration)) => {
                let length = nanos(*duration).min(FOREVER);
                Some(of_each(rate.ticks_of(dealers * targets, length)))
            }
            // As many as there are calls.
            (Known::Absent, Known::As(_) | Known::AtRunTime, Known::Absent) => Some(u128::MAX),
            _ => None,
        }
    }
}

/// The same complaint about ticks that come at random. A Poisson number is seldom further below its
/// mean than four standard deviations: once in thirty thousand runs.
fn too_few_on_average(ticks: u128, needed: u128) -> Option<String> {
    let least = ticks.saturating_sub(4 * ticks.isqrt());
    (least < needed).then(|| {
        format!(
            "poisson arrivals make {ticks} on average but may make as few as {least}: raise the \
             rate or the time"
        )
    })
}

/// A time in which a rate makes so many ticks.
fn longer(rate: &Rps, ticks: u128) -> String {
    rate.seconds_for(ticks).map_or_else(
        || "more".to_string(),
        |seconds| format!("{:?}", time::format(Duration::from_secs(seconds))),
    )
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use crate::args::tests::check;

    #[test]
    fn counts_ticks_exactly() {
        check(quote!(rps = 10, duration = "10s", thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 9.9, duration = "10s", thresholds(lag.p99 < "1s", max < "1s")),
            &["lag.p99 needs 100 ticks, and rps × duration makes 99 ticks: raise duration to \
               \"11s\", raise rps, or take a lower percentile or max"],
        );
        check(quote!(rps = RPS, duration = "10s", thresholds(p99.99 < "1s")), &[]);
    }

    #[test]
    fn counts_the_ticks_of_a_window() {
        let few = |what: &str| {
            format!(
                "p99 needs 100 ticks in each window, and {what}, or take a lower percentile or \
                     max"
            )
        };
        check(
            quote!(rps = 50, duration = "1m", thresholds(p99 < "1s" over "1s")),
            &[&few("rps makes 50 ticks in 1s: take windows of \"2s\", raise rps")],
        );
        check(quote!(rps = 50, duration = "1m", thresholds(p99 < "1s" over "2s")), &[]);
        check(quote!(rps = RPS, duration = "1m", thresholds(p99 < "1s" over "1s")), &[]);
        check(quote!(rps = 50, duration = "1m", thresholds(p99 < "1s" over OVER)), &[]);
        check(quote!(rps = 50, duration = "1m", thresholds(max < "1s" over "1s")), &[]);
        check(
            quote!(rps = 50, duration = "1m", workers = 2, thresholds(p99 < "1s" over "1s")),
            &[],
        );
        check(
            quote!(rps = 60, duration = "1m", arrivals = "poisson", abort(p99 > "1s", over = "2s")),
            &[&few(
                "poisson arrivals make 120 on average but may make as few as 80: raise the rate \
                 or the time",
            )],
        );
    }

    /// An error is what no window of the load can have enough ticks for.
    #[test]
    fn counts_the_ticks_of_the_busiest_window() {
        let few = |what: &str| {
            format!(
                "p99 needs 100 ticks in each window, and {what}, or take a lower percentile or max"
            )
        };
        let of_shape = |ticks: u64, over: &str| {
            few(&format!(
                "the shape makes at most {ticks} ticks in {over}: take longer windows, or give it \
                 higher rates"
            ))
        };
        let windows = |over: &str| quote!(thresholds(p99 < "1s" over #over));
        for (shape, over, ticks) in [
            (quote!(stages(hold(50, "1m"))), "1s", Some(51)),
            (quote!(stages(hold(50, "1m"))), "2s", None),
            (quote!(stages(ramp(0, 100, "10s"), ramp(100, 0, "10s"))), "1s", Some(98)),
            // The busiest windows have enough, and the others are not judged.
            (quote!(stages(ramp(0, 100, "10s"), ramp(100, 0, "10s"))), "2s", None),
            (quote!(stages(hold(1, "1m"), hold(500, "1s"), hold(1, "1m"))), "1s", None),
            (quote!(stages(hold(1, "1m"), hold(RATE, "1s"))), "1s", None),
            (quote!(steps(from = 10, to = 50, by = 10, each = "1m")), "1s", Some(51)),
            (quote!(steps(from = 10, to = 50, by = 10, each = "1m")), "2s", None),
            (quote!(sine(from = 10, to = 50, period = "1m"), duration = "5m"), "1s", Some(50)),
            (quote!(sine(from = 10, to = 50, period = "1m"), duration = "5m"), "3s", None),
            (quote!(stages(hold(50, "1m")), workers = 2), "1s", None),
            (quote!(stages(hold(50, "1m")), workers = WORKERS), "1s", None),
        ] {
            let windows = windows(over);
            let told: Vec<String> = ticks.map(|ticks| of_shape(ticks, over)).into_iter().collect();
            let told: Vec<&str> = told.iter().map(String::as_str).collect();
            check(quote!(#shape, #windows), &told);
        }
        check(
            quote!(stages(hold(60, "1m")), arrivals = "poisson", thresholds(p99 < "1s" over "2s")),
            &[&few(
                "poisson arrivals make 121 on average but may make as few as 77: raise the rate \
                 or the time",
            )],
        );
        check(
            quote!(calls = 3_000, duration = "1m", thresholds(p99 < "1s" over "1s")),
            &[&few(
                "calls in this duration are at most 50 in 1s: take longer windows, or raise calls",
            )],
        );
        check(quote!(calls = 3_000, duration = "1m", thresholds(p99 < "1s" over "2s")), &[]);
        check(
            quote!(
                concurrency = 5,
                calls = 3_000,
                duration = "1m",
                thresholds(p99 < "1s" over "1s")
            ),
            &[],
        );
    }

    #[test]
    fn a_threshold_takes_no_more_time_than_the_load_has() {
        let long = "`over 2m` takes 2m of a load that has 1m, so that nothing could break this: \
                    make the load longer, or the time shorter";
        check(quote!(rps = 50, duration = "1m", thresholds(errors < "1%" over "2m")), &[long]);
        check(quote!(stages(hold(9, "1m")), thresholds(errors < "1%" over "2m")), &[long]);
        check(quote!(rps = 50, duration = TIME, thresholds(errors < "1%" over "2m")), &[]);
    }

    #[test]
    fn counts_the_ticks_of_shapes_and_calls() {
        let few = |what: &str| {
            format!("p99 needs 100 ticks, and {what}, or take a lower percentile or max")
        };
        check(
            quote!(stages(ramp(0, 9, "10s")), thresholds(p99 < "1s")),
            &[&few("the shape makes 45 ticks: give it more time or higher rates")],
        );
        check(quote!(stages(ramp(0, 9, "10s")), workers = 3, thresholds(p99 < "1s")), &[]);
        check(quote!(stages(ramp(0, RATE, "10s")), thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 50, calls = 99, thresholds(p99 < "1s")),
            &[&few("calls makes 99: raise calls")],
        );
        check(
            quote!(rps = 50, duration = "1m", calls = 99, thresholds(p99 < "1s")),
            &[&few("calls makes 99: raise calls")],
        );
        check(
            quote!(concurrency = 5, calls = 30, workers = 3, thresholds(p99 < "1s")),
            &[&few("calls × workers makes 90: raise calls or workers")],
        );
        check(quote!(concurrency = 5, duration = "1s", thresholds(p99.99 < "1s")), &[]);
        check(quote!(rps = 50, calls = 100, thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 10, duration = "10s", arrivals = "uniform", thresholds(p99 < "1s")),
            &[],
        );
        check(
            quote!(rps = 10, duration = "10s", arrivals = "poisson", thresholds(p99 < "1s")),
            &[&few(
                "poisson arrivals make 100 on average but may make as few as 60: raise the rate \
                 or the time",
            )],
        );
        check(quote!(rps = 10, calls = 100, arrivals = "poisson", thresholds(p99 < "1s")), &[]);
        check(quote!(rps = 15, duration = "10s", arrivals = ARRIVALS, thresholds(p99 < "1s")), &[]);
    }

    /// A tick without a partner is not made.
    #[test]
    fn counts_the_pairs_of_two_targets() {
        let compared =
            |rate| quote!(rps = #rate, duration = "10s", compare = old, thresholds(p99 < "1s"));
        check(compared(10.0), &[]);
        check(
            compared(9.94),
            &["p99 needs 100 ticks, and rps × duration makes 99 ticks: raise duration to \
               \"11s\", raise rps, or take a lower percentile or max"],
        );
        check(
            quote!(stages(ramp(0, 9, "10s")), compare = old, workers = 3, thresholds(p99 < "1s")),
            &[],
        );
    }

    #[test]
    fn counts_the_ticks_of_all_workers() {
        check(quote!(rps = 1, duration = "20s", workers = 5, thresholds(p99 < "1s")), &[]);
        check(quote!(rps = 0.1, duration = "20s", workers = 50, thresholds(p99 < "1s")), &[]);
        check(
            quote!(rps = 1, duration = "4s", workers = 5, thresholds(p99 < "1s")),
            &["p99 needs 100 ticks, and rps × duration × workers makes 20 ticks: raise duration \
               to \"20s\", raise rps or workers, or take a lower percentile or max"],
        );
        check(quote!(rps = 1, duration = "20s", workers = WORKERS, thresholds(p99.99 < "1s")), &[]);
        // They deal the ticks of one schedule, which are no more than its rate makes.
        check(
            quote!(rps = 0.1, duration = "11s", workers = 50, thresholds(p99 < "1s")),
            &["p99 needs 100 ticks, and rps × duration × workers makes 55 ticks: raise duration \
               to \"20s\", raise rps or workers, or take a lower percentile or max"],
        );
        check(
            quote!(stages(hold("1/3s", "10s")), workers = 2, thresholds(p90 < "1s")),
            &["p90 needs 10 ticks, and the shape × workers makes 7 ticks: give it more time or \
               higher rates, or raise workers, or take a lower percentile or max"],
        );
    }
}
