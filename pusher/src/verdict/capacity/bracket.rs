//! [`Bracket`]: a rate that holds the limits, and one not far above that breaks them.

use super::found::Conclusion;
use super::probing::Probing;

/// The highest rate that has held the limits, zero at first; and the lowest that has broken them,
/// infinite at first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bracket {
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The highest rate that is tried.
const HIGHEST: f64 = 1_000_000.0;
/// How narrow a bracket is when it is handed on.
const NARROW: f64 = 1.15;
/// The share of calls that end, of a service that keeps up with them.
const KEEPS_UP: f64 = 0.95;

impl Bracket {
    pub(super) fn new() -> Bracket {
        Bracket { low: 0.0, high: f64::INFINITY }
    }

    /// Doubles the rate until it breaks a limit, or lowers it until it breaks none.
    pub(super) fn find(&mut self, probing: &mut Probing<'_>, start: f64) -> Result<(), Conclusion> {
        let (mut rate, mut hopeless) = (start, 0);
        while self.low == 0.0 || self.high.is_infinite() {
            if probing.holds(rate)? {
                self.low = rate;
                if rate >= HIGHEST {
                    return Err(Conclusion::Unbroken);
                }
                rate = (2.0 * rate).min(HIGHEST);
            } else {
                self.high = rate;
                let Some(last) = probing.shown.last() else { break };
                let keeps_up = last.ended >= KEEPS_UP * last.made();
                hopeless += usize::from(last.is_swamped() && keeps_up);
                if hopeless == 2 && self.low == 0.0 {
                    return Err(Conclusion::Hopeless);
                }
                // What a service ends if it has too much to do is near what it can do.
                rate = (rate / 2.0).min(last.ended).max(rate / 32.0);
            }
        }
        Ok(())
    }

    /// If probes contradict each other, what broke the limits most counts: below the lowest rate at
    /// which it did, the highest that held them.
    pub(super) fn believe_the_worst(&mut self, probing: &Probing<'_>) {
        let swamped = probing.of_the_service().filter(|shown| shown.is_swamped());
        let worst = swamped.map(|shown| shown.rate).fold(f64::INFINITY, f64::min);
        if worst > self.low {
            return;
        }
        self.high = worst;
        let held = probing.shown.iter().filter(|shown| !probing.is_broken(shown));
        let held = held.map(|shown| shown.rate).filter(|rate| *rate < worst);
        self.low = held.fold(0.0, f64::max);
    }

    /// Bisects, at first near the rate at which calls end if there are too many.
    pub(super) fn narrow(&mut self, probing: &mut Probing<'_>) -> Result<(), Conclusion> {
        let mut near = true;
        while self.high / self.low > NARROW {
            let saturation = probing.saturation(|_| true, 0.0).map(|most| 0.95 * most);
            let saturation =
                saturation.filter(|rate| near && self.low < *rate && *rate < self.high);
            let rate = saturation.unwrap_or((self.low * self.high).sqrt());
            near &= saturation.is_none();
            if probing.holds(rate)? {
                self.low = rate;
                if saturation.is_some() {
                    self.high = self.high.min(1.08 * rate);
                }
            } else {
                self.high = rate;
            }
        }
        Ok(())
    }
}
