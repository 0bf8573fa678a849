//! [`SplitMix`]: numbers that look random and are the same for the same seed, on every machine.

/// The generator SplitMix64, by [Steele, Lea and Flood](https://doi.org/10.1145/2714064.2660195).
#[derive(Clone, Copy, Debug)]
pub(crate) struct SplitMix(u64);

/// The golden ratio, as the paper has it.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl SplitMix {
    pub(crate) fn new(seed: u64) -> SplitMix {
        SplitMix(seed)
    }

    /// The generator of one of many streams, of which any can be entered without the others.
    pub(crate) fn of_stream(seed: u64, stream: u64) -> SplitMix {
        SplitMix(mixed(mixed(seed.wrapping_add(STEP)) ^ stream.wrapping_mul(STEP)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// A number below `end`, which is above zero: the upper half of a product, by
    /// [Lemire](https://doi.org/10.1145/3230636), uneven by less than `end` / 2⁶⁴.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }
}

fn mixed(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the reference implementation for the seed 1234567.
    #[test]
    fn gives_the_numbers_of_the_reference() {
        let mut random = SplitMix::new(1_234_567);
        let numbers =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([random.next(), random.next(), random.next()], numbers);
    }

    #[test]
    fn numbers_below_an_end_are_spread_evenly() {
        let mut counts = [0; 10];
        let mut random = SplitMix::of_stream(7, 3);
        (0..10_000).for_each(|_| counts[random.below(10) as usize] += 1);
        assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
    }

    #[test]
    fn streams_differ_by_seed_and_by_number() {
        let first = |seed, stream| SplitMix::of_stream(seed, stream).next();
        assert_eq!(first(7, 3), first(7, 3));
        assert!(first(7, 3) != first(7, 4) && first(7, 3) != first(8, 3));
    }
}
