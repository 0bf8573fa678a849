//! [`Probing`]: probes one after the other, with an account of what they took.

use super::effort::Effort;
use super::found::Conclusion;
use super::probe::{Ceiling, Probe, Prober, Shown};

/// Makes probes, and keeps what they showed.
pub(super) struct Probing<'a> {
    pub(super) prober: &'a mut dyn Prober,
    pub(super) ceilings: &'a [Ceiling],
    pub(super) effort: Effort,
    pub(super) shown: Vec<Shown>,
    /// The calls and the seconds of all of them.
    pub(super) calls: f64,
    pub(super) seconds: f64,
}

impl Probing<'_> {
    /// Makes a probe, if there is time for it.
    pub(super) fn make(&mut self, probe: &Probe) -> Result<Shown, Conclusion> {
        let takes = probe.warmup + probe.length + self.effort.time;
        if takes > self.left() {
            return Err(Conclusion::Budget);
        }
        let shown = self.prober.probe(probe).ok_or(Conclusion::Cut)?;
        self.calls += (shown.calls + shown.warmup_calls) as f64;
        self.seconds += shown.took;
        self.shown.push(shown.clone());
        Ok(shown)
    }

    /// The seconds that are left.
    pub(super) fn left(&self) -> f64 {
        self.effort.budget - self.seconds
    }

    pub(super) fn is_broken(&self, shown: &Shown) -> bool {
        self.first_broken(shown).is_some()
    }

    /// The first limit that a probe breaks.
    pub(super) fn first_broken(&self, shown: &Shown) -> Option<usize> {
        let mut both = self.ceilings.iter().zip(&shown.over);
        both.position(|(ceiling, over)| ceiling.is_broken_by(*over))
    }

    /// Whether the limits hold at a rate. If they do not, that is believed when it has happened
    /// twice: one bad probe says nothing.
    pub(super) fn holds(&mut self, rate: f64) -> Result<bool, Conclusion> {
        let mut why_late = None;
        for _ in 0..2 {
            let probe = self.effort.bracketing(rate);
            let shown = self.make(&probe)?;
            if !self.is_broken(&shown) {
                return Ok(true);
            }
            match (&why_late, shown.late) {
                (Some(_), Some(why)) => return Err(Conclusion::Late(why)),
                (_, late) => why_late = late,
            }
        }
        Ok(false)
    }

    /// How many calls end a second if there are too many, by the probes that are such; none if too
    /// few calls say so.
    pub(super) fn saturation(&self, of: impl Fn(&Shown) -> bool, least: f64) -> Option<f64> {
        let swamped = self.shown.iter().filter(|shown| shown.is_swamped() && of(shown));
        let (seconds, ended) = swamped.fold((0.0, 0.0), |(seconds, ended), shown| {
            (seconds + shown.length, ended + shown.length * shown.ended)
        });
        (ended > least).then(|| ended / seconds)
    }
}
