//! `Probing::confirmed`: whether a service that held a rate still does, before any is told.
//!
//! ```text
//!   rate   held ∙                    broken ∙ ∙ ∙       one of these is true:
//!               ┊    held ∙ ∙                           these rates are too high for the service,
//!               ┊         ┊                             or it has died: ask for half of what held
//!               ┊         ┊                   ▲
//!               └─────────┴───────────────────┴──── probes
//! ```
//!
//! Without it a service that dies is one that breaks the limits at every rate that is still to be
//! tried, and a fit of that is a number.

use super::found::Conclusion;
use super::probe::Shown;
use super::probing::{Agreed, Probing};

/// The part of the highest rate that held the limits at which a service that has not changed holds
/// them beyond doubt.
const PART: f64 = 0.5;
/// So many probes around the estimate in a row, with most calls over a limit, are a reason to ask
/// before the end.
const SWAMPED: usize = 2;

impl Probing<'_> {
    /// The rate of a confirmation, if a rate has held the limits.
    pub(super) fn to_confirm(&self) -> Option<f64> {
        let held = self.highest_that_held();
        (held > 0.0).then_some(PART * held)
    }

    pub(super) fn highest_that_held(&self) -> f64 {
        let held = self.shown.iter().filter(|shown| !self.is_broken(shown));
        held.map(|shown| shown.rate).fold(0.0, f64::max)
    }

    /// Why a search has ended, as it is if the service is still the one that was probed before.
    pub(super) fn confirmed(&mut self, end: Conclusion) -> Conclusion {
        if matches!(end, Conclusion::Cut | Conclusion::Changed { .. }) {
            return end;
        }
        self.confirm().err().unwrap_or(end)
    }

    /// Asks now if the last probes, of so many around the estimate, give a reason to.
    pub(super) fn confirm_if_in_doubt(&mut self, probes: usize) -> Result<(), Conclusion> {
        let mut last = self.shown.iter().rev().take(SWAMPED);
        let is_in_doubt = last.all(|shown| shown.late.is_none() && shown.is_swamped());
        if probes >= SWAMPED && is_in_doubt { self.confirm() } else { Ok(()) }
    }

    /// Probes the rate that is to be confirmed, unless the last probe has done so. It has changed
    /// if two of them break a limit: one bad probe says nothing, and neither do two that were late.
    fn confirm(&mut self) -> Result<(), Conclusion> {
        let Some(rate) = self.to_confirm() else { return Ok(()) };
        let does = |probing: &Self, shown: &Shown| shown.rate >= rate && !probing.is_broken(shown);
        if self.shown.last().is_some_and(|last| does(self, last)) {
            return Ok(());
        }
        let held = self.highest_that_held();
        let last_held = self.shown.iter().rposition(|shown| !self.is_broken(shown));
        let from = last_held.map_or(0, |nth| nth + 1) + 1;
        let probe = self.effort.confirming(rate);
        match self.until_agreed(|probing| probing.ask(&probe))? {
            Agreed::Broken => Err(Conclusion::Changed { from, rate, held }),
            Agreed::Held | Agreed::Late(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{BROKEN, HELD, LATE, Script};
    use super::*;

    fn shown(rate: f64, over: u64) -> Shown {
        let over = vec![(over, 1_000)];
        Shown { rate, length: 1.0, calls: 1_000, over, ..Shown::default() }
    }

    /// A confirmation after probes at these rates, of which so many calls were over the limit.
    #[track_caller]
    fn check(before: &[(f64, u64)], asked: &[(u64, bool)], end: Conclusion) {
        let mut script = Script::new(asked);
        let mut probing = script.probing();
        probing.shown = before.iter().map(|(rate, over)| shown(*rate, *over)).collect();
        assert_eq!(probing.confirmed(Conclusion::Settled), end, "{before:?}, {asked:?}");
        assert_eq!(probing.shown.len(), before.len() + asked.len(), "{before:?}, {asked:?}");
    }

    #[test]
    fn half_of_what_held_has_to_hold_at_the_end() {
        let before = [(80.0, 0), (160.0, 5), (150.0, 1_000), (170.0, 1_000)];
        let changed = || Conclusion::Changed { from: 3, rate: 80.0, held: 160.0 };
        check(&before, &[HELD], Conclusion::Settled);
        check(&before, &[BROKEN, HELD], Conclusion::Settled);
        check(&before, &[BROKEN, BROKEN], changed());
        check(&before, &[LATE, BROKEN, BROKEN], changed());
        check(&before, &[LATE, LATE], Conclusion::Settled);
        check(&before, &[BROKEN, LATE, LATE], Conclusion::Settled);
        check(&before, &[BROKEN, LATE, HELD], Conclusion::Settled);
        check(&before, &[], Conclusion::Cut);
    }

    #[test]
    fn what_the_last_probe_has_shown_is_not_asked_for() {
        check(&[(160.0, 500), (150.0, 5)], &[], Conclusion::Settled);
        check(&[(160.0, 5), (81.0, 5)], &[], Conclusion::Settled);
        check(&[(160.0, 5), (79.0, 5)], &[HELD], Conclusion::Settled);
        check(&[(160.0, 500)], &[], Conclusion::Settled);
        check(&[], &[], Conclusion::Settled);
    }
}
