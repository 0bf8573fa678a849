//! `Terms::windows`: the windows of a load, of so few strides that their memory has a bound.
//!
//! A window is a sum of its strides, which all stay as long as a window needs them. What they take
//! is known beforehand:
//!
//! ```text
//!   strides  ×  histograms           ×  buckets                           ×  8 bytes
//!   of all      three for times of      as many as calls are due in a
//!   windows     calls, and one for      stride, and no more than there
//!               each step or record     are for times below an hour
//! ```
//!
//! If that is too much, windows begin farther apart: at first the longest.

use super::curve::{Curve, rates_of};
use super::strides::WindowPlan;
use super::terms::{Pace, Terms};
use super::words::Arrivals;

/// What the strides of a load take at most, in bytes.
pub(crate) const MOST_BYTES: u64 = 32 << 20;

impl Terms {
    /// None if all thresholds are judged by the whole of the load.
    pub(crate) fn windows(&self) -> Option<WindowPlan> {
        let mut plan = WindowPlan::of(&self.thresholds)?;
        let rate = self.most_per_second();
        while plan.most_bytes(rate) > MOST_BYTES && plan.coarsen() {}
        Some(plan)
    }

    /// Checks that the windows have a bound that is low enough.
    ///
    /// # Errors
    ///
    /// They would take too much memory, even with as few strides as there can be.
    pub(crate) fn check_windows(&self) -> Result<(), String> {
        let Some(plan) = self.windows() else { return Ok(()) };
        let bytes = plan.most_bytes(self.most_per_second());
        if bytes <= MOST_BYTES {
            return Ok(());
        }
        let names = match plan.names.len() {
            0 => String::new(),
            1 => " and 1 name".to_string(),
            names => format!(" and {names} names"),
        };
        Err(format!(
            "windows of {} lengths{names} could take {} MiB, and {} are the most: give `over` fewer \
             lengths, or judge fewer steps, counts and records by windows",
            plan.windows.len(),
            bytes.div_ceil(1 << 20),
            MOST_BYTES >> 20
        ))
    }

    /// The most ticks that come due in a second; none of a closed loop, of which nobody knows.
    fn most_per_second(&self) -> Option<f64> {
        let Pace::Open { curve, arrivals } = &self.pace else { return None };
        let rate = match curve {
            Curve::Constant(rps) => rps.per_second(),
            Curve::Stages(segments) => {
                rates_of(segments).into_iter().map(|rate| rate.to_f64()).fold(0.0, f64::max)
            }
            Curve::Sine { from, to, .. } => from.to_f64().max(to.to_f64()),
        };
        // At random so many come seldom in a whole second.
        let times = if *arrivals == Arrivals::Poisson { 2.0 } else { 1.0 };
        Some(times * rate * self.workers as f64)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::rate::Rps;
    use super::super::threshold::Threshold;
    use super::*;

    fn terms(rps: u64, windows: &[u64], names: usize) -> Terms {
        let mut terms = Terms::constant(Rps::new(rps).unwrap(), Some(Duration::from_secs(1 << 20)));
        let threshold = |metric: &str, over: u64| {
            let mut threshold = Threshold::of_texts(metric, "<", "1s").unwrap();
            threshold.modifiers.over = Some(Duration::from_secs(over));
            threshold
        };
        let named = (0..names).map(|nth| format!("step(\"{nth}\").p99"));
        let named: Vec<Threshold> = named.map(|name| threshold(&name, windows[0])).collect();
        terms.thresholds =
            windows.iter().map(|over| threshold("p99", *over)).chain(named).collect();
        terms
    }

    /// The strides of each window, and how much they take.
    fn strides(terms: &Terms) -> (Vec<u64>, u64) {
        let plan = terms.windows().unwrap();
        let strides = plan.windows.iter().map(|strides| strides.in_window()).collect();
        (strides, plan.most_bytes(terms.most_per_second()))
    }

    #[test]
    fn usual_windows_have_strides_of_a_tenth_or_a_second() {
        for (rps, windows, expected) in [
            (50, &[10][..], &[10][..]),
            (1_000_000, &[10, 20, 60], &[10, 20, 60]),
            (1_000, &[600], &[600]),
            (50, &[3_600], &[3_600]),
        ] {
            let terms = terms(rps, windows, 0);
            assert_eq!(strides(&terms).0, expected, "{rps}/s");
            assert_eq!(terms.check_windows(), Ok(()));
        }
    }

    #[test]
    fn long_windows_of_many_calls_have_longer_strides() {
        for (rps, windows) in [(10_000, &[3_600][..]), (500, &[3_600]), (5_000, &[10, 7_200])] {
            let terms = terms(rps, windows, 0);
            let (strides, bytes) = strides(&terms);
            assert!(bytes <= MOST_BYTES && bytes > MOST_BYTES / 4, "{strides:?}: {bytes}");
            assert!(strides.iter().all(|strides| *strides >= 10), "{strides:?}");
            assert_eq!(terms.check_windows(), Ok(()));
        }
        let (both, _) = strides(&terms(5_000, &[10, 7_200], 0));
        assert_eq!(both[0], 10, "the short ones stay as they are");
    }

    #[test]
    fn too_many_windows_are_refused() {
        let lengths: Vec<u64> = (10..50).collect();
        assert_eq!(
            terms(100_000, &lengths, 1).check_windows().unwrap_err(),
            "windows of 40 lengths and 1 name could take 63 MiB, and 32 are the most: give `over` \
             fewer lengths, or judge fewer steps, counts and records by windows"
        );
        assert_eq!(terms(10, &lengths, 1).check_windows(), Ok(()));
    }
}
