//! [`Wide`]: unsigned integers of 256 bits, as far as the exact arithmetic of shapes needs them.

use std::cmp::Ordering;

/// `high` · 2¹²⁸ + `low`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Wide {
    high: u128,
    low: u128,
}

const HALF: u32 = 64;
const LOW: u128 = u64::MAX as u128;

impl Wide {
    pub(super) fn product(a: u128, b: u128) -> Wide {
        let (a_high, a_low, b_high, b_low) = (a >> HALF, a & LOW, b >> HALF, b & LOW);
        let middle = (a_high * b_low) + ((a_low * b_low) >> HALF);
        let other = (a_low * b_high) + (middle & LOW);
        Wide {
            high: a_high * b_high + (middle >> HALF) + (other >> HALF),
            low: (other << HALF) | ((a_low * b_low) & LOW),
        }
    }

    /// The product with a number that leaves it below 2²⁵⁶.
    pub(super) fn times(self, factor: u128) -> Wide {
        let low = Wide::product(self.low, factor);
        Wide { high: self.high * factor + low.high, low: low.low }
    }

    pub(super) fn plus(self, other: Wide) -> Wide {
        let (low, carry) = self.low.overflowing_add(other.low);
        Wide { high: self.high + other.high + u128::from(carry), low }
    }

    /// The difference to a number that is not larger.
    pub(super) fn minus(self, other: Wide) -> Wide {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Wide { high: self.high - other.high - u128::from(borrow), low }
    }

    /// The nearest float, or one beside it.
    pub(super) fn to_f64(self) -> f64 {
        self.high as f64 * 2f64.powi(128) + self.low as f64
    }

    /// How many times `divisor`, which is not zero, goes into it, and what is left; the quotient is
    /// below 2⁹⁶.
    pub(super) fn divided(self, divisor: Wide) -> (u128, Wide) {
        let (mut quotient, mut rest) = (0, self);
        for bit in (0..96).rev() {
            let part = divisor.shifted(bit);
            if let Some(part) = part.filter(|part| *part <= rest) {
                rest = rest.minus(part);
                quotient |= 1 << bit;
            }
        }
        (quotient, rest)
    }

    /// The lower half, which is all of it if it is below 2¹²⁸.
    pub(super) fn low(self) -> u128 {
        self.low
    }

    /// Times 2 to the power of `bits`, if that is below 2²⁵⁶.
    fn shifted(self, bits: u32) -> Option<Wide> {
        let lost = if bits == 0 { 0 } else { self.high >> (128 - bits) };
        let carried = if bits == 0 { 0 } else { self.low >> (128 - bits) };
        (lost == 0).then(|| Wide { high: (self.high << bits) | carried, low: self.low << bits })
    }
}

impl From<u128> for Wide {
    fn from(low: u128) -> Wide {
        Wide { high: 0, low }
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Wide) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Wide {
    fn cmp(&self, other: &Wide) -> Ordering {
        (self.high, self.low).cmp(&(other.high, other.low))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_product_fits() {
        let most = Wide::product(u128::MAX, u128::MAX);
        assert_eq!(most.high, u128::MAX - 1);
        assert_eq!(most.low, 1);
        assert_eq!(
            most.divided(Wide::product(u128::MAX, 1 << 90)),
            (((1u128 << 38) - 1), most.minus(Wide::product(u128::MAX, ((1 << 38) - 1) << 90)))
        );
    }

    proptest! {
        /// (a + b) × c = a × c + b × c, and a quotient times its divisor with the rest is the
        /// dividend.
        #[test]
        fn keeps_the_laws_of_arithmetic(a in 0u128..1 << 126, b in 0u128..1 << 126, c in 1u128..) {
            let left = Wide::product(a + b, c);
            prop_assert_eq!(left, Wide::product(a, c).plus(Wide::product(b, c)));
            prop_assert_eq!(left.minus(Wide::product(b, c)), Wide::product(a, c));
            prop_assert_eq!(Wide::from(a).times(c), Wide::product(c, a));
            let dividend = Wide::product(a, 1 << 60);
            let divisor = Wide::from((b >> 30) + (1 << 94));
            let (quotient, rest) = dividend.divided(divisor);
            prop_assert!(rest < divisor);
            prop_assert_eq!(divisor.times(quotient).plus(rest), dividend);
        }
    }
}
