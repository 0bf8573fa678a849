//! [`Decimal`]: a decimal number, kept exactly. Rates, percentiles and shares are written in it.

use std::fmt;

/// `digits / 10^scale`, without trailing zeros after the point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decimal {
    /// All digits, as one whole number.
    pub digits: u128,
    /// How many of them stand behind the point.
    pub scale: u32,
}

/// The longest scale whose power of ten fits beside 17 significant digits in 128 bits of
/// arithmetic.
const MOST_SCALE: u32 = 28;

impl Decimal {
    /// One.
    pub const ONE: Decimal = Decimal { digits: 1, scale: 0 };

    /// Nothing.
    pub const ZERO: Decimal = Decimal { digits: 0, scale: 0 };

    /// Reads `12`, `0.5` or `99.9`; no sign, no exponent. Only the first 28 digits behind the point
    /// are kept.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut all = whole.bytes().chain(fraction.bytes());
        if whole.is_empty() || !all.all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let fraction = &fraction[..fraction.len().min(MOST_SCALE as usize)];
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Decimal { digits, scale: fraction.len() as u32 })
    }

    /// `10^scale`: `digits` divided by it is the number.
    pub fn divisor(self) -> u128 {
        10u128.pow(self.scale)
    }

    /// How many 10^−scale it is; the scale is no shorter than its own.
    pub fn units(self, scale: u32) -> u128 {
        self.digits * 10u128.pow(scale - self.scale)
    }

    /// The exact product, if there is room for it.
    pub fn times(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale + other.scale;
        let product = Decimal { digits: self.digits.checked_mul(other.digits)?, scale }.shortest();
        (product.scale <= MOST_SCALE).then_some(product)
    }

    /// The same number without trailing zeros after the point.
    pub fn shortest(self) -> Decimal {
        let Decimal { mut digits, mut scale } = self;
        while scale > 0 && digits.is_multiple_of(10) {
            digits /= 10;
            scale -= 1;
        }
        Decimal { digits, scale }
    }

    /// The number that is so much divided by so much, which is not zero; none if it has no end, or
    /// too many digits.
    pub fn of_fraction(mut above: u128, below: u128) -> Option<Decimal> {
        let mut scale = 0;
        while !above.is_multiple_of(below) && scale < MOST_SCALE {
            (above, scale) = (above.checked_mul(10)?, scale + 1);
        }
        above.is_multiple_of(below).then(|| Decimal { digits: above / below, scale })
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        // The shortest text of a float reads back as that float, which a division of two floats
        // need not.
        self.to_string().parse().unwrap_or(f64::INFINITY)
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// Whether it is no more than a whole number.
    pub fn is_at_most(self, most: u128) -> bool {
        self.digits <= most.saturating_mul(self.divisor())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.digits / self.divisor(), self.digits % self.divisor());
        match self.scale {
            0 => write!(f, "{whole}"),
            scale => write!(f, "{whole}.{rest:0width$}", width = scale as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_same_number() {
        for (text, digits, scale, shown) in [
            ("0", 0, 0, "0"),
            ("50", 50, 0, "50"),
            ("0.1", 1, 1, "0.1"),
            ("99.90", 999, 1, "99.9"),
            ("12.0", 12, 0, "12"),
            ("1.05", 105, 2, "1.05"),
        ] {
            let read = Decimal::parse(text).unwrap();
            assert_eq!(read, Decimal { digits, scale }, "{text}");
            assert_eq!(read.to_string(), shown);
        }
    }

    #[test]
    fn multiplies_exactly() {
        for (one, other, product) in [
            ("50", "0.1", Some("5")),
            ("0.1", "0.1", Some("0.01")),
            ("0", "0.5", Some("0")),
            ("2.5", "4", Some("10")),
        ] {
            let (one, other) = (Decimal::parse(one).unwrap(), Decimal::parse(other).unwrap());
            assert_eq!(one.times(other).map(|product| product.to_string()).as_deref(), product);
        }
        let small = Decimal { digits: 1, scale: 20 };
        assert_eq!(small.times(small), None);
    }

    #[test]
    fn a_fraction_is_a_number_if_it_has_an_end() {
        for (above, below, number) in
            [(7, 4, Some("1.75")), (60, 60, Some("1")), (0, 3, Some("0")), (1, 3, None)]
        {
            let decimal = Decimal::of_fraction(above, below);
            assert_eq!(decimal.map(|decimal| decimal.to_string()).as_deref(), number);
        }
    }

    #[test]
    fn refuses_what_is_no_decimal() {
        for text in ["", ".", ".5", "-1", "+1", "1e3", "NaN", "inf", "1_000", "1.2.3", " 1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
