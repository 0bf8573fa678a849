//! [`Share`]: the part of one Worker in the ticks of one schedule, which several deal; and
//! [`Half`], what is dealt to the two targets of a comparison.

use crate::plan::partner::Partner;
use crate::plan::random::SplitMix;

/// The part of one of several Workers that deal the ticks of one schedule: tick *j* goes to Worker
/// *j mod n*, where it has the number *j div n*.
///
/// ```text
/// the schedule of three   0   1   2   3   4   5   6   7
/// Worker 0                0           1           2
/// Worker 1                    0           1           2
/// Worker 2                        0           1
/// ```
///
/// If two targets are compared, each of these ticks is a pair of two, one for each target:
///
/// ```text
/// the schedule of one     0   1   2   3   4   5   6
/// this target             0           1   2              which comes first, is drawn
/// the other target            0   1           2          and tick 6 lacks its partner
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    worker: u64,
    of: u64,
    half: Option<Half>,
}

/// A target's part of each pair of ticks. The seed draws which of both comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Half {
    pub(crate) partner: Partner,
    pub(crate) seed: u64,
}

impl Half {
    /// Which tick of a pair is this target's: 0 for the first, 1 for the second.
    fn place(self, pair: u128) -> u128 {
        // A number of 64 bits is enough for as many pairs.
        let row = SplitMix::of_stream(self.seed, (pair / 64) as u64).next();
        let is_swapped = (row >> (pair % 64)) & 1 == 1;
        u128::from(is_swapped != (self.partner == Partner::Other))
    }
}

impl Share {
    /// All of it.
    pub(crate) const WHOLE: Share = Share { worker: 0, of: 1, half: None };

    /// That of a Worker, of so many.
    pub(crate) fn of_worker(worker: u64, of: u64) -> Share {
        Share { worker, of, half: None }
    }

    /// The same of one target, if two are compared.
    pub(crate) fn halved(self, half: Option<Half>) -> Share {
        Share { half, ..self }
    }

    /// Which of two targets it is that are compared, if it is one.
    pub(super) fn partner(self) -> Option<Partner> {
        self.half.map(|half| half.partner)
    }

    /// Whether tick `i` comes before that of the partner in their pair.
    pub(super) fn comes_first(self, i: u64) -> bool {
        self.half.is_none_or(|half| half.place(self.dealt(i)) == 0)
    }

    /// How many times as high the schedule of all is as that of one.
    pub(super) fn times(self) -> u64 {
        self.of * self.half.map_or(1, |_| 2)
    }

    pub(super) fn is_whole(self) -> bool {
        self.times() == 1
    }

    /// Whether each of its ticks comes as many ticks after the last one as any other.
    pub(super) fn is_even(self) -> bool {
        self.half.is_none()
    }

    /// The number in the schedule of all of this one's tick `i`.
    pub(super) fn of_all(self, i: u64) -> u128 {
        let dealt = self.dealt(i);
        self.half.map_or(dealt, |half| 2 * dealt + half.place(dealt))
    }

    /// The number of the last tick that has to be there for tick `i` to be made: its partner's, or
    /// its own.
    pub(super) fn last_needed(self, i: u64) -> u128 {
        let dealt = self.dealt(i);
        self.half.map_or(dealt, |_| 2 * dealt + 1)
    }

    /// The number of the tick, in the schedule of all, at which all end that have made `i` ticks
    /// each.
    pub(super) fn end_of_all(self, i: u64) -> u128 {
        u128::from(i) * u128::from(self.times())
    }

    fn dealt(self, i: u64) -> u128 {
        u128::from(i) * u128::from(self.of) + u128::from(self.worker)
    }

    /// How many of the first ticks of all are this one's.
    pub(super) fn of_first(self, ticks: u128) -> u64 {
        let Some(half) = self.half else { return self.of_first_dealt(ticks) };
        let (pairs, own) = (ticks / 2, self.of_first_dealt(ticks / 2));
        let has_begun = ticks % 2 == 1 && half.place(pairs) == 0;
        // The pair that has begun may be another Worker's.
        own + u64::from(has_begun && self.dealt(own) == pairs)
    }

    /// How many ticks it has of a schedule with so many: all that have a partner, if two targets
    /// are compared.
    pub(super) fn of_schedule(self, ticks: u128) -> u64 {
        self.of_first_dealt(ticks / self.half.map_or(1, |_| 2))
    }

    fn of_first_dealt(self, ticks: u128) -> u64 {
        let own = ticks.saturating_sub(self.worker.into()).div_ceil(self.of.into());
        u64::try_from(own).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair_of_shares(worker: u64, of: u64, seed: u64) -> [Share; 2] {
        [Partner::Own, Partner::Other]
            .map(|partner| Share::of_worker(worker, of).halved(Some(Half { partner, seed })))
    }

    proptest! {
        /// Each tick of the schedule is one Worker's and one target's, and both ticks of a pair
        /// have one number there.
        #[test]
        fn every_tick_is_dealt_once(of in 1u64..6, seed: u64, ticks in 0u64..200) {
            let mut dealt = vec![0; ticks as usize];
            for worker in 0..of {
                let shares = pair_of_shares(worker, of, seed);
                let made = shares[0].of_schedule(ticks.into());
                prop_assert_eq!(shares[1].of_schedule(ticks.into()), made);
                for i in 0..made {
                    let [own, other] = shares.map(|share| share.of_all(i));
                    prop_assert_eq!(own / 2, other / 2);
                    prop_assert!(own != other);
                    prop_assert_eq!(own.max(other), shares[0].last_needed(i));
                    let are_first = shares.map(|share| share.comes_first(i));
                    prop_assert_eq!(are_first, [own < other, other < own]);
                    dealt[own as usize] += 1;
                    dealt[other as usize] += 1;
                }
            }
            let whole = (ticks - ticks % 2) as usize;
            prop_assert!(dealt[..whole].iter().all(|times| *times == 1), "{:?}", dealt);
            prop_assert!(dealt[whole..].iter().all(|times| *times == 0), "{:?}", dealt);
        }

        /// Counted tick by tick.
        #[test]
        fn the_first_ticks_are_counted(of in 1u64..6, seed: u64, ticks in 0u64..200) {
            for worker in 0..of {
                for share in pair_of_shares(worker, of, seed) {
                    let ticks = u128::from(ticks);
                    let own = (0..ticks as u64).filter(|i| share.of_all(*i) < ticks).count();
                    prop_assert_eq!(share.of_first(ticks), own as u64);
                }
            }
        }
    }

    #[test]
    fn which_target_comes_first_is_drawn_by_the_seed() {
        let firsts = |seed| -> Vec<bool> {
            let [own, other] = pair_of_shares(0, 1, seed);
            (0..10_000).map(|i| own.of_all(i) < other.of_all(i)).collect()
        };
        let (seven, eight) = (firsts(7), firsts(8));
        assert_eq!(seven, firsts(7));
        let count = |firsts: &[bool]| firsts.iter().filter(|is_first| **is_first).count();
        assert!((4_800..5_200).contains(&count(&seven)), "{}", count(&seven));
        let alike: Vec<bool> = seven.iter().zip(&eight).map(|(one, two)| one == two).collect();
        assert!((4_800..5_200).contains(&count(&alike)), "{}", count(&alike));
        let repeated: Vec<bool> = seven.windows(2).map(|both| both[0] == both[1]).collect();
        assert!((4_800..5_200).contains(&count(&repeated)), "{}", count(&repeated));
    }
}
