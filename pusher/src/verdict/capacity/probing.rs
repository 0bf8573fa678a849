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

/// What probes of one kind say together.
pub(super) enum Agreed {
    Held,
    /// By two that were in time.
    Broken,
    /// Two of them broke a limit because pusher was late, and why it was.
    Late(String),
}

impl Probing<'_> {
    /// Makes a probe, if there is time for it.
    pub(super) fn make(&mut self, probe: &Probe) -> Result<Shown, Conclusion> {
        if self.effort.takes(probe) > self.left() {
            return Err(Conclusion::Budget);
        }
        self.ask(probe)
    }

    /// Makes a probe, also if the time is over.
    pub(super) fn ask(&mut self, probe: &Probe) -> Result<Shown, Conclusion> {
        let shown = self.prober.probe(probe).ok_or(Conclusion::Cut)?;
        self.calls += (shown.calls + shown.warmup_calls) as f64;
        self.seconds += shown.took;
        self.shown.push(shown.clone());
        Ok(shown)
    }

    /// The seconds that are left, beside those of a confirmation at the end.
    pub(super) fn left(&self) -> f64 {
        let confirms = |rate| self.effort.takes(&self.effort.confirming(rate));
        let kept = self.to_confirm().map_or(0.0, confirms);
        self.effort.budget - self.seconds - kept
    }

    pub(super) fn is_broken(&self, shown: &Shown) -> bool {
        self.first_broken(shown).is_some()
    }

    /// The first limit that a probe breaks.
    pub(super) fn first_broken(&self, shown: &Shown) -> Option<usize> {
        let mut both = self.ceilings.iter().zip(&shown.over);
        both.position(|(ceiling, over)| ceiling.is_broken_by(*over))
    }

    /// The probes that say something of the service: all but those that broke a limit because
    /// pusher was late.
    pub(super) fn of_the_service(&self) -> impl Iterator<Item = &Shown> {
        self.of_the_service_since(0)
    }

    /// Those of them that are not among so many first ones.
    pub(super) fn of_the_service_since(&self, first: usize) -> impl Iterator<Item = &Shown> {
        self.shown[first..].iter().filter(|shown| shown.late.is_none() || !self.is_broken(shown))
    }

    /// Whether the limits hold at a rate.
    pub(super) fn holds(&mut self, rate: f64) -> Result<bool, Conclusion> {
        let make = |probing: &mut Self| probing.make(&probing.effort.bracketing(rate));
        match self.until_agreed(make)? {
            Agreed::Held => Ok(true),
            Agreed::Broken => Ok(false),
            Agreed::Late(why) => Err(Conclusion::Late(why)),
        }
    }

    /// Makes probes of one kind until one holds the limits. If they do not hold, that is believed
    /// when it has happened twice: one bad probe says nothing. One that was late says nothing of
    /// the service.
    pub(super) fn until_agreed(
        &mut self,
        mut make: impl FnMut(&mut Self) -> Result<Shown, Conclusion>,
    ) -> Result<Agreed, Conclusion> {
        let (mut broken, mut late) = (0, 0);
        loop {
            let shown = make(self)?;
            if !self.is_broken(&shown) {
                return Ok(Agreed::Held);
            }
            match shown.late {
                Some(why) if late > 0 => return Ok(Agreed::Late(why)),
                Some(_) => late += 1,
                None if broken > 0 => return Ok(Agreed::Broken),
                None => broken += 1,
            }
        }
    }

    /// How many calls end a second if there are too many, by the probes that are such; none if too
    /// few calls say so.
    pub(super) fn saturation(&self, of: impl Fn(&Shown) -> bool, least: f64) -> Option<f64> {
        let swamped = self.of_the_service().filter(|shown| shown.is_swamped() && of(shown));
        let (seconds, ended) = swamped.fold((0.0, 0.0), |(seconds, ended), shown| {
            (seconds + shown.length, ended + shown.length * shown.ended)
        });
        (ended > least).then(|| ended / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{BROKEN, HELD, LATE, Script};
    use super::*;

    #[track_caller]
    fn check(probes: &[(u64, bool)], holds: Result<bool, Conclusion>) {
        let mut script = Script::new(probes);
        let mut probing = script.probing();
        assert_eq!(probing.holds(100.0), holds, "{probes:?}");
        assert_eq!(probing.shown.len(), probes.len(), "{probes:?}");
    }

    #[test]
    fn a_rate_breaks_the_limits_if_it_does_so_twice_in_time() {
        let late = || Err(Conclusion::Late("pusher was late".to_string()));
        check(&[HELD], Ok(true));
        check(&[BROKEN, HELD], Ok(true));
        check(&[BROKEN, BROKEN], Ok(false));
        check(&[LATE, HELD], Ok(true));
        check(&[LATE, BROKEN, HELD], Ok(true));
        check(&[BROKEN, LATE, HELD], Ok(true));
        check(&[LATE, BROKEN, BROKEN], Ok(false));
        check(&[BROKEN, LATE, BROKEN], Ok(false));
        check(&[LATE, LATE], late());
        check(&[BROKEN, LATE, LATE], late());
        check(&[LATE, BROKEN, LATE], late());
    }

    /// What a generator makes at most is no saturation of the service.
    #[test]
    fn late_probes_say_nothing_of_how_many_calls_end() {
        let mut script = Script::new(&[LATE, BROKEN, BROKEN]);
        let mut probing = script.probing();
        let probe = probing.effort.bracketing(100.0);
        probing.make(&probe).unwrap();
        assert_eq!(probing.saturation(|_| true, 0.0), None);
        probing.make(&probe).unwrap();
        assert_eq!(probing.saturation(|_| true, 0.0), Some(50.0));
    }
}
