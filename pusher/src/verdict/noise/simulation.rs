//! [`Simulated`]: services whose calls are drawn from a distribution, for tests of what is said of
//! noise.

use std::f64::consts::TAU;

use super::difference::Difference;
use super::groups::share_below;
use super::slower::{Allowance, TimedRun, slower};
use super::unfit::Unfit;
use crate::plan::random::SplitMix;
use crate::plan::threshold::Figure;
use crate::statistics::slices::SliceTimes;
use crate::statistics::sparse::bucket_of;

/// How long calls take if nothing drifts, with a median of about 10 ms.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Law {
    Exponential,
    /// With this σ.
    LogNormal(f64),
    Pareto2,
}

/// Calls in blocks share a factor, whose logarithm is an AR(1) with the coefficient 0.8 and steps
/// of 0.15: as a machine that others use is slow for a while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Simulated {
    pub(crate) law: Law,
    /// How many calls a block has; one for independent calls.
    pub(crate) block: usize,
    pub(crate) calls: usize,
    /// How many times as long each call takes.
    pub(crate) times: f64,
}

/// Two targets that are called side by side: the calls of both in a block share its factor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SimulatedPair {
    pub(crate) law: Law,
    /// How many calls of both a block has.
    pub(crate) block: usize,
    /// How many each target has.
    pub(crate) calls: usize,
    /// How many times as long each call of the second takes.
    pub(crate) times: f64,
}

/// A run of such a service.
pub(crate) struct SimulatedRun {
    pub(crate) slices: Vec<SliceTimes>,
    /// All calls in nanoseconds.
    pub(crate) calls: Vec<f64>,
}

/// Numbers of the usual distributions.
pub(crate) struct Dice(SplitMix);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(SplitMix::of_stream(0x5eed, seed))
    }

    /// Above zero, up to one.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// By Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (TAU * self.uniform()).cos()
    }

    pub(crate) fn of(&mut self, law: Law) -> f64 {
        match law {
            Law::Exponential => -self.uniform().ln(),
            Law::LogNormal(sigma) => (sigma * self.normal()).exp(),
            Law::Pareto2 => self.uniform().powf(-0.5),
        }
    }
}

/// The factor of the current block.
struct Drift {
    block: usize,
    log: f64,
}

impl Drift {
    fn new(block: usize, dice: &mut Dice) -> Drift {
        // As far from zero as it is after many blocks.
        Drift { block, log: dice.normal() * 0.15 / (1.0_f64 - 0.64).sqrt() }
    }

    fn of(&mut self, nth: usize, dice: &mut Dice) -> f64 {
        if self.block < 2 {
            return 1.0;
        }
        if nth.is_multiple_of(self.block) {
            self.log = 0.8 * self.log + 0.15 * dice.normal();
        }
        self.log.exp()
    }
}

impl Simulated {
    pub(crate) fn equal(law: Law, block: usize, calls: usize) -> Simulated {
        Simulated { law, block, calls, times: 1.0 }
    }

    /// What this share of all of its calls is not above, of very many.
    pub(crate) fn true_quantile(&self, share: f64) -> f64 {
        let mut dice = Dice::new(u64::MAX);
        let call = |_| {
            let drift = Drift::new(self.block, &mut dice);
            let factor = if self.block > 1 { drift.log.exp() } else { 1.0 };
            1e7 * self.times * factor * dice.of(self.law)
        };
        SimulatedRun { slices: Vec::new(), calls: (0..2_000_000).map(call).collect() }
            .quantile(share)
    }

    pub(crate) fn run(&self, dice: &mut Dice) -> SimulatedRun {
        let mut drift = Drift::new(self.block, dice);
        let call = |nth| 1e7 * self.times * drift.of(nth, dice) * dice.of(self.law);
        SimulatedRun::of((0..self.calls).map(call).collect(), SLICES)
    }
}

impl SimulatedPair {
    pub(crate) fn runs(&self, dice: &mut Dice) -> [SimulatedRun; 2] {
        let mut drift = Drift::new(self.block, dice);
        let mut pair = |nth: usize| {
            let factor = 1e7 * drift.of(2 * nth, dice);
            (factor * dice.of(self.law), factor * self.times * dice.of(self.law))
        };
        let (base, new) = (0..self.calls).map(&mut pair).unzip();
        [base, new].map(|calls| SimulatedRun::of(calls, SLICES))
    }
}

/// As many slices as a run of a usual length has.
const SLICES: usize = 400;

impl SimulatedRun {
    pub(crate) fn of(calls: Vec<f64>, slices: usize) -> SimulatedRun {
        let slices = (0..slices)
            .map(|nth| {
                let border = |nth: usize| nth * calls.len() / slices;
                times_of(&calls[border(nth)..border(nth + 1)])
            })
            .collect();
        SimulatedRun { slices, calls }
    }

    /// The same at a rate that rises evenly to three times as much.
    pub(crate) fn of_ramp(calls: Vec<f64>, slices: usize) -> SimulatedRun {
        let border = |nth: usize| {
            let at = nth as f64 / slices as f64;
            (calls.len() as f64 * (at + at * at) / 2.0).round() as usize
        };
        let slice = |nth: usize| times_of(&calls[border(nth)..border(nth + 1)]);
        SimulatedRun { slices: (0..slices).map(slice).collect(), calls }
    }

    pub(crate) fn slices(&self) -> Vec<&SliceTimes> {
        self.slices.iter().collect()
    }

    /// The sample that this share of all is not above.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let rank = (share * self.calls.len() as f64 - 1e-6).ceil() as usize;
        *self.calls.clone().select_nth_unstable_by(rank.max(1) - 1, f64::total_cmp).1
    }
}

fn times_of(calls: &[f64]) -> SliceTimes {
    let mut buckets: Vec<u16> = calls.iter().map(|call| bucket_of(*call as u64)).collect();
    buckets.sort_unstable();
    let mut times = SliceTimes::default();
    let chunks = buckets.chunk_by(|one, other| one == other);
    times.ended.add_buckets(chunks.map(|chunk| (chunk[0], chunk.len() as u64)));
    times
}

/// A run beside those of a baseline.
pub(crate) fn compared(
    figure: Figure,
    base: &[SimulatedRun],
    new: &SimulatedRun,
    allowed: Allowance,
) -> Result<Difference, Unfit> {
    let share = share_below(figure);
    let slices: Vec<Vec<&SliceTimes>> = base.iter().map(SimulatedRun::slices).collect();
    let runs: Vec<TimedRun<'_>> = base
        .iter()
        .zip(&slices)
        .map(|(run, slices)| TimedRun { slices, figure: run.quantile(share) })
        .collect();
    let new_slices = new.slices();
    let new = TimedRun { slices: &new_slices, figure: new.quantile(share) };
    slower(figure, &runs, new, allowed)
}

/// How many of so many cases, each with dice of its own, are such.
pub(crate) fn count(cases: u64, is_such: impl Fn(&mut Dice) -> bool) -> u64 {
    (0..cases).filter(|seed| is_such(&mut Dice::new(*seed))).count() as u64
}
