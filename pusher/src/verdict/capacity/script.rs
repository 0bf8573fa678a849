//! [`Script`]: a prober for tests, whose probes are known beforehand.

use super::effort::Effort;
use super::probe::{Ceiling, Probe, Prober, Shown};
use super::probing::Probing;

/// Probes of 1,000 calls that are to be made, the last one first: how many of them are over the
/// limit, and whether pusher was late.
pub(super) struct Script(Vec<(u64, bool)>);

pub(super) const HELD: (u64, bool) = (0, false);
pub(super) const BROKEN: (u64, bool) = (900, false);
pub(super) const LATE: (u64, bool) = (900, true);

const CEILINGS: &[Ceiling] = &[Ceiling { share: 0.01, time: 0.1 }];

impl Script {
    pub(super) fn new(probes: &[(u64, bool)]) -> Script {
        Script(probes.iter().rev().copied().collect())
    }

    /// Nothing has been probed yet, and there is time for everything.
    pub(super) fn probing(&mut self) -> Probing<'_> {
        Probing {
            prober: self,
            ceilings: CEILINGS,
            effort: Effort::new(CEILINGS, 1e6, 0.0),
            shown: Vec::new(),
            calls: 0.0,
            seconds: 0.0,
        }
    }
}

impl Prober for Script {
    fn probe(&mut self, probe: &Probe) -> Option<Shown> {
        let (over, is_late) = self.0.pop()?;
        Some(Shown {
            rate: probe.rate,
            length: probe.length,
            calls: 1_000,
            over: vec![(over, 1_000)],
            ended: 50.0,
            took: 1.0,
            late: is_late.then(|| "pusher was late".to_string()),
            ..Shown::default()
        })
    }
}
