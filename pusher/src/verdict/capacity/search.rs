//! [`Search`]: from the first probe to the answer.

use super::bracket::Bracket;
use super::effort::Effort;
use super::found::{Conclusion, Searched, Sustained};
use super::probe::{Ceiling, Prober};
use super::probing::Probing;
use super::refine::{Refining, rounded};

/// What is searched for: the most calls a second within these limits.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) ceilings: Vec<Ceiling>,
    /// What the rate is to be at the least, if that is said.
    pub(crate) at_least: Option<f64>,
    pub(crate) effort: Effort,
}

/// The first rate, unless it is known which one is hoped for.
const START: f64 = 100.0;

impl Search {
    pub(crate) fn run(&self, prober: &mut dyn Prober) -> Searched {
        let mut probing = Probing {
            prober,
            ceilings: &self.ceilings,
            effort: self.effort,
            shown: Vec::new(),
            calls: 0.0,
            seconds: 0.0,
        };
        let mut bracket = Bracket::new();
        let mut refining = None;
        let end = match self.seek(&mut probing, &mut bracket, &mut refining) {
            Ok(()) => Conclusion::Settled,
            Err(end) => end,
        };
        self.try_what_is_hoped_for(&end, &mut probing, &mut bracket);
        let end = probing.confirmed(end);
        let refined = refining.and_then(|refining| refining.answer);
        if refined.is_none() {
            bracket.believe_the_worst(&probing);
        }
        let broken = || {
            let broken = probing.of_the_service().filter_map(|shown| probing.first_broken(shown));
            broken.last()
        };
        if matches!(end, Conclusion::Changed { .. }) {
            // Of two services there is no one capacity.
            let sustained = Sustained { binding: broken(), ..Sustained::default() };
            return Searched { sustained, end, shown: probing.shown };
        }
        let sustained = refined.unwrap_or_else(|| Sustained {
            rate: (bracket.low > 0.0).then_some(bracket.low),
            low: bracket.low,
            high: bracket.high.is_finite().then_some(bracket.high),
            binding: broken().filter(|_| bracket.high.is_finite()),
        });
        Searched { sustained, end, shown: probing.shown }
    }

    fn seek(
        &self,
        probing: &mut Probing<'_>,
        bracket: &mut Bracket,
        refining: &mut Option<Refining>,
    ) -> Result<(), Conclusion> {
        let start = self.at_least.map_or(START, |hoped_for| rounded(hoped_for / 2.0));
        bracket.find(probing, start)?;
        bracket.narrow(probing)?;
        refining.insert(Refining::begin(probing, *bracket)).go_on(probing)
    }

    /// A generator that is too slow for twice a rate may do for what is hoped for.
    fn try_what_is_hoped_for(
        &self,
        end: &Conclusion,
        probing: &mut Probing<'_>,
        bracket: &mut Bracket,
    ) {
        let (Conclusion::Late(_), Some(hoped_for)) = (end, self.at_least) else { return };
        let is_between = bracket.low < hoped_for && hoped_for < bracket.high;
        if is_between && probing.holds(hoped_for) == Ok(true) {
            bracket.low = hoped_for;
        }
    }
}
