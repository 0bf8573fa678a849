//! How many ticks an attribute asks for, as far as that is written out.

use std::time::Duration;

use proc_macro2::TokenStream;

use crate::decimal::{Area, Decimal};
use crate::time;

/// What decides how many ticks there are. What is known only at run time is unknown here, and then
/// so is all that hangs on it.
#[derive(Default)]
pub(crate) struct Ticks {
    rate: Known<Decimal>,
    duration: Known<Duration>,
    calls: Known<u64>,
    workers: Known<u64>,
    /// Whether ticks come at random, so that it is only on average that there are so many.
    pub(crate) is_random: bool,
    /// What lies under a shape that has a length of its own.
    pub(crate) shape: Option<Option<Area>>,
}

/// A value that may not be given, or be a const expression.
#[derive(Clone, Copy, Default)]
enum Known<T> {
    #[default]
    Absent,
    AtRunTime,
    As(T),
}

impl<T: Copy> Known<T> {
    fn keep(&mut self, (tokens, known): (TokenStream, Option<T>)) -> TokenStream {
        *self = known.map_or(Known::AtRunTime, Known::As);
        tokens
    }

    fn or(self, default: T) -> Option<T> {
        match self {
            Known::Absent => Some(default),
            Known::AtRunTime => None,
            Known::As(value) => Some(value),
        }
    }
}

impl Ticks {
    pub(crate) fn keep_rate(&mut self, rate: (TokenStream, Option<Decimal>)) -> TokenStream {
        self.rate.keep(rate)
    }

    pub(crate) fn keep_duration(
        &mut self,
        duration: (TokenStream, Option<Duration>),
    ) -> TokenStream {
        self.duration.keep(duration)
    }

    pub(crate) fn keep_calls(&mut self, calls: (TokenStream, Option<u64>)) -> TokenStream {
        self.calls.keep(calls)
    }

    pub(crate) fn keep_workers(&mut self, workers: (TokenStream, Option<u64>)) -> TokenStream {
        self.workers.keep(workers)
    }

    /// That fewer than `needed` ticks are made, and what to do about it; none if they are enough,
    /// or nobody knows.
    pub(crate) fn too_few_for(&self, needed: u128) -> Option<String> {
        let workers = u128::from(self.workers.or(1)?);
        let calls = u128::from(self.calls.or(u64::MAX)?);
        let (of_each, is_limited) = match self.of_schedule() {
            Some(scheduled) => (scheduled.min(calls), calls < scheduled),
            // A closed loop, of which the calls alone may be known, and no more than these are
            // made.
            None if matches!(self.calls, Known::As(_)) => (calls, true),
            None => return None,
        };
        let ticks = of_each.saturating_mul(workers);
        let random = self.is_random && !is_limited;
        // A Poisson number is seldom further below its mean than four standard deviations: once in
        // thirty thousand runs.
        let least = if random { ticks.saturating_sub(4 * ticks.isqrt()) } else { ticks };
        if least >= needed {
            return None;
        }
        if random {
            return Some(format!(
                "poisson arrivals may make as few as {least} where there are {ticks} on average: raise the rate or the time"
            ));
        }
        let s = if ticks == 1 { "" } else { "s" };
        let (times_workers, or_workers) =
            if workers == 1 { ("", "") } else { (" × workers", " or workers") };
        Some(match self.rate {
            _ if is_limited => {
                format!("calls{times_workers} makes {ticks}: raise calls{or_workers}")
            }
            Known::As(rate) => {
                let seconds = rate.seconds_for(needed.div_ceil(workers));
                let longer = seconds.map_or_else(
                    || "more".to_string(),
                    |seconds| format!("{:?}", time::format_seconds(seconds)),
                );
                format!(
                    "rps × duration{times_workers} makes {ticks} tick{s}: raise duration to {longer}, raise rps{or_workers}"
                )
            }
            _ => format!(
                "the shape{times_workers} makes {ticks} tick{s}: give it more time or higher rates{}",
                workers_too(workers)
            ),
        })
    }

    /// How many ticks each Worker's schedule makes.
    fn of_schedule(&self) -> Option<u128> {
        match (&self.shape, self.rate, self.duration) {
            (Some(area), _, Known::Absent) => area.map(Area::ticks),
            (None, Known::As(rate), Known::As(duration)) => Some(rate.ticks_in(duration)),
            // As many as there are calls.
            (None, Known::As(_) | Known::AtRunTime, Known::Absent) => Some(u128::MAX),
            _ => None,
        }
    }
}

fn workers_too(workers: u128) -> &'static str {
    if workers == 1 { "" } else { ", or raise workers" }
}
