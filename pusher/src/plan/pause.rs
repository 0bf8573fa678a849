//! [`IntoPause`]: what the attribute takes for a pause; and [`Pauses`]: those of one caller, drawn
//! one after the other.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

pub use pusher_load_grammar::pause::Pause;

use super::random::SplitMix;
use super::time::nanos;

/// A duration or a range of them, or text such as `"50ms"` or `"1s..3s"`: what the attribute takes
/// for a pause.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no pause",
    label = "neither text nor a `Duration`, nor a range of them",
    note = "give a time as text, such as \"50ms\" or \"1s..3s\", or as a `Duration` or a range of \
            them"
)]
pub trait IntoPause {
    /// # Errors
    ///
    /// What is wrong with it, and what to write instead.
    fn into_pause(self) -> Result<Pause, String>;
}

impl IntoPause for Duration {
    fn into_pause(self) -> Result<Pause, String> {
        Ok(Pause::from(self))
    }
}

impl IntoPause for Range<Duration> {
    fn into_pause(self) -> Result<Pause, String> {
        Pause::from(self).checked()
    }
}

impl IntoPause for RangeInclusive<Duration> {
    fn into_pause(self) -> Result<Pause, String> {
        Pause::from(self).checked()
    }
}

impl IntoPause for &str {
    fn into_pause(self) -> Result<Pause, String> {
        Pause::parse(self)
    }
}

impl IntoPause for String {
    fn into_pause(self) -> Result<Pause, String> {
        Pause::parse(&self)
    }
}

/// The pauses of one caller.
pub(crate) struct Pauses {
    pause: Pause,
    random: SplitMix,
}

/// The stream of the seed from which those of the callers begin. Random arrivals and data have
/// theirs at both ends.
const STREAM: u64 = 1 << 63;

impl Pauses {
    /// Of the caller at that station.
    pub(crate) fn new(pause: Pause, seed: u64, station: usize) -> Pauses {
        let of_callers = SplitMix::of_stream(seed, STREAM).next();
        Pauses { pause, random: SplitMix::of_stream(of_callers, station as u64) }
    }

    /// The next one, in nanoseconds.
    pub(crate) fn next(&mut self) -> u64 {
        let [least, most] = [self.pause.least, self.pause.most].map(nanos);
        if least < most {
            least + self.random.below((most - least).saturating_add(1))
        } else {
            least
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(pause: &str, seed: u64, station: usize) -> Vec<u64> {
        let mut pauses = Pauses::new(Pause::parse(pause).unwrap(), seed, station);
        (0..1_000).map(|_| pauses.next()).collect()
    }

    #[test]
    fn pauses_are_spread_evenly_between_their_ends_which_are_among_them() {
        let mut counts = [0; 3];
        for pause in drawn("1ns..3ns", 7, 0) {
            counts[pause as usize - 1] += 1;
        }
        assert!(counts.iter().all(|count| (280..390).contains(count)), "{counts:?}");
        let whole = drawn("0s..300000days", 7, 0);
        assert!(whole.iter().any(|pause| pause >> 63 == 1), "all 64 bits are drawn from");
    }

    #[test]
    fn they_are_the_same_for_the_same_seed_and_caller() {
        let pauses = drawn("1s..3s", 7, 4);
        assert_eq!(pauses, drawn("1s..3s", 7, 4));
        assert_ne!(pauses, drawn("1s..3s", 8, 4));
        assert_ne!(pauses, drawn("1s..3s", 7, 5));
        assert!(pauses.iter().all(|pause| (1_000_000_000..=3_000_000_000).contains(pause)));
    }

    #[test]
    fn a_fixed_pause_is_not_drawn() {
        assert_eq!(drawn("50ms", 7, 0), vec![50_000_000; 1_000]);
    }
}
