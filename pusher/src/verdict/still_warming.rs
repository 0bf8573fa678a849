//! [`StillWarming`]: a service that was warming up when the measured time began, and the `warmup`
//! that would do.
//!
//! ```text
//!   warm-up ─┤ 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 ├   eighths of the measured time
//!             slower │
//!   warm-up that would do ──┤
//! ```

use std::time::Duration;

use super::noise::warming::{Warming, warming};
use crate::plan::time;
use crate::statistics::slices::{SliceTimes, Slices};

/// A service that took longer in the first eighths of the measured time than later, by more than
/// noise: it was still warming up. Nothing is left out for it; all figures have these calls.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StillWarming {
    /// How many of the first eighths were slower; if there are four, more may have been.
    pub eighths: u32,
    /// The figure of the response time by which that is seen, such as `p99`.
    pub figure: String,
    /// How much more it was in the first eighth than later: 0.5 is half as much again.
    pub by: f64,
    /// The warm-up that would leave these eighths out, with the one that there was.
    pub warmup: Duration,
}

/// No more of them can be told from the rest.
const MOST_EIGHTHS: u32 = 4;
/// A hundred in each eighth: the first calls of a short load are always slow.
const FEWEST_CALLS: u64 = 800;

impl StillWarming {
    /// Of a load at one rate, or of callers of one number, after such a warm-up; none if nothing
    /// shows that it was warming up.
    pub(crate) fn of(slices: &Slices, warmup: Duration) -> Option<StillWarming> {
        let times: Vec<&SliceTimes> = slices.slices.iter().map(|slice| &slice.response).collect();
        if times.iter().map(|times| times.count()).sum::<u64>() < FEWEST_CALLS {
            return None;
        }
        let Warming { eighths, figure, by } = warming(&times)?;
        let slow = u128::from(slices.end) * u128::from(eighths) / 8;
        let warmup = rounded_up(warmup + Duration::from_nanos(slow as u64));
        Some(StillWarming { eighths, figure: figure.to_string(), by, warmup })
    }

    /// `p99 was 50% higher in the first eighth of the measured time than later: ..`
    pub(crate) fn sentence(&self) -> String {
        let StillWarming { eighths, figure, by, warmup } = self;
        let first = match eighths {
            1 => "first eighth",
            2 => "first two eighths",
            3 => "first three eighths",
            _ => "first four eighths",
        };
        let (by, than) = match *by {
            by if by < 1.0 => (format!("{:.0}% higher", 100.0 * by), "than"),
            by => (format!("{:.1} times as high", 1.0 + by), "as"),
        };
        let or_longer = if *eighths < MOST_EIGHTHS { "" } else { ", or a longer one," };
        format!(
            "{figure} was {by} in the {first} of the measured time {than} later, which is more than noise: \
             the service was still warming up, and these calls are in all figures; `warmup = \
             \"{}\"`{or_longer} would leave them out",
            time::format(*warmup)
        )
    }
}

/// A time as one would write it, that is not shorter.
fn rounded_up(time: Duration) -> Duration {
    let nanos = time.as_nanos() as u64;
    let millis = 1_000_000;
    let grain = match nanos / millis {
        0..100 => 10 * millis,
        100..2_000 => 100 * millis,
        _ => 1_000 * millis,
    };
    Duration::from_nanos(nanos.div_ceil(grain) * grain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::slices::Slice;

    /// Eighty slices of a second, with a thousand calls each: so many of the first are slower.
    fn slices(slow: usize) -> Slices {
        let slice = |nth: usize| {
            let mut slice = Slice::default();
            for call in 0..1_000u64 {
                // No two slices are alike.
                let millis = 10.0 + 0.01 * ((call + 7 * nth as u64) % 100) as f64;
                let times = if nth < slow { 1.5 } else { 1.0 };
                slice.response.ended.record((1e6 * millis * times) as u64);
            }
            slice
        };
        let slices = (0..80).map(slice).collect();
        Slices { width: 1_000_000_000, end: 80_000_000_000, slices, ..Slices::default() }
    }

    #[test]
    fn the_warm_up_that_would_do_leaves_the_slow_eighths_out() {
        let of = |slow| StillWarming::of(&slices(slow), Duration::from_secs(5));
        assert_eq!(of(0), None);
        let mut few = slices(20);
        few.slices.iter_mut().for_each(|slice| {
            slice.response = SliceTimes::default();
            (0..9).for_each(|_| slice.response.ended.record(10_000_000));
        });
        few.slices[..10].iter_mut().for_each(|slice| slice.response.ended.record(20_000_000));
        assert_eq!(StillWarming::of(&few, Duration::ZERO), None, "730 calls");
        let warming = of(20).unwrap();
        assert_eq!((warming.eighths, warming.warmup), (2, Duration::from_secs(25)));
        assert!((warming.by - 0.5).abs() < 0.02, "{warming:?}");
        let one = of(10).unwrap();
        assert_eq!((one.eighths, one.warmup), (1, Duration::from_secs(15)));
    }

    #[test]
    fn the_sentence_names_the_warm_up() {
        let warming = StillWarming {
            eighths: 1,
            figure: "p99".to_string(),
            by: 0.504,
            warmup: Duration::from_secs(12),
        };
        let sentence = "p99 was 50% higher in the first eighth of the measured time than later, \
                        which is more than noise: the service was still warming up, and these \
                        calls are in all figures; `warmup = \"12s\"` would leave them out";
        assert_eq!(warming.sentence(), sentence);
        let four = StillWarming { eighths: 4, ..warming };
        let sentence = sentence.replace("first eighth", "first four eighths");
        let sentence = sentence.replace("\"12s\"`", "\"12s\"`, or a longer one,");
        assert_eq!(four.sentence(), sentence);
        let begin =
            "p99 was 3.0 times as high in the first four eighths of the measured time as later";
        assert!(StillWarming { by: 2.0, ..four }.sentence().starts_with(begin));
    }

    #[test]
    fn a_warm_up_is_rounded_up() {
        let check = |millis: u64, rounded: u64| {
            let [time, rounded] = [millis, rounded].map(Duration::from_millis);
            assert_eq!(rounded_up(time), rounded);
        };
        check(10, 10);
        check(91, 100);
        check(101, 200);
        check(1_920, 2_000);
        check(2_001, 3_000);
        check(60_000, 60_000);
    }
}
