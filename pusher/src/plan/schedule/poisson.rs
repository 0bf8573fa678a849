//! [`Poisson`]: arrivals that know nothing of each other, as those of many users do.
//!
//! The calls that a curve should make are cut into blocks of 64. How many ticks fall into a block
//! is a Poisson number with the mean 64, and how far into it each falls is uniform. Both together
//! are [the process itself](https://en.wikipedia.org/wiki/Poisson_point_process#Simulation).
//!
//! ```text
//! calls of the curve  0           64          128         192
//! blocks              |     0     |     1     |     2     | ..    seeded by their numbers
//! ticks               | x  xx   x |xx x xxx  x|   x     x |
//! how many            | 61        | 72        | 58        |
//! before              0                                           each 256th block: 0, ..
//! ```
//!
//! The search for a tick begins at the last noted number in `before` that is not larger, and goes
//! on block by block. The offsets of the ticks within their block, put into the curve's inverse,
//! are the instants.
//!
//! Each block has a stream of random numbers of its own, so that any tick can be found without
//! those before it. The arithmetic, in integers and floats, gives the same on every machine.

use std::sync::LazyLock;

use super::calls::{CALL, Calls};
use super::inverse::Inverse;
use super::search::first_not;
use crate::plan::random::SplitMix;

const BLOCK: u64 = 64;
/// e^−64: how likely it is that no call falls into a block.
const NONE_OF_A_BLOCK: f64 = 1.603_810_890_548_638e-28;
/// More calls than that fall into no block: 17 standard deviations above the mean.
const MOST_OF_A_BLOCK: usize = 200;
/// So many blocks share one note of the ticks before them: eight bytes for 16,384 calls.
const GROUP: u64 = 256;

/// The instants of ticks that come at random.
#[derive(Clone, Debug)]
pub(super) struct Poisson {
    curve: Inverse,
    seed: u64,
    /// How many ticks come before each group of blocks.
    before: Vec<u64>,
}

/// The ticks of a block: the number of the first, and when each is due.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    number: u64,
    first: u64,
    dues: Vec<u64>,
}

impl Poisson {
    /// The ticks within `length` nanoseconds, and how many these are. If no more than `most` are
    /// asked for, ticks further on than one beyond them may not have been looked for.
    pub(super) fn new(curve: Inverse, seed: u64, length: u64, most: Option<u64>) -> (Poisson, u64) {
        let blocks = first_not(|block| curve.due_of(begin(block)).is_some_and(|due| due < length));
        let mut poisson = Poisson { curve, seed, before: Vec::new() };
        let (mut ticks, mut block) = (0, 0);
        // One more tick than asked for, since it is the due time of that one which ends the
        // schedule.
        while block < blocks && most.is_none_or(|most| ticks <= most) {
            if block % GROUP == 0 {
                poisson.before.push(ticks);
            }
            ticks += poisson.count(block);
            block += 1;
        }
        if let Some(last) = block.checked_sub(1) {
            ticks -= poisson.dues(last).iter().filter(|due| **due >= length).count() as u64;
        }
        (poisson, ticks)
    }

    /// When tick `i` is due, which is one of those within the length; `at` is a block to begin
    /// from, and then that of `i`.
    pub(super) fn due(&self, at: &mut Block, i: u64) -> u64 {
        if !at.has(i) {
            let next = at.number + 1;
            let end = at.first + at.dues.len() as u64;
            // One of two targets steps over ticks of the other's.
            let follows = !at.dues.is_empty() && (end..end + BLOCK).contains(&i);
            let (first, number) = if follows { (end, next) } else { self.group_of(i) };
            *at = self.block_of(i, first, number);
        }
        at.dues[(i - at.first) as usize]
    }

    /// The first tick and the first block of the group in which tick `i` is.
    fn group_of(&self, i: u64) -> (u64, u64) {
        let group = self.before.partition_point(|before| *before <= i).saturating_sub(1);
        (self.before.get(group).copied().unwrap_or_default(), group as u64 * GROUP)
    }

    /// The block of tick `i`, looked for from block `number` on, whose first tick is `first`.
    fn block_of(&self, i: u64, mut first: u64, mut number: u64) -> Block {
        loop {
            let count = self.count(number);
            if i < first + count {
                return Block { number, first, dues: self.dues(number) };
            }
            first += count;
            number += 1;
        }
    }

    /// How many ticks fall into a block: the uniform number of its stream, read off the
    /// distribution.
    fn count(&self, block: u64) -> u64 {
        static UP_TO: LazyLock<Vec<f64>> = LazyLock::new(|| {
            let (mut one, mut all) = (NONE_OF_A_BLOCK, 0.0);
            let up_to = (1..=MOST_OF_A_BLOCK).map(|count| {
                all += one;
                one *= BLOCK as f64 / count as f64;
                all
            });
            up_to.collect()
        });
        let uniform =
            (SplitMix::of_stream(self.seed, block).next() >> 11) as f64 / (1u64 << 53) as f64;
        UP_TO.partition_point(|up_to| *up_to <= uniform) as u64
    }

    /// When the ticks of a block are due, those after the end of the curve at its end.
    fn dues(&self, block: u64) -> Vec<u64> {
        let mut random = SplitMix::of_stream(self.seed, block);
        // The first number has said how many there are.
        random.next();
        let offsets = (0..self.count(block)).map(|_| random.below(BLOCK * CALL as u64));
        let mut offsets: Vec<u64> = offsets.collect();
        offsets.sort_unstable();
        let due = |offset| self.curve.due_of(begin(block) + Calls::from(offset));
        offsets.into_iter().map(|offset| due(offset).unwrap_or(u64::MAX)).collect()
    }
}

/// How many calls the curve should have made before a block.
fn begin(block: u64) -> Calls {
    Calls::from(block) * Calls::from(BLOCK) * CALL
}

impl Block {
    fn has(&self, i: u64) -> bool {
        i.checked_sub(self.first).is_some_and(|nth| nth < self.dues.len() as u64)
    }
}
